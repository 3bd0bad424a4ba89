"""A small table of one's own is all in sight, and its density is wide enough to be seen, which its scale says."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from engines.analytic import Mixture, MixtureDenoiser
from engines.data.points.cloud import Cloud
from engines.data.points.own import OwnPlane
from engines.modalities.own_points import own_bytes
from engines.point_field import Marginal
from engines.process.ve import VE
from engines.process.vp_cosine import VPCosine
from engines.recipe import Recipe
from workbench.controllers.points.subjects import Subjects
from workbench.fields import store
from workbench.fields.frames import ENDS, EXTENT
from workbench.fields.own_rows import AIR, FEW, Rows
from workbench.fields.store import Subject

SPREAD = np.random.default_rng(0).normal(size=(200, 2)) * (1.0, 3.0)


def rows(count: int) -> Rows:
    return Rows.found(np.random.default_rng(1).normal(size=(count, 2)))


def test_all_points_of_a_small_table_are_in_sight(monkeypatch: pytest.MonkeyPatch) -> None:
    cloud = Cloud.of(SPREAD, "mine")
    found = Rows.of(OwnPlane(cloud=cloud))
    highest = np.abs(cloud.points.numpy()).max(0)
    assert found.reach == pytest.approx(tuple(AIR * highest))
    assert found.remark(found.reach) == ""
    monkeypatch.setattr(Subjects, "runs", lambda _: [])
    left, bottom, right, top = Subjects.__new__(Subjects).extent(found.reach)
    assert (left, right) == EXTENT[::2], "never less than of other sets"
    assert (bottom, top) == pytest.approx((-AIR * highest[1], AIR * highest[1]))
    assert Subjects.__new__(Subjects).extent() == EXTENT


def test_of_many_points_the_farthest_are_said_in_place_of_seen() -> None:
    points = np.random.default_rng(2).normal(size=(10_000, 2))
    points[:3] = 50.0
    found = Rows.found(points)
    assert max(found.reach) < 6
    outside = int((np.abs(points) > found.reach).any(axis=1).sum())
    assert 3 <= outside < 30
    assert found.remark(found.reach).startswith(f"{outside} of 10,000 points of the data lie outside of the first view")
    assert found.remark((8.0, 8.0)).startswith("3 of 10,000 points"), "a wide canvas shows more"
    assert found.remark((60.0, 60.0)) == ""


def test_few_points_are_drawn_wider_than_many() -> None:
    assert 0.1 < rows(FEW).blur < rows(50).blur < 0.5
    assert rows(FEW + 1).blur == 0


@pytest.mark.parametrize("path", [VPCosine(), VE()])
def test_a_blur_is_the_noise_that_is_least(path: VPCosine | VE) -> None:
    mixture = Mixture(torch.ones(1, dtype=torch.float64), torch.zeros(1, 2, dtype=torch.float64),
                      1e-8 * torch.eye(2, dtype=torch.float64)[None])
    place, late = np.array([[0.1, 0.2]]), Marginal(MixtureDenoiser(mixture, path), path, 0.7, 2.0)
    early = Marginal(MixtureDenoiser(mixture, path), path, 0.0)
    assert early.blurs(0.3)
    wanted = np.exp(-(place**2).sum() / (2 * 0.3**2)) / (2 * np.pi * 0.3**2)
    assert early.density(place, 0.3) == pytest.approx(wanted, rel=1e-6)
    assert not late.blurs(late.levels[1] / 2 - 1e-9)
    assert late.density(place, 0.01) == pytest.approx(late.density(place))


def test_the_scale_says_by_how_much_in_the_units_of_the_file() -> None:
    recipe = Recipe("sample-points", {"data": {"name": "own", "file": "points.npy"}, "count": 10, "steps": 2},
                    {"points.npy": own_bytes(20 * SPREAD + 100, ())})
    known, made = store._made(Subject(recipe), [(0.0, 1.0), (0.9, 1.0)], None)
    told = known.rows.blur * known.data.units().scale  # pyright: ignore[reportOptionalMemberAccess]
    assert made[0.0, 1.0].title == f"density, blur {told:.2g}"
    assert made[0.9, 1.0].title == "density"
    density = made[0.0, 1.0].density
    assert density is not None
    assert (density > density.max() / 8).mean() > 0.01, "more than a speck a point"


def test_values_far_off_are_in_sight_on_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.array([*np.linspace(-1, 1, 99), 60.0])[:, None]
    monkeypatch.setattr(Subjects, "runs", lambda _: [])
    monkeypatch.setattr(Subjects, "units", lambda *_: None)
    recipe = Recipe("sample-points", {"data": {"name": "own", "file": "points.npy"}, "count": 10, "steps": 2},
                    {"points.npy": own_bytes(values, ())})
    known, _ = store._made(Subject(recipe), [], None)
    for one, far in ((known, pytest.approx(AIR * 9.95, rel=1e-2)), (None, ENDS[1])):
        subjects = Subjects.__new__(Subjects)
        monkeypatch.setattr(subjects, "_seen", None, raising=False)
        found = SimpleNamespace(known=lambda *_: None, truth=lambda _, one=one: one, prior=lambda _: known.prior)
        monkeypatch.setattr(subjects, "store", found, raising=False)
        assert subjects.ground(None, Subject(recipe)).far == far
