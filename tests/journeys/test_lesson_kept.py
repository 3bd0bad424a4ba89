"""A lesson that is on when the window closes is on when it opens again, and leaving it brings back what was before."""

from __future__ import annotations

import json

import pytest
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import filled, form_of, run, turned
from tests.journeys.test_lessons import begun, settled
from tests.journeys.test_points_runs import beside
from tests.journeys.test_session import saved
from tests.journeys.test_train_points import trained
from tests.journeys.window import Window
from workbench.lessons.kept import Before, KeptLesson
from workbench.lessons.registry import lessons
from workbench.pages.points_views.charts import Charts
from workbench.workspaces.points import Points


def test_a_lesson_is_on_after_a_restart_and_can_be_left(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    mine = run(window, qtbot, steps=9, count=40, data={"name": "spiral"})
    lesson = lessons()["tweedie"]
    begun(window, qtbot, lesson)
    index, made = window.desk.stage.index, len(window.desk.library.runs())
    saved(qtbot, window)
    window.close()
    again = opened()
    points = again.spaces.find(Points)
    assert points.sheet.lesson.words.text() == lesson.words
    qtbot.waitUntil(lambda: again.desk.ready and settled(again, lesson), timeout=SOON)
    assert (again.desk.stage.index, again.desk.stage.view.name) == (index, lesson.view)
    assert set(points.field_page.tools.kept) == lesson.layers
    told = [field.accessibleName() for field in points.field_page.fields]
    assert all(panel.caption in words for panel, words in zip(lesson.panels, told, strict=True))
    again.desk.actions["lesson.reset"].trigger()
    assert len(again.desk.library.runs()) == made, "its runs are known"
    again.desk.actions["lesson.close"].trigger()
    qtbot.waitUntil(lambda: again.desk.stage.run == mine, timeout=SOON)
    assert not points.sheet.lesson.isVisible()
    assert again.panel.values()["data"]["name"] == "spiral"


def test_a_lesson_of_charts_shows_its_own_charts_again(qtbot: QtBot, opened: Opener) -> None:
    window, lesson = opened(), lessons()["jensen"]
    begun(window, qtbot, lesson)
    saved(qtbot, window)
    window.close()
    again = opened()
    qtbot.waitUntil(lambda: again.desk.ready and settled(again, lesson), timeout=SOON)
    board = again.spaces.find(Points).sheet.view_of(Charts).board
    qtbot.waitUntil(lambda: [sheet.title for sheet in board.shown()] == list(lesson.charts), timeout=SOON)


def test_a_lesson_whose_runs_are_gone_is_over(qtbot: QtBot, opened: Opener) -> None:
    window, lesson = opened(), lessons()["langevin"]
    begun(window, qtbot, lesson)
    window.desk.library.delete([window.desk.stage.run])
    saved(qtbot, window)
    window.close()
    assert not opened().spaces.find(Points).sheet.lesson.isVisibleTo(None)


@pytest.mark.parametrize("told", [None, 3, {}, {"name": "none"}, {"name": "kl"}, {"name": "kl", "runs": ["a", "b"]},
                                  {"name": "kl", "runs": "a"}])
def test_a_damaged_lesson_is_none(told: object) -> None:
    assert KeptLesson.read(told) is None


def test_a_lesson_leaves_nothing_in_the_form_of_another_task(qtbot: QtBot, opened: Opener) -> None:
    """Begun from a sweep, also after a restart it leaves the form of Sample as it was."""
    window = opened()
    points = turned(window, qtbot)
    qtbot.waitUntil(lambda: window.desk.ready, timeout=SOON)
    filled(window, steps=9, data={"name": "spiral"})
    mine = form_of(window).values()
    sample = window.panel.task
    window.navigator.choose_task("sweep")
    begun(window, qtbot, lessons()["guidance"])
    assert (window.panel.task, window.panel.values()["guidance"]) == (sample, 0)
    told = json.loads(json.dumps(points.lessons.kept))
    points.lessons.bring_back(told)
    window.desk.actions["lesson.close"].trigger()
    assert window.panel.task == "sweep"
    window.navigator.choose_task(sample)
    assert form_of(window).values() == mine


def test_what_is_kept_is_read_back() -> None:
    before = Before("sample-points", {"steps": 9}, "a", 4, ("b",), ("b", "a"), ("density",), False, "score",
                    {"sweep": {"repeats": 2}}, 7)
    for kept in (KeptLesson(lessons()["langevin"], ("c", "d"), before), KeptLesson(lessons()["kl"], ("c",), None)):
        told = json.loads(json.dumps(kept.told()))
        assert KeptLesson.read(told) == kept
        assert KeptLesson.read({**told, "before": 5}) == KeptLesson(kept.lesson, kept.runs, None)


def second_panel_active(window: Window, qtbot: QtBot) -> tuple[str, str]:
    """Two runs side by side, the second one active with a particle selected; gives them in order."""
    points = turned(window, qtbot)
    first = run(window, qtbot, steps=4, count=30)
    beside(window, qtbot, steps=3)
    qtbot.waitUntil(lambda: len(points.runs.shown) == 2, timeout=SOON)
    second = points.runs.order[1]
    assert points.runs.order == [first, second]
    points.runs.activate(1)
    window.desk.stage.choose(5)
    assert window.equation.words.startswith("Panel 2")
    return first, second


def test_the_equation_names_the_active_panel_after_a_lesson_and_a_restart(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    runs = second_panel_active(window, qtbot)
    begun(window, qtbot, lessons()["langevin"])
    window.desk.actions["lesson.close"].trigger()
    points = window.spaces.find(Points)
    qtbot.waitUntil(lambda: points.runs.order == list(runs), timeout=SOON)
    assert (points.subjects.active, window.equation.words.partition(" · ")[0]) == (1, "Panel 2")
    assert window.desk.stage.sample == 5, "the particle is selected again"
    saved(qtbot, window)
    window.close()
    again = opened()
    points = again.spaces.find(Points)
    qtbot.waitUntil(lambda: again.desk.ready and points.runs.order == list(runs), timeout=SOON)
    assert (points.subjects.active, again.equation.words.partition(" · ")[0]) == (1, "Panel 2")


def test_a_run_that_goes_on_is_followed_again_after_a_lesson(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    mine = trained(window, qtbot, steps=20)
    assert window.desk.stage.following
    begun(window, qtbot, lessons()["langevin"])
    before = window.spaces.find(Points).lessons.kept
    assert before is not None
    assert before["before"]["index"] == -1, "the newest step, whichever that will be"
    window.desk.actions["lesson.close"].trigger()
    qtbot.waitUntil(lambda: window.desk.stage.run == mine, timeout=SOON)
    stage = window.desk.stage
    qtbot.waitUntil(lambda: stage.following and stage.index == stage.last, timeout=SOON)
