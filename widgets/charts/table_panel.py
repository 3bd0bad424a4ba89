"""Table panel: a chart that is a table as one to sort and to choose from, with its title, remark and export."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from widgets.charts.data import ChartSheet
from widgets.charts.row_table import RowTable
from widgets.controls.buttons import GlyphButton
from widgets.drawing.fonts import words
from widgets.drawing.theme import DARK, Theme
from widgets.drawing.tips import wrapped

BAR = 34  # px of the title
KINDS = {"csv": "Values as CSV…", "png": "Picture as PNG…", "svg": "Drawing as SVG…"}


class Remark(QLabel):
    """A sentence on one line, which is cut where there is no room; its tip is all of it. Signals: those of QLabel."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "quiet")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(wrapped(text))

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        with QPainter(self) as painter:
            painter.setPen(self.palette().color(self.foregroundRole()))
            text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


class TablePanel(QWidget):
    """A title with a remark, and the rows. Signals: chosen(str) with the name of a row that the user went to;
    exported(str, str) with the title and the kind of file.
    """

    chosen = Signal(str)
    exported = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sheet: ChartSheet | None = None
        self.theme = DARK
        self.title, self.remark, self.table = QLabel(self), Remark(self), RowTable(self)
        self.title.setFont(words(14, bold=True))
        self.button = export_button(self, lambda kind: self.sheet and self.exported.emit(self.sheet.title, kind))
        bar = QHBoxLayout()
        bar.setContentsMargins(14, 2, 8, 2)
        bar.setSpacing(12)
        bar.addWidget(self.title)
        bar.addWidget(self.remark, 1)
        bar.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        inset = QHBoxLayout()
        inset.setContentsMargins(6, 0, 0, 0)
        inset.addWidget(self.table)
        column.addLayout(inset, 1)
        self.setMinimumHeight(BAR + 80)
        self.table.chosen.connect(self.chosen)

    def set_sheet(self, sheet: ChartSheet | None, chosen: str = "") -> None:
        """Show the table of a chart, with one of its rows chosen."""
        self.sheet = sheet
        self.title.setText(sheet.title if sheet is not None else "")
        self.remark.setText(sheet.remark if sheet is not None else "")
        self.table.setAccessibleName(sheet.title if sheet is not None else "Table")
        self.table.setAccessibleDescription(sheet.told() if sheet is not None else "")
        self.table.set_table(sheet.table if sheet is not None else None, chosen)

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme."""
        self.theme = theme
        self.button.set_theme(theme)
        self.table.set_theme(theme)

    def wanted(self) -> int:
        """The height at which all rows are seen: px."""
        return BAR + self.table.wanted()


def export_button(parent: QWidget, export: Callable[[str], object]) -> GlyphButton:
    """A button with a menu of the kinds of files."""
    button = GlyphButton("download", "Export this chart", small=True, parent=parent)
    menu = QMenu(button)
    for kind, title in KINDS.items():
        menu.addAction(title, lambda kind=kind: export(kind))
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return button
