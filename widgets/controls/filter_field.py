"""The field that filters a list."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QToolButton

from widgets.drawing.icons import icon_pixmap
from widgets.drawing.theme import DARK, Theme


class FilterField(QLineEdit):
    """A field with a magnifying glass in the middle of its height. Escape clears it.

    Signals:
        left(): Down or Enter, on to the list below. Also those of QLineEdit.

    Args:
        name: accessible name.
        hint: stands in it while it is empty.
    """

    left = Signal()

    def __init__(self, name: str, hint: str = "Filter") -> None:
        super().__init__(placeholderText=hint, clearButtonEnabled=True)
        self.theme = DARK
        self.setAccessibleName(name)
        # an action's icon would hang below the words, since the style sheet makes the field higher than Qt thinks
        self.setTextMargins(22, 0, 0, 0)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in the colours of a theme."""
        self.theme = theme
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for button in self.findChildren(QToolButton):  # Qt's own that clears it hangs too low as well
            button.move(button.x(), (self.height() - button.height()) // 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() in {Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        glass = icon_pixmap("search", self.theme.text2, 16, self.devicePixelRatioF())
        with QPainter(self) as painter:
            painter.drawPixmap(9, (self.height() - 16) // 2, glass)
