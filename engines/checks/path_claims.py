"""Claims on every path: its rates, its densities, what networks predict on it, and what samplers make of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from engines.analytic import MixtureDenoiser
from engines.checks.claim import Claim
from engines.checks.closed_form import flow_end, last, probed
from engines.checks.oracle_claims import blob, blobs, exact_samplers
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path, paths
from engines.process.prediction import predictions, to_score, to_velocity
from engines.process.times import grids, time_grid
from engines.samplers.ddim import DDIM

TOPICS = ("path", "log-snr", "rates", "fokker–planck", "continuity", "residual", "prediction", "velocity", "tweedie",
          "denoiser", "sampler", "order", "transition", *predictions(), *grids())
STEPS = 200
PLACES = 281  # of the data along a coordinate, 0.04 apart
TIMES = torch.linspace(0.02, 0.98, 25, dtype=torch.float64)


def claims() -> Iterator[Claim]:
    """Every claim of every path; a few seconds on one core."""
    for kind in paths().values():
        path = kind()
        yield from rate_claims(path)
        yield from density_claims(path)
        yield from tweedie_claims(path)
        yield from prediction_claims(path)
        yield from sampler_claims(path)


def rate_claims(path: Path) -> Iterator[Claim]:
    """The closed forms agree with each other: the inverse of log-SNR, drift and diffusion, and transitions."""
    title, kind = path.name, "path"
    every = to_the_ends(path)
    yield Claim(f"{title}: t of log-SNR is its inverse", kind, _gap(path.t_at(path.log_snr(every)), every), 0, 1e-10)
    drift = _relative(path.dlog_alpha(TIMES), _slope(lambda t: path.alpha(t).log()))
    yield Claim(f"{title}: drift is the rate of log alpha", kind, drift, 0, 1e-9)
    # g² = d sigma²/dt − 2 f sigma², with f as autograd finds it
    growth, f = _slope(lambda t: path.sigma(t).square()), _slope(lambda t: path.alpha(t).log())
    g2 = growth - 2 * f * path.sigma(TIMES).square()
    yield Claim(f"{title}: g² is the rate of the variance", kind, _relative(path.diffusion2(TIMES), g2), 0, 1e-9)
    r, s, t = TIMES[:-2], TIMES[1:-1], TIMES[2:]
    (a, v), (b, w), (c, u) = (path.transition(*pair) for pair in ((r, s), (s, t), (r, t)))
    composed = _gap(a * b, c) + _relative(b.square() * v + w, u)
    yield Claim(f"{title}: transitions compose", kind, composed, 0, 1e-9)


def to_the_ends(path: Path) -> Tensor:
    """TIMES, and before and behind them the times next to the data and where sampling starts."""
    return torch.cat([TIMES.new_tensor([1e-9, 1e-5, 1e-3]), TIMES, TIMES.new_tensor([path.t_max])])


def density_claims(path: Path) -> Iterator[Claim]:
    """A mixture's exact densities obey the equation of the SDE, and the flow of its exact denoiser carries them."""
    x = torch.cartesian_prod(*[torch.linspace(-2, 2, 9, dtype=torch.float64)] * 2)
    for at in (0.05, 0.2, 0.6, 0.95):
        t = torch.tensor(at, dtype=torch.float64)
        # where the densities are, on a path of any scale
        points = x * path.scale(t)
        yield Claim(f"{path.name}: Fokker–Planck residual at t = {at}", "path", fokker_planck(path, points, t), 0, 1e-8)
        yield Claim(f"{path.name}: continuity residual at t = {at}", "path", continuity(path, points, t), 0, 1e-8)
        yield Claim(f"{path.name}: residual of the oracle’s own score and divergence at t = {at}", "path",
                    oracle_residual(path, points, t), 0, 1e-8)


def fokker_planck(path: Path, x: Tensor, t: Tensor) -> float:
    """The largest residual at x (B, d) of ∂ log p/∂t = −f·(d + x·s) + ½ g² (∇·s + s²), relative to the terms' size."""
    rate, x, score = _density(path, x, t)
    f, g2 = path.dlog_alpha(t), path.diffusion2(t)
    drift = f * (x.shape[1] + (x * score).sum(1))
    spread = g2 / 2 * (_divergence(score, x) + score.square().sum(1))
    return _residual(rate, -drift, spread)


def continuity(path: Path, x: Tensor, t: Tensor) -> float:
    """The largest residual at x (B, d) of ∂ log p/∂t = −∇·u − u·s with u of the exact denoiser, relative as before."""
    rate, x, score = _density(path, x, t)
    u = to_velocity(path, x, MixtureDenoiser(blobs(), path)(x, t), t)
    return _residual(rate, -_divergence(u, x), -(u * score).sum(1))


def oracle_residual(path: Path, x: Tensor, t: Tensor) -> float:
    """As `fokker_planck`, with the score and its divergence as the mixture's formulas give them: nothing derived."""
    rate, _, _ = _density(path, x, t)
    alpha, sigma, d = path.alpha(t), path.sigma(t), x.shape[1]
    score = blobs().score(x, alpha, sigma)
    curvature = (alpha * blobs().trace(x, alpha, sigma) - d) / sigma.square()
    drift = path.dlog_alpha(t) * (d + (x * score).sum(1))
    spread = path.diffusion2(t) / 2 * (curvature + score.square().sum(1))
    return _residual(rate, -drift, spread)


def tweedie_claims(path: Path) -> Iterator[Claim]:
    """Tweedie's formula, of which neither side knows the other's: E[x0 | x_t] by adding up, the score by derivation."""
    x = torch.cartesian_prod(*[torch.linspace(-2, 2, 5, dtype=torch.float64)] * 2)
    for at in (0.2, 0.6, 0.95):
        t = torch.tensor(at, dtype=torch.float64)
        points = x * path.scale(t)
        mean, (_, seen, score) = mean_behind(path, points, t), _density(path, points, t)
        yield Claim(f"{path.name}: Tweedie’s formula, score of p_t from E[x0 | x_t] at t = {at}", "path",
                    _relative(to_score(path, seen.detach(), mean, t), score.detach()), 0, 1e-8)
        yield Claim(f"{path.name}: x̂_0 of the exact denoiser is E[x0 | x_t] at t = {at}", "path",
                    _gap(MixtureDenoiser(blobs(), path)(points, t), mean), 0, 1e-8)


def mean_behind(path: Path, x: Tensor, t: Tensor) -> Tensor:
    """E[x0 | x_t = x] (B, d) of two Gaussians by Bayes' rule: a sum over places of the data of prior times likelihood.

    The sum is exact up to rounding where the noise, of the data's size, is wider than the places are apart.
    """
    line = torch.linspace(-6, 6, PLACES, dtype=torch.float64)
    x0 = torch.cartesian_prod(line, line)
    alpha, sigma = path.alpha(t), path.sigma(t)
    logs = blobs().log_density(x0) - torch.cdist(x, alpha * x0).square() / (2 * sigma.square())
    return logs.softmax(1) @ x0


def prediction_claims(path: Path) -> Iterator[Claim]:
    """What a network says leads back to the data, whatever it predicts, from the faintest noise to the most."""
    times = to_the_ends(path)
    x0, eps = torch.randn(2, len(times), 8, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    x = path.diffuse(x0, eps, times)
    for name, kind in predictions().items():
        found = kind().read(path, x, kind().wanted(path, x0, eps, times), times)
        yield Claim(f"{path.name}: x0 from {name}", "prediction", _gap(found, x0), 0, 1e-9)


def sampler_claims(path: Path) -> Iterator[Claim]:
    """With many steps samples of a Gaussian have its covariance; DDIM nears the flow's end with order 1 on any grid."""
    data = blob()
    for title, sampler in exact_samplers().items():
        found = probed(sampler, path, time_grid(path, STEPS), data).law
        # an error of order 1: a few steps are enough to tell it from one that stays
        yield Claim(f"{path.name}, {title}: covariance at {STEPS} steps is near the data's", "sampler",
                    _gap(found.covariance, data.covariance()), 0, 0.04)
    start = path.initial(Noise(sample_seeds(0, 16), (2,), dtype=torch.float64).initial())
    exact, prior, noise = flow_end(path, start, data), MixtureDenoiser(data, path), Noise((0,), (2,))
    for name, grid in grids().items():
        errors = [_gap(last(DDIM()(path, prior, start, time_grid(path, steps, grid()), noise=noise)).x, exact)
                  for steps in (STEPS // 2, STEPS)]
        yield Claim(f"{path.name}, {name}: DDIM’s order on this grid", "sampler", math.log2(errors[0] / errors[1]),
                    1, 0.25)


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


def _slope(f: Callable[[Tensor], Tensor]) -> Tensor:
    """df/dt at TIMES."""
    t = TIMES.clone().requires_grad_()
    return torch.autograd.grad(f(t).sum(), t)[0]


def _gap(a: Tensor, b: Tensor) -> float:
    """Largest absolute difference."""
    return float((a - b).abs().max())


def _relative(found: Tensor, wanted: Tensor) -> float:
    """Largest difference in parts of the largest number wanted, or as it is where all of these are 0."""
    return _gap(found, wanted) / (float(wanted.abs().max()) or 1.0)
