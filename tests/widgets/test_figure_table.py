"""The table of figures: what it says, what it copies, and that a narrow one cuts nothing but captions."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QHelpEvent
from pytestqt.qtbot import QtBot

from widgets.drawing import painted
from widgets.drawing.fonts import numbers, words
from widgets.drawing.theme import LIGHT
from widgets.lists.figure_table import AROUND, CAPTION, CUT, LINE, PAD, ROW, FigureRow, FigureTable

COLUMNS = (("calls", "network calls"), ("energy dist.", "a distance"), ("NLL", "−log p"))
ROWS = (FigureRow("Heun", ("60", "0.0038", "0.479"), (60, 0.00381, 0.4794)),
        FigureRow("Euler–Maruyama", ("120", "0.0041", "0.482"), (120, 0.00412, 0.4821), marked=True),
        FigureRow("As many exact points", ("", "0.0030", "0.480"), ("", 0.003, 0.48), quiet=True))


def made(qtbot: QtBot, wide: int = 700) -> FigureTable:
    """The table as wide as that."""
    table = FigureTable("To the truth", COLUMNS)
    qtbot.addWidget(table)
    table.show_rows("To the truth", ROWS)
    table.resize(wide, table.sizeHint().height())
    return table


def test_rows_are_told_and_copied_with_every_digit(qtbot: QtBot) -> None:
    table = made(qtbot)
    assert "Euler–Maruyama, calls 120, energy dist. 0.0041, NLL 0.482" in table.accessibleDescription()
    assert table.table().splitlines() == ["To the truth,calls,energy dist.,NLL", "Heun,60,0.00381,0.4794",
                                          "Euler–Maruyama,120,0.00412,0.4821", "As many exact points,,0.003,0.48"]


def test_a_click_chooses_a_row_that_is_a_run(qtbot: QtBot) -> None:
    table, chosen = made(qtbot), list[int]()
    table.chosen.connect(chosen.append)
    for row in range(3):
        middle = round(table.card().top()) + PAD + ROW * (row + 1) + ROW // 2
        place = QPoint(round(table.card().left()) + AROUND, middle)
        qtbot.mouseClick(table, Qt.MouseButton.LeftButton, pos=place)
    qtbot.keyClick(table, Qt.Key.Key_2)
    assert chosen == [0, 1, 1]


def test_every_column_says_what_it_means_and_a_row_what_it_is_of(
        qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    table = FigureTable("To the truth", COLUMNS, "As many: by chance")
    qtbot.addWidget(table)
    table.show_rows("To the truth", ROWS)
    table.resize(500, table.sizeHint().height())
    card, edges = table.card(), table._edges(table.card())

    def tip(x: float, row: int) -> str:
        return table.tip_at(QPointF(x, card.top() + PAD + ROW * row + ROW / 2))

    assert [tip(right - 4, row) for right in edges[1:] for row in (0, 2)] == \
        [told for told in ("calls: network calls", "energy dist.: a distance", "NLL: −log p") for _ in range(2)]
    assert [tip(card.left() + AROUND, row) for row in range(4)] == \
        ["As many: by chance", "Heun", "Euler–Maruyama", "As many: by chance"]
    place = QPoint(round(edges[1]) - 4, round(card.center().y()))
    shown = QHelpEvent(QHelpEvent.Type.ToolTip, place, table.mapToGlobal(place))
    told = list[str]()
    monkeypatch.setattr(painted, "QToolTip", SimpleNamespace(showText=lambda _at, text, _of: told.append(text)))
    assert table.event(shown)
    assert told == ["calls: network calls"]


def test_numbers_stay_on_the_card_however_narrow_it_is(qtbot: QtBot) -> None:
    for wide in (360, 560, 1400):
        table = made(qtbot, wide)
        card, (_, *rights) = table.card(), table._edges(table.card())
        assert rights == sorted(rights)
        assert card.left() > 0
        assert rights[-1] < card.right() <= wide
        assert rights[0] - (rights[1] - rights[0]) > card.left() + AROUND
        assert not table.grab().isNull()


def test_a_long_figure_has_the_room_that_short_ones_leave(qtbot: QtBot) -> None:
    """“4 modes missed” is what one looks for."""
    heads = ("calls", "energy dist.", "sliced W2", "mode weights", "NLL")
    table = FigureTable("Distances", [(head, "") for head in heads])
    qtbot.addWidget(table)
    table.resize(800, 100)
    long = "±20.5 %, 4 missed"
    table.show_rows("To the truth", [FigureRow("This run", ("120", "0.0123", "0.123", long, "2.345"))])
    edges = table._edges(table.card())
    assert edges[4] - edges[3] > QFontMetricsF(numbers(12)).horizontalAdvance(long) + CUT
    assert edges[0] >= table.card().left() + AROUND + CAPTION - 1


def test_a_row_shows_the_colour_of_its_curve(qtbot: QtBot) -> None:
    table = made(qtbot)
    table.set_theme(LIGHT)
    plain = table.grab().toImage()
    table.show_rows("To the truth", [replace(ROWS[0], colour="likelihood"), replace(ROWS[1], colour="prior"), ROWS[2]])
    shown = table.grab().toImage()
    for row, token in ((0, "likelihood"), (1, "prior")):
        y = round(table.card().top()) + PAD + ROW * (row + 1) + ROW // 2
        x = round(table.card().left()) + AROUND + 6
        found, wanted = shown.pixelColor(x, y), QColor(LIGHT.term(token))
        assert abs(found.hue() - wanted.hue()) < 6
        assert plain.pixelColor(x, y) != found


def test_a_caption_is_whole_where_the_numbers_leave_room(qtbot: QtBot) -> None:
    table = made(qtbot)
    caption = "9 steps, DPM-Solver++ 2M · t 0.555"
    table.show_rows("To the truth", [replace(ROWS[0], caption=caption, colour="prior"), *ROWS[1:]])
    card = table.card()
    room = table._edges(card)[0] - card.left() - AROUND - LINE
    assert room >= QFontMetricsF(words(12)).horizontalAdvance(caption)


def test_figures_of_another_step_are_told_from_those_of_this_one(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also of exact points, whose row is quiet by itself."""
    table, drawn = made(qtbot), dict[str, QColor]()
    rows = [replace(ROWS[0], late=True), ROWS[1], replace(ROWS[2], late=True)]
    monkeypatch.setattr(FigureTable, "_write", lambda _self, painter, _top, _card, _edges, caption, _texts, **_:
                        drawn.update({caption: painter.pen().color()}))
    table.grab()
    fresh = dict(drawn)
    drawn.clear()
    table.show_rows("To the truth", rows)
    table.grab()
    assert {"Heun …", "Euler–Maruyama", "As many exact points …"} <= drawn.keys()
    assert drawn["Euler–Maruyama"] == fresh["Euler–Maruyama"]
    assert drawn["As many exact points …"].alphaF() < fresh["As many exact points"].alphaF()
    assert drawn["Heun …"].alphaF() < fresh["Heun"].alphaF()
    assert "As many exact points …, energy dist. 0.0030" in table.accessibleDescription()
