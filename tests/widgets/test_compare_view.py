"""Two results side by side: each side's own captions, a click that opens a pair, and the way back."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.widgets.pointer import drag
from tests.widgets.test_image_grid import levels
from widgets.drawing.theme import DARK, LIGHT
from widgets.pictures.compare_view import CompareView
from widgets.pictures.difference_view import signed_difference
from widgets.pictures.tile_captions import shortened

LEFT = Qt.MouseButton.LeftButton
OWN = ["0 · seed 99", "1 · seed 100", "2 · seed 3", "3 · seed 4"]
OTHER = ["0 · seed 7", "1 · seed 8", "2 · seed 3", "3 · seed 10"]


@pytest.fixture
def compare(qtbot: QtBot) -> CompareView:
    """Four samples a side, shown."""
    made = CompareView()
    made.resize(900, 320)
    qtbot.addWidget(made)
    pictures = np.linspace(-1, 1, 4 * 64, dtype=np.float32).reshape(4, 1, 8, 8)
    made.set_pair(pictures, -pictures, ("DDPM", "16 samples"), (OWN, OTHER))
    with qtbot.waitExposed(made):
        made.show()
    return made


def click_sample(qtbot: QtBot, compare: CompareView, sample: int) -> None:
    """Click a tile of the right side."""
    qtbot.mouseClick(compare.right.grid, LEFT, pos=compare.right.grid.tile_rect(sample).center().toPoint())


def test_either_side_has_its_own_captions(compare: CompareView) -> None:
    """And the difference names only what both are called."""
    assert [compare.left.grid.caption(k) for k in range(4)] == OWN
    assert [compare.right.grid.caption(k) for k in range(4)] == OTHER
    assert [compare.between.grid.caption(k) for k in range(4)] == ["sample 1", "sample 2", "2 · seed 3", "sample 4"]


def test_a_click_opens_the_pair_and_another_goes_back(qtbot: QtBot, compare: CompareView) -> None:
    """In all three panes, under the captions of both sides."""
    click_sample(qtbot, compare, 1)
    assert compare.opened_sample == 1
    assert [pane.currentWidget() for pane in compare.panes] == [pane.view for pane in compare.panes]
    assert compare.left.view.caption() == "Left · DDPM · 1 · seed 100"
    assert compare.right.view.caption() == "Right · 16 samples · 1 · seed 8"
    compare.select(2)  # Shift with an arrow turns to the next pair
    assert compare.opened_sample == 2
    qtbot.mouseClick(compare.left.view, LEFT)
    assert compare.opened_sample == -1


def test_a_drag_moves_all_three_and_is_no_click(compare: CompareView, qtbot: QtBot) -> None:
    """What was zoomed into on one side is looked at on all."""
    click_sample(qtbot, compare, 0)
    QApplication.processEvents()
    compare.right.view.zoom_by(4)
    before = compare.left.view.image_rect().left()
    drag(compare.right.view, QPointF(80, 80), QPointF(140, 80))
    assert compare.opened_sample == 0
    assert compare.left.view.image_rect().left() > before + 20
    assert compare.difference.viewport is compare.left.view.viewport


def test_escape_is_left_to_the_window_once_all_are_shown(compare: CompareView, qtbot: QtBot) -> None:
    """The first goes back to all samples; there is no way further back in here."""
    click_sample(qtbot, compare, 3)
    qtbot.keyClick(compare.right.view, Qt.Key.Key_Escape)
    assert compare.opened_sample == -1
    assert not compare.show_all()


def test_captions_keep_what_tells_samples_apart(qtbot: QtBot) -> None:
    """Shared parts go first, then the words before a number; a letter is cut only where nothing else is left."""
    del qtbot  # fonts need the application
    metrics = QFontMetricsF(QApplication.font())

    def wide(text: str) -> float:
        return metrics.horizontalAdvance(text) + 1

    alike = ["3 · seed 10", "3 · seed 11"]
    assert shortened(metrics, alike, wide(alike[0]) + 20) == alike
    assert shortened(metrics, alike, wide("seed 10")) == ["seed 10", "seed 11"]
    assert shortened(metrics, alike, wide("10")) == ["10", "11"]
    assert shortened(metrics, OWN[2:], wide("99")) == ["3", "4"]
    assert shortened(metrics, ["0 · free", "1 · of 7"], wide("0")) == ["0", "1"]


def test_compare_selects_together_and_opens_one(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    compare = CompareView(window)
    compare.resize(900, 300)
    window.show()
    compare.set_pair(levels(4), -levels(4), ("DDIM", "DDPM"))
    seen: list[int] = []
    compare.selection_changed.connect(seen.append)
    compare.left.grid.select(2)
    assert seen == [2]
    assert [pane.grid.selected for pane in compare.panes] == [2, 2, 2]
    compare.right.grid.activated.emit(2)
    assert compare.opened_sample == 2
    assert compare.difference.limit == pytest.approx(2)
    compare.left.view.zoom_by(3)
    assert compare.right.view.viewport.zoom == compare.difference.viewport.zoom == 3
    qtbot.keyClick(compare.left.view, Qt.Key.Key_Escape)
    assert compare.opened_sample == -1
    with pytest.raises(ValueError, match="differ in size"):
        compare.set_pair(levels(4), levels(3))


def test_signed_difference_and_themes(qtbot: QtBot) -> None:
    left, right = np.zeros((3, 4, 4), np.float32), np.ones((3, 4, 4), np.float32)
    np.testing.assert_array_equal(signed_difference(left, right), np.ones((4, 4)))
    compare = CompareView()
    qtbot.addWidget(compare)
    compare.resize(900, 300)
    compare.set_pair(left, left)
    middle = []
    for theme in (DARK, LIGHT):
        compare.set_theme(theme)
        assert compare.difference.image is not None
        middle.append(compare.difference.image.pixelColor(1, 1).lightness())
    assert middle[0] < 80 < 200 < middle[1]
