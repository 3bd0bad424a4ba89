"""Every action of the window while a run is on the canvas: none fails or does nothing without a word."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import Opener
from tests.journeys.every_action import stand_of, walk

pytestmark = pytest.mark.usefixtures("alone")


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # said of popups by the offscreen platform
@pytest.mark.parametrize("state", ["run", "points"])
def test_no_action_fails_or_is_silent(qtbot: QtBot, opened: Opener, tmp_path: Path, state: str) -> None:
    """With a run of pictures or of points: each shows or says something."""
    window = opened()
    QGuiApplication.clipboard().clear()
    silent = walk(qtbot, window, stand_of(qtbot, window, state, tmp_path))  # an error in any of them fails it too
    assert not silent, ", ".join(silent)
