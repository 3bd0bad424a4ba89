"""Tooltips no wider than can be read, and some that stay within their widget's own column."""

from __future__ import annotations

import textwrap
from functools import lru_cache

from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

WIDEST = 58  # characters, about 360 px of the words' font
LETTER = 7.5  # px of a character with its share of the rim, so that a tooltip is no wider than its column


@lru_cache(maxsize=256)  # some are asked for at every step of a scrub
def wrapped(text: str, widest: int = WIDEST) -> str:
    """A plain tooltip with lines of at most so many characters; its own line breaks stay."""
    return "\n".join(textwrap.fill(line, widest, break_long_words=False, break_on_hyphens=False)
                     for line in text.split("\n"))


class ColumnTip(QObject):
    """Shows the tooltip of a widget under or over it, in its column: what hovering it changes elsewhere stays in sight.

    It has no signals.
    """

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._widget = widget
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._widget or event.type() is not QEvent.Type.ToolTip or not self._widget.toolTip():
            return super().eventFilter(watched, event)
        seen = self._widget.visibleRegion().boundingRect()
        place, screen = self._widget.mapToGlobal(seen.bottomLeft()), self._widget.screen().availableGeometry()
        text = wrapped(self._widget.toolTip(), max(20, int(seen.width() / LETTER)))
        # first where the pointer is not: a tooltip that opens under it hides at once
        QToolTip.showText(QPoint(place.x(), screen.top()), text, self._widget)
        tip = next((each for each in QApplication.topLevelWidgets() if each.inherits("QTipLabel")), None)
        if tip is not None:
            above = self._widget.mapToGlobal(seen.topLeft()).y() - tip.height()
            below = place.y() + 1
            fits = below + tip.height() <= screen.bottom() or above < screen.top()
            tip.move(QPoint(min(place.x(), screen.right() - tip.width()), below if fits else above))
        return True
