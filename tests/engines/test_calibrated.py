"""DPS with the automatic step against exact posteriors."""

from __future__ import annotations

import math

import pytest
import torch

from engines.analytic import MixtureDenoiser
from engines.checks.oracle_claims import blob, blobs, end_of
from engines.denoiser import Denoiser
from engines.guidance.cfg import ClassifierFree
from engines.inverse.base import Measurement
from engines.inverse.calibrated import Calibrated
from engines.inverse.dps import DPS, StepRule
from engines.metrics.posterior import against
from engines.mixture import Mixture, gaussian
from engines.operators.base import Operator
from engines.process.paths import paths
from engines.process.vp_cosine import VPCosine
from engines.samplers.ddpm import DDPM
from engines.studies.laboratory_prior import Direction

ALONG = torch.tensor([0.6, 0.8], dtype=torch.float64)
AUTOMATIC = DPS(rule=StepRule.AUTOMATIC)


def measured(y: float, noise: float) -> Measurement:
    """One number along a direction."""
    return Measurement(Direction(ALONG), torch.tensor([[y]], dtype=torch.float64), noise)


@pytest.mark.parametrize("path", paths())
@pytest.mark.parametrize("t", [0.05, 0.4, 0.9])
def test_of_a_gaussian_one_number_is_enough_for_the_exact_estimate(path: str, t: float) -> None:
    """E[x0 | x_t, y]: that of the Gaussian which is left once y is known."""
    way, time = paths()[path](), torch.tensor(t, dtype=torch.float64)
    data, noise = blob(), 0.3
    left = data.posterior(Direction(ALONG).dense(), torch.tensor([0.7], dtype=torch.float64), noise)
    x = torch.randn(5, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    found = Calibrated(MixtureDenoiser(data, way), measured(0.7, noise), way).denoise(x, time)
    exact = MixtureDenoiser(left, way)(x, time)
    torch.testing.assert_close(found.x0, exact, rtol=1e-9, atol=1e-9)
    assert [part.term for part in found.contributions] == ["likelihood"]
    torch.testing.assert_close(found.x0 - found.contributions[0].delta, MixtureDenoiser(data, way)(x, time))


def test_samples_have_the_exact_posterior_of_a_gaussian() -> None:
    path, data, measurement = VPCosine(), blob(), measured(0.7, 0.3)
    denoiser, sampler = AUTOMATIC.posterior(path, MixtureDenoiser(data, path), DDPM(), measurement)
    exact = data.posterior(Direction(ALONG).dense(), measurement.y[0], 0.3)
    x = end_of(sampler, denoiser, path, 400, count=4000).x
    # five standard errors of a mean, and of a variance
    error = 5 / math.sqrt(4000)
    assert float((x.mean(0) - exact.mean()).abs().max()) < error * float(exact.covariance().diag().max().sqrt())
    assert float((x.T.cov() - exact.covariance()).abs().max()) < 2 * error * float(exact.covariance().diag().max())


def test_on_a_mixture_it_is_nearer_to_the_posterior_than_half_of_the_published_step() -> None:
    path, data, measurement = VPCosine(), blobs(), measured(-0.2, 0.3)
    exact = data.posterior(Direction(ALONG).dense(), measurement.y[0], 0.3)

    def distance(method: DPS) -> float:
        denoiser, sampler = method.posterior(path, MixtureDenoiser(data, path), DDPM(), measurement)
        return against(end_of(sampler, denoiser, path, 200, count=1000).x, exact).energy

    best = min(distance(DPS(zeta=zeta)) for zeta in (0.05, 0.1, 0.2, 0.5, 1.0))
    assert distance(AUTOMATIC) < best / 2


def test_without_noise_the_measurement_is_met() -> None:
    path, data, measurement = VPCosine(), blobs(), measured(0.4, 0.0)
    denoiser, sampler = AUTOMATIC.posterior(path, MixtureDenoiser(data, path), DDPM(), measurement)
    x = end_of(sampler, denoiser, path, 200, count=200).x
    assert float(measurement.residual(x).abs().max()) < 0.02


class Square(Operator):
    """y = x1², which is not linear."""

    @property
    def shape_in(self) -> tuple[int, ...]:
        return (2,)

    @property
    def shape_out(self) -> tuple[int, ...]:
        return (1,)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x[:, :1].square()

    def pinv(self, y: torch.Tensor) -> torch.Tensor:
        return torch.cat([y.clamp(min=0).sqrt(), torch.zeros_like(y)], 1)


def test_an_operator_need_not_be_linear() -> None:
    """Both square roots are found, in shares that the prior decides."""
    path = VPCosine()
    data = gaussian(torch.zeros(2), torch.eye(2))
    measurement = Measurement(Square(), torch.tensor([[1.0]], dtype=torch.float64), 0.1)
    denoiser, sampler = AUTOMATIC.posterior(path, MixtureDenoiser(data, path), DDPM(), measurement)
    x = end_of(sampler, denoiser, path, 300, count=1000).x
    right = float((x[:, 0] > 0).double().mean())
    assert 0.5 - 5 * 0.5 / math.sqrt(1000) < right < 0.5 + 5 * 0.5 / math.sqrt(1000)
    assert float((x[:, 0].abs() - 1).abs().mean()) < 0.1
    assert abs(float(x[:, 1].var()) - 1) < 5 * math.sqrt(2 / 1000), "the other coordinate stays as it is"


def test_guidance_below_it_is_told_under_its_own_name() -> None:
    path = VPCosine()
    prior: Denoiser = ClassifierFree(MixtureDenoiser(blobs(), path), 3.0)
    found = Calibrated(prior, measured(0.2, 0.3), path).denoise(
        torch.zeros(2, 2, dtype=torch.float64), torch.tensor(0.5), torch.tensor([0, 1]))
    assert [part.term for part in found.contributions] == ["guidance", "likelihood"]


def test_the_formula_is_that_of_the_rule() -> None:
    assert "zeta" in DPS().lines()[0]
    assert r"\chi = y" in AUTOMATIC.lines()[1]
    assert isinstance(blobs(), Mixture)
