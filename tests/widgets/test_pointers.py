"""Named arrows: seen among particles."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from tests.widgets.fields import four_points
from tests.widgets.test_point_field import colour_at, near
from widgets.fields.particles import Particles
from widgets.fields.pointers import Pointer, Pointers


def test_an_arrow_stands_out_in_a_crowd(qtbot: QtBot) -> None:
    """A grey one among grey particles has the plate's colour beside it."""
    field = four_points(qtbot)
    row = np.stack([np.linspace(-1, 1, 400), np.zeros(400)], axis=1)
    field.set_layer("particles", Particles(np.concatenate([row + (0, y) for y in np.linspace(-0.2, 0.2, 40)])))
    crowd, beside = colour_at(field, 0.0, 0.0), field.frame().point(field.frame().place(0.0, 0.0) + QPointF(0, 3))
    field.set_layer("pointers", Pointers((Pointer((-0.8, 0.0), (0.8, 0.0), "noise", "noise"),)))
    assert near(colour_at(field, 0.0, 0.0), field.theme.noise)
    plate = QColor(field.theme.bg1)
    now = colour_at(field, *beside)
    assert abs(now.lightness() - plate.lightness()) < 0.4 * abs(crowd.lightness() - plate.lightness())
