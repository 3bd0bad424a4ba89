"""Where the docks stand at first, and how a changed arrangement is kept."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow

LEFT, RIGHT, BOTTOM = 248, 332, 212
PLOTS, JOBS = 318, 332
VERSION = 1
Area = Qt.DockWidgetArea


def arrange(window: QMainWindow, left: QDockWidget, right: list[QDockWidget], bottom: list[QDockWidget]) -> None:
    """Put the docks where the drawings have them, in their sizes."""
    window.setDockOptions(QMainWindow.DockOption.AllowTabbedDocks | QMainWindow.DockOption.AllowNestedDocks)
    window.setCorner(Qt.Corner.BottomLeftCorner, Area.BottomDockWidgetArea)
    window.setCorner(Qt.Corner.BottomRightCorner, Area.BottomDockWidgetArea)
    window.addDockWidget(Area.LeftDockWidgetArea, left)
    for dock in right:
        window.addDockWidget(Area.RightDockWidgetArea, dock)
    window.addDockWidget(Area.BottomDockWidgetArea, bottom[0])
    for before, dock in zip(bottom, bottom[1:], strict=False):
        window.splitDockWidget(before, dock, Qt.Orientation.Horizontal)
    for dock in (left, *right, *bottom):
        dock.setFloating(False)
        dock.show()
    sizes(window, left, right, bottom)


def sizes(window: QMainWindow, left: QDockWidget, right: list[QDockWidget], bottom: list[QDockWidget]) -> None:
    """Give the docks the widths and heights of the drawings."""
    window.resizeDocks([left, right[0]], [LEFT, RIGHT], Qt.Orientation.Horizontal)
    window.resizeDocks([bottom[0]], [BOTTOM], Qt.Orientation.Vertical)
    rest = max(window.width() - PLOTS - JOBS - 2, 200)
    window.resizeDocks(bottom, [rest, PLOTS, JOBS], Qt.Orientation.Horizontal)


def saved(window: QMainWindow) -> str:
    """The arrangement as text."""
    return bytes(window.saveState(VERSION).toBase64().data()).decode("ascii")


def restored(window: QMainWindow, text: str) -> bool:
    """Restore an arrangement; False when it is not one of this version."""
    return window.restoreState(QByteArray.fromBase64(text.encode("ascii")), VERSION)
