"""The charts that are spoken of stand beside each other, until the user chooses."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from tests.widgets.test_chart_view import sheet
from widgets.charts.board import ALL, SOME, ChartBoard


@pytest.fixture
def board(qtbot: QtBot) -> ChartBoard:
    made = ChartBoard()
    qtbot.addWidget(made)
    made.resize(900, 500)
    made.show()
    return made


def seen(board: ChartBoard) -> list[str]:
    """Titles of the charts in sight."""
    return [tile.sheet.title for tile in board.tiles if tile.sheet]


def test_two_of_three_stand_beside_each_other_as_soon_as_they_are_there(board: ChartBoard) -> None:
    board.prefer("a", "c")
    board.set_sheets([sheet("a")])
    assert seen(board) == ["a"]
    board.set_sheets([sheet("a"), sheet("b")])
    assert seen(board) == ["a"]
    board.set_sheets([sheet("a"), sheet("b"), sheet("c")])
    assert seen(board) == ["a", "c"]
    assert [board.choice.itemData(k) for k in range(board.choice.count())] == [ALL, SOME, "a", "b", "c"]
    board.prefer()
    assert seen(board) == ["a", "b", "c"]
    assert board.choice.findData(SOME) < 0


def test_what_the_user_chooses_stays_while_charts_grow(board: ChartBoard) -> None:
    board.prefer("a", "c")
    board.set_sheets([sheet("a"), sheet("b"), sheet("c")])
    at = board.choice.findData("b")
    board.choice.setCurrentIndex(at)
    board.choice.activated.emit(at)
    board.set_sheets([sheet("a"), sheet("b"), sheet("c")])
    assert seen(board) == ["b"]
    board.set_sheets([sheet("a"), sheet("b"), sheet("c"), sheet("d")])
    assert seen(board) == ["b"]


def test_where_all_are_spoken_of_there_is_no_choice_of_some(board: ChartBoard) -> None:
    board.set_sheets([sheet("a"), sheet("b")])
    board.prefer("a", "b")
    assert seen(board) == ["a", "b"]
    assert board.choice.findData(SOME) < 0


def test_what_was_chosen_before_the_charts_are_there_is_shown_once_they_are(board: ChartBoard) -> None:
    board.choose("b")
    assert board.chosen == "b"
    board.set_sheets([sheet("a")])
    assert seen(board) == ["a"]
    board.set_sheets([sheet("a"), sheet("b")])
    assert (seen(board), board.chosen) == (["b"], "b")
    board.prefer()
    assert (seen(board), board.chosen) == (["a", "b"], "")
