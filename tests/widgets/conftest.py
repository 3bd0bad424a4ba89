"""A canvas to paint on."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from widgets.masks.canvas import MaskCanvas


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
