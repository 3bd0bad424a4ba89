"""Shades of a density: what is drawn of them is all that differs from the plate."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from widgets.drawing.plane import Box, Plane
from widgets.drawing.theme import DARK, LIGHT, Theme
from widgets.fields.density import Heat, opaque
from widgets.fields.dots import Dots
from widgets.fields.layer import Sketch

BOX: Box = (-2.0, -1.0, 2.0, 1.0)
WIDE, HIGH = 320, 240


def drawn(values: NDArray[np.float64], theme: Theme) -> NDArray[np.int64]:
    """A density on a plate, as bytes (HIGH, WIDE, 4)."""
    image = QImage(WIDE, HIGH, QImage.Format.Format_RGB32)
    image.fill(QColor(theme.bg1))
    plane = Plane()
    plane.set_extent((-3.0, -2.0, 3.0, 2.0))
    with QPainter(image) as painter:
        Heat(values, BOX, ends=(0.0, 1.0)).draw(
            Sketch(painter, plane.frame(QRectF(0, 0, WIDE, HIGH), 1.0), theme, Dots()))
    return np.asarray(image.constBits()).reshape(HIGH, WIDE, 4).astype(np.int64)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_a_blob_looks_the_same_whether_the_rest_is_drawn_or_left_to_the_plate(theme: Theme) -> None:
    """Ink in two far corners has all of the box drawn: around the blob that changes nothing."""
    values = np.zeros((20, 40))
    values[8:13, 14:20] = np.random.default_rng(0).random((5, 6))
    framed = values.copy()
    framed[0, 0] = framed[-1, -1] = 1.0
    alone, whole = drawn(values, theme), drawn(framed, theme)
    middle = np.s_[80:160, 100:200]
    assert (alone[middle] != alone[0, 0]).any(), "the blob is there"
    assert np.abs(alone[middle] - whole[middle]).max() <= 1, "rounding of the smooth scaling"


@pytest.mark.usefixtures("qapp")
def test_the_lightest_shade_is_the_plate_and_a_density_of_nothing_leaves_it() -> None:
    assert opaque(DARK, "prior")[0] == QColor(DARK.bg1).rgba()
    assert (drawn(np.zeros((20, 40)), DARK) == drawn(np.zeros((20, 40)), DARK)[0, 0]).all()
