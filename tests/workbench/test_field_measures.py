"""One run and step has one distance to the truth, wherever it is shown; exact points are the measure of chance."""

from __future__ import annotations

import numpy as np
import pytest

from engines.metrics.points import energy_distance
from engines.modalities.points import npy_bytes
from engines.recipe import Recipe
from engines.tasks.sample_points import SamplePointsOptions
from workbench.fields.measures import COUNT, Wish, _Truths
from workbench.fields.store import Subject

TIME = (0.0, 1.0)


def wish(data: dict[str, object], points: np.ndarray, *, fair: bool = False, rough: bool = False,
         files: dict[str, bytes] | None = None) -> Wish:
    options = {**SamplePointsOptions().model_dump(mode="json"), "data": data}
    return Wish("a", 1, Subject(Recipe("sample-points", options, files=files or {})), TIME, points, rough, fair)


@pytest.mark.parametrize("fair", [False, True])
def test_table_and_curve_tell_the_same_energy_distance(fair: bool) -> None:
    truths, points = _Truths(), np.random.default_rng(0).standard_normal((1500, 2))
    of_table = truths.measured(wish({"name": "ring"}, points, fair=fair), None)
    of_curve = truths.measured(wish({"name": "ring"}, points, fair=fair, rough=True), None)
    assert of_curve.energy == of_table.energy


def test_exact_points_of_a_file_are_as_far_as_independent_draws_of_it() -> None:
    """Not as near as the file is to itself: of N draws the distance is E|X − X'|/N on average."""
    rng = np.random.default_rng(1)
    own = rng.standard_normal((300, 2))
    own = (own - own.mean(0)) / np.sqrt(own.var(0).mean())
    apart = np.sqrt(((own[:, None] - own[None]) ** 2).sum(2)).mean()
    found = _Truths().measured(wish({"name": "own", "file": "p.npy"}, np.zeros((300, 2)), fair=True,
                                    files={"p.npy": npy_bytes(own)}), None)
    assert found.energy == pytest.approx(apart / 300, rel=0.5)
    assert found.energy > 10 * energy_distance(own, np.tile(own, (COUNT // 300, 1)))


def test_the_measure_of_chance_is_a_mean_over_draws_where_points_are_few() -> None:
    """A single draw of 100 points is a third to three times as far as the mean."""
    truths, points = _Truths(), np.zeros((100, 2))
    found = [truths.measured(Wish("", seed, wish({"name": "gaussian"}, points).subject, TIME, points, True, True), None)
             for seed in (1, 2, 3)]
    expected = np.sqrt(np.pi) / 100  # E|X − X'| of a standard normal of the plane, and little of 4,000 points more
    assert [one.energy for one in found] == pytest.approx([expected] * 3, rel=0.35)
