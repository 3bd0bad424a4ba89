"""Journeys of the Images workspace with real clicks and keys: launch, scrub, branch, compare, inpaint, repeat."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engines.modalities.image import read_image
from engines.recipe_png import recipe_of
from tests.journeys.bad import picture
from tests.journeys.window import Window
from workbench.home import Home
from workbench.library.records import State
from workbench.pages.images_page import Mode
from workbench.window import MainWindow

SOON = 120_000
Opener = Callable[..., MainWindow]


def fill(window: MainWindow, task: str, values: dict[str, Any]) -> None:
    """Choose a task and set some of its options."""
    window.navigator.choose_task(task)
    window.panel.forms[task].set_values(values)
    window.panel.changed.emit()


def press_run(qtbot: QtBot, window: MainWindow) -> str:
    """Click the primary button and wait until the run is over, which all have heard of; gives its id."""
    queue = window.desk.queue
    with qtbot.waitSignal(queue.job_finished, timeout=SOON), qtbot.waitSignal(queue.job_added, timeout=SOON) as added:
        qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    finished(qtbot, window)
    return str(added.args[0])


def finished(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until nothing runs and the canvas has the last step."""
    def done() -> bool:
        live = window.desk.stage.live
        return not window.desk.queue.alive() and live is not None and live.samples is not None
    qtbot.waitUntil(done, timeout=SOON)
    qtbot.waitUntil(lambda: seen_to_the_end(window), timeout=SOON)


def seen_to_the_end(window: MainWindow) -> bool:
    """Whether time line and canvas know all there is, and a canvas that follows shows the last step."""
    stage = window.desk.stage
    return window.navigator.follower.caught_up and (stage.index == stage.last or not stage.following)


def test_first_launch_draws_digits_by_itself(qtbot: QtBot, opened: Opener) -> None:
    """With an empty library the bundled model is sampling before anyone asked."""
    window = opened(autostart=True)
    qtbot.waitUntil(lambda: window.desk.stage.last >= 2, timeout=SOON)
    assert window.images.mode is Mode.GRID
    assert window.images.grid.count == 16
    assert window.panel.run.text().startswith("Run · about")
    qtbot.keyClick(window, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not window.desk.queue.alive(), timeout=SOON)
    assert window.desk.library.runs()[0].state is State.CANCELLED


def test_while_the_engine_starts_the_canvas_says_so(qtbot: QtBot, home: Path) -> None:
    """And asks for nothing that cannot be pressed yet."""
    window = Window(Home(home))
    qtbot.addWidget(window)
    assert window.images.start.sentence.startswith("Starting the engine")
    assert window.images.start.sentence.endswith("a first run draws samples by itself.")
    assert not window.images.start.findChild(QPushButton).isVisibleTo(window)
    window.close()


def test_the_first_run_of_all_says_how_to_go_through_it(qtbot: QtBot, opened: Opener) -> None:
    """At its end, until that is done; no later run says it."""
    window = opened()
    assert window.images.start.sentence.startswith("Press Run")
    fill(window, "generate", {"steps": 4, "count": 1})
    press_run(qtbot, window)
    note = window.images.note
    qtbot.waitUntil(lambda: note.text().startswith("Drag the slider"), timeout=SOON)
    assert note.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_Left)
    assert window.desk.stage.index == 3
    assert not note.isVisible()
    press_run(qtbot, window)
    assert not note.isVisible()


def test_what_there_is_to_know_of_a_stored_run_stands_under_it(qtbot: QtBot, opened: Opener) -> None:
    """Also when it is opened from the library."""
    window = opened()
    fill(window, "generate", {"steps": 2, "count": 1})
    run = press_run(qtbot, window)
    window.desk.library.set_notes(run, "A repeat will differ.")
    window.close()
    again = opened()
    again.navigator.show_run(run)
    qtbot.waitUntil(lambda: again.images.note.text() == "A repeat will differ.", timeout=SOON)
    assert again.images.note.isVisible()
    again.navigator.close_run()
    assert not again.images.note.isVisible()


def test_generate_scrub_branch_compare(qtbot: QtBot, opened: Opener) -> None:
    """Every step can be looked at, gone on from, and held against another run."""
    window = opened()
    fill(window, "generate", {"steps": 6, "count": 2, "sampler": {"name": "ddim", "eta": 0.5}})
    first = press_run(qtbot, window)
    stage = window.desk.stage
    assert stage.index == 6
    # nothing moves the result, and it has no noise left: panel and plots show the move that led to it
    last = float(stage.live.trajectory.terms["prior"][5].mean())
    assert window.equation.view.values["prior"] == pytest.approx(last)
    # word by word: a tooltip is wrapped where it is long
    assert "v: the variance of fresh noise" in " ".join(window.equation.view.toolTip().split())
    assert window.plots.terms.readout.startswith(window.equation.view.written("prior"))
    assert "–" not in window.plots.terms.readout
    assert window.plots.second.readout == "∞"
    window.timeline.scrubber.views.pick("noise")
    assert window.images.grid.count == 2
    assert window.images.strip.words.endswith("· Noise estimate of the last move")
    window.timeline.scrubber.views.pick("state")
    for _ in range(3):
        qtbot.keyClick(window, Qt.Key.Key_Comma)
    assert stage.index == 3
    assert "step 3 / 6" in window.timeline.scrubber.readout.text()
    assert window.equation.view.values["prior"] > 0
    window.timeline.scrubber.views.pick("estimate")
    shown = window.images.grid.image(0)
    window.timeline.scrubber.views.pick("state")
    assert shown != window.images.grid.image(0)

    gone_on_from(qtbot, window, first, 3)
    qtbot.keyClick(window, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: window.images.mode is Mode.COMPARE, timeout=SOON)
    assert stage.other is not None
    qtbot.keyClick(window, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: window.images.mode is Mode.GRID, timeout=SOON)


def gone_on_from(qtbot: QtBot, window: MainWindow, first: str, step: int) -> None:
    """Branch from a step of the run `first` with more guidance: the same up to there, and then another."""
    stage = window.desk.stage
    fill(window, "generate", {"guidance": 5.0})
    stage.move(step)
    qtbot.keyClick(window, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: stage.run not in {"", first}, timeout=SOON)
    finished(qtbot, window)
    parent, child = window.desk.queue.open_run(first), stage.live
    qtbot.waitUntil(lambda: not parent.loading, timeout=SOON)
    assert parent.trajectory is not None
    assert child is not None
    assert child.trajectory is not None
    for k in range(child.trajectory.first, step + 1):
        np.testing.assert_array_equal(child.trajectory.x(k), parent.trajectory.x(k))
    assert not np.array_equal(child.trajectory.x(6), parent.trajectory.x(6))
    assert window.desk.library.run(stage.run).branch_step == step


def paint(qtbot: QtBot, window: MainWindow) -> None:
    """One stroke with the brush over the middle of the picture."""
    canvas = window.images.input
    canvas.set_brush(size=8, soft=0)
    middle = canvas.image_rect().center().toPoint()
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle - QPoint(30, 0))
    qtbot.mouseMove(canvas, middle)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle + QPoint(30, 0))
    qtbot.waitUntil(lambda: canvas.coverage > 0)


@pytest.mark.parametrize("method", [{"name": "repaint", "jump": 2, "resample": 2}, {"name": "dps", "zeta": 1.0}])
def test_open_paint_inpaint_export_drop_back(qtbot: QtBot, opened: Opener, tmp_path: Path,
                                             method: dict[str, Any]) -> None:
    """The known pixels are the user's own, and the exported picture repeats the run to the bit."""
    window = opened()
    window.drop.open(picture(tmp_path))
    assert window.images.mode is Mode.PAIR
    paint(qtbot, window)
    fill(window, "inpaint", {"method": method, "steps": 8, "count": 2})
    press_run(qtbot, window)
    stage = window.desk.stage
    assert stage.live is not None
    sha = stage.live.sha256

    result = tmp_path / "result.png"
    window.export.picture(result)
    qtbot.waitUntil(lambda: result.exists() and not window.background.busy, timeout=SOON)
    own, made = read_image(picture(tmp_path), 1), read_image(result, 1)
    hole = window.images.input.mask_array() > 0
    assert hole.any()
    np.testing.assert_array_equal(made[~hole], own[~hole])
    assert recipe_of(result) is not None

    window.drop.open(result)
    button = next(b for b in window.bar.findChildren(QPushButton) if b.text() == "Repeat the run")
    with qtbot.waitSignal(window.desk.queue.job_added, timeout=SOON):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    finished(qtbot, window)
    assert stage.live is not None
    assert stage.live.sha256 == sha


def test_undo_takes_a_kept_result_back_with_its_mask(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    """The mask of an inpaint that is undone can be edited again."""
    window = opened()
    window.drop.open(picture(tmp_path))
    paint(qtbot, window)
    mask = window.images.input.mask_array().copy()
    fill(window, "inpaint", {"method": {"name": "repaint", "jump": 2, "resample": 1}, "steps": 4, "count": 1})
    press_run(qtbot, window)
    window.desk.actions["edit.keep"].trigger()
    assert window.images.input.coverage == 0
    window.desk.actions["edit.undo"].trigger()
    np.testing.assert_array_equal(window.images.input.mask_array(), mask)


def test_what_was_done_is_there_after_a_restart(qtbot: QtBot, opened: Opener) -> None:
    """The library, the run on the canvas with all its steps, and the options of the form."""
    window = opened()
    fill(window, "generate", {"steps": 5, "count": 2, "guidance": 3.5})
    run = press_run(qtbot, window)
    assert window.desk.stage.live is not None
    sha = window.desk.stage.live.sha256
    window.close()
    again = opened()
    qtbot.waitUntil(lambda: again.desk.stage.run == run and again.desk.stage.last == 5, timeout=SOON)
    assert again.desk.stage.live is not None
    assert again.desk.stage.live.sha256 == sha
    assert again.panel.forms["generate"].values()["guidance"] == 3.5


@pytest.mark.parametrize("task", ["generate", "train"])
def test_an_interrupted_run_is_offered_and_goes_on_where_it_is_shown(qtbot: QtBot, opened: Opener, task: str) -> None:
    """A run left alive by a program that ended is resumed by one click, on its own workspace."""
    window = opened()
    if task == "train":
        network = {"name": "unet", "width": 8, "mults": [1, 2], "groups": 4, "head": 4, "attention": []}
        fill(window, "train", {"name": "short", "steps": 100_000, "batch": 4, "network": network, "validate_every": 0,
                               "preview_every": 0})
    else:
        fill(window, "generate", {"steps": 1000, "count": 1})
    with qtbot.waitSignal(window.desk.queue.job_added, timeout=SOON) as added:
        qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    run = str(added.args[0])
    qtbot.waitUntil(lambda: window.desk.queue.job(run).done >= 3, timeout=SOON)
    window.close()
    again = opened()
    button = next(b for b in again.bar.findChildren(QPushButton) if b.text() == "Resume")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: again.desk.queue.job(run).state is State.RUNNING, timeout=SOON)
    assert again.navigator.workspace == ("train" if task == "train" else "images")
    again.desk.queue.cancel(run)
    qtbot.waitUntil(lambda: not again.desk.queue.alive(), timeout=SOON)


def test_a_grey_run_is_exported_grey_at_every_step(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened()
    fill(window, "generate", {"steps": 2, "count": 1})
    press_run(qtbot, window)
    for step in (1, 2):
        window.desk.stage.move(step)
        file = tmp_path / f"step_{step}.png"
        window.export.picture(file)
        qtbot.waitUntil(lambda file=file: file.exists() and not window.background.busy, timeout=SOON)
        with Image.open(file) as image:
            assert image.mode == "L"
