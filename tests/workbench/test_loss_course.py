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
    at = course.at(20)
    assert course.step(at) == 20
    assert course.values(at) == {"prior": 1 / 20, "guidance": 2 / 20}
    assert course.step(course.at(None)) == 40
    assert np.isnan(course.courses["guidance"][:9]).all()
    assert not np.isnan(course.courses["guidance"][9:]).any()


def test_a_long_training_is_drawn_at_so_many_steps_its_last_among_them() -> None:
    course = LossCourse().of(trained(5000))
    assert len(course.courses["prior"]) == DRAWN
    assert course.step(course.at(None)) == 5000
    assert set(course.courses) == {"prior"}


def test_it_is_made_anew_only_where_the_training_went_on() -> None:
    live = trained(10)
    course = LossCourse().of(live)
    assert course.of(live) is course
    live.history.trained.add(11, 11, 0.5, 1e-3, 100.0, 1.0, 0.1)
    assert course.of(live).step(course.of(live).at(None)) == 11
