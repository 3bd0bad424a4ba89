"""Claim: one measured figure, what it should be, and how far it may be off; and the statement of one, before."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from engines.chart import Chart


@dataclass(frozen=True, slots=True)
class Figure:
    """A further figure that was measured on the way: Figure("error at 200 steps", 0.0012)."""

    title: str
    value: float


@dataclass(frozen=True, slots=True)
class Variant:
    """One way in which a formula is printed, and what it came to when it was run.

    title: a few words ("noise √(2ε)"); formula: LaTeX; measured: as of a claim; right: whether it is claimed to hold.
    """

    title: str
    formula: str
    measured: float
    right: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement that a machine can check: |measured − expected| ≤ tolerance.

    Args:
        name: a short sentence saying what is claimed; no other claim has it.
        kind: the group it belongs to ("sampler", "inverse", "operator", "identity", …).
        measured: the figure found now.
        expected: the figure of theory or of a reference.
        tolerance: the largest difference that is accepted, in the same unit; 0 asks for equality.
        sentence: what it means, or the verdict, with figures; "" where the name says it all.
        figures: further figures behind the measured one.
        variants: formulas that were run; each right one must hold, and each wrong one must not.
        plot: what it was read off; a wrong formula's series has the role of one.
        measures: what the figure is ("order of convergence"); "" where the name says it.
    """

    name: str
    kind: str
    measured: float
    expected: float
    tolerance: float
    sentence: str = ""
    figures: tuple[Figure, ...] = ()
    variants: tuple[Variant, ...] = ()
    plot: Chart | None = None
    measures: str = ""

    @property
    def ok(self) -> bool:
        """Whether the claim holds, and what it says to be wrong does not; false for a figure that is not finite."""
        return self.within(self.measured) and all(self.within(v.measured) is v.right for v in self.variants)

    def within(self, figure: float) -> bool:
        """Whether a figure is what is expected, up to the tolerance."""
        return math.isfinite(figure) and abs(figure - self.expected) <= self.tolerance

    def __str__(self) -> str:
        """One line for a report."""
        state = "ok" if self.ok else "FAILED"
        return f"{self.name}: {self.measured:.6g}, expected {self.expected:.6g} ± {self.tolerance:.2g} ({state})"


@dataclass(frozen=True, slots=True)
class Statement:
    """A claim before it is measured: it has its name at once, and its figures when they are asked for.

    Args:
        blank: the claim with all that is known beforehand, and NaN for every figure that is not.
        measure: the claim as it is now; takes as long as that takes, and gives the same whatever was measured before.
    """

    blank: Claim
    measure: Callable[[], Claim]

    @property
    def name(self) -> str:
        """What is claimed, as `Claim.name`."""
        return self.blank.name

    @property
    def kind(self) -> str:
        """Its group, as `Claim.kind`."""
        return self.blank.kind


Amount = float | Callable[[], float]  # a figure, or how it is found


def stated(name: str, kind: str, measured: Callable[[], float], expected: Amount, tolerance: Amount, *,
           plot: Callable[[], Chart] | None = None) -> Statement:
    """The statement |measured − expected| ≤ tolerance, where whatever takes time is a function, also of its plot.

    What several statements are read off is worked out once, in a function with `functools.cache`.
    """
    blank = Claim(name, kind, math.nan, _known(expected), _known(tolerance))

    def measure() -> Claim:
        return replace(blank, measured=measured(), expected=_figure(expected), tolerance=_figure(tolerance),
                       plot=plot() if plot else None)

    return Statement(blank, measure)


def measured(statements: Iterable[Statement]) -> Iterator[Claim]:
    """Measure one after the other, each when it is asked for."""
    for each in statements:
        yield each.measure()


def _known(amount: Amount) -> float:
    return math.nan if callable(amount) else amount


def _figure(amount: Amount) -> float:
    return amount() if callable(amount) else amount
