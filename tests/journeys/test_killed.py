"""The real window killed with SIGKILL in the middle of a run; the next one resumes it to the identical end."""

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
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from safetensors.numpy import load_file

from engines.training.state import FILE_NAME
from tests.journeys.test_images import SOON, Opener, picture
from tests.journeys.test_messages import press
from tests.journeys.test_train import TINY, stripes
from workbench.home import Home
from workbench.library.library import Library
from workbench.library.records import State
from workbench.running.interrupted import trained
from workbench.window import MainWindow

ROOT = Path(__file__).resolve().parents[2]


def run_and_kill(home: Path, plan: dict[str, Any]) -> None:
    """A window of its own on that home runs a task, is paused once, goes on, and is killed."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "QT_QPA_PLATFORM": "offscreen"}
    ended = subprocess.run([sys.executable, "-m", "tests.journeys.killed", str(home), json.dumps(plan)], cwd=ROOT,
                           env=environment, capture_output=True, text=True, timeout=120)
    wanted = -signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM
    assert ended.returncode == wanted, f"it ended by itself: {ended.returncode} {ended.stderr}"


def resumed(qtbot: QtBot, window: MainWindow, kept: str = "what was done is kept") -> str:
    """Click Resume in the offer, which says what is kept, and wait for the end of the run; gives its id."""
    run = window.desk.library.interrupted()[0]
    assert window.bar.sentence == (f"“{run.title}” was interrupted at step {run.done} of {run.total} when the program "
                                   f"ended; {kept}.")
    assert run.done > 0
    press(qtbot, window, "Resume")
    ended(qtbot, window, run.id)
    return run.id


def ended(qtbot: QtBot, window: MainWindow, run: str) -> None:
    """Wait until a run is done."""
    qtbot.waitUntil(lambda: not window.desk.queue.job(run).state.alive, timeout=SOON)
    job = window.desk.queue.job(run)
    assert job.state is State.DONE, job.sentence


def once_more(qtbot: QtBot, window: MainWindow, run: str) -> str:
    """Run the same recipe from its beginning to its end, uninterrupted; gives the id of that run."""
    window.run_list.select(run)
    with qtbot.waitSignal(window.desk.queue.job_added, timeout=SOON) as added:
        qtbot.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    whole = str(added.args[0])
    ended(qtbot, window, whole)
    return whole


@pytest.mark.parametrize(("task", "values"), [
    ("generate", {"steps": 150, "count": 2, "sampler": {"name": "ddpm"}, "seed": 3}),
    ("inpaint", {"steps": 60, "count": 2, "method": {"name": "repaint", "jump": 5, "resample": 2}})])
def test_a_killed_sampling_ends_in_the_identical_samples(qtbot: QtBot, opened: Opener, home: Path, tmp_path: Path,
                                                         task: str, values: dict[str, Any]) -> None:
    """Resumed by one click, with every step there to scrub, and the bits that an uninterrupted run has."""
    file = str(picture(tmp_path)) if task == "inpaint" else ""
    run_and_kill(home, {"task": task, "values": values, "open": file, "mark": 10, "file": "resume.npz"})
    window = opened()
    with np.load(window.desk.library.folder(window.desk.library.interrupted()[0].id) / "resume.npz") as point:
        assert int(point["index"]) > 0
    run = resumed(qtbot, window)
    cut = window.desk.queue.live(run)
    assert window.desk.stage.run == run
    whole = window.desk.queue.live(once_more(qtbot, window, run))
    assert cut is not None
    assert whole is not None
    assert cut.trajectory is not None
    assert whole.trajectory is not None
    assert (cut.sha256, len(cut.trajectory)) == (whole.sha256, len(whole.trajectory))
    assert np.array_equal(cut.samples, whole.samples)
    middle = len(whole.trajectory) // 2
    assert np.array_equal(cut.trajectory.x(middle), whole.trajectory.x(middle))


def test_a_killed_training_has_the_losses_it_would_have_had_and_is_sampled(qtbot: QtBot, opened: Opener, home: Path,
                                                                          tmp_path: Path) -> None:
    """Train on a folder, pause, kill, resume, sample from it: the pause saved it, long before the clock would."""
    values = {**TINY, "steps": 200, "checkpoint_every": 80_000, "validate_every": 0, "preview_every": 60}
    run_and_kill(home, {"task": "train", "values": values, "open": str(stripes(tmp_path)), "mark": 30,
                        "file": FILE_NAME})
    before = Library.open(Home(home))
    (killed,) = before.interrupted()
    saved = trained(before.folder(killed.id))
    assert saved is not None
    assert 0 < saved < 180
    before.set_progress(killed.id, saved + 20, killed.total, killed.seconds)  # steps that were done after it was saved
    before.close()
    window = opened()
    killed = window.desk.library.interrupted()[0]
    assert killed.done == saved, "the library says where it goes on, as its own panel does"
    qtbot.waitUntil(lambda: f"step {saved} of" in window.run_list.rows[0].facts, timeout=SOON)
    run = resumed(qtbot, window, f"it goes on from step {saved}")
    assert window.navigator.workspace == "train"
    qtbot.waitUntil(lambda: window.train_space.timeline.sentence.text().startswith("Done at 200"), timeout=SOON)
    cut = window.desk.queue.live(run)
    qtbot.waitUntil(lambda: "stripes" in [row.key for row in window.model_list.rows], timeout=SOON)
    with qtbot.waitSignal(window.desk.queue.job_added, timeout=SOON) as added:
        press(qtbot, window, "Sample from it")
    ended(qtbot, window, str(added.args[0]))
    assert window.desk.library.run(str(added.args[0])).options["model"] == "stripes"
    qtbot.waitUntil(lambda: window.images.grid.count == 16, timeout=SOON)
    whole = window.desk.queue.live(once_more(qtbot, window, run))
    assert cut is not None
    assert whole is not None
    assert cut.history.trained["step"].tolist() == whole.history.trained["step"].tolist() == list(range(1, 201))
    assert cut.history.trained["loss"].tolist() == whole.history.trained["loss"].tolist()


def test_a_killed_training_on_points_ends_in_the_identical_model(qtbot: QtBot, opened: Opener, home: Path) -> None:
    """With the losses, the sheets and the weights, to the bit, of one that nobody disturbed."""
    values = {"name": "mine", "data": {"name": "ring"}, "steps": 200, "batch": 32, "warmup": 5, "preview_every": 60,
              "network": {"name": "mlp", "width": 8, "depth": 1}, "validate_every": 100, "checkpoint_every": 80_000}
    run_and_kill(home, {"task": "train-points", "values": values, "open": "", "mark": 30, "file": FILE_NAME})
    window = opened()
    saved = trained(window.desk.library.folder(window.desk.library.interrupted()[0].id))
    assert saved is not None
    assert 0 < saved < 200
    run = resumed(qtbot, window, f"it goes on from step {saved}")
    assert window.navigator.workspace == "points"
    assert window.desk.stage.run == run
    cut, whole = (window.desk.queue.live(key) for key in (run, once_more(qtbot, window, run)))
    assert cut is not None
    assert whole is not None
    assert cut.history.trained["step"].tolist() == whole.history.trained["step"].tolist() == list(range(1, 201))
    assert cut.history.trained["loss"].tolist() == whole.history.trained["loss"].tolist()
    assert np.array_equal(cut.history.validated["loss"], whole.history.validated["loss"])
    one, other = (weights(window, key) for key in (run, whole.run))
    assert sorted(one) == sorted(other)
    assert all(np.array_equal(one[name], other[name]) for name in one)


def weights(window: MainWindow, run: str) -> dict[str, np.ndarray]:
    """All numbers of the state that a training left: weights, their average, and the moments of the optimiser."""
    return load_file(window.desk.library.folder(run) / FILE_NAME)
