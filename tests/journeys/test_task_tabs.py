"""The row of tasks over the form: one row in every workspace, and a list for those that have no room in it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import Opener
from tests.journeys.points import turned
from widgets.controls.segmented import EDGE


def test_a_task_without_room_is_in_the_list(qtbot: QtBot, opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """The main tasks are tabs, the others are chosen in the list, whose button is called by the one that is on."""
    window = opened()
    window.resize(1280, 800)
    choice = window.panel.choice
    for space in ("images", "points"):
        window.navigator.choose_workspace(space)
        assert choice.height() == choice.more.height() + 2 * EDGE
        assert choice.geometry().right() <= window.task.width()
    points = turned(window, qtbot)
    names = [task.name for task in points.tasks]
    assert names[: len(names) - len(choice.listed)] == ["sample-points", "train-points", "fit-mixture"]
    assert choice.more.text() == "More"
    high = window.task.title.height()
    monkeypatch.setattr(QMenu, "popup", lambda *_: None)  # a display without a window manager has no menus
    qtbot.mouseClick(choice.more, Qt.MouseButton.LeftButton)
    entry = next(action for action in choice.menu.actions() if action.text() == "Likelihood")
    entry.trigger()
    assert window.panel.task == "likelihood"
    assert choice.more.text() == "Likelihood"
    assert window.task.title.height() == high
    window.desk.actions["view.task.bound"].trigger()  # as the palette does
    assert choice.more.text() == "Bound"
    qtbot.mouseClick(choice.button("train-points"), Qt.MouseButton.LeftButton)
    assert window.panel.task == "train-points"
    assert choice.more.text() == "More"


def test_arrows_walk_through_all_tasks(qtbot: QtBot, opened: Opener) -> None:
    """From tab to tab and on into the list, whose button then has the keyboard."""
    window = opened()
    points, choice = turned(window, qtbot), window.panel.choice
    qtbot.waitUntil(window.isActiveWindow)
    choice.button("sample-points").setFocus(Qt.FocusReason.TabFocusReason)
    for task in points.tasks[1:]:
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, Qt.Key.Key_Right)
        assert window.panel.task == task.name
        assert (QApplication.focusWidget() is choice.more) == (task.name in choice.listed)


def test_a_wider_dock_has_more_tabs(qtbot: QtBot, opened: Opener) -> None:
    """All of them once there is room, and as few as before in the narrowest."""
    window = opened()
    turned(window, qtbot)
    choice = window.panel.choice
    before = len(choice.listed)
    window.resize(1920, 1080)
    for width, fits in ((500, range(1, before)), (900, range(1)), (1, range(before, before + 2))):
        window.keeper.wanted.right = width
        window.keeper.keep()
        qtbot.waitUntil(lambda fits=fits: len(choice.listed) in fits)
        assert choice.mapTo(window.task, choice.rect().topRight()).x() < window.task.width()
