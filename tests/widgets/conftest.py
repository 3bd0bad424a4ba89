"""A canvas to paint on, and fields side by side."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from widgets.fields.panels import FieldPanels
from widgets.masks.canvas import MaskCanvas

BOX = (-2.0, -2.0, 2.0, 2.0)


@pytest.fixture
def picture() -> np.ndarray:
    """A smooth picture of 100 × 80 whose left half is dark."""
    image = np.full((80, 100, 3), 40, np.uint8)
    image[:, 50:] = 200
    return image


@pytest.fixture
def canvas(qtbot: QtBot, picture: np.ndarray) -> MaskCanvas:
    """A canvas of 500 × 400 with the picture and a hard brush of 10 pixels."""
    widget = MaskCanvas()
    qtbot.addWidget(widget)
    widget.resize(500, 400)
    widget.show()
    widget.set_image(picture)
    widget.set_brush(10, 0)
    return widget


@pytest.fixture
def panels(qtbot: QtBot) -> FieldPanels:
    """Two fields in 860 × 520 that show ``BOX``."""
    widget = FieldPanels()
    qtbot.addWidget(widget)
    widget.resize(860, 520)
    widget.show()
    widget.plane.set_extent(BOX)
    widget.set_captions(["Reverse SDE · Euler–Maruyama", "Probability-flow ODE · Heun"])
    return widget
