"""A panel that floats has an edge of its own, in both themes."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from tests.journeys.window import Window


@pytest.mark.qt_log_ignore("This plugin does not support raise", extend=True)  # of the offscreen platform
def test_a_floating_panel_has_an_edge_and_a_docked_one_has_none(shared: Window) -> None:
    dock = shared.equation
    for _ in range(2):
        dock.setFloating(True)
        dock.resize(400, 250)
        QApplication.processEvents()
        image, theme = dock.grab().toImage(), shared.look.theme
        corners = [image.pixelColor(x, y) for x in (0, image.width() - 1) for y in (0, image.height() - 1)]
        assert corners == [QColor(theme.text2)] * 4
        assert image.pixelColor(200, 8) == image.pixelColor(200, 240) == QColor(theme.bg1)
        dock.setFloating(False)
        QApplication.processEvents()
        assert dock.grab().toImage().pixelColor(0, 100) != QColor(theme.text2)
        shared.look.switch()
