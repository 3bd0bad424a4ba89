"""The table of results: a click and Enter pick a row, and what is shown anew keeps its place without a signal."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from widgets.drawing.theme import DARK, apply_theme
from widgets.lists.result_table import Head, ResultTable

HEADS = (Head("Method", "how", False), Head("PSNR, dB", "how near", True), Head("Remark", "why", False))
ROWS = (("DPS", "24.10", ""), ("DDNM", "23.05", ""), ("RePaint", "", "It pastes known pixels; choose a mask."))


def shown(qtbot: QtBot) -> tuple[ResultTable, list[int]]:
    table, picked = ResultTable("Results"), list[int]()
    qtbot.addWidget(table)
    table.resize(600, 200)
    table.picked.connect(picked.append)
    table.set_rows(HEADS, ROWS, frozenset({2}))
    table.show()
    return table, picked


def test_a_click_and_enter_pick_a_row(qtbot: QtBot) -> None:
    table, picked = shown(qtbot)
    place = table.visualItemRect(table.topLevelItem(1)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert (picked, table.current) == ([1], 1)
    qtbot.keyClick(table, Qt.Key.Key_Down)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    assert picked == [1, 2]
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "RePaint\t\tIt pastes known pixels; choose a mask."


def test_head_and_rows_lie_within_the_frame(qtbot: QtBot, qapp: QApplication) -> None:
    """Which is drawn with the focus alone and has its room always: nothing lies on it, and nothing moves."""
    before = qapp.styleSheet()
    apply_theme(qapp, DARK)
    table, _ = shown(qtbot)
    assert not table.hasFocus()
    head, rows = table.header().geometry(), table.viewport().geometry()
    assert min(head.left(), head.top(), rows.left()) >= 1
    table.setFocus(Qt.FocusReason.TabFocusReason)
    assert (table.header().geometry(), table.viewport().geometry()) == (head, rows)
    qapp.setStyleSheet(before)


def test_other_rows_come_without_a_signal_and_stay_on_the_row_that_is_given(qtbot: QtBot) -> None:
    table, picked = shown(qtbot)
    went = list[int]()
    table.went.connect(went.append)
    table.set_rows(HEADS, ROWS[::-1], frozenset({0}), 2)
    assert (table.current, picked, went) == (2, [], [])
    assert table.rows == ROWS[::-1]
    assert table.topLevelItem(0).toolTip(2) == "It pastes known pixels; choose a mask."
    assert table.topLevelItem(2).data(0, Qt.ItemDataRole.AccessibleTextRole) == "DPS, PSNR, dB 24.10"


def test_words_that_there_is_room_for_are_whole(qtbot: QtBot) -> None:
    table, _ = shown(qtbot)
    assert table.columnWidth(0) >= table.fontMetrics().horizontalAdvance("RePaint")
    assert table.sizeHint().height() >= 3 * table.visualItemRect(table.topLevelItem(0)).height()


def test_heads_sort_and_rows_keep_their_numbers(qtbot: QtBot) -> None:
    """By the largest, the smallest, and as they came; who has no figure is last, and what is picked is the same row."""
    table, picked = shown(qtbot)
    table.set_rows(HEADS, (("A", "9.50", ""), ("B", "−1.00", ""), ("C", "", "why"), ("D", "1,024.00", "")),
                   frozenset({2}), 1)

    def names() -> str:
        return "".join(table.topLevelItem(place).text(0) for place in range(4))

    head = table.header()
    found = [names()]
    for _ in range(3):
        place = QPoint(head.sectionPosition(1) + head.sectionSize(1) // 2, head.height() // 2)
        qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=place)
        found.append(names())
        assert table.current == 1, "the row that was gone to stays"
    assert found == ["ABCD", "DABC", "BADC", "ABCD"]
    table.sort_by(1)
    assert head.isSortIndicatorShown()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton,
                     pos=table.visualItemRect(table.topLevelItem(0)).center())
    assert picked == [3]
    table.set_rows(HEADS, (("A", "9.50", ""), ("B", "20.00", "")))
    assert table.topLevelItem(0).text(0) == "B", "more rows come in the order that was chosen"
