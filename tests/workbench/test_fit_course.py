"""The course of a fit: grown, stored and read back; what the canvas and the plots make of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engines.component import validated
from engines.context import Context
from engines.device import device
from engines.events import Event, Fitted
from engines.tasks.fit_mixture import FitMixture, FitOptions
from widgets.fields.ellipses import Ellipses
from widgets.fields.particles import Particles
from workbench.fields.fit_course import FitCourse
from workbench.fields.fit_frames import SHOWN, extent, layers, points_of, shares_of
from workbench.pages.fit_plots import FitPlots
from workbench.running.fit_file import FIT, follow, load_fit, save_fit


def _events(folder: Path, **options: Any) -> list[Event]:
    chosen = validated(FitOptions, {"data": "ring", "components": 4, "count": 200, **options})
    return list(FitMixture().run(chosen, Context(device("cpu"), folder)))


def _course(folder: Path, **options: Any) -> FitCourse:
    course = FitCourse()
    for event in _events(folder, **options):
        follow(course, event)
    return course


def test_a_course_is_read_back_to_the_bit(tmp_path: Path) -> None:
    course = _course(tmp_path, compare=3)
    assert save_fit(tmp_path, course)
    again = load_fit(tmp_path)
    assert again.settled
    assert again.opened is not None
    assert course.opened is not None
    np.testing.assert_array_equal(again.opened.points, course.opened.points)
    assert (again.opened.formula, again.opened.letters) == (course.opened.formula, course.opened.letters)
    assert again.tried == course.tried
    for mine, theirs in zip(again.steps, course.steps, strict=True):
        np.testing.assert_array_equal(mine.covariances, theirs.covariances)
        assert (mine.half, mine.bound, mine.note) == (theirs.half, theirs.bound, theirs.note)


@pytest.mark.parametrize("damage", ["cut", "none", "other"])
def test_a_damaged_course_reads_as_none(damage: str, tmp_path: Path) -> None:
    assert not save_fit(tmp_path, FitCourse())
    save_fit(tmp_path, _course(tmp_path))
    file = tmp_path / FIT
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:300])
    elif damage == "none":
        file.unlink()
    else:
        np.savez(file, about=np.array("{}"))
    assert load_fit(tmp_path).last == -1


def test_the_total_is_known_once_it_has_settled(tmp_path: Path) -> None:
    course = FitCourse()
    for event in _events(tmp_path, iterations=50):
        follow(course, event)
        if isinstance(event, Fitted):
            assert course.total == 101
    course.settle()
    assert course.total == course.last < 101
    # a run that goes on from before, or begins again, replaces what it repeats
    course.take(course.steps[3])
    assert course.last == 3
    assert not course.settled


def test_half_steps_have_names(tmp_path: Path) -> None:
    course = _course(tmp_path)
    assert [course.told(k) for k in range(5)] == ["Start", "E step 1", "M step 1", "E step 2", "M step 2"]


def test_the_shares_are_those_of_the_engine(tmp_path: Path) -> None:
    """They are not recorded: what is shown has to be what the engine had."""
    course = _course(tmp_path)
    assert course.opened is not None
    options = validated(FitOptions, {"data": "ring", "components": 4, "count": 200})
    points = options.data.sample(200, options.seed)
    for step in options.em()(points, options.start(points, 4, options.seed)):
        shown = shares_of(course, step.index, course.opened.points)
        np.testing.assert_allclose(shown, step.shares.numpy(), atol=1e-12)


def test_a_dropped_component_has_no_share_and_no_ellipse() -> None:
    course = FitCourse()
    nan = np.full((1, 2), np.nan)
    means = np.array([[0.0, 0.0], [900.0, 900.0], [3.0, 0.0]])
    whole = np.repeat(0.1 * np.eye(2)[None], 3, axis=0)
    course.take(Fitted(0, "start", np.full(3, 1 / 3), means, whole, -9.0, -10.0))
    course.take(Fitted(1, "e", np.full(3, 1 / 3), means, whole, -9.0, -9.0))
    course.take(Fitted(2, "m", np.array([0.5, 0, 0.5]), np.concatenate([means[:1], nan, means[2:]]),
                       np.concatenate([whole[:1], np.full((1, 2, 2), np.nan), whole[2:]]), -8.0, -8.5, "Dropped."))
    course.take(Fitted(3, "e", *(getattr(course.steps[2], part) for part in ("weights", "means", "covariances")),
                       -8.0, -8.0))
    points = np.array([[0.0, 0.1], [2.9, 0.0]])
    for index in (2, 3):
        shares = shares_of(course, index, points)
        np.testing.assert_allclose(shares.sum(axis=1), 1)
        assert (shares[:, 1] == 0).all()
        shown = layers(course, index, points)
        assert isinstance(shown["components"], Ellipses)
        assert shown["components"].told().startswith("2 Gaussians")
        # the others keep their colours
        assert isinstance(shown["points"], Particles)
        assert shown["points"].modes is not None
        assert shown["points"].modes.shape == (2, 3)


def test_of_very_many_points_some_are_drawn_and_all_are_in_sight(tmp_path: Path) -> None:
    course = _course(tmp_path, count=12_000, iterations=1)
    assert course.opened is not None
    assert SHOWN // 2 < len(points_of(course)) <= SHOWN
    left, bottom, right, top = extent(course)
    assert (course.opened.points > (left, bottom)).all()
    assert (course.opened.points < (right, top)).all()


def test_the_plots_show_the_fit_and_no_numbers_of_components_before_any_was_tried(qtbot: QtBot, tmp_path: Path) -> None:
    plots = FitPlots()
    qtbot.addWidget(plots)
    plots.show_course(FitCourse())
    assert plots.bic.isHidden()
    plots.show_course(_course(tmp_path))
    assert plots.bic.isHidden()
    assert "Log-likelihood" in plots.level.accessibleDescription()
    # the shares of the start are no fit: their gap of many nats would press all else to the edge
    scale = plots.level._scale
    assert scale.high - scale.low < 3
