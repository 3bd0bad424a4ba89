"""A run that is compared and goes on after it had ended: its panel follows it, and all beside it stays."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import filled, run, turned
from tests.journeys.test_compare import compared
from tests.journeys.test_images import fill, press_run
from tests.journeys.test_lesson_runs import held
from tests.journeys.test_points_panels import begun_beside
from tests.journeys.window import Window
from workbench.library.records import State
from workbench.pages.images_page import Mode
from workbench.running.mailbox import LiveRun

STEPS, POINTS = 200, 1200


def stopped(qtbot: QtBot, window: Window) -> str:
    """A run of the form, stopped on its way."""
    queue = window.desk.queue
    job = window.runs.start()
    assert job is not None
    qtbot.waitUntil(lambda: queue.job(job.id).done > 2, timeout=SOON)
    with qtbot.waitSignal(queue.job_finished, timeout=SOON):
        queue.cancel(job.id)
    assert queue.job(job.id).state is State.CANCELLED
    return job.id


def steps_of(live: LiveRun | None) -> int:
    """The last recorded step of a run."""
    assert live is not None
    assert live.trajectory is not None
    return live.trajectory.last


@pytest.fixture
def pictures(qtbot: QtBot, opened: Opener) -> tuple[Window, str, str]:
    """A window with a run of pictures that was stopped, and a whole one on the canvas."""
    window = opened()
    fill(window, "generate", {"steps": STEPS, "count": 1, "seed": 7})
    part = stopped(qtbot, window)
    fill(window, "generate", {"steps": 4, "count": 1, "seed": 9})
    return window, part, press_run(qtbot, window)


def test_the_right_picture_follows_its_run_that_goes_on(qtbot: QtBot, pictures: tuple[Window, str, str]) -> None:
    """By “Go on” of the library; until its first new step those of before stay in sight."""
    window, part, whole = pictures
    compared(qtbot, window, part)
    stage, queue, compare = window.desk.stage, window.desk.queue, window.images.compare
    before = stage.other
    stage.move(4)
    with held(window):
        window.library._uses.resume([part])
        assert (stage.run, stage.other, window.images.mode) == (whole, before, Mode.COMPARE)
        assert compare.right.grid.count == 1
    reached = steps_of(before)
    qtbot.waitUntil(lambda: steps_of(stage.other) > reached, timeout=SOON)
    assert stage.other is queue.live(part)
    assert stage.run == whole
    qtbot.waitUntil(lambda: f"and {STEPS}/{STEPS}" in window.images.strip.words, timeout=SOON)
    qtbot.waitUntil(lambda: not queue.alive(), timeout=SOON)
    live = queue.live(part)
    assert live is not None
    assert live.samples is not None
    np.testing.assert_array_equal(stage.frames(stage.other), live.samples)
    assert window.images.mode is Mode.COMPARE


def test_the_run_of_the_time_line_goes_on_beside_the_other(qtbot: QtBot, pictures: tuple[Window, str, str]) -> None:
    """The time line follows, as it did before the run was stopped."""
    window, part, whole = pictures
    window.navigator.load(part)
    stage, queue = window.desk.stage, window.desk.queue
    qtbot.waitUntil(lambda: stage.run == part, timeout=SOON)
    compared(qtbot, window, whole)
    window.library._uses.resume([part])
    qtbot.waitUntil(lambda: stage.live is queue.live(part), timeout=SOON)
    assert stage.other is not None
    assert (stage.other.run, window.images.mode) == (whole, Mode.COMPARE)
    qtbot.waitUntil(lambda: stage.index == STEPS and not queue.alive(), timeout=SOON)
    assert window.images.mode is Mode.COMPARE
    assert f"step {STEPS}/{STEPS} and 4/4" in window.images.strip.words


def test_who_looks_back_is_left_in_peace(qtbot: QtBot, pictures: tuple[Window, str, str]) -> None:
    window, part, whole = pictures
    window.navigator.load(part)
    stage, queue = window.desk.stage, window.desk.queue
    qtbot.waitUntil(lambda: stage.run == part, timeout=SOON)
    compared(qtbot, window, whole)
    stage.move(1)
    window.library._uses.resume([part])
    qtbot.waitUntil(lambda: not queue.alive(), timeout=SOON)
    qtbot.waitUntil(lambda: stage.last == STEPS, timeout=SOON)
    assert (stage.index, window.images.mode) == (1, Mode.COMPARE)


def test_panels_of_points_stay_when_the_run_of_the_time_line_goes_on(qtbot: QtBot, opened: Opener) -> None:
    """With scrubber and table, whichever of three it is."""
    window = opened()
    points = turned(window, qtbot)
    qtbot.waitUntil(lambda: window.desk.ready, timeout=SOON)
    filled(window, steps=POINTS, count=40)
    part = stopped(qtbot, window)
    filled(window, steps=4)
    others = [begun_beside(window), begun_beside(window)]
    order = [part, *others]
    qtbot.waitUntil(lambda: points.runs.order == order, timeout=SOON)
    stage, queue = window.desk.stage, window.desk.queue
    qtbot.waitUntil(lambda: not queue.alive(), timeout=SOON)
    window.library._uses.resume([part])
    qtbot.waitUntil(lambda: stage.live is queue.live(part), timeout=SOON)
    assert points.runs.order == order
    assert [field.marked for field in points.field_page.fields] == [True, False, False]
    assert stage.whose == "Panel 1"
    qtbot.waitUntil(lambda: not queue.alive() and stage.index == POINTS, timeout=SOON)
    assert points.runs.order == order
    qtbot.waitUntil(lambda: len(points.table.table.rows) == 4, timeout=SOON)
    assert points.table.table.rows[0].texts[0] == f"{POINTS:,}"


@pytest.mark.parametrize("place", [1, 2])
def test_a_panel_of_points_follows_its_run_to_the_end(qtbot: QtBot, opened: Opener, place: int) -> None:
    window = opened()
    points = turned(window, qtbot)
    qtbot.waitUntil(lambda: window.desk.ready, timeout=SOON)
    filled(window, steps=POINTS, count=40)
    part = stopped(qtbot, window)
    whole = run(window, qtbot, steps=3, count=40)
    stage, queue = window.desk.stage, window.desk.queue
    order = [whole, part]
    points.runs.add(part)
    qtbot.waitUntil(lambda: points.runs.order == order, timeout=SOON)
    if place == 2:
        filled(window, steps=4)
        with held(window):  # else it may have its place before the order is known
            order.insert(1, begun_beside(window))
            points.runs._known_order = tuple(order)
        qtbot.waitUntil(lambda: points.runs.order == order, timeout=SOON)
    before = points.runs.shown[place]
    with held(window):
        queue.resume(part)
        assert points.runs.shown[place] is before
    qtbot.waitUntil(lambda: points.runs.shown[place] is queue.live(part), timeout=SOON)
    assert points.runs.order == order
    qtbot.waitUntil(lambda: not queue.alive(), timeout=SOON)
    assert (stage.run, points.runs.order) == (whole, order)
    qtbot.waitUntil(lambda: points.table.table.rows[place].texts[0] == f"{POINTS:,}", timeout=SOON)
