"""Data on a line of the plane, whose covariance has rank 1: noise makes them regular, and samplers find the line."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engines.analytic import Mixture, MixtureDenoiser
from engines.errors import BadInput
from engines.process.noise import Noise
from engines.process.vp_cosine import VPCosine
from engines.samplers.langevin import Langevin

WAY = torch.tensor([0.6, 0.8], dtype=torch.float64)
LINE = Mixture(torch.ones(1), torch.zeros(1, 2), 2 * torch.outer(WAY, WAY)[None])
COUNT = 3000


def test_langevin_ends_on_the_line_with_the_spread_that_its_chain_has() -> None:
    """x − h/s²·x + sqrt(2h)·z along it, with s² = α²λ + σ², keeps the variance s²/(1 − h/2s²); then comes x̂_0."""
    path, steps, chain = VPCosine(), 600, Langevin(level=0.2, size=1.0)
    noise = Noise(tuple(range(COUNT)), (2,), dtype=torch.float64)
    times = torch.linspace(path.t_max, 0, steps + 1, dtype=torch.float64)
    x = path.initial(noise.initial())
    for step in chain(path, MixtureDenoiser(LINE, path), x, times, noise=noise):
        x = step.x
    across = torch.stack([-WAY[1], WAY[0]])
    assert float((x.double() @ across).abs().max()) < 1e-6
    t = torch.tensor(0.2 * path.t_max, dtype=torch.float64)
    alpha2, sigma2 = float(path.alpha(t)) ** 2, float(path.sigma(t)) ** 2
    s2 = alpha2 * 2 + sigma2
    expected = alpha2 * 4 / s2**2 * s2 / (1 - sigma2 / (2 * s2))
    assert float(np.var(x.double().numpy() @ WAY.numpy())) == pytest.approx(expected, rel=4 * (2 / COUNT) ** 0.5)


def test_without_noise_such_data_have_no_density_which_is_said() -> None:
    with pytest.raises(BadInput, match="singular"):
        LINE.log_density(torch.zeros(1, 2))
    assert LINE.log_density(torch.zeros(1, 2), 1.0, 0.1).isfinite().all()
