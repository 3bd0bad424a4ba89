"""Trainings that go wrong in the real window: what was learnt is kept, the remedy works, the queue goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engines.errors import DiskFull
from engines.training import run, trainer
from tests.journeys.conftest import Opener
from tests.journeys.test_messages import press
from tests.journeys.test_train import SOON, pictures, start_training  # noqa: F401 - fixture
from tests.journeys.window import Window
from workbench.library.records import State
from workbench.running.interrupted import trained

FULL = "“training.safetensors” cannot be saved because the disk is full; free some space and try again."


def queued_behind(qtbot: QtBot, window: Window) -> str:
    """A short training that waits for the one that runs; gives its id."""
    window.panel.forms["train"].set_values({"steps": 3})
    with qtbot.waitSignal(window.desk.queue.job_added, timeout=SOON) as added:
        qtbot.mouseClick(window.panel.queue, Qt.MouseButton.LeftButton)
    return str(added.args[0])  # pyright: ignore


def breaks(monkeypatch: pytest.MonkeyPatch, at: int, wrong: Callable[[], float]) -> Callable[[], object]:
    """Let the first training go wrong in a step and in all later ones; gives what mends it."""
    whole, steps = trainer.backward, list[int]()

    def backward(*given: Any) -> float:
        steps.append(1)
        return wrong() if len(steps) >= at else whole(*given)

    monkeypatch.setattr(trainer, "backward", backward)
    return lambda: monkeypatch.setattr(trainer, "backward", whole)


def out_of_memory() -> float:
    """A step that does not fit."""
    raise torch.OutOfMemoryError("out of memory")


def test_a_training_out_of_memory_keeps_all_its_steps(qtbot: QtBot, opened: Opener, pictures: Path,  # noqa: F811
                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    """They are on disk though no checkpoint was due, and with room again it goes on from there."""
    mend = breaks(monkeypatch, 12, out_of_memory)
    window = opened()
    first = start_training(qtbot, window, pictures, 30)
    queue = window.desk.queue
    qtbot.waitUntil(lambda: queue.job(first).state is State.FAILED, timeout=SOON)
    qtbot.waitUntil(lambda: "too little memory for a batch of 4" in window.bar.sentence, timeout=SOON)
    assert trained(window.desk.library.folder(first)) == 11
    qtbot.waitUntil(lambda: window.train_space.timeline.sentence.text().startswith("Failed at step 11: "), timeout=SOON)
    mend()
    press(qtbot, window, "Go on")
    behind = queued_behind(qtbot, window)
    for job in (first, behind):
        qtbot.waitUntil(lambda job=job: queue.job(job).state is State.DONE, timeout=SOON)
    live = queue.live(first)
    assert live is not None
    assert live.history.trained["step"].tolist() == list(range(1, 31))


def test_a_diverged_training_does_not_stop_the_queue(qtbot: QtBot, opened: Opener, pictures: Path,  # noqa: F811
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    """Its curve stays to be looked at, and one click trains at a quarter of the rate, under a name of its own."""
    mend = breaks(monkeypatch, 8, lambda: float("nan"))
    window = opened()
    first = start_training(qtbot, window, pictures, 30)
    queue = window.desk.queue
    qtbot.waitUntil(lambda: queue.job(first).state is State.FAILED, timeout=SOON)
    qtbot.waitUntil(lambda: "at learning rate 0.001; try 0.00025" in window.bar.sentence, timeout=SOON)
    assert len(window.messages._messages) == 1  # pyright: ignore[reportPrivateUsage]
    live = queue.live(first)
    assert live is not None
    assert live.history.trained["step"].tolist()[-1] >= 7
    mend()
    with qtbot.waitSignal(queue.job_added, timeout=SOON) as added:
        press(qtbot, window, "Go on with a smaller rate")
    second, behind = str(added.args[0]), queued_behind(qtbot, window)  # pyright: ignore
    for job in (second, behind):
        qtbot.waitUntil(lambda job=job: queue.job(job).state is State.DONE, timeout=SOON)
    options = window.desk.library.run(second).options
    assert (options["learning_rate"], options["name"]) == (0.00025, "stripes-2")


def test_a_checkpoint_without_room_is_told_at_once(qtbot: QtBot, opened: Opener, pictures: Path,  # noqa: F811
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    """While the training goes on and room can still be made, whatever workspace is looked at."""

    def full(*_given: Any) -> None:
        raise DiskFull(FULL)

    window = opened()
    monkeypatch.setattr(run, "save_state", full)
    first = start_training(qtbot, window, pictures, 100_000, checkpoint_every=0.1)
    window.navigator.choose_workspace("images")
    qtbot.waitUntil(lambda: "could not be saved because the disk is full" in window.bar.sentence, timeout=SOON)
    assert window.desk.queue.job(first).state is State.RUNNING
    monkeypatch.undo()
    # the next one finds room: nothing is wrong any more, in the bar or under the samples
    qtbot.waitUntil(lambda: not window.bar.sentence, timeout=SOON)
    live = window.desk.queue.live(first)
    assert live is not None
    assert (live.trouble, live.notice) == ("", "")
    window.desk.queue.cancel(first)
    qtbot.waitUntil(lambda: not window.desk.queue.job(first).state.alive, timeout=SOON)


def test_a_pause_on_a_full_disk_loses_nothing(qtbot: QtBot, opened: Opener, pictures: Path,  # noqa: F811
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said, the training rests in memory, and with room again it is saved and goes on."""

    def full(*_given: Any) -> None:
        raise DiskFull(FULL)

    window = opened()
    first = start_training(qtbot, window, pictures, 100_000)
    queue, timeline = window.desk.queue, window.train_space.timeline
    qtbot.waitUntil(lambda: window.train_space.samples.count == 20, timeout=SOON)
    with monkeypatch.context() as patch:
        patch.setattr(run, "save_state", full)
        qtbot.mouseClick(timeline.pause, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: queue.job(first).state is State.PAUSED, timeout=SOON)
        qtbot.waitUntil(lambda: window.bar.sentence == FULL, timeout=SOON)
    at = queue.job(first).done
    qtbot.mouseClick(timeline.pause, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: queue.job(first).done > at, timeout=SOON)
    qtbot.mouseClick(timeline.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not queue.job(first).state.alive, timeout=SOON)
    assert trained(window.desk.library.folder(first)) == queue.job(first).done
