"""Scales of a plot: from values to pixels, linear or logarithmic, and where its ticks are."""

from __future__ import annotations

import math
from dataclasses import dataclass

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
        for find in (self.round_values, self._even):  # less than a decade holds no two powers of ten
            for more in (1, 2, 4):
                found = find(more * max(1, count))
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
