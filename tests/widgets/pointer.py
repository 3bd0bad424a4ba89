"""Real mouse, wheel and drag events at exact places, with buttons held as a hand would."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton


def send(
    widget: QWidget,
    kind: QEvent.Type,
    at: QPointF,
    held: Qt.MouseButton = LEFT,
    keys: Qt.KeyboardModifier = NONE,
) -> None:
    """Deliver one mouse event at a place of a widget."""
    buttons = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else held
    button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else held
    QApplication.sendEvent(widget, QMouseEvent(kind, at, QPointF(widget.mapToGlobal(at)), button, buttons, keys))


def drag(
    widget: QWidget, *places: QPointF, held: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NONE
) -> None:
    """Press at the first place, move through the others, release at the last."""
    send(widget, QEvent.Type.MouseButtonPress, places[0], held, keys)
    for place in places[1:]:
        send(widget, QEvent.Type.MouseMove, place, held, keys)
    send(widget, QEvent.Type.MouseButtonRelease, places[-1], held, keys)


def turn_wheel(widget: QWidget, at: QPointF, turn: int, keys: Qt.KeyboardModifier = NONE) -> None:
    """Turn the wheel by eighths of a degree (120 = one notch)."""
    place = QPointF(widget.mapToGlobal(at))
    phase = Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(at, place, QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton, keys, phase, False)
    QApplication.sendEvent(widget, event)
