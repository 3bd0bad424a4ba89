"""The density that samples of a class aim at, with guidance and without, against what is known by other ways."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engines.aim import Aim, classed
from engines.analytic import Mixture, MixtureDenoiser
from engines.denoiser import NO_CLASS
from engines.guidance.cfg import ClassifierFree
from engines.point_field import Marginal
from engines.process.paths import Path
from engines.process.ve import VE
from engines.process.vp_cosine import VPCosine

MEANS = torch.tensor([[-1.0, 0.0], [0.6, 0.4], [0.9, -0.8]])
MIXTURE = Mixture(torch.tensor([0.2, 0.5, 0.3], dtype=torch.float64), MEANS, 0.09 * torch.eye(2).repeat(3, 1, 1))
SIDE, COUNT = 5.0, 200
CELL = (2 * SIDE / COUNT) ** 2
AXIS = (np.arange(COUNT) + 0.5) * (2 * SIDE / COUNT) - SIDE
GRID = np.stack([axis.ravel() for axis in np.meshgrid(AXIS, AXIS)], axis=1)


def marginal(t: float, path: Path | None = None, scale: float = 1.0) -> Marginal:
    """p_t of the mixture."""
    path = path or VPCosine()
    return Marginal(MixtureDenoiser(MIXTURE, path), path, t, scale)


@pytest.mark.parametrize("t", [0.0, 0.4])
def test_a_class_aims_at_its_own_component(t: float) -> None:
    alone = Mixture(MIXTURE.weights[1:2], MIXTURE.means[1:2], MIXTURE.covariances[1:2])
    expected = alone.log_density(torch.tensor(GRID), *marginal(t).levels).exp().numpy()
    np.testing.assert_allclose(Aim.of((1, 1), 1.0).density(marginal(t), GRID, CELL), expected, rtol=1e-9, atol=1e-12)


def test_without_a_class_it_is_all_of_the_data_whatever_the_scale() -> None:
    for aim in (Aim(), Aim.of((NO_CLASS,) * 3, 4.0), Aim.of((1,), 0.0)):
        np.testing.assert_array_equal(aim.density(marginal(0.2), GRID, CELL), marginal(0.2).density(GRID))
        assert aim.words(("0", "1", "2")) == "density"


def test_every_class_by_its_weight_is_all_of_the_data() -> None:
    labels = (0,) * 2 + (1,) * 5 + (2,) * 3
    found = Aim.of(labels, 1.0).density(marginal(0.3), GRID, CELL)
    np.testing.assert_allclose(found, marginal(0.3).density(GRID), rtol=1e-9, atol=1e-12)
    half = Aim.of((NO_CLASS, 0), 1.0).density(marginal(0.3), GRID, CELL)
    own = Aim.of((0,), 1.0).density(marginal(0.3), GRID, CELL)
    np.testing.assert_allclose(half, (found + own) / 2, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("path", [VPCosine(), VE()])
@pytest.mark.parametrize("scale", [0.5, 3.0])
def test_what_guidance_bends_to_has_the_score_that_guides(path: Path, scale: float) -> None:
    """By Tweedie's formula from the guided estimate, at the points where the density is not negligible."""
    t, step = 0.3, 1e-4
    alpha, sigma = marginal(t, path).levels
    seen = max(1.0, float(np.hypot(alpha, sigma)))
    known, aim = marginal(t, path, seen), Aim.of((2,), scale)
    density = aim.density(known, GRID, CELL)
    assert float(density.sum()) * CELL == pytest.approx(1.0, rel=1e-9)
    places = GRID[density > density.max() / 10][::40]
    # a common norm is all that the cell decides, so differences of logs need none
    logs = [[np.log(aim.density(known, np.concatenate([places + side * step * axis, places]), CELL))
             for side in (1, -1)] for axis in np.eye(2)]
    found = np.stack([(a[:len(places)] - a[len(places):] - b[:len(places)] + b[len(places):]) / (2 * step)
                      for a, b in logs], axis=1)
    x = torch.tensor(places) * seen
    guided = ClassifierFree(known.denoiser, scale)(x, torch.tensor(t), torch.full((len(x),), 2))
    score = (alpha * guided.double() - x) / sigma**2 * seen
    np.testing.assert_allclose(found, score.numpy(), rtol=1e-3, atol=1e-3)


def test_it_is_called_what_it_is() -> None:
    names = ("0", "1", "2")
    assert Aim.of((1,), 1.0).words(names) == "density of class 1"
    assert Aim.of((0, 2), 1.0).words(names) == "density of classes 0, 2"
    assert Aim.of((0, 1, 2), 1.0).words(names) == "density of each class"
    assert Aim.of((NO_CLASS, 0, 1), 1.0).words(names) == "density of classes free, 0, 1", "class 2 is not asked for"
    assert Aim.of((1,), 2.5).words(names) == "p(x)·p(c|x)²˙⁵ of class 1"
    assert classed(MIXTURE, names)
    assert not classed(MIXTURE, ("0",))
    assert not classed(None, ())
