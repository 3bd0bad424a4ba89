"""Network calls needed for a given error as the dimension grows."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from typing import ClassVar

from pydantic import field_validator
from torch import Tensor

from engines.chart import Axis, Chart, Role, Series
from engines.component import option
from engines.denoiser import Denoised, Denoiser
from engines.errors import BadInput, Diverged
from engines.events import Charted, Noted, Progressed
from engines.process.paths import Path, PathChoice
from engines.process.shapes import expand
from engines.process.times import time_grid
from engines.process.vp_cosine import VPCosine
from engines.samplers.base import OneStep, Sampler
from engines.studies.base import Study, Told, floats, slope
from engines.studies.walks import made, named, walked

LADDER = tuple(dict.fromkeys(round(1.2**k) for k in range(36)))  # steps that are tried: 1 to 591
NUMBERS = 40_000  # drawn for each variance that is measured: points × dimension


class IsotropicDenoiser(Denoiser):
    """The exact denoiser of N(0, spread²) in any dimension, where a mixture would turn matrices for nothing."""

    def __init__(self, spread: float, path: Path) -> None:
        self.spread, self.path = spread, path

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        """alpha·spread²/(alpha²·spread² + sigma²)·x."""
        del cond
        return Denoised(expand(self.gain(t), x) * x)

    def gain(self, t: Tensor) -> Tensor:
        """The factor of x at a time."""
        alpha, sigma = self.path.alpha(t), self.path.sigma(t)
        return alpha * self.spread**2 / (alpha.square() * self.spread**2 + sigma.square())


class Dimension(Study):
    """Data N(0, spread² I): errors of all coordinates add up, so that more of them need more steps."""

    name: ClassVar[str] = "dimension"
    title: ClassVar[str] = "Calls needed by dimension"
    summary: ClassVar[str] = "Every coordinate adds to the error: order 1 needs about √d times as many steps."

    path: PathChoice = option(VPCosine(), title="Path", help="How data turns into noise.")
    samplers: str = option("ddim, ddpm, heun", title="Samplers", widget="samplers", max_length=500,
                           help="Their names, separated by commas.")
    error: float = option(0.01, title="Error", unit="nats", ge=1e-3, le=1,
                          help="Largest divergence KL of the samples from the data.")
    spread: float = option(0.5, title="Spread", ge=0.05, le=5, help="Standard deviation of the data.")
    largest: int = option(64, title="Dimension", ge=2, le=256, help="The largest one, where the doubling ends.")

    @field_validator("samplers")
    @classmethod
    def _known(cls, samplers: str) -> str:
        named(samplers)
        return samplers

    def run(self, seed: int) -> Iterator[Told]:
        """Yield the calls that each sampler needs, dimension after dimension."""
        dimensions = [2**k for k in range(int(math.log2(self.largest)) + 1)]
        found, samplers = dict[str, list[tuple[float, float]]](), made(named(self.samplers))
        done, total = 0, len(dimensions) * len(samplers)
        for title, sampler in samplers.items():
            rung = 0
            for dimension in dimensions:
                rung = yield from self._search(title, sampler, dimension, rung, seed, Progressed(done, total))
                done += 1
                yield Progressed(done, total)
                if rung >= len(LADDER):
                    yield Noted(f"{title} does not reach {self.error:g} nats in {LADDER[-1]:,} steps "
                                f"at d = {dimension}.")
                    break
                found.setdefault(title, []).append((dimension, LADDER[rung]))
                yield Charted(self._chart(found, samplers))

    def _search(self, title: str, sampler: Sampler, dimension: int, rung: int, seed: int,
                progress: Progressed) -> Generator[Told, None, int]:
        """The first rung of the ladder, from one on, whose steps are enough; the length of the ladder for none."""
        while rung < len(LADDER):
            try:
                if (yield from self._divergence(sampler, LADDER[rung], dimension, seed, progress)) <= self.error:
                    return rung
            except (BadInput, Diverged) as error:
                yield Noted(f"{title} with {LADDER[rung]} steps was left out: {error}")
            rung += 1
        return rung

    def _divergence(self, sampler: Sampler, steps: int, dimension: int, seed: int, progress: Progressed,
                    ) -> Generator[Told, None, float]:
        """KL of the samples from the data, by their variance: all coordinates are alike and Gaussian."""
        times = time_grid(self.path, steps)
        count = max(50, NUMBERS // dimension)
        walk = walked(IsotropicDenoiser(self.spread, self.path), self.path, sampler, times, count, seed, dimension)
        while True:
            try:
                next(walk)
            except StopIteration as ended:
                return dimension * divergence(float(ended.value.points.double().square().mean()), self.spread**2)
            yield progress  # nothing new, but a stop acts here

    def exact_calls(self, sampler: OneStep, dimension: int) -> int | None:
        """The steps of the ladder that are enough, by the exact variance; None where none are."""
        for steps in LADDER:
            if dimension * divergence(self.exact_variance(sampler, steps), self.spread**2) <= self.error:
                return steps
        return None

    def exact_variance(self, sampler: OneStep, steps: int) -> float:
        """Of the samples of a sampler of Gaussian moves: each scales the variance and adds to it."""
        times = time_grid(self.path, steps)
        moves = sampler.move(self.path, times[:-1], times[1:])
        factors = moves.keep + moves.pull * IsotropicDenoiser(self.spread, self.path).gain(times[:-1])
        variance = float(self.path.sigma(times[0])) ** 2
        for factor, noise in zip(floats(factors), floats(moves.noise), strict=True):
            variance = factor**2 * variance + noise**2
        return variance

    def _chart(self, found: dict[str, list[tuple[float, float]]], samplers: dict[str, Sampler]) -> Chart:
        series, powers = list[Series](), list[str]()
        for title, rows in found.items():
            dimensions, calls = [row[0] for row in rows], [row[1] for row in rows]
            series.append(Series.of(title, dimensions, calls))
            sampler = samplers[title]
            if isinstance(sampler, OneStep):
                exact = [self.exact_calls(sampler, int(d)) for d in dimensions]
                series.append(Series.of(f"{title}, formula", dimensions, exact, (), Role.EXACT, title))
            if len(rows) > 3:
                powers.append(f"{title} d^{slope(dimensions[1:], calls[1:])[0]:.2f}")
        remark = f"Growth of the calls: {', '.join(powers)}." if powers else ""
        return Chart(f"Calls for {self.error:g} nats", Axis("Dimension d", log=True),
                     Axis("Steps of each sample", log=True), tuple(series), remark=remark)


def divergence(variance: float, true: float) -> float:
    """KL(N(0, variance) ‖ N(0, true)) of one coordinate, in nats; infinite for no spread at all."""
    ratio = variance / true
    return math.inf if ratio <= 0 else (ratio - 1 - math.log(ratio)) / 2
