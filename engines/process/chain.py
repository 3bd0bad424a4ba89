"""The Markov chain of DDPM: a path at the times of a grid, one noising step after the other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from engines.process.paths import Path
from engines.process.shapes import expand
from engines.worded import Worded

FIRST, LAST, STEPS = 1e-4, 0.02, 1000  # Ho et al. 2020, section 4: beta of the first and the last step, and how many


class Fixed(Worded):
    """The variance of a step back that nothing has to learn: of a data point, or of the step forward."""

    BETA_TILDE = "beta-tilde", "β̃"
    BETA = "beta", "β"


@dataclass(frozen=True, slots=True)
class StepBack:
    """q(x_s | x_t, x_0) = N(of_state·x_t + of_data·x_0, beta_tilde·I), a step back where the data are known, s < t.

    beta: the variance of the step forward from s to t. All are of one shape, as the times are.
    """

    of_state: Tensor
    of_data: Tensor
    beta_tilde: Tensor
    beta: Tensor

    @classmethod
    def of(cls, keep: Tensor, beta: Tensor, alpha: Tensor, sigma2: Tensor, sigma2_t: Tensor) -> StepBack:
        """From x_t = keep·x_s + sqrt(beta)·eps, and alpha and sigma² of s and sigma² of t.

        Ho et al. 2020, eq. 7, with sigma² for 1 − alpha-bar.
        """
        return cls(keep * sigma2 / sigma2_t, alpha * beta / sigma2_t, beta * sigma2 / sigma2_t, beta)


    def mean(self, x: Tensor, x0: Tensor) -> Tensor:
        """mu-tilde of Ho et al., eq. 7, for states x and data x_0 (B, …); the factors scalar or (B,)."""
        return expand(self.of_state, x) * x + expand(self.of_data, x) * x0


def step_back(path: Path, s: Tensor, t: Tensor) -> StepBack:
    """That of a path from t to s."""
    return StepBack.of(*path.transition(s, t), path.alpha(s), path.sigma(s).square(), path.sigma(t).square())


@dataclass(frozen=True)
class Chain:
    """q(x_n | x_{n−1}) = N(keep_n·x_{n−1}, beta_n·I) for n = 1 … N, and what follows from it in closed form.

    Every field is (N+1,) float64, so that entry n is that of step n; entry 0 is the data. The marginals are
    q(x_n | x_0) = N(alpha_n·x_0, sigma2_n·I), and times are those of the path. On a path that preserves variance
    keep is sqrt(1 − beta) and alpha² the alpha-bar of Ho et al.; no formula here asks for that.
    """

    times: Tensor
    alpha: Tensor
    sigma2: Tensor
    keep: Tensor
    beta: Tensor

    @classmethod
    def of_path(cls, path: Path, times: Tensor) -> Chain:
        """The chain that stops at decreasing times (N+1,) that end at 0, as `time_grid` gives them."""
        rising = times.flip(0)
        keep, beta = path.transition(rising[:-1], rising[1:])
        still, none = rising.new_ones(1), rising.new_zeros(1)
        return cls(rising, path.alpha(rising), path.sigma(rising).square(), torch.cat([still, keep]),
                   torch.cat([none, beta]))

    @classmethod
    def of_betas(cls, betas: Tensor) -> Chain:
        """The chain of Ho et al. that preserves variance, from beta_1 … beta_N (N,) in (0, 1); times are n/N."""
        beta = torch.cat([betas.new_zeros(1), betas]).double()
        # log alpha-bar; sigma² is 1 − alpha-bar, which cancels in the first steps if computed so
        log_abar = torch.log1p(-beta).cumsum(0)
        times = torch.linspace(0, 1, len(beta), dtype=torch.float64)
        return cls(times, (log_abar / 2).exp(), -log_abar.expm1(), (1 - beta).sqrt(), beta)

    @property
    def steps(self) -> int:
        """N."""
        return len(self.times) - 1

    @property
    def abar(self) -> Tensor:
        """alpha², (N+1,): the alpha-bar of DDPM."""
        return self.alpha.square()

    @cached_property
    def _back(self) -> StepBack:
        """The steps back from n = 0 … N, of which that from 0 stays where it is."""
        back = StepBack.of(self.keep[1:], self.beta[1:], self.alpha[:-1], self.sigma2[:-1], self.sigma2[1:])
        still, none = self.keep[:1], self.beta[:1]
        return StepBack(torch.cat([still, back.of_state]), torch.cat([none, back.of_data]),
                        torch.cat([none, back.beta_tilde]), self.beta)

    @property
    def beta_tilde(self) -> Tensor:
        """Variance of q(x_{n−1} | x_n, x_0), (N+1,); 0 for n ≤ 1."""
        return self._back.beta_tilde

    @property
    def of_state(self) -> Tensor:
        """Factor of x_n in `posterior_mean`, (N+1,), 1 at 0."""
        return self._back.of_state

    @property
    def of_data(self) -> Tensor:
        """Factor of x_0 in `posterior_mean`, (N+1,), 0 at 0."""
        return self._back.of_data

    def noised(self, n: int, x0: Tensor, eps: Tensor) -> Tensor:
        """x_n of data and noise (B, …) in one draw (Ho et al., eq. 4)."""
        return expand(self.alpha[n], x0) * x0 + expand(self.sigma2[n].sqrt(), x0) * eps

    def posterior_mean(self, n: int, x: Tensor, x0: Tensor) -> Tensor:
        """The mean of q(x_{n−1} | x_n = x, x_0), mu-tilde of Ho et al., eq. 7, for x and x_0 (B, …) and n ≥ 1."""
        back = self._back
        return StepBack(back.of_state[n], back.of_data[n], back.beta_tilde[n], back.beta[n]).mean(x, x0)


def linear_betas(steps: int = STEPS) -> Tensor:
    """beta_1 … beta_N of Ho et al. 2020, section 4, (N,) float64: linear, and for other N than 1,000 scaled to it."""
    return torch.linspace(FIRST, LAST, steps, dtype=torch.float64) * (STEPS / steps)
