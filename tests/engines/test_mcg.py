"""MCG: its pull and projection against the paper, on every path and with every sampler of one move."""

from __future__ import annotations

import pytest
import torch

from engines.analytic import MixtureDenoiser, gaussian
from engines.checks.oracle_claims import blob, end_of, exact_posterior, first_known, resume_gap
from engines.denoiser import Denoised
from engines.errors import BadInput, BadOption
from engines.inverse.base import Measurement
from engines.inverse.dps import DPS
from engines.inverse.mcg import MCG
from engines.operators.base import Operator
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path
from engines.process.streams import KNOWN
from engines.process.vp_linear import VPLinear
from engines.samplers.base import OneStep, samplers
from engines.samplers.ddim import DDIM
from engines.samplers.ddpm import DDPM
from engines.samplers.heun import Heun
from tests.engines.test_inverse import IMAGE, NETWORK, NOISE, PATH, TIMES, painted
from tests.engines.walked import PATHS, terms_add_up, tilted

ONE_MOVE = [kind() for kind in samplers().values() if issubclass(kind, OneStep)]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
@pytest.mark.parametrize("sampler", [DDPM(), DDIM(), DDIM(eta=0.5)], ids=str)
@pytest.mark.parametrize("level", [0.0, 0.3])
def test_a_step_is_the_papers(path: Path, sampler: OneStep, level: float) -> None:
    """Reverse move, −ζ/‖W r‖ ∇‖W r‖² by the analytic Jacobian, and the projection on the noised measurement.

    W is A⁺, and Aᵀ(A Aᵀ + (sigma_y²/r_t²) I)⁻¹ where there is noise.
    """
    a, noise, zeta = tilted(), Noise(sample_seeds(3, 6), (5,), dtype=torch.float64), 0.7
    root = torch.randn(5, 5, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    prior = MixtureDenoiser(gaussian(torch.arange(5.0) / 5, root @ root.T), path)
    measurement = Measurement(a, torch.tensor([[0.3, -0.4, 1.0]], dtype=torch.float64), level)
    times, x = path.t_max * torch.tensor([0.6, 0.5, 0.0], dtype=torch.float64), noise.initial()
    denoiser, walk = MCG(zeta=zeta).posterior(path, prior, sampler, measurement)
    _, found, _ = walk(path, denoiser, x, times, noise=noise)
    _, plain, _ = sampler(path, prior, x, times, noise=noise)
    weight = level**2 * (1 + float(path.alpha(times[0]) / path.sigma(times[0])) ** 2)
    inverse = a.rows.T @ torch.linalg.inv(a.rows @ a.rows.T + weight * torch.eye(3, dtype=torch.float64))
    jacobian = prior.mixture.jacobian(x, path.alpha(times[0]), path.sigma(times[0]))
    misfit = measurement.residual(prior(x, times[0])) @ inverse.T
    seen = inverse @ a.rows
    slope = -2 * torch.einsum("bi,ij,bjk->bk", misfit, seen, jacobian)
    pulled = plain.x - zeta * slope / misfit.norm(dim=1, keepdim=True)
    noised = path.diffuse(measurement.y.expand(6, 3), noise(0, KNOWN) @ a.rows.T, times[1])
    torch.testing.assert_close(found.x, pulled + (noised - pulled @ a.rows.T) @ inverse.T, rtol=1e-4, atol=1e-4)


def test_where_the_known_pixels_are_and_are_not() -> None:
    """The projection leaves what is unknown to the pull alone, which for a mask is that of DPS, and ends exactly."""
    measurement = painted()
    denoiser, walk = MCG(zeta=0.3).posterior(PATH, NETWORK, DDPM(), measurement)
    steps = list(walk(PATH, denoiser, NOISE.initial(), TIMES, noise=NOISE))
    dps, _ = DPS(zeta=0.3).posterior(PATH, NETWORK, DDPM(), measurement)
    _, same, *_ = DDPM()(PATH, dps, NOISE.initial(), TIMES, noise=NOISE)
    torch.testing.assert_close(steps[1].x[..., 4:], same.x[..., 4:], rtol=1e-4, atol=1e-5)
    known = PATH.diffuse(IMAGE, NOISE(0, KNOWN), TIMES[1])
    assert torch.equal(steps[1].x[..., :4], known[..., :4])
    assert torch.equal(steps[-1].x[..., :4], IMAGE[..., :4].expand(2, 1, 8, 4))
    assert [step.nfe for step in steps] == [*range(1, 13), 12]
    terms_add_up(steps)


@pytest.mark.parametrize("sampler", ONE_MOVE, ids=lambda sampler: sampler.name)
def test_it_resumes_at_any_step_bit_for_bit(sampler: OneStep) -> None:
    denoiser, walk = MCG().posterior(PATH, NETWORK, sampler, painted())
    assert resume_gap(walk, denoiser, PATH) == 0


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_the_pull_brings_samples_nearer_to_the_posterior_than_projections_alone(path: Path) -> None:
    """Of a Gaussian: what is known is exact, and the mean of what is not is off by less with the same noise."""
    data, measurement = blob(), first_known(-0.4)
    exact, off = float(exact_posterior(data, measurement).mean()[1]), list[float]()
    for zeta in (1e-9, 0.03):
        denoiser, walk = MCG(zeta=zeta).posterior(path, MixtureDenoiser(data, path), DDPM(), measurement)
        x = end_of(walk, denoiser, path, 60, count=1000).x
        assert bool((x[:, 0] == -0.4).all())
        off.append(abs(float(x[:, 1].mean()) - exact) / abs(float(data.mean()[1]) - exact))
    assert off[1] < 0.9 * off[0] < 0.4


def test_it_stands_still_where_the_measurement_is_met() -> None:
    path, t = VPLinear(), torch.tensor(0.3, dtype=torch.float64)
    prior, x = MixtureDenoiser(blob(), path), torch.tensor([[0.2, -1.0]], dtype=torch.float64)
    guided = MCG().posterior(path, prior, DDIM(), first_known(float(prior(x, t)[0, 0])))[0]
    found: Denoised = guided.denoise(x, t)
    assert float(found.pushes[0].delta.abs().max()) == 0


class _Squares(Operator):
    """y = x², which is not linear."""

    shape_in = shape_out = (1, 8, 8)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.square()

    def pinv(self, y: torch.Tensor) -> torch.Tensor:
        return y.sqrt()


def test_what_it_cannot_take_is_refused_in_a_sentence() -> None:
    with pytest.raises(BadOption, match=r"MCG cannot use Heun.*\(DDIM, DDPM ancestral"):
        MCG().posterior(PATH, NETWORK, Heun(), painted())
    with pytest.raises(BadInput, match="linearly"):
        MCG().posterior(PATH, NETWORK, DDPM(), Measurement(_Squares(), torch.ones(1, 1, 8, 8)))
