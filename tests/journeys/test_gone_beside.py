"""Runs that leave the library while they are compared: the others stay, and nothing waits for what is gone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import filled, run, turned
from tests.journeys.test_compare import compared
from tests.journeys.test_images import fill, press_run
from tests.journeys.test_lesson_runs import ended, held
from tests.journeys.test_points_panels import begun_beside
from tests.journeys.window import Window
from workbench.pages.images_page import Mode


@pytest.fixture
def pictures(qtbot: QtBot, opened: Opener) -> tuple[Window, str, str]:
    """A window with two runs compared, the one on the canvas last."""
    window = opened()
    fill(window, "generate", {"steps": 2, "count": 3, "seed": 7})
    first = press_run(qtbot, window)
    fill(window, "generate", {"steps": 4, "count": 3, "seed": 99})
    second = press_run(qtbot, window)
    compared(qtbot, window, first)
    return window, first, second


@pytest.mark.parametrize("left", [False, True], ids=["right", "left"])
def test_a_deleted_picture_leaves_the_other_alone(qtbot: QtBot, pictures: tuple[Window, str, str], *,
                                                  left: bool) -> None:
    window, first, second = pictures
    stays, goes = (first, second) if left else (second, first)
    window.library.trash.delete([goes])
    stage = window.desk.stage
    assert (stage.run, stage.other, window.images.mode) == (stays, None, Mode.GRID)
    assert window.images.strip.words.startswith("3 samples of digits · 3 × 28 × 28")
    assert window.images.grid.count == 3
    assert not window.desk.actions["run.compare"].isChecked()
    window.desk.history.undo()
    qtbot.waitUntil(lambda: stage.run == second, timeout=SOON)  # what was on the canvas comes back to it
    compared(qtbot, window, first)


def test_deleted_panels_of_points_leave_the_others(qtbot: QtBot, opened: Opener) -> None:
    """In their order and by their names, whichever is deleted."""
    window = opened()
    points, stage = turned(window, qtbot), window.desk.stage
    runs = [run(window, qtbot, steps=5, count=40)]
    for steps in (3, 4, 6):
        filled(window, steps=steps)
        runs.append(begun_beside(window))
    qtbot.waitUntil(lambda: points.runs.order == runs and not window.desk.queue.alive(), timeout=SOON)
    points.runs.activate(2)
    window.library.trash.delete([runs[0]])
    assert points.runs.order == runs[1:]
    assert (stage.run, stage.whose) == (runs[2], "Panel 2")
    assert list(points.field_page.titles.values()) == ["3 steps", "4 steps", "6 steps"]
    window.library.trash.delete([runs[2]])
    assert points.runs.order == [runs[1], runs[3]]
    assert stage.run in points.runs.order
    assert len(points.field_page.fields) == 2
    window.library.trash.delete([runs[1], runs[3]])
    assert (stage.live, points.runs.order) == (None, [])


def test_a_stopped_branch_that_waited_is_on_the_canvas_again_after_undo(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    run(window, qtbot, steps=4, count=40)
    window.desk.stage.move(2)
    with held(window):
        window.desk.actions["run.branch"].trigger()
        branch = window.desk.stage.run
        qtbot.keyClick(window, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
        assert window.desk.stage.live is None
        assert not window.desk.queue.alive()
        window.desk.history.undo()
        assert window.desk.stage.run == branch
        assert window.findChildren(type(window.library._panel))[0].open_trash.text() == "Trash"
    qtbot.waitUntil(lambda: window.desk.stage.last == 4, timeout=SOON)
    ended(window, qtbot)


def test_a_comparison_of_pictures_waits_for_the_first_step(qtbot: QtBot, opened: Opener) -> None:
    """It is chosen while its run waits; Esc gives it up."""
    window = opened()
    fill(window, "generate", {"steps": 2, "count": 3, "seed": 7})
    shown = press_run(qtbot, window)
    stage = window.desk.stage
    with held(window):
        waiting = [job.id for job in (window.runs.enqueue(), window.runs.enqueue()) if job is not None]
        window.timeline.tree.compare_asked.emit(waiting[0])
        assert not window.bar.sentence
        assert "begins with the first step" in window.status.sentence
        assert window.spaces.current.leave()
        window.timeline.tree.compare_asked.emit(waiting[1])
        assert (stage.run, stage.other) == (shown, None)
    qtbot.waitUntil(lambda: stage.other is not None, timeout=SOON)
    assert stage.other is window.desk.queue.live(waiting[1])
    qtbot.waitUntil(lambda: not window.desk.queue.alive(), timeout=SOON)
    assert window.images.mode is Mode.COMPARE
    assert not window.bar.sentence
