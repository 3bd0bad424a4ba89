"""Claims on the Markov chain of DDPM: it is the continuous process at the times of a grid, forwards and backwards."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import Tensor

from engines.analytic import MixtureDenoiser
from engines.checks.claim import Claim
from engines.checks.oracle_claims import blobs
from engines.process.chain import STEPS, Chain, linear_betas
from engines.process.paths import Path, paths
from engines.process.prediction import to_score
from engines.process.times import time_grid
from engines.process.vp_linear import VPLinear
from engines.samplers.ddpm import DDPM, Variance

TOPICS = ("chain", "kernel", "bayes", "posterior", "sampler", "ddpm", "beta", "drift", "order")
ROUNDING = 1e-9
KIND = "chain"


def claims() -> Iterator[Claim]:
    """Every claim here; less than a second on one core."""
    for kind in paths().values():
        path = kind()
        yield from kernel_claims(path.name, Chain.of_path(path, time_grid(path, STEPS)))
        yield from sampler_claims(path)
        yield from limit_claims(path)
    yield from kernel_claims("Ho et al.", Chain.of_betas(linear_betas()))
    yield from linear_claims()


def kernel_claims(title: str, chain: Chain) -> Iterator[Claim]:
    """Steps one after the other give the marginals, and Bayes' rule the posterior of a step."""
    alpha, sigma2 = composed(chain)
    apart = max(_relative(alpha, chain.alpha), _relative(sigma2, chain.sigma2))
    yield Claim(f"{title}: {chain.steps:,} kernels composed are the marginal", KIND, apart, 0, ROUNDING)
    mean, variance = by_bayes(chain)
    apart = max(_relative(chain.of_state[2:], mean[:, 0]), _relative(chain.of_data[2:], mean[:, 1]))
    yield Claim(f"{title}: mean of q(x_(n−1) | x_n, x_0) is that of Bayes’ rule", KIND, apart, 0, ROUNDING)
    apart = _relative(chain.beta_tilde[2:], variance)
    yield Claim(f"{title}: variance of q(x_(n−1) | x_n, x_0) is that of Bayes’ rule", KIND, apart, 0, ROUNDING)


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


def sampler_claims(path: Path) -> Iterator[Claim]:
    """The moves of the ancestral sampler, written for any two times, are the steps of the chain."""
    times = time_grid(path, 50)
    chain = Chain.of_path(path, times)
    for variance, wanted in ((Variance.BETA_TILDE, chain.beta_tilde), (Variance.BETA, chain.beta)):
        move = DDPM(variance=variance).move(path, times[:-1], times[1:])
        # the sampler's last move has no noise: its step 1 is the mean alone
        pairs = ((move.keep, chain.of_state[1:]), (move.pull, chain.of_data[1:]),
                 (move.noise[:-1].square(), wanted[2:]))
        apart = max(_relative(found.flip(0), exact) for found, exact in pairs)
        yield Claim(f"{path.name}: ddpm with {variance.value} steps as the chain does", KIND, apart, 0, ROUNDING)


def limit_claims(path: Path) -> Iterator[Claim]:
    """With ever smaller steps the chain is the SDE: beta its g², and the mean of a reverse step its reverse drift."""
    t = torch.tensor(0.5, dtype=torch.float64)
    x = path.scale(t) * torch.cartesian_prod(*[torch.linspace(-2, 2, 5, dtype=torch.float64)] * 2)
    x0 = MixtureDenoiser(blobs(), path)(x, t)
    # dx = (f·x − g²·s) dt + g dw backwards in time (Anderson 1982)
    drift = path.dlog_alpha(t) * x - path.diffusion2(t) * to_score(path, x, x0, t)
    rates, drifts = list[float](), list[float]()
    for length in (1e-3, 5e-4):
        steps = Chain.of_path(path, torch.tensor([0.5, 0.5 - length, 0.0], dtype=torch.float64))
        rates.append(abs(float(steps.beta[2] / length / path.diffusion2(t)) - 1))
        drifts.append(_relative((x - steps.posterior_mean(2, x, x0)) / length, drift))
    yield Claim(f"{path.name}: order in which beta of a step nears g² dt", KIND, _order(rates), 1, 0.1)
    yield Claim(f"{path.name}: order in which a reverse step nears the reverse SDE", KIND, _order(drifts), 1, 0.1)


def linear_claims() -> Iterator[Claim]:
    """The chain of Ho et al. is the linear path at its grid, up to what is lost between 1 − beta and exp(−beta)."""
    gaps = [linear_gap(steps) for steps in (STEPS, 2 * STEPS)]
    yield Claim("Ho et al.: alpha-bar of 1,000 linear betas is vp-linear’s", KIND, gaps[0], 0, 1e-3)
    yield Claim("Ho et al.: order in which linear betas near vp-linear", KIND, _order(gaps), 1, 0.05)


def linear_gap(steps: int) -> float:
    """Largest difference of alpha-bar between so many linear betas and the path."""
    path = VPLinear()
    return float((Chain.of_betas(linear_betas(steps)).abar - Chain.of_path(path, time_grid(path, steps)).abar).abs()
                 .max())


def _order(errors: list[float]) -> float:
    """By which power of the step an error falls when the step is halved."""
    return math.log2(errors[0] / errors[1])


def _relative(found: Tensor, wanted: Tensor) -> float:
    """Largest difference in parts of the largest number wanted."""
    return float((found - wanted).abs().max() / wanted.abs().max())
