"""The caption drawn on a picture, with subscripts: “x_t · step 30 of 50”."""

from __future__ import annotations

import html
import re

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QStaticText

from widgets.painted import tinted
from widgets.theme import DARK

# One letter, with or without its hat, before an underscore: “x_t”, “x̂_0”, but not “my_file”.
SUBSCRIPT = re.compile(r"(?<!\w)([^\W\d_]\u0302?)_(\w+)")
PAD_X, PAD_Y = 7, 2


def rich(text: str) -> str:
    """Markup of a caption: symbols such as x_t get a true subscript, all else is literal."""
    marked = SUBSCRIPT.sub(r"\1<sub>\2</sub>", html.escape(text))
    return f'<span style="white-space: nowrap">{marked}</span>'


class Badge:
    """A caption prepared for painting: dark glass with light words in both themes, since it lies on a picture."""

    def __init__(self, text: str = "") -> None:
        self.text = text
        self._prepared = QStaticText(rich(text))
        self._prepared.setTextFormat(Qt.TextFormat.RichText)

    def size(self, font: QFont) -> tuple[float, float]:
        """Width and height in logical pixels when drawn with a font."""
        self._prepared.prepare(font=font)
        measured = self._prepared.size()
        return measured.width() + 2 * PAD_X, measured.height() + 2 * PAD_Y

    def draw(self, painter: QPainter, corner: QPointF, font: QFont) -> QRectF:
        """Draw with the top left corner at `corner`; gives the rectangle covered."""
        if not self.text:
            return QRectF()
        box = QRectF(corner.x(), corner.y(), *self.size(font))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tinted(DARK.bg0, 0.78))
        painter.drawRoundedRect(box, 4, 4)
        painter.setFont(font)
        painter.setPen(QColor(DARK.text))
        painter.drawStaticText(box.topLeft() + QPointF(PAD_X, PAD_Y), self._prepared)
        painter.restore()
        return box
