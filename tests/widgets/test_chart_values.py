"""The values of a chart as a table, and how far they are from what is exact."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from widgets.charts.data import ChartAxis, ChartLine, ChartSheet, LineKind
from widgets.charts.difference import differences, heading
from widgets.charts.values import HEAD, ChartValues

MEASURED = ChartLine("DDIM", np.array([1.0, 2.0, 4.0]), np.array([4.0, 2.0, 1.0]), np.array([0.5, 0.0, 0.0]))
EXACT = ChartLine("Formula", np.array([1.0, 4.0]), np.array([2.0, 0.5]), np.zeros(0), LineKind.EXACT, "DDIM")


def sheet(*, log: bool = False, lines: tuple[ChartLine, ...] = (MEASURED, EXACT)) -> ChartSheet:
    return ChartSheet("Error", ChartAxis("Calls"), ChartAxis("Error (nats)", log), lines)


def test_every_value_has_its_cell_and_rows_are_read_and_copied(qtbot: QtBot) -> None:
    table = ChartValues()
    qtbot.addWidget(table)
    table.set_sheet(sheet())
    assert table.xs == [1, 2, 4]
    assert table.text().splitlines() == ["Calls\tDDIM\tFormula", "1\t4 ± 0.5\t2", "2\t2\t", "4\t1\t0.5"]
    read = list[float]()
    table.read.connect(read.append)
    table.read_at(2)
    assert (table.currentIndex().row(), read) == (1, []), "what was read elsewhere is not told again"
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert read == [4]
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "Calls\tDDIM\tFormula\n4\t1\t0.5"
    table.set_sheet(sheet(lines=(MEASURED,)))
    assert table.currentIndex().row() == 2, "a chart that grows keeps what is read"
    table.read_at(None)
    assert not table.selectedIndexes()


def test_no_column_is_narrower_than_its_values(qtbot: QtBot) -> None:
    table = ChartValues()
    qtbot.addWidget(table)
    table.resize(700, 150)
    table.set_sheet(sheet())
    table.show()
    for column in range(3):
        assert table.columnWidth(column) >= table.sizeHintForColumn(column)
        assert table.columnWidth(column) >= min(table.horizontalHeader().sectionSizeHint(column), HEAD)


def test_heads_are_cut_before_values_are_out_of_sight(qtbot: QtBot) -> None:
    table = ChartValues()
    qtbot.addWidget(table)
    wide = [ChartLine(f"A sampler of a very long name {k}", MEASURED.x, MEASURED.y, MEASURED.error) for k in range(3)]
    table.set_sheet(sheet(lines=tuple(wide)))
    table.resize(500, 150)
    table.show()
    assert table.horizontalHeader().length() <= table.viewport().width()
    assert all(table.columnWidth(column) >= table.sizeHintForColumn(column) for column in range(4))
    head = table.model().headerData(3, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert head == "A sampler of a very long name 2"
    table.resize(200, 150)
    assert table.horizontalHeader().length() > table.viewport().width(), "numbers are scrolled to, never cut"


@pytest.mark.parametrize(("log", "values", "title"), [
    (False, [2.0, 0.5, 0.5], "Measured − exact, nats"),  # the exact line is straight between its ends
    (True, [2.0, 4 / 3, 2.0], "Measured ÷ exact")])
def test_measured_lines_are_told_against_the_exact_ones(log: bool, values: list[float], title: str) -> None:
    (curve,) = differences(sheet(log=log))
    assert curve.y.tolist() == pytest.approx(values)
    assert heading(sheet(log=log)) == title


def test_the_mark_of_a_part_of_a_line_is_not_compared_for_itself() -> None:
    mark = ChartLine("DDIM, end", MEASURED.x[-1:], MEASURED.y[-1:], np.zeros(0), beside="DDIM")
    free = ChartLine("Truth", EXACT.x, EXACT.y, EXACT.error, LineKind.EXACT)
    assert [curve.title for curve in differences(sheet(lines=(MEASURED, mark, free)))] == ["DDIM"]


def test_without_an_exact_line_there_is_no_difference() -> None:
    other = ChartLine("Other", EXACT.x, EXACT.y, EXACT.error, LineKind.EXACT, "Heun")
    several = (MEASURED, ChartLine("Heun", MEASURED.x, MEASURED.y, MEASURED.error), other)
    assert differences(sheet(lines=(MEASURED,))) == []
    assert [curve.title for curve in differences(sheet(lines=several))] == ["Heun"]
