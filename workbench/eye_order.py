"""Tab goes where the eye goes: panel by panel and row by row, wherever the user has put the docks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QScrollArea, QWidget

ROW = 10  # pixels by which the middles of controls in one row may differ


class EyeWindow(QMainWindow):
    """A main window whose Tab key follows the eye. Signals: those of QMainWindow.

    Qt goes by the order in which widgets were made, which says nothing once docks are moved or forms made anew.
    """

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Turn to the next control as the eye goes, or to the one before."""
        now = self.focusWidget()
        if now is not None and not now.isVisible():
            # Qt asks for the next one, too, when what had the keyboard goes: its keys belong to the window then
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        order = by_eye(self)
        if not order:
            return False
        at = order.index(now) if now in order else (-1 if forward else 0)
        target = order[(at + (1 if forward else -1)) % len(order)]
        target.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
        _reveal(target)
        return True


@contextmanager
def focus_moved(window: QWidget, target: QWidget) -> Iterator[None]:
    """Where what has the focus is hidden meanwhile, the focus goes to `target` without a ring.

    Qt would hand it to the first button of what is shown instead, as if Tab had gone there.
    """
    held = window.focusWidget()
    yield
    if held is not None and not held.isVisible():
        target.setFocus(Qt.FocusReason.OtherFocusReason)


def by_eye(window: QMainWindow) -> list[QWidget]:
    """The widgets that Tab reaches: the top bar, then side by side what stands above, then what stands below."""
    top, centre = window.menuWidget(), window.centralWidget()
    docks = [dock for dock in window.findChildren(QDockWidget) if not dock.isFloating()]
    below = centre.geometry().bottom() if centre else 0
    panels = [panel for panel in (centre, *docks) if panel is not None]
    panels.sort(key=lambda panel: (panel.y() > below, panel.x(), panel.y()))
    return [widget for panel in (top, *panels) if panel is not None for widget in _rows(panel)]


def _rows(panel: QWidget) -> list[QWidget]:
    """The widgets of a panel, row by row."""
    def middle(widget: QWidget) -> QPoint:
        return widget.mapTo(panel, widget.rect().center())

    rows = list[list[QWidget]]()
    for widget in sorted(_reachable(panel.findChildren(QWidget)), key=lambda widget: middle(widget).y()):
        if rows and middle(widget).y() - middle(rows[-1][0]).y() <= ROW:
            rows[-1].append(widget)
        else:
            rows.append([widget])
    return [widget for row in rows for widget in sorted(row, key=lambda widget: middle(widget).x())]


def _reachable(widgets: Iterable[QWidget]) -> list[QWidget]:
    tab = Qt.FocusPolicy.TabFocus
    return [widget for widget in widgets if (widget.focusPolicy() & tab) == tab and widget.focusProxy() is None
            and widget.isVisible() and widget.isEnabled() and not widget.isWindow()]


def _reveal(widget: QWidget) -> None:
    """Scroll to a widget that lies out of sight."""
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            parent.ensureWidgetVisible(widget, 8, 8)
        parent = parent.parentWidget()
