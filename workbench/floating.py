"""Where panels float: each on a screen, so that its title can be taken hold of."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QGuiApplication


def on_screen(place: QRect, window: QRect) -> QRect:
    """A panel's rectangle, moved onto the screen that it is on, else onto that of the window.

    Where the window itself leaves that screen, the panel over it may do so as far.
    """
    screen = QGuiApplication.screenAt(place.center()) or QGuiApplication.screenAt(window.center())
    room = (screen or QGuiApplication.primaryScreen()).availableGeometry()
    return within(place, room.united(window) if room.intersects(window) else room)


def within(place: QRect, room: QRect) -> QRect:
    """A rectangle moved into a room, and as much smaller as that is."""
    size = place.size().boundedTo(room.size())
    left = min(max(place.left(), room.left()), room.right() + 1 - size.width())
    return QRect(QPoint(left, min(max(place.top(), room.top()), room.bottom() + 1 - size.height())), size)
