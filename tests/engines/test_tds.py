"""The twisted diffusion sampler: its densities, its resampling, and that it ends in the exact posterior."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor
from torch.distributions import MultivariateNormal

from engines.analytic import MixtureDenoiser, gaussian
from engines.checks.oracle_claims import blobs, exact_posterior, last, resume_gap
from engines.errors import BadOption
from engines.guidance.cfg import ClassifierFree
from engines.inverse.base import Measurement
from engines.inverse.dps import DPS
from engines.inverse.tds import TDS, Particles, Twist, Twisting, survivors
from engines.operators.base import Operator
from engines.operators.mask import Mask
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path
from engines.process.times import LogSNR, time_grid
from engines.process.vp_cosine import VPCosine
from engines.process.vp_linear import VPLinear
from engines.samplers.ddim import DDIM
from engines.samplers.ddpm import DDPM, Variance
from engines.samplers.heun import Heun
from tests.engines.test_inverse import NETWORK, NOISE, PATH, TIMES, painted
from tests.engines.walked import PATHS, terms_add_up, tilted

A = tilted()
Y = torch.tensor([[0.3, -0.4, 1.0]], dtype=torch.float64)
FIRST = Measurement(Mask(torch.tensor([1.0, 0.0])), torch.tensor([[-0.2, 0.0]], dtype=torch.float64), 0.3)


def ends(method: TDS | DPS, path: Path, count: int, steps: int, seed: int = 0) -> Tensor:
    """Samples (count, 2) of the two blobs, given the first coordinate with noise."""
    denoiser, walk = method.posterior(path, MixtureDenoiser(blobs(), path), DDPM(), FIRST)
    noise = Noise(sample_seeds(seed, count), (2,), dtype=torch.float64)
    return last(walk(path, denoiser, path.initial(noise.initial()), time_grid(path, steps, LogSNR()), noise=noise)).x


def test_it_ends_in_the_exact_posterior_where_dps_does_not() -> None:
    """Within five standard errors of a quarter of 4,000 independent samples: particles have ancestors in common."""
    exact, weights = exact_of(), list[float]()
    means = list[float]()
    for method in (TDS(), DPS(zeta=0.1)):
        x = ends(method, VPLinear(), 4000, 150)
        weights.append(abs(float(blobs().responsibilities(x)[:, 0].mean()) - exact[0]))
        means.append(float((x.mean(0) - exact[1]).abs().max()))
        variance = float(x[:, 0].var())
        # DPS knows of no noise, so its known coordinate is far too certain
        assert (abs(variance - exact[2]) < 0.03) == (method.name == "tds")
    error = 5 / math.sqrt(1000)
    assert weights[0] < 0.47 * error  # a share of two thirds has a standard deviation of 0.47
    assert means[0] < 0.64 * error  # that of the free coordinate
    assert weights[1] > weights[0]
    assert means[1] > means[0]


def exact_of() -> tuple[float, Tensor, float]:
    """The posterior’s weight of the first blob, mean, and variance of the known coordinate."""
    exact = blobs().posterior(FIRST.linear.dense(), FIRST.y[0], FIRST.noise)
    return float(exact.weights[0]), exact.mean(), float(exact.covariance()[0, 0])


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_it_nears_the_posterior_on_every_path(path: Path) -> None:
    """By 1,500 particles and 80 steps: five standard errors of a quarter as many, and 0.03 for steps that are long."""
    x, (weight, mean, variance) = ends(TDS(), path, 1500, 80), exact_of()
    error = 5 / math.sqrt(375)
    assert abs(float(blobs().responsibilities(x)[:, 0].mean()) - weight) < 0.47 * error + 0.03
    assert float((x.mean(0) - mean).abs().max()) < 0.64 * error + 0.03
    assert abs(float(x[:, 0].var()) - variance) < math.sqrt(2) * variance * error + 0.03


def test_a_measurement_without_noise_has_next_to_none() -> None:
    exact_y = Measurement(FIRST.operator, FIRST.y)
    path, noise = VPLinear(), Noise(sample_seeds(0, 1000), (2,), dtype=torch.float64)
    denoiser, walk = TDS().posterior(path, MixtureDenoiser(blobs(), path), DDPM(), exact_y)
    x = last(walk(path, denoiser, noise.initial(), time_grid(path, 100, LogSNR()), noise=noise)).x
    assert float(exact_y.residual(x).abs().max()) < 0.1
    exact = exact_posterior(blobs(), exact_y)
    assert abs(float(x[:, 1].mean()) - float(exact.mean()[1])) < 5 * 0.54 / math.sqrt(250)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
@pytest.mark.parametrize("at", [0.2, 0.6, 1.0])
def test_the_twist_is_the_papers_and_its_slope_that_of_the_twist(path: Path, at: float) -> None:
    """A normal density with the dense covariance, up to a constant, and its gradient by the analytic Jacobian."""
    data = gaussian(torch.arange(5.0) / 5, torch.diag(torch.tensor([1.0, 0.5, 2.0, 1.0, 0.1])))
    prior, t = MixtureDenoiser(data, path), torch.tensor(at * path.t_max, dtype=torch.float64)
    twist = Twist(path, Measurement(A, Y, 0.2), 0.7)
    x = float(path.scale(t)) * torch.randn(6, 5, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    seen = twist.seen(prior, x, t, None)
    found, slope, log = seen.found, seen.slope, seen.log
    alpha, sigma = float(path.alpha(t)), float(path.sigma(t))
    r2 = 1 / (alpha**2 / sigma**2 + 1 / 0.7**2)
    covariance = r2 * A.rows @ A.rows.T + 0.04 * torch.eye(3, dtype=torch.float64)
    exact = MultivariateNormal(found.x0 @ A.rows.T, covariance).log_prob(Y)
    torch.testing.assert_close(log - log[0], exact - exact[0], rtol=1e-4, atol=1e-5)
    jacobian = data.jacobian(x, alpha, sigma)
    misfit = torch.linalg.solve(covariance, (Y - found.x0 @ A.rows.T).T).T
    expected = torch.einsum("bi,ij,bjk->bk", misfit, A.rows, jacobian)
    torch.testing.assert_close(slope, expected, rtol=1e-4, atol=1e-5)
    # as much of the shift as leaves nothing of the misfit in its direction by the model's own covariance, at most all
    own = sigma**2 / alpha * A.rows @ jacobian @ A.rows.T + 0.04 * torch.eye(3, dtype=torch.float64)
    whole, left = (torch.einsum("bi,bij,bj->b", misfit, s.expand(6, 3, 3), misfit) for s in (covariance, own))
    torch.testing.assert_close(seen.share, (whole / left).clamp(max=1), rtol=1e-4, atol=1e-5)


class _Cubes(Operator):
    """y = x³, which is not linear."""

    shape_in = shape_out = (2,)

    def forward(self, x: Tensor) -> Tensor:
        return x**3

    def pinv(self, y: Tensor) -> Tensor:
        return y.sign() * y.abs() ** (1 / 3)


def test_a_measurement_that_is_not_linear_is_followed_too() -> None:
    """Of a standard normal prior in each coordinate: the posterior by adding up its density on a line."""
    path, y = VPLinear(), torch.tensor([[0.5, -1.0]], dtype=torch.float64)
    noise = Noise(sample_seeds(0, 2000), (2,), dtype=torch.float64)
    prior = MixtureDenoiser(gaussian(torch.zeros(2), torch.eye(2)), path)
    denoiser, walk = TDS().posterior(path, prior, DDPM(variance=Variance.BETA), Measurement(_Cubes(), y, 0.5))
    x = last(walk(path, denoiser, noise.initial(), time_grid(path, 80, LogSNR()), noise=noise)).x
    line = torch.linspace(-4, 4, 4001, dtype=torch.float64)[:, None]
    shares = (-line.square() / 2 - (line**3 - y).square() / (2 * 0.25)).softmax(0)
    exact, spread = (shares * line).sum(0), (shares * line.square()).sum(0) - (shares * line).sum(0).square()
    assert bool(((x.mean(0) - exact).abs() < 5 * spread.sqrt() / math.sqrt(500)).all())


def test_a_move_and_its_weights() -> None:
    """The proposal is the sampler’s move with the slope’s share of x0_hat; odds are those of the two normal laws."""
    path, measured = VPLinear(), Measurement(A, Y, 0.2)
    data = gaussian(torch.zeros(5), torch.eye(5))
    prior, t, s = MixtureDenoiser(data, path), *torch.tensor([0.5, 0.4], dtype=torch.float64)
    noise, move = Noise(sample_seeds(0, 8), (5,), dtype=torch.float64), DDPM().move(path, t, s)
    x, twist = noise.initial(), Twist(path, measured, 1.0)
    after = Particles(twist, prior, noise, None).moved(x, t, s, move, 3)
    seen = twist.seen(prior, x, t, None)
    found, slope, before = seen.found, seen.slope, seen.log
    torch.testing.assert_close(seen.share, torch.ones(8, dtype=torch.float64))
    plain = float(move.keep) * x + float(move.pull) * found.x0
    mean = plain + float(move.pull * path.sigma(t) ** 2 / path.alpha(t)) * slope
    proposed, size = mean + float(move.noise) * noise(3), float(move.noise) * torch.eye(5, dtype=torch.float64)
    odds = (MultivariateNormal(plain, scale_tril=size).log_prob(proposed)
            - MultivariateNormal(mean, scale_tril=size).log_prob(proposed))
    weights = odds + twist.log(prior(proposed, s), s) - before
    chance = 0.5 * math.erfc(-float(Noise((0,), (1,))(3, 5)) / math.sqrt(2))
    torch.testing.assert_close(after.x, proposed[survivors(weights, chance)])


def test_survivors_are_as_many_as_their_weights_say() -> None:
    """Systematically: between the numbers below and above, on average exact, and in their own places."""
    shares = torch.tensor([0.05, 0.4, 0.0, 0.3, 0.15, 0.1], dtype=torch.float64)
    counts = torch.zeros(6, dtype=torch.float64)
    for k in range(400):
        places = survivors(shares.log() + 7, (k + 0.5) / 400)
        copies = torch.bincount(places, minlength=6)
        assert bool(((copies - 6 * shares).abs() < 1).all())
        assert all(int(places[i]) == i for i in range(6) if int(copies[i]))
        counts += copies / 400
    torch.testing.assert_close(counts, 6 * shares, rtol=0, atol=0.01)
    assert survivors(torch.zeros(5), 0.3).tolist() == [0, 1, 2, 3, 4]
    assert survivors(torch.full((3,), -math.inf), 0.3).tolist() == [0, 1, 2]
    assert survivors(torch.tensor([math.nan, 0.0]), 0.3).tolist() == [1, 1]


@pytest.mark.parametrize("sampler", [DDPM(), DDPM(variance=Variance.BETA), DDIM(eta=0.5)], ids=str)
def test_a_walk_through_a_network(sampler: DDPM | DDIM) -> None:
    """Evaluations are told beforehand, terms add up, copies are of the same batch, and it resumes bit for bit."""
    denoiser, walk = TDS().posterior(PATH, NETWORK, sampler, painted())
    assert isinstance(walk, Twisting)
    steps = list(walk(PATH, denoiser, NOISE.initial(), TIMES, noise=NOISE))
    assert steps[-1].nfe == walk.evaluations(TIMES) == TDS().evaluations(VPCosine(), sampler, TIMES) == 23
    assert [step.t for step in steps] == walk.visited(TIMES).tolist()
    terms_add_up(steps)
    assert resume_gap(walk, denoiser, PATH, batch=5) == 0
    guided, labels = ClassifierFree(NETWORK, 3.0), torch.tensor([0, 1])
    steps = list(walk(PATH, guided, NOISE.initial(), TIMES, noise=NOISE, cond=labels))
    assert steps[-1].nfe == 46
    assert set(steps[0].terms) == {"prior", "guidance", "likelihood", "noise"}
    terms_add_up(steps)


@pytest.mark.parametrize("sampler", [Heun(), DDIM()], ids=str)
def test_samplers_without_fresh_noise_are_refused_in_a_sentence(sampler: Heun | DDIM) -> None:
    with pytest.raises(BadOption, match=r"TDS cannot use .*\(DDPM ancestral, or DDIM with eta above 0\)"):
        TDS().check(sampler)
