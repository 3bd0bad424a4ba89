"""The pad of a drawn blur: strokes, rubbing out, sizes, and what is told of them."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from widgets.masks.kernel_pad import SIDE, KernelPad, point, recentred

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


@pytest.fixture
def pad(qtbot: QtBot) -> KernelPad:
    made = KernelPad()
    qtbot.addWidget(made)
    made.resize(154, 154)
    made.show()
    return made


def place(pad: KernelPad, row: int, column: int) -> QPoint:
    """The middle of a pixel of the kernel on the widget."""
    board, side = pad.board(), pad.board().width() / pad.kernel.shape[1]
    return (board.topLeft() + QPointF(column + 0.5, row + 0.5) * side).toPoint()


def drag(qtbot: QtBot, pad: KernelPad, ends: tuple[tuple[int, int], tuple[int, int]], button: Qt.MouseButton) -> None:
    qtbot.mousePress(pad, button, pos=place(pad, *ends[0]))
    qtbot.mouseMove(pad, place(pad, *ends[1]))
    qtbot.mouseRelease(pad, button, pos=place(pad, *ends[1]))


def test_it_begins_with_a_point_that_blurs_nothing(pad: KernelPad) -> None:
    assert (pad.kernel == point(SIDE)).all()
    assert pad.kernel.sum() == pad.kernel[SIDE // 2, SIDE // 2] == 255
    assert not pad.grab().isNull()


def test_a_stroke_is_told_once_with_what_was_before(qtbot: QtBot, pad: KernelPad) -> None:
    told = list[tuple[np.ndarray, np.ndarray]]()
    pad.drawn.connect(lambda before, now: told.append((before, now)))
    drag(qtbot, pad, ((2, 2), (2, 10)), LEFT)
    (before, now), = told
    assert (before == point(SIDE)).all()
    assert (now == pad.kernel).all()
    assert (now[2, 2:11] == 255).all(), "the stroke is as bright as can be along its way"
    assert now[12].max() == 0, "and nothing far from it"


def test_the_right_button_rubs_out_and_delete_begins_anew(qtbot: QtBot, pad: KernelPad) -> None:
    drag(qtbot, pad, ((2, 2), (2, 10)), LEFT)
    drag(qtbot, pad, ((2, 6), (2, 6)), RIGHT)
    assert pad.kernel[2, 6] == 0
    assert pad.kernel[2, 3] == 255
    qtbot.keyClick(pad, Qt.Key.Key_Delete)
    assert (pad.kernel == point(SIDE)).all()


def test_another_size_keeps_what_is_drawn_around_the_middle(pad: KernelPad) -> None:
    kernel = np.arange(SIDE * SIDE, dtype=np.uint8).reshape(SIDE, SIDE)
    pad.set_kernel(kernel)
    pad.resize_kernel(31)
    assert (pad.kernel[8:23, 8:23] == kernel).all()
    pad.resize_kernel(SIDE)
    assert (pad.kernel == kernel).all()
    assert (recentred(kernel, 7) == kernel[4:11, 4:11]).all()
    even = recentred(np.full((4, 2), 9, np.uint8), 7)
    assert even.sum() == 9 * 8
    assert even[1:5, 2:4].all(), "row 2 and column 1 are the middle of 4 × 2"
