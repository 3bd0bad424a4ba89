"""Inverse methods against the exact posterior of linear problems in the plane."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

import torch
from pydantic import AfterValidator
from torch import Tensor

from engines.analytic import Mixture, MixtureDenoiser
from engines.chart import Axis, Chart, Role, Series
from engines.component import option
from engines.data.points.base import PointSetChoice
from engines.data.points.mixtures import TwoBlobs
from engines.errors import BadInput, BadOption, Diverged
from engines.events import Charted, Noted, Progressed
from engines.formula import Letter
from engines.inverse.base import InverseMethod, Measurement, methods
from engines.inverse.dps import DPS, StepRule
from engines.inverse.pigdm import Covariance, PiGDM
from engines.metrics.posterior import LEVELS, PosteriorFigures, against, averaged
from engines.operators.base import MEASURED, SIGMA_Y, LinearOperator, Spectrum
from engines.process.paths import PathChoice
from engines.process.times import time_grid
from engines.process.vp_cosine import VPCosine
from engines.samplers.base import SamplerChoice
from engines.samplers.ddpm import DDPM
from engines.studies.base import Study, Told
from engines.studies.walks import Walked, exact_mixture, progress, walked

ALL = "all"
EXACT = "Exact samples, by chance alone"


@dataclass(frozen=True, eq=False)
class Direction(LinearOperator):
    """y = e·x of points (B, d): one number along a unit vector e (d,)."""

    along: Tensor

    @property
    def shape_in(self) -> tuple[int, ...]:
        """(d,)."""
        return tuple(self.along.shape)

    @property
    def shape_out(self) -> tuple[int, ...]:
        """(1,)."""
        return (1,)

    def forward(self, x: Tensor) -> Tensor:
        """(B, d) -> (B, 1)."""
        return (x * self.along.to(x)).sum(-1, keepdim=True)

    def adjoint(self, y: Tensor) -> Tensor:
        """(B, 1) -> (B, d)."""
        return y * self.along.to(y)

    def spectrum(self) -> Spectrum:
        """A single eigenvalue, |e|² = 1."""
        return Spectrum(self.along.double().square().sum().reshape(1), lambda y: y, lambda c: c)


@dataclass(frozen=True, slots=True)
class Rival:
    """A method with the options it is tried with, and what it is called in the charts."""

    title: str
    method: InverseMethod


def rivals() -> dict[str, Rival]:
    """Every method with its default options, and those with another choice that changes what they are, by name."""
    usual = {name: Rival(kind.word(), kind()) for name, kind in methods().items()}
    return {**usual, "dps-automatic": Rival("DPS, automatic step", DPS(rule=StepRule.AUTOMATIC)),
            "pigdm-tweedie": Rival("ΠGDM, Tweedie’s covariance", PiGDM(covariance=Covariance.TWEEDIE))}


def rival_names(text: str) -> tuple[str, ...]:
    """Names of rivals from a text with commas, each once, or all; raises BadOption naming an unknown one."""
    names = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if not names or names == (ALL,):
        return tuple(rivals())
    for name in names:
        if name not in rivals():
            raise BadOption(f"Method “{name}” is not known; choose “{ALL}” or from {', '.join(rivals())}.")
    return names


def _all_known(text: str) -> str:
    rival_names(text)
    return text


class PosteriorLaboratory(Study):
    """Bias, spread, calibration and distance of every method's samples, over several measurements."""

    name: ClassVar[str] = "posterior"
    title: ClassVar[str] = "Posterior laboratory"
    summary: ClassVar[str] = "What each inverse method samples, beside the exact posterior of what was measured."
    formula: ClassVar[tuple[str, ...]] = (r"y = A x_0 + \sigma_y\, \xi", r"p(x_0|y) = \frac{p(x_0)\,p(y|x_0)}{p(y)}")
    letters: ClassVar[tuple[Letter, ...]] = (
        *MEASURED, SIGMA_Y, Letter(r"\xi", "the measurement’s noise, with variance 1"),
        Letter("p(x_0|y)", "the exact posterior of the data"), Letter("p(x_0)", "the density of the data by the model"),
        Letter("p(y|x_0)", "how likely the measurement is by the data"),
        Letter("p(y)", "how likely the measurement is at all"))

    data: PointSetChoice = option(TwoBlobs(), title="Data", help="The prior; one whose density is known.")
    angle: float = option(30.0, title="Direction", unit="°", ge=0, le=180,
                          help="y is measured along this direction of the plane, counted from the first coordinate.")
    noise: float = option(0.3, title="Noise of y", symbol=r"\sigma_y", ge=0.01, le=10,
                          help="Standard deviation of the measurement’s noise.")
    wanted: Annotated[str, AfterValidator(_all_known)] = option(
        ALL, title="Methods", max_length=500, help="Names of inverse methods, separated by commas, or “all”.")
    path: PathChoice = option(VPCosine(), title="Path", help="How data turns into noise.")
    sampler: SamplerChoice = option(DDPM(), title="Sampler", help="What walks the methods that take any sampler.")
    steps: int = option(100, title="Steps", help="Moves of each run.", ge=5, le=1000)
    draws: int = option(4, title="Measurements", help="How many y are drawn; figures are means over them.", ge=1,
                        le=50)
    count: int = option(500, title="Samples", ge=50, le=10_000, help="Samples of each run.")

    def run(self, seed: int) -> Iterator[Told]:
        """Yield the charts as methods are done, those that cannot be used with the reason, and the ranking."""
        data, found = exact_mixture(self.data), dict[str, PosteriorFigures]()
        if data.dimension != 2:
            raise BadOption(f"{self.data.title} lies on a line, where nothing is left to find; choose one in the "
                            "plane.")
        problems = self.problems(data, seed)
        chance = averaged([against(exact.sample(self.count, seed + 7), exact) for _, exact in problems])
        names = rival_names(self.wanted)
        for k, name in enumerate(names):
            done = (k * self.steps * self.draws, len(names) * self.steps * self.draws)
            rival = rivals()[name]
            try:
                found[rival.title] = yield from self._of_method(rival.method, data, problems, seed, done)
            except (BadInput, Diverged) as error:
                yield Noted(f"{rival.title[:1].upper()}{rival.title[1:]} was left out: {error}")
            yield from map(Charted, charts(found, chance))
        yield Progressed(len(names) * self.steps * self.draws, len(names) * self.steps * self.draws)

    def problems(self, data: Mixture, seed: int) -> list[tuple[Measurement, Mixture]]:
        """Measurements of points of the data, and the exact posterior of each."""
        turn = math.radians(self.angle)
        operator = Direction(torch.tensor([math.cos(turn), math.sin(turn)], dtype=torch.float64))
        x0 = data.sample(self.draws, seed)
        chance = torch.randn(self.draws, 1, generator=torch.Generator().manual_seed(seed + 1), dtype=torch.float64)
        y = operator.forward(x0) + self.noise * chance
        return [(Measurement(operator, each[None], self.noise), data.posterior(operator.dense(), each, self.noise))
                for each in y]

    def _of_method(self, method: InverseMethod, data: Mixture, problems: list[tuple[Measurement, Mixture]], seed: int,
                   done: tuple[int, int]) -> Generator[Told, None, PosteriorFigures]:
        """The figures of a method, the mean over all measurements."""
        if method.pixels:
            raise BadInput(f"{method.word()} pastes known pixels, and a direction is none; it is for masks.")
        figures, prior = list[PosteriorFigures](), MixtureDenoiser(data, self.path)
        times = time_grid(self.path, self.steps)
        method.check(self.sampler)
        for k, (measurement, exact) in enumerate(problems):
            denoiser, sampler = method.posterior(self.path, prior, self.sampler, measurement)
            walk = walked(denoiser, self.path, sampler, times, self.count, seed + k * self.count, data.dimension)
            end: Walked = yield from progress(walk, done[0] + k * self.steps, done[1])
            figures.append(against(end.points, exact))
        return averaged(figures)


def charts(found: dict[str, PosteriorFigures], chance: PosteriorFigures) -> list[Chart]:
    """The ranking by distance, each figure by itself, and the calibration; none while there are no figures."""
    if not found:
        return []
    ranked = dict(sorted(found.items(), key=lambda item: item[1].energy))
    return [
        _ranked(ranked, chance, "Distance to the posterior", "energy", "Energy distance / √tr C", log=True),
        _ranked(ranked, chance, "Bias", "bias", "‖mean − exact mean‖ / √tr C", log=True),
        _ranked(ranked, chance, "Spread", "spread", "√(tr Ĉ / tr C)"),
        _ranked(ranked, chance, "Error of the covariance", "covariance", "‖Ĉ − C‖ / ‖C‖", log=True),
        _ranked(ranked, chance, "Error of the modes", "weights", "Largest error of a weight"),
        _calibration(ranked)]


def _ranked(ranked: dict[str, PosteriorFigures], chance: PosteriorFigures, title: str, figure: str, axis: str, *,
            log: bool = False) -> Chart:
    """One figure of all methods in the order of their distance, 1 being the nearest, and that of exact samples."""
    places = [float(place) for place in range(1, len(ranked) + 1)]
    series = [Series.of(f"{round(place)}. {name}", [place], [getattr(one, figure)])
              for place, (name, one) in zip(places, ranked.items(), strict=True)]
    exact = Series.of(EXACT, places, [getattr(chance, figure)] * len(places), (), Role.EXACT)
    return Chart(title, Axis("Rank by distance to the posterior"), Axis(axis, log=log), (*series, exact),
                 remark="Methods in the order of their energy distance to the exact posterior.")


def _calibration(ranked: dict[str, PosteriorFigures]) -> Chart:
    series = [Series.of(name, LEVELS, one.coverage) for name, one in ranked.items()]
    return Chart("Calibration", Axis("Level of the credible region"), Axis("Share of the samples in it"),
                 (*series, Series.of("Exact", LEVELS, LEVELS, (), Role.EXACT)),
                 remark="Above the line samples crowd where the posterior is densest; below it they stray.")

