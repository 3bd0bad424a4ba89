"""Grids, strips and comparisons: hit testing, selection, scrubbing and what is painted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QPainter
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from tests.widgets.pointer import turn_wheel
from widgets.drawing.painted import fitted
from widgets.drawing.pixmaps import Pyramid, draw_image
from widgets.pictures import tile_sheet
from widgets.pictures.image_grid import ImageGrid
from widgets.pictures.image_view import ImageView
from widgets.pictures.result_strip import ResultStrip
from widgets.pictures.tile_captions import shortened
from widgets.pictures.tiles import tiling
from widgets.pictures.wipe_view import WipeView

LEFT = Qt.MouseButton.LeftButton
PLAIN, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
STEP_KEYS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End)


def levels(count: int) -> np.ndarray:
    """A batch (count, 1, 8, 8) of flat pictures, each of another grey."""
    return np.linspace(-1, 1, count, dtype=np.float32)[:, None, None, None] * np.ones((1, 1, 8, 8), np.float32)


@pytest.fixture
def grid(qtbot: QtBot) -> ImageGrid:
    """A grid of 500 × 400 with 16 pictures."""
    widget = ImageGrid()
    qtbot.addWidget(widget)
    widget.resize(500, 400)
    widget.show()
    widget.set_images(levels(16), [f"seed {7 + k}" for k in range(16)])
    return widget


def red_at(widget: ImageGrid, index: int) -> int:
    """The grey painted in the middle of a tile."""
    return widget.grab().toImage().pixelColor(widget.tile_rect(index).center().toPoint()).red()


@pytest.mark.parametrize("count", [1, 2, 3, 7, 16, 64])
@pytest.mark.parametrize("size", [(500, 400), (300, 900), (120, 100)])
def test_tiles_lie_apart_and_inside(count: int, size: tuple[int, int]) -> None:
    plan = tiling(count, 1.0, *size, gap=4, caption=0)
    boxes = [plan.rect(index) for index in range(count)]
    for index, box in enumerate(boxes):
        assert box.left() >= 0
        assert box.top() >= 0
        assert box.right() <= size[0]
        assert box.bottom() <= size[1]
        assert plan.at(box.center()) == index
    assert plan.at(QPointF(0, 0)) == -1


@pytest.mark.parametrize("size", [(700, 474), (830, 574), (1340, 754)])
def test_sixteen_tiles_fill_the_canvas_in_even_rows(size: tuple[int, int]) -> None:
    """On the canvases of the three window sizes: full rows where they cost little, else the last row in the middle."""
    plan = tiling(16, 1.0, *size, gap=8, caption=18)
    last = [plan.rect(index) for index in range(16 - (16 % plan.columns or plan.columns), 16)]
    assert last[0].left() - plan.rect(0).left() == plan.rect(plan.columns - 1).right() - last[-1].right()
    largest = max(min((size[0] - 8) / n - 8, (size[1] - 8) / -(-16 // n) - 26) for n in range(1, 17))
    assert plan.width >= 0.83 * largest - 1
    assert 16 % plan.columns == 0 or len(last) > plan.columns / 2


@pytest.mark.parametrize(("samples", "each", "size"), [(4, 4, (698, 454)), (3, 4, (1000, 500)), (16, 4, (698, 454))])
def test_what_belongs_together_stands_in_one_row(samples: int, each: int, size: tuple[int, int]) -> None:
    plan = tiling(samples * each, 1.0, *size, gap=8, caption=18, together=each)
    for sample in range(samples):
        assert len({plan.rect(sample * each + k).top() for k in range(each)}) == 1
    assert plan.columns == each or samples > 4


def test_a_long_name_is_cut_and_its_figure_stays(qapp: QApplication) -> None:
    metrics = QFontMetricsF(QFont())
    room = metrics.horizontalAdvance("24.68 · Plug-an…")
    told = shortened(metrics, ["24.68 · MCG", "26.06 · Plug-and-play of many words", "25.08 · Total variation"], room)
    assert told[0] == "24.68 · MCG"
    assert told[1].startswith("26.06 · Pl")
    assert told[2].startswith("25.08 · To")
    assert all(words.endswith("…") and metrics.horizontalAdvance(words) <= room for words in told[1:])


def test_captions_lose_parts_before_letters(qapp: QApplication) -> None:
    """“3 · seed 10” becomes “3”, not “3 · see…”."""
    metrics = QFontMetricsF(QFont())
    assert fitted(metrics, "3 · seed 10", 500) == "3 · seed 10"
    assert fitted(metrics, "3 · seed 10", metrics.horizontalAdvance("3 · see…")) == "3"
    room = metrics.horizontalAdvance("DDIM · now…")
    assert fitted(metrics, "DDIM · 50 steps · now", room, keep_last=True) == "DDIM · now"
    assert fitted(metrics, "disagreement", metrics.horizontalAdvance("disagr")).endswith("…")


def test_every_tile_shows_its_picture(grid: ImageGrid) -> None:
    shown = [red_at(grid, index) for index in range(16)]
    np.testing.assert_allclose(shown, np.linspace(0, 255, 16), atol=1)


def test_scrubbing_repaints_every_step(grid: ImageGrid) -> None:
    grid.select(3)
    for shift in (0, 5, 9):
        grid.set_images(np.roll(levels(16), shift, axis=0))
        assert red_at(grid, shift) == 0
        assert grid.selected == 3
        assert grid.caption(3) == "seed 10"


def test_a_step_draws_each_picture_once_and_a_repaint_none(grid: ImageGrid, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Pyramid] = []

    def counted(painter: QPainter, target: QRectF, image: Pyramid, radius: float = 0.0) -> None:
        drawn.append(image)
        draw_image(painter, target, image, radius)

    monkeypatch.setattr(tile_sheet, "draw_image", counted)
    grid.resize(900, 800)
    for step in np.random.default_rng(0).normal(size=(5, 16, 3, 32, 32)).astype(np.float32):
        drawn.clear()
        grid.set_images(step)
        grid.repaint()
        assert len(drawn) == 16
        # a selection is a frame around what is there
        grid.select(3)
        grid.repaint()
        assert len(drawn) == 16


def test_click_and_arrows_select(grid: ImageGrid, qtbot: QtBot) -> None:
    seen: list[int] = []
    grid.selection_changed.connect(seen.append)
    qtbot.mouseClick(grid, LEFT, pos=grid.tile_rect(5).center().toPoint())
    columns = grid.layout_tiles().columns
    for key, held in ((Qt.Key.Key_Right, SHIFT), (Qt.Key.Key_Down, PLAIN), (Qt.Key.Key_Up, PLAIN),
                      (Qt.Key.Key_Left, SHIFT)):
        qtbot.keyClick(grid, key, held)
    assert seen == [5, 6, 6 + columns, 6, 5]


@pytest.mark.parametrize("key", STEP_KEYS)
def test_keys_that_step_pass_through_to_the_window(qtbot: QtBot, key: Qt.Key) -> None:
    """Arrows, Home, End and space belong to the steps, whatever picture has the focus."""
    strip, wipe, view = ResultStrip(), WipeView(), ImageView()
    strip.set_results(levels(4), [])
    strip.select(1)
    for widget in (ImageGrid(), strip, wipe, view):
        qtbot.addWidget(widget)
        if isinstance(widget, ImageGrid):
            widget.set_images(levels(4))
            widget.select(1)
        elif isinstance(widget, ImageView):
            widget.set_image(levels(1)[0])
            widget.zoom_by(4)
        event = QKeyEvent(QEvent.Type.KeyPress, key, PLAIN)
        QApplication.sendEvent(widget, event)
        assert not event.isAccepted()
    assert strip.current == 1


def test_enter_and_double_click_enlarge(grid: ImageGrid, qtbot: QtBot) -> None:
    small = grid.tile_rect(9).width()
    place = grid.tile_rect(9).center().toPoint()
    qtbot.mouseClick(grid, LEFT, pos=place)  # a double click begins with a click
    qtbot.mouseDClick(grid, LEFT, pos=place)
    assert grid.enlarged == 9
    grid.select(9)
    assert grid.tile_rect(9).width() > 3 * small
    assert grid.tile_rect(8).isEmpty()
    qtbot.keyClick(grid, Qt.Key.Key_Right, SHIFT)
    assert grid.enlarged == 10
    assert red_at(grid, 10) == pytest.approx(170, abs=1)
    qtbot.keyClick(grid, Qt.Key.Key_Escape)
    assert grid.enlarged == -1
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert grid.enlarged == 10


def test_fewer_pictures_drop_a_selection_that_is_gone(grid: ImageGrid) -> None:
    grid.select(12)
    grid.set_images(levels(4))
    assert grid.selected == -1
    grid.clear()
    assert grid.count == 0
    grid.grab()


def test_drag_carries_png_and_file(grid: ImageGrid, tmp_path: Path) -> None:
    grid.export_file = lambda index: tmp_path / f"{index}.png"
    data = grid.drag_data(3)
    assert bytes(data.data("image/png").data()).startswith(b"\x89PNG")
    assert data.hasImage()
    assert Path(data.urls()[0].toLocalFile()) == tmp_path / "3.png"


def test_a_single_click_enlarges_where_that_is_wanted(grid: ImageGrid, qtbot: QtBot) -> None:
    """One click enlarges, the next goes back, and a double click is no click more."""
    grid.enlarge_on_click = True
    qtbot.mouseClick(grid, LEFT, pos=grid.tile_rect(5).center().toPoint())
    assert (grid.selected, grid.enlarged) == (5, 5)
    qtbot.mouseClick(grid, LEFT, pos=grid.rect().center())
    assert grid.enlarged == -1
    place = grid.tile_rect(9).center().toPoint()
    qtbot.mouseClick(grid, LEFT, pos=place)  # a double click begins with a click
    qtbot.mouseDClick(grid, LEFT, pos=place)
    assert grid.enlarged == 9


def test_an_enlarged_picture_zooms_and_moves_as_any_other(grid: ImageGrid, qtbot: QtBot) -> None:
    """The wheel zooms about the pointer, keys zoom, a drag moves, a click still goes back; the next one stays there."""
    grid.enlarge_on_click = True
    grid.enlarge(5)
    at = grid.tile_rect(5).center() + QPointF(60, 30)
    held = grid.large.to_image(at)
    turn_wheel(grid, at.toPoint(), 120)
    assert grid.large.viewport.zoom == pytest.approx(1.25)
    assert (grid.large.to_image(at.toPoint().toPointF()) - held).manhattanLength() < 0.1
    qtbot.keyClick(grid, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert grid.large.scale() == pytest.approx(1 / grid.devicePixelRatioF())
    qtbot.keyClick(grid, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert grid.large.viewport.fits
    for _ in range(3):
        qtbot.keyClick(grid, Qt.Key.Key_Plus)
    before, middle = grid.tile_rect(5), grid.rect().center()
    qtbot.mousePress(grid, LEFT, pos=middle)
    for step in (20, 40):
        qtbot.mouseMove(grid, middle + QPoint(step, step))
    qtbot.mouseRelease(grid, LEFT, pos=middle + QPoint(40, 40))
    assert grid.enlarged == 5  # a drag is no click
    assert grid.tile_rect(5).left() > before.left()
    zoom = grid.large.viewport.zoom
    qtbot.keyClick(grid, Qt.Key.Key_Right, SHIFT)
    assert (grid.enlarged, grid.large.viewport.zoom) == (6, zoom)
    qtbot.mouseClick(grid, LEFT, pos=middle)
    assert grid.enlarged == -1
    grid.enlarge(6)
    assert grid.large.viewport.fits


def test_the_only_picture_of_a_batch_zooms_at_once(grid: ImageGrid) -> None:
    grid.set_images(levels(1))
    turn_wheel(grid, grid.rect().center(), 120)
    assert (grid.enlarged, grid.large.viewport.zoom) == (0, 1.25)


def test_an_enlarged_picture_shows_the_way_back(qtbot: QtBot) -> None:
    """A button in the corner, which is there only while one of several pictures is enlarged."""
    grid = ImageGrid()
    qtbot.addWidget(grid)
    grid.resize(400, 300)
    grid.show()
    grid.set_images(np.zeros((4, 1, 8, 8), np.float32))
    back = grid.findChildren(QPushButton)[0]
    assert back.isHidden()
    grid.enlarge(2)
    assert back.isVisible()
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert grid.enlarged == -1
    assert back.isHidden()
