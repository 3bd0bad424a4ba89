"""Sweep: samplers × steps × seeds on a point set, as quality against network calls."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path as File
from typing import Any, ClassVar, cast

import numpy as np
from pydantic import field_validator

from engines.chart import Axis, Chart, Series
from engines.component import Options, option
from engines.context import Context
from engines.counted import counted
from engines.errors import BadInput, BadOption, Diverged
from engines.events import Charted, Event, Measured, Noted, Progressed, Said, Saved
from engines.files import write_atomic
from engines.formula import Explanation
from engines.metrics.formulas import FORMULAS
from engines.metrics.truth import Truth
from engines.modality import Modality
from engines.model_file import ModelSpec
from engines.priors import Prior, check_dimension, prior_of
from engines.process.paths import Path
from engines.process.times import GridChoice
from engines.samplers.base import Sampler
from engines.studies.base import horizontal
from engines.studies.walks import SamplerNames, progress, sampler_names, samplers_of, walked
from engines.tasks.base import Task
from engines.tasks.point_prior import PointPriorOptions
from engines.tasks.shared_options import seed_option, spacing_option
from engines.tasks.sweep_remarks import lowest_remark, sweep_about, sweep_caution, sweep_remarks
from engines.worded import Worded

FILE = "sweep-runs.csv"
EXACT = 8  # sets of exact samples at least
MOST_STEPS = 1000  # as sampling itself allows
HEADS = ("sampler", "steps", "seed", "calls")
AXES: Mapping[str, Axis] = {
    "energy": Axis("Energy distance", log=True), "sliced_wasserstein": Axis("Sliced Wasserstein distance", log=True),
    "nll": Axis("Negative log-likelihood", "nats per point"), "mode_error": Axis("Largest error of a weight", log=True),
    "moments": Axis("Fréchet distance of moments", log=True)}


class Metric(Worded):
    """What is measured; every metric that the truth allows comes with `ALL`."""

    ALL = "all"
    ENERGY = "energy"
    SLICED = "sliced-wasserstein", "sliced Wasserstein", "Sliced Wasserstein"
    NLL = "nll", "NLL", "NLL"
    MODES = "mode-error"
    MOMENTS = "moments"

    @property
    def key(self) -> str:
        """Its name among figures, and in tables."""
        return self.value.replace("-", "_")


class SweepOptions(PointPriorOptions):
    """What is sampled, how, and what is measured of it."""

    samplers: SamplerNames = option("ddim, ddpm, heun, dpm++2m", title="Samplers", widget="samplers", group="Sampler",
                           max_length=500, help="Their names, separated by commas; each with its own default options.")
    steps: tuple[int, ...] = option((5, 10, 20, 50), title="Steps", group="Sampler", min_length=1, max_length=30,
                                    help="Numbers of moves to try, separated by commas.")
    spacing: GridChoice = spacing_option(advanced=False)  # of all samplers, so it is in sight
    metric: Metric = option(Metric.ENERGY, title="Metric", help="Distance to the truth.", group="Samples")
    repeats: int = option(3, title="Seeds", help="Runs of each kind, whose spread is shown.", ge=1, le=50,
                          group="Samples")
    count: int = option(2000, title="Count", help="Samples of each run.", ge=10, le=100_000, group="Samples")
    seed: int = seed_option("Decides the noise of the first run; the next one takes the seeds behind it.")

    @field_validator("steps")
    @classmethod
    def _in_range(cls, steps: tuple[int, ...]) -> tuple[int, ...]:
        for number in steps:
            if not 1 <= number <= MOST_STEPS:
                raise BadOption(f"{number:,} steps cannot be made; use numbers from 1 to {MOST_STEPS:,}.")
        return tuple(sorted(set(steps)))


@dataclass(frozen=True, slots=True)
class Run:
    """One run that is over: which it was, how often it called the network, and its figures (NaN: it diverged)."""

    sampler: str
    steps: int
    seed: int
    calls: float
    figures: Mapping[str, float]

    @property
    def key(self) -> tuple[str, int, int]:
        """What tells it from the others."""
        return self.sampler, self.steps, self.seed


class Sweep(Task):
    """Sample with everything asked for, one run after the other, and measure each against the truth."""

    name: ClassVar[str] = "sweep"
    title: ClassVar[str] = "Sweep"
    verb: ClassVar[str] = "Sweep"
    summary: ClassVar[str] = "Quality against network calls: samplers × steps × seeds in one chart."
    workspace: ClassVar[str] = "points"
    modality: ClassVar[Modality] = Modality.POINTS
    place: ClassVar[int] = 50
    shown_as: ClassVar[str] = "charts"
    draws: ClassVar[bool] = False
    goes_on: ClassVar[str] = FILE
    Form: ClassVar[type[Options]] = SweepOptions
    figures: ClassVar[Mapping[str, str]] = {
        "runs": "runs that were made", "diverged": "those that left the finite numbers",
        "refused": "combinations that cannot be"}

    def title_of(self, options: Any) -> str:
        """“Sweep of 3 samplers on Ring of blobs”."""
        chosen = cast(SweepOptions, options)
        return f"Sweep of {counted(len(sampler_names(chosen.samplers)), 'sampler')} on {chosen.data.title}"

    def explained(self, options: Any) -> Explanation | None:
        """The distance that is measured; of all of them, every one."""
        metric = cast(SweepOptions, options).metric
        named = FORMULAS.get(metric.key)
        return Explanation.of(*(FORMULAS.values() if named is None else (named,)))

    def check(self, options: Any, files: Mapping[str, bytes], model: ModelSpec | None) -> None:
        """Refuse own points that cannot be read, and a model of another dimension."""
        chosen = cast(SweepOptions, options)
        check_dimension(chosen.data.bound(files), chosen.prior, model)

    def caution(self, options: Any, model: ModelSpec | None) -> str:
        """A model of other data, or a sampler that does not go with what the model has learned."""
        chosen = cast(SweepOptions, options)
        samplers, (path, _) = samplers_of(chosen.samplers).values(), chosen.known(model)
        return chosen.caution(model) or sweep_caution(samplers, chosen.steps, path, model)

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Yield a Progressed for each move and a Charted after each run, then Measured.

        The runs are kept in a file of the folder; those it has already are not made again. Combinations that cannot
        be are skipped and Noted, as is what makes others poor. Raises BadOption where there is no such denoiser, or
        the data do not have the metric.
        """
        chosen = cast(SweepOptions, options)
        data = chosen.data.bound(context.files)
        prior, moves = prior_of(data, chosen.prior, chosen.path, context), 0
        if prior.remark:
            yield Noted(prior.remark)
        yield Said("Measuring exact samples")
        board = _Board(chosen, Truth(data), prior.path, context.folder / FILE)
        yield from board.remarks(prior)
        yield from board.charts()
        for title, sampler in samplers_of(chosen.samplers).items():
            for steps in chosen.steps:
                for repeat in range(chosen.repeats):
                    if not board.has((title, steps, chosen.seed + repeat * chosen.count)):
                        yield Said(f"{title}, {counted(steps, 'step')}")
                        yield from board.add(title, sampler, prior, steps, repeat, moves)
                        yield from board.charts()
                    moves += steps
        yield Saved("table", context.folder / FILE)
        yield Measured(board.totals())


class _Board:
    """The runs of a sweep that are over, kept in a file, and the charts of them."""

    def __init__(self, options: SweepOptions, truth: Truth, path: Path, file: File) -> None:
        self.options, self.truth, self.file = options, truth, file
        measures, metric = truth.metrics(), options.metric
        names = [name for name in AXES if name in measures] if metric is Metric.ALL else [metric.key]
        if names[0] not in measures:
            others = ", ".join(other.value for other in Metric if other.key in measures)
            raise BadOption(f"The metric {metric.value} cannot be measured for “{options.data.title}”; "
                            f"choose one of {others}.")
        self.about = sweep_about(options, path, options.spacing, options.repeats)
        self.measures = {name: measures[name] for name in names}
        self.fair = self._exact_samples()
        self.refused = set[tuple[str, str]]()
        self.runs = _read(file, names)

    def has(self, key: tuple[str, int, int]) -> bool:
        """Whether a run is over already."""
        return any(run.key == key for run in self.runs)

    def remarks(self, prior: Prior) -> Iterator[Noted]:
        """What is to be known of runs that are still to come."""
        o, samplers = self.options, samplers_of(self.options.samplers)
        runs = [(title, steps) for title in samplers for steps in o.steps if not self.has((title, steps, o.seed))]
        yield from map(Noted, sweep_remarks(samplers, runs, o.spacing, prior))

    def add(self, title: str, sampler: Sampler, prior: Prior, steps: int, repeat: int, moves: int,
            ) -> Generator[Event, None, None]:
        """Make a run and keep it; one that cannot be is told, once for each reason."""
        o, seed = self.options, self.options.seed + repeat * self.options.count
        total = sum(o.steps) * o.repeats * len(sampler_names(o.samplers))
        times = o.spacing.times(prior.path, steps)
        try:
            walk = walked(prior.denoiser, prior.path, sampler, times, o.count, seed, (prior.dimension,))
            end = yield from progress(walk, moves, total)
            figures = {name: measure(end.points) for name, measure in self.measures.items()}
            self.runs.append(Run(title, steps, seed, float(end.calls), figures))
        except Diverged:
            self.runs.append(Run(title, steps, seed, float(sampler.evaluations(times)),
                                 dict.fromkeys(self.measures, math.nan)))
            yield Noted(f"{title} with {counted(steps, 'step')} diverged, so it has no figure.")
        except BadInput as error:
            if (title, str(error)) not in self.refused:
                yield Noted(f"{title} was left out: {error}")
            self.refused.add((title, str(error)))
        yield Progressed(moves + steps, total)
        _write(self.file, self.runs, list(self.measures))

    def totals(self) -> dict[str, float]:
        """The figures of the whole sweep, all of them counts."""
        diverged = sum(any(math.isnan(value) for value in run.figures.values()) for run in self.runs)
        return {"runs": len(self.runs), "diverged": diverged, "refused": len(self.refused)}

    def charts(self) -> Iterator[Charted]:
        """A chart for each metric, as far as it is known."""
        for name in self.measures if self.runs else ():
            yield Charted(self._chart(name))

    def _exact_samples(self) -> dict[str, tuple[float, float]]:
        """What as many exact samples as those of a run have, and how far a mean of as many runs is from it by chance.

        Of a few sets the spread is hardly known, so there are `EXACT` of them at least.
        """
        o = self.options
        sets = [self.truth.fair(o.count, o.seed + k) for k in range(max(o.repeats, EXACT))]
        found = {name: np.array([measure(x) for x in sets]) for name, measure in self.measures.items()}
        return {name: (float(values.mean()), float(values.std(ddof=1)) / math.sqrt(o.repeats))
                for name, values in found.items()}

    def _chart(self, name: str) -> Chart:
        found = [self._series(name, sampler) for sampler in dict.fromkeys(run.sampler for run in self.runs)]
        calls = [x for series in found for x in series.x]
        fair, spread = self.fair[name]
        exact = horizontal("Exact samples", fair, calls)
        exact = replace(exact, error=(spread,) * len(exact.x))
        return Chart(f"{AXES[name].label} against network calls", Axis("Network calls of each sample", log=True),
                     AXES[name], (*found, exact), lowest_remark(name, found, fair, spread), self.about)

    def _series(self, name: str, sampler: str) -> Series:
        """The mean over seeds and its standard error, by network calls."""
        rows = list[tuple[float, float, float, int]]()
        for steps in sorted({run.steps for run in self.runs if run.sampler == sampler}):
            same = [run for run in self.runs if run.sampler == sampler and run.steps == steps]
            values = np.array([run.figures[name] for run in same])
            spread = float(values.std(ddof=1) / math.sqrt(len(values))) if len(values) > 1 else 0.0
            rows.append((float(np.mean([run.calls for run in same])), float(values.mean()), spread, steps))
        x, y, error, steps = zip(*sorted(rows), strict=True)
        return Series.of(sampler, x, y, error if self.options.repeats > 1 else (), steps=steps)


def _read(file: File, names: list[str]) -> list[Run]:
    """The runs of an earlier part of this sweep; none where the file is not there or not of this kind."""
    try:
        rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
        return [Run(row["sampler"], int(row["steps"]), int(row["seed"]), float(row["calls"]),
                    {name: float(row[name]) for name in names}) for row in rows]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _write(file: File, runs: list[Run], names: list[str]) -> None:
    """Keep the runs as a table; raises DiskFull."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*HEADS, *names])
    writer.writerows([run.sampler, run.steps, run.seed, repr(run.calls), *(repr(run.figures[name]) for name in names)]
                     for run in runs)
    write_atomic(file, out.getvalue().encode())
