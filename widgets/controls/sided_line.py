"""A line of text with something small inside its right end."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

MARGIN, GAP = 9, 8  # px right of what stands inside, and left of it


class SidedLine(QLineEdit):
    """A field that carries a label or small button at its right end. Signals: those of QLineEdit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side: QWidget | None = None

    def set_side(self, side: QWidget, shown: bool = True) -> None:
        """Put a label or small button at the right end, inside the field."""
        self._side = side
        side.setParent(self)
        side.setVisible(shown)
        self._place()

    def hide_side(self) -> None:
        """Show nothing at the right end."""
        if self._side is not None:
            self._side.hide()
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        # what another field has taken over is no longer ours to place
        side = self._side if self._side is not None and self._side.parent() is self else None
        room = 0
        if side is not None:
            size = side.sizeHint()
            height = min(size.height(), self.height() - 4)
            side.setGeometry(self.width() - size.width() - MARGIN, (self.height() - height) // 2, size.width(), height)
            room = 0 if side.isHidden() else size.width() + GAP
        self.setTextMargins(0, 0, room, 0)
