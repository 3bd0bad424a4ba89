"""Inversion of samplers and interpolation between states of noise."""

from __future__ import annotations

import math

import pytest
import torch

from engines.analytic import MixtureDenoiser
from engines.checks.oracle_claims import blob, blobs
from engines.errors import BadOption
from engines.inverse.inversion import check_invertible, inverted
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import paths
from engines.process.slerp import linear, slerp
from engines.samplers.base import samplers
from engines.samplers.ddim import DDIM
from engines.samplers.dpmpp import DPMSolverPP
from engines.samplers.rk4 import RungeKutta4

NOISE = Noise(sample_seeds(0, 16), (2,), dtype=torch.float64)
ODE = [name for name, kind in samplers().items() if kind.order and not kind.adaptive]


def rising(path_name: str, steps: int) -> torch.Tensor:
    """Times at which sigma/alpha rises by one factor from 0.2 to 5."""
    levels = torch.linspace(math.log(0.2), math.log(5), steps + 1, dtype=torch.float64).exp()
    return torch.stack([paths()[path_name]().t_at_kappa(level) for level in levels])


def round_trip(name: str, path_name: str, steps: int) -> float:
    """The root mean square of what inverting and sampling again changes."""
    path, times = paths()[path_name](), rising(path_name, steps)
    sampler, prior, x = samplers()[name](), MixtureDenoiser(blobs(), path), blobs().sample(16, seed=3)
    *_, noised = inverted(sampler, path, prior, x, times)
    down = torch.cat([times.flip(0), torch.zeros_like(times[:1])])  # a run ends at 0, where nothing can be compared
    back = list(sampler(path, prior, noised.x, down, noise=NOISE))[-2].x
    return float((back - x).square().mean().sqrt())


@pytest.mark.parametrize("path_name", ["vp-cosine", "straight"])
@pytest.mark.parametrize("name", ODE)
def test_a_round_trip_errs_by_the_order_of_the_sampler(name: str, path_name: str) -> None:
    coarse, fine = (round_trip(name, path_name, steps) for steps in (40, 80))
    # what is even in the step may cancel on the way back, which makes it better than its order
    assert math.log2(coarse / fine) > samplers()[name].order - 0.3
    assert fine < 0.05


@pytest.mark.parametrize("path_name", sorted(paths()))
def test_the_noise_of_a_gaussian_is_exact(path_name: str) -> None:
    """(x − alpha·m)/sqrt(alpha²λ + sigma²) stays as it is along every eigenvector."""
    path, data, times = paths()[path_name](), blob(), rising(path_name, 60)
    x = data.sample(16, seed=3)
    *_, noised = inverted(RungeKutta4(), path, MixtureDenoiser(data, path), x, times)
    values, vectors = torch.linalg.eigh(data.covariances[0])

    def standard(state: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
        spread = (path.abar(t) * values + path.sigma(t).square()).sqrt()
        return (state - path.alpha(t) * data.means[0]) @ vectors / spread

    torch.testing.assert_close(standard(noised.x, times[-1]), standard(x, times[0]), rtol=0, atol=1e-5)


@pytest.mark.parametrize("sampler", [DDIM(eta=0.3), DPMSolverPP(noisy=True), samplers()["ddpm"]()], ids=str)
def test_a_sampler_with_fresh_noise_is_refused(sampler: object) -> None:
    with pytest.raises(BadOption, match="cannot be run backwards; choose DDIM with eta 0"):
        check_invertible(sampler)  # type: ignore[arg-type]


def test_slerp_goes_along_the_sphere_at_even_angles() -> None:
    a, b = NOISE.initial()[0], NOISE.initial()[1]
    torch.testing.assert_close(slerp(a, b, 0), a)
    torch.testing.assert_close(slerp(a, b, 1), b)
    for share in (0.25, 0.5, 0.75):
        state = slerp(a, b, share)
        assert float(state.norm()) == pytest.approx(float(a.norm() + share * (b.norm() - a.norm())))
        whole, part = (math.acos(float((a * c).sum() / a.norm() / c.norm())) for c in (b, state))
        assert part == pytest.approx(share * whole)


def test_slerp_of_one_direction_of_opposites_and_of_nothing() -> None:
    a = torch.tensor([3.0, 4.0, 0.0], dtype=torch.float64)
    torch.testing.assert_close(slerp(a, 2 * a, 0.5), 1.5 * a)
    half = slerp(a, -a, 0.5)
    assert float(half.norm()) == pytest.approx(5)
    assert float((half * a).sum()) == pytest.approx(0, abs=1e-9)
    torch.testing.assert_close(slerp(a, -a, 1), -a)
    torch.testing.assert_close(slerp(a, 0 * a, 0.5), 0.5 * a)


def test_a_straight_line_has_less_noise_in_the_middle() -> None:
    a, b = torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0])
    assert float(linear(a, b, 0.5).norm()) == pytest.approx(0.5**0.5)
    assert float(slerp(a, b, 0.5).norm()) == pytest.approx(1)
