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
from PIL import Image

from workbench.home import Home
from workbench.library.opening import opened
from workbench.library.records import State
from workbench.shots.shots import total

ROOT = Path(__file__).resolve().parents[2]
TINY = ("--network.width", "8", "--network.mults", "1,2", "--network.groups", "4", "--network.head", "8",
        "--network.attention", "", "--batch", "2")
pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a single process")


def stopped(*words: str, at: str, again: str = "", threads: str = "1") -> tuple[int, dict[str, Any]]:
    """Start a command, press Ctrl-C once a line of its progress holds `at`; its exit code and document.

    again: press once more when a line holds this; threads: "" for a command that takes no number of them.
    """
    machine = ("--threads", threads) if threads else ()
    process = subprocess.Popen([sys.executable, str(ROOT / "main.py"), *words, "--json", *machine], text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if process.stderr is None:
        pytest.fail("no standard error")
    waited = [at, again] if again else [at]
    for line in process.stderr:
        if waited[0] in line:
            process.send_signal(signal.SIGINT)
            if not waited[1:]:
                break
            waited.pop(0)
    out, err = process.communicate(timeout=120)
    assert "Traceback" not in err
    assert ("Go on with: main.py train --resume" in err) == (words[0] == "train")
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


def test_a_stopped_forward_process_goes_on_from_its_index(tmp_path: Path) -> None:
    """A state of hundreds of megabytes need not be kept for it, and equal pictures are kept once."""
    Image.new("RGB", (64, 64), (200, 40, 90)).save(tmp_path / "photo.png")
    flags = ("--image", str(tmp_path / "photo.png"), "--steps", "300", "--size", "256", "--count", "3", "--no-library")
    code, document = stopped("noise", *flags, "--out", str(tmp_path / "a"), at=" of 300")
    assert code == 130
    assert {Path(file).name for file in document["files"]} == {"noise-unfinished-000.png", "continue.json"}
    assert (tmp_path / "a" / "continue.json").stat().st_size < 20_000
    rest = finished("noise", "--recipe", str(tmp_path / "a" / "continue.json"), "--no-library", "--out",
                    str(tmp_path / "b"))
    assert rest["sha256"] == finished("noise", *flags, "--out", str(tmp_path / "c"))["sha256"]


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


SLOW_STEP = """
import sys, time
from main import main
import engines.sampling as sampling
whole = sampling.steps
def slow(plan):
    for step in whole(plan):
        yield step
        print("in a long step", file=sys.stderr, flush=True)
        end = time.monotonic() + 100
        while time.monotonic() < end:
            pass
sampling.steps = slow
sys.exit(main(sys.argv[1:]))
"""


def test_a_second_press_ends_a_long_step_at_once(home: Path, tmp_path: Path) -> None:
    """One document, no traceback; the run is in the library as one that was cut off."""
    words = ("generate", "--steps", "5", "--count", "1", "--json", "--threads", "1")
    with subprocess.Popen([sys.executable, "-c", SLOW_STEP, *words], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "in a long step" in line or "press Ctrl-C again" in line:
                process.send_signal(signal.SIGINT)
            if "Stopped at once" in line:
                break
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert json.loads(out) == {"error": "Stopped at once; what was saved until then is kept."}
    assert "Traceback" not in err
    library = opened(Home(home))
    assert [run.state for run in library.runs()] == [State.INTERRUPTED]
    library.close()


def test_ctrl_c_before_anything_began_is_one_sentence(tmp_path: Path) -> None:
    """While torch is imported."""
    assert stopped("generate", "--out", str(tmp_path), at="Starting…") == (130, {"error": "Stopped."})


def test_a_stopped_check_tells_what_was_checked() -> None:
    code, document = stopped("check", at="2 of ")
    assert code == 130
    assert len(document["claims"]) >= 2
    assert (document["ok"], document["stopped"]) == (False, True)


def test_a_stopped_bench_ends_its_measurement() -> None:
    """Which a process of its own makes; half of it is worth nothing."""
    assert stopped("bench", "--only", "scrub", at="From a move") == (130, {"lines": [], "ok": False, "stopped": True})


def test_stopped_shots_keep_their_pictures(tmp_path: Path) -> None:
    """Each is told when it is there."""
    first = f"1 of {total()}, images_dark_1280x800.png"
    code, document = stopped("shots", "--out", str(tmp_path), at=first, threads="")
    assert code == 130
    assert document["stopped"]
    assert sorted(document["files"]) == sorted(map(str, tmp_path.glob("*.png")))
    assert document["files"]
