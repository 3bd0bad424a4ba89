"""The caption drawn on a picture, with subscripts: “x_t · step 30 of 50”."""

from __future__ import annotations

import html
import re

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QStaticText

from widgets.drawing.painted import tinted
from widgets.drawing.telling import telling
from widgets.drawing.theme import DARK

# One letter, with or without its hat, before an underscore: “x_t”, “x̂_0”, but not “my_file”.
SUBSCRIPT = re.compile(r"(?<!\w)([^\W\d_]\u0302?)_(\w+)")
PAD_X, PAD_Y = 7, 2
GAP = 8  # px from the edges of what is seen
ROOMY = 160.0  # px, a picture in which words have room
LEAST = 60.0  # px, the narrowest that words are wrapped into


def rich(text: str) -> str:
    """Markup of a caption: symbols such as x_t get a true subscript, all else is literal."""
    marked = SUBSCRIPT.sub(r"\1<sub>\2</sub>", html.escape(text))
    return marked.replace("\n", "<br>")


def prepared(markup: str) -> QStaticText:
    """Rich text ready to be drawn often."""
    made = QStaticText(markup)
    made.setTextFormat(Qt.TextFormat.RichText)
    return made


def visible(picture: QRectF, width: int, height: int) -> QRectF:
    """Room for words on what a view of that size shows of a picture; up to the view's right edge if it is narrow."""
    view = QRectF(GAP, GAP, width - 2 * GAP, height - 2 * GAP)
    inside = view.intersected(picture.adjusted(GAP, GAP, -GAP, -GAP))
    return inside if inside.width() >= ROOMY else view.intersected(picture.adjusted(GAP, GAP, width, -GAP))


class Badge:
    """A caption prepared for painting: dark glass with light words in both themes, since it lies on a picture.

    flat: of one line, shortened where it would hide more than that; among: the captions beside it, itself too, from
    which the shortened one is to be told apart.
    """

    def __init__(self, text: str = "", *, flat: bool = False, among: tuple[str, ...] = ()) -> None:
        self.text, self.among, self._flat = text, among, flat
        # a paragraph: within a mere span Qt still breaks words at their hyphens, at a width of its own
        self._line = prepared(f'<p style="white-space: nowrap">{rich(text)}</p>')
        self._fitted: tuple[QFont, float, QStaticText] | None = None

    def size(self, font: QFont, room: float) -> tuple[float, float]:
        """Width and height in px when drawn with a font; words that take more than `room` px are wrapped or cut."""
        measured = self._words(font, room).size()
        return measured.width() + 2 * PAD_X, measured.height() + 2 * PAD_Y

    def cut(self, font: QFont, room: float) -> bool:
        """Whether words are missing where it has `room` px."""
        return self._flat and self._words(font, room) is not self._line

    def _words(self, font: QFont, room: float) -> QStaticText:
        """In one line, or wrapped where that takes more room; found once for a font and a room."""
        if self._fitted is None or self._fitted[:2] != (font, room):
            self._fitted = font, room, self._lines(font, room)
        return self._fitted[2]

    def _lines(self, font: QFont, room: float) -> QStaticText:
        self._line.prepare(font=font)
        if self._line.size().width() + 2 * PAD_X <= room:
            return self._line
        if self._flat:
            made = prepared(f'<p style="white-space: nowrap">{rich(self._cut(font, max(room - 2 * PAD_X, LEAST)))}</p>')
            made.prepare(font=font)
            return made
        block = prepared(rich(self.text))
        block.setTextWidth(max(room - 2 * PAD_X, LEAST))
        block.prepare(font=font)
        return block

    def _cut(self, font: QFont, room: float) -> str:
        """The words in one line of `room` px."""
        metrics = QFontMetricsF(font)
        told = telling(self.text, self.among, lambda text: metrics.horizontalAdvance(text) <= room)
        return metrics.elidedText(told, Qt.TextElideMode.ElideMiddle, room)

    def box(self, place: QRectF, font: QFont) -> QRectF:
        """The rectangle covered when drawn there; empty without words."""
        return QRectF(place.topLeft(), QSizeF(*self.size(font, place.width()))) if self.text else QRectF()

    def draw(self, painter: QPainter, place: QRectF, font: QFont) -> QRectF:
        """Draw from the top left corner of `place`, in its width at most; gives the rectangle covered."""
        box = self.box(place, font)
        if box.isEmpty():
            return box
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tinted(DARK.bg0, 0.78))
        painter.drawRoundedRect(box, 4, 4)
        painter.setFont(font)
        painter.setPen(QColor(DARK.text))
        painter.drawStaticText(box.topLeft() + QPointF(PAD_X, PAD_Y), self._words(font, place.width()))
        painter.restore()
        return box
