"""Claims on the Markov chain of DDPM: it is the continuous process at the times of a grid, forwards and backwards."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import torch
from torch import Tensor

from engines.analytic import MixtureDenoiser
from engines.checks.claim import Statement, stated
from engines.checks.measures import relative
from engines.checks.oracle_claims import blobs
from engines.checks.plots import beside, falling
from engines.process.chain import STEPS, Chain, linear_betas
from engines.process.paths import Path, paths
from engines.process.prediction import to_score
from engines.process.times import time_grid
from engines.process.vp_linear import VPLinear
from engines.samplers.ddpm import DDPM, Variance

ROUNDING = 1e-9
FINE = (250, 500, 1000, 2000)  # steps in a unit of time, near the limit of ever smaller ones
KIND = "chain"


def claims() -> Iterator[Statement]:
    """Every claim here; less than a second on one core."""
    for kind in paths().values():
        path = kind()
        yield from kernel_claims(path.name, Chain.of_path(path, time_grid(path, STEPS)))
        yield from sampler_claims(path)
        yield from limit_claims(path)
    yield from kernel_claims("Ho et al.", Chain.of_betas(linear_betas()))
    yield from linear_claims()


def kernel_claims(title: str, chain: Chain) -> Iterator[Statement]:
    """Steps one after the other give the marginals, and Bayes' rule the posterior of a step."""
    yield stated(f"{title}: {chain.steps:,} kernels composed are the marginal", KIND,
                 lambda: max(map(relative, composed(chain), (chain.alpha, chain.sigma2))), 0, ROUNDING,
                 plot=lambda: beside("Variance of the noise", composed(chain)[1], chain.sigma2, chain.times,
                                     x="t", y="σ²", names=("kernels composed", "marginal")))
    yield stated(f"{title}: mean of q(x_(n−1) | x_n, x_0) is that of Bayes’ rule", KIND,
                 lambda: max(map(relative, (chain.of_state[2:], chain.of_data[2:]), by_bayes(chain)[0].T)), 0, ROUNDING)
    yield stated(f"{title}: variance of q(x_(n−1) | x_n, x_0) is that of Bayes’ rule", KIND,
                 lambda: relative(chain.beta_tilde[2:], by_bayes(chain)[1]), 0, ROUNDING)


def composed(chain: Chain) -> tuple[Tensor, Tensor]:
    """alpha and sigma² (N+1,) of x_n given x_0, from the kernels alone, one after the other."""
    alpha, sigma2 = [1.0], [0.0]
    for n in range(1, chain.steps + 1):
        keep, beta = float(chain.keep[n]), float(chain.beta[n])
        alpha.append(keep * alpha[-1])
        sigma2.append(keep**2 * sigma2[-1] + beta)
    return torch.tensor(alpha, dtype=torch.float64), torch.tensor(sigma2, dtype=torch.float64)


def by_bayes(chain: Chain) -> tuple[Tensor, Tensor]:
    """Factors (N−1, 2) of x_n and x_0 in the mean of q(x_{n−1} | x_n, x_0), and its variance (N−1,), for n ≥ 2."""
    keep, beta, alpha, sigma2 = chain.keep[2:], chain.beta[2:], chain.alpha[1:-1], chain.sigma2[1:-1]
    # the product of N(x_n; keep·x, beta) and N(x; alpha·x_0, sigma²) as functions of x: precisions add up
    precision = keep.square() / beta + 1 / sigma2
    return torch.stack([keep / beta, alpha / sigma2], 1) / precision[:, None], 1 / precision


def sampler_claims(path: Path) -> Iterator[Statement]:
    """The moves of the ancestral sampler, written for any two times, are the steps of the chain."""
    times = time_grid(path, 50)
    chain = Chain.of_path(path, times)
    for variance, wanted in ((Variance.BETA_TILDE, chain.beta_tilde), (Variance.BETA, chain.beta)):
        yield stated(f"{path.name}: ddpm with {variance.value} steps as the chain does", KIND,
                     partial(moved_apart, DDPM(variance=variance), path, chain, wanted), 0, ROUNDING)


def moved_apart(sampler: DDPM, path: Path, chain: Chain, variances: Tensor) -> float:
    """Largest relative difference of the sampler's moves and the steps of the chain, whose times go upwards."""
    times = chain.times.flip(0)
    move = sampler.move(path, times[:-1], times[1:])
    # the sampler's last move has no noise: its step 1 is the mean alone
    pairs = ((move.keep, chain.of_state[1:]), (move.pull, chain.of_data[1:]),
             (move.noise[:-1].square(), variances[2:]))
    return max(relative(found.flip(0), exact) for found, exact in pairs)


def limit_claims(path: Path) -> Iterator[Statement]:
    """With ever smaller steps the chain is the SDE: beta its g², and the mean of a reverse step its reverse drift."""
    for what, error in (("beta of a step nears g² dt", rate_error), ("a reverse step nears the reverse SDE",
                                                                     drift_error)):
        yield falling(f"{path.name}: order in which {what}", KIND, partial(error, path), FINE, 1, 0.1,
                      x="steps in a unit of time")


def one_step(path: Path, steps: int) -> Chain:
    """A chain whose last step ends at t = 0.5 and is 1/steps long."""
    return Chain.of_path(path, torch.tensor([0.5, 0.5 - 1 / steps, 0.0], dtype=torch.float64))


def rate_error(path: Path, steps: int) -> float:
    """How far beta of such a step is from g² dt, in parts of it."""
    g2 = path.diffusion2(torch.tensor(0.5, dtype=torch.float64))
    return abs(float(one_step(path, steps).beta[2] * steps / g2) - 1)


def drift_error(path: Path, steps: int) -> float:
    """How far the mean of such a reverse step is from the reverse drift, in parts of the largest."""
    t = torch.tensor(0.5, dtype=torch.float64)
    x = path.scale(t) * torch.cartesian_prod(*[torch.linspace(-2, 2, 5, dtype=torch.float64)] * 2)
    x0 = MixtureDenoiser(blobs(), path)(x, t)
    # dx = (f·x − g²·s) dt + g dw backwards in time (Anderson 1982)
    drift = path.dlog_alpha(t) * x - path.diffusion2(t) * to_score(path, x, x0, t)
    return relative((x - one_step(path, steps).posterior_mean(2, x, x0)) * steps, drift)


def linear_claims() -> Iterator[Statement]:
    """The chain of Ho et al. is the linear path at its grid, up to what is lost between 1 − beta and exp(−beta)."""
    yield stated("Ho et al.: alpha-bar of 1,000 linear betas is vp-linear’s", KIND, lambda: linear_gap(STEPS), 0, 1e-3)
    yield falling("Ho et al.: order in which linear betas near vp-linear", KIND, linear_gap,
                  (STEPS // 4, STEPS // 2, STEPS, 2 * STEPS), 1, 0.05)


def linear_gap(steps: int) -> float:
    """Largest difference of alpha-bar between so many linear betas and the path."""
    path = VPLinear()
    return float((Chain.of_betas(linear_betas(steps)).abar - Chain.of_path(path, time_grid(path, steps)).abar).abs()
                 .max())
