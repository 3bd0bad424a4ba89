"""The trash in the window: seen after a restart, given back, deleted for good, by mouse and by keys."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QListView, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from tests.engines.small import save_small
from tests.journeys.conftest import Opener
from tests.journeys.test_images import fill, press_run
from tests.journeys.window import Window
from workbench.docks.library import LibraryPanel
from workbench.home import Home
from workbench.library.library import Library
from workbench.library.records import NewRun, State

SOON = 120_000


def stored(home: Path, *names: str, deleted: tuple[str, ...] = ()) -> None:
    """A library of finished runs, some of them in its trash, as an earlier session left it."""
    library = Library.open(Home(home))
    for name in names:
        library.add(NewRun(name, name.title(), "generate", "{}", {"steps": 3}))
        (library.home.run_folder(name) / "data").write_bytes(b"x" * 3000)
        library.set_state(name, State.DONE)
    library.delete(deleted)
    library.close()


def panel(window: Window) -> LibraryPanel:
    """The Library panel."""
    found = window.findChild(LibraryPanel)
    assert found is not None
    return found


def answer(qtbot: QtBot, window: Window, text: str) -> None:
    """Press a button of the bar."""
    # the newest: those of a question of the same words before live, hidden, until the event loop deletes them
    button = [b for b in window.bar.findChildren(QPushButton) if b.text() == text][-1]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_what_was_deleted_before_a_restart_is_seen_and_restored(qtbot: QtBot, opened: Opener) -> None:
    """With its picture and size; one button brings it back, and undo deletes it again."""
    window = opened()
    fill(window, "generate", {"steps": 1, "count": 1})
    run = press_run(qtbot, window)
    window.desk.actions["library.delete"].trigger()
    window.close()
    again = opened()
    view = panel(again)
    qtbot.waitUntil(lambda: view.trash.rows[0].state.endswith("KiB"), timeout=SOON)
    assert view.open_trash.text() == "Trash · 1"
    qtbot.mouseClick(view.open_trash, Qt.MouseButton.LeftButton)
    assert view.in_trash
    row = view.trash.rows[0]
    assert row.key == run
    assert row.thumbnail is not None
    assert "deleted" in row.facts
    assert not view.restore.isEnabled()
    view.trash.select(run)
    qtbot.mouseClick(view.restore, Qt.MouseButton.LeftButton)
    assert [row.key for row in again.run_list.rows] == [run]
    assert view.open_trash.text() == "Trash"
    assert "empty" in view.trash.sentence
    again.desk.actions["edit.undo"].trigger()
    assert [row.key for row in view.trash.rows] == [run]
    again.desk.actions["edit.redo"].trigger()
    again.navigator.show_run(run)
    qtbot.waitUntil(lambda: again.desk.stage.recorded, timeout=SOON)


def test_the_trash_by_keys(qtbot: QtBot, home: Path, opened: Opener) -> None:
    """Enter restores, Delete asks for good, Escape leads back; actions on runs leave those behind it alone."""
    stored(home, "a", "b", "c", deleted=("a", "b"))
    window = opened()
    view, library = panel(window), window.desk.library
    window.activateWindow()
    window.run_list.select("c")
    window.desk.actions["library.trash"].trigger()
    view.trash.take_keyboard()
    rows = view.trash.findChildren(QListView)[0]
    qtbot.waitUntil(rows.hasFocus)
    assert view.trash.selected == ["b"]  # the latest deletion
    qtbot.keyClick(rows, Qt.Key.Key_S)
    assert not library.run("c").starred
    qtbot.keyClick(rows, Qt.Key.Key_Delete)
    question = "Really delete 1 run for ever, with its files (3 KiB)?"
    qtbot.waitUntil(lambda: window.bar.sentence == question, timeout=SOON)
    answer(qtbot, window, "Keep")
    qtbot.keyClick(rows, Qt.Key.Key_Return)
    assert library.ids() == ["c", "b"]
    view.trash.select("a")
    qtbot.keyClick(window, Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: window.bar.sentence == question, timeout=SOON)
    answer(qtbot, window, "Delete 1 run")
    assert not library.has("a")
    qtbot.keyClick(view.trash, Qt.Key.Key_Escape)
    assert not view.in_trash


def test_the_trash_by_mouse(qtbot: QtBot, home: Path, opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its menu restores several; its filter finds; emptying says how many runs and how much disk."""
    opened_menus = list[QMenu]()
    # a menu takes the keyboard and the mouse, which there are none of here
    monkeypatch.setattr(QMenu, "popup", lambda menu, _point: opened_menus.append(menu))
    stored(home, "a", "b", "c", deleted=("a", "b", "c"))
    window = opened()
    view, library = panel(window), window.desk.library
    window.desk.actions["library.trash"].trigger()
    view.trash.findChildren(QLineEdit)[0].setText("steps>5")
    assert view.trash.sentence == "No run matches “steps>5”. Esc in the filter clears it."
    assert view.weighed.text().startswith("3 runs")
    view.trash.filter.clear()
    view.trash.menu_asked.emit(["a", "b"], QPoint(5, 5))
    next(action for action in opened_menus[0].actions() if action.text() == "Restore").trigger()
    assert set(library.ids()) == {"a", "b"}
    qtbot.mouseClick(view.empty, Qt.MouseButton.LeftButton)
    question = r"Really delete 1 run for ever, with its files \(3 KiB\)\?"
    qtbot.waitUntil(lambda: re.fullmatch(question, window.bar.sentence) is not None, timeout=SOON)
    answer(qtbot, window, "Delete 1 run")
    assert not library.trash()
    assert not view.empty.isEnabled()


def test_clearing_asks_and_can_be_undone(qtbot: QtBot, home: Path, opened: Opener) -> None:
    """Starred runs stay; one undo brings all others back."""
    stored(home, "a", "b", "c")
    window = opened()
    library = window.desk.library
    library.star("b")
    window.desk.actions["library.clear"].trigger()
    assert window.bar.sentence == "Move 2 runs without a star to the trash?"
    assert len(library.ids()) == 3
    answer(qtbot, window, "Clear 2 runs")
    assert library.ids() == ["b"]
    window.desk.actions["edit.undo"].trigger()
    assert set(library.ids()) == {"a", "b", "c"}
    window.desk.actions["library.clear"].trigger()
    library.star("a")  # while the question stands
    answer(qtbot, window, "Clear 2 runs")
    assert set(library.ids()) == {"a", "b"}


def test_models_go_with_their_trainings_and_come_back_when_they_are_wanted(qtbot: QtBot, home: Path,
                                                                           opened: Opener) -> None:
    """The question names them; a run with one that is in the trash offers to restore it."""
    library = Library.open(Home(home))
    run = library.add(NewRun(Library.new_id(), "pics", "train", "{}", {"name": "pics"})).id
    save_small(library.folder(run), name="pics")
    library.set_state(run, State.DONE)
    library.close()
    window = opened()
    fill(window, "generate", {"model": "pics", "steps": 2, "count": 1, "label": "free"})
    window.desk.actions["library.clear"].trigger()
    assert window.bar.sentence == "Move 1 run without a star to the trash? 1 model goes with them: “pics”."
    answer(qtbot, window, "Clear 1 run")
    window.desk.actions["run.start"].trigger()
    assert window.bar.sentence.startswith("The model “pics” lies in the trash, with the run “pics” that made it")
    assert window.desk.queue.jobs() == []
    answer(qtbot, window, "Restore")
    assert window.desk.library.ids() == [run]
    press_run(qtbot, window)


def test_the_foot_tells_what_the_library_takes(qtbot: QtBot, home: Path, opened: Opener) -> None:
    """Runs and bytes; how many a filter leaves; where it all is."""
    stored(home, "a", "b", deleted=("b",))
    window = opened()
    view = panel(window)
    qtbot.waitUntil(lambda: view.counted.text().startswith("1 run · "), timeout=SOON)
    assert str(home) in view.counted.toolTip()
    assert "the trash 3 KiB" in view.counted.toolTip()
    view.runs.filter.setText("nothing")
    assert view.counted.text() == "0 of 1 run"
