"""Claim view: all there is of one claim: its verdict, its formulas with their figures, and the curve behind them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from widgets.charts.data import ChartSheet
from widgets.charts.view import ChartView
from widgets.drawing.fonts import numbers
from widgets.drawing.icons import icon_pixmap
from widgets.drawing.theme import DARK, Theme
from widgets.formulas.label import FormulaLabel

SQUARE = 9  # px, as in the Equation panel
PLOT = 190  # px of a chart's plot
EDGE = 14  # px


@dataclass(frozen=True, slots=True)
class FormulaLine:
    """A formula with a title, the colour of its curve by token name, its figure, and what became of it in a word.

    right: whether it holds; run: whether it was run, so that there is a figure.
    """

    title: str
    formula: str
    colour: str
    figure: str
    right: bool
    run: bool = True


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """One claim in words.

    state: icon, colour token and word ("check", "good", "holds"); figures: (what, value); foot: when and with what it
    was measured; offer: what a button says that has it measured, "" for none.
    """

    title: str
    state: tuple[str, str, str]
    sentence: str
    formulas: tuple[FormulaLine, ...]
    figures: tuple[tuple[str, str], ...]
    plot: ChartSheet | None
    foot: str
    offer: str = ""


class ClaimView(QScrollArea):
    """Shows one claim, and without one a sentence. Signals: asked(): it is to be measured."""

    asked = Signal()

    def __init__(self, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, widgetResizable=True)
        self._theme, self._empty = DARK, empty
        self.page: ClaimPage | None = None
        self.plot: ChartView | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Claim")
        self.setMinimumWidth(180)
        self._draw()

    @property
    def formulas(self) -> list[FormulaLabel]:
        """The formulas as they are typeset."""
        return self.findChildren(FormulaLabel)

    def show_page(self, page: ClaimPage | None) -> None:
        """Show a claim, or none."""
        if page != self.page:
            self.page = page
            self._draw()

    def set_theme(self, theme: Theme) -> None:
        """Draw the next claim in the colours of a theme; the parts of this one are told themselves."""
        self._theme = theme

    def sizeHint(self) -> QSize:
        return QSize(380, 420)

    def _draw(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(EDGE, 10, EDGE, 10)
        column.setSpacing(8)
        self.plot = None
        if self.page is None:
            column.addWidget(_label(self._empty, "quiet"))
        else:
            self._fill(column, self.page)
        column.addStretch(1)
        self.setWidget(content)  # deletes what was shown before

    def _fill(self, column: QVBoxLayout, page: ClaimPage) -> None:
        column.addLayout(self._verdict(page.state))
        column.addWidget(_label(page.title, "title"))
        if page.sentence:
            column.addWidget(_label(page.sentence))
        for line in page.formulas:
            column.addSpacing(2)
            column.addLayout(self._heading(line))
            column.addWidget(FormulaLabel(f"{line.title}, {_word(line)}", line.formula, self._theme))
        if page.figures:
            column.addLayout(self._figures(page.figures))
        if page.plot is not None:
            self.plot = self._plotted(page.plot)
            column.addWidget(self.plot)
        if page.foot:
            column.addWidget(_label(page.foot, "caption"))
        if page.offer:
            column.addWidget(self._button(page.offer), 0, Qt.AlignmentFlag.AlignLeft)

    def _verdict(self, state: tuple[str, str, str]) -> QHBoxLayout:
        glyph, colour, word = state
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self._glyph(glyph, colour))
        row.addWidget(_label(word.capitalize(), "head"), 1)
        return row

    def _button(self, words: str) -> QPushButton:
        button = QPushButton(words)
        button.clicked.connect(self.asked)
        return button

    def _heading(self, line: FormulaLine) -> QHBoxLayout:
        """Colour, title and figure of a formula, and whether it is right."""
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(_Square(line.colour, self._theme))
        row.addWidget(_label(line.title), 1)
        figure = _label(line.figure, "mono")
        figure.setWordWrap(False)
        row.addWidget(figure)
        if line.run:
            row.addWidget(self._glyph("check" if line.right else "x", "good" if line.right else "likelihood"))
        word = _label(_word(line), "caption")
        word.setWordWrap(False)
        row.addWidget(word)
        return row

    def _figures(self, figures: Iterable[tuple[str, str]]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(0, 1)
        for k, (what, value) in enumerate(figures):
            grid.addWidget(_label(what, "quiet"), k, 0)
            told = _label(value, "mono")
            told.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            told.setWordWrap(False)
            told.setFont(numbers())
            grid.addWidget(told, k, 1)
        return grid

    def _plotted(self, sheet: ChartSheet) -> ChartView:
        plot = _Chart(sheet.title)
        plot.set_theme(self._theme)
        plot.set_sheet(sheet)
        return plot

    def _glyph(self, glyph: str, colour: str) -> QLabel:
        made = _Glyph(glyph, colour)
        made.set_theme(self._theme)
        return made


class _Chart(ChartView):
    """A chart as high as its words and a plot of one height need. Signals: those of ChartView."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.setMinimumWidth(140)  # what stands over it may have to be narrower than a chart alone would be

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        chart = self.chart()
        if chart is not None:
            self.setFixedHeight(round(self.height() - chart.rooms.plot.height()) + PLOT)


class _Glyph(QLabel):
    """An icon in the colour of a state. It has no signals."""

    def __init__(self, glyph: str, colour: str) -> None:
        super().__init__()
        self._glyph, self._colour = glyph, colour

    def set_theme(self, theme: Theme) -> None:
        """Redraw the icon in the colours of a theme."""
        self.setPixmap(icon_pixmap(self._glyph, theme.ink(self._colour, "bg1"), 14, self.devicePixelRatioF()))


class _Square(QWidget):
    """The colour of a curve. It has no signals."""

    def __init__(self, colour: str, theme: Theme) -> None:
        super().__init__()
        self._colour, self._theme = colour, theme
        self.setFixedSize(SQUARE, SQUARE)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in the colours of a theme."""
        self._theme = theme
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.term(self._colour)))
            painter.drawRoundedRect(QRectF(self.rect()), 2, 2)


def _word(line: FormulaLine) -> str:
    """What became of a print, or what is claimed of it."""
    return ("holds" if line.right else "fails") if line.run else ("should hold" if line.right else "should fail")


def _label(text: str, role: str = "") -> QLabel:
    made = QLabel(text, wordWrap=True)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if role:
        made.setProperty("role", role)
    return made
