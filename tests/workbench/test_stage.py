"""What is on the canvas: the frames of a step, wherever they are asked for."""

from __future__ import annotations

import numpy as np
from pytestqt.qtbot import QtBot

from engines.events import Opened
from tests.workbench.test_jobs import wait, walk
from workbench.frames import ESTIMATE
from workbench.running.jobs import JobQueue
from workbench.running.mailbox import LiveRun
from workbench.stage import Stage
from workbench.steering.following import Follower


def test_the_film_ends_as_the_canvas_does(qtbot: QtBot, queue: JobQueue) -> None:
    """With the finished samples, which a task may have changed; before the end, and in other views, nothing differs."""
    stage, live = Stage(), queue.live(wait(qtbot, queue, queue.submit(walk())).id)
    assert live is not None
    assert live.samples is not None
    live.samples = live.samples + 1
    stage.show(live)
    last = stage.frames_at(stage.last)
    assert last is not None
    assert np.array_equal(last, live.samples)
    for view, index in ((stage.view, stage.last), (stage.view, 7), (ESTIMATE, stage.last)):
        stage.look(view)
        stage.move(index)
        shown, filmed = stage.frames(), stage.frames_at(index)
        assert shown is not None
        assert filmed is not None
        assert np.array_equal(shown, filmed)
    assert stage.frames_at(stage.last + 1) is None


def moments(*times: float) -> LiveRun:
    """A run over times of which nothing is recorded."""
    live = LiveRun("run")
    seen = np.array(times)
    live.opened = Opened("Run", len(times) - 1, (3, 2), seen, seen, (1, 2, 3), (-1,) * 3, (), (), seen, seen)
    return live


def test_a_walk_that_stays_at_a_time_is_seen_as_far_on_its_way() -> None:
    """Langevin makes all of its steps but the last at one time: the nearest of them would always be its first."""
    stage, other = Stage(), moments(*[0.2] * 10, 0.0)
    stage.live = moments(*[0.2] * 5, 0.0)
    assert [stage.step_of(other) for stage.index in range(6)] == [0, 2, 4, 6, 8, 10]
    stage.live = moments(1.0, 0.8, 0.6, 0.4, 0.2, 0.0)
    assert [stage.step_of(other) for stage.index in range(6)] == [0, 2, 4, 6, 8, 10]
    assert [stage.step_of(moments(1.0, 0.5, 0.0)) for stage.index in range(6)] == [0, 0, 1, 1, 2, 2]


def test_samples_are_gone_through_one_by_one_and_none_comes_after_the_last() -> None:
    stage = Stage()
    assert not stage.step_sample(1), "an empty canvas has none"
    stage.live = moments(1.0, 0.0)
    assert [(stage.step_sample(step), stage.sample) for step in (1, 1, 5, 1, -9, -1)] == [
        (True, 0), (True, 1), (True, 2), (False, 2), (True, 0), (False, 0)]


def test_what_comes_of_the_run_is_drawn_once_and_told_as_drawn(qtbot: QtBot) -> None:
    stage, grown = Stage(), list[int]()
    follower = Follower(stage)
    stage.grown.connect(lambda: grown.append(1))
    assert follower.caught_up, "nothing is on the canvas"
    live = moments(1.0, 0.0)
    live.touch()
    stage.show(live)
    assert not follower.caught_up
    follower.start()
    qtbot.waitUntil(lambda: follower.caught_up)
    assert len(grown) == 1
    live.touch()
    assert not follower.caught_up
    qtbot.waitUntil(lambda: len(grown) == 2)
    assert follower.caught_up
    follower.stop()


def test_both_ends_of_a_run_are_called_by_what_is_there() -> None:
    """There and back again has data twice, and a chain at one noise level never comes to data without noise."""
    stage = Stage()
    for times, ends in (((1.0, 0.5, 0.0), ("noise", "data")), ((0.0, 1.0), ("data", "noise")),
                        ((0.0, 1.0, 0.0), ("data", "data again")), ((0.2, 0.2, 0.2), ("noise", "noisy data"))):
        stage.live = moments(*times)
        assert stage.ends == ends
    assert [stage.step_of(moments(*[0.2] * 5)) for stage.index in range(3)] == [0, 2, 4]
