"""A text that cannot be drawn: refused by the form, and no run is made of it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import filled, turned


def test_signs_that_the_font_lacks_are_named_and_nothing_is_run(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    filled(window, data={"name": "text", "text": "a😀"})
    qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "The text has “😀”, which the font does not draw" in window.bar.sentence, timeout=SOON)
    assert not window.desk.library.runs()
