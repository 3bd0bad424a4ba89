"""The theme: it follows the system until the user chooses one."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from tests.journeys.conftest import Opener
from tests.journeys.window import Window
from widgets.drawing.theme import DARK, LIGHT, Theme, Themed
from widgets.options.rows import FormRows


def worn(window: Window) -> dict[str, int]:
    """How many widgets of each kind hold another theme than the window's."""
    others = Counter[str]()
    for widget in window.findChildren(QWidget):
        held = vars(widget).get("_theme", vars(widget).get("theme"))
        if isinstance(widget, Themed) and isinstance(held, Theme) and held is not window.look.theme:
            others[type(widget).__name__] += 1
    return dict(others)


def test_all_that_is_made_after_the_start_wears_its_theme(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the forms, which come once the engine is ready."""
    monkeypatch.setattr("workbench.look.system_theme", lambda: LIGHT)
    window = opened()
    assert window.look.theme is LIGHT
    assert window.findChildren(FormRows)
    assert worn(window) == {}
    window.desk.actions["view.task.sweep"].trigger()
    assert worn(window) == {}


def test_the_theme_follows_the_system_until_one_is_chosen(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """And again once the user says so; the menu entry does."""
    wanted = [DARK]

    def system_changes(theme: Theme) -> None:
        wanted[:] = [theme]
        scheme = Qt.ColorScheme.Dark if theme.dark else Qt.ColorScheme.Light
        QGuiApplication.styleHints().colorSchemeChanged.emit(scheme)

    monkeypatch.setattr("workbench.look.system_theme", lambda: wanted[0])
    window = opened()
    for theme in (LIGHT, DARK, LIGHT):
        system_changes(theme)
        assert window.look.theme is theme
    window.desk.actions["view.theme"].trigger()
    assert window.look.theme is DARK
    system_changes(DARK)
    system_changes(LIGHT)
    assert window.look.theme is DARK
    window.desk.actions["view.system"].trigger()
    assert window.look.theme is LIGHT
    system_changes(DARK)
    assert window.look.theme is DARK
