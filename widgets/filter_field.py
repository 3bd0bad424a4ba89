"""The field that filters a list."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit

from widgets.icons import icon_pixmap
from widgets.theme import DARK, Theme


class FilterField(QLineEdit):
    """A field with a magnifying glass in the middle of its height. Signals: those of QLineEdit."""

    def __init__(self, name: str) -> None:
        super().__init__(placeholderText="Filter", clearButtonEnabled=True)
        self.theme = DARK
        self.setAccessibleName(name)
        # an action's icon would hang below the words, since the style sheet makes the field higher than Qt thinks
        self.setTextMargins(22, 0, 0, 0)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in the colours of a theme."""
        self.theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        glass = icon_pixmap("search", self.theme.text2, 16, self.devicePixelRatioF())
        QPainter(self).drawPixmap(9, (self.height() - 16) // 2, glass)
