"""Journeys through the window itself: keys that step, captions, painting on a state, the trash, thumbnails."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QMimeData, QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLineEdit, QListView, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from engines import model_list
from engines.model_file import ModelFile
from tests.journeys.test_images import SOON, Opener, fill, finished, picture, press_run
from widgets.lists.run_list import RunList
from widgets.masks.tools import Brush, Fill
from workbench.library.records import NewRun, Query, State
from workbench.pages.images_page import Mode
from workbench.pages.toolstrip import ValueButton


def test_arrows_step_whatever_has_the_focus(qtbot: QtBot, opened: Opener) -> None:
    """Left and Right go through the steps from the grid, the library and the film; Shift with them through samples."""
    window = opened()
    fill(window, "generate", {"steps": 6, "count": 4})
    press_run(qtbot, window)
    stage, grid = window.desk.stage, window.images.grid
    views = window.timeline.scrubber.views
    qtbot.mouseClick(views.button("estimate"), Qt.MouseButton.LeftButton)
    for widget in (grid, window.run_list.findChildren(QListView)[0], window.timeline.film, window.timeline.tree):
        widget.setFocus()
        stage.move(3)
        qtbot.keyClick(widget, Qt.Key.Key_Left)
        assert stage.index == 2
        qtbot.keyClick(widget, Qt.Key.Key_Right)
        assert stage.index == 3
    assert views.value() == "estimate"
    qtbot.keyClick(grid, Qt.Key.Key_Home)
    assert stage.index == 0
    qtbot.keyClick(grid, Qt.Key.Key_End)
    assert stage.index == 6
    grid.select(0)
    qtbot.keyClick(window.timeline.scrubber.slider, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert (stage.sample, stage.index) == (1, 6)
    stage.move(1)
    qtbot.keyClick(grid, Qt.Key.Key_Space)
    assert window.timeline.scrubber.playing
    qtbot.keyClick(grid, Qt.Key.Key_Space)
    assert not window.timeline.scrubber.playing


def test_captions_name_classes_and_sides(qtbot: QtBot, opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under a sample stands the name of its class; over a comparison, which run is left and which right."""
    header = model_list.read_header

    def renamed(path: Path) -> ModelFile:
        found = header(path)
        return replace(found, spec=found.spec.model_copy(update={"classes": ("zero", "one", "two")}))

    window = opened()
    fill(window, "generate", {"steps": 2, "count": 3, "label": "each", "seed": 5})
    first, second = press_run(qtbot, window), press_run(qtbot, window)
    window.close()
    monkeypatch.setattr(model_list, "read_header", renamed)
    window = opened()
    qtbot.waitUntil(lambda: window.desk.stage.run == second and window.images.grid.count == 3, timeout=SOON)
    assert window.images.grid.caption(2) == "two · seed 7"
    window.desk.library.rename(first, "Early")
    window.desk.library.rename(second, "Late")
    window.branch.compare_with(first)
    qtbot.waitUntil(lambda: window.images.mode is Mode.COMPARE, timeout=SOON)
    assert window.images.compare.left.grid.title == "Left · Late"
    assert window.images.compare.right.grid.title == "Right · Early"


def test_a_button_paints_on_the_state(qtbot: QtBot, opened: Opener) -> None:
    """The tool strip has the button, it stays down while painting, and what is painted begins a branch."""
    window = opened()
    fill(window, "generate", {"steps": 4, "count": 2})
    first = press_run(qtbot, window)
    window.desk.stage.move(2)
    button = next(b for b in window.images.strip.findChildren(QToolButton) if b.accessibleName() == "Paint on state")
    assert button.isVisible()
    assert "Shift+B" in button.toolTip()
    assert "Paint on state" in {entry.title for entry in window.help.entries()}
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.images.mode is Mode.PAINT
    assert button.isChecked()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.images.mode is Mode.GRID
    assert not button.isChecked()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    canvas = window.images.paint
    middle = canvas.image_rect().center().toPoint()
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle + QPoint(40, 0))
    qtbot.keyClick(window, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: window.desk.stage.run not in {"", first}, timeout=SOON)
    finished(qtbot, window)
    assert not button.isChecked()
    assert window.desk.library.run(window.desk.stage.run).title == "Painted from step 2"


def test_the_trash_is_emptied_only_after_a_second_word(qtbot: QtBot, opened: Opener) -> None:
    """Deleting is undone by Ctrl+Z; emptying the trash asks in the bar, and undo then says why it cannot."""
    window = opened()
    fill(window, "generate", {"steps": 1, "count": 1})
    run = press_run(qtbot, window)
    actions, library = window.desk.actions, window.desk.library
    actions["library.delete"].trigger()
    actions["edit.undo"].trigger()
    assert [found.id for found in library.runs()] == [run]
    actions["edit.redo"].trigger()
    actions["library.empty"].trigger()
    question = r"Really delete 1 run for ever, with its files \(\d+ KiB\)\?"
    qtbot.waitUntil(lambda: re.fullmatch(question, window.bar.sentence) is not None, timeout=SOON)
    assert len(library.runs(Query(trashed=True))) == 1
    button = next(b for b in window.bar.findChildren(QPushButton) if b.text() == "Delete 1 run")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not library.runs(Query(trashed=True))
    actions["edit.undo"].trigger()
    assert "cannot be brought back" in window.bar.sentence
    actions["library.empty"].trigger()
    assert window.status.sentence == "The trash is empty"


def test_a_thumbnail_follows_a_run_that_goes_on(opened: Opener) -> None:
    """Every picture the engine makes for a run is shown in its row, the second as well as the first."""
    window = opened()
    library = window.desk.library
    library.add(NewRun("a", "Training", "train", "{}", {}))
    library.set_state("a", State.RUNNING)
    for colour in ("red", "blue"):
        picture = QImage(4, 4, QImage.Format.Format_RGB32)
        picture.fill(QColor(colour))
        data = QBuffer()
        data.open(QIODevice.OpenModeFlag.WriteOnly)
        picture.save(data, "PNG")
        library.set_thumbnail("a", bytes(data.data().data()))
        window.library.refresh()
        shown = window.run_list.rows[0].thumbnail
        assert shown is not None
        assert shown.pixelColor(1, 1) == QColor(colour)


def test_docks_meet_at_every_size(qtbot: QtBot, opened: Opener) -> None:
    """Shrinking and growing leaves the edges where they were; a width that the user gave stays."""
    window = opened()

    def edges(width: int, height: int) -> tuple[int, int, int]:
        window.resize(width, height)
        qtbot.waitUntil(lambda: window.jobs.geometry().right() == window.task.geometry().right() == width - 1)
        qtbot.waitUntil(lambda: window.jobs.geometry().left() == window.task.geometry().left())
        assert window.timeline.geometry().bottom() == window.jobs.geometry().bottom()
        assert all(dock.geometry().right() < width for dock in (window.task, window.equation, window.jobs))
        return window.task.width(), window.plots.width(), window.timeline.height()

    before = edges(1920, 1080)
    assert edges(1280, 800)[0] == before[0]
    assert edges(1920, 1080) == before == (332, 318, 212)
    for dock in (window.task, window.jobs):
        edge = dock.geometry().center()
        edge.setX(dock.geometry().left() - 1)
        qtbot.mousePress(window, Qt.MouseButton.LeftButton, pos=edge)
        qtbot.mouseMove(window, edge - QPoint(20, 0))
        qtbot.mouseMove(window, edge - QPoint(48, 0))
        qtbot.waitUntil(lambda dock=dock: dock.width() == 380)
        qtbot.mouseRelease(window, Qt.MouseButton.LeftButton, pos=edge - QPoint(48, 0))
    qtbot.waitUntil(lambda: window.keeper.wanted.right == window.keeper.wanted.jobs == 380)
    edges(1280, 800)
    assert edges(1920, 1080) == (380, 270, 212)
    window.close()
    again = opened()
    again.resize(1600, 900)
    qtbot.waitUntil(lambda: again.task.width() == again.jobs.width() == 380)
    again.desk.actions["view.reset"].trigger()
    qtbot.waitUntil(lambda: again.task.width() == again.jobs.width() == 332)


def test_models_and_data_have_pictures(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    """A model shows what it draws, before that what it learned from; data show their first pictures."""
    for k in range(5):
        picture = QImage(8, 8, QImage.Format.Format_RGB32)
        picture.fill(QColor("red"))
        (tmp_path / "own").mkdir(exist_ok=True)
        picture.save(str(tmp_path / "own" / f"{k}.png"))
    window = opened()
    window.train.use_folder(tmp_path / "own")
    window.lists.refresh()

    def pictured(rows: RunList) -> bool:
        return all(row.thumbnail is not None for row in rows.rows)

    qtbot.waitUntil(lambda: pictured(window.model_list) and pictured(window.data_list), timeout=SOON)
    folder = window.data_list.rows[1].thumbnail
    assert folder is not None
    assert folder.pixelColor(2, 2) == QColor("red")
    learned = window.model_list.rows[0].thumbnail
    fill(window, "generate", {"steps": 1, "count": 4})
    press_run(qtbot, window)
    qtbot.waitUntil(lambda: window.model_list.rows[0].thumbnail != learned, timeout=SOON)


def test_jobs_change_places_among_those_that_are_shown(qtbot: QtBot, opened: Opener) -> None:
    """A job that is over does not count as a place."""
    window = opened()
    fill(window, "generate", {"steps": 1, "count": 1})
    press_run(qtbot, window)
    fill(window, "generate", {"steps": 1000, "count": 1})
    queue = window.desk.queue
    names = [window.runs.enqueue() for _ in range(3)]
    first, second, third = (job.id for job in names if job is not None)
    window.desk.actions["run.pause_all"].trigger()
    qtbot.waitUntil(lambda: all(job.state is State.PAUSED for job in queue.alive()), timeout=SOON)
    queue.move(second, 0)
    window.jobs.list.move_asked.emit(third, -1)
    assert [job.id for job in queue.alive()] == [second, third, first]
    window.runs.stopping.stop_all()
    qtbot.waitUntil(lambda: not queue.alive(), timeout=SOON)


def test_paint_follows_the_step_and_escape_leaves_it(qtbot: QtBot, opened: Opener) -> None:
    """A scrub keeps the paint over the new step, Esc leaves, and nothing can be painted where no branch begins."""
    window = opened()
    fill(window, "generate", {"steps": 4, "count": 2})
    first = press_run(qtbot, window)
    stage, canvas, space = window.desk.stage, window.images.paint, window.images
    qtbot.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ShiftModifier)
    assert space.mode is Mode.GRID
    assert "last step is the result" in window.bar.sentence
    stage.move(1)
    qtbot.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ShiftModifier)
    assert space.mode is Mode.PAINT
    middle = canvas.image_rect().center().toPoint()
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle)
    below = canvas.image
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert (space.mode, stage.index) == (Mode.PAINT, 2)
    assert canvas.has_paint
    assert canvas.image != below
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert space.mode is Mode.GRID
    qtbot.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ShiftModifier)
    assert not canvas.has_paint
    qtbot.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ShiftModifier)
    assert space.mode is Mode.GRID
    assert stage.run == first


def test_brackets_size_the_brush_wherever_the_focus_is(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    """Of the canvas that is painted on, from the slider and the library too; a text field keeps its signs."""
    window = opened()
    window.drop.open(picture(tmp_path))
    qtbot.waitUntil(lambda: window.images.mode is Mode.PAIR, timeout=SOON)
    canvas = window.images.input
    rows = window.run_list.findChildren(QListView)[0]
    for widget in (window.timeline.scrubber.slider, rows, canvas):
        widget.setFocus()
        before = canvas.brush_size
        qtbot.keyClick(widget, Qt.Key.Key_BracketRight)
        assert canvas.brush_size > before
        qtbot.keyClick(widget, Qt.Key.Key_BracketLeft)
        assert canvas.brush_size == before
    words = window.run_list.findChildren(QLineEdit)[0]
    words.setFocus()
    qtbot.keyClick(words, Qt.Key.Key_BracketRight)
    assert canvas.brush_size == before
    # Fill has no brush: its tolerance stands in the place of size and edge
    canvas.set_tool(Fill)
    shown = [button.text() for button in window.images.mask_tools.findChildren(ValueButton) if button.isVisible()]
    assert shown == ["Tolerance 24"]
    qtbot.keyClick(rows, Qt.Key.Key_BracketRight)
    assert canvas.tolerance == 28
    assert "within 28 grey levels" in window.status.sentence
    canvas.set_tool(Brush)
    shown = [button.text().split()[0] for button in window.images.mask_tools.findChildren(ValueButton)
             if button.isVisible()]
    assert shown == ["Size", "Soft"]


def test_a_sample_dragged_inside_the_window_stays_where_it_is(opened: Opener) -> None:
    """What is dragged out of the window is dropped elsewhere or nowhere; from elsewhere it is opened."""
    window = opened()
    data = QMimeData()
    data.setImageData(QImage(8, 8, QImage.Format.Format_RGB32))
    assert not window.drop.usable(data, window.images.grid)
    assert window.drop.usable(data)
