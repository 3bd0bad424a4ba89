"""The strip over the canvas: its tools are never cut, whichever of them are there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget
from pytestqt.qtbot import QtBot

from widgets.controls.readout import Readout
from workbench.actions import Actions, Spec
from workbench.pages.field_tools import FieldTools
from workbench.pages.toolstrip import NARROWEST, ROOMY, TITLE, ToolStrip
from workbench.parts import IconButton

NAMES = ("one", "two", "three", "four")
ICONS = tuple((name, "repeat") for name in NAMES)


def shown(qtbot: QtBot) -> tuple[Actions, ToolStrip]:
    """A strip with four buttons, and their actions."""
    window = QWidget()
    qtbot.addWidget(window)
    actions = Actions(window)
    for name in NAMES:
        actions.add(Spec(name, f"What {name} does in words"), lambda: None)
    strip = ToolStrip(actions, ICONS)
    qtbot.addWidget(strip)
    return actions, strip


def test_layers_are_never_cut_even_where_one_more_comes(qtbot: QtBot) -> None:
    """In the narrowest window what has a place in the menus makes room for the layer of a model."""
    actions, strip = shown(qtbot)
    tools = FieldTools(actions)
    tools.add(actions, ICONS)
    strip.add_tools(tools)
    for name in ("model", "course", "snr"):
        tools.reveal(name, False)
    strip.show_tools(tools)
    strip.resize(ROOMY, strip.height())
    strip.show()
    more = [button for button in tools.findChildren(IconButton) if button is not tools.over]
    assert all(button.isVisible() for button in more)
    assert not tools.over.isVisible()
    tools.reveal("model", True)
    layers = [button for button in tools.findChildren(QToolButton)
              if button not in (*more, tools.over) and not button.isHidden()]
    assert len(layers) == 6
    qtbot.waitUntil(lambda: all(button.width() >= button.sizeHint().width() for button in layers), timeout=5000)
    assert any(button.isVisible() for button in more)
    strip.resize(NARROWEST, strip.height())
    qtbot.waitUntil(lambda: all(button.width() >= button.sizeHint().width() for button in layers), timeout=5000)
    qtbot.waitUntil(tools.over.isVisible, timeout=5000)
    out_of_sight = [button.does for button in more if button.isHidden()]
    assert [action.objectName() for action in tools.over_menu.actions()] == out_of_sight != []
    assert tools.over.geometry().right() < tools.width(), "what has no room for its icon is in a list that has"
    strip.resize(ROOMY, strip.height())
    tools.reveal("model", False)
    qtbot.waitUntil(lambda: all(button.isVisible() for button in more) and not tools.over.isVisible(), timeout=5000)


def test_what_is_shown_has_room_before_the_words_of_buttons(qtbot: QtBot) -> None:
    """“16 samples of digits” is read whole, and the first buttons are icons for it."""
    _, strip = shown(qtbot)
    strip.show_zoom(100)
    strip.show_tools(None, "16 samples of digits")
    strip.resize(ROOMY, strip.height())
    strip.show()
    (said,) = strip.findChildren(Readout)
    qtbot.waitUntil(lambda: said.width() >= min(said.sizeHint().width(), TITLE), timeout=5000)
    buttons = strip.findChildren(IconButton)
    assert buttons[0].toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly
