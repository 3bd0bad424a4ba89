"""The losses of a training in the rows of the Equation panel."""

from __future__ import annotations

import numpy as np

from workbench.docks.loss_course import DRAWN, LossCourse
from workbench.running.mailbox import LiveRun


def trained(steps: int, every: int = 0) -> LiveRun:
    """A training whose loss is 1/step, and whose validation loss is 2/step."""
    live = LiveRun("r", "train-points")
    for step in range(1, steps + 1):
        live.history.trained.add(step, steps, 1 / step, 1e-3, 100.0, 1.0, 0.1)
        if every and step % every == 0:
            live.history.validate(step, 2 / step, np.empty(0), np.empty(0))
    return live


def test_losses_stand_at_their_steps() -> None:
    course = LossCourse().of(trained(40, 10))
    assert course.steps[course.at(20)] == course.step(20) == 20
    assert course.values(20) == {"prior": 1 / 20, "guidance": 2 / 20}
    assert course.step(None) == course.steps[course.at(None)] == 40
    assert course.values(None) == {"prior": 1 / 40, "guidance": 2 / 40}
    assert np.isnan(course.courses["guidance"][:9]).all()
    assert not np.isnan(course.courses["guidance"][9:]).any()


def test_a_long_training_is_drawn_at_so_many_steps_its_last_among_them() -> None:
    course = LossCourse().of(trained(5000))
    assert len(course.courses["prior"]) == DRAWN
    assert course.steps[course.at(None)] == 5000
    assert set(course.courses) == {"prior"}


def test_the_losses_are_those_of_the_step_itself_however_few_are_drawn() -> None:
    """And stay so while the training goes on, where other steps are drawn."""
    for steps in (2000, 2003, 5000):
        course = LossCourse().of(trained(steps, 500))
        for step in (1, 625, 998, 1000):
            assert course.step(step) == step
            assert course.values(step)["prior"] == 1 / step
    assert np.isnan(course.values(0)["prior"])
    assert np.isnan(course.values(499)["guidance"])
    assert course.values(1000)["guidance"] == 2 / 1000


def test_it_is_made_anew_only_where_the_training_went_on() -> None:
    live = trained(10)
    course = LossCourse().of(live)
    assert course.of(live) is course
    live.history.trained.add(11, 11, 0.5, 1e-3, 100.0, 1.0, 0.1)
    assert course.of(live).step(None) == 11
