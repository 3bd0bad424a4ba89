"""Jensen's gap of diffusion posterior sampling: what taking E[x₀ | x_t] for x₀ costs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from engines.analytic import Mixture
from engines.chart import Axis, Chart, Role, Series
from engines.component import option
from engines.data.points.base import PointSetChoice
from engines.data.points.mixtures import TwoBlobs
from engines.events import Charted, Progressed
from engines.formula import Letter
from engines.operators.base import SIGMA_Y
from engines.studies.base import Study, Told, floats
from engines.studies.walks import exact_mixture

LEVELS = torch.linspace(8, -8, 17, dtype=torch.float64)  # log-SNR, from little noise to much
DRAWS = 200  # of x₀ given x_t, for the mean that is measured


@dataclass(frozen=True, slots=True)
class Gap:
    """Means over states x_t and measurements y: of the exact p(y | x_t), of that by draws of x₀, of DPS's stand-in.

    gap: E|p(y | x_t) − p(y | x̂₀)|; bound: on it; turned: 1 − the cosine of both gradients; longer: the root mean
    square of DPS's gradient over that of the exact one.
    """

    exact: float
    drawn: float
    gap: float
    bound: float
    turned: float
    longer: float


class JensenGap(Study):
    """The likelihood p(y | x_t) = E[p(y | x₀) | x_t] beside p(y | x̂₀) with x̂₀ = E[x₀ | x_t], for one number y."""

    name: ClassVar[str] = "jensen-gap"
    title: ClassVar[str] = "Jensen’s gap of DPS"
    summary: ClassVar[str] = "The more noise, the less is x̂₀ any x₀: the likelihood of DPS is right near the data only."
    formula: ClassVar[tuple[str, ...]] = (
        r"p(y|x_t) = E[p(y|x_0) | x_t] \ne p(y|\hat x_0)",)
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter("p(y|x_t)", "how likely the measurement is by the state"),
        Letter("p(y|x_0)", "how likely the measurement is by the data"),
        Letter(r"p(y|\hat x_0)", "what DPS takes for it: as if x̂_0 were the data"),
        SIGMA_Y, Letter("E", "the mean over all that is drawn"))
    source: ClassVar[str] = "Chung et al. 2023, arXiv 2209.14687, theorem 1"

    data: PointSetChoice = option(TwoBlobs(), title="Data", help="The prior; one whose density is known.")
    noise: float = option(0.2, title="Noise of y", symbol=r"\sigma_y", ge=0.01, le=10,
                          help="Standard deviation of the measurement y = first coordinate + noise.")
    count: int = option(2000, title="Samples", ge=50, le=20_000, help="Pairs of x_t and y of each mean.")

    def run(self, seed: int) -> Iterator[Told]:
        """Yield the gap with its bound, and what it does to the gradient, from little noise to much."""
        data, found = exact_mixture(self.data), list[Gap]()
        for k, level in enumerate(floats(LEVELS)):
            found.append(self.gap(data, math.exp(level / 2), seed + k))
            xs = floats(-LEVELS[: k + 1])
            yield Charted(_likelihood(xs, found))
            yield Charted(_gap(xs, found))
            yield Charted(_gradient(xs, found))
            yield Progressed(k + 1, len(LEVELS))

    def gap(self, data: Mixture, alpha: float, seed: int) -> Gap:
        """At x_t = alpha·x₀ + eps; the gap does not depend on the scale of x_t."""
        x0 = data.sample(self.count, seed)
        draw = torch.Generator().manual_seed(seed + 1)
        x = alpha * x0 + torch.randn(x0.shape, generator=draw, dtype=torch.float64)
        y = x0[:, :1] + self.noise * torch.randn(len(x0), 1, generator=draw, dtype=torch.float64)
        estimate = data.denoise(x, alpha, 1.0)
        both = joint(data, alpha, self.noise)
        exact = (both.log_density(torch.cat([y, x], 1)) - data.log_density(x, alpha, 1.0)).exp()
        taken = self._likelihood(y, estimate[:, :1])
        drawn = self._by_draws(data, alpha, x[:50], y[:50], seed)
        # the steepest slope of a Gaussian density times the mean distance of x₀ from its mean
        spread = data.jacobian(x, alpha, 1.0)[:, 0, 0] / alpha  # Cov[x₀ | x_t] of the first coordinate
        steepest = 1 / (self.noise**2 * math.sqrt(2 * math.pi * math.e))
        right, dps = self._gradients(data, both, alpha, x, y, estimate)
        cosine = (right * dps).sum(1) / (_length(right) * _length(dps)).clamp(min=1e-300)
        return Gap(float(exact[:50].mean()), float(drawn.mean()), float((exact - taken).abs().mean()),
                   float(steepest * spread.clamp(min=0).sqrt().mean()), float((1 - cosine).mean()),
                   float((dps.square().mean() / right.square().mean()).sqrt()))

    def _likelihood(self, y: Tensor, x: Tensor) -> Tensor:
        """p(y | x₀) of y (B, 1) for the measured coordinate (…, 1): (…)."""
        residual = (y - x)[..., 0] / self.noise
        return (-residual.square() / 2).exp() / (self.noise * math.sqrt(2 * math.pi))

    def _by_draws(self, data: Mixture, alpha: float, x: Tensor, y: Tensor, seed: int) -> Tensor:
        """E[p(y | x₀) | x_t] by draws from the posterior of x₀ of each state: (B,)."""
        eye = alpha * torch.eye(data.dimension, dtype=torch.float64)
        draws = [data.posterior(eye, state, 1.0).sample(DRAWS, seed + k)[:, :1] for k, state in enumerate(x)]
        return torch.stack([self._likelihood(value, each).mean() for value, each in zip(y, draws, strict=True)])

    def _gradients(self, data: Mixture, both: Mixture, alpha: float, x: Tensor, y: Tensor, estimate: Tensor,
                   ) -> tuple[Tensor, Tensor]:
        """∇ log p(y | x_t) and ∇ log p(y | x̂₀(x_t)) by x_t: (B, d) each."""
        right = both.score(torch.cat([y, x], 1))[:, 1:] - data.score(x, alpha, 1.0)
        dps = data.jacobian(x, alpha, 1.0)[:, 0] * (y - estimate[:, :1]) / self.noise**2
        return right, dps


def joint(data: Mixture, alpha: float, noise: float) -> Mixture:
    """The mixture of (y, x_t) for y = first coordinate + noise and x_t = alpha·x₀ + eps."""
    d = data.dimension
    lift = torch.cat([torch.eye(1, d, dtype=torch.float64), alpha * torch.eye(d, dtype=torch.float64)])
    own = torch.eye(d + 1, dtype=torch.float64)
    own[0, 0] = noise**2
    return Mixture(data.weights, data.means @ lift.T, lift @ data.covariances @ lift.T + own)


def _length(vectors: Tensor) -> Tensor:
    """Norms of vectors (B, d): (B,)."""
    return vectors.square().sum(1).sqrt()


def _likelihood(xs: list[float], found: list[Gap]) -> Chart:
    return Chart("Likelihood of y, mean over 50 states", Axis("−log α²/σ²"), Axis("p(y | x_t)", log=True), (
        Series.of("By draws of x₀", xs, [gap.drawn for gap in found]),
        Series.of("Formula", xs, [gap.exact for gap in found], (), Role.EXACT, "By draws of x₀")))


def _gap(xs: list[float], found: list[Gap]) -> Chart:
    return Chart("Jensen’s gap", Axis("−log α²/σ²"), Axis("E|p(y | x_t) − p(y | x̂₀)|", log=True), (
        Series.of("Gap", xs, [gap.gap for gap in found]),
        Series.of("Bound: steepest slope × spread of x₀", xs, [gap.bound for gap in found], (), Role.BOUND, "Gap")),
        remark="The gap closes towards the data, where x_t leaves no doubt of x₀.")


def _gradient(xs: list[float], found: list[Gap]) -> Chart:
    return Chart("What the gap does to the gradient", Axis("−log α²/σ²"), Axis("Ratio", log=True), (
        Series.of("Length, DPS over exact", xs, [gap.longer for gap in found]),
        Series.of("1 − cosine of the two", xs, [gap.turned for gap in found]),
        Series.of("Equal length", xs, [1.0] * len(xs), (), Role.EXACT, "Length, DPS over exact")),
        remark="DPS is as sure of y as if x̂₀ were x₀, so it pulls too hard while there is much noise.")
