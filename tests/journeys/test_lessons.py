"""Lessons through the window: one after the other, left and begun again, and back to what was there before."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from engines.errors import BadInput
from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import run, turned
from tests.journeys.window import Window
from workbench.home import Home
from workbench.lessons.base import Lesson
from workbench.lessons.registry import lessons
from workbench.library.records import State
from workbench.workspaces.points import Points


def begun(window: Window, qtbot: QtBot, lesson: Lesson) -> Points:
    """Choose a lesson in the Help menu; gives the workspace once all its runs are over and shown."""
    points = window.spaces.find(Points)
    window.desk.actions[f"lesson.{lesson.name}"].trigger()
    qtbot.waitUntil(lambda: settled(window, lesson), timeout=SOON)
    qtbot.waitUntil(lambda: not points.subjects.store.busy, timeout=SOON)
    return points


def settled(window: Window, lesson: Lesson) -> bool:
    """Whether the runs of a lesson are over and on the canvas."""
    points, live = window.spaces.find(Points), window.desk.stage.live
    if live is None or window.desk.queue.alive() or window.desk.library.run(live.run).state is not State.DONE:
        return False
    return bool(live.charts) or len(points.runs.shown) == len(lesson.panels)


def test_leaving_a_lesson_brings_back_what_was_there(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points = turned(window, qtbot)
    mine = run(window, qtbot, steps=9, count=40, data={"name": "spiral"})
    window.desk.stage.move(4)
    window.desk.actions["layer.score"].trigger()
    first, second = list(lessons().values())[:2]
    begun(window, qtbot, first)
    window.desk.actions["lesson.next"].trigger()
    qtbot.waitUntil(lambda: settled(window, second), timeout=SOON)
    assert points.sheet.lesson.words.text() == second.words
    made = len(window.desk.library.runs())
    window.desk.actions["lesson.previous"].trigger()
    qtbot.waitUntil(lambda: settled(window, first), timeout=SOON)
    assert len(window.desk.library.runs()) == made, "what was run before is not run again"
    window.desk.actions["lesson.close"].trigger()
    qtbot.waitUntil(lambda: window.desk.stage.run == mine, timeout=SOON)
    assert not points.sheet.lesson.isVisible()
    assert window.desk.stage.index == 4
    assert window.panel.values()["steps"] == 9
    assert window.panel.values()["data"]["name"] == "spiral"
    assert "score" in points.field_page.tools.kept
    assert points.table.on
    assert len(points.field_page.fields) == 1
    window.desk.actions["edit.undo"].trigger()
    qtbot.waitUntil(lambda: settled(window, first), timeout=SOON)
    assert points.sheet.lesson.words.text() == first.words


def test_reset_sets_a_lesson_up_again(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    lesson = lessons()["langevin"]
    points = begun(window, qtbot, lesson)
    points.runs.end()
    window.desk.stage.move(3)
    window.desk.actions["layer.flow"].trigger()
    window.desk.actions["lesson.reset"].trigger()
    qtbot.waitUntil(lambda: settled(window, lesson), timeout=SOON)
    assert set(points.field_page.tools.kept) == lesson.layers
    assert window.desk.stage.index == round(lesson.at * window.desk.stage.last)


def test_lessons_can_be_leafed_through_faster_than_they_run(qtbot: QtBot, opened: Opener) -> None:
    """Nothing is run twice, and the lesson that is stopped at is whole."""
    window = opened()
    points = turned(window, qtbot)
    qtbot.waitUntil(lambda: window.desk.ready, timeout=SOON)
    window.desk.actions["lesson.langevin"].trigger()
    window.desk.actions["lesson.next"].trigger()
    window.desk.actions["lesson.previous"].trigger()
    lesson = lessons()["langevin"]
    qtbot.waitUntil(lambda: settled(window, lesson), timeout=SOON)
    assert len(window.desk.library.runs()) == len(lesson.panels) + len(lessons()["guidance"].panels)
    told = [field.accessibleName() for field in points.field_page.fields]
    assert all(panel.caption in words for panel, words in zip(lesson.panels, told, strict=True))
    assert window.desk.stage.index == round(lesson.at * window.desk.stage.last)


def test_lessons_are_where_one_looks_for_them(qtbot: QtBot, opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the tool strip, in the Help menu, and in the palette."""
    window = opened()
    popped = list[QMenu]()
    monkeypatch.setattr(QMenu, "popup", lambda menu, _place: popped.append(menu))
    points = turned(window, qtbot)
    titles = [lesson.title for lesson in lessons().values()]
    assert [action.text() for action in points.lessons.menu.actions()] == titles
    help_menu = next(menu for menu in window.top.menus.findChildren(QMenu) if menu.objectName() == "menu-help")
    assert points.lessons.menu.menuAction() in help_menu.actions()
    told = [entry.title for entry in window.help.entries()]
    assert all(f"Lesson: {title}" in told for title in titles)
    qtbot.mouseClick(points.sheet.strip._buttons[0], Qt.MouseButton.LeftButton)
    assert popped == [points.lessons.menu]
    window.desk.actions["lesson.next"].trigger()
    assert "No lesson is on" in window.bar.sentence


def test_a_run_that_no_list_offers_is_found_again_in_the_library(qtbot: QtBot, opened: Opener) -> None:
    """And runs again as it was, though the form has no such choice."""
    window = opened()
    begun(window, qtbot, lessons()["sign-flip"])
    wrong = next(found.id for found in window.desk.library.runs() if found.title.startswith("WRONG"))
    window.navigator.show_run(wrong)
    qtbot.waitUntil(lambda: window.desk.stage.run == wrong, timeout=SOON)
    assert not window.bar.sentence
    assert window.panel.values()["sampler"]["name"] == "flipped"
    window.library.repeat.run([wrong])
    qtbot.waitUntil(lambda: not window.desk.queue.alive(), timeout=SOON)
    again = window.desk.library.runs()[0]
    assert (again.state, again.options["sampler"]["name"]) == (State.DONE, "flipped")


def test_of_lessons_that_are_asked_for_before_the_engine_is_there_the_last_begins(qtbot: QtBot, home: Path) -> None:
    window = Window(Home(home), autostart=False)
    qtbot.addWidget(window)
    window.show()
    for name in ("guidance", "langevin", "langevin"):
        window.desk.actions[f"lesson.{name}"].trigger()
    with qtbot.waitSignal(window.desk.queue.ready, timeout=SOON):
        window.start()
    qtbot.waitUntil(lambda: settled(window, lessons()["langevin"]), timeout=SOON)
    assert len(window.desk.library.runs()) == len(lessons()["langevin"].panels)
    window.close()


def test_leaving_a_lesson_whose_first_run_was_there_before_ends_its_panels(qtbot: QtBot, opened: Opener) -> None:
    window, lesson = opened(), lessons()["langevin"]
    points = begun(window, qtbot, lesson)
    first = points.lessons.runs[0]
    for name in points.lessons.runs:
        window.desk.library.star(name)  # or they would leave the library with the lesson
    window.desk.actions["lesson.close"].trigger()
    window.navigator.show_run(first)
    qtbot.waitUntil(lambda: window.desk.stage.run == first, timeout=SOON)
    points.runs.end()
    window.desk.stage.move(2)
    begun(window, qtbot, lesson)
    assert points.lessons.runs[0] == first
    window.desk.actions["lesson.close"].trigger()
    assert window.desk.stage.run == first
    assert window.desk.stage.index == 2
    assert len(points.field_page.fields) == 1


def test_a_lesson_that_cannot_be_set_up_is_not_said_to_be(qtbot: QtBot, opened: Opener,
                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    window = opened()
    points = begun(window, qtbot, lessons()["langevin"])
    said = list[str]()
    monkeypatch.setattr(window.desk, "say", said.append)

    def fails(_lesson: Lesson) -> None:
        raise BadInput("It cannot be.")

    monkeypatch.setattr(points.lessons, "_form", fails)
    window.desk.actions["lesson.reset"].trigger()
    assert window.bar.sentence == "It cannot be."
    assert not said
