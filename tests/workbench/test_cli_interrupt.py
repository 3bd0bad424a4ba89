"""Ctrl-C: exit code 130, and what was done is there and can go on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
TINY = ("--width", "8", "--mults", "1,2", "--groups", "4", "--head", "8", "--attention", "", "--batch", "2")
pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a single process")


def stopped(*words: str, at: str) -> tuple[int, dict[str, Any]]:
    """Start a command, press Ctrl-C once a line of its progress holds `at`; its exit code and document."""
    process = subprocess.Popen([sys.executable, str(ROOT / "main.py"), *words, "--json", "--threads", "1"], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if process.stderr is None:
        pytest.fail("no standard error")
    for line in process.stderr:
        if at in line:
            process.send_signal(signal.SIGINT)
            break
    out, _ = process.communicate(timeout=120)
    return process.returncode, json.loads(out)


def finished(*words: str) -> dict[str, Any]:
    """The document of a command that must succeed."""
    done = subprocess.run([sys.executable, str(ROOT / "main.py"), *words, "--json", "--threads", "1"], text=True,
                          capture_output=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_stopped_generation_keeps_its_state_and_goes_on_to_the_same_samples(tmp_path: Path) -> None:
    flags = ("--steps", "400", "--count", "1", "--no-library")
    code, document = stopped("generate", *flags, "--out", str(tmp_path), at=" of 400")
    assert code == 130
    assert document["stopped"]
    assert {Path(file).name for file in document["files"]} == {"generate-unfinished-000.png", "continue.json"}
    rest = finished("generate", "--recipe", str(tmp_path / "continue.json"), "--no-library", "--out", str(tmp_path))
    whole = finished("generate", *flags, "--out", str(tmp_path / "whole"))
    assert rest["sha256"] == whole["sha256"]


def test_a_stopped_training_writes_its_checkpoint_and_model(tmp_path: Path) -> None:
    code, document = stopped("train", *TINY, "--steps", "100000", "--no-library", "--out", str(tmp_path),
                             at=" of 100000")
    assert code == 130
    names = {Path(file).name for file in document["files"]}
    assert {"my-model.safetensors"} < names
    step = document["step"]
    more = finished("train", *TINY, "--steps", str(step + 2), "--no-library", "--out", str(tmp_path / "more"),
                    "--resume", str(tmp_path))
    assert more["step"] == step + 2
