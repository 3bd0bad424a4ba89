"""All charts of a run: side by side while they are few, else one at a time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QMenu, QScrollArea, QToolButton, QVBoxLayout, QWidget

from widgets.charts.data import ChartSheet
from widgets.charts.table_paint import high
from widgets.charts.view import ChartView
from widgets.controls.buttons import GlyphButton
from widgets.options.dropdown import Dropdown

TOGETHER = 4  # charts shown at once; more would be stamps
AROUND = 80, 190  # px of a chart that are no plot: width and height
LEAST = 330  # px of the height of a chart in rows of two: with less of it they scroll
SHAPE = 1.5  # width over height of a plot at its best
ALL = "All charts"
SOME, FRONT = "Charts spoken of", "Overview"
KINDS = {"csv": "Values as CSV…", "png": "Picture as PNG…", "svg": "Drawing as SVG…"}


class ChartTile(ChartView):
    """A chart with a button that exports it. Signals: those of ChartView, and exported(str) with the kind of file."""

    exported = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.button = GlyphButton("download", "Export this chart", small=True, parent=self)
        menu = QMenu(self.button)
        for kind, title in KINDS.items():
            menu.addAction(title, lambda kind=kind: self.exported.emit(kind))
        self.button.setMenu(menu)
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def set_sheet(self, sheet: ChartSheet | None) -> None:
        """Draw another chart; without one there is nothing to export."""
        super().set_sheet(sheet)
        self.button.setVisible(sheet is not None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.button.adjustSize()
        self.button.move(self.width() - self.button.width() - 8, 8)


class ChartBoard(QWidget):
    """The charts of one run; those that are no longer there go, the others keep what is hidden in them.

    Signals: exported(str, str) with the title of a chart and the kind of file ("csv", "png", "svg"); arranged() when
    other charts are in sight, or more of them is; read(str) with the title of the chart that is read.
    """

    exported = Signal(str, str)
    arranged = Signal()
    read = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sheets: tuple[ChartSheet, ...] = ()
        self._empty = ""
        self.choice = Dropdown(self)
        self.choice.setAccessibleName("Chart")
        self.choice.setMinimumWidth(320)
        self._preferred: tuple[str, ...] = ()
        self._picked = False  # whether the user chose among the charts that there are
        self._awaited = ""  # what was chosen before these were there
        self.choice.activated.connect(lambda _: self._pick())
        self.head = QWidget(self)
        row = QHBoxLayout(self.head)
        row.setContentsMargins(12, 8, 12, 0)
        row.addWidget(self.choice)
        row.addStretch(1)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        self.area = _scrolled(self._grid)
        column.addWidget(self.area, 1)
        self.tiles: list[ChartTile] = []
        self._arrange()

    @property
    def sheets(self) -> tuple[ChartSheet, ...]:
        """All charts there are."""
        return self._sheets

    def set_sheets(self, sheets: Sequence[ChartSheet]) -> None:
        """Show charts; while they grow, the choice among them stays."""
        before = [sheet.title for sheet in self._sheets]
        self._sheets = tuple(sheets)
        if before != [sheet.title for sheet in sheets]:
            self._offer()
        self._arrange()

    def prefer(self, *titles: str) -> None:
        """Show some charts alone, as soon as they are there and until the user chooses; none for all of them."""
        self._preferred, self._picked, self._awaited = titles, False, ""
        self._offer()
        self._arrange()

    @property
    def chosen(self) -> str:
        """What the user chose in the list, "" for nothing."""
        return self._awaited or (self.choice.currentData() or "" if self._picked else "")

    def choose(self, chosen: str) -> None:
        """Show what the user chose as soon as it is there, until something else is chosen."""
        self._awaited = chosen
        self._offer()
        self._arrange()

    def _offer(self) -> None:
        """What can be chosen among; what the user chose stays chosen while it is there."""
        titles = [sheet.title for sheet in self._sheets]
        few = [ALL] if 1 < len(titles) <= TOGETHER else []
        found = [title for title in titles if title in self._wanted()]
        some = [SOME if self._preferred else FRONT] if 1 < len(found) < len(titles) else []
        self.choice.fill([(title, title) for title in (*few, *some, *titles)])
        self._picked = self._picked and self.choice.currentIndex() > 0
        if not self._picked:
            wanted = some or (found if len(found) == 1 else few)
            self.choice.setCurrentIndex(max(0, self.choice.findData(wanted[0]) if wanted else 0))
        if self._awaited and (at := self.choice.findData(self._awaited)) >= 0:
            self.choice.setCurrentIndex(at)
            self._awaited, self._picked = "", True

    def set_empty_text(self, text: str) -> None:
        """Choose the sentence shown while there is no chart."""
        self._empty = text
        self._arrange()

    def shown(self) -> tuple[ChartSheet, ...]:
        """The charts that are in sight."""
        chosen = self.choice.currentData()
        wanted = self._wanted() if chosen in (SOME, FRONT) else (chosen,)
        return self._sheets if chosen == ALL else tuple(sheet for sheet in self._sheets if sheet.title in wanted)

    def _wanted(self) -> tuple[str, ...]:
        """Titles of those that are shown until the user chooses: the preferred ones, else those in front."""
        return self._preferred or tuple(sheet.title for sheet in self._sheets if sheet.front)

    def tile(self, title: str) -> ChartTile | None:
        """The tile of a chart in sight by its title."""
        return next((tile for tile in self.tiles if tile.sheet is not None and tile.sheet.title == title), None)

    def _pick(self) -> None:
        self._picked, self._awaited = True, ""
        self._arrange()

    def _arrange(self) -> None:
        """As many tiles as charts in sight, one that says what to do where there is none."""
        shown = self.shown()
        self.head.setVisible(len(self._sheets) > 1)
        while len(self.tiles) > max(1, len(shown)):
            gone = self.tiles.pop()
            self._grid.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        while len(self.tiles) < max(1, len(shown)):
            self.tiles.append(self._made())
        for tile, sheet in zip(self.tiles, shown or (None,), strict=True):
            tile.set_sheet(sheet)
        if not shown and self._empty:
            self.tiles[0].set_empty_text(self._empty)
        self._lay()
        self.arranged.emit()

    def _made(self) -> ChartTile:
        tile = ChartTile(self)
        tile.set_theme(self.tiles[0].theme if self.tiles else tile.theme)
        tile.button.set_theme(tile.theme)
        tile.read.connect(lambda _words: tile.sheet is not None and self.read.emit(tile.sheet.title))
        tile.exported.connect(lambda kind: tile.sheet is not None and self.exported.emit(tile.sheet.title, kind))
        return tile

    def _lay(self) -> None:
        """Two beside each other or below, whichever leaves the larger plots; more in rows of two."""
        wide, high = self.width(), self.height()
        beside = _plot(wide / 2, high) >= _plot(wide, high / 2) or len(self.tiles) > 2
        rows = _rows(self.tiles, beside=beside)
        for k, row in enumerate(rows):
            for column, tile in enumerate(row):
                tile.setMinimumHeight(_least(tile.sheet, LEAST if len(self.tiles) > 2 else 200))
                alone = beside and len(row) == 1 and (_broad(tile.sheet) or len(rows) > 1)
                self._grid.addWidget(tile, k, column, 1, 2 if alone else 1)
                tile.show()
                tile.stand_beside([other for other in row if other is not tile] if beside else [])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()


def _broad(sheet: ChartSheet | None) -> bool:
    """Whether a chart takes all of a row: a table or pictures."""
    return sheet is not None and (sheet.table is not None or bool(sheet.pictures))


def _rows(tiles: Sequence[ChartTile], *, beside: bool) -> list[list[ChartTile]]:
    """Tiles in rows of two, a broad one by itself; one below the other where they do not stand beside each other."""
    rows = list[list[ChartTile]]()
    for tile in tiles:
        open_row = rows and len(rows[-1]) == 1 and not _broad(rows[-1][0].sheet)
        if beside and open_row and not _broad(tile.sheet):
            rows[-1].append(tile)
        else:
            rows.append([tile])
    return rows


def _least(sheet: ChartSheet | None, least: float) -> int:
    """The height that a chart needs: px."""
    table = sheet.table if sheet is not None else None
    return round(high(table) if table is not None else least)


def _plot(width: float, height: float) -> float:
    """The width of the plot of a chart of this size, as far as its height suits it: px."""
    return min(width - AROUND[0], SHAPE * (height - AROUND[1]))


def _scrolled(grid: QGridLayout) -> QScrollArea:
    """An area that scrolls down what stands in a grid."""
    room, area = QWidget(), QScrollArea(widgetResizable=True)
    room.setLayout(grid)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(room)
    return area
