"""Interpolation: the ends come back, the arc keeps the noise, and a line does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from torch import Tensor

from engines.context import Context
from engines.data.points.base import PointSet, point_sets
from engines.data.points.cloud import Cloud
from engines.data.points.mixtures import Ring
from engines.data.points.own import FILE, Own
from engines.data.points.typical import far_apart
from engines.errors import BadImage, BadOption
from engines.events import Event, Noted
from engines.modalities.image import png_bytes
from engines.modalities.own_points import own_bytes
from engines.process.paths import paths
from engines.recipe import Recipe
from engines.tasks import ends as ends_module
from engines.tasks.base import options_of, task
from engines.tasks.between import Way, sequence
from engines.tasks.ends import Places
from engines.tasks.interpolate_points import InterpolatePointsOptions
from tests.engines.small import context, events, opening, picture, result, resumed, save_small, steps
from tests.engines.test_tasks_invert import figures

PAIR = {"image.png": png_bytes(picture(8, 8)), "sample.png": png_bytes(255 - picture(8, 8))}
EXACT = {"data": {"name": "gaussian", "correlation": 0.0}, "count": 21, "sampler": "rk4", "steps": 40}


@pytest.fixture
def around(tmp_path: Path) -> Context:
    """A small model, and two pictures."""
    save_small(tmp_path)
    return context(tmp_path, PAIR)


def points(folder: Path, options: dict[str, Any]) -> list[Event]:
    """All events of an interpolation of points."""
    chosen = options_of(Recipe("interpolate-points", options))
    return list(task("interpolate-points").run(chosen, context(folder)))


def test_the_arc_keeps_the_norm_and_a_line_does_not() -> None:
    first, last = torch.randn(2, 3, 16, 16, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    last = last * first.norm() / last.norm()
    arc, line = (sequence(first, last, 7, kind).flatten(1).norm(dim=1) for kind in (Way.SLERP, Way.LINEAR))
    torch.testing.assert_close(arc, first.norm().expand(7), rtol=1e-9, atol=0)
    assert float(line[3] / line[0]) == pytest.approx(0.5**0.5, abs=0.05)
    for kind in Way:
        both = sequence(first, last, 5, kind)[[0, -1]]
        assert torch.equal(both, torch.stack([first, last]))


@pytest.mark.parametrize("kind", list(Way))
def test_the_ends_between_seeds_are_the_samples_of_these_seeds(around: Context, kind: str) -> None:
    alike = {"sampler": "ddim", "spacing": "uniform"}
    found = events("interpolate", {**alike, "count": 5, "kind": kind, "ends": {"name": "seeds", "first": 3, "last": 9}},
                   around)
    drawn = events("generate", {**alike, "label": "free", "seeds": [3, 9]}, around)
    np.testing.assert_allclose(result(found).samples[[0, -1]], result(drawn).samples, atol=1e-5)
    assert result(found).nfe == result(drawn).nfe
    assert opening(found).shape[0] == 5


def test_the_line_is_told_by_its_missing_noise(around: Context) -> None:
    told = [figures(events("interpolate", {"kind": kind}, around))["noise_rms"] for kind in ("slerp", "linear")]
    assert told[0] > 0.8
    assert told[1] < 0.8


def test_points_between_the_noise_of_a_gaussian_lie_on_the_arc(tmp_path: Path) -> None:
    """The flow of a standard Gaussian is the identity, and so the samples are the noise itself."""
    found = points(tmp_path, {**EXACT, "ends": {"name": "places", "begin": "1.5, 0", "end": "0,1.5"}})
    samples = result(found).samples
    np.testing.assert_allclose(samples[[0, -1]], [[1.5, 0], [0, 1.5]], atol=1e-3)
    np.testing.assert_allclose(np.linalg.norm(samples, axis=1), 1.5, atol=1e-3)
    angles = np.degrees(np.arctan2(samples[:, 1], samples[:, 0]))
    np.testing.assert_allclose(np.diff(angles), 4.5, atol=0.02)
    assert figures(found)["rms"] < 1e-3


def test_a_straight_way_between_them_is_the_chord(tmp_path: Path) -> None:
    found = points(tmp_path, {**EXACT, "kind": "linear", "ends": {"name": "places", "begin": "1.5,0", "end": "0,1.5"}})
    np.testing.assert_allclose(result(found).samples.sum(axis=1), 1.5, atol=2e-3)


def test_pictures_come_back_at_the_ends(around: Context) -> None:
    found = events("interpolate", {"ends": "pictures", "count": 3, "steps": 40, "sampler": "rk4"}, around)
    told = figures(found)
    seen = np.stack([picture(8, 8)[..., 0], 255 - picture(8, 8)[..., 0]]).astype(np.float32) / 127.5 - 1
    far = np.sqrt(np.square(result(found).samples[[0, -1], 0] - seen).mean(axis=(1, 2)))
    assert told["rms"] == pytest.approx(float(far.mean()), rel=1e-3)
    assert told["rms"] < 0.05
    said = [event.sentence for event in found if isinstance(event, Noted)]
    assert f"difference of {far[0]:.2g} and the last with {far[1]:.2g}; 0 is" in said[-1]


@pytest.mark.parametrize("ends", ["seeds", "pictures"])
@pytest.mark.parametrize("k", [0, 3])
def test_a_resumed_interpolation_is_the_same(around: Context, ends: str, k: int) -> None:
    options = {"ends": ends, "count": 4, "label": "a,b", "guidance": 2.0}
    whole = events("interpolate", options, around)
    again = resumed("interpolate", options, around, whole, k)
    assert result(again).sha256 == result(whole).sha256
    assert result(again).nfe == result(whole).nfe == steps(whole)[-1].nfe


@pytest.mark.parametrize("ends", ["seeds", "places"])
def test_what_points_cost_is_told_beforehand(tmp_path: Path, ends: str) -> None:
    options = {"steps": 4, "count": 5, "ends": ends}
    cost = task("interpolate-points").cost_of(options_of(Recipe("interpolate-points", options)), None)
    assert cost is not None
    assert (cost.evaluations, cost.samples) == (result(points(tmp_path, options)).nfe, 5)


@pytest.mark.parametrize(("options", "why"), [
    ({"ends": {"name": "places", "begin": "1, x"}}, "“1, x” is no point of these data; give 2 numbers within ±100"),
    ({"ends": {"name": "places", "end": "3"}}, "“3” is no point of these data; give 2 numbers"),
    ({"ends": {"name": "places", "end": "nan, 0"}}, "“nan, 0” is no point"),
    ({"data": "line"}, "On a line there is no arc between two states; choose the way “linear”")])
def test_what_cannot_be_gone_is_said(tmp_path: Path, options: dict[str, Any], why: str) -> None:
    if options.get("data") == "line":
        from engines.data.points.base import point_sets

        options = {"data": next(name for name, kind in point_sets().items() if kind.dimension == 1)}
    chosen = options_of(Recipe("interpolate-points", options))
    with pytest.raises(BadOption, match=why):
        task("interpolate-points").check(chosen, {}, None)
    with pytest.raises(BadOption, match=why):
        list(task("interpolate-points").run(chosen, context(tmp_path)))


@pytest.mark.parametrize("name", [name for name in point_sets() if name != "own"])
def test_places_that_nobody_chose_are_two_typical_points_of_the_data(name: str, tmp_path: Path) -> None:
    data = point_sets()[name]()
    found = far_apart(data)
    assert torch.equal(found, far_apart(data))
    near = torch.cdist(found, data.sample(2000, 1)).kthvalue(10).values
    assert float(near.max()) < 0.4, "many points are near both"
    assert float((found[0] - found[1]).norm()) > 1.5
    if data.dimension == 1:
        return
    run = points(tmp_path, {"data": name, "count": 3, "steps": 30})
    # the noise of typical points is such as well, so that all of its arc is within what is looked at
    assert float(steps(run)[0].x.abs().max()) < 2.9


def test_places_are_in_the_numbers_of_own_points_and_those_of_earlier_runs_at_unit_scale() -> None:
    own = np.random.default_rng(2).normal((172, 70), (6, 12), (120, 2))
    data, files = Own(), {FILE: own_bytes(own)}
    bound, units = data.bound(files), Cloud.of(own).units
    path = paths()["vp-cosine"]()

    def ends(places: dict[str, Any], **given: Any) -> np.ndarray:
        recipe = Recipe("interpolate-points", {"ends": {"name": "places", **places}}, **given)
        chosen = cast(InterpolatePointsOptions, options_of(recipe))
        return chosen.ends.among(bound, bound.units()).states(path, (2,), files).numpy()

    np.testing.assert_allclose(units.restored(ends({"begin": "180, 80", "end": "165,60"})), [[180, 80], [165, 60]],
                               rtol=1e-5)
    earlier = ends({"begin": "-1.4, 0", "end": "1, 1"}, backend={"device": "cpu"})
    np.testing.assert_allclose(earlier, [[-1.4, 0], [1, 1]], rtol=1e-6)
    np.testing.assert_allclose(ends({"end": "165,60"})[0], far_apart(bound)[0], rtol=1e-6)
    with pytest.raises(BadOption, match=r"“-1.4, 0” is no point of these data; give 2 numbers within 96.72 of"):
        ends({"begin": "-1.4, 0"})


def test_places_that_are_written_are_taken_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    def looked(data: PointSet) -> Tensor:
        raise AssertionError("typical points were looked for")

    monkeypatch.setattr(ends_module, "far_apart", looked)
    found = Places(begin="−1.4, 0", end="1, -2e−1").among(Ring(), None)
    assert (found.begin, found.end) == ("-1.4, 0.0", "1.0, -0.2")
    with pytest.raises(AssertionError, match="were looked for"):
        Places(begin="−1.4, 0").among(Ring(), None)


def test_typical_points_of_a_table_of_few_different_rows_are_two() -> None:
    own = np.array([[0.0, 0.0]] * 50 + [[3.0, 1.0]] * 2)
    found = far_apart(Own().bound({FILE: own_bytes(own)}))
    assert float((found[0] - found[1]).norm()) > 1
    assert len(far_apart(Own().bound({FILE: own_bytes(own[[0, -1]])}))) == 2


def test_a_picture_that_is_missing_is_said(tmp_path: Path) -> None:
    save_small(tmp_path)
    with pytest.raises(BadImage, match="The picture “sample.png” is missing"):
        events("interpolate", {"ends": "pictures"}, context(tmp_path, {"image.png": PAIR["image.png"]}))
