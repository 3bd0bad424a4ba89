"""Charts: where values are drawn, what is read from them by pointer, keys and words, and how they are exported."""

from __future__ import annotations

import re

import numpy as np
import pytest
from PySide6.QtCore import QByteArray, QPoint, QPointF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from pytestqt.qtbot import QtBot

from widgets.charts.board import ALL, ChartBoard
from widgets.charts.data import ChartAxis, ChartLine, ChartSheet, LineKind, scales
from widgets.charts.export import chart_png, chart_svg
from widgets.charts.paint import ChartPainter, colours
from widgets.charts.rooms import rooms
from widgets.charts.tiling import LEAST
from widgets.charts.view import ChartView
from widgets.drawing.theme import DARK, LIGHT, Theme

pytestmark = pytest.mark.usefixtures("qapp")  # fonts


def line(name: str, x: list[float], y: list[float], error: list[float] | None = None,
         kind: LineKind = LineKind.MEASURED, beside: str = "") -> ChartLine:
    return ChartLine(name, np.array(x), np.array(y), np.array(error or []), kind, beside)


def sheet(title: str = "Error", *, log: bool = True) -> ChartSheet:
    x = [1.0, 10.0, 100.0]
    lines = (line("Euler", x, [1.0, 0.1, 0.01], [0.1, 0.02, 0.001]), line("Heun", x, [0.5, 0.005, 0.00005]),
             line("Order 1", x, [1.0, 0.1, 0.01], kind=LineKind.EXACT, beside="Euler"),
             line("Floor", x, [1e-4, 1e-4, 1e-4], kind=LineKind.BOUND))
    return ChartSheet(title, ChartAxis("Calls", log), ChartAxis("Error (nats)", log), lines, "Look at the slope.")


@pytest.fixture
def view(qtbot: QtBot) -> ChartView:
    widget = ChartView()
    qtbot.addWidget(widget)
    widget.resize(640, 420)
    widget.set_sheet(sheet())
    widget.show()
    return widget


def at(view: ChartView, x: float, y: float) -> QPoint:
    chart = view.chart()
    assert chart is not None
    return chart.place(x, y).toPoint()


def name_of(view: ChartView, name: str) -> QPoint:
    chart = view.chart()
    assert chart is not None
    assert view.sheet is not None
    return chart.rooms.legend[[one.name for one in view.sheet.lines].index(name)].center().toPoint()


def test_log_axes_place_decades_evenly_and_linear_ones_do_not() -> None:
    size = QSizeF(640, 420)
    logged, plain = (ChartPainter(sheet(log=log), DARK, size) for log in (True, False))
    assert logged.place(10, 1).x() - logged.place(1, 1).x() == pytest.approx(
        logged.place(100, 1).x() - logged.place(10, 1).x())
    assert plain.place(10, 1).x() - plain.place(1, 1).x() == pytest.approx(
        (plain.place(100, 1).x() - plain.place(1, 1).x()) / 11)
    assert not np.isfinite(logged.place(0, 1).x())


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("size", [(300, 240), (640, 420), (1200, 700)])
def test_every_value_and_bar_is_inside_of_the_plot_and_no_part_covers_another(log: bool, size: tuple[int, int]) -> None:
    chart = ChartPainter(sheet(log=log), DARK, QSizeF(*size))
    for one in chart.lines:
        assert len(chart.points(one)) == 3
        assert all(chart.rooms.plot.adjusted(-0.5, -0.5, 0.5, 0.5).contains(point) for point in chart.points(one))
    r = chart.rooms
    parts = [r.title, *r.legend, r.y_title, r.plot, r.remark]
    assert not any(a.intersects(b) for k, a in enumerate(parts) for b in parts[:k])
    assert all(part.right() <= size[0] and part.bottom() <= size[1] for part in parts)


def test_a_linear_axis_stays_linear_whatever_it_spans() -> None:
    """`fit` by itself would choose decades for values that span some."""
    one = line("a", [0.0, 1.0, 2.0], [1e-6, 1.0, 1000.0])
    _, y = scales(ChartSheet("t", ChartAxis("x"), ChartAxis("y"), (one,)), (one,))
    assert not y.log


def test_a_chart_without_values_and_one_that_is_not_finite_are_drawn(qtbot: QtBot) -> None:
    view = ChartView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    nan = float("nan")
    for lines in ((), (line("a", [], []),), (line("a", [1.0, 2.0], [nan, float("inf")], [nan, nan]),),
                  (line("a", [0.0], [0.0], [0.5]),)):
        for log in (True, False):
            view.set_sheet(ChartSheet("t", ChartAxis("x", log), ChartAxis("y", log), lines))
            view.grab()
    view.set_sheet(None)
    view.grab()
    assert view.accessibleDescription() == "Nothing has been measured yet."


def test_what_stands_beside_a_line_has_its_colour_and_no_two_measured_ones_share_theirs() -> None:
    many = tuple(line(f"s{k}", [1.0], [1.0]) for k in range(9))
    found = colours(ChartSheet("t", ChartAxis("x"), ChartAxis("y"), (*many, line(
        "exact", [1.0], [1.0], kind=LineKind.EXACT, beside="s7"))), DARK)
    assert found["exact"] == found["s7"]
    assert len({found[one.name].name() for one in many}) == 9


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_a_line_is_seen_where_it_is_and_not_after_a_click_on_its_name(view: ChartView, qtbot: QtBot, theme: Theme,
                                                                      ) -> None:
    view.set_theme(theme)
    place, colour = at(view, 10, 0.005), colours(sheet(), theme)["Heun"]
    assert view.grab().toImage().pixelColor(place) == colour
    with qtbot.waitSignal(view.toggled) as told:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=name_of(view, "Heun"))
    assert told.args == ["Heun"]
    # the scales fit what is left
    shown = view.grab().toImage()
    assert not any(shown.pixelColor(x, y) == colour for x in range(60, 640) for y in range(90, 340))
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=name_of(view, "Heun"))
    assert view.grab().toImage().pixelColor(place) == colour


def test_the_pointer_reads_the_values_of_the_nearest_column(view: ChartView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.read) as told:
        qtbot.mouseMove(view, at(view, 10, 0.3) + QPoint(15, 0))
    assert view.reading == 10
    assert told.args == ["Calls 10: Euler 0.1 ± 0.02, Heun 0.005, Order 1 0.1, Floor 0.0001"]
    qtbot.mouseMove(view, QPoint(2, 2))
    assert view.reading is None


def test_keys_read_values_and_hide_lines(view: ChartView, qtbot: QtBot) -> None:
    for key, x in ((Qt.Key.Key_Right, 1), (Qt.Key.Key_Right, 10), (Qt.Key.Key_End, 100), (Qt.Key.Key_Right, 100),
                   (Qt.Key.Key_Left, 10), (Qt.Key.Key_Home, 1)):
        qtbot.keyClick(view, key)
        assert view.reading == x
    assert view.accessibleDescription().startswith("Calls 1: Euler 1 ± 0.1")
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Space):
        qtbot.keyClick(view, key)
    assert view.hidden == {"Heun"}
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.reading is None


def test_the_words_of_a_chart_say_all_that_is_drawn(view: ChartView) -> None:
    told = view.accessibleDescription()
    for words in ("Error. Error (nats) over Calls.", "Euler, measured: 1 ± 0.1 at 1", "Order 1, exact: ",
                  "Floor, bound: ", "Look at the slope."):
        assert words in told
    assert view.accessibleName() == "Error"


def test_a_chart_that_grows_keeps_what_is_hidden_and_another_one_does_not(view: ChartView) -> None:
    view.toggle("Heun")
    view.set_sheet(sheet())
    assert view.hidden == {"Heun"}
    view.set_sheet(sheet("Another"))
    assert not view.hidden


def test_png_and_svg_show_the_same_on_white(qtbot: QtBot) -> None:
    size = QSize(600, 400)
    picture = QImage.fromData(QByteArray(chart_png(sheet(), size=size)))
    assert picture.size() == size * 2
    assert picture.pixelColor(3, 3) == QColor("white")
    svg = chart_svg(sheet(), size=size)
    assert b"Euler" in svg
    drawn = QImage(size * 2, QImage.Format.Format_RGB32)
    drawn.fill(QColor("red"))
    with QPainter(drawn) as painter:
        renderer = QSvgRenderer(QByteArray(svg))
        assert renderer.isValid()
        renderer.render(painter)
    place = (ChartPainter(sheet(), LIGHT, QSizeF(size)).place(10, 0.005) * 2).toPoint()
    for image in (picture, drawn):
        near = image.pixelColor(place)
        heun = colours(sheet(), LIGHT)["Heun"]
        assert max(abs(near.red() - heun.red()), abs(near.green() - heun.green()), abs(near.blue() - heun.blue())) < 40


def test_exact_lines_are_dashed_beside_measured_ones_and_whole_alone() -> None:
    exact = line("a", [0.0, 1.0], [0.0, 1.0], kind=LineKind.EXACT)
    colour, size, drawn = QColor(DARK.prior), QSizeF(600, 400), list[float]()
    for lines in ((exact,), (exact, line("b", [], []))):
        image = QImage(600, 400, QImage.Format.Format_RGB32)
        with QPainter(image) as painter:
            chart = ChartPainter(ChartSheet("t", ChartAxis("x"), ChartAxis("y"), lines), DARK, size)
            chart.colours["a"] = colour
            chart.draw(painter)
        places = [chart.place(x, x).toPoint() for x in np.linspace(0.05, 0.95, 200)]
        # the band under the dashes has a third of their strength
        full = [max(image.pixelColor(place + QPoint(0, k)).blue() for k in (-1, 0, 1)) > 130 for place in places]
        drawn.append(float(np.mean(full)))
    assert drawn[0] > 0.8 > 0.75 > drawn[1]


def test_what_is_exact_is_seen_where_what_is_measured_lies_on_it() -> None:
    """As a pale band wider than the measured line."""
    values, size, differ = [0.0, 1.0], QSizeF(600, 400), list[bool]()
    measured = line("b", values, values)
    for lines in ((measured,), (line("a", values, values, kind=LineKind.EXACT, beside="b"), measured)):
        image = QImage(600, 400, QImage.Format.Format_RGB32)
        with QPainter(image) as painter:
            chart = ChartPainter(ChartSheet("t", ChartAxis("x"), ChartAxis("y"), lines), DARK, size)
            chart.draw(painter)
        at = chart.place(0.37, 0.37)
        differ.append(image.pixelColor(QPointF(at.x(), at.y() + 2.5).toPoint()) != QColor(DARK.bg0))
    assert differ == [False, True]


def test_a_long_title_takes_two_lines() -> None:
    """And is not cut: the plot gives way."""
    sheets = [ChartSheet(title, ChartAxis("x"), ChartAxis("y")) for title in ("Short", "A title of many words " * 3)]
    short, long = (rooms(sheet, QSizeF(400, 300)) for sheet in sheets)
    assert long.title.height() > 1.5 * short.title.height()
    assert long.plot.top() > short.plot.top()


def test_hidden_lines_are_not_exported() -> None:
    assert chart_png(sheet(), {"Heun"}) != chart_png(sheet())


def test_long_legends_take_more_rows_and_the_plot_less() -> None:
    many = tuple(line(f"A sampler with a long name {k}", [1.0], [1.0]) for k in range(8))
    wide = rooms(ChartSheet("t", ChartAxis("x"), ChartAxis("y"), many), QSizeF(600, 400))
    short = rooms(ChartSheet("t", ChartAxis("x"), ChartAxis("y"), many[:1]), QSizeF(600, 400))
    assert wide.legend[-1].bottom() > short.legend[-1].bottom()
    assert wide.plot.height() < short.plot.height()
    assert all(box.right() <= 600 for box in wide.legend)


def test_a_board_shows_a_few_charts_together_and_one_of_many(qtbot: QtBot) -> None:
    board = ChartBoard()
    qtbot.addWidget(board)
    board.resize(900, 500)
    board.set_empty_text("Press Run.")
    board.show()
    assert board.tiles[0].accessibleDescription() == "Press Run."
    assert not board.tiles[0].button.isVisible()
    board.set_sheets([sheet("a")])
    assert not board.head.isVisible()
    board.set_sheets([sheet("a"), sheet("b")])
    assert [tile.sheet.title for tile in board.tiles if tile.sheet] == ["a", "b"]
    assert board.tiles[0].geometry().right() < board.tiles[1].geometry().left()
    board.choice.setCurrentIndex(2)
    board.choice.activated.emit(2)
    assert [tile.sheet.title for tile in board.tiles if tile.sheet] == ["b"]
    # it grows, and the choice stays
    board.set_sheets([sheet("a"), sheet("b")])
    assert [one.title for one in board.shown()] == ["b"]
    board.set_sheets([sheet(title) for title in "abcdefg"])
    assert board.choice.findData(ALL) < 0
    assert len(board.tiles) == 1


def test_the_button_of_a_chart_exports_that_chart(qtbot: QtBot) -> None:
    board = ChartBoard()
    qtbot.addWidget(board)
    board.set_sheets([sheet("a"), sheet("b")])
    tile = board.tile("b")
    assert tile is not None
    with qtbot.waitSignal(board.exported) as told:
        tile.button.menu().actions()[1].trigger()
    assert told.args == ["b", "png"]


def test_three_charts_keep_a_readable_height_and_scroll(qtbot: QtBot) -> None:
    """In a small window they would be stamps."""
    board = ChartBoard()
    qtbot.addWidget(board)
    board.resize(640, 420)
    board.show()
    board.set_sheets([sheet("a"), sheet("b"), sheet("c")])
    qtbot.waitUntil(lambda: board.area.verticalScrollBar().maximum() > 0)
    assert all(tile.height() >= LEAST for tile in board.tiles)
    assert board.area.widget().width() <= board.area.viewport().width()
    board.set_sheets([sheet("a")])
    qtbot.waitUntil(lambda: board.area.verticalScrollBar().maximum() == 0)


def test_nothing_in_a_drawing_needs_a_program_that_sees_through_a_pen() -> None:
    """The band of an exact line would else be a bar over its dashes."""
    exact = line("a", [0.0, 1.0], [0.0, 1.0], kind=LineKind.EXACT)
    drawing = chart_svg(ChartSheet("t", ChartAxis("x"), ChartAxis("y"), (exact, line("b", [0.0], [1.0])))).decode()
    assert set(re.findall(r'stroke-opacity="([^"]*)"', drawing)) == {"1"}
