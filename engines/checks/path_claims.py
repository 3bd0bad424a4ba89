"""Claims on every path: its rates, its densities, what networks predict on it, and what samplers make of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, partial

import torch
from torch import Tensor

from engines.analytic import Mixture, MixtureDenoiser
from engines.chart import Chart
from engines.checks.claim import Statement, stated
from engines.checks.closed_form import flow_end, last, probed
from engines.checks.measures import gap, relative
from engines.checks.oracle_claims import blob, blobs, exact_samplers
from engines.checks.plots import beside, falling
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path, paths
from engines.process.prediction import Prediction, predictions, to_score, to_velocity
from engines.process.times import TimeGrid, grids, time_grid
from engines.samplers.base import Sampler
from engines.samplers.ddim import DDIM

STEPS = 200
PLACES = 281  # of the data along a coordinate, 0.04 apart
TIMES = torch.linspace(0.02, 0.98, 25, dtype=torch.float64)


def claims() -> Iterator[Statement]:
    """Every claim of every path; a few seconds on one core."""
    for kind in paths().values():
        path = kind()
        yield from rate_claims(path)
        yield from density_claims(path)
        yield from tweedie_claims(path)
        yield from prediction_claims(path)
        yield from sampler_claims(path)


def rate_claims(path: Path) -> Iterator[Statement]:
    """The closed forms agree with each other: the inverse of log-SNR, drift and diffusion, and transitions."""
    title, kind = path.name, "path"
    every = to_the_ends(path)
    yield stated(f"{title}: t of log-SNR is its inverse", kind, lambda: gap(path.t_at(path.log_snr(every)), every),
                 0, 1e-10)
    yield stated(f"{title}: drift is the rate of log alpha", kind,
                 lambda: relative(path.dlog_alpha(TIMES), log_growth(path)), 0, 1e-9,
                 plot=lambda: beside("Drift by time", path.dlog_alpha(TIMES), log_growth(path), TIMES, x="t", y="f",
                                     names=("of the path", "rate of log α")))
    yield stated(f"{title}: g² is the rate of the variance", kind,
                 lambda: relative(path.diffusion2(TIMES), growth(path)), 0, 1e-9,
                 plot=lambda: beside("Squared diffusion by time", path.diffusion2(TIMES), growth(path), TIMES,
                                     x="t", y="g²", names=("of the path", "rate of the variance")))
    yield stated(f"{title}: transitions compose", kind, lambda: composed(path), 0, 1e-9)


def log_growth(path: Path) -> Tensor:
    """d log alpha/dt at TIMES, as autograd finds it."""
    return _slope(lambda t: path.alpha(t).log())


def growth(path: Path) -> Tensor:
    """d sigma²/dt − 2 f sigma² at TIMES, which g² is, with f as autograd finds it."""
    return _slope(lambda t: path.sigma(t).square()) - 2 * log_growth(path) * path.sigma(TIMES).square()


def composed(path: Path) -> float:
    """How far two transitions one after the other are from the one of both."""
    r, s, t = TIMES[:-2], TIMES[1:-1], TIMES[2:]
    (a, v), (b, w), (c, u) = (path.transition(*pair) for pair in ((r, s), (s, t), (r, t)))
    return gap(a * b, c) + relative(b.square() * v + w, u)


def to_the_ends(path: Path) -> Tensor:
    """TIMES, and before and behind them the times next to the data and where sampling starts."""
    return torch.cat([TIMES.new_tensor([1e-9, 1e-5, 1e-3]), TIMES, TIMES.new_tensor([path.t_max])])


def density_claims(path: Path) -> Iterator[Statement]:
    """A mixture's exact densities obey the equation of the SDE, and the flow of its exact denoiser carries them."""
    x = torch.cartesian_prod(*[torch.linspace(-2, 2, 9, dtype=torch.float64)] * 2)
    line = torch.linspace(-2, 2, 81, dtype=torch.float64)
    for at in (0.05, 0.2, 0.6, 0.95):
        t = torch.tensor(at, dtype=torch.float64)
        # where the densities are, on a path of any scale
        points, row = (places * path.scale(t) for places in (x, torch.stack([line, 0 * line], 1)))
        for title, balance in BALANCES.items():
            yield stated(f"{path.name}: {title} at t = {at}", "path", lambda b=balance, x=points, t=t:
                         _residual(*b(path, x, t)), 0, 1e-8,
                         plot=lambda b=balance, x=row, t=t: _along(x[:, 0], *b(path, x, t)))


Terms = tuple[Tensor, Tensor, Tensor]  # ∂ log p/∂t (B,), and two that it is the sum of


def fokker_planck(path: Path, x: Tensor, t: Tensor) -> Terms:
    """At x (B, d): ∂ log p/∂t = −f·(d + x·s) + ½ g² (∇·s + s²)."""
    rate, x, score = _density(path, x, t)
    f, g2 = path.dlog_alpha(t), path.diffusion2(t)
    drift = f * (x.shape[1] + (x * score).sum(1))
    return rate, -drift, g2 / 2 * (_divergence(score, x) + score.square().sum(1))


def continuity(path: Path, x: Tensor, t: Tensor) -> Terms:
    """At x (B, d): ∂ log p/∂t = −∇·u − u·s with u of the exact denoiser."""
    rate, x, score = _density(path, x, t)
    u = to_velocity(path, x, MixtureDenoiser(blobs(), path)(x, t), t)
    return rate, -_divergence(u, x), -(u * score).sum(1)


def by_formula(path: Path, x: Tensor, t: Tensor) -> Terms:
    """As `fokker_planck`, with the score and its divergence as the mixture's formulas give them: nothing derived."""
    rate, _, _ = _density(path, x, t)
    alpha, sigma, d = path.alpha(t), path.sigma(t), x.shape[1]
    score = blobs().score(x, alpha, sigma)
    curvature = (alpha * blobs().trace(x, alpha, sigma) - d) / sigma.square()
    drift = path.dlog_alpha(t) * (d + (x * score).sum(1))
    return rate, -drift, path.diffusion2(t) / 2 * (curvature + score.square().sum(1))


BALANCES = {"Fokker–Planck residual": fokker_planck, "continuity residual": continuity,
            "residual of the oracle’s own score and divergence": by_formula}


def tweedie_claims(path: Path) -> Iterator[Statement]:
    """Tweedie's formula, of which neither side knows the other's: E[x0 | x_t] by adding up, the score by derivation."""
    for at in (0.2, 0.6, 0.95):
        yield from _tweedie(path, at)


def _tweedie(path: Path, at: float) -> Iterator[Statement]:
    t = torch.tensor(at, dtype=torch.float64)
    x = torch.cartesian_prod(*[torch.linspace(-2, 2, 5, dtype=torch.float64)] * 2) * path.scale(t)
    mean = cache(lambda: mean_behind(path, x, t))

    def of_score() -> float:
        _, seen, score = _density(path, x, t)
        return relative(to_score(path, seen.detach(), mean(), t), score.detach())

    yield stated(f"{path.name}: Tweedie’s formula, score of p_t from E[x0 | x_t] at t = {at}", "path", of_score,
                 0, 1e-8)
    yield stated(f"{path.name}: x̂_0 of the exact denoiser is E[x0 | x_t] at t = {at}", "path",
                 lambda: gap(MixtureDenoiser(blobs(), path)(x, t), mean()), 0, 1e-8)


def mean_behind(path: Path, x: Tensor, t: Tensor) -> Tensor:
    """E[x0 | x_t = x] (B, d) of two Gaussians by Bayes' rule: a sum over places of the data of prior times likelihood.

    The sum is exact up to rounding where the noise, of the data's size, is wider than the places are apart.
    """
    line = torch.linspace(-6, 6, PLACES, dtype=torch.float64)
    x0 = torch.cartesian_prod(line, line)
    alpha, sigma = path.alpha(t), path.sigma(t)
    logs = blobs().log_density(x0) - torch.cdist(x, alpha * x0).square() / (2 * sigma.square())
    return logs.softmax(1) @ x0


def prediction_claims(path: Path) -> Iterator[Statement]:
    """What a network says leads back to the data, whatever it predicts, from the faintest noise to the most."""
    times = to_the_ends(path)
    x0, eps = torch.randn(2, len(times), 8, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    x = path.diffuse(x0, eps, times)

    def read_back(prediction: Prediction) -> float:
        return gap(prediction.read(path, x, prediction.wanted(path, x0, eps, times), times), x0)

    for name, kind in predictions().items():
        yield stated(f"{path.name}: x0 from {name}", "prediction", partial(read_back, kind()), 0, 1e-9)


def sampler_claims(path: Path) -> Iterator[Statement]:
    """With many steps samples of a Gaussian have its covariance; DDIM nears the flow's end with order 1 on any grid."""
    data = blob()
    for title, sampler in exact_samplers().items():
        # an error of order 1: a few steps are enough to tell it from one that stays
        yield stated(f"{path.name}, {title}: covariance at {STEPS} steps is near the data's", "sampler",
                     partial(_covariance_off, sampler, path, data), 0, 0.04)
    for name, grid in grids().items():
        yield falling(f"{path.name}, {name}: DDIM’s order on this grid", "sampler",
                      partial(_ddim_error, path, data, grid()), (STEPS // 4, STEPS // 2, STEPS), 1, 0.25)


def _covariance_off(sampler: Sampler, path: Path, data: Mixture) -> float:
    found = probed(sampler, path, time_grid(path, STEPS), data).law
    return gap(found.covariance, data.covariance())


def _ddim_error(path: Path, data: Mixture, grid: TimeGrid, steps: int) -> float:
    start = path.initial(Noise(sample_seeds(0, 16), (2,), dtype=torch.float64).initial())
    exact, prior, noise = flow_end(path, start, data), MixtureDenoiser(data, path), Noise((0,), (2,))
    return gap(last(DDIM()(path, prior, start, time_grid(path, steps, grid), noise=noise)).x, exact)


def _density(path: Path, x: Tensor, t: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """∂ log p_t/∂t (B,) of two Gaussians at x (B, d), and x and the score (B, d) as parts of one graph."""
    times, x = t.expand(len(x)).clone().requires_grad_(), x.clone().requires_grad_()
    log_p = blobs().log_density(x, path.alpha(times), path.sigma(times))
    rate, score = torch.autograd.grad(log_p.sum(), (times, x), create_graph=True)
    return rate, x, score


def _divergence(field: Tensor, x: Tensor) -> Tensor:
    """∇·field (B,) of a field (B, d) computed from x (B, d)."""
    return torch.stack([torch.autograd.grad(field[:, k].sum(), x, retain_graph=True)[0][:, k]
                        for k in range(x.shape[1])]).sum(0)


def _residual(rate: Tensor, *terms: Tensor) -> float:
    """The largest |rate − Σ terms|, in parts of the largest term."""
    size = max(float(term.detach().abs().max()) for term in terms)
    return float((rate - sum(terms, torch.zeros_like(rate))).detach().abs().max()) / size


def _along(x: Tensor, rate: Tensor, *terms: Tensor) -> Chart:
    """Both sides along the first coordinate (B,), where the other is 0."""
    return beside("Rate of the log-density", rate, sum(terms, torch.zeros_like(rate)), x,
                  x="x₁, at x₂ = 0", y="∂ log p/∂t", names=("as the density changes", "by the equation"))


def _slope(f: Callable[[Tensor], Tensor]) -> Tensor:
    """df/dt at TIMES."""
    t = TIMES.clone().requires_grad_()
    return torch.autograd.grad(f(t).sum(), t)[0]
