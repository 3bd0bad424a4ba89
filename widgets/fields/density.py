"""Density of a field: a heat map in shades of one theme colour with its scale, or lines of equal height."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from widgets.drawing.colour_scale import format_value
from widgets.drawing.fonts import numbers, numbers_wide, words, words_wide
from widgets.drawing.hues import ramp
from widgets.drawing.pixmaps import to_qimage
from widgets.drawing.plane import Box, Floats, Frame
from widgets.drawing.theme import Theme, blend
from widgets.fields.contours import contour
from widgets.fields.layer import Layer, Legend, Sketch, draw_segments, line_legend, titled, write

STRONGEST = 0.5  # of the way from the plate to the colour, so that dots and arrows read on it
FINE = 320  # cells along a side from which on the edges of bands look smooth
Levels = NDArray[np.uint8]  # (H, W), the highest row first: 0 for the lightest shade, 255 for the strongest
SOFT = 0.12  # of a band over which its edge is blended
BAR, BAR_HIGH, GAP = 84.0, 6.0, 6.0  # px of the scale
SHORT = 24.0  # px of its bar at least
ROOMY = 420.0  # px of a plate under which the bar is half as wide, so that other scales have room


@dataclass(frozen=True, slots=True, eq=False)
class Heat(Layer):
    """Values (H, W) at the middles of equal cells of a box, the lowest row first, as shades of one theme colour.

    title: what is shown, e.g. “true density”, written with the scale.
    ends: values of the lightest and strongest shade; None for the lowest and highest finite ones.
    bands: how many steps the shades make, 0 for none.
    colour: name of the theme's colour.
    levels: the shades as `levels_of` finds them, where that was done beside the window.
    unit: what 1 reads on the scale.
    full: how far the strongest shade is from the plate to the colour: less than 1 where dots have to read on it.
    span: values at the ends of the scale, found once, since every step of a scrub asks for them.
    """

    values: Floats
    box: Box
    title: str = "density"
    ends: tuple[float, float] | None = None
    bands: int = 0
    colour: str = "prior"
    levels: Levels | None = None
    unit: float = 1.0
    full: float = STRONGEST
    span: tuple[float, float] = field(init=False, default=(0.0, 1.0))
    order: ClassVar[int] = 0

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or not self.values.size:
            raise ValueError(f"A density of shape {self.values.shape} cannot be drawn; give (H, W).")
        object.__setattr__(self, "span", span_of(self.values) if self.ends is None else self.ends)

    def draw(self, sketch: Sketch) -> None:
        """Draw the density as colours."""
        if self.levels is None:
            # a layer is drawn again whenever the plate changes: the shades stay
            object.__setattr__(self, "levels", levels_of(self.values, self.bands, self.span))
        assert self.levels is not None
        (top, bottom), (left, right) = part = _shaded(self.levels)
        if top == bottom:
            return
        pixels = opaque(sketch.theme, self.colour, self.full).take(self.levels[top:bottom, left:right])
        image = QImage(pixels.data, right - left, bottom - top, pixels.strides[0], QImage.Format.Format_RGB32)
        sketch.painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        sketch.painter.drawImage(_share(sketch.frame.rect(self.box), part, self.levels.shape), image)

    def told(self) -> str:
        """What is shown, in a few words."""
        low, high = self._texts()
        return f"{self.title} from {low} to {high} as shades"

    def legend(self, frame: Frame) -> tuple[float, Legend] | None:
        """Its scale and how wide that is: no wider than the plate, whose density would be one of unknown height."""
        room, ends = frame.room.width(), self._texts()
        bars = (BAR,) if room >= ROOMY else (BAR / 2, SHORT)
        brief = self.title.partition(" of ")[0]
        bar = next((bar for bar in bars if legend_width(brief, *ends, bar) <= room), bars[-1])
        title = titled(self.title, room - legend_width("", *ends, bar))
        return legend_width(title, *ends, bar), partial(self._scale, title=title, wide=bar)

    def _texts(self) -> tuple[str, str]:
        """The ends as written; a density that is nothing beside its peak is 0."""
        low, high = (self.unit * value for value in self.span)
        return format_value(0.0 if abs(low) < 1e-4 * abs(high) else low), format_value(high)

    def _scale(self, painter: QPainter, corner: QPointF, theme: Theme, *, title: str, wide: float) -> None:
        """The title, the low end, the bar, the high end."""
        painter.setPen(QColor(theme.text2))
        write(painter, words(11), title, corner)
        left = corner.x() + words_wide(title, 11) + GAP
        low, high = self._texts()
        write(painter, numbers(11), low, QPointF(left, corner.y()))
        left += numbers_wide(low, 11) + GAP
        bar = QRectF(left, corner.y() - BAR_HIGH - 1, wide, BAR_HIGH)
        painter.drawImage(bar, _bar(theme, self.colour, self.bands, self.full))
        painter.setPen(QPen(QColor(theme.line), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(bar.adjusted(-0.5, -0.5, 0.5, 0.5))
        painter.setPen(QColor(theme.text2))
        write(painter, numbers(11), high, QPointF(bar.right() + GAP, corner.y()))


@dataclass(frozen=True, slots=True, eq=False)
class Contours(Layer):
    """Lines of equal height over values (H, W) as `Heat` has them.

    levels: the heights, or how many between the lowest and the highest value.
    named: written with the scale, in the lines' colour; "" for no scale. unit: what 1 reads.
    """

    values: Floats
    box: Box
    title: str = "density"
    levels: tuple[float, ...] | int = 5
    colour: str = "prior"
    named: str = ""
    unit: float = 1.0
    order: ClassVar[int] = 10

    @property
    def heights(self) -> tuple[float, ...]:
        """The values at which lines are drawn."""
        if not isinstance(self.levels, int):
            return self.levels
        finite = self.values[np.isfinite(self.values)]
        if not finite.size or finite.min() == finite.max():
            return ()
        return tuple(np.linspace(float(finite.min()), float(finite.max()), self.levels + 2)[1:-1].tolist())

    def draw(self, sketch: Sketch) -> None:
        """Draw the lines of equal height."""
        sketch.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        heights = self.heights
        for k, height in enumerate(heights):
            # opaque: the ends of see-through segments would show as dots
            share = 0.45 + 0.55 * (k + 1) / len(heights)
            colour = blend(sketch.theme.bg1, sketch.theme.term(self.colour), share)
            sketch.painter.setPen(QPen(QColor(colour), 1.0))
            draw_segments(sketch.painter, sketch.frame.pixels(contour(self.values, self.box, height)))

    def legend(self, frame: Frame) -> tuple[float, Legend] | None:
        """What its lines are of."""
        return line_legend(self.named, self.colour, room=frame.room.width()) if self.named else None

    def told(self) -> str:
        """What is shown, in a few words."""
        heights = ", ".join(format_value(self.unit * height) for height in self.heights)
        return f"{self.title} as lines at {heights}" if heights else f"{self.title} without lines"


def counted(points: Floats, box: Box, across: int = 64, up: int = 64) -> NDArray[np.float64]:
    """The histogram of points (N, 2) as a density (up, across) for `Heat` and `Contours`.

    Points outside of the box and those that are not finite count for its heights, and are in none of its cells.
    """
    left, bottom, right, top = box
    finite = points[np.isfinite(points).all(axis=1)]
    counts = np.histogram2d(finite[:, 1], finite[:, 0], (up, across), ((bottom, top), (left, right)))[0]
    return counts * (across * up / (max(len(points), 1) * (right - left) * (top - bottom)))


def span_of(values: Floats) -> tuple[float, float]:
    """The lowest and highest finite of some values, 0 and 1 where there is none."""
    finite = values[np.isfinite(values)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)


def levels_of(values: Floats, bands: int = 0, span: tuple[float, float] | None = None) -> Levels:
    """The shades of values (H, W), the highest row first, finer than they are where bands have to look smooth.

    span: values of the lightest and strongest shade, by default the lowest and highest. What is not finite has the
    lightest, +∞ the strongest. It takes a millisecond: make it beside the window where a scrub is to draw it.
    """
    low, high = span_of(values) if span is None else span
    scaled = (values.astype(np.float32) - np.float32(low)) / np.float32(max(high - low, 1e-30))
    shares = np.clip(np.nan_to_num(scaled, nan=0.0, posinf=1.0, neginf=0.0), 0.0, 1.0).astype(np.float32)
    if bands:
        shares = stepped(finer(shares, -(-FINE // max(shares.shape))), bands)
    return np.ascontiguousarray((shares[::-1] * 255 + 0.5).astype(np.uint8))


def blocks_of(values: Floats, bands: int, span: tuple[float, float]) -> Levels:
    """The shades of the cells of a histogram (H, W), each of one shade up to its edges, as `levels_of` has them."""
    times = max(1, -(-FINE // max(values.shape)))
    return np.ascontiguousarray(levels_of(stepped_to(values, bands, span), 0, span).repeat(times, 0).repeat(times, 1))


def stepped_to(values: Floats, bands: int, span: tuple[float, float]) -> Floats:
    """Values as low as the step of `bands` that they are in begins."""
    high = max(span[1] - span[0], 1e-30)
    return span[0] + high * np.minimum(np.floor(np.clip((values - span[0]) / high, 0, 1) * (bands + 1)) / bands, 1)


def steps_of(span: tuple[float, float], bands: int) -> tuple[float, ...]:
    """The values at which one shade of `bands` steps follows another."""
    return tuple(np.linspace(*span, bands + 2)[1:-1].tolist())


def _shaded(levels: Levels) -> tuple[tuple[int, int], tuple[int, int]]:
    """Between which rows and columns there is anything but the lightest shade, which is that of the plate, with one
    around them: drawing a plate of one colour takes as long as drawing a density all over it.
    """
    found = list[tuple[int, int]]()
    for axis in (1, 0):
        inked = np.flatnonzero(levels.any(axis=axis))
        found.append((max(int(inked[0]) - 1, 0), min(int(inked[-1]) + 2, levels.shape[1 - axis])) if len(inked) else
                     (0, 0))
    return found[0], found[1]


def _share(room: QRectF, part: tuple[tuple[int, int], tuple[int, int]], shape: tuple[int, ...]) -> QRectF:
    """Where those rows and columns lie of a picture (H, W) that fills a room."""
    (top, bottom), (left, right) = part
    high, wide = room.height() / shape[0], room.width() / shape[1]
    return QRectF(room.left() + left * wide, room.top() + top * high, (right - left) * wide, (bottom - top) * high)


@lru_cache(maxsize=32)
def shades(theme: Theme, colour: str, full: float = STRONGEST) -> NDArray[np.uint8]:
    """The 256 shades (256, 3) from the plate to a colour, or `full` of the way, in steps that look even."""
    strongest = blend(theme.bg1, theme.term(colour), full)
    return (ramp(theme.bg1, strongest) * 255 + 0.5).astype(np.uint8)


@lru_cache(maxsize=32)
def opaque(theme: Theme, colour: str, full: float = STRONGEST) -> NDArray[np.uint32]:
    """The same shades (256,) as 32-bit pixels."""
    red, green, blue = shades(theme, colour, full).astype(np.uint32).T
    return np.asarray(np.uint32(255 << 24) | red << 16 | green << 8 | blue, np.uint32)


@lru_cache(maxsize=32)
def _bar(theme: Theme, colour: str, bands: int, full: float) -> QImage:
    """The shades of a scale, one row of them."""
    even = np.linspace(0, 1, int(BAR), dtype=np.float32)[None]
    share = stepped(even, bands) if bands else even
    return to_qimage(shades(theme, colour, full)[(share * 255 + 0.5).astype(np.uint8)])


def stepped(shares: NDArray[np.float32], bands: int) -> NDArray[np.float32]:
    """Shares in [0, 1] as `bands` + 1 flat steps with soft edges, which look smooth where hard ones are jagged."""
    scaled = shares * np.float32(bands + 1)
    whole = np.floor(scaled)
    rise = np.clip((scaled - whole - (1 - SOFT)) / SOFT, 0.0, 1.0)
    return np.minimum(whole + rise, bands).astype(np.float32) / np.float32(bands)


def finer(values: NDArray[np.float32], times: int) -> NDArray[np.float32]:
    """Values (H, W) on a grid that is `times` finer, linear between them and flat at the edges: (H·times, W·times)."""
    return values if times < 2 else _finer_rows(_finer_rows(values, times).T, times).T


def _finer_rows(values: NDArray[np.float32], times: int) -> NDArray[np.float32]:
    at = np.clip((np.arange(len(values) * times) + 0.5) / times - 0.5, 0, len(values) - 1)
    low = np.minimum(at.astype(np.intp), max(len(values) - 2, 0))
    share = (at - low).astype(np.float32)[:, None]
    above = values[np.minimum(low + 1, len(values) - 1)]
    return np.asarray(values[low] * (1 - share) + above * share, np.float32)


def legend_width(title: str, low: str, high: str, bar: float) -> float:
    """Width of a scale with its words."""
    return words_wide(title, 11) + numbers_wide(low, 11) + bar + numbers_wide(high, 11) + 3 * GAP
