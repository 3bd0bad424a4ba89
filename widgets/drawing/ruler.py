"""How the numbers along an axis read: data are drawn at a scale of their own, and told in that of their file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from widgets.drawing.curve_scale import Scale
from widgets.drawing.numerals import brief, parsed, significant, written

LONGEST = 9  # letters of a number beside an axis
FAR = 10_000  # from where on thousands stand apart: a number may be a year
EXACT = 1e-3  # of the distance of two ticks by which the number of one may be off


@dataclass(frozen=True, slots=True)
class Ruler:
    """A value v of the data reads origin + unit·v; `name` is what it is called, "" for nothing.

    origin and unit are finite, and unit is above 0.
    """

    origin: float = 0.0
    unit: float = 1.0
    name: str = ""

    def told(self, value: float) -> float:
        """The number that a value reads."""
        return self.origin + self.unit * value

    def written(self, value: float) -> str:
        """The number that a value reads, as fine as a tenth of the unit."""
        number = self.told(value)
        figures = 2 + max(0, math.floor(math.log10(abs(number / self.unit)))) if number else 2
        return significant(number, figures)

    def at(self, number: float) -> float:
        """The value that reads a number."""
        return (number - self.origin) / self.unit

    def round_values(self, low: float, high: float, count: int) -> list[float]:
        """About `count` round numbers that values from low to high read."""
        return Scale(self.told(low), self.told(high), False).round_values(count)


PLAIN = Ruler()


def labels(numbers: Sequence[float]) -> tuple[list[str], str]:
    """Round numbers in few letters, and what they are all less by, "" for nothing.

    Numbers that lie close together far from 0, as years of the sun do, would be as long as they are alike.
    """
    texts = brief(numbers, FAR)
    apart = min((abs(b - a) for a, b in zip(numbers, numbers[1:], strict=False)), default=0.0)
    off = max((abs(parsed(text) - n) for text, n in zip(texts, numbers, strict=True)), default=0.0)
    if not apart or (off <= EXACT * apart and max(map(len, texts)) <= LONGEST):
        return texts, ""
    base = numbers[len(numbers) // 2]
    return brief([number - base for number in numbers], FAR), written(base, ",.15g")
