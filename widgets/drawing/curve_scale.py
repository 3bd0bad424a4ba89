"""Scales of a plot: from values to pixels, linear or logarithmic, and where its ticks are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

DECADES = 2.0  # from which on a linear axis would show all but the largest values as 0


@dataclass(frozen=True, slots=True)
class Scale:
    """A monotone map of values in [low, high] to [0, 1]; `log` when values span decades."""

    low: float
    high: float
    log: bool

    def share(self, values: np.ndarray) -> np.ndarray:
        """Where values lie, 0 at low and 1 at high; NaN stays NaN, and so do values ≤ 0 on a log scale."""
        values = np.asarray(values, dtype=np.float64)
        if self.log:
            with np.errstate(divide="ignore", invalid="ignore"):
                values = np.where(values > 0, np.log10(values), np.nan)
            low, high = math.log10(self.low), math.log10(self.high)
        else:
            low, high = self.low, self.high
        # a constant curve has no extent to divide by
        return (values - low) / max(high - low, 1e-300)

    def ticks(self, count: int) -> list[float]:
        """About `count` round values inside the scale, two at least: one alone tells no distance."""
        for more in (1, 2, 4):
            found = self.round_values(more * max(1, count))
            if len(found) > 1:
                return found
        return self._even(4 * max(1, count))

    def round_values(self, count: int) -> list[float]:
        """About `count` round values inside the scale, fewer where it holds none."""
        if not self.log:
            return self._even(count)
        powers = range(math.ceil(math.log10(self.low)), math.floor(math.log10(self.high)) + 1)
        every = max(1, -(-len(powers) // count))
        return [10.0**p for p in powers if p % every == 0]

    def _even(self, count: int) -> list[float]:
        """About `count` round values at even distances."""
        step = nice_step((self.high - self.low) / count)
        first = math.ceil(self.low / step)
        return [k * step for k in range(first, math.floor(self.high / step) + 1)]


def nice_step(rough: float) -> float:
    """The smallest of 1, 2, 5 × a power of ten that is not below a positive number."""
    if rough <= 0 or not math.isfinite(rough):
        return 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= rough * 0.999)


def fit(arrays: list[np.ndarray]) -> Scale:
    """The scale that shows all finite values: logarithmic when positive ones span two decades."""
    joined = np.concatenate([np.ravel(a) for a in arrays]) if arrays else np.zeros(0)
    finite = joined[np.isfinite(joined)]
    if not finite.size:
        return Scale(0, 1, False)
    low, high = float(finite.min()), float(finite.max())
    positive = finite[finite > 0]
    if positive.size > 0.9 * finite.size and high / float(positive.min()) > 10**DECADES and low >= 0:
        # one tiny value, as at the last step, must not squeeze everything else
        bottom = max(float(np.quantile(positive, 0.02)), high * 1e-9)
        return Scale(bottom, high * 1.15, True)
    # air above and below, so that no curve runs along the frame; a constant one lies in the middle
    spread = high - low if high - low > 1e-3 * abs(high) else 0.0  # less is the rounding of numbers, and no label tells
    pad = 0.06 * spread or max(abs(high) * 0.1, 1e-9)
    # an axis that nearly reaches 0 begins there, so that heights can be compared
    floor = 0.0 if 0 <= low < 0.25 * high else low - pad
    return Scale(floor, high + pad, False)


def decimals(largest: float) -> int:
    """Decimals of every value beside one of this size, so that a column of numbers stays in line: 12.81, 6.02."""
    return 0 if largest >= 1000 else 1 if largest >= 100 else 2 if largest >= 10 else 3


def written(value: float, form: str) -> str:
    """A number by a format such as ".3g", with a true minus, which is as wide as the digits it stands with."""
    return f"{value:{form}}".replace("-", "−")


def short(value: float) -> str:
    """A number for a label or readout: three significant digits, fixed where it can be."""
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if math.isnan(value):
        return "–"
    size = abs(value)
    if size >= 100_000 or 0 < size < 0.001:
        return written(value, ".1e").replace("e−0", "e−").replace("e+0", "e")
    return written(value, f".{decimals(size)}f")


def two_digits(value: float) -> str:
    """A number where there is little room: two significant digits, whole ones in full."""
    if not value or 99.5 <= abs(value) < 100_000:
        return written(value, ".0f")
    return written(value, "#.2g").removesuffix(".") if 0.001 <= abs(value) < 99.5 else short(value)


def tick_texts(values: Sequence[float]) -> list[str]:
    """The labels of ticks, with as many digits as it takes to tell them apart."""
    for write in (short, *(partial(written, form=f".{digits}g") for digits in (2, 3, 4, 5))):
        texts = [write(value) for value in values]
        exact = all(math.isclose(float(text.replace("−", "-")), value, rel_tol=1e-6, abs_tol=1e-12)
                    for text, value in zip(texts, values, strict=True))
        if exact:
            # of round values of several sizes one would have more decimals than another: 20.00 over 5.000
            return texts if len({len(text.partition(".")[2]) for text in texts}) == 1 or write is not short \
                else brief(values)
    return [short(value) for value in values]


def brief(values: Sequence[float]) -> list[str]:
    """The labels of round values in as few characters as they need: −10, 0.5, 1e-4."""
    texts = [f"{value:.6g}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e") for value in values]
    return [text.replace("-", "−", value < 0) for text, value in zip(texts, values, strict=True)]


def outline(y: np.ndarray, parts: int) -> np.ndarray:
    """Indices that draw a curve (N,) as it looks: of each part its lowest and highest value, and the last one.

    A spike of one value stays visible, which every n-th value would lose.
    """
    size = max(1, len(y) // max(1, parts))
    if size < 3:
        return np.arange(len(y))
    whole = len(y) // size * size
    # a missing value is never the lowest or the highest
    low = np.where(np.isfinite(y[:whole]), y[:whole], np.inf).reshape(-1, size).argmin(1)
    high = np.where(np.isfinite(y[:whole]), y[:whole], -np.inf).reshape(-1, size).argmax(1)
    starts = np.arange(0, whole, size)
    return np.unique(np.concatenate([starts + low, starts + high, np.arange(whole, len(y)), [len(y) - 1]]))
