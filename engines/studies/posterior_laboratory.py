"""Inverse methods against the exact posterior of linear problems, in the plane and on patches of pictures."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Annotated, Any, ClassVar, cast

from pydantic import AfterValidator, model_validator
from torch import Tensor

from engines.analytic import MixtureDenoiser
from engines.chart import Chart
from engines.component import option
from engines.denoiser import Denoiser
from engines.errors import BadInput, BadOption, Diverged
from engines.events import Charted, Progressed
from engines.formula import Letter
from engines.inverse.base import InverseMethod, methods
from engines.inverse.dps import DPS, StepRule
from engines.inverse.pigdm import Covariance, PiGDM
from engines.metrics.points import mode_weights
from engines.metrics.posterior import PosteriorFigures, Yardstick, averaged
from engines.operators.base import MEASURED, SIGMA_Y
from engines.process.paths import PathChoice
from engines.process.times import GridChoice, Quadratic, Uniform, time_grid
from engines.process.vp_cosine import VPCosine
from engines.samplers.base import Sampler, SamplerChoice
from engines.samplers.ddpm import DDPM
from engines.studies.base import Study, Told
from engines.studies.laboratory_charts import Limits, Outcome, charts, coverage, weights
from engines.studies.laboratory_prior import LaboratoryPriorChoice, PlanePrior, Problem
from engines.studies.walks import Walked, progress, walked

ALL = "all"


@dataclass(frozen=True, slots=True)
class Rival:
    """A method with the options it is tried with, and what it is called in the charts."""

    title: str
    method: InverseMethod


def rivals() -> dict[str, Rival]:
    """Every method with its default options, and those with another choice that changes what they are, by name."""
    usual = {name: Rival(kind.begun(), kind()) for name, kind in methods().items()}
    return {**usual, "dps-automatic": Rival("DPS, automatic step", DPS(rule=StepRule.AUTOMATIC)),
            "pigdm-constant": Rival("ΠGDM, as published", PiGDM(covariance=Covariance.CONSTANT)),
            "pigdm-tweedie": Rival("ΠGDM, Tweedie", PiGDM(covariance=Covariance.TWEEDIE))}


def rival_names(text: str) -> tuple[str, ...]:
    """Names of rivals from a text with commas, each once, or all; raises BadOption naming an unknown one."""
    names = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if not names or ALL in names:
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
    earlier: ClassVar[Mapping[str, Any]] = {"spacing": {"name": Uniform.name}}

    prior: LaboratoryPriorChoice = option(PlanePrior(), title="Prior", help="What is known beforehand, and what is "
                                          "measured of it.")
    noise: float = option(0.3, title="Noise of y", symbol=r"\sigma_y", ge=0.01, le=10,
                          help="Standard deviation of the measurement’s noise.")
    wanted: Annotated[str, AfterValidator(_all_known)] = option(
        ALL, title="Methods", widget="methods", max_length=500,
        help="Names of inverse methods, separated by commas, or “all”.")
    path: PathChoice = option(VPCosine(), title="Path", help="How data turns into noise.")
    sampler: SamplerChoice = option(DDPM(), title="Sampler", help="What walks the methods that take any sampler.")
    steps: int = option(100, title="Steps", help="Moves of each run.", ge=5, le=1000)
    spacing: GridChoice = option(Quadratic(), title="Spacing", advanced=True,
                                 help="How the steps are spread over time; posteriors are narrow, so that many of them "
                                      "are needed where little noise is left.")
    draws: int = option(4, title="Measurements", help="How many y are drawn; figures are means over them.", ge=1,
                        le=50)
    count: int = option(500, title="Samples", ge=50, le=10_000, help="Samples of each run.")

    @model_validator(mode="before")
    @classmethod
    def _of_before(cls, values: object) -> object:
        """What was recorded when points of the plane were the only prior."""
        if not isinstance(values, dict):
            return values
        given = dict(cast("dict[str, Any]", values))
        plane = {name: given.pop(name) for name in ("data", "angle") if name in given}
        return {"prior": {"name": PlanePrior.name, **plane}, **cls.earlier, **given} if plane else given

    def called(self) -> str:
        """“Posterior laboratory: two blobs”."""
        return f"{self.title}: {self.prior.called()}"

    def run(self, seed: int) -> Iterator[Told]:
        """Yield the ranking as methods are done, why others cannot be used, and the charts of each."""
        bench = Bench(self, self.prior.problems(self.draws, self.noise, seed), seed)
        found, refused, names = dict[str, Outcome](), dict[str, str](), rival_names(self.wanted)
        each, total = self.steps * self.draws, (len(names) + 1) * self.steps * self.draws
        limits = Limits(Outcome(bench.chance), (yield from bench.exact(total)), self.count * self.draws, self.draws)
        for k, name in enumerate(names, 1):
            title = rivals()[name].title
            try:
                found[title], points = yield from bench.measured(rivals()[name].method, k * each, total)
            except (BadInput, Diverged) as error:
                refused[title] = str(error)
                yield from map(Charted, charts(found, refused, limits))
                continue
            yield from map(Charted, charts(found, refused, limits))
            yield from map(Charted, bench.charts(title, points, found[title], limits))
        yield Progressed(total, total)


class Bench:
    """Runs methods on the problems of a laboratory.

    Args:
        lab: its options.
        problems: what was measured, one at least.
        seed: of all noise.
    """

    def __init__(self, lab: PosteriorLaboratory, problems: list[Problem], seed: int) -> None:
        self._lab, self._problems, self._seed = lab, problems, seed
        self._prior = MixtureDenoiser(lab.prior.mixture(), lab.path)
        # each by samples of its own: else all of them err alike, and a mean over measurements as much as one alone
        self._yards = [Yardstick(problem.exact, seed=k) for k, problem in enumerate(problems)]

    @cached_property
    def chance(self) -> PosteriorFigures:
        """The figures of exact samples, others for each measurement."""
        return averaged([yard.figures(yard.exact.sample(self._lab.count, self._seed + 7 + k))
                         for k, yard in enumerate(self._yards)])

    def exact(self, total: int) -> Generator[Told, None, Outcome]:
        """What the sampler comes to with the exact denoiser of each posterior: the error of its steps alone."""
        made = [lambda problem=problem: (MixtureDenoiser(problem.exact, self._lab.path), self._lab.sampler)
                for problem in self._problems]
        return (yield from self._walked(made, 0, total))[0]

    def measured(self, method: InverseMethod, done: int, total: int) -> Generator[Told, None, tuple[Outcome, Tensor]]:
        """What a method comes to, the mean over all measurements, and its samples (N, d) of the first one.

        Args:
            method: what is run.
            done, total: moves before it, and of all methods.

        Raises BadInput, Diverged where it cannot be used.
        """
        lab = self._lab
        if why := lab.prior.refusal(method):
            raise BadInput(why)
        method.check(lab.sampler)
        made = [lambda problem=problem: method.posterior(lab.path, self._prior, lab.sampler, problem.measurement)
                for problem in self._problems]
        return (yield from self._walked(made, done, total))

    def _walked(self, made: Sequence[Callable[[], tuple[Denoiser, Sampler]]], done: int, total: int,
                ) -> Generator[Told, None, tuple[Outcome, Tensor]]:
        """One run for each problem with what is made for it."""
        lab, figures, calls, points = self._lab, list[PosteriorFigures](), list[int](), list[Tensor]()
        seconds, times = 0.0, time_grid(lab.path, lab.steps, lab.spacing)
        for k, (make, yard) in enumerate(zip(made, self._yards, strict=True)):
            began = time.perf_counter()
            denoiser, sampler = make()
            walk = walked(denoiser, lab.path, sampler, times, lab.count, self._seed + k * lab.count, lab.prior.shape())
            end: Walked = yield from progress(walk, done + k * lab.steps, total, lab.steps)
            seconds += time.perf_counter() - began
            points.append(end.points.flatten(1))
            calls.append(end.calls)
            figures.append(yard.figures(points[-1]))
        return Outcome(averaged(figures), sum(calls) / len(calls), seconds / len(points)), points[0]

    def charts(self, method: str, points: Tensor, outcome: Outcome, limits: Limits) -> list[Chart]:
        """What one method's samples of the first measurement are beside its exact posterior; its row shows them."""
        first = self._problems[0]
        found = [self._lab.prior.drawn(f"Samples of {method}", points, first),
                 coverage(f"Coverage of {method}", method, outcome.figures, limits)]
        if len(first.exact.weights) > 1:
            modes = mode_weights(points, first.exact)
            found.append(weights(f"Weights of modes by {method}", modes.true.tolist(), modes.found.tolist(),
                                 len(points)))
        return [replace(chart, front=True, row=method) for chart in found]
