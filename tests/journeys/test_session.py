"""The window comes back as it was left: by quitting, by a kill, in another size."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from engines.errors import DiskFull
from tests.journeys.conftest import SOON
from tests.journeys.left import HOLE, paint
from tests.journeys.test_images import Opener, fill, picture, press_run
from tests.journeys.window import Window
from workbench.home import Home
from workbench.layout import FORM
from workbench.pages.images_page import Mode
from workbench.steering import session as sessions

ROOT = Path(__file__).resolve().parents[2]


def saved(qtbot: QtBot, window: Window) -> Path:
    """Wait until the window says that all is on disk; gives the session's file."""
    window.session.touch()
    qtbot.waitUntil(lambda: window.status.kept == "Saving…", timeout=SOON)
    qtbot.waitUntil(lambda: window.status.kept == "Saved", timeout=SOON)
    return window.desk.library.home.session


def unready(qtbot: QtBot, home: Path) -> Window:
    """The next window, as it is seen before its engine is there."""
    window = Window(Home(home), autostart=False)
    qtbot.addWidget(window)
    window.show()
    window.session.start(run=True)
    return window


def hole(window: Window) -> np.ndarray:
    """The mask on the canvas, (H, W) bool."""
    return window.images.input.mask_pixels() == 255


def test_picture_and_mask_are_there_before_the_engine(qtbot: QtBot, opened: Opener, home: Path,
                                                      tmp_path: Path) -> None:
    """Quit without a run; the mask is there, and can be painted on, in a history of its own."""
    window = opened(files=[picture(tmp_path)])
    paint(window)
    pixels = window.picture.pixels
    window.close()
    again = unready(qtbot, home)
    try:
        assert again.images.mode is Mode.PAIR
        assert np.array_equal(again.picture.pixels, pixels)
        assert hole(again)[HOLE].all()
        assert hole(again).sum() == 24
        assert not again.images.input.undo_stack.canUndo()
        again.images.input.invert()
        assert again.images.input.undo_stack.canUndo()
        assert hole(again).sum() == hole(again).size - 24
    finally:
        again.close()


def test_task_options_run_step_and_view_come_back(qtbot: QtBot, opened: Opener) -> None:
    """What was looked at is looked at again, whatever the form was changed to meanwhile."""
    window = opened()
    fill(window, "generate", {"steps": 6, "count": 3})
    run = press_run(qtbot, window)
    window.desk.stage.move(2)
    window.timeline.scrubber.views.pick("estimate")
    window.images.grid.select(1)
    fill(window, "generate", {"steps": 33})
    window.close()
    again = opened()
    qtbot.waitUntil(lambda: again.desk.stage.run == run, timeout=SOON)
    stage = again.desk.stage
    assert (stage.index, stage.view.name, stage.sample) == (2, "estimate", 1)
    assert again.timeline.scrubber.view() == "estimate"
    assert again.panel.values()["steps"] == 33


def test_the_last_samples_are_seen_before_the_engine(qtbot: QtBot, opened: Opener, home: Path) -> None:
    """With the captions they had; quitting at that moment loses nothing."""
    window = opened()
    fill(window, "generate", {"steps": 3, "count": 3})
    run = press_run(qtbot, window)
    captions = [window.images.grid.caption(k) for k in range(3)]
    window.close()
    again = unready(qtbot, home)
    assert [again.images.grid.caption(k) for k in range(again.images.grid.count)] == captions
    assert again.images.mode is Mode.GRID
    again.close()
    last = opened()
    qtbot.waitUntil(lambda: last.desk.stage.run == run, timeout=SOON)
    assert last.images.mode is Mode.GRID


def test_paint_on_a_state_comes_back(qtbot: QtBot, opened: Opener) -> None:
    """Over the same step of the same sample, to be branched from; the zoom with it."""
    window = opened()
    fill(window, "generate", {"steps": 4, "count": 2})
    press_run(qtbot, window)
    window.desk.stage.move(2)
    window.images.grid.select(1)
    window.desk.actions["run.paint"].trigger()
    canvas = window.images.paint
    canvas.set_brush(size=6, soft=0)
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=canvas.image_rect().center().toPoint())
    window.images.zoom(2)
    state, colours = window.branch.state(), canvas.colour_pixels()
    window.close()
    again = opened()
    qtbot.waitUntil(lambda: again.images.mode is Mode.PAINT, timeout=SOON)
    assert np.array_equal(again.images.paint.colour_pixels(), colours)
    assert np.array_equal(again.branch.state(), state)
    assert again.desk.actions["run.paint"].isChecked()
    assert again.images.paint.viewport.zoom == 2
    assert not again.images.paint.undo_stack.canUndo()


def test_an_open_comparison_comes_back(qtbot: QtBot, opened: Opener) -> None:
    """With the sample that was opened in it, and how far it was zoomed."""
    window = opened()
    fill(window, "generate", {"steps": 2, "count": 2})
    other, run = press_run(qtbot, window), press_run(qtbot, window)
    window.branch.compare_with(other)
    qtbot.waitUntil(lambda: window.images.mode is Mode.COMPARE, timeout=SOON)
    window.images.compare.open(1)
    window.images.zoom(3)
    window.close()
    again = opened()
    qtbot.waitUntil(lambda: again.images.mode is Mode.COMPARE, timeout=SOON)
    stage = again.desk.stage
    assert stage.other is not None
    assert (stage.run, stage.other.run) == (run, other)
    assert again.images.compare.opened_sample == 1
    assert again.images.compare.viewport.zoom == 3


def test_an_enlarged_sample_and_a_zoomed_picture_come_back(qtbot: QtBot, opened: Opener, home: Path,
                                                           tmp_path: Path) -> None:
    """Before the engine is there; a damaged zoom shows the whole picture."""
    window = opened()
    fill(window, "generate", {"steps": 2, "count": 2})
    press_run(qtbot, window)
    window.images.grid.enlarge(1)
    window.images.zoom(4)
    window.close()
    again = unready(qtbot, home)
    assert (again.images.grid.enlarged, again.images.grid.large.viewport.zoom) == (1, 4)
    again.close()
    last = opened(files=[picture(tmp_path)])
    last.images.input.zoom_by(5)
    last.close()
    file = Home(home).session
    values = json.loads(file.read_text())
    assert values["places"]["images"]["looks"]["picture"][0] == 5
    values["places"]["images"]["looks"] = {"picture": ["x", None, 3], "wipe": 7, "paint": [10**400, 0, 0]}
    file.write_text(json.dumps(values))
    damaged = unready(qtbot, home)
    assert damaged.images.input.viewport.fits
    damaged.close()


def test_train_comes_back_with_its_equation_unless_the_user_closed_it(opened: Opener) -> None:
    """It belongs to every workspace, and is closed in all of them until it is asked for."""
    window = opened()
    window.navigator.choose_workspace("train")
    window.close()
    again = opened()
    assert again.navigator.workspace == "train"
    assert again.equation.isVisible()
    again.navigator.choose_workspace("images")
    assert again.equation.isVisible()
    again.equation.toggleViewAction().trigger()
    again.navigator.choose_workspace("train")
    assert not again.equation.isVisible()
    again.close()
    last = opened()
    last.navigator.choose_workspace("images")
    assert not last.equation.isVisible()
    last.desk.actions["view.reset"].trigger()
    assert last.equation.isVisible()


def test_a_killed_window_comes_back(qtbot: QtBot, opened: Opener, home: Path, tmp_path: Path) -> None:
    """Killed as soon as it says “Saved”: picture, mask, brush, task and options are there."""
    file = picture(tmp_path)
    ended = subprocess.run([sys.executable, "-m", "tests.journeys.left", str(home), str(file)], cwd=ROOT,
                           env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, capture_output=True, text=True,
                           timeout=120)
    assert ended.returncode == -getattr(signal, "SIGKILL", -signal.SIGTERM), ended.stderr
    window = opened()
    assert window.panel.task == "edit"
    assert window.panel.values()["strength"] == 0.35
    assert window.picture.name == file.stem
    assert hole(window).sum() == 24
    assert (window.images.input.brush_size, window.images.input.brush_soft) == (6, 2)
    del qtbot


def test_nothing_is_written_while_nothing_changes(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    """Nor is the picture written again with each stroke, and what no session names is deleted."""
    window = opened(files=[picture(tmp_path)])
    file = saved(qtbot, window)
    before = file.stat().st_mtime_ns
    saved(qtbot, window)
    assert file.stat().st_mtime_ns == before
    drafts = {entry.name: entry.stat().st_mtime_ns for entry in window.desk.library.home.drafts.iterdir()}
    paint(window)
    saved(qtbot, window)
    after = {entry.name: entry.stat().st_mtime_ns for entry in window.desk.library.home.drafts.iterdir()}
    assert len(drafts) == len(after) == 2
    assert len(drafts.items() & after.items()) == 1
    named = json.loads(file.read_text())["places"]["images"]["files"]
    assert set(named.values()) == set(after)


def test_saved_is_not_said_when_it_is_not(qtbot: QtBot, opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is told where “Saved” stood; the next change tries again."""
    window = opened()
    saved(qtbot, window)

    def full(*_: object) -> None:
        raise DiskFull("“session.json” cannot be saved because the disk is full; free some space and try again.")

    monkeypatch.setattr(sessions, "save_session", full)
    fill(window, "generate", {"steps": 12})
    qtbot.waitUntil(lambda: window.status.kept == "Not saved", timeout=SOON)
    monkeypatch.undo()
    fill(window, "generate", {"steps": 13})
    qtbot.waitUntil(lambda: window.status.kept == "Saved", timeout=SOON)
    assert json.loads(window.desk.library.home.session.read_text())["options"]["generate"]["steps"] == 13


def test_a_damaged_draft_is_left_out(qtbot: QtBot, opened: Opener, home: Path, tmp_path: Path) -> None:
    """The window starts all the same; a mask without its picture is of no use."""
    window = opened(files=[picture(tmp_path)])
    window.close()
    for file in (home / "drafts").iterdir():
        file.write_bytes(b"no picture")
    again = opened()
    assert again.picture.pixels is None
    assert again.images.input.image is None
    del qtbot


@pytest.mark.parametrize("size", [(1280, 800), (1440, 900), (1920, 1080)])
def test_the_form_keeps_its_minimum_from_the_first_moment(qtbot: QtBot, opened: Opener, home: Path,
                                                          size: tuple[int, int]) -> None:
    """Left at 1440×900, started in another size: no edge runs through the button, with or without a formula."""
    window = opened()
    window.resize(1440, 900)
    window.close()
    again = Window(Home(home), autostart=False)
    qtbot.addWidget(again)
    again.resize(*size)
    again.show()
    try:
        assert again.task.height() >= FORM
        bottom = again.panel.run.mapTo(again, QPoint(0, again.panel.run.height())).y()
        assert bottom <= again.equation.geometry().top()
        assert again.equation.geometry().top() - again.task.geometry().bottom() == 2
    finally:
        again.close()


def test_a_look_at_another_step_is_kept_without_a_word(
        qtbot: QtBot, opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the scrub rests; the status line does not flicker, and the next start is at that step all the same."""
    window = opened()
    fill(window, "generate", {"steps": 4, "count": 1})
    press_run(qtbot, window)
    file = saved(qtbot, window)
    said = list[str]()
    window.session.told = lambda words, _more="": said.append(words)
    window.desk.stage.move(2)
    qtbot.waitUntil(lambda: json.loads(file.read_text())["step"] == 2, timeout=SOON)
    assert "Saving…" not in said
    qtbot.waitUntil(lambda: not window.background.busy, timeout=SOON)  # a change while it writes is told after that
    soon, begun = window.session._soon, list[int]()
    start = soon.start
    monkeypatch.setattr(soon, "start", lambda: (begun.append(window.desk.stage.index), start()))
    for step in (1, 3, 0):
        window.desk.stage.move(step)
    assert begun == [1, 3, 0], "each step begins the wait anew"
    window.session.touch()
    assert said[-1] == "Saving…"
    window.desk.stage.move(1)
    assert begun == [1, 3, 0], "what is work to fear for does not wait for a scrub"
