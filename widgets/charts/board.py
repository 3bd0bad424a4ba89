"""All charts of a run: side by side while they are few, else one at a time; a table over those of its chosen row."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout, QWidget

from widgets.charts.data import ChartSheet
from widgets.charts.table_panel import TablePanel, export_button
from widgets.charts.tiling import least, plot_width, rows_of, tabled
from widgets.charts.view import ChartView
from widgets.options.dropdown import Dropdown

TOGETHER = 4  # charts shown at once; more would be stamps
SHARE, FEWEST = 0.44, 150  # of the height that a table over charts takes at most, and px that it always gets
COLUMN = 380  # px of a chart under a table, from which on there is room for one more beside it
ALL = "All charts"
SOME, FRONT = "Charts spoken of", "Overview"


class ChartTile(ChartView):
    """A chart with a button that exports it. Signals: those of ChartView, and exported(str) with the kind of file."""

    exported = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.button = export_button(self, self.exported.emit)

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

    A table stands over the charts of the row that is chosen in it, the first one until the user chooses.

    Signals: exported(str, str) with the title of a chart and the kind of file ("csv", "png", "svg"); arranged() when
    other charts are in sight, or more of them is; read(str) with the title of the chart that is read; went(str) with
    the name of the row that the user chose.
    """

    exported = Signal(str, str)
    arranged = Signal()
    read = Signal(str)
    went = Signal(str)

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
        self._row = ""  # of the table, that the user chose
        self._moved = False  # whether the user shared out the height
        self.choice.activated.connect(lambda _: self._pick())
        self.head = QWidget(self)
        row = QHBoxLayout(self.head)
        row.setContentsMargins(12, 8, 12, 0)
        row.addWidget(self.choice)
        row.addStretch(1)
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(1)
        self.area, self.panel = _scrolled(self._grid), TablePanel()
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.setChildrenCollapsible(False)
        self.split.splitterMoved.connect(self._shared)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.split, 1)
        for part in (self.panel, self.area):
            self.split.addWidget(part)
        self.panel.exported.connect(self.exported)
        self.panel.chosen.connect(self._went)
        self.tiles: list[ChartTile] = []
        self._arrange()

    @property
    def sheets(self) -> tuple[ChartSheet, ...]:
        """All charts there are."""
        return self._sheets

    def set_sheets(self, sheets: Sequence[ChartSheet]) -> None:
        """Show charts; while they grow, or go and come again, the choice among them and the row stay."""
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
        titles = [sheet.title for sheet in self._sheets if not sheet.row]
        more = any(sheet.front and sheet.row for sheet in self._sheets)
        few = [ALL] if 1 < len(titles) <= TOGETHER and not more else []
        found = [title for title in titles if title in self._wanted()]
        some = [SOME if self._preferred else FRONT] if 1 < len(found) < len(titles) or found and more else []
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
        return tuple(sheet for sheet in self._sheets if sheet.title in wanted or chosen == ALL and not sheet.row)

    def _wanted(self) -> tuple[str, ...]:
        """Titles of those that are shown until the user chooses: the preferred ones, else those in front."""
        return self._preferred or tuple(sheet.title for sheet in self._sheets
                                        if sheet.front and sheet.row in ("", self.row))

    @property
    def row(self) -> str:
        """The row of the table whose charts are shown: that which the user chose, else the first that has any."""
        table = tabled(self._sheets)
        known = {sheet.row for sheet in self._sheets} - {""}
        if self._row in known:
            return self._row
        return next((name for name in table.table.names if name in known), "") if table and table.table else ""

    def choose_row(self, name: str) -> None:
        """Show the charts of a row of the table, as soon as it has some."""
        self._row = name
        self._arrange()

    @property
    def chosen_row(self) -> str:
        """The row that the user chose, "" for none."""
        return self._row

    def _went(self, name: str) -> None:
        """The user went to a row; one without charts changes nothing of those in sight."""
        if any(sheet.row == name for sheet in self._sheets):
            self._row = name
            self._arrange()
            self.went.emit(name)

    def tile(self, title: str) -> ChartTile | None:
        """The tile of a chart in sight by its title."""
        return next((tile for tile in self.tiles if tile.sheet is not None and tile.sheet.title == title), None)

    def _pick(self) -> None:
        self._picked, self._awaited = True, ""
        self._arrange()

    def _arrange(self) -> None:
        """As many tiles as charts in sight, one that says what to do where there is none; a table has a panel."""
        shown, table = self.shown(), tabled(self.shown())
        tiled = tuple(sheet for sheet in shown if sheet is not table)
        self.head.setVisible(sum(not sheet.row for sheet in self._sheets) > 1)
        self.panel.set_sheet(table, self.row)
        self.panel.setVisible(table is not None)
        self.area.setVisible(bool(tiled) or table is None)
        while len(self.tiles) > max(1, len(tiled)):
            gone = self.tiles.pop()
            self._grid.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        while len(self.tiles) < max(1, len(tiled)):
            self.tiles.append(self._made())
        for tile, sheet in zip(self.tiles, tiled or (None,), strict=True):
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
        """Two beside each other or below, whichever leaves the larger plots; more in rows, as many as have room."""
        self._share()
        under = self.panel.sheet is not None
        wide, high = self.width(), self.height()
        beside = plot_width(wide / 2, high) >= plot_width(wide, high / 2) or len(self.tiles) > 2 or under
        narrow = sum(tile.sheet is not None and not tile.sheet.broad for tile in self.tiles)
        across = max(1, min(3, wide // COLUMN if wide >= 3 * COLUMN else 2, narrow)) if under else 2
        rows = rows_of([tile.sheet for tile in self.tiles], across if beside else 1)
        for k, row in enumerate(rows):
            for column, number in enumerate(row):
                tile, others = self.tiles[number], [self.tiles[other] for other in row if other != number]
                tile.setMinimumHeight(least(tile.sheet, wide, several=len(self.tiles) > 2, under=under))
                alone = beside and len(row) == 1 and (tile.sheet is not None and tile.sheet.broad or len(rows) > 1)
                self._grid.addWidget(tile, k, column, 1, across if alone else 1)
                tile.show()
                tile.stand_beside(others if beside else [])

    def _share(self) -> None:
        """Give a table over charts what its rows take, and no more than its share, until the user shares it out."""
        if self.panel.sheet is None or self.area.isHidden() or self._moved:
            return
        high = self.split.height()
        table = min(self.panel.wanted(), max(FEWEST, round(SHARE * high)))
        self.split.setSizes([table, max(1, high - table)])

    def _shared(self) -> None:
        self._moved = True
        self._lay()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()


def _scrolled(grid: QGridLayout) -> QScrollArea:
    """An area that scrolls down what stands in a grid."""
    room, area = QWidget(), QScrollArea(widgetResizable=True)
    room.setLayout(grid)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(room)
    return area
