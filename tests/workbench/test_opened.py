"""A picture that was read is ready for the window: what takes long for a large one is done where it was read."""

from __future__ import annotations

import numpy as np
import pytest

from widgets.drawing import pixmaps
from widgets.masks.picture_canvas import PictureCanvas
from workbench.controllers.which import Opened, is_grey


def test_the_window_has_nothing_to_convert_or_scale(qtbot, monkeypatch):
    opened = Opened.of(np.random.default_rng(0).integers(0, 255, (300, 400, 3), np.uint8), "noise")
    canvas = PictureCanvas()
    qtbot.addWidget(canvas)

    def refuse(*_given: object) -> None:
        pytest.fail("work left to the window")

    monkeypatch.setattr(pixmaps, "to_qimage", refuse)
    monkeypatch.setattr(pixmaps, "_halved", refuse)
    canvas.open_image(opened.shown)
    for scale in (1.0, 0.3, 0.01):
        opened.shown.level(scale)
    assert (canvas.image_size.width(), canvas.image_size.height()) == (400, 300)


@pytest.mark.parametrize("row", [0, 63, 64, 299])
def test_one_coloured_pixel_anywhere_is_a_colour(row):
    pixels = np.full((300, 8, 3), 90, np.uint8)
    assert is_grey(pixels)
    assert Opened.of(pixels, "grey").which.grey
    pixels[row, 5, 2] = 91
    assert not is_grey(pixels)


def test_a_grey_picture_has_one_channel():
    opened = Opened.of(np.full((20, 30), 90, np.uint8), "grey")
    assert opened.pixels.shape == (20, 30, 1)
    assert opened.which.channels == 1
    assert opened.shown.image.pixelColor(3, 3).getRgb()[:3] == (90, 90, 90)
