"""The charts of the posterior laboratory: the table that ranks all methods, those of each, and each figure alone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engines.chart import Axis, Chart, Role, Series
from engines.chart_parts import Entry, Head, Table
from engines.metrics.posterior import EDGES_BY, LEVELS, PosteriorFigures

BY_CHANCE, BY_STEPS = "By chance alone", "By steps alone"  # exact samples, and the exact denoiser of the posterior
RANKING, CALIBRATION, METHODS = "Ranking", "Calibration", "Methods"
EXACT, SAMPLED = "Exact", "Samples"
SECONDS = "Seconds"
HEADS = (
    Head("Energy", "Energy distance to the exact posterior over its standard deviation, √tr C; 0 is best, and the "
                   "ranking goes by it.", 4),
    Head("Bias", "Length of the error of the mean over √tr C; 0 for exact samples.", 3),
    Head("Spread", "√(tr Ĉ / tr C); 1 for exact samples, below it they crowd.", 3),
    Head("Covar.", "Error of the covariance, ‖Ĉ − C‖ / ‖C‖; 0 for exact samples.", 3),
    Head("Modes", "Largest error of the weight of a component; 0 for exact samples.", 3),
    Head("Coverage gap", "Largest difference between the share of samples in a credible region and its level; 0 for "
                         "exact samples.", 3),
    Head("Calls", "How often the prior is evaluated for each sample; gradients are not counted.", 0),
    Head(SECONDS, "Time of one run for all of its samples, the mean over the measurements.", 2))
READ = "Above the line samples crowd where the posterior is densest; below it they stray."
LIMITED = "Here the sampler’s own steps miss much already: take more of them, another spacing, or EDM as sampler."
MUCH = 0.2  # error of the coverage by the steps alone, from which on it hides that of a method
DPS = "DPS"  # how the titles of its variants begin
MOST = 12  # components that are told apart in a chart of weights


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a method came to: its figures, network calls for each sample, and seconds for each run, NaN for none."""

    figures: PosteriorFigures
    calls: float = math.nan
    seconds: float = math.nan


@dataclass(frozen=True, slots=True)
class Limits:
    """What no method can beat.

    chance: figures of as many exact samples; steps: what the sampler comes to with the exact denoiser; count: samples
    of all runs together; draws: how many measurements they are of.
    """

    chance: Outcome
    steps: Outcome
    count: int
    draws: int


def ranked(found: Mapping[str, Outcome]) -> dict[str, Outcome]:
    """Methods by their energy distance, the nearest first; a figure that is not finite comes last."""
    far = {name: one.figures.energy if math.isfinite(one.figures.energy) else math.inf for name, one in found.items()}
    return dict(sorted(found.items(), key=lambda item: far[item[0]]))


def charts(found: Mapping[str, Outcome], refused: Mapping[str, str], limits: Limits) -> list[Chart]:
    """The table, the calibration and each figure by itself; the table alone while there are no figures.

    Args:
        found: what each method came to.
        refused: why others have no figures.
        limits: what to compare them with.
    """
    order = ranked(found)
    table = _ranking(order, refused, limits)
    if not found:
        return [table]
    rows, chance = {name: one.figures for name, one in order.items()}, limits.chance.figures
    return [
        table, _calibration(rows, limits),
        _figure(rows, chance, "Distance to the posterior", "energy", "Energy distance / √tr C", log=True),
        _figure(rows, chance, "Bias", "bias", "|mean − exact mean| / √tr C", log=True),
        _figure(rows, chance, "Spread", "spread", "√(tr Ĉ / tr C)"),
        _figure(rows, chance, "Error of the covariance", "covariance", "|Ĉ − C| / |C|", log=True),
        _figure(rows, chance, "Error of the modes", "weights", "Largest error of a weight")]


def _ranking(order: Mapping[str, Outcome], refused: Mapping[str, str], limits: Limits) -> Chart:
    """Every figure of every method, the nearest to the posterior first, and what no method can beat."""
    entries = [_entry(name, one) for name, one in order.items()]
    quiet = [_entry(BY_CHANCE, limits.chance, quiet=True), _entry(BY_STEPS, limits.steps, quiet=True)]
    none = (math.nan,) * len(HEADS)
    without = [Entry(name, none, quiet=True, why=why) for name, why in refused.items()]
    return Chart(RANKING, Axis("Method"), Axis("Figure"), remark=_verdict(order), front=True,
                 table=Table("Method", HEADS, (*entries, *quiet, *without)))


def _entry(name: str, one: Outcome, *, quiet: bool = False) -> Entry:
    return Entry(name, (*_numbers(one.figures), one.calls, one.seconds), quiet)


def _numbers(one: PosteriorFigures) -> tuple[float, ...]:
    return one.energy, one.bias, one.spread, one.covariance, one.weights, one.miscalibration


def _verdict(order: Mapping[str, Outcome]) -> str:
    """How the best stands to the better one of DPS, where that took part."""
    if not order:
        return ""
    best = next(iter(order))
    rival = next((name for name in order if name.startswith(DPS)), "")
    told = ("Nearest to the exact posterior first, by energy distance. By chance alone: as many exact samples; by "
            "steps alone: the sampler with the exact denoiser.")
    if not rival or rival == best or not order[rival].figures.energy > 0:
        return told
    share = order[best].figures.energy / order[rival].figures.energy
    return f"{best} has {share:.2f} of the distance of {rival}. {told}"


def _figure(rows: Mapping[str, PosteriorFigures], chance: PosteriorFigures, title: str, figure: str, axis: str, *,
            log: bool = False) -> Chart:
    """One figure of all methods in the order of their distance, the nearest first, and that of exact samples."""
    places = [float(place) for place in range(1, len(rows) + 1)]
    values = Series.of(METHODS, places, [getattr(one, figure) for one in rows.values()])
    exact = Series.of(BY_CHANCE, places, [getattr(chance, figure)] * len(places), (), Role.EXACT)
    return Chart(title, Axis("Method", names=tuple(rows)), Axis(axis, log=log), (values, exact),
                 remark="Nearest to the exact posterior first, by energy distance.")


def _calibration(rows: Mapping[str, PosteriorFigures], limits: Limits) -> Chart:
    """The coverage of all methods."""
    return _covering(CALIBRATION, {name: one.coverage for name, one in rows.items()}, limits)


def coverage(title: str, name: str, figures: PosteriorFigures, limits: Limits) -> Chart:
    """The coverage of one method, of that name."""
    return _covering(title, {name: figures.coverage}, limits)


def _covering(title: str, rows: Mapping[str, Sequence[float]], limits: Limits) -> Chart:
    series = [Series.of(name, LEVELS, shares) for name, shares in rows.items()]
    steps = Series.of(BY_STEPS, LEVELS, limits.steps.figures.coverage, (), Role.BOUND)
    exact = Series.of(EXACT, LEVELS, LEVELS, binomial_errors(LEVELS, limits.count, limits.draws), Role.EXACT)
    return Chart(title, Axis("Nominal level of the credible region"), Axis("Actual share of the samples in it"),
                 (*series, steps, exact),
                 remark=f"{READ} Band: one binomial standard error of {limits.count:,} exact samples."
                        f"{_limited(limits.steps.figures)}")


def binomial_errors(levels: Sequence[float], count: int, draws: int) -> list[float]:
    """The standard error of the share of `count` exact samples within each level, √(p(1 − p)(1/n + 1/m)).

    m: the exact samples by which the edges of the regions are told, `EDGES_BY` for each of `draws` measurements.
    """
    either = 1 / count + 1 / (EDGES_BY * draws)
    return [math.sqrt(level * (1 - level) * either) for level in levels]


def weights(title: str, exact: Sequence[float], sampled: Sequence[float], count: int) -> Chart:
    """The weight of every component in the posterior of one measurement, and in so many samples of it.

    Of more than `MOST` the heaviest are told apart, and the others are one.
    """
    heavy = sorted(sorted(range(len(exact)), key=lambda k: -exact[k])[:MOST])
    names = [f"Component {k + 1}" for k in heavy]
    true, found = [exact[k] for k in heavy], [sampled[k] for k in heavy]
    if len(heavy) < len(exact):
        names.append("All others")
        true.append(max(0.0, sum(exact) - sum(true)))
        found.append(max(0.0, sum(sampled) - sum(found)))
    places = [float(k) for k in range(1, len(names) + 1)]
    errors = [math.sqrt(max(0.0, weight * (1 - weight)) / count) for weight in true]
    return Chart(title, Axis("Component", names=tuple(names)), Axis("Weight in the posterior of the first measurement"),
                 (Series.of(SAMPLED, places, found), Series.of(EXACT, places, true, errors, Role.EXACT)),
                 remark="What is missing from 1 lies out of reach of every component. Bars: at most one standard error "
                        f"of {count:,} exact samples.")


def _limited(exact: PosteriorFigures) -> str:
    """What to do where the steps of the sampler leave samples more wrong than methods would, else nothing."""
    return f" {LIMITED}" if exact.miscalibration > MUCH else ""
