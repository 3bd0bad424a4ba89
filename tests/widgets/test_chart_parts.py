"""Charts that are no lines: a table, pictures and points of the plane, drawn, read and exported."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSizeF
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from widgets.charts.board import ALL, FRONT, ChartBoard
from widgets.charts.data import ChartAxis, ChartLine, ChartPicture, ChartShade, ChartSheet, ChartTable, LineKind
from widgets.charts.export import chart_png, chart_svg
from widgets.charts.painters import painter_of
from widgets.charts.picture_paint import PicturePainter
from widgets.charts.plane_paint import PlanePainter
from widgets.charts.table_paint import TablePainter
from widgets.charts.values import ChartValues
from widgets.drawing.theme import DARK, LIGHT, Theme

SIZE = QSizeF(600, 400)
TABLE = ChartSheet("Ranking", ChartAxis(""), ChartAxis(""), remark="Best first.", front=True, table=ChartTable(
    "Method", (("Energy", "A distance."), ("Calls", "How many.")),
    (("1. TDS", (0.0123, 40.0), False), ("2. DPS", (0.5, float("nan")), False), ("Exact", (0.001, 1.0), True))))
CLOUD = ChartSheet("Points", ChartAxis("x"), ChartAxis("y"), (
    ChartLine("Samples", np.array([0.0, 1.0, 0.5]), np.array([0.0, 0.5, 1.0]), np.zeros(0), LineKind.CLOUD),
    ChartLine("Exact", np.array([0.0, 1.0, np.nan, 0.0, 1.0]), np.array([0.0, 0.0, np.nan, 1.0, 1.0]), np.zeros(0),
              LineKind.OUTLINE)), front=True, shade=ChartShade(np.eye(4), (-1.0, 3.0), (-1.0, 1.0)))
PICTURES = ChartSheet("Means", ChartAxis(""), ChartAxis(""), pictures=(
    ChartPicture("Truth", np.array([[-1.0, 1.0], [1.0, -1.0]]), -1, 1), ChartPicture("Spread", np.eye(2), 0, 1, True),
    ChartPicture("Sample", np.zeros((2, 2)), -1, 1, row=1)))


def drawn(sheet: ChartSheet) -> QImage:
    return QImage.fromData(chart_png(sheet))


@pytest.mark.parametrize(("sheet", "kind"), [(TABLE, TablePainter), (CLOUD, PlanePainter), (PICTURES, PicturePainter)])
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_each_has_its_painter_and_is_drawn_in_files(sheet: ChartSheet, kind: type, theme: Theme, qtbot: QtBot) -> None:
    del qtbot
    assert type(painter_of(sheet, theme, SIZE)) is kind
    assert not drawn(sheet).isNull()
    assert b"<svg" in chart_svg(sheet)
    assert sheet.title in sheet.told()


def test_both_axes_of_the_plane_have_one_unit(qtbot: QtBot) -> None:
    del qtbot
    chart = painter_of(CLOUD, DARK, SIZE)
    origin, right, up = chart.place(0, 0), chart.place(1, 0), chart.place(0, 1)
    assert right.x() - origin.x() == pytest.approx(origin.y() - up.y())
    assert chart.place(-1, -1) == chart.rooms.plot.bottomLeft()
    assert chart.place(3, 1) == chart.rooms.plot.topRight()
    assert CLOUD.xs() == [], "nothing is read by its column"


def test_a_point_is_where_its_numbers_say_and_outlines_have_gaps(qtbot: QtBot) -> None:
    del qtbot
    size = QSizeF(760, 480)
    chart, picture = painter_of(CLOUD, LIGHT, size), drawn(CLOUD)
    place = chart.place(0.5, 1.0) * 2
    assert picture.pixelColor(round(place.x()), round(place.y()) + 2).name() == chart.colours["Samples"].name()
    between = chart.place(0.5, 0.4) * 2
    assert picture.pixelColor(between.toPoint()).name() != LIGHT.text


def test_pictures_stand_in_their_rows_with_square_pixels(qtbot: QtBot) -> None:
    del qtbot
    chart = painter_of(PICTURES, DARK, QSizeF(760, 480))
    assert isinstance(chart, PicturePainter)
    truth, spread, sample = chart.boxes()
    assert truth.top() == spread.top() < sample.top()
    assert truth.left() == sample.left() < spread.left()
    assert truth.width() == pytest.approx(truth.height())
    picture = drawn(PICTURES)
    for share, grey in ((0.25, 0), (0.75, 255)):
        at = QPointF(truth.left() + share * truth.width(), truth.top() + 0.25 * truth.height()) * 2
        assert picture.pixelColor(at.toPoint()).red() == grey


def test_the_tip_of_a_column_says_what_its_numbers_are(qtbot: QtBot) -> None:
    del qtbot
    chart = painter_of(TABLE, DARK, SIZE)
    tips = {chart.tip(QPointF(x, chart.rooms.title.bottom() + 30)) for x in range(20, 590, 5)}
    assert tips >= {"1. TDS", "Energy: A distance.", "Calls: How many."}


def test_the_values_of_a_table_are_the_table(qtbot: QtBot) -> None:
    view = ChartValues()
    qtbot.addWidget(view)
    view.set_sheet(TABLE)
    assert view.text().split("\n") == [
        "Method\tEnergy\tCalls", "1. TDS\t0.0123\t40", "2. DPS\t0.5\t–", "Exact\t0.001\t1"]
    view.selectRow(1)  # it has no x to be read at, and nothing happens
    assert view.xs == []


def test_an_overview_shows_those_in_front_and_a_table_stands_over_them(qtbot: QtBot) -> None:
    board = ChartBoard()
    qtbot.addWidget(board)
    board.resize(900, 700)
    lines = [ChartSheet(f"Chart {k}", ChartAxis("x"), ChartAxis("y")) for k in range(3)]
    board.set_sheets([TABLE, *lines, CLOUD])
    assert board.choice.currentText() == FRONT
    assert [sheet.title for sheet in board.shown()] == ["Ranking", "Points"]
    assert board.panel.sheet is TABLE
    assert [tile.sheet.title for tile in board.tiles if tile.sheet] == ["Points"]
    board.choose("Chart 1")
    assert [sheet.title for sheet in board.shown()] == ["Chart 1"]
    board.set_sheets([TABLE, CLOUD])
    assert board.choice.itemData(0) == ALL
