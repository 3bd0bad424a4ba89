"""From a move of the brush to painted pixels."""

from __future__ import annotations

import time
from statistics import median
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent

from widgets.masks.canvas import MaskCanvas
from workbench.app import application
from workbench.bench.line import Comparison, Line, Settings

SIDE, MOVES, LIMIT = 2000, 100, 16.0
BRUSH, EDGE = 160, 20  # px of the picture: as wide as holes are painted
LEFT = Qt.MouseButton.LeftButton


class Paint(Line):
    """A stroke across a picture as large as those of a camera."""

    name: ClassVar[str] = "paint"
    about: ClassVar[str] = "From a move of the brush to painted pixels"

    def measure(self, settings: Settings) -> list[Comparison]:
        """One figure: the median over the moves."""
        del settings  # nothing is computed by a network
        application()
        canvas = MaskCanvas()
        canvas.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        canvas.resize(900, 800)
        canvas.show()
        canvas.set_image(np.zeros((SIDE, SIDE, 3), np.uint8))
        canvas.set_brush(BRUSH, EDGE)
        spent = stroke(canvas)
        canvas.deleteLater()
        note = f"{SIDE}×{SIDE} px; the slowest of {MOVES} moves took {max(spent):.0f} ms"
        return [Comparison("paint to painted pixels, median", median(spent), LIMIT, 1.0, "ms", note)]


def stroke(canvas: MaskCanvas) -> list[float]:
    """Milliseconds of each move of one stroke across the canvas, its repaint included."""
    spent = list[float]()
    places = [QPointF(200 + 5 * step, 200 + 4 * step) for step in range(MOVES)]
    send(canvas, QEvent.Type.MouseButtonPress, places[0])
    for place in places:
        began = time.perf_counter()
        send(canvas, QEvent.Type.MouseMove, place)
        QCoreApplication.processEvents()
        spent.append((time.perf_counter() - began) * 1000)
    send(canvas, QEvent.Type.MouseButtonRelease, places[-1])
    return spent


def send(canvas: MaskCanvas, kind: QEvent.Type, at: QPointF) -> None:
    """What the mouse would send, with its left button down."""
    modifiers = Qt.KeyboardModifier.NoModifier
    QCoreApplication.sendEvent(canvas, QMouseEvent(kind, at, canvas.mapToGlobal(at), LEFT, LEFT, modifiers))
