"""Every lesson through the window: from the menu to its panels, its sentences, and back to what was there before."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import run, turned
from tests.journeys.window import Window
from workbench.lessons.base import Lesson
from workbench.lessons.registry import lessons
from workbench.library.records import State
from workbench.pages.points_views.charts import Charts
from workbench.workspaces.points import Points

PICTURES = "LESSON_PICTURES"  # a folder, where somebody wants to look at them


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


@pytest.mark.parametrize("lesson", lessons().values(), ids=lessons())
def test_a_lesson_sets_up_its_panels_and_says_what_to_look_at(qtbot: QtBot, opened: Opener, lesson: Lesson,
                                                             tmp_path: Path) -> None:
    window = opened()
    window.resize(1280, 800)
    points = begun(window, qtbot, lesson)
    assert window.navigator.workspace == "points"
    assert points.sheet.lesson.isVisible()
    assert points.sheet.lesson.words.text() == lesson.words
    assert not window.bar.sentence
    stage, live = window.desk.stage, window.desk.stage.live
    assert live is not None
    if live.charts:
        qtbot.waitUntil(lambda: stage.live is not None and points.sheet.view_of(Charts).charts is stage.live.charts,
                        timeout=SOON)
        board = points.sheet.view_of(Charts).board
        assert [sheet.title for sheet in board.shown()] == ([lesson.chart] if lesson.chart else
                                                            [chart.title for chart in live.charts])
        assert points.sheet.view.name == "charts"
    else:
        told = [field.accessibleName() for field in points.field_page.fields]
        assert len(lesson.panels) == 1 or all(panel.caption in words
                                              for panel, words in zip(lesson.panels, told, strict=True))
        assert set(points.field_page.tools.kept) == lesson.layers
        assert stage.index == round(lesson.at * stage.last)
        assert stage.view.name == lesson.view
    file = Path(os.environ.get(PICTURES, tmp_path)) / f"{lesson.name}.png"
    assert window.grab().save(str(file))


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
