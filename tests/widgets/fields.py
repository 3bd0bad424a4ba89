"""The field that tests of the canvas of points begin with."""

from __future__ import annotations

import numpy as np
from pytestqt.qtbot import QtBot

from widgets.drawing.theme import LIGHT
from widgets.fields.particles import Particles
from widgets.fields.point_field import PointField

BOX = (-2.0, -2.0, 2.0, 2.0)
CORNERS = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])


def four_points(qtbot: QtBot) -> PointField:
    """A light field of 436 × 336, so a plate of 400 × 300, with the box [−2, 2]² to fit and four particles."""
    widget = PointField()
    qtbot.addWidget(widget)
    widget.set_theme(LIGHT)
    widget.resize(436, 336)
    widget.show()
    widget.plane.set_extent(BOX)
    widget.set_layer("particles", Particles(CORNERS))
    return widget
