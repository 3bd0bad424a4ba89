"""Where the keyboard is after a click turned to another workspace: at its steps, and without a ring."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import Opener


def test_a_click_on_a_tab_leaves_no_ring(qtbot: QtBot, opened: Opener) -> None:
    """What had the focus is hidden: no button of the other workspace gets it as if Tab had gone there."""
    window = opened()
    train, images = window.top.tabs.button("train"), window.top.tabs.button("images")
    for held in (window.timeline.scrubber.slider, *window.images.start.findChildren(QPushButton), window.images.grid):
        held.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.mouseClick(train, Qt.MouseButton.LeftButton)
        assert QApplication.focusWidget() is window.train_space.timeline.film
        qtbot.mouseClick(images, Qt.MouseButton.LeftButton)
        assert QApplication.focusWidget() is window.timeline.scrubber.slider
    row = window.panel.forms["generate"].row("steps")
    assert row is not None
    row.editor.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.mouseClick(window.panel.choice.button("inpaint"), Qt.MouseButton.LeftButton)
    assert QApplication.focusWidget() is window.panel.forms["inpaint"]
    window.panel.run.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.mouseClick(train, Qt.MouseButton.LeftButton)
    assert QApplication.focusWidget() is window.panel.run, "which is there in either"
