"""Claims that are read off a curve, with the curve, and what was found beside what it should be."""
# torch.searchsorted and Tensor.sort carry no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from engines.chart import Axis, Chart, Role, Series
from engines.checks.claim import Claim, Statement
from engines.checks.measures import below, directions, furthest, order

PLACES = 200  # at which a distribution function is drawn


def falling(name: str, kind: str, error: Callable[[int], float], steps: Sequence[int], expected: float,
            tolerance: float, *, x: str = "steps") -> Statement:
    """The statement that error(n) falls with an order, read off the last two of some n, each twice the one before.

    Args:
        name, kind, expected, tolerance: as of `Claim`.
        error: of n steps; called when the statement is measured.
        x: what n counts.
    """
    blank = Claim(name, kind, math.nan, expected, tolerance, measures="order of convergence")

    def measure() -> Claim:
        errors = [error(n) for n in steps]
        return replace(blank, measured=order(errors), plot=_falls(steps, errors, expected, x))

    return Statement(blank, measure)


def _falls(steps: Sequence[int], errors: Sequence[float], expected: float, x: str) -> Chart:
    """Errors by steps beside a straight line of the order expected through the last of them."""
    wanted = [errors[-1] * (steps[-1] / n) ** expected for n in steps]
    return Chart(f"Error by {x}", Axis(x, log=True), Axis("error", log=True), (
        Series.of("measured", steps, errors), Series.of(f"order {expected:g}", steps, wanted, role=Role.EXACT)))


def beside(title: str, found: Tensor, wanted: Tensor, at: Tensor, *, x: str, y: str, names: tuple[str, str]) -> Chart:
    """Numbers (N,) that were found, beside those that they should be, at N increasing places."""
    places = at.detach().tolist()
    return Chart(title, Axis(x), Axis(y), (
        Series.of(names[0], places, found.detach().tolist()),
        Series.of(names[1], places, wanted.detach().tolist(), role=Role.EXACT)))


def laws(found: Tensor, wanted: Tensor, names: tuple[str, str]) -> Chart:
    """The distribution functions of two samples (N, 2), found and wanted, along the direction that tells them apart."""
    along = max(directions(), key=lambda way: furthest(found @ way, wanted @ way))
    ordered = [(sample @ along).sort().values for sample in (found, wanted)]
    low, high = min(float(sample[0]) for sample in ordered), max(float(sample[-1]) for sample in ordered)
    at = torch.linspace(low, high, PLACES, dtype=torch.float64)
    angle = math.degrees(math.atan2(float(along[1]), float(along[0])))
    series = [Series.of(name, at.tolist(), below(sample, at).tolist(), role=role)
              for name, sample, role in zip(names, ordered, (Role.MEASURED, Role.EXACT), strict=True)]
    return Chart("Distribution functions", Axis(f"position in the direction of {angle:g}°"), Axis("share below"),
                 tuple(series))
