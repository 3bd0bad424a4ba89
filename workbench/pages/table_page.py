"""What a run came to as a table: pictures in a grid with their figures, and a row for each below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from widgets.lists.result_table import Head, ResultTable
from widgets.pictures.image_grid import ImageGrid
from workbench.actions import Actions
from workbench.parts import IconButton, column, frame, label, line, row

SHARE = 0.46  # of the height that the table takes at most
BAR = 36  # px
NO_PICTURES = "Pictures appear here as they are done."


@dataclass(frozen=True, slots=True)
class Tile:
    """A picture of the grid: what it shows, what stands under it, and its row in the table, −1 for none."""

    image: QImage
    caption: str
    row: int = -1


class TablePage(QWidget):
    """Grid over table. Signals: picked(int) with the row that was clicked in either."""

    picked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.grid, self.table = ImageGrid("Results"), ResultTable("Figures of the results")
        self.grid.set_empty_text(NO_PICTURES)
        self.title = label("", "head", "What is compared")
        self._tiles = tuple[Tile, ...]()
        bar = frame("bar")
        bar.setFixedHeight(BAR)
        self._bar = row(self.title, 1, margins=(14, 0, 10, 0), spacing=6, parent=bar)
        below = QWidget()
        column(line(), bar, self.table, parent=below).setStretchFactor(self.table, 1)
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.setChildrenCollapsible(False)
        for part in (self.grid, below):
            self._split.addWidget(part)
        self._split.setStretchFactor(0, 1)
        column(self._split, parent=self)
        self._asked = QSize()
        self.table.picked.connect(self.picked)
        self.table.went.connect(self._went)
        self.grid.selection_changed.connect(self._selected)

    def add_tools(self, actions: Actions, names: Sequence[tuple[str, str]]) -> None:
        """Put (action, icon) buttons beside the title."""
        for name, icon in names:
            self._bar.addWidget(IconButton(icon, actions[name], words=True))

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """The pictures of the grid."""
        return self._tiles

    def show_table(self, title: str, heads: Sequence[Head], rows: Sequence[Sequence[str]], quiet: frozenset[int],
                   current: int) -> None:
        """Show a table under a title; `quiet`: rows without figures, `current`: the one that is looked at."""
        taller = len(rows) != len(self.table.rows)
        self.title.setText(title)
        self.table.set_rows(heads, rows, quiet, current)
        if taller:
            self._share()

    def show_tiles(self, tiles: Sequence[Tile]) -> None:
        """Show pictures; the selection goes to that of the row the table is on."""
        self._tiles = tuple(tiles)
        self._quietly(lambda: self.grid.set_images([tile.image for tile in tiles], [tile.caption for tile in tiles]))
        self._went(self.table.current)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        """Give the table what its rows take, and no more than its share."""
        wanted = self.table.sizeHint().height() + BAR + 2
        self._split.setSizes([max(self.height() - wanted, round((1 - SHARE) * self.height())),
                              min(wanted, round(SHARE * self.height()))])

    def _went(self, number: int) -> None:
        """The table is on another row: so is the grid."""
        tile = next((k for k, tile in enumerate(self._tiles) if tile.row == number and number >= 0), -1)
        self._quietly(lambda: self.grid.select(tile))

    def _selected(self, tile: int) -> None:
        """A picture was selected: its row is what is picked."""
        number = self._tiles[tile].row if 0 <= tile < len(self._tiles) else -1
        if number >= 0:
            self.table.go_to(number)
            self.picked.emit(number)

    def _quietly(self, change: Callable[[], object]) -> None:
        """Change the grid without its signals."""
        blocked = self.grid.blockSignals(True)
        change()
        self.grid.blockSignals(blocked)
