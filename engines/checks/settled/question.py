"""Question: a formula that is printed in several ways, of which some are wrong; running them tells which."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engines.chart import Axis, Chart, Role, Series
from engines.checks.claim import Claim, Statement, Variant


@dataclass(frozen=True, slots=True)
class Found:
    """What running a formula came to.

    figure: what is compared with theory; x, y: the curve that it was read off, each (n,); theory: what y should be.
    """

    figure: float
    x: tuple[float, ...]
    y: tuple[float, ...]
    theory: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Printed:
    """One print of a formula: a few words, its LaTeX, how it is run, and whether it is right."""

    title: str
    formula: str
    run: Callable[[], Found]
    right: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """Which print holds: the first is right, and its figure is the claim's.

    Args:
        name: what is claimed, in a short sentence.
        figure: what is measured ("largest error of the variance").
        expected, bound: the figure of theory, and how far a right print may be off; each wrong one is off further.
        printed: the prints, the right one first.
        verdict: a sentence in which {right} and {wrong} stand for the figures of the first right and wrong print.
        y, x: titles of the plot's axes.
        log: whether its axes are logarithmic.
        theory: title of what the curve should be.
    """

    name: str
    figure: str
    expected: float
    bound: float
    printed: tuple[Printed, ...]
    verdict: str
    y: str
    x: str
    log: bool = False
    theory: str = "exact"

    def statement(self) -> Statement:
        """What is claimed, with every print, before any is run."""
        prints = tuple(Variant(told.title, told.formula, math.nan, told.right) for told in self.printed)
        return Statement(Claim(self.name, "formula", math.nan, self.expected, self.bound, variants=prints,
                               measures=self.figure), self.claim)

    def claim(self) -> Claim:
        """Run every print."""
        found = [(each, each.run()) for each in self.printed]
        right = found[0][1]
        wrong = next(each.figure for told, each in found if not told.right)
        return Claim(
            self.name, "formula", right.figure, self.expected, self.bound,
            self.verdict.format(right=_said(right.figure), wrong=_said(wrong)),
            variants=tuple(Variant(told.title, told.formula, each.figure, told.right) for told, each in found),
            plot=self._chart(found), measures=self.figure)

    def _chart(self, found: Sequence[tuple[Printed, Found]]) -> Chart:
        """The curve of each print, and what it should be."""
        series = [Series(told.title, each.x, each.y, (), Role.MEASURED if told.right else Role.WRONG)
                  for told, each in found]
        right = found[0][1]
        if right.theory:
            series.append(Series(self.theory, right.x, right.theory, (), Role.EXACT))
        return Chart(f"{self.y} by {self.x}", Axis(self.x, log=self.log), Axis(self.y, log=self.log), tuple(series))


def _said(figure: float) -> str:
    """A figure within a sentence."""
    return f"{figure:#.3g}".rstrip(".").replace("-", "−")
