"""A table whose rows are sorted by any column and chosen, by the pointer and by keys, with the charts of a row."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSizeF, Qt
from pytestqt.qtbot import QtBot

from widgets.charts.board import FRONT, ChartBoard
from widgets.charts.data import ChartAxis, ChartLine, ChartSheet, ChartTable, LineKind
from widgets.charts.named_paint import NamedPainter
from widgets.charts.painters import painter_of
from widgets.charts.row_table import SORTS, RowTable, sorted_rows
from widgets.drawing.theme import DARK

ROWS = (("TDS", (0.0123456, 80.0), False), ("DPS", (0.5, 20.0), False), ("MCG", (math.nan, 40.0), False),
        ("Exact", (0.001, 1.0), True), ("RePaint", (math.nan, math.nan), True))
TABLE = ChartTable("Method", (("Energy", "A distance."), ("Calls", "How many.")), ROWS, (3, 0),
                   ("", "", "", "", "It is for masks."))
SHEET = ChartSheet("Ranking", ChartAxis(""), ChartAxis(""), remark="Best first.", front=True, table=TABLE)


def line(name: str, kind: LineKind, y: list[float]) -> ChartLine:
    """Values over 1, 2 and so on."""
    return ChartLine(name, np.arange(1.0, len(y) + 1), np.array(y), np.zeros(0), kind)


def chart(title: str, row: str = "") -> ChartSheet:
    return ChartSheet(title, ChartAxis("x"), ChartAxis("y"), (line("a", LineKind.MEASURED, [1, 2, 3]),),
                      front=bool(row), row=row)


@pytest.fixture
def table(qtbot: QtBot) -> RowTable:
    made = RowTable()
    qtbot.addWidget(made)
    made.resize(600, 200)
    made.set_table(TABLE)
    made.show()
    return made


def names(table: RowTable) -> list[str]:
    return [row.split("\t")[0] for row in table.text().splitlines()[1:]]


def test_what_has_no_number_and_what_is_there_to_compare_with_come_last() -> None:
    assert sorted_rows(TABLE, 1, descending=False) == [0, 1, 2, 3, 4]
    assert sorted_rows(TABLE, 1, descending=True) == [1, 0, 2, 3, 4]
    assert sorted_rows(TABLE, 2, descending=False) == [1, 2, 0, 3, 4]
    assert sorted_rows(TABLE, 0, descending=True) == [0, 2, 1, 3, 4]
    assert sorted_rows(TABLE, -1, descending=False) == [0, 1, 2, 3, 4]


def test_a_click_on_a_head_sorts_and_another_turns_the_order(qtbot: QtBot, table: RowTable) -> None:
    table.go_to("DPS")
    head = table.horizontalHeader().viewport()
    qtbot.mouseClick(head, Qt.MouseButton.LeftButton, pos=table.head_at(2))
    assert names(table) == ["DPS", "MCG", "TDS", "Exact", "RePaint"]
    qtbot.mouseClick(head, Qt.MouseButton.LeftButton, pos=table.head_at(2))
    assert names(table) == ["TDS", "MCG", "DPS", "Exact", "RePaint"]
    assert table.current == "DPS", "the row that is chosen stays"
    assert table.text().splitlines()[0] == "Method\tEnergy\tCalls ↓"


def test_keys_sort_and_choose(qtbot: QtBot, table: RowTable) -> None:
    chosen = list[str]()
    table.chosen.connect(chosen.append)
    table.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(table, key)
    assert table.sorted_by == (2, False)
    qtbot.keyClick(table, Qt.Key.Key_Space)
    assert table.sorted_by == (2, True)
    assert chosen == []
    table.go_to("TDS")
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert chosen == ["MCG"]
    qtbot.keyClick(table, Qt.Key.Key_Left)
    assert (table.sorted_by, table.current) == ((1, False), "MCG")


def test_numbers_stand_at_the_right_with_their_digits_and_heads_explain_themselves(table: RowTable) -> None:
    model = table.rows
    assert [str(model.data(model.index(0, k))) for k in range(3)] == ["TDS", "0.012", "80"]
    side = Qt.ItemDataRole.TextAlignmentRole
    assert model.data(model.index(0, 1), side) == Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    told = str(model.headerData(1, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole))
    assert "A distance." in told
    assert SORTS.split(";")[0] in told.replace("\n", " ")
    assert model.data(model.index(4, 1)) == "It is for masks."
    assert table.columnSpan(4, 1) == 2


def test_the_charts_of_the_chosen_row_stand_under_the_table(qtbot: QtBot) -> None:
    board = ChartBoard()
    qtbot.addWidget(board)
    board.resize(900, 700)
    of = [chart(f"{what} of {name}", name) for name in ("DPS", "TDS") for what in ("Samples", "Coverage")]
    went = list[str]()
    board.went.connect(went.append)
    board.set_sheets([SHEET, chart("All together"), *of])
    board.show()
    assert board.choice.currentText() == FRONT
    assert [board.choice.itemText(k) for k in range(board.choice.count())] == [FRONT, "Ranking", "All together"]
    assert [sheet.title for sheet in board.shown()] == ["Ranking", "Samples of TDS", "Coverage of TDS"]
    assert board.panel.table.current == "TDS", "the first one until the user chooses"
    board.panel.table.selectRow(1)
    assert [sheet.title for sheet in board.shown()] == ["Ranking", "Samples of DPS", "Coverage of DPS"]
    board.panel.table.selectRow(4)
    assert [sheet.title for sheet in board.shown()][1] == "Samples of DPS", "a row without charts shows no others"
    assert went == ["DPS"]
    board.set_sheets([SHEET, chart("All together"), *of, chart("Samples of MCG", "MCG")])
    assert (board.row, board.chosen_row) == ("DPS", "DPS"), "what was chosen stays while charts grow"
    board.set_sheets([])
    assert board.row == "", "without a table there is no row"
    board.set_sheets([SHEET, *of])
    assert board.row == "DPS", "what was chosen waits for its charts"
    board.set_sheets([SHEET, *(sheet for sheet in of if sheet.row == "TDS")])
    assert board.row == "TDS", "another one where there are none of it"
    board.set_sheets([SHEET, chart("All together"), *of])
    board.choose("Ranking")
    assert [sheet.title for sheet in board.shown()] == ["Ranking"]
    assert board.area.isHidden()


def test_named_places_stand_below_one_another_and_their_tip_is_their_values(qtbot: QtBot) -> None:
    del qtbot
    lines = (line("Samples", LineKind.MEASURED, [0.25, 0.75]), line("Exact", LineKind.EXACT, [0.5, 0.5]))
    sheet = ChartSheet("Weights", ChartAxis("Component", names=("One", "Two")), ChartAxis("Weight"), lines)
    painter = painter_of(sheet, DARK, QSizeF(500, 320))
    assert isinstance(painter, NamedPainter)
    first, second = painter.place(1, 0.25), painter.place(2, 0.75)
    assert first.y() < second.y()
    zero = painter.place(1, 0.0).x()
    assert second.x() - zero == pytest.approx(3 * (first.x() - zero))
    assert zero == pytest.approx(painter.rooms.plot.left()), "rods begin at 0"
    assert painter.tip(QPointF(second.x(), second.y())) == "Two: Samples 0.75, Exact 0.5"
    assert "Samples, measured: 0.25 at One, 0.75 at Two" in sheet.told()
