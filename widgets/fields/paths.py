"""Paths of a field: the way of single particles through the steps, older parts fainter, and streamlines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from widgets.drawing.plane import Floats, Frame
from widgets.drawing.strokes import chained, joined
from widgets.drawing.theme import blend
from widgets.fields.arrows import heads
from widgets.fields.layer import Layer, Legend, Sketch, draw_segments, line_legend
from widgets.fields.streamlines import Line, streamlines

PARTS = 8  # of different strength along a path
FAINTEST = 0.35  # strength of the oldest part
INK = 0.25  # share of a field that paths, 1 px wide, take at most
SHORT = 0.6  # px: what is nearer to the point before is not drawn
END = 2.4  # px, radius of the dot at the newest place
SHARE, SHAFT = 0.55, 10.0  # strength of streamlines, and px of the arrow on each that its head is for


@dataclass(frozen=True, slots=True, eq=False)
class Trails(Layer):
    """The ways (K, T, 2) of K particles up to the step shown, oldest first; jagged or smooth as they are.

    moves: how many the whole way has, where only some of its places are given; 0 for one between any two of them.
    """

    paths: Floats
    moves: int = 0
    colour: str = "guidance"
    order: ClassVar[int] = 50
    still: ClassVar[bool] = False

    def __post_init__(self) -> None:
        if self.paths.ndim != 3 or self.paths.shape[2] != 2:
            raise ValueError(f"Paths of shape {self.paths.shape} cannot be drawn; give (K, T, 2).")

    def draw(self, sketch: Sketch) -> None:
        """Draw the paths, fainter towards the past, and of those that are very long only what is newest."""
        painter, theme = sketch.painter, sketch.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # opaque: a jagged line that is see-through shows every crossing of itself
        strengths = np.linspace(FAINTEST, 1.0, PARTS).tolist()
        pixels = newest(sketch.frame.pixels(self.paths), sketch.frame.room.size())
        for strength, (corners, first) in zip(strengths, aged(pixels), strict=True):
            pen = QPen(QColor(blend(theme.bg1, theme.term(self.colour), strength)), 1.0)
            painter.strokePath(joined(corners, first), pen)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.text))
        ends = self.paths[:, -1:].reshape(-1, 2)
        for x, y in ends[np.isfinite(ends).all(axis=1)].tolist():
            painter.drawEllipse(sketch.frame.place(x, y), END, END)

    def told(self) -> str:
        """What is shown, in a few words."""
        paths, steps = len(self.paths), self.moves or max(self.paths.shape[1] - 1, 0)
        return f"{paths} {'path' if paths == 1 else 'paths'} of {steps} {'step' if steps == 1 else 'steps'}"


def thinned(pixels: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Paths (K, T, 2) without steps to what is not finite, and which of their corners (K, T) can be told apart.

    Left out are points that lie on the one before; the last one stays. A step's own length decides, so that a jagged
    path loses no corner that could be seen.
    """
    good: NDArray[np.bool_] = np.isfinite(pixels[..., 0]) & np.isfinite(pixels[..., 1])
    if not good.all():
        # in the place of what is not finite stands what came before it, or the first that is
        places = np.maximum.accumulate(np.where(good, np.arange(good.shape[1]), -1), axis=1)
        places = np.where(places < 0, good.argmax(axis=1)[:, None], places)
        pixels = np.take_along_axis(pixels, places[..., None], axis=1)
    kept = np.ones(good.shape, bool)
    # the length gone so far, in units too short to be seen: one point is kept of each
    steps = np.diff(pixels, axis=1)
    gone = np.cumsum(np.hypot(steps[..., 0], steps[..., 1]), axis=1) // SHORT
    kept[:, 1:-1] = np.diff(gone[:, :-1], axis=1, prepend=0) > 0
    kept[~good.any(axis=1)] = False
    return pixels, kept


def newest(pixels: Floats, size: QSizeF) -> Floats:
    """Paths (K, T, 2) that cover `INK` of a field of a size at most: what is older lies on the first place they show.

    A walk of hundreds of jagged steps would else hide the points and the density that it is drawn on.
    """
    steps = np.nan_to_num(np.hypot(*np.moveaxis(np.diff(pixels, axis=1), 2, 0)))
    seen = np.minimum(steps, size.width() + size.height())  # of a step that diverges little is in sight
    after = np.cumsum(seen[:, ::-1], axis=1)[:, ::-1]  # px from each place to the newest
    far = after > INK * size.width() * size.height() / max(len(pixels), 1)
    if not far.any():
        return pixels
    begins = np.minimum(far.sum(axis=1), pixels.shape[1] - 1)
    places = np.maximum(np.arange(pixels.shape[1]), begins[:, None])
    return np.take_along_axis(pixels, places[..., None], axis=1)


def aged(pixels: Floats) -> list[tuple[Floats, NDArray[np.bool_]]]:
    """The parts of paths (K, T, 2) from the oldest to the newest: corners (N, 2) and where a line of them begins."""
    places, kept = thinned(pixels)
    corners, rank = places[kept], np.cumsum(kept, axis=1)[kept] - 1
    last = np.maximum(kept.sum(axis=1) - 1, 0)
    ends = np.rint(last[:, None] * np.arange(PARTS + 1) / PARTS)[np.nonzero(kept)[0]]
    found = list[tuple[Floats, NDArray[np.bool_]]]()
    for part in range(PARTS):
        inside = (rank >= ends[:, part]) & (rank <= ends[:, part + 1])
        found.append((corners[inside], (rank == ends[:, part])[inside]))
    return found


def middles(pixels: Floats, first: NDArray[np.bool_]) -> Floats:
    """Arrows (L, 2, 2) that end half-way along each of the lines that points (N, 2) make, `first` where one begins.

    Half-way by length: a line has few points where it is straight.
    """
    starts = np.flatnonzero(first)
    steps = np.hypot(*np.diff(pixels, axis=0, prepend=pixels[:1]).T)
    steps[starts] = 0.0
    along = steps.cumsum()
    half = (along[starts] + along[np.append(starts[1:], len(pixels)) - 1]) / 2
    after = np.minimum(np.maximum(np.searchsorted(along, half), starts + 1), len(pixels) - 1)
    way = (pixels[after] - pixels[after - 1]) / np.maximum(steps[after], 1e-9)[:, None]
    tips = pixels[after] - (along[after] - half)[:, None] * way
    return np.stack([tips - SHAFT * way, tips], axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class Streamlines(Layer):
    """Lines that follow a vector field, each with the direction in its middle.

    lines: ways (n, 2) in data units, as `Streamlines.of` finds them; chain: all of their points, and where each begins.
    """

    lines: tuple[Line, ...]
    title: str = "velocity"
    colour: str = "text2"
    chain: tuple[Floats, NDArray[np.bool_]] = field(init=False)
    order: ClassVar[int] = 20

    def __post_init__(self) -> None:
        """Join the lines once, since every step of a scrub draws them."""
        object.__setattr__(self, "chain", chained(self.lines))

    @classmethod
    def of(cls, vectors: Floats, box: tuple[float, float, float, float], title: str = "velocity",
           spacing: float = 1 / 24) -> Streamlines:
        """Evenly spaced lines of vectors (H, W, 2) at the middles of equal cells of a box, the lowest row first.

        spacing: of lines, as a share of the box's longer side. It takes some milliseconds: make it when the field
        changes, on any thread.
        """
        return cls(streamlines(vectors, box, spacing), title)

    def draw(self, sketch: Sketch) -> None:
        """Draw the lines along the field."""
        painter, theme = sketch.painter, sketch.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(blend(theme.bg1, theme.term(self.colour), SHARE)), 1.0))
        points, first = self.chain
        pixels = sketch.frame.pixels(points)
        painter.strokePath(joined(pixels, first), painter.pen())
        if not len(pixels):
            return
        draw_segments(painter, heads(middles(pixels, first)))

    def told(self) -> str:
        """What is shown, in a few words."""
        return f"{self.title} as {len(self.lines)} streamlines"

    def legend(self, frame: Frame) -> tuple[float, Legend] | None:
        """What its lines follow."""
        return line_legend(self.title, self.colour)
