"""The ways of particles are read step by step as a run grows."""

from __future__ import annotations

import gc
from dataclasses import replace
from weakref import ref

import numpy as np
import pytest

from engines.trajectory import Trajectory
from tests.engines.test_trajectory import recorded, step
from workbench.fields.ways import Ways


def test_each_step_is_read_once_while_a_run_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    run, read, x = recorded(0, 3), list[int](), Trajectory.x
    monkeypatch.setattr(Trajectory, "x", lambda steps, i: (read.append(i), x(steps, i))[1])
    ways = Ways()
    assert ways.of(run, (1,), lambda i: i + 1.0).shape == (3, 1, 1, 4, 4)
    for i in (3, 4):
        run.append(step(i), {"error": 0.5 * i})
    known = ways.of(run, (1,), lambda i: i + 1.0)
    assert read == [0, 1, 2, 3, 4]
    for i in range(5):
        np.testing.assert_allclose(known[i, 0], step(i).x.numpy()[1] / (i + 1), rtol=1e-6)
    assert ways.of(run, (0, 1), lambda _i: 1.0).shape[:2] == (5, 2), "others are read anew"
    assert ways.of(run, (0, 1), lambda _i: 1.0).dtype == np.float32
    run.close()


def test_a_run_that_begins_anew_has_the_ways_of_its_new_states_alone() -> None:
    run, anew, ways = recorded(0, 3), Trajectory((2, 1, 4, 4), 6), Ways()
    ways.of(run, (1,), lambda _i: 1.0)
    for i in range(5):
        anew.append(replace(step(i), x=step(i).x + 100))
    found = ways.of(anew, (1,), lambda _i: 1.0)
    assert len(found) == 5
    assert found.min() > 50, "an old place is a few units off 0"
    run.close()
    anew.close()


def test_the_ways_go_with_what_recorded_them() -> None:
    ways, run = Ways(), recorded(0, 3)
    ways.of(run, (1,), lambda _i: 1.0)
    gone = ref(run)
    run.close()
    del run
    gc.collect()
    assert gone() is None
