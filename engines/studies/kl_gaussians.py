"""The divergence of two Gaussians, by formula and by sampling."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import ClassVar

import torch
from torch import Tensor

from engines.chart import Axis, Chart, Role, Series
from engines.component import option
from engines.events import Charted, Progressed
from engines.formula import Letter
from engines.studies.base import Study, Told, horizontal

COUNTS = tuple(round(10 ** (1 + k / 2)) for k in range(8))  # 10 to 31,623


class KLGaussians(Study):
    """KL(p ‖ q) of p = N(0, I) and q = N(shift, spread² I) as a mean over samples of p."""

    name: ClassVar[str] = "kl-gaussians"
    title: ClassVar[str] = "KL of two Gaussians"
    summary: ClassVar[str] = "A mean over samples reaches the formula with an error that falls as 1/√n."
    formula: ClassVar[tuple[str, ...]] = (
        r"\mathrm{KL} = d \log \sigma_q + \frac{d + \|m_q\|^2}{2 \sigma_q^2} - \frac{d}{2}",
        r"\mathrm{KL} \approx \frac{1}{M}\sum_{n=1}^{M} \log \frac{p(x_n)}{q(x_n)}")
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter(r"\mathrm{KL}", "how far one law is from another"), Letter("d", "how many coordinates a sample has"),
        Letter("M", "how many points there are"), Letter("n", "a point"), Letter("x_n", "where point n is"),
        Letter("p(x_n)", "the density of the first Gaussian, from which the points are drawn"),
        Letter("q(x_n)", "the density of the second Gaussian"))

    dimension: int = option(2, title="Dimension", symbol="d", ge=1, le=100, help="Numbers of a sample.")
    shift: float = option(1.0, title="Shift", symbol="m_q", ge=0, le=10, help="Distance of the two means.")
    spread: float = option(1.5, title="Spread", symbol=r"\sigma_q", ge=0.1, le=10,
                           help="Standard deviation of the second, that of the first being 1.")
    repeats: int = option(200, title="Repeats", ge=10, le=10_000, help="Estimates for each number of samples.")

    @property
    def exact(self) -> float:
        """The formula, in nats."""
        d, s2 = self.dimension, self.spread**2
        return d * math.log(self.spread) + (d + self.shift**2) / (2 * s2) - d / 2

    @property
    def variance(self) -> float:
        """The variance of log p − log q over p, which over n is that of the estimate."""
        # it is ½(1/s² − 1)|x|² − m·x/s² + const: both parts are uncorrelated, and |x|² has variance 2d
        s2 = self.spread**2
        return (1 / s2 - 1) ** 2 * self.dimension / 2 + self.shift**2 / s2**2

    def log_ratio(self, x: Tensor) -> Tensor:
        """log p(x) − log q(x) of samples (…, d) -> (…)."""
        mean = torch.zeros(self.dimension, dtype=x.dtype)
        mean[0] = self.shift
        away = (x - mean).square().sum(-1) / self.spread**2
        return (away - x.square().sum(-1)) / 2 + self.dimension * math.log(self.spread)

    def run(self, seed: int) -> Iterator[Told]:
        """Yield the estimates and their error, more samples after each other."""
        generator = torch.Generator().manual_seed(seed)
        counts, means, deviations, errors = list[float](), list[float](), list[float](), list[float]()
        for k, count in enumerate(COUNTS):
            found = self._estimates(count, generator)
            counts.append(count)
            means.append(float(found.mean()))
            deviations.append(float(found.std()))
            errors.append(float((found - self.exact).square().mean().sqrt()))
            yield Charted(self._estimate_chart(counts, means, deviations))
            yield Charted(self._error_chart(counts, errors))
            yield Progressed(k + 1, len(COUNTS))

    def _estimates(self, count: int, generator: torch.Generator) -> Tensor:
        """(repeats,) estimates from `count` samples each, of which a part is drawn at a time."""
        sums = torch.zeros(self.repeats, dtype=torch.float64)
        # a few million numbers at a time, however many repeats of however many samples
        most = max(1, 2**21 // (self.repeats * self.dimension))
        for first in range(0, count, most):
            size = (self.repeats, min(most, count - first), self.dimension)
            sums += self.log_ratio(torch.randn(size, generator=generator, dtype=torch.float64)).sum(1)
        return sums / count

    def _estimate_chart(self, counts: list[float], means: list[float], deviations: list[float]) -> Chart:
        estimate = Series.of("Estimate", counts, means, deviations)
        formula = horizontal("Formula", self.exact, counts, beside="Estimate")
        return Chart("Divergence by sampling", Axis("Samples", log=True), Axis("KL(p ‖ q)", "nats"),
                     (estimate, formula), remark="The bars are one standard deviation of a single estimate.")

    def _error_chart(self, counts: list[float], errors: list[float]) -> Chart:
        exact = [math.sqrt(self.variance / count) for count in counts]
        return Chart("Error of the estimate", Axis("Samples", log=True),
                     Axis("Root mean square error", "nats", log=True),
                     (Series.of("Measured", counts, errors),
                      Series.of("√(variance / n)", counts, exact, (), Role.EXACT, "Measured")),
                     remark="A hundred times the samples for a tenth of the error, in every dimension.")
