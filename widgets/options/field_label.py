"""The name of an option beside its editor: cut with an ellipsis where it is longer than its column."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QToolTip

GAP = 4  # px at least between the name and the editor


class FieldLabel(QLabel):
    """A label of one line that never runs under what stands beside it; its tooltip begins with what is cut.

    It has no signals of its own.
    """

    @property
    def shown(self) -> str:
        """The words as they are written."""
        room = self.contentsRect().width() - GAP
        metrics = self.fontMetrics()
        whole = metrics.horizontalAdvance(self.text()) <= self.contentsRect().width()
        return self.text() if whole else metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    def event(self, event: QEvent) -> bool:
        """As any label, with the whole name above its help where that is cut."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self.shown != self.text():
            QToolTip.showText(event.globalPos(), f"{self.text()}\n{self.toolTip()}".strip(), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.shown == self.text():
            super().paintEvent(event)
            return
        with QPainter(self) as painter:
            self.style().drawItemText(painter, self.contentsRect(), int(self.alignment()), self.palette(),
                                      self.isEnabled(), self.shown, self.foregroundRole())
