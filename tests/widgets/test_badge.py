"""The caption on a picture where it may take one line only."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QApplication

from widgets.controls.badge import Badge
from widgets.drawing.fonts import words


def test_a_flat_badge_keeps_one_line(qapp: QApplication) -> None:
    """Two lines would hide twice as much of what it names."""
    text = "x_t of a very long name · step 30 of 50"
    flat, whole = Badge(text, flat=True), Badge("x_t", flat=True)
    room = QRectF(8, 8, 110, 30)
    assert flat.box(room, words(11)).height() == whole.box(room, words(11)).height()
    assert flat.box(room, words(11)).width() <= room.width()
    assert flat.text == text
