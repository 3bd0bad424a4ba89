"""The lines of the command palette."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QListWidget, QWidget
from pytestqt.qtbot import QtBot

from widgets.controls.command_palette import CommandPalette, Entry


def test_long_details_leave_words_out_and_are_not_cut(qtbot: QtBot) -> None:
    """When it was stays; what fits is whole."""
    page = QWidget()
    page.resize(900, 400)
    qtbot.addWidget(page)
    page.show()
    palette = CommandPalette(page)
    long = " · ".join(f"option {k}" for k in range(40))
    palette.open([Entry("r:1", "A run", f"{long} · now"), Entry("r:2", "Another", "seed 7 · now")])
    rows = palette.findChild(QListWidget)
    details = [rows.itemWidget(rows.item(k)).findChildren(QLabel)[1] for k in (0, 1)]
    qtbot.waitUntil(lambda: details[0].text().endswith("· now"))
    assert details[0].fontMetrics().horizontalAdvance(details[0].text()) <= details[0].width() < page.width()
    assert details[0].text().startswith("option 0 · option 1")
    assert details[1].text() == "seed 7 · now"
