"""Single arrows of a field that carry a name: the Tweedie step to x̂_0, and the terms that move a particle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from widgets.controls.badge import prepared, rich
from widgets.drawing.fonts import words
from widgets.drawing.painted import tinted
from widgets.drawing.plane import Frame
from widgets.drawing.theme import Theme
from widgets.fields.layer import GLASS, Layer, Sketch, plaque

WIDE, STRONG = 2.0, 3.0  # px of a shaft, and of the one that stands out
HEAD = 8.0  # px
QUIET = 0.3  # opacity of the others while one stands out
PAD = 3.0
GOAL, AFTER = 9.0, 5.0  # px from a tip with a ring to its name, and from one without
CASING = 3.0  # px of the plate's colour beside a shaft


@dataclass(frozen=True, slots=True)
class Pointer:
    """One arrow from a point to another, in data units.

    colour: name of the theme's colour, for a term its own.
    name: written at its tip; “x_t” gets a subscript.
    learned: the arrow is a network's, drawn dashed beside the exact one.
    goal: a small ring marks the tip, as for a place and not a push.
    """

    start: tuple[float, float]
    end: tuple[float, float]
    colour: str
    name: str
    learned: bool = False
    goal: bool = False

    def places(self, frame: Frame) -> tuple[QPointF, ...]:
        """Where it ends, and where its name does: to that side on which it points."""
        tail, tip = frame.place(*self.start), frame.place(*self.end)
        wide = QFontMetricsF(words(11, bold=True)).horizontalAdvance(self.name) + (GOAL if self.goal else AFTER)
        along = wide if tip.x() >= tail.x() else -wide
        return tip, tip + QPointF(along / 2, 0), tip + QPointF(along, 0)


def tweedie(x: tuple[float, float], x0_hat: tuple[float, float], *, learned: bool = False) -> Pointer:
    """The step from a noisy point to what the denoiser expects it to have been."""
    return Pointer(x, x0_hat, "good" if learned else "prior", "x̂_0 learned" if learned else "x̂_0", learned=learned,
                   goal=True)


@dataclass(frozen=True, slots=True)
class Pointers(Layer):
    """Arrows with names, e.g. the terms at one particle; the one whose name is `lit` stands out."""

    items: tuple[Pointer, ...]
    lit: str = ""
    order: ClassVar[int] = 60
    still: ClassVar[bool] = False

    def draw(self, sketch: Sketch) -> None:
        """Draw the named arrows."""
        sketch.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # the one that stands out lies over the others
        for item in sorted(self.items, key=lambda each: each.name == self.lit):
            ends = np.array((item.start, item.end))
            if np.isfinite(ends).all():
                tail, tip = sketch.frame.place(*item.start), sketch.frame.place(*item.end)
                self._arrow(sketch.painter, item, QLineF(tail, tip), sketch.theme)

    def _arrow(self, painter: QPainter, item: Pointer, shaft: QLineF, theme: Theme) -> None:
        strong = item.name == self.lit
        colour = tinted(theme.term(item.colour), QUIET if self.lit and not strong else 1.0)
        dash = Qt.PenStyle.DashLine if item.learned else Qt.PenStyle.SolidLine
        if shaft.length() > 1.0:
            head = min(HEAD, shaft.length() / 2)
            back = QLineF(shaft.p2(), shaft.p1())
            back.setLength(head)
            wide = STRONG if strong else WIDE
            if strong or not self.lit:  # on the plate's colour, or it would be lost in a crowd of particles
                painter.setPen(QPen(tinted(theme.bg1, GLASS), wide + 2 * CASING, Qt.PenStyle.SolidLine,
                                    Qt.PenCapStyle.FlatCap))
                painter.drawLine(shaft)
            painter.setPen(QPen(colour, wide, dash, Qt.PenCapStyle.FlatCap))
            painter.drawLine(QLineF(shaft.p1(), back.p2()))
            side = back.normalVector().unitVector()
            across = QPointF(side.dx(), side.dy()) * (head * 0.45)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawConvexPolygon(QPolygonF([shaft.p2(), back.p2() + across, back.p2() - across]))
        if item.goal:
            painter.setPen(QPen(colour, 1.4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(shaft.p2(), 4.5, 4.5)
        if strong or not self.lit:
            self._name(painter, item, shaft, theme)

    def _name(self, painter: QPainter, item: Pointer, shaft: QLineF, theme: Theme) -> None:
        """The name beyond the tip, on the plate's colour so that it reads over particles."""
        font = words(11, bold=True)
        text = prepared(rich(item.name))
        text.prepare(font=font)
        size = text.size()
        away = 1.0 if shaft.dx() >= 0 else -1.0
        gap = GOAL if item.goal else AFTER
        left = shaft.p2().x() + gap if away > 0 else shaft.p2().x() - gap - size.width()
        box = QRectF(left, shaft.p2().y() - size.height() / 2, size.width(), size.height())
        plaque(painter, box.adjusted(-PAD, 0, PAD, 0), theme)
        painter.setFont(font)
        painter.setPen(QColor(theme.ink(item.colour, "bg1")))
        painter.drawStaticText(box.topLeft(), text)

    def told(self) -> str:
        """What is shown, in a few words."""
        return "arrows of " + ", ".join(item.name for item in self.items) if self.items else ""
