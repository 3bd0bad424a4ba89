"""Whose the keys of the steps are once something was chosen in a list of the form."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import form_of, run, turned
from widgets.options.dropdown import Dropdown


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # said of popups by the offscreen platform
def test_after_a_choice_by_mouse_the_keys_of_the_steps_count(qtbot: QtBot, opened: Opener) -> None:
    """In a list, and in one that can be typed in; who comes by Tab changes the choice with the same keys."""
    window = opened()
    turned(window, qtbot)
    run(window, qtbot, steps=5, count=10)
    stage = window.desk.stage
    for option in ("sampler", "label"):
        row = form_of(window).row(option)
        assert row is not None
        control = row.editor.focusProxy()
        assert isinstance(control, Dropdown)
        qtbot.mouseClick(control.lineEdit() or control, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(control.view().isVisible, timeout=SOON)
        below = control.view().visualRect(control.model().index(1, 0)).center()
        # a release right after the press that opened the list counts only once the mouse has moved
        qtbot.mouseMove(control.view().viewport(), below)
        control.view().setCurrentIndex(control.model().index(1, 0))
        qtbot.mouseClick(control.view().viewport(), Qt.MouseButton.LeftButton, pos=below)
        qtbot.waitUntil(lambda control=control: not control.view().isVisible() and not control.hasFocus(), timeout=SOON)
        chosen = control.currentIndex()
        for key, step in ((Qt.Key.Key_Home, 0), (Qt.Key.Key_Right, 1), (Qt.Key.Key_End, 5)):
            qtbot.keyClick(QApplication.focusWidget(), key)
            assert (stage.index, control.currentIndex()) == (step, chosen), option
    row = form_of(window).row("sampler")
    assert row is not None
    row.editor.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Home)
    assert row.editor.value() == row.spec.choices[0][0]
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert row.editor.value() == row.spec.choices[1][0]
    assert stage.index == 5
