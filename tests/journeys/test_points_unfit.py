"""Runs that cannot stand beside one another: their rows say why, and the canvas stays as it is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import run, turned
from tests.journeys.test_images import fill, press_run
from tests.journeys.test_points_runs import beside
from tests.journeys.window import Window
from workbench.controllers.points.beside import FULL
from workbench.pages.images_page import Mode

NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture(autouse=True)
def unpopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Menus are made but not popped up, which would take the keyboard."""
    monkeypatch.setattr(QMenu, "popup", lambda _menu, _point: None)


def offered(window: Window, key: str) -> QAction:
    """What the menu of a row in the library has for comparing."""
    window.run_list.menu_asked.emit([key], QPoint())
    menu = window.run_list.findChildren(QMenu)[-1]
    return next(action for action in menu.actions() if action.text().startswith("Compare"))


def press(qtbot: QtBot, window: Window, key: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
    """Press a key where the keyboard is."""
    qtbot.keyClick(QApplication.focusWidget() or window, key, held)


def refused(window: Window, key: str, why: str) -> None:
    """The row is grey with the reason, and whoever asks all the same is told it."""
    action = offered(window, key)
    assert not action.isEnabled()
    assert why in action.toolTip().replace("\n", " ")
    window.bar.dismiss()
    window.spaces.staged.compare(key)
    assert why in window.bar.sentence


def test_points_and_pictures_are_not_compared(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    points = run(window, qtbot, steps=2, count=10)
    window.navigator.turn_to("images")
    fill(window, "generate", {"steps": 1, "count": 1})
    picture = press_run(qtbot, window)
    mode = window.images.mode
    refused(window, points, "That run is 2-D points, not 28 × 28 grey; choose another to compare.")
    assert window.images.mode is mode is not Mode.COMPARE
    window.navigator.show_run(points)
    qtbot.waitUntil(lambda: window.desk.stage.run == points, timeout=SOON)
    refused(window, picture, "That run is 28 × 28 grey, not 2-D points; choose another to compare.")
    assert window.desk.stage.other is None


def test_a_fifth_panel_and_a_chart_say_why_nothing_comes_beside(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    page = turned(window, qtbot)
    first = run(window, qtbot, steps=2, count=10)
    second = run(window, qtbot, steps=3, count=10)
    assert offered(window, first).isEnabled()
    for steps in (4, 5, 6):
        beside(window, qtbot, steps=steps)
    qtbot.waitUntil(lambda: len(page.field_page.fields) == 4, timeout=SOON)
    refused(window, first, FULL)
    press(qtbot, window, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert len(page.field_page.fields) == 3
    assert not window.bar.isVisible(), "there is room again"
    beside(window, qtbot, steps=7)
    qtbot.waitUntil(lambda: len(page.field_page.fields) == 4, timeout=SOON)
    refused(window, first, FULL)
    press(qtbot, window, Qt.Key.Key_Escape)
    assert window.desk.stage.other is None
    assert not window.bar.isVisible(), "nothing is full any more"
    window.navigator.close_run()
    assert "Show another run first" in offered(window, second).toolTip()
    window.navigator.choose_task("sweep")
    study = run(window, qtbot, samplers="ddim", steps=[2], count=50)
    assert window.desk.stage.run == study
    refused(window, first, "A chart has no states to compare; choose a run of Sample in the library.")
