"""The theme: it follows the system until the user chooses one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from tests.journeys.conftest import Opener
from widgets.theme import DARK, LIGHT, Theme


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
