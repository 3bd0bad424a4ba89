"""Base of the widgets that paint themselves: theme, empty sentence and visible keyboard focus."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFocusEvent, QFont, QFontMetricsF, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from widgets.drawing.theme import DARK, Theme
from widgets.drawing.tips import wrapped

KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
SHADOW = 10  # rings, about as many pixels


def tinted(colour: str, alpha: float) -> QColor:
    """A theme colour with an opacity in [0, 1]."""
    tint = QColor(colour)
    tint.setAlphaF(alpha)
    return tint


def draw_shadow(painter: QPainter, target: QRectF, ground: str, radius: float) -> None:
    """Draw the soft shadow of a picture lying on a ground of the given theme colour."""
    shade = QColor(ground).darker(220).name()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    # Rings cost their outline only; filled rectangles would repaint the canvas ten times.
    for ring in range(SHADOW):
        painter.setPen(QPen(tinted(shade, 0.34 * (1 - ring / SHADOW) ** 2), 1.2))
        # lower than high: light comes from above
        box = target.adjusted(-ring, -0.7 * ring, ring, 1.3 * ring)
        painter.drawRoundedRect(box, radius + ring, radius + ring)


def fitted(metrics: QFontMetricsF, text: str, width: float, *, keep_last: bool = False) -> str:
    """As many of a text's parts ("3 · seed 10") as a width has room for; a single one ends in an ellipsis.

    The last parts go first, or with `keep_last` those before the last one.
    """
    parts = text.split(" · ")
    while len(parts) > 1 and metrics.horizontalAdvance(" · ".join(parts)) > width:
        parts.pop(-2 if keep_last else -1)
    return metrics.elidedText(" · ".join(parts), Qt.TextElideMode.ElideRight, width)


class Painted(QWidget):
    """A custom-painted widget with a theme. It has no signals of its own.

    The focus ring is drawn only when the focus came by keyboard, as toolkits do,
    so that clicking on a picture does not frame it.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = DARK
        self.empty_text = ""
        self._ring = False
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # each fills its own ground: Qt need not clear what is painted over at every step of a scrub
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in the colours of a theme."""
        self.theme = theme
        self.update()

    def set_empty_text(self, text: str) -> None:
        """Choose the sentence shown while there is nothing to show."""
        self.empty_text = text
        self.setAccessibleDescription(text)
        self.update()

    def tip_at(self, place: QPointF) -> str:
        """What is cut at a place of the widget, in full, for a tooltip; "" where nothing is. For subclasses."""
        del place
        return ""

    def event(self, event: QEvent) -> bool:
        """As any widget, and tells under the pointer what has no room."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            told = self.tip_at(QPointF(event.pos()))
            if told:
                QToolTip.showText(event.globalPos(), wrapped(told), self)
                return True
        return super().event(event)

    def small_font(self, pixels: int = 11) -> QFont:
        """The widget's font at the size of captions, in pixels."""
        font = QFont(self.font())
        font.setPixelSize(pixels)
        return font

    def draw_empty(self, painter: QPainter) -> None:
        """Draw the empty sentence in the middle, wrapped."""
        painter.setPen(QColor(self.theme.text2))
        room = self.rect().adjusted(24, 16, -24, -16)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.empty_text)

    def draw_focus(self, painter: QPainter) -> None:
        """Draw the focus ring when the keyboard brought the focus here."""
        if not (self._ring and self.hasFocus()):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self.theme.accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5), 4, 4)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() in KEYBOARD
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
