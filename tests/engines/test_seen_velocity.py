"""The velocity of a field against the motion of what is seen: differences of x/scale along the exact flow."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from engines.analytic import MixtureDenoiser
from engines.checks.sampler_claims import flowed
from engines.data.points.mixtures import Ring
from engines.denoiser import Denoiser
from engines.point_field import Marginal
from engines.process.paths import Path, paths
from engines.process.seen import seen_growth, seen_scale
from tests.engines.test_believed import Hidden

RING = Ring().mixture()
SEEN = np.array([[1.0, 0.5], [-2.0, 1.0], [0.3, -0.2], [3.0, -3.5]])
KINDS: dict[str, Callable[[Denoiser], Denoiser]] = {"exact": lambda exact: exact, "learned": Hidden}
EVERY = pytest.mark.parametrize("name", sorted(paths()))


def _moved(path: Path, t: float, s: float) -> np.ndarray:
    """Where what is seen at t, at SEEN, is seen at s."""
    x = torch.as_tensor(SEEN) * seen_scale(path, t)
    ends = torch.tensor([t, s], dtype=torch.float64)
    return flowed(path, RING, x, *ends, steps=8).numpy() / seen_scale(path, s)


@EVERY
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.95, 0.999])
def test_what_is_seen_moves_along_the_velocity(name: str, kind: str, share: float) -> None:
    path = paths()[name]()
    t, h = share * path.t_max, 1e-4 * path.t_max
    moving = (_moved(path, t, t - h) - _moved(path, t, t + h)) / (2 * h)
    prior = KINDS[kind](MixtureDenoiser(RING, path))
    found = Marginal(prior, path, t, seen_scale(path, t)).velocity(SEEN)
    np.testing.assert_allclose(found, moving, rtol=2e-3, atol=2e-3 * np.abs(moving).max())


@EVERY
@pytest.mark.parametrize("kind", KINDS)
def test_it_does_so_at_the_data_where_every_scale_is_1(name: str, kind: str) -> None:
    path, h = paths()[name](), 1e-6
    moving = (SEEN - _moved(path, 0.0, h)) / h
    found = Marginal(KINDS[kind](MixtureDenoiser(RING, path)), path, 0.0, seen_scale(path, 0.0)).velocity(SEEN)
    np.testing.assert_allclose(found, moving, atol=5e-3 * np.abs(moving).max())


@EVERY
def test_the_scale_grows_as_told(name: str) -> None:
    path, h = paths()[name](), 1e-6
    for t in (0.1, 0.4, 0.7, 0.95):
        change = np.log(seen_scale(path, t + h) / seen_scale(path, t - h)) / (2 * h)
        assert seen_growth(path, t) == pytest.approx(change, rel=1e-6, abs=1e-9)
    assert seen_growth(path, 0.0) == pytest.approx(np.log(seen_scale(path, h)) / h, rel=1e-3, abs=1e-9)
