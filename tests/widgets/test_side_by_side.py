"""Sheets of pictures with captions: sizes, pixels, the divider."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from widgets.drawing.colour_scale import SIGN
from widgets.drawing.pixmaps import to_qimage
from widgets.pictures.difference_view import exceeds, usual_limit
from widgets.pictures.side_by_side import GAP, TALL, WIDEST, difference_sheet, side_by_side, wiped


def flat(level: int, width: int = 28, height: int = 28) -> QImage:
    return to_qimage(np.full((height, width), level, np.uint8))


def test_small_pictures_are_a_whole_number_of_times_as_large(qapp: QApplication) -> None:
    sheet = side_by_side([("Truth", flat(10)), ("Measured", flat(90)), ("Result", flat(200))])
    side = 28 * -(-TALL // 28)
    assert sheet.width() == 3 * side + 4 * GAP
    for k, level in enumerate((10, 90, 200)):
        left = GAP + k * (side + GAP)
        assert sheet.pixelColor(left, GAP).red() == level
        assert sheet.pixelColor(left + side - 1, GAP + side - 1).red() == level
        assert sheet.pixelColor(left + side, GAP).red() == 255, "white between them"


def test_one_of_another_size_is_as_tall_as_the_others(qapp: QApplication) -> None:
    sheet = side_by_side([("Truth", flat(10, 300, 300)), ("Measured", flat(90, 75, 75))])
    assert sheet.width() == 2 * 300 + 3 * GAP
    assert sheet.pixelColor(2 * GAP + 300 + 299, GAP + 299).red() == 90


def test_a_long_caption_has_room_and_a_wide_row_is_made_smaller(qapp: QApplication) -> None:
    narrow = side_by_side([("A caption that is much longer than its picture is wide " * 3, flat(10))])
    assert narrow.width() > 28 * -(-TALL // 28) + 2 * GAP
    wide = side_by_side([("a", flat(10, 6000, 400)), ("b", flat(20, 6000, 400))])
    assert wide.width() <= WIDEST


def test_the_wipe_is_divided_where_it_stands(qapp: QApplication) -> None:
    sheet = wiped(("before", flat(0, 300, 300)), ("after", flat(200, 300, 300)), 0.25)
    row = GAP + 150
    assert sheet.pixelColor(GAP + 60, row).red() == 0
    assert sheet.pixelColor(GAP + 90, row).red() == 200
    assert sheet.pixelColor(GAP + 75, row).red() == 255, "the line between them"


def test_a_difference_has_its_scale_and_none_where_both_are_equal(qapp: QApplication) -> None:
    difference = np.zeros((20, 20), np.float32)
    difference[:, 10:] = 0.5
    sheet = difference_sheet("Result − truth", difference, 0.5)
    left, right = sheet.pixelColor(GAP + 5, GAP + 5), sheet.pixelColor(GAP + 200, GAP + 5)
    assert left != right
    assert not difference_sheet("", np.zeros((20, 20), np.float32), 0.0).isNull()


def test_a_few_large_differences_leave_the_scale_to_the_others(qapp: QApplication) -> None:
    difference = np.full((20, 20), 0.1, np.float32)
    difference[0, 0], difference[0, 1] = 1.0, -1.0
    assert usual_limit(difference) == pytest.approx(0.1)
    assert exceeds(difference, usual_limit(difference))
    alone = np.zeros((20, 20), np.float32)
    alone[0, 0] = 1.0
    assert usual_limit(alone) == 1, "where nearly all are equal, the largest is the scale"
    assert usual_limit(np.zeros((0, 0), np.float32)) == 0
    within, further = (difference_sheet("", one, 0.5).width() for one in (difference / 4, difference))
    assert further - within == SIGN, "room for the signs that say that some are further out"
