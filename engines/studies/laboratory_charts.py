"""The charts of the posterior laboratory: the table that ranks all methods, calibration, and each figure by itself."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from engines.chart import Axis, Chart, Role, Series
from engines.chart_parts import Entry, Head, Table
from engines.metrics.posterior import LEVELS, PosteriorFigures

BY_CHANCE, BY_STEPS = "Exact samples, by chance alone", "Exact denoiser, by steps alone"
RANKING, BEST = "Ranking", "Samples of the best method"
SECONDS = "Seconds"
HEADS = (
    Head("Energy", "Energy distance to the exact posterior over its standard deviation, √tr C; 0 is best, and the "
                   "ranking goes by it."),
    Head("Bias", "Length of the error of the mean over √tr C; 0 for exact samples."),
    Head("Spread", "√(tr Ĉ / tr C); 1 for exact samples, below it they crowd."),
    Head("Covariance", "Error of the covariance, ‖Ĉ − C‖ / ‖C‖; 0 for exact samples."),
    Head("Modes", "Largest error of the weight of a component; 0 for exact samples."),
    Head("Coverage", "Largest difference between the share of samples in a credible region and its level; 0 for exact "
                     "samples."),
    Head("Calls", "How often the prior is evaluated for each sample; gradients are not counted."),
    Head(SECONDS, "Time of one run for all of its samples, the mean over the measurements."))
READ = "Above the line samples crowd where the posterior is densest; below it they stray."
LIMITED = "Here the sampler’s own steps miss much already: take more of them, or another sampler, such as EDM."
MUCH = 0.2  # error of the coverage by the steps alone, from which on it hides that of a method
DPS = "DPS"  # how the titles of its variants begin


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a method came to: its figures, network calls for each sample, and seconds for each run, NaN for none."""

    figures: PosteriorFigures
    calls: float = math.nan
    seconds: float = math.nan


def ranked(found: Mapping[str, Outcome]) -> dict[str, Outcome]:
    """Methods by their energy distance, the nearest first; a figure that is not finite comes last."""
    far = {name: one.figures.energy if math.isfinite(one.figures.energy) else math.inf for name, one in found.items()}
    return dict(sorted(found.items(), key=lambda item: far[item[0]]))


def charts(found: Mapping[str, Outcome], limits: Mapping[str, Outcome]) -> list[Chart]:
    """The table, the calibration and each figure by itself; none while there are no figures.

    Args:
        found: what each method came to.
        limits: what no method can beat: `BY_CHANCE`, so many exact samples, and `BY_STEPS`, the sampler itself.
    """
    if not found:
        return []
    order = ranked(found)
    rows, chance = {name: one.figures for name, one in order.items()}, limits[BY_CHANCE].figures
    return [
        _ranking(order, limits), _calibration(rows, limits),
        _figure(rows, chance, "Distance to the posterior", "energy", "Energy distance / √tr C", log=True),
        _figure(rows, chance, "Bias", "bias", "‖mean − exact mean‖ / √tr C", log=True),
        _figure(rows, chance, "Spread", "spread", "√(tr Ĉ / tr C)"),
        _figure(rows, chance, "Error of the covariance", "covariance", "‖Ĉ − C‖ / ‖C‖", log=True),
        _figure(rows, chance, "Error of the modes", "weights", "Largest error of a weight")]


def _ranking(order: Mapping[str, Outcome], limits: Mapping[str, Outcome]) -> Chart:
    """Every figure of every method, the nearest to the posterior first, and what no method can beat."""
    entries = [_entry(f"{place}. {name}", one) for place, (name, one) in enumerate(order.items(), 1)]
    quiet = [_entry(name, one, quiet=True) for name, one in limits.items()]
    return Chart(RANKING, Axis("Method"), Axis("Figure"), remark=_verdict(order), front=True,
                 table=Table("Method", HEADS, (*entries, *quiet)))


def _entry(name: str, one: Outcome, *, quiet: bool = False) -> Entry:
    return Entry(name, (*_numbers(one.figures), one.calls, one.seconds), quiet)


def _numbers(one: PosteriorFigures) -> tuple[float, ...]:
    return one.energy, one.bias, one.spread, one.covariance, one.weights, one.miscalibration


def _verdict(order: Mapping[str, Outcome]) -> str:
    """How the best stands to the better one of DPS, where that took part."""
    best = next(iter(order))
    rival = next((name for name in order if name.startswith(DPS)), "")
    told = "Methods in the order of their energy distance to the exact posterior."
    if not rival or rival == best or not order[rival].figures.energy > 0:
        return told
    share = order[best].figures.energy / order[rival].figures.energy
    return f"{told} That of {best} is {share:.2f} of that of {rival}."


def _figure(rows: Mapping[str, PosteriorFigures], chance: PosteriorFigures, title: str, figure: str, axis: str, *,
            log: bool = False) -> Chart:
    """One figure of all methods in the order of their distance, 1 being the nearest, and that of exact samples."""
    places = [float(place) for place in range(1, len(rows) + 1)]
    series = [Series.of(f"{round(place)}. {name}", [place], [getattr(one, figure)])
              for place, (name, one) in zip(places, rows.items(), strict=True)]
    exact = Series.of(BY_CHANCE, places, [getattr(chance, figure)] * len(places), (), Role.EXACT)
    return Chart(title, Axis("Rank by distance to the posterior"), Axis(axis, log=log), (*series, exact),
                 remark="Methods in the order of their energy distance to the exact posterior.")


def _calibration(rows: Mapping[str, PosteriorFigures], limits: Mapping[str, Outcome]) -> Chart:
    series = [Series.of(name, LEVELS, one.coverage) for name, one in rows.items()]
    steps = Series.of(BY_STEPS, LEVELS, limits[BY_STEPS].figures.coverage, (), Role.BOUND)
    return Chart("Calibration", Axis("Level of the credible region"), Axis("Share of the samples in it"),
                 (*series, steps, Series.of("Exact", LEVELS, LEVELS, (), Role.EXACT)), front=True,
                 remark=f"{READ}{_limited(limits[BY_STEPS].figures)}")


def _limited(exact: PosteriorFigures) -> str:
    """What to do where the steps of the sampler leave samples more wrong than methods would, else nothing."""
    return f" {LIMITED}" if exact.miscalibration > MUCH else ""
