"""Claims on the variational bound: log p = ELBO + KL to rounding where all is Gaussian, and never above log p else."""
# torch.linalg carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial

import torch
from torch import Tensor

from engines.analytic import Mixture, MixtureDenoiser, gaussian
from engines.checks.claim import Statement, stated
from engines.checks.oracle_claims import blob, blobs
from engines.denoiser import Denoised, Denoiser
from engines.likelihood.bound import VarianceRule, between, bits_per_dim, bound_terms, fixed
from engines.likelihood.decoders import of_levels
from engines.process.chain import Chain, Fixed
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path, paths
from engines.process.times import time_grid
from engines.samplers.ddpm import DDPM

STEPS, COUNT = 6, 2000
LEVELS, IMAGES, SIDE = 4, 128, 8  # grey levels of so many square images
SHARE = torch.tensor(0.3, dtype=torch.float64)  # of the way between the fixed variances, as if learned
KIND = "bound"


def claims() -> Iterator[Statement]:
    """Every claim here; some seconds on one core."""
    for kind in paths().values():
        path = kind()
        yield from identity_claims(path)
        yield from mixture_claims(path)
        yield from image_claims(path)


def identity_claims(path: Path) -> Iterator[Statement]:
    """For a chain of linear steps all of it is Gaussian: joint, marginal, and both posteriors of the whole chain.

    The denoiser is that of other data than the bound is asked of, so that no term vanishes by luck.
    """
    rules = {"beta": fixed(Fixed.BETA), "beta-tilde": fixed(Fixed.BETA_TILDE),
             "a learned variance": learned_rule}
    for title, rule in rules.items():
        yield stated(f"{path.name}: log p = ELBO + KL with {title}", KIND, partial(identity_residual, path, rule),
                     0, 1e-7)


def learned_rule(chain: Chain, n: int, share: Tensor | None) -> Tensor:
    """The variance that a model would have learned with `SHARE`, whatever it gives."""
    del share
    return between(chain, n, SHARE)


def identity_residual(path: Path, rule: VarianceRule) -> float:
    """Largest |log p − ELBO − KL| of some points, in nats."""
    times, x0 = time_grid(path, STEPS), blobs().sample(5, seed=2)
    prior, chain = MixtureDenoiser(blob(), path), Chain.of_path(path, times)
    model = joint_of(path, times, prior, [float(rule(chain, n, None)) for n in range(1, STEPS + 1)])
    return max(abs(float(model.log_density(x)) - elbo(chain, prior, x, rule) - model.kl(chain, x)) for x in x0)


def elbo(chain: Chain, denoiser: Denoiser, x0: Tensor, rule: VarianceRule) -> float:
    """Minus the bound of one point (d,), with the expectations over noise done exactly for a linear denoiser."""
    every = x0.expand(2 * len(x0), -1)
    terms = bound_terms(chain, denoiser, every, Cubature(tuple(range(len(every))), x0.shape), variance=rule)
    return -sum(float(term.nats.mean()) for term in terms)


class Cubature(Noise):
    """Not noise: sample 2k and 2k+1 are ±√d in coordinate k, which average every quadratic as a normal would."""

    def __call__(self, step: int, stream: int = 0) -> Tensor:
        """(2d, d), the same at every step."""
        d = self.shape[0]
        return math.sqrt(d) * torch.eye(d, dtype=torch.float64).repeat_interleave(2, 0) * torch.tensor(
            [1.0, -1.0], dtype=torch.float64).repeat(d)[:, None]


@dataclass(frozen=True, slots=True)
class Joint:
    """The Gaussian law of (x_0, …, x_N) of a chain of linear steps: mean (N+1, d), covariance (N+1, d, N+1, d)."""

    mean: Tensor
    covariance: Tensor

    def log_density(self, x0: Tensor) -> Tensor:
        """log p(x_0) of a point (d,), all else integrated out."""
        return gaussian(self.mean[0], self.covariance[0, :, 0]).log_density(x0[None])[0]

    def kl(self, chain: Chain, x0: Tensor) -> float:
        """KL(q(x_1 … x_N | x_0) ‖ p(x_1 … x_N | x_0)) of two Gaussians, by matrices."""
        n, d = len(self.mean), len(x0)
        joint, mean = self.covariance.reshape(n * d, n * d), self.mean.flatten()
        gain = joint[d:, :d] @ torch.linalg.inv(joint[:d, :d])
        p_mean, p_cov = mean[d:] + gain @ (x0 - mean[:d]), joint[d:, d:] - gain @ joint[:d, d:]
        q_mean, q_cov = forward_of(chain, x0)
        precision, miss = torch.linalg.inv(p_cov), p_mean - q_mean
        volume = torch.linalg.slogdet(p_cov)[1] - torch.linalg.slogdet(q_cov)[1]
        return float((precision @ q_cov).trace() + miss @ precision @ miss - len(miss) + volume) / 2


def joint_of(path: Path, times: Tensor, denoiser: Denoiser, variances: list[float]) -> Joint:
    """What the ancestral sampler makes of N(0, sigma²) with a linear denoiser, in the plane.

    variances: those of steps 1 … N, the first of which the sampler leaves out.
    """
    move, steps, d = DDPM().move(path, times[:-1], times[1:]), len(times) - 1, 2
    identity = torch.eye(d, dtype=torch.float64)
    mean = torch.zeros(steps + 1, d, dtype=torch.float64)
    covariance = torch.zeros(steps + 1, d, steps + 1, d, dtype=torch.float64)
    covariance[steps, :, steps] = path.sigma(times[0]).square() * identity
    for n in range(steps, 0, -1):
        k = steps - n
        offset = denoiser(torch.zeros(1, d, dtype=torch.float64), times[k])[0]
        matrix = move.keep[k] * identity + move.pull[k] * (denoiser(identity, times[k]) - offset).T
        mean[n - 1] = matrix @ mean[n] + move.pull[k] * offset
        # what the new state has to do with all states before it, and then with itself
        covariance[n - 1, :, n:] = torch.einsum("ij,jkl->ikl", matrix, covariance[n, :, n:])
        covariance[n:, :, n - 1] = covariance[n - 1, :, n:].permute(1, 2, 0)
        covariance[n - 1, :, n - 1] = (matrix @ covariance[n, :, n] @ matrix.T) + variances[n - 1] * identity
    return Joint(mean, covariance)


def forward_of(chain: Chain, x0: Tensor) -> tuple[Tensor, Tensor]:
    """Mean (N·d,) and covariance (N·d, N·d) of q(x_1 … x_N | x_0): cov(x_i, x_j) = alpha_j/alpha_i·sigma²_i, i ≤ j."""
    alpha, sigma2 = chain.alpha[1:], chain.sigma2[1:]
    upper = torch.triu(alpha[None] / alpha[:, None] * sigma2[:, None])
    spread = upper + torch.triu(upper, 1).T
    return (alpha[:, None] * x0).flatten(), torch.kron(spread, torch.eye(len(x0), dtype=torch.float64))


def mixture_claims(path: Path) -> Iterator[Statement]:
    """With the exact denoiser of a mixture the bound is above the entropy, and nears it as steps get more."""
    gaps = cache(lambda: [mixture_gap(path, steps) for steps in (20, 80)])
    # what the mean of so many samples may be below 0 by chance, and no more
    yield stated(f"{path.name}: how far the bound of a mixture is below −log p", KIND,
                 lambda: min(0.0, *(gap + 3 * error for gap, error in gaps())), 0, 0)
    yield stated(f"{path.name}: gap of the bound left by four times as many steps", KIND,
                 lambda: gaps()[1][0] / gaps()[0][0], 0, 0.5)


def mixture_gap(path: Path, steps: int) -> tuple[float, float]:
    """Mean of bound + log p over samples of two Gaussians, in nats, and its standard error."""
    data, chain = blobs(), Chain.of_path(path, time_grid(path, steps))
    x0, noise = data.sample(COUNT, seed=5), Noise(sample_seeds(0, COUNT), (2,), dtype=torch.float64)
    terms = bound_terms(chain, MixtureDenoiser(data, path), x0, noise, variance=fixed(Fixed.BETA))
    gaps = sum((term.nats for term in terms), data.log_density(x0))
    return float(gaps.mean()), float(gaps.std()) / math.sqrt(COUNT)


def image_claims(path: Path) -> Iterator[Statement]:
    """In bits for each pixel the bound of images nears their entropy from above, if their grey levels are decoded."""
    coarse, fine = cache(lambda: image_gap(path, 100)), cache(lambda: image_gap(path, 400))
    yield stated(f"{path.name}: bits per pixel of the bound of images of {LEVELS} grey levels, 400 steps", KIND,
                 lambda: fine().entropy + fine().mean, lambda: fine().entropy, 0.12)
    yield stated(f"{path.name}: how far the bound of images is below their entropy", KIND,
                 lambda: min(0.0, fine().mean + 3 * fine().error), 0, 0)
    yield stated(f"{path.name}: gap of the bound of images left by four times as many steps", KIND,
                 lambda: fine().mean / coarse().mean, 0, 0.5)


@dataclass(frozen=True, slots=True)
class ImageGap:
    """Mean of the bound less −log2 p of images, its standard error, and the latter: all in bits per pixel."""

    mean: float
    error: float
    entropy: float


def image_gap(path: Path, steps: int) -> ImageGap:
    """The gap of some images whose pixels have nothing to do with each other."""
    levels = torch.linspace(-1, 1, LEVELS, dtype=torch.float64)
    shares = torch.arange(LEVELS, 0, -1, dtype=torch.float64)
    grey = Mixture(shares, levels[:, None], torch.zeros(LEVELS, 1, 1))
    x0 = grey.sample(IMAGES * SIDE**2, seed=3).reshape(IMAGES, 1, SIDE, SIDE)
    noise = Noise(sample_seeds(0, IMAGES), (1, SIDE, SIDE), dtype=torch.float64)
    terms = bound_terms(Chain.of_path(path, time_grid(path, steps)), Pixels(grey, path), x0, noise,
                        variance=fixed(Fixed.BETA_TILDE), decoder=of_levels(LEVELS))
    place = (x0.flatten(1)[:, :, None] - levels).abs().argmin(2)
    truth = -grey.weights.log2()[place].mean(1)
    nats = sum((term.nats for term in terms), torch.zeros(IMAGES, dtype=torch.float64))
    gaps = torch.tensor([bits_per_dim(float(each), SIDE**2) for each in nats], dtype=torch.float64) - truth
    return ImageGap(float(gaps.mean()), float(gaps.std()) / math.sqrt(IMAGES), float(truth.mean()))


class Pixels(Denoiser):
    """The exact denoiser of images whose pixels have nothing to do with each other: that of numbers, for each."""

    def __init__(self, grey: Mixture, path: Path) -> None:
        self._each = MixtureDenoiser(grey, path)

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        """Of images (B, 1, H, W)."""
        del cond
        return Denoised(self._each(x.reshape(-1, 1), t).reshape(x.shape))
