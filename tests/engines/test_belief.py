"""What a network believes on the way: the states it is asked at, and how far it is from the truth."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engines.analytic import MixtureDenoiser
from engines.data.pointdata import FreshPoints, StoredPoints
from engines.data.points.base import point_sets
from engines.learnt import Learnt
from engines.modality import Modality
from engines.model_file import ModelSpec
from engines.networks.mlp import MLPOptions
from engines.point_field import Marginal
from engines.process.paths import Path
from engines.process.prediction import X0
from engines.process.seen import seen_scale
from engines.process.straight import Straight
from engines.process.ve import VE
from engines.process.vp_cosine import VPCosine
from engines.tasks.train_points import truth_of
from engines.training.belief import Beliefs
from engines.training.few import too_few


class Oracle(nn.Module):
    """A network that gives the exact x0_hat, moved by a constant."""

    def __init__(self, path: Path, off: float) -> None:
        super().__init__()
        self.off = nn.Parameter(torch.tensor(off))
        mixture = point_sets()["unequal-blobs"]().oracle()
        assert mixture is not None
        self.path, self.exact = path, MixtureDenoiser(mixture, path)

    def forward(self, x: Tensor, t: Tensor, cond: Any = None) -> Tensor:
        """x0_hat of x0-prediction; x comes at unit size."""
        time = t[0].double()
        return (self.exact(x.double() * self.path.scale(time), time) + self.off).float()


def spec(path: Path) -> ModelSpec:
    return ModelSpec(modality=Modality.POINTS, title="a", channels=2, prediction=X0(), path=path, network=MLPOptions())


@pytest.mark.parametrize("path", [VPCosine(), VE(), Straight()])
def test_a_perfect_network_has_no_error_and_one_that_is_off_is_off_by_as_much(path: Path) -> None:
    data = FreshPoints(point_sets()["unequal-blobs"]())
    beliefs = Beliefs(data, spec(path), truth_of(data, path))
    perfect, moved = beliefs(Oracle(path, 0.0)), beliefs(Oracle(path, 0.1))
    assert perfect.errors.max() < 1e-3
    np.testing.assert_allclose(moved.errors, 0.1, rtol=0.02)
    np.testing.assert_allclose(perfect.learned, perfect.exact, atol=2e-3)
    assert (np.diff(perfect.times) < 0).all(), "the noisiest comes first"


@pytest.mark.parametrize("path", [VPCosine(), VE(), Straight()])
def test_its_factors_make_the_exact_score_and_velocity(path: Path) -> None:
    """As the field of the canvas has them, which computes both in another way."""
    data = FreshPoints(point_sets()["unequal-blobs"]())
    beliefs = Beliefs(data, spec(path), truth_of(data, path))
    found = beliefs(Oracle(path, 0.0))
    mixture = point_sets()["unequal-blobs"]().oracle()
    assert mixture is not None
    for k, t in enumerate(found.times):
        marginal = Marginal(MixtureDenoiser(mixture, path), path, float(t), seen_scale(path, float(t)))
        for factors, wanted in ((found.score, marginal.score), (found.velocity, marginal.velocity)):
            made = factors[k, 0] * found.exact[k] + factors[k, 1] * found.points
            exact = wanted(found.points)
            np.testing.assert_allclose(made, exact, rtol=1e-3, atol=1e-3 * np.abs(exact).max())


def test_points_of_a_table_have_a_close_mixture_and_a_consistency_model_nothing_exact() -> None:
    data = point_sets()["moons"]()
    stored = StoredPoints.of("mine", data.sample(500, 1))
    network = Oracle(VPCosine(), 0.0)
    assert Beliefs(stored, spec(VPCosine()), truth_of(stored, VPCosine()))(network).errors.shape == (8,)
    bare = Beliefs(FreshPoints(data), spec(VPCosine()), None)(network)
    assert bare.exact.size == bare.errors.size == 0
    assert bare.learned.shape == (8, 361, 2)


def test_of_a_few_points_nothing_is_held_back_and_they_are_asked_about_themselves() -> None:
    three = torch.tensor([[-1.0, -0.5], [0.2, 1.1], [0.8, -0.6]], dtype=torch.float64)
    stored = StoredPoints.of("mine", three)
    assert not len(stored.held_back(10)[0])
    found = Beliefs(stored, spec(VPCosine()), truth_of(stored, VPCosine()))(Oracle(VPCosine(), 0.0))
    assert np.isfinite(found.errors).all()
    np.testing.assert_allclose(np.unique(found.data, axis=0), three.numpy(), atol=1e-6)
    assert found.seen == "3 points, all learned from"


def test_it_says_which_points_of_the_data_are_seen() -> None:
    moons, network = point_sets()["moons"](), Oracle(VPCosine(), 0.0)
    stored = Beliefs(StoredPoints.of("mine", moons.sample(350, 1)), spec(VPCosine()), None)(network)
    assert (stored.seen, len(stored.data)) == ("17 of 350 points, held out", 17)
    fresh = Beliefs(FreshPoints(moons), spec(VPCosine()), None)(network)
    assert (fresh.seen, len(fresh.data)) == ("1,000 fresh points", 1000)
    assert "333 points (17 more are held out to validate on) for a batch of 512" in too_few(333, 512, "point", 17)


def test_on_a_line_it_is_asked_along_the_line() -> None:
    data = FreshPoints(point_sets()["claw"]())
    line = spec(VPCosine()).model_copy(update={"channels": 1})

    class Zero(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weight = nn.Parameter(torch.zeros(1))

        def forward(self, x: Tensor, t: Tensor, cond: Any = None) -> Tensor:
            return x * self.weight

    found = Beliefs(data, line, truth_of(data, VPCosine()))(Zero())
    assert found.learned.shape == (8, 81, 1)
    assert found.data.shape == (1000, 1)


@pytest.mark.parametrize(("learnt", "score", "velocity"), [
    (Learnt.MEAN, 8, 8), (Learnt.PAIRED, 0, 8), (Learnt.ENDS, 0, 0)])
def test_what_is_no_mean_of_the_data_has_no_score_and_an_end_no_velocity(learnt: Learnt, score: int,
                                                                          velocity: int) -> None:
    other = spec(VPCosine()).model_copy(update={"learnt": learnt})
    found = Beliefs(FreshPoints(point_sets()["moons"]()), other, None)(Oracle(VPCosine(), 0.0))
    assert (len(found.score), len(found.velocity)) == (score, velocity)
