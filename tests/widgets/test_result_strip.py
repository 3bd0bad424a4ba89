"""The strip of results: samples, what is made of them, and what they are compared with."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from widgets.drawing.pixmaps import Pyramid, to_qimage
from widgets.pictures.result_strip import ResultStrip

LEFT = Qt.MouseButton.LeftButton
PLAIN, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier


def levels(count: int) -> np.ndarray:
    """A batch (count, 1, 8, 8) of flat pictures, each of another grey."""
    return np.linspace(-1, 1, count, dtype=np.float32)[:, None, None, None] * np.ones((1, 1, 8, 8), np.float32)


def test_strip_has_mean_and_disagreement(qtbot: QtBot) -> None:
    strip = ResultStrip()
    qtbot.addWidget(strip)
    strip.resize(700, 112)
    strip.show()
    strip.set_results(levels(4), [f"seed {k}" for k in range(4)])
    assert strip.count == 6
    assert strip.caption(strip.mean_index) == "mean"
    mean = strip.grab().toImage().pixelColor(strip.tile_rect(strip.mean_index).center().toPoint())
    assert mean.red() in (127, 128)
    seen: list[int] = []
    strip.current_changed.connect(seen.append)
    qtbot.mouseClick(strip, LEFT, pos=strip.tile_rect(2).center().toPoint())
    for _ in range(3):
        qtbot.keyClick(strip, Qt.Key.Key_Right, SHIFT)
    assert seen == [2, 3, strip.mean_index, strip.disagreement_index]


def test_strip_has_pictures_beside_the_results(qtbot: QtBot) -> None:
    """They stand behind the scale of the disagreement, and figures under the captions."""
    strip = ResultStrip()
    qtbot.addWidget(strip)
    strip.resize(900, 126)
    assert strip.beside_index == -1
    beside = [(Pyramid(to_qimage(np.full((8, 16), 40 * k, np.uint8))), name)
              for k, name in enumerate(("measured", "truth"))]
    strip.set_results(levels(4), [f"seed {k}\n2{k}.0 dB" for k in range(4)], beside)
    assert (strip.count, strip.beside_index, strip.lines) == (8, 6, 2)
    assert strip.caption(strip.mean_index) == "mean"
    assert strip.caption(7) == "truth"
    gap = strip.tile_rect(6).left() - strip.tile_rect(5).right()
    assert gap > 2 * (strip.tile_rect(5).left() - strip.tile_rect(4).right())
    picture = strip.grab().toImage()
    box = strip.tile_rect(7)
    assert picture.pixelColor(box.center().toPoint()).red() == 40
    assert picture.pixelColor(box.center().toPoint() - QPoint(0, int(box.height() / 2) - 4)).red() != 40, "half as tall"
    strip.select(7)
    assert strip.accessibleDescription() == "truth"
    strip.select(1)
    assert strip.accessibleDescription() == "seed 1 · 21.0 dB"
    strip.set_results(levels(1), ["seed 7"], beside)
    assert (strip.beside_index, strip.mean_index, strip.lines) == (1, -1, 1)


def test_long_strip_scrolls_to_the_selected_tile(qtbot: QtBot) -> None:
    strip = ResultStrip()
    qtbot.addWidget(strip)
    strip.resize(300, 112)
    strip.set_results(levels(16), [])
    strip.select(17)
    assert strip.tile_rect(17).right() <= 300
    strip.select(0)
    assert strip.tile_rect(0).left() >= 0
    strip.set_results(levels(1), ["seed 7"])
    assert strip.count == 1
    assert strip.mean_index == -1
    strip.clear()
    strip.grab()
