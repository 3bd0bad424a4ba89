"""Journeys on the canvas of images: what it says, what it takes, and what it lets one look at."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from tests.journeys.test_images import Opener, fill, paint, picture


def test_the_empty_result_says_what_is_left_to_do(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    """Not to paint a hole that is painted."""
    window = opened()
    window.drop.open(picture(tmp_path))
    assert window.images.result.empty_text == "Paint the hole, then press Run."
    paint(qtbot, window)
    assert window.images.result.empty_text == "Press Run to fill the hole."
    fill(window, "noise", {})
    assert "noise" in window.images.result.empty_text
    fill(window, "inpaint", {})
    assert window.images.result.empty_text == "Press Run to fill the hole."
    window.desk.actions["edit.undo"].trigger()
    assert window.images.result.empty_text == "Paint the hole, then press Run."
