"""The variational bound on −log p(x0) of a chain with a denoiser, term by term (Ho et al. 2020, eq. 5)."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from engines.denoiser import Denoiser
from engines.likelihood.decoders import Decoder, density
from engines.likelihood.gaussians import kl
from engines.process.chain import Chain, Fixed
from engines.process.noise import Noise

# the variance of p(x_{n−1} | x_n), above 0, by chain, n and the share (B, …) of `Denoised` where the model has
# learned one: 0-d or of the state's shape
VarianceRule = Callable[[Chain, int, Tensor | None], Tensor]


@dataclass(frozen=True, slots=True)
class BoundTerm:
    """L_n of every sample: nats (B,) float64; n is `step`, N for how far x_N is from the prior, 0 for the data.

    x, x0: the states x_{n+1} (B, …) that it was measured at, and x0_hat there; None of L_N, which has no model in it.
    """

    step: int
    nats: Tensor
    x: Tensor | None = None
    x0: Tensor | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """The bound as a mean over samples.

    terms: (N+1,) float64, L_0 … L_N in nats a sample, none below 0 but L_0, which is minus the log of a density where
    the data are continuous. errors: their standard errors. times: those of the chain. total: the sum, an upper bound of
    the mean of −log p(x0), with its standard error. count samples of `dimension` numbers.
    """

    times: Tensor
    terms: Tensor
    errors: Tensor
    total: float
    total_error: float
    count: int
    dimension: int


def fixed(variance: Fixed) -> VarianceRule:
    """beta or beta-tilde; the latter is 0 at n = 1, where that of n = 2 stands in, as in Nichol & Dhariwal's code."""
    if variance is Fixed.BETA:
        return lambda chain, n, share: chain.beta[n]
    return lambda chain, n, share: least(chain, n)


def learned(otherwise: Fixed) -> VarianceRule:
    """What the model has learned, and `otherwise` of one that has learned none."""
    rule = fixed(otherwise)
    return lambda chain, n, share: rule(chain, n, None) if share is None else between(chain, n, share)


def between(chain: Chain, n: int, share: Tensor) -> Tensor:
    """The variance at a share from 0 to 1 of the way in logarithms from beta-tilde to beta, of the share's shape.

    Nichol & Dhariwal 2021, eq. 15.
    """
    low, high = least(chain, n).log(), chain.beta[n].log()
    return (share * float(high) + (1 - share) * float(low)).exp()


def least(chain: Chain, n: int) -> Tensor:
    """beta-tilde of step n, never 0: that of step 2 for step 1, and beta where there is but one step. 0-d."""
    if n > 1:
        return chain.beta_tilde[n]
    return chain.beta_tilde[2] if chain.steps > 1 else chain.beta[1]


# as a decorator it is off while the consumer holds the generator; a `with` would stay on across each yield
@torch.no_grad()
def bound_terms(chain: Chain, denoiser: Denoiser, x0: Tensor, noise: Noise, *, variance: VarianceRule,
                cond: Tensor | None = None, decoder: Decoder = density) -> Iterator[BoundTerm]:
    """The terms of −log p(x0) for data x0 (B, …): L_N, L_{N−1}, …, L_0, of one network evaluation each but the first.

    The model is the chain backwards from N(0, sigma²_N): p(x_{n−1} | x_n) is Gaussian about mu-tilde(x_n, x0_hat),
    with a variance by the rule. Expectations over x_n are estimated by one draw a sample, number n of `noise`.

    Args:
        chain, denoiser: x0_hat is asked for at the times of the chain.
        noise: of the samples, one seed each.
        cond: class labels (B,) or None.
        decoder: −log p(x0 | x_1), of density or of levels.
    """
    yield prior_term(chain, x0)
    for n in range(chain.steps, 0, -1):
        yield bound_term(chain, n, denoiser, x0, noise, variance=variance, cond=cond, decoder=decoder)


@torch.no_grad()
def bound_term(chain: Chain, n: int, denoiser: Denoiser, x0: Tensor, noise: Noise, *, variance: VarianceRule,
               cond: Tensor | None = None, decoder: Decoder = density) -> BoundTerm:
    """L_{n−1}: what the step back from x_n, 1 ≤ n ≤ N, adds; arguments as of `bound_terms`."""
    x = chain.noised(n, x0, noise(n))
    found = denoiser.denoise(x, chain.times[n], cond)
    v = variance(chain, n, found.share)
    nats = _step_term(chain, n, x0 - found.x0, v) if n > 1 else decoder(x0, found.x0, v)
    return BoundTerm(n - 1, nats, x, found.x0)


def prior_term(chain: Chain, x0: Tensor) -> BoundTerm:
    """L_N = KL(q(x_N | x_0) ‖ N(0, sigma²_N)), whose variances are one: alpha²·‖x_0‖²/(2 sigma²)."""
    nats = x0.square().flatten(1).sum(1).cpu().double() * float(chain.abar[-1] / (2 * chain.sigma2[-1]))
    return BoundTerm(chain.steps, nats)


def _step_term(chain: Chain, n: int, miss: Tensor, v: Tensor) -> Tensor:
    """KL of two Gaussians of variances beta-tilde and v, whose means are apart by a part of x_0 − x0_hat (B, …)."""
    # in single precision log v − log beta-tilde would be noise
    error, log_v = chain.of_data[n] * miss.cpu().double(), v.cpu().double().log()
    return kl(error, log_v, chain.beta_tilde[n].log()).flatten(1).sum(1)


class BoundTally:
    """Adds terms up over batches of samples: `take` all of a batch, from n = N to 0, of every batch, then `bound`."""

    def __init__(self, chain: Chain, dimension: int) -> None:
        self._times, self._dimension, self._count = chain.times, dimension, 0
        self._sums, self._squares = torch.zeros(2, chain.steps + 1, dtype=torch.float64)
        self._open, self._totals = torch.zeros(0), list[Tensor]()

    def take(self, term: BoundTerm) -> None:
        """Add a term of the present batch, whose first is that of n = N."""
        self._sums[term.step] += term.nats.sum()
        self._squares[term.step] += term.nats.square().sum()
        first = term.step == len(self._times) - 1
        self._open = term.nats if first else self._open + term.nats
        if term.step == 0:
            self._totals.append(self._open)
            self._count += len(self._open)

    @property
    def totals(self) -> Tensor:
        """The bound of each sample of the whole batches taken so far, at least one, in their order: (count,)."""
        return torch.cat(self._totals)

    def bound(self) -> Bound:
        """What the whole batches taken so far, at least one, come to; errors are NaN of a single sample."""
        means, totals = self._sums / self._count, self.totals
        spread = (self._squares / self._count - means.square()).clamp(min=0)
        freedom = self._count - 1 if self._count > 1 else math.nan
        error = float(totals.var(correction=0) / freedom) ** 0.5
        return Bound(self._times, means, (spread / freedom).sqrt(), float(totals.mean()), error, self._count,
                     self._dimension)


def bits_per_dim(nats: float, dimension: int) -> float:
    """Nats of a sample in bits for each of its numbers."""
    return nats / (dimension * math.log(2))
