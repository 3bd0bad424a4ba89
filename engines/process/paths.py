"""Path: the interpolation x_t = alpha(t)·x0 + sigma(t)·eps from data (t=0) to noise (t=1)."""

from __future__ import annotations

from abc import abstractmethod
from functools import partial
from typing import Annotated

import torch
from pydantic import BeforeValidator, SerializeAsAny
from torch import Tensor

from engines.component import Component, chosen, discover
from engines.process.shapes import expand


class Path(Component):
    """A Gaussian probability path; every function takes t in [0, t_max] as float64, of any shape.

    A subclass gives alpha, sigma, the rates of its forward SDE and the inverse of
    log-SNR in closed form; see Straight for the pattern. Nothing but `scale` knows whether
    the variance stays 1. The forward SDE is
    dx = f(t)·x dt + g(t) dw with the same marginals (Song et al. 2021, eq. 5),
    so f = d/dt log alpha and g² = d/dt sigma² − 2 f sigma².
    """

    @property
    def t_max(self) -> float:
        """Where sampling starts: alpha must not be zero there."""
        return 1.0

    @property
    def end(self) -> Tensor:
        """t_max as the functions below take times: 0-d float64."""
        return torch.tensor(self.t_max, dtype=torch.float64)

    @abstractmethod
    def alpha(self, t: Tensor) -> Tensor:
        """Factor of the data at t."""

    @abstractmethod
    def sigma(self, t: Tensor) -> Tensor:
        """Standard deviation of the noise at t."""

    @abstractmethod
    def dlog_alpha(self, t: Tensor) -> Tensor:
        """d/dt log alpha: the linear drift f(t) of the forward SDE."""

    @abstractmethod
    def t_at(self, log_snr: Tensor) -> Tensor:
        """Inverse of `log_snr`."""

    @abstractmethod
    def diffusion2(self, t: Tensor) -> Tensor:
        """g(t)², the squared diffusion of the forward SDE."""

    def log_snr(self, t: Tensor) -> Tensor:
        """log(alpha²/sigma²); +inf at t=0."""
        return 2 * (self.alpha(t).log() - self.sigma(t).log())

    def kappa(self, t: Tensor) -> Tensor:
        """sigma/alpha: the noise beside what is left of the data, and that of the scaled state x/alpha; 0 at t=0."""
        return self.sigma(t) / self.alpha(t)

    def t_at_kappa(self, kappa: Tensor | float) -> Tensor:
        """Inverse of `kappa`, which must be above 0: float64."""
        return self.t_at(-2 * torch.as_tensor(kappa, dtype=torch.float64).log())

    def scale(self, t: Tensor) -> Tensor:
        """sqrt(alpha² + sigma²): the standard deviation of x_t for data of unit variance, above 0 everywhere."""
        return (self.alpha(t).square() + self.sigma(t).square()).sqrt()

    def dalpha(self, t: Tensor) -> Tensor:
        """d/dt alpha."""
        return self.alpha(t) * self.dlog_alpha(t)

    def dsigma(self, t: Tensor) -> Tensor:
        """d/dt sigma; t must be above 0, where it may be infinite."""
        # d sigma² = (g² + 2 f sigma²) dt
        sigma = self.sigma(t)
        return self.diffusion2(t) / (2 * sigma) + self.dlog_alpha(t) * sigma

    def abar(self, t: Tensor) -> Tensor:
        """alpha², the cumulative signal power (alpha-bar of DDPM)."""
        return self.alpha(t).square()

    def diffuse(self, x0: Tensor, eps: Tensor, t: Tensor) -> Tensor:
        """Sample x_t given data and noise of the same shape (B, …); t scalar or (B,)."""
        # q(x_t | x_0) in one draw whatever t is (Ho et al. 2020, eq. 4)
        return expand(self.alpha(t), x0) * x0 + expand(self.sigma(t), x0) * eps

    def initial(self, eps: Tensor) -> Tensor:
        """The state where sampling starts, given standard normal noise of its shape.

        sigma(t_max)·eps, of whatever size the path has there (100 on VE): what is left of the data is
        next to nothing beside it, on any path.
        """
        return expand(self.sigma(self.end), eps) * eps

    def transition(self, s: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        """Factor and variance of q(x_t | x_s) for s < t: (alpha_t/alpha_s, sigma²_{t|s})."""
        # beta of DDPM between any two times, which is what lets its formulas run on a subset of steps
        factor = self.alpha(t) / self.alpha(s)
        return factor, self.sigma(t).square() - factor.square() * self.sigma(s).square()


def paths() -> dict[str, type[Path]]:
    """Every path known, by name."""
    return discover("engines.process", Path)


def unlisted() -> dict[str, type[Path]]:
    """Paths that a model may bring along and no list offers, by name."""
    return discover("engines.process.unlisted", Path)


PathChoice = Annotated[SerializeAsAny[Path],
                       BeforeValidator(partial(chosen, base=Path, kinds=paths, besides=unlisted))]
