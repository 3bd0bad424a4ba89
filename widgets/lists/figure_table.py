"""A small table of figures on a card: a caption and numbers in each row, to read at a glance and to copy."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.drawing.afterwards import afterwards
from widgets.drawing.fonts import numbers, numbers_wide, words, words_wide
from widgets.drawing.painted import Painted, tinted
from widgets.drawing.tips import wrapped

TEXT = 12  # px of words and numbers
ROW, PAD, AROUND = 20, 9, 14  # px: height of a row, air above and below, and beside
WIDEST, CAPTION = 760, 150  # px of the card, and of captions at least
LINE = 14  # px of a row's piece of its curve
BETWEEN, CUT = 22, 4  # px between two columns, and at least before a number
LATE, MEASURED = 0.45, " …"  # opacity of figures of before, and what their caption has until those of now are there


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One row: a caption, a text for each column ("" where there is none yet), and its values for the copy.

    marked: it is the one that is looked at; quiet: it is there to compare with; late: newer figures are on their way;
    colour: name of the theme's colour of its curve elsewhere, "" for none; dashed: that curve is. cells: what stands
    for the caption in a file, (name of its column, value).
    """

    caption: str
    texts: tuple[str, ...]
    values: tuple[object, ...] = ()
    marked: bool = False
    quiet: bool = False
    late: bool = False
    colour: str = ""
    dashed: bool = False
    cells: tuple[tuple[str, object], ...] = ()


class FigureTable(Painted):
    """Rows under a head. Signals: chosen(int) with the number of a row that was clicked; menu_asked(QPoint).

    Args:
        columns: (title, what it means) of the numbers; note: sentences on its rows.
    """

    chosen = Signal(int)
    menu_asked = Signal(QPoint)

    def __init__(self, name: str, columns: Sequence[tuple[str, str]], note: str = "",
                 parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._columns, self._title, self._note = tuple(columns), name, note
        self.rows: tuple[FigureRow, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setToolTip(wrapped(". ".join(f"{title}: {told}" for title, told in columns) + f". {note}".rstrip()))

    def _told(self, row: FigureRow) -> str:
        """A row in words."""
        figures = (f"{head} {text}" for (head, _), text in zip(self._columns, row.texts, strict=True) if text)
        return ", ".join([row.caption + MEASURED * row.late, *figures])

    def show_rows(self, title: str, rows: Sequence[FigureRow]) -> None:
        """Show rows under a title."""
        if (title, tuple(rows)) == (self._title, self.rows):
            return
        taller = len(rows) != len(self.rows)
        self._title, self.rows = title, tuple(rows)
        self.setAccessibleDescription(". ".join([title, *(self._told(row) for row in rows)]))
        if taller:
            self.updateGeometry()
        afterwards().paint(self)

    def table(self) -> str:
        """All of it as CSV, with every digit; what is no number stays empty."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        names = next(([name for name, _ in row.cells] for row in self.rows if row.cells), [self._title])
        writer.writerow([*names, *(head for head, _ in self._columns)])
        for row in self.rows:
            cells = [*([value for _, value in row.cells] or [row.caption]), *(row.values or row.texts)]
            writer.writerow("" if isinstance(cell, float) and math.isnan(cell) else cell for cell in cells)
        return out.getvalue()

    def sizeHint(self) -> QSize:
        return QSize(WIDEST, self._high() + 18)

    def _high(self) -> int:
        return ROW * (len(self.rows) + 1) + 2 * PAD

    def card(self) -> QRectF:
        """Where the card lies."""
        wide = min(self.width() - 2 * AROUND, WIDEST)
        return QRectF((self.width() - wide) / 2, 4, wide, self._high())

    def _edges(self, card: QRectF) -> list[float]:
        """The left edge of the first column of numbers and the right edges of all: of equal widths, as far apart as
        there is room for; where a number would be cut, each as wide as it needs.
        """
        needed = [max([words_wide(head, TEXT), *(numbers_wide(row.texts[k], TEXT) for row in self.rows)])
                  for k, (head, _) in enumerate(self._columns)]
        inner = card.width() - 2 * AROUND
        told = max((words_wide(row.caption, TEXT) + (LINE + 8 if row.colour else 0) for row in self.rows), default=0.0)
        # captions are cut only where the numbers need what they would take
        room = inner - max(CAPTION, min(told, inner - len(needed) * (max(needed) + CUT)))
        widths = [min(max(needed) + BETWEEN, room / len(needed))] * len(needed)
        if max(needed) + CUT > widths[0]:
            share = min(1.0, room / sum(wide + BETWEEN for wide in needed))
            widths = [share * (wide + BETWEEN) for wide in needed]
        return [card.right() - AROUND - sum(widths[k:]) for k in range(len(widths) + 1)]

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), QColor(self.theme.bg0))
            card = self.card()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.theme.bg1))
            painter.drawRoundedRect(card, 5, 5)
            edges = self._edges(card)
            top = card.top() + PAD
            painter.setPen(QColor(self.theme.text2))
            self._write(painter, top, card, edges, self._title, [head for head, _ in self._columns], words=True)
            for k, row in enumerate(self.rows):
                self._row(painter, top + ROW * (k + 1), card, edges, row)
            self.draw_focus(painter)

    def _row(self, painter: QPainter, top: float, card: QRectF, edges: Sequence[float], row: FigureRow) -> None:
        if row.marked:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self.theme.accent))
            painter.drawRoundedRect(QRectF(card.left() + 5, top + 3, 3, ROW - 6), 1.5, 1.5)
        # figures of another step are paler than any of this one
        painter.setPen(tinted(self.theme.text if row.late or not row.quiet else self.theme.text2,
                              LATE if row.late else 1.0))
        caption = row.caption + MEASURED * row.late
        self._write(painter, top, card, edges, caption, row.texts, indent=LINE + 8 if row.colour else 0)
        if row.colour:
            pen = QPen(QColor(self.theme.term(row.colour)), 1.8)
            if row.dashed:
                pen.setDashPattern([3, 2])
            painter.setPen(pen)
            painter.drawLine(QPointF(card.left() + AROUND, top + ROW / 2),
                             QPointF(card.left() + AROUND + LINE, top + ROW / 2))

    @staticmethod
    def _write(painter: QPainter, top: float, card: QRectF, edges: Sequence[float], caption: str,
               texts: Sequence[str], *, words: bool = False, indent: int = 0) -> None:
        """A line: its caption, cut in the middle where there is no room, and the numbers right-aligned."""
        left = card.left() + AROUND + indent
        middle = Qt.AlignmentFlag.AlignVCenter
        font = _words()
        painter.setFont(font)
        room = edges[0] - left + BETWEEN / 2
        fitting = _elided(caption, font, words_wide(caption, TEXT), room, Qt.TextElideMode.ElideMiddle)
        painter.drawText(QRectF(left, top, room, ROW), middle | Qt.AlignmentFlag.AlignLeft, fitting)
        font, wide = (font, words_wide) if words else (numbers(TEXT), numbers_wide)
        painter.setFont(font)
        for begin, right, text in zip(edges, edges[1:], texts, strict=False):
            shown = _elided(text, font, wide(text, TEXT), right - begin - CUT, Qt.TextElideMode.ElideRight)
            painter.drawText(QRectF(begin, top, right - begin, ROW), middle | Qt.AlignmentFlag.AlignRight, shown)

    def _at(self, place: QPointF) -> int:
        """The row at a place, −1 for none."""
        card = self.card()
        row = int((place.y() - card.top() - PAD) // ROW) - 1
        return row if card.contains(place) and 0 <= row < len(self.rows) and not self.rows[row].quiet else -1

    def tip_at(self, place: QPointF) -> str:
        """What is meant by what stands at a place: a column, a caption that may be cut, else the rows."""
        edges, row = self._edges(self.card()), self._at(place)
        for (title, told), left, right in zip(self._columns, edges, edges[1:], strict=False):
            if left <= place.x() < right:
                return f"{title}: {told}"
        return self.rows[row].caption if row >= 0 else self._note

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and row >= 0:
            self.chosen.emit(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        picked = event.key() - Qt.Key.Key_1
        if 0 <= picked < len(self.rows) and not event.modifiers() and not self.rows[picked].quiet:
            self.chosen.emit(picked)
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(event.globalPos())


def _words() -> QFont:
    return words(TEXT)


def _elided(text: str, font: QFont, wide: float, room: float, mode: Qt.TextElideMode) -> str:
    """A text in `room` px, cut where it is wider."""
    return text if wide <= room else QFontMetricsF(font).elidedText(text, mode, room)
