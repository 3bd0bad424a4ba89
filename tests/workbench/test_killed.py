"""kill -9 in the middle: the next program goes on to the identical image, and to the same losses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engines.checkpoint import build_network, save_model
from engines.device import device
from engines.model_file import ModelSpec
from engines.networks.unet import UNetOptions
from engines.process.prediction import V
from engines.process.vp_cosine import VPCosine
from engines.recipe_png import recipe_of
from engines.training.objective import seeded
from engines.training.state import FILE_NAME
from workbench.home import Home
from workbench.library.library import Library
from workbench.library.records import Query, State

ROOT = Path(__file__).resolve().parents[2]


def start(home: Path, what: str) -> subprocess.Popen[str]:
    """A program of its own."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.Popen([sys.executable, "-m", "tests.workbench.killed", str(home), what], cwd=ROOT, text=True,
                            stdout=subprocess.PIPE, env=environment)


def kill_after(program: subprocess.Popen[str], folder: Path, file: str) -> None:
    """Kill the program as soon as a file of that name has been written by a run."""
    assert program.stdout is not None
    early = False
    for line in program.stdout:
        early = line.startswith("sha256")
        if early or list(folder.glob(f"runs/*/{file}")):
            break
    program.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    program.wait(20)
    program.stdout.close()
    assert not early, f"it ended before {file} was written"


def last_line(program: subprocess.Popen[str]) -> str:
    """What a program said last, after it came to its end."""
    out, _ = program.communicate(timeout=120)
    assert program.returncode == 0
    return out.strip().splitlines()[-1]


def recipe(file: Path, task: str, options: dict[str, Any]) -> str:
    """Write a recipe."""
    file.write_text(json.dumps({"program": "diffusion-workbench", "version": 1, "task": task, "options": options}))
    return str(file)


@pytest.mark.parametrize(("sampler", "count", "steps"), [({"name": "ddpm"}, 2, 600),
                                                         ({"name": "ddim", "eta": 0.5}, 2, 600), ("ddpm", 70, 300)],
                         ids=["ddpm", "ddim", "more than 64"])
def test_sampling_goes_on_to_the_identical_image(tmp_path: Path, sampler: object, count: int, steps: int) -> None:
    """Killed after its first resume point, resumed in a new program, compared with an uninterrupted run."""
    wanted = recipe(tmp_path / "recipe.json", "generate",
                    {"model": _model(tmp_path), "steps": steps, "count": count, "sampler": sampler})
    whole = start(tmp_path / "whole", wanted)
    expected = last_line(whole)
    assert expected.endswith(State.DONE)
    kill_after(start(tmp_path / "cut", wanted), tmp_path / "cut", "resume.npz")
    point = next((tmp_path / "cut" / "runs").glob("*/resume.npz"))
    with np.load(point) as saved:
        assert 0 < int(saved["index"]) < steps
    assert last_line(start(tmp_path / "cut", "resume")) == expected
    library = Library.open(Home(tmp_path / "cut"))
    run = library.runs()[0]
    folder = library.folder(run.id)
    assert run.state is State.DONE
    assert library.verify(run.id) == []
    embedded = recipe_of(folder / "sample_000.png")
    assert embedded is not None
    assert embedded.options["steps"] == steps
    library.close()


@pytest.mark.parametrize(("task", "options"), [
    ("train", {"steps": 150, "batch": 4, "width": 8, "mults": [1, 2], "attention": []}),
    ("train-points", {"steps": 1000, "batch": 64, "data": "ring"})])
def test_training_goes_on_with_the_losses_it_would_have_had(tmp_path: Path, task: str,
                                                            options: dict[str, Any]) -> None:
    """Killed after a checkpoint, resumed, and every later loss is the uninterrupted one."""
    # the first checkpoint comes after a few steps, however fast the machine is
    often = {"checkpoint_every": 0.1, "validate_every": 0, "preview_every": 0}
    wanted = recipe(tmp_path / "recipe.json", task, {**options, **often})
    assert last_line(start(tmp_path / "whole", wanted)).endswith(State.DONE)
    kill_after(start(tmp_path / "cut", wanted), tmp_path / "cut", FILE_NAME)
    assert last_line(start(tmp_path / "cut", "resume")).endswith(State.DONE)
    curves = [_losses(tmp_path / name) for name in ("whole", "cut")]
    common = sorted(set(curves[0]) & set(curves[1]))
    assert common[-1] == options["steps"]
    assert [curves[0][step] for step in common] == [curves[1][step] for step in common]


def _model(folder: Path) -> str:
    """A small untrained model of this test's own: its bits do not change when the bundled one is trained anew."""
    network = UNetOptions(width=8, mults=(1, 2), attention=())
    spec = ModelSpec(title="Tiny", channels=1, size=16, prediction=V(), path=VPCosine(), network=network)
    with seeded(0, device("cpu")):
        save_model(folder / "tiny.safetensors", build_network(spec), spec)
    return str(folder / "tiny.safetensors")


def _losses(root: Path) -> dict[int, float]:
    """Loss by step of the only run in a library."""
    library = Library.open(Home(root))
    run = library.runs(Query())[0]
    with np.load(library.folder(run.id) / "history.npz") as saved:
        table = saved["trained"]
    library.close()
    return {int(row[0]): float(row[2]) for row in table}
