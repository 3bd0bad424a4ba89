"""A line of words that changes many times a second without moving anything around it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.drawing.afterwards import afterwards
from widgets.drawing.painted import fitted
from widgets.drawing.theme import DARK, Theme

SLACK = 4


class Readout(QWidget):
    """Shows one line. It has no signals.

    A QLabel asks for a new layout of the whole window with every new text, which costs more than painting a step;
    this asks only when its words need more room than any before.

    Args:
        font: of the words; live numbers want one with digits of one width.
        align: where the line stands in the widget.
        quiet: secondary words.
    """

    def __init__(self, font: QFont, align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft, *, quiet: bool = False,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._room, self._align = "", 0, align
        self._quiet, self._theme = quiet, DARK
        self.setFont(font)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        """The words shown."""
        return self._text

    def say(self, text: str) -> None:
        """Show other words."""
        if text == self._text:
            return
        self._text = text
        self.setAccessibleName(text)
        wide = QFontMetrics(self.font()).horizontalAdvance(text) + SLACK
        if wide > self._room:
            self._room = wide
            self.updateGeometry()
        afterwards().paint(self)

    def set_quiet(self, quiet: bool) -> None:
        """Show the words as secondary ones, or not."""
        if quiet != self._quiet:
            self._quiet = quiet
            self.update()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in the colours of a theme."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._room, QFontMetrics(self.font()).height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setPen(QColor(self._theme.text2 if self._quiet else self._theme.text))
            text = fitted(QFontMetricsF(self.font()), self._text, self.width())
            painter.drawText(QRectF(self.rect()), self._align | Qt.AlignmentFlag.AlignVCenter, text)
