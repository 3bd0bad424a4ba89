"""Network calls needed for a given error as the dimension grows."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from typing import ClassVar

import torch
from torch import Tensor

from engines.analytic import IsotropicDenoiser
from engines.chart import Axis, Chart, Role, Series, slope
from engines.component import option
from engines.errors import BadInput, Diverged
from engines.events import Charted, Noted, Progressed
from engines.formula import Letter
from engines.likelihood.gaussians import kl
from engines.process.paths import PathChoice
from engines.process.times import time_grid
from engines.process.vp_cosine import VPCosine
from engines.samplers.base import OneStep, Sampler
from engines.samplers.ddpm import DDPM
from engines.studies.base import Study, Told, floats
from engines.studies.walks import SamplerNames, samplers_of, walked

LADDER = tuple(dict.fromkeys(round(1.2**k) for k in range(36)))  # steps that are tried: 1 to 591
NUMBERS = 30_000  # drawn at least for each divergence that is measured: points × dimension
# times d/error, drawn at least too: d·KL as large as the error has the variance 2·d·error/n + d²·(CELLS − 1)/(2·n²),
# with which its standard error is 0.3 of it, less than from one rung to the next
SURE = 30
WIDE = 8  # coordinates of a point at least: many short points take longer than as many numbers in a few
CELLS = 32  # in each of which the true law has the same share; a divergence is that of the shares


class Coordinates(IsotropicDenoiser):
    """The denoiser of coordinates that are all alike, and how far numbers are from the law of one."""

    def below(self, x: Tensor) -> Tensor:
        """The share of a coordinate of the data that is below x."""
        scaled = (x - self.peak) / self.spread, (x + self.peak) / self.spread
        return 0.5 + ((scaled[0] / math.sqrt(2)).erf() + (scaled[1] / math.sqrt(2)).erf()) / 4

    def kl(self, x: Tensor) -> float:
        """KL of numbers x (n,) from a coordinate of the data: by their variance, or by how many are in each cell."""
        if self.peak == 0:
            return kl_of_variances(float(x.square().mean()), self.spread**2)
        shares = torch.histc(self.below(x), CELLS, 0, 1) / len(x)
        # so many cells are filled unevenly by chance alone
        return float((shares * (shares * CELLS).clamp(min=1e-300).log()).sum()) - (CELLS - 1) / (2 * len(x))


class Dimension(Study):
    """Coordinates that are all alike, Gaussian or of two peaks each: their errors add up."""

    name: ClassVar[str] = "dimension"
    title: ClassVar[str] = "Calls needed by dimension"
    summary: ClassVar[str] = ("Every coordinate adds to the error: a sampler of order p needs about d to the power "
                              "1/2p times as many steps, fewer than the published bound, which grows as d.")
    formula: ClassVar[tuple[str, ...]] = (r"\mathrm{KL} \approx d\,C\,N^{-2p}",)
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter(r"\mathrm{KL}", "how far one law is from another"), Letter("d", "how many coordinates a sample has"),
        Letter("C", "a number that is the sampler’s own"), Letter("N", "how many steps there are"),
        Letter("p", "the order of the sampler"))
    source: ClassVar[str] = ("Benton, De Bortoli, Doucet & Deligiannidis 2024, arXiv 2308.03686: steps that are always "
                             "enough for DDPM grow as d, but for logarithms")

    path: PathChoice = option(VPCosine(), title="Path", help="How data turns into noise.")
    samplers: SamplerNames = option("ddim, ddpm, heun", title="Samplers", widget="samplers", max_length=500,
                           help="Their names, separated by commas.")
    error: float = option(0.01, title="Error", unit="nats", ge=1e-3, le=1,
                          help="Largest divergence KL of the samples from the data.")
    spread: float = option(0.5, title="Spread", ge=0.05, le=5, help="Standard deviation of the data.")
    peak: float = option(0.9, title="Peaks", unit="σ", ge=0.1, le=0.99, help="Where the two peaks of each coordinate "
                         "of the mixture are, in standard deviations of it.")
    largest: int = option(64, title="Dimension", ge=2, le=256, help="The largest one, where the doubling ends.")

    def run(self, seed: int) -> Iterator[Told]:
        """Yield the calls that each sampler needs, dimension after dimension, for Gaussian data and then for peaks."""
        dimensions = [2**k for k in range(int(math.log2(self.largest)) + 1)]
        laws, samplers = self.laws(), samplers_of(self.samplers)
        done, total = 0, len(laws) * len(dimensions) * len(samplers)
        for of, law in laws.items():
            found = dict[str, list[tuple[float, float]]]()
            for title, sampler in samplers.items():
                rung = 0
                for dimension in dimensions:
                    rung = yield from self._search(sampler, law, dimension, rung, seed, Progressed(done, total))
                    done += 1
                    yield Progressed(done, total)
                    if rung >= len(LADDER):
                        yield Noted(f"{title} does not reach {self.error:g} nats in {LADDER[-1]:,} steps "
                                    f"at d = {dimension}{of}.")
                        break
                    found.setdefault(title, []).append((dimension, LADDER[rung]))
                    yield Charted(self._chart(of, law, found, samplers))

    def laws(self) -> dict[str, Coordinates]:
        """What the data are, by what is said of it in titles."""
        width = self.spread * math.sqrt(1 - self.peak**2)
        return {"": Coordinates(self.spread, self.path),
                ", mixture": Coordinates(width, self.path, self.peak * self.spread)}

    def _search(self, sampler: Sampler, law: Coordinates, dimension: int, rung: int, seed: int,
                progress: Progressed) -> Generator[Told, None, int]:
        """The first rung of the ladder, from one on, whose steps are enough; the length of the ladder for none."""
        while rung < len(LADDER):
            try:
                found = yield from self._kl(sampler, law, LADDER[rung], dimension, seed, progress)
                if found <= self.error:
                    return rung
            except (BadInput, Diverged) as error:
                yield Noted(f"{sampler.title} with {LADDER[rung]} steps was left out: {error}")
            rung += 1
        return rung

    def _kl(self, sampler: Sampler, law: Coordinates, steps: int, dimension: int, seed: int,
            progress: Progressed) -> Generator[Told, None, float]:
        """KL of the samples from the data: all coordinates are alike, so that it is that of one of them, d times."""
        times, wide = time_grid(self.path, steps), max(dimension, WIDE)
        walk = walked(law, self.path, sampler, times, self.numbers(dimension) // wide, seed, (wide,))
        while True:
            try:
                next(walk)
            except StopIteration as ended:
                return dimension * law.kl(ended.value.points.double().flatten())
            yield progress  # nothing new, but a stop acts here

    def numbers(self, dimension: int) -> int:
        """How many are drawn of all coordinates, so that chance alone neither passes nor fails a sampler."""
        return max(NUMBERS, math.ceil(SURE * dimension / self.error))

    def exact_calls(self, sampler: OneStep, dimension: int) -> int | None:
        """The steps of the ladder that are enough, by the exact variance; None where none are."""
        for steps in LADDER:
            if dimension * kl_of_variances(self.exact_variance(sampler, steps), self.spread**2) <= self.error:
                return steps
        return None

    def exact_variance(self, sampler: OneStep, steps: int) -> float:
        """Of the samples of a sampler of Gaussian moves: each scales the variance and adds to it."""
        times = time_grid(self.path, steps)
        moves = sampler.move(self.path, times[:-1], times[1:])
        factors = moves.keep + moves.pull * Coordinates(self.spread, self.path).gain(times[:-1])
        variance = float(self.path.sigma(times[0])) ** 2
        for factor, noise in zip(floats(factors), floats(moves.noise), strict=True):
            variance = factor**2 * variance + noise**2
        return variance

    def _chart(self, of: str, law: Coordinates, found: dict[str, list[tuple[float, float]]],
               samplers: dict[str, Sampler]) -> Chart:
        series, powers = list[Series](), list[str]()
        for title, rows in found.items():
            dimensions, calls = [row[0] for row in rows], [row[1] for row in rows]
            series.append(Series.of(title, dimensions, calls))
            sampler = samplers[title]
            if isinstance(sampler, OneStep) and law.peak == 0:
                exact = [self.exact_calls(sampler, int(d)) for d in dimensions]
                series.append(Series.of(f"{title}, formula", dimensions, exact, (), Role.EXACT, title))
            if isinstance(sampler, DDPM):
                series.append(Series.of("Bound for DDPM, ∝ d", dimensions,
                                        [calls[0] * d for d in dimensions], (), Role.BOUND, title))
            if len(rows) > 3:
                powers.append(f"{title} d^{slope(dimensions[1:], calls[1:])[0]:.2f}")
        remark = f"Growth of the calls: {', '.join(powers)}." if powers else ""
        return Chart(f"Calls for {self.error:g} nats{of}", Axis("Dimension d", log=True),
                     Axis("Steps of each sample", log=True), tuple(series), remark=remark)


def kl_of_variances(variance: float, true: float) -> float:
    """KL(N(0, variance) ‖ N(0, true)) of one coordinate, in nats; infinite for no spread at all."""
    found, wanted = torch.tensor([variance, true], dtype=torch.float64).log()
    return float(kl(torch.zeros_like(found), wanted, found))
