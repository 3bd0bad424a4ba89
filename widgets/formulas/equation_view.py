"""Equation view: the update formula, typeset, and the live size of each of its terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from widgets.drawing.afterwards import afterwards
from widgets.drawing.fonts import numbers, words
from widgets.drawing.numerals import significant
from widgets.drawing.painted import Painted
from widgets.drawing.scripted import scripted
from widgets.drawing.sheet import Key, Sheet
from widgets.drawing.theme import Theme
from widgets.formulas.formula import plain_latex, spoken
from widgets.formulas.term_course import Courses, draw_bar, draw_course, draw_present, size_text
from widgets.formulas.typeset import Typeset

ROW, GAP, SQUARE, VALUE = 20, 6, 9, 66
EMPTY = 56  # px, for its sentence in two lines and a third for wider letters
DENSE_ROW, DENSE_GAP = 16, 2  # where there is no room for more


class EquationView(Painted):
    """Formulas above one row a term: colour, name, bar or course over the steps, and value.

    Signals:
        term_hovered(name): the pointer is on a term, in a formula or on its row, or the arrow keys chose it; "" when
            it left.

    Args:
        note: what the sizes mean, for the tooltip.
    """

    term_hovered = Signal(str)

    def __init__(self, note: str = "", parent: QWidget | None = None) -> None:
        super().__init__("Equation", parent)
        self._usual = self._note = note
        self._formulas: tuple[str, ...] = ()
        self._terms: tuple[tuple[str, str], ...] = ()
        self._letters: tuple[tuple[str, str], ...] = ()
        self._values: dict[str, float] = {}
        self._top = 1.0
        self._places: int | None = None
        self._courses = Courses({})
        self._at = 0
        self._set = Typeset((), (), self.theme)
        self._spoken: tuple[str, ...] = ()
        self.sheet = Sheet()
        self._hovered, self._name_width = "", 0
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.set_empty_text("The formula that moves a run stands here, with the size of each of its terms.")

    @property
    def values(self) -> Mapping[str, float]:
        """Sizes now shown, by term."""
        return self._values

    def set_equation(self, formulas: Sequence[str], terms: Sequence[tuple[str, str]],
                     letters: Sequence[tuple[str, str]] = (), note: str | None = None) -> None:
        r"""Show formulas (LaTeX with \term{name}{…}) and rows for (name, title) terms.

        letters: (LaTeX, meaning) of what the formulas are written with, for the tooltip; note: what its last line says
        of the values, None for what the view was made with.
        """
        told = self._usual if note is None else note
        shown = self._formulas, self._terms, self._letters, self._note
        if (tuple(formulas), tuple(terms), tuple(letters), told) == shown:
            return
        self._letters, self._note = tuple(letters), told
        self._formulas, self._terms, self._values, self._courses = tuple(formulas), tuple(terms), {}, Courses({})
        self._typeset()

    def set_values(self, values: Mapping[str, float], top: float, places: int | None = None) -> None:
        """Show sizes by term; `top` is the largest size of the whole run, the full bar.

        places: decimals, None for as many as suit `top`.
        """
        self._values, self._places = dict(values), places
        self._top = max(top, 1e-12)  # the floor is for a run of which nothing moved yet
        self._describe()
        afterwards().paint(self)

    def set_courses(self, courses: Mapping[str, np.ndarray], at: int) -> None:
        """Show how the size of each term (N,) changes over the steps, `at` being the present one; {} for bars.

        To be called after `set_values`, whose `top` is the height of the plots. They are drawn anew for other arrays.
        """
        self._courses, self._at = self._courses.of(courses, self._top), at
        afterwards().paint(self)

    def written(self, name: str) -> str:
        """The size of a term as its row shows it; a dash where there is none, as at the last step."""
        return size_text(self._values.get(name, float("nan")), self._top, self._places)

    def set_theme(self, theme: Theme) -> None:
        """Typeset again in the colours of a theme."""
        super().set_theme(theme)
        self._typeset()

    def copy_latex(self) -> None:
        """Put the formulas on the clipboard as LaTeX."""
        QGuiApplication.clipboard().setText("\n".join(plain_latex(f) for f in self._formulas))

    def sizeHint(self) -> QSize:
        return QSize(300, self._height(max(180, self.width()), ROW, GAP))

    def minimumSizeHint(self) -> QSize:
        return QSize(180, self._height(max(180, self.width()), DENSE_ROW, DENSE_GAP))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            if not self._formulas:
                painter.fillRect(self.rect(), QColor(self.theme.bg1))
                self._empty(painter)
                return
            ratio = self.devicePixelRatioF()
            shown = self._hovered, self._terms, self._courses, *self._set.drawings
            key: Key = self.size(), ratio, self.theme.name, *shown
            # while scrubbing only marks, bars and values change
            painter.drawImage(0, 0, self.sheet.image(key, self.size(), ratio, self._draw_still))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for box, (name, _) in zip(self._rows(), self._terms, strict=True):
                self._changing(painter, box, name)
            self.draw_focus(painter)

    def _draw_still(self, painter: QPainter) -> None:
        """The formulas, the names of the terms and how these change over the steps."""
        painter.fillRect(self.rect(), QColor(self.theme.bg1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top, (_, gap) = 4.0, self._spacing()
        for k, (drawing, size) in enumerate(zip(self._set.drawings, self._set.sizes(self.width()), strict=True)):
            for left, right in self._set.places(k, self.width()).get(self._hovered, ()) if self._hovered else ():
                painter.fillRect(QRectF(left - 2, top, right - left + 4, size.height()), QColor(self.theme.bg2))
            drawing.render(painter, QRectF(0, top, size.width(), size.height()))
            top += size.height() + gap
        for box, (name, title) in zip(self._rows(), self._terms, strict=True):
            self._name(painter, box, name, title)
            course = self._courses.shown(name)
            if course is not None:
                draw_course(painter, self._track(box), course, self.theme.term(name), self.theme)

    def _rows(self) -> list[QRectF]:
        """Where the terms stand, under the formulas."""
        row, gap = self._spacing()
        top = 4.0 + sum(size.height() + gap for size in self._set.sizes(self.width()))
        return [QRectF(0, top + k * row, self.width(), row) for k in range(len(self._terms))]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self._term_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover("")
        super().leaveEvent(event)

    def event(self, event: QEvent) -> bool:
        """As any widget, and claims the keys of copying while there is a formula."""
        # the window copies a picture with the same keys: here they are the formula's
        copies = isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Copy) and bool(self._formulas)
        if event.type() == QEvent.Type.ShortcutOverride and copies:
            event.accept()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        names = [name for name, _ in self._terms]
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_latex()
        elif event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down} and names:
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            at = names.index(self._hovered) + step if self._hovered in names else (0 if step > 0 else -1)
            self._hover(names[at % len(names)])
        elif event.key() == Qt.Key.Key_Escape and self._hovered:
            self._hover("")
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self._formulas:
            return
        menu = QMenu(self)
        menu.addAction("Copy as LaTeX", self.copy_latex)
        menu.addAction("Copy as text", self._copy_text)
        menu.exec(event.globalPos())
        menu.deleteLater()

    def _copy_text(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(spoken(f) for f in self._formulas))

    def _empty(self, painter: QPainter) -> None:
        """The empty sentence where the formulas begin, as in the panel of jobs."""
        painter.setPen(QColor(self.theme.text2))
        painter.setFont(words())
        painter.drawText(self.rect().adjusted(0, 4, 0, 0), int(Qt.TextFlag.TextWordWrap), self.empty_text)
        self.draw_focus(painter)

    def _typeset(self) -> None:
        self._set = Typeset(self._formulas, [name for name, _ in self._terms], self.theme)
        meanings = [f"{scripted(spoken(letter))}: {scripted(meaning)}" for letter, meaning in self._letters]
        self._spoken = tuple(spoken(f) for f in self._formulas)
        told = [*map(scripted, self._spoken), *meanings, scripted(self._note)] if self._formulas else []
        self.setToolTip("\n".join(told))
        metrics = QFontMetrics(words())
        # a name is never cut where the bar can give way
        names = [metrics.horizontalAdvance(title) for _, title in self._terms]
        self._name_width = SQUARE + 3 * GAP + 4 + max(names, default=0)
        self._describe()
        self.updateGeometry()
        self.update()

    def _describe(self) -> None:
        """The text form of everything shown, for screen readers."""
        sizes = [f"{title} {significant(self._values[name], 3)}" for name, title in self._terms if name in self._values]
        self.setAccessibleDescription("; ".join([*self._spoken, *sizes]) or self.empty_text)

    def _height(self, width: int, row: int, gap: int) -> int:
        formulas = sum(size.height() + gap for size in self._set.sizes(width))
        return max(EMPTY, 8 + formulas + row * len(self._terms)) if self._formulas else EMPTY

    def _spacing(self) -> tuple[float, float]:
        """Height of a term's row and the gap under a formula, denser where the view is low."""
        width = self.width()
        roomy, dense = self._height(width, ROW, GAP), self._height(width, DENSE_ROW, DENSE_GAP)
        share = min(max((self.height() - dense) / max(roomy - dense, 1), 0.0), 1.0)
        return DENSE_ROW + share * (ROW - DENSE_ROW), DENSE_GAP + share * (GAP - DENSE_GAP)

    def _bar_left(self, box: QRectF) -> float:
        """Where the bars begin: 40 % for the titles, at least what the longest needs, and room for the value."""
        return min(max(box.width() * 0.40, 132, self._name_width), box.width() - VALUE - 40)

    def _track(self, box: QRectF) -> QRectF:
        """Where the size of a term is drawn in its row."""
        left = self._bar_left(box)
        return QRectF(left, box.top(), box.width() - VALUE - GAP - left, box.height())

    def _name(self, painter: QPainter, box: QRectF, name: str, title: str) -> None:
        """What does not change of a term: square and title."""
        colour = QColor(self.theme.term(name))
        middle = box.center().y()
        if name == self._hovered:
            painter.fillRect(box, QColor(self.theme.bg2))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(0, middle - SQUARE / 2, SQUARE, SQUARE), 2, 2)
        painter.setPen(QColor(self.theme.text))
        painter.setFont(words())
        room = QRectF(SQUARE + GAP, box.top(), self._bar_left(box) - SQUARE - 2 * GAP, box.height())
        shown = QFontMetrics(painter.font()).elidedText(title, Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)

    def _changing(self, painter: QPainter, box: QRectF, name: str) -> None:
        """What a step changes of a term: its size, drawn and written."""
        self._size(painter, box, name)
        painter.setPen(QColor(self.theme.text))
        painter.setFont(numbers())
        painter.drawText(QRectF(box.right() - VALUE, box.top(), VALUE, box.height()),
                         Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.written(name))

    def _size(self, painter: QPainter, box: QRectF, name: str) -> None:
        """How large a term is: where it stands in its course, or as a bar."""
        colour, course, track = self.theme.term(name), self._courses.shown(name), self._track(box)
        if course is not None:
            draw_present(painter, track, course, self._at, colour, self.theme)
            return
        value = self._values.get(name)
        share = None if value is None or value != value else min(1.0, abs(value) / self._top)
        draw_bar(painter, QRectF(track.left(), track.center().y() - 2.5, track.width(), 5), share, colour, self.theme)

    def _term_at(self, point: QPointF) -> str:
        """Name of the term that is under a point, in a formula or as a row, "" for none."""
        row, gap = self._spacing()
        top = 4.0
        for k, size in enumerate(self._set.sizes(self.width())):
            if top <= point.y() < top + size.height():
                return next((name for name, runs in self._set.places(k, self.width()).items()
                             if any(left - 1 <= point.x() <= right + 1 for left, right in runs)), "")
            top += size.height() + gap
        k = int((point.y() - top) // row)
        return self._terms[k][0] if 0 <= k < len(self._terms) else ""

    def _hover(self, name: str) -> None:
        if name != self._hovered:
            self._hovered = name
            self.term_hovered.emit(name)
            self.update()
