"""What the stores of the canvas do where work ends in another order than it was asked for, or fails."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject

from engines.learnt import Learnt
from engines.recipe import Recipe
from workbench.controllers.points import course as points_course
from workbench.controllers.points.believed import PointsBelievedController
from workbench.controllers.points.course import PointsCourseController
from workbench.fields import believed_store
from workbench.fields.believed_store import BelievedStore
from workbench.fields.drawing import Ground
from workbench.fields.measures import CURVES, TABLE, MeasureStore, Wish
from workbench.fields.store import FieldStore, Subject

Work = tuple[Callable[[], Any], Callable[[Any], object], Callable[[str], object]]


class Later(QObject):
    """A background whose work waits until it is told to end, well or not."""

    closed = False

    def __init__(self) -> None:
        super().__init__()
        self.work = list[Work]()

    def do(self, *work: Any) -> None:
        self.work.append(work)

    def end(self, result: Any) -> None:
        self.work.pop(0)[1](result)

    def fail(self) -> None:
        self.work.pop(0)[2]("This does not work.")


def subject(name: str) -> Subject:
    return Subject(Recipe("sample-points", {"data": {"name": name}}))


@pytest.fixture
def later(qapp: object) -> Later:
    return Later()


def test_a_field_that_is_wanted_while_it_is_made_ahead_is_made_and_kept_once(later: Later) -> None:
    store, ring, heard, time = FieldStore(later, pytest.fail), subject("ring"), list[int](), (0.5, 1.0)
    store.ahead([(ring, time)])
    store.want(ring, [time], lambda: heard.append(1))
    frame = SimpleNamespace(nbytes=1000)
    later.end((SimpleNamespace(prior=None, truth=None, amiss=""), {time: frame}))
    assert heard == [1]
    assert not later.work
    assert store._times[ring.key] == [time]
    assert store._bytes == 1000


def test_a_field_that_comes_twice_counts_once(later: Later) -> None:
    store, ring, time = FieldStore(later, pytest.fail), subject("ring"), (0.5, 1.0)
    known, frame = SimpleNamespace(prior=None, truth=None, amiss=""), SimpleNamespace(nbytes=1000)
    for _ in range(2):
        store._keep(ring, (known, {time: frame}), lambda: None)
    assert store._times[ring.key] == [time]
    assert store._bytes == 1000


def wish(run: str, data: str, step: int = 0) -> Wish:
    return Wish(run, step, subject(data), (0.0, 1.0), np.zeros((2, 2)))


def test_what_is_wanted_since_another_began_is_measured_when_that_fails(later: Later) -> None:
    store = MeasureStore(later, FieldStore(later, pytest.fail))
    first, second = wish("a", "ring"), wish("b", "moons")
    store.want(TABLE, [first], lambda: None)
    store.want(TABLE, [second], lambda: None)
    later.fail()
    assert store.busy
    later.end("figures")
    assert store.figures(second.key) == "figures"
    assert not store.busy


def test_nothing_more_is_measured_of_a_truth_that_cannot_be_known(later: Later) -> None:
    store = MeasureStore(later, FieldStore(later, pytest.fail))
    store.want(CURVES, [wish("a", "ring", step) for step in range(3)] + [wish("b", "moons")], lambda: None)
    later.fail()
    assert len(later.work) == 1
    later.end("figures")
    assert store.figures(wish("b", "moons").key) == "figures"
    assert not store.busy


def test_curves_wait_while_somebody_scrubs_and_the_table_does_not(later: Later) -> None:
    store, curve, row = MeasureStore(later, FieldStore(later, pytest.fail)), wish("a", "ring"), wish("b", "ring")
    store.rest()
    store.want(CURVES, [curve], lambda: None)
    assert not later.work
    assert store.busy, "it is still to be measured"
    store.want(TABLE, [row], lambda: None)
    later.end("of the table")
    assert not later.work
    store._rest.timeout.emit()
    assert not later.work, "it rests still"
    store._rest.stop()
    store._begin()
    later.end("of the curve")
    assert store.figures(curve.key) == "of the curve"
    assert not store.busy


def test_a_density_that_fails_is_tried_once(later: Later) -> None:
    told, shares = list[str](), list[float]()
    store = BelievedStore(later, shares.append, told.append)
    one = believed_store.WantedDensity(subject("ring"), (0.5, 1.0), SimpleNamespace(dimension=2))
    store.want([one], lambda: None)
    store._rest.stop()
    store._begin()
    later.fail()
    assert told == ["This does not work."]
    assert shares == [], "it is not there"
    assert not later.work
    assert not store.busy


def test_the_density_of_a_model_is_offered_where_one_is_known(later: Later) -> None:
    offered, ring, time = list[str](), subject("ring"), (0.5, 1.0)
    page: Any = SimpleNamespace(shows=lambda _name: False,
                                tools=SimpleNamespace(offer=lambda _name, why: offered.append(why)))
    desk: Any = SimpleNamespace(say=pytest.fail, complain=pytest.fail)
    store = FieldStore(later, pytest.fail)
    believed = PointsBelievedController(desk, later, page, store, lambda: None)

    def told() -> str:
        believed.begin()
        believed.layer(ring, time, Ground(2, 1.0, None))
        believed.end()
        return offered[-1]

    assert "no density of a model" in told()
    truth, model = SimpleNamespace(), SimpleNamespace(learnt=Learnt.MEAN)
    frames = {time: SimpleNamespace(nbytes=1)}
    store._keep(ring, (SimpleNamespace(prior=model, truth=truth, amiss=""), frames), lambda: None)
    assert told() == ""
    store._keep(ring, (SimpleNamespace(prior=truth, truth=truth, amiss=""), frames), lambda: None)
    assert "exact density itself" in told()


def test_fields_of_all_panels_are_made_ahead(later: Later) -> None:
    """What cannot be of one of them is passed over, until the models are others."""
    store, ring, moons = FieldStore(later, lambda _why: None), subject("ring"), subject("moons")
    wishes = [(ring, (0.5, 1.0)), (moons, (0.5, 1.0)), (ring, (0.25, 1.0)), (moons, (0.25, 1.0))]
    store.ahead(wishes)
    later.fail()
    for time in (0.5, 0.25):
        later.end((SimpleNamespace(prior=None, truth=None, amiss=""), {(time, 1.0): SimpleNamespace(nbytes=1000)}))
    assert not later.work
    assert store._times == {moons.key: [(0.25, 1.0), (0.5, 1.0)]}
    store.forgive()
    store.ahead(wishes)
    assert len(later.work) == 1


def test_an_image_over_time_that_fails_is_told_once_and_tried_again_for_other_models(
        later: Later, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(points_course, "resting", lambda *_: {})
    told, key = list[str](), (subject("line"), SimpleNamespace(), "axis")
    course = PointsCourseController(SimpleNamespace(complain=told.append), later, None, None, lambda: None)
    course._resting(*key)
    later.fail()
    assert not course.busy
    course._resting(*key)
    assert told == ["This does not work."]
    assert not later.work
    course.forgive()
    course._resting(*key)
    assert course.busy


def test_a_field_gets_its_streamlines_when_these_are_looked_at(later: Later) -> None:
    """And is made again for nothing else; both times it is there meanwhile."""
    store, ring, time = FieldStore(later, pytest.fail), subject("ring"), (0.5, 1.0)
    known = SimpleNamespace(prior=None, truth=None, amiss="")
    bare, whole = (SimpleNamespace(nbytes=size, lines=lines) for size, lines in ((1000, None), (1500, ())))
    store.want(ring, [time], lambda: None)
    later.end((known, {time: bare}))
    store.want(ring, [time], lambda: None)
    assert not later.work
    store.lined = True
    store.want(ring, [time], lambda: None)
    assert store.known(ring, time) is bare
    later.end((known, {time: whole}))
    assert store.known(ring, time) is whole
    assert (store._times[ring.key], store._bytes) == ([time], 1500)
    store.lined = False
    store.ahead([(ring, time)])
    assert not later.work
