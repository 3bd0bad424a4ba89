"""A run that was compared when it went on, and stands alone before its first new step: the canvas follows it still."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import filled, run, turned
from tests.journeys.test_compare import compared
from tests.journeys.test_images import fill, press_run
from tests.journeys.test_lesson_runs import held
from tests.journeys.test_resumed_beside import steps_of, stopped
from tests.journeys.window import Window
from workbench.pages.images_page import Mode

STEPS, POINTS = 200, 1200


def escaped(qtbot: QtBot, window: Window, _whole: str) -> None:
    """End the comparison by the key."""
    qtbot.keyClick(window.timeline.scrubber.slider, Qt.Key.Key_Escape)


def removed(_qtbot: QtBot, window: Window, _whole: str) -> None:
    """Take the active panel away."""
    window.desk.actions["points.remove"].trigger()


def deleted(_qtbot: QtBot, window: Window, whole: str) -> None:
    """Delete the run beside it."""
    window.library.delete([whole])


@pytest.mark.parametrize("back", [False, True])
def test_the_canvas_follows_a_run_of_pictures(qtbot: QtBot, opened: Opener, *, back: bool) -> None:
    """To its end, or where it is looked at an earlier step, as far as the time line goes."""
    window = opened()
    fill(window, "generate", {"steps": STEPS, "count": 1, "seed": 7})
    part = stopped(qtbot, window)
    fill(window, "generate", {"steps": 4, "count": 1, "seed": 9})
    whole = press_run(qtbot, window)
    window.navigator.load(part)
    stage, queue = window.desk.stage, window.desk.queue
    qtbot.waitUntil(lambda: stage.run == part, timeout=SOON)
    compared(qtbot, window, whole)
    if back:
        stage.move(1)
    reached = steps_of(stage.live)
    with held(window):
        window.library._uses.resume([part])
        escaped(qtbot, window, whole)
        assert (stage.run, stage.last, stage.other) == (part, reached, None)
    qtbot.waitUntil(lambda: not queue.alive() and stage.last == STEPS, timeout=SOON)
    live = queue.live(part)
    assert stage.live is live
    assert live is not None
    assert live.samples is not None
    assert window.images.mode is not Mode.COMPARE
    assert stage.index == (1 if back else STEPS)
    if not back:
        np.testing.assert_array_equal(stage.frames(), live.samples)


@pytest.mark.parametrize(("active", "end"), [(0, escaped), (1, removed), (0, deleted), (1, deleted)])
def test_the_canvas_follows_a_run_of_points(qtbot: QtBot, opened: Opener, active: int,
                                            end: Callable[[QtBot, Window, str], None]) -> None:
    """With its table, however the comparison came to its end."""
    window = opened()
    points = turned(window, qtbot)
    qtbot.waitUntil(lambda: window.desk.ready, timeout=SOON)
    filled(window, steps=POINTS, count=40)
    part = stopped(qtbot, window)
    whole = run(window, qtbot, steps=3, count=40)
    window.navigator.load(part)
    stage, queue = window.desk.stage, window.desk.queue
    qtbot.waitUntil(lambda: stage.run == part, timeout=SOON)
    points.runs.add(whole)
    qtbot.waitUntil(lambda: points.runs.order == [part, whole], timeout=SOON)
    points.runs.activate(active)
    stage.move(stage.last)
    with held(window):
        queue.resume(part)
        end(qtbot, window, whole)
        assert points.runs.order == [part]
    qtbot.waitUntil(lambda: not queue.alive() and stage.index == POINTS, timeout=SOON)
    assert stage.live is queue.live(part)
    assert points.runs.order == [part]
    qtbot.waitUntil(lambda: points.table.table.rows[0].texts[0] == f"{POINTS:,}", timeout=SOON)
