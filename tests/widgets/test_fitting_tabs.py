"""Tabs in one row, and the list of those that have no room there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMenu, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from widgets.controls.fitting_tabs import FittingTabs
from widgets.controls.segmented import EDGE

TITLES = ("Sample", "Train", "Fit mixture", "Sweep", "Study", "Interpolate")
NAMES = [title.lower() for title in TITLES]


class Row(QWidget):
    """Tabs in a row of a width. It has no signals.

    Args:
        width: in pixels, 0 for what the tabs ask for.
    """

    def __init__(self, qtbot: QtBot, width: int = 0) -> None:
        super().__init__()
        qtbot.addWidget(self)
        self.tabs = FittingTabs("Task")
        self.tabs.set_choices(list(zip(NAMES, TITLES, strict=True)))
        self.inside = QHBoxLayout(self)
        self.inside.setContentsMargins(0, 0, 0, 0)
        self.inside.addWidget(self.tabs)
        self.show()
        self.activateWindow()
        qtbot.waitUntil(self.isActiveWindow)
        self.widen(width or self.tabs.sizeHint().width())

    def widen(self, width: int) -> None:
        """Give the row another width."""
        self.resize(width, 40)
        self.inside.activate()
        assert self.tabs.width() == width


def seen(tabs: FittingTabs) -> list[QToolButton]:
    """What stands in the row, from left to right."""
    found = [button for button in tabs.findChildren(QToolButton) if button.isVisible()]
    return sorted(found, key=lambda button: button.x())


def test_it_is_one_row_at_every_width(qtbot: QtBot) -> None:
    """The first ones stay, in their order and uncut; what has no room is in the list."""
    row = Row(qtbot)
    tabs = row.tabs
    assert tabs.listed == []
    assert not tabs.more.isVisible()
    before, high = len(TITLES), tabs.sizeHint().height()
    for width in range(tabs.sizeHint().width(), tabs.minimumSizeHint().width() - 1, -7):
        row.widen(width)
        assert max(button.geometry().right() for button in seen(tabs)) < width - EDGE
        fit = len(TITLES) - len(tabs.listed)
        assert tabs.listed == NAMES[fit:]
        assert fit <= before
        assert [button.text() for button in seen(tabs)][:fit] == list(TITLES[:fit])
        assert all(button.width() >= button.sizeHint().width() for button in seen(tabs))
        assert len({button.y() for button in seen(tabs)}) == 1
        assert tabs.sizeHint().height() == high
        before = fit
    assert before == 0  # not even the first one has room beside the button
    assert tabs.more.text() == "Sample"


def test_the_button_is_called_by_the_chosen_one(qtbot: QtBot) -> None:
    """Where that is in its list; else by what it is for."""
    row = Row(qtbot, 260)
    tabs = row.tabs
    assert tabs.more.text() == "More"
    assert tabs.more.accessibleName() == "Task: more"
    tabs.set_value("interpolate")
    assert tabs.more.text() == "Interpolate"
    assert tabs.more.accessibleName() == "Task: Interpolate, and more"
    assert tabs.value() == "interpolate"
    tabs.set_value("train")
    assert tabs.more.text() == "More"
    tabs.set_value("interpolate")
    row.widen(tabs.sizeHint().width())
    assert not tabs.more.isVisible()
    assert tabs.button("interpolate").isVisible()


def opened(monkeypatch: pytest.MonkeyPatch) -> list[QMenu]:
    """The menus that are opened from now on: a display without a window manager has none."""
    menus: list[QMenu] = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, _place: menus.append(menu))
    return menus


def test_the_list_has_the_others(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """A click on the button opens it, with the chosen one ticked; an entry is chosen as a tab is."""
    row = Row(qtbot, 260)
    tabs = row.tabs
    tabs.set_value("study")
    menus = opened(monkeypatch)
    qtbot.mouseClick(tabs.more, Qt.MouseButton.LeftButton)
    assert menus == [tabs.menu]
    titles = {action.text(): action for action in tabs.menu.actions()}
    assert list(titles) == [TITLES[NAMES.index(value)] for value in tabs.listed]
    assert [title for title, action in titles.items() if action.isChecked()] == ["Study"]
    with qtbot.waitSignal(tabs.chosen) as chosen:
        titles["Interpolate"].trigger()
    assert chosen.args == ["interpolate"]
    assert tabs.more.text() == "Interpolate"


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down])
def test_keys_reach_all_of_them(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, key: Qt.Key) -> None:
    """Tab leads to the button, a key opens its list at its first entry, arrows and Enter choose there."""
    row = Row(qtbot, 260)
    tabs = row.tabs
    second = tabs.listed[1]
    tabs.button("sample").setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(tabs.button("sample"), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is tabs.more
    menus = opened(monkeypatch)
    qtbot.keyClick(tabs.more, key)
    assert menus == [tabs.menu]
    assert tabs.value() == "sample"
    qtbot.keyClick(tabs.menu, Qt.Key.Key_Down)
    with qtbot.waitSignal(tabs.chosen) as chosen:
        qtbot.keyClick(tabs.menu, Qt.Key.Key_Return)
    assert chosen.args == [second]


def test_arrows_go_on_into_the_list(qtbot: QtBot) -> None:
    """From the last tab to the first that is listed, where the button has the keyboard, and back."""
    row = Row(qtbot, 260)
    tabs = row.tabs
    last, first = NAMES[NAMES.index(tabs.listed[0]) - 1], tabs.listed[0]
    tabs.set_value(last)
    tabs.button(last).setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(tabs.button(last), Qt.Key.Key_Right)
    assert tabs.value() == first
    assert QApplication.focusWidget() is tabs.more
    qtbot.keyClick(tabs.more, Qt.Key.Key_Left)
    assert tabs.value() == last
    assert QApplication.focusWidget() is tabs.button(last)


def test_other_words_are_fitted_anew(qtbot: QtBot) -> None:
    """Larger letters leave room for fewer tabs."""
    row = Row(qtbot, 260)
    tabs = row.tabs
    before = len(tabs.listed)
    tabs.setStyleSheet("QToolButton { font-size: 24px; }")
    qtbot.waitUntil(lambda: len(tabs.listed) > before)
    tabs.set_choices([("one", "One"), ("two", "Two")])
    assert tabs.listed == []
