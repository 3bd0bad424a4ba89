"""How numbers are written, everywhere in the window: a true minus, thousands apart, 2.1e−9 for what is tiny or huge."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

TINY, LONG, HUGE = 1e-4, 1e5, 1e7  # below, from on where there is little room, and from on anywhere: an exponent
THOUSANDS = 1000  # from here on they stand apart
LEAST = 2  # digits that a number in a column keeps, however small it is beside the others


def written(value: float, form: str) -> str:
    """A number by a format such as ".3f", with a true minus, which is as wide as the digits it stands with."""
    return f"{value:{form}}".replace("-", "−")


def scientific(value: float, digits: int) -> str:
    """A finite number of so many digits with an exponent: 2.1e−9."""
    mantissa, _, power = f"{value:.{digits - 1}e}".partition("e")
    return f"{mantissa}e{int(power)}".replace("-", "−")


def special(value: float) -> str:
    """What stands for a number that is none."""
    return "–" if math.isnan(value) else "∞" if value > 0 else "−∞"


def significant(value: float, digits: int) -> str:
    """A number to so many significant digits, as long as it takes: 0.00388, 31,623, 2.1e−9."""
    if not math.isfinite(value):
        return special(value)
    if value == 0:
        return "0"
    size = abs(float(f"{value:.{digits}g}"))
    if TINY <= size < HUGE:
        # fixed, with thousands apart; a format of significant digits alone would write 3.16e+04
        return _bare(written(value, f",.{max(0, digits - 1 - math.floor(math.log10(size)))}f"))
    mantissa, _, power = scientific(value, digits).partition("e")
    return f"{_bare(mantissa)}e{power}"


def steady(value: float, digits: int) -> str:
    """A number of so many digits, of any size, with zeros at its end: of one width as it changes under the pointer."""
    if not math.isfinite(value):
        return special(value)
    text, e, power = written(value, f"#.{min(digits, 15)}g").partition("e")
    return f"{text.removesuffix('.')}e{int(power.replace('−', '-'))}".replace("-", "−") if e else text.removesuffix(".")


def decimals(largest: float) -> int:
    """Decimals of every value beside one of this size, so that a column of numbers stays in line: 12.81, 6.02."""
    return 0 if largest >= 1000 else 1 if largest >= 100 else 2 if largest >= 10 else 3


def aligned(value: float, places: int) -> str:
    """A number in a column of so many decimals; one that these would cut to less than two digits keeps two."""
    if not math.isfinite(value):
        return special(value)
    size = abs(value)
    if size >= LONG or 0 < size < TINY:
        return scientific(value, LEAST)
    if 0 < size < 10.0 ** (LEAST - 1 - places):
        return written(value, f"#.{LEAST}g").removesuffix(".")
    return written(value + 0.0, f",.{places}f")


def short(value: float) -> str:
    """A number for a label or readout: three significant digits, fixed where it can be."""
    return aligned(value, decimals(abs(value)))


def tick_texts(values: Sequence[float]) -> list[str]:
    """The labels of ticks, with as many digits as it takes to tell them apart."""
    fixed = [short] if all(value == 0 or abs(value) >= 0.01 for value in values) else []
    for write in (*fixed, *(partial(significant, digits=digits) for digits in (2, 3, 4, 5))):
        texts = [write(value) for value in values]
        exact = all(math.isclose(parsed(text), value, rel_tol=1e-6, abs_tol=1e-12)
                    for text, value in zip(texts, values, strict=True))
        if exact:
            # of round values of several sizes one would have more decimals than another: 20.00 over 5.000
            return texts if len({len(text.partition(".")[2]) for text in texts}) == 1 or write is not short \
                else brief(values)
    return [short(value) for value in values]


def brief(values: Sequence[float], thousands: float = THOUSANDS) -> list[str]:
    """The labels of round values along one axis in as few characters as they need: −10, 0.5, 1e−5.

    thousands: from which size on they stand apart.
    """
    largest = max(map(abs, values), default=0.0)
    return [_brief(value, largest, thousands) for value in values]


def _brief(value: float, largest: float, thousands: float) -> str:
    """One of the labels beside another of the size `largest`: those of an axis are of one kind."""
    size = abs(value)
    if 0 < size < TINY or 0 < size <= largest < 10 * TINY or THOUSANDS <= size <= largest >= HUGE:
        mantissa, _, power = scientific(value, 6).partition("e")
        return f"{_bare(mantissa)}e{power}"
    places = max(0, 5 - math.floor(math.log10(size))) if size else 0
    return _bare(written(value + 0.0, f"{',' if size >= thousands else ''}.{places}f"))


def parsed(text: str) -> float:
    """The number that was written."""
    return float(text.replace("−", "-").replace(",", ""))


def _bare(text: str) -> str:
    """Without zeros behind the point that tell nothing."""
    return text.rstrip("0").rstrip(".") if "." in text else text
