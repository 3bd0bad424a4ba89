"""Every lesson through the window: from the menu to its panels and its sentences."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engines.recipe import Recipe
from engines.tasks.base import options_of
from tests.journeys.conftest import SOON, Opener
from tests.journeys.test_lessons import begun
from tests.journeys.window import Window
from workbench.lessons.base import Lesson
from workbench.lessons.ran import Ran
from workbench.lessons.registry import lessons
from workbench.lessons.running import proven
from workbench.pages.points_views.charts import Charts

PICTURES = "LESSON_PICTURES"  # a folder, where somebody wants to look at them


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
        assert [sheet.title for sheet in board.shown()] == (list(lesson.charts) or
                                                            [chart.title for chart in live.charts])
        assert points.sheet.view.name == "charts"
    else:
        told = [field.accessibleName() for field in points.field_page.fields]
        assert len(lesson.panels) == 1 or all(panel.caption in words
                                              for panel, words in zip(lesson.panels, told, strict=True))
        assert set(points.field_page.tools.kept) == lesson.layers
        assert points.table.on is lesson.table
        assert stage.index == round(lesson.at * stage.last)
        assert stage.view.name == lesson.view
    runs = points.lessons.runs
    assert len(runs) == len(lesson.panels)
    for one in proven(lesson, [measured(window, name) for name in runs]):
        assert one.ok, f"{one.fact.about}: {one.value:.4g} is not {one.fact.bounds}"
    assert not any(window.desk.library.run(name).notes for name in runs), "nothing stands under a lesson"
    file = Path(os.environ.get(PICTURES, tmp_path)) / f"{lesson.name}.png"
    assert window.grab().save(str(file))


def measured(window: Window, run: str) -> Ran:
    """What a run of the window gave, as the facts of lessons are measured on it."""
    live = window.desk.queue.live(run)
    assert live is not None
    ran = Ran(options_of(Recipe.from_json(window.desk.library.recipe(run))), live.opened,
              charts={chart.title: chart for chart in live.charts}, figures=dict(live.measured))
    steps = live.trajectory
    if steps is not None:
        ran.x, ran.x0 = ([np.array(part(k)) for k in range(steps.last + 1)] for part in (steps.x, steps.x0))
    return ran
