"""The line of words that does not move what is around it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from widgets.controls.readout import Readout
from widgets.drawing.fonts import numbers


class Layouts(QObject):
    """Counts how often a widget is asked for a new layout."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() is QEvent.Type.LayoutRequest
        return False


def test_new_words_cost_no_layout_unless_they_are_longer(qtbot: QtBot) -> None:
    """Ninety-nine steps of two digits are painted in place; a third digit asks for room, once."""
    page = QWidget()
    qtbot.addWidget(page)
    readout, seen = Readout(numbers()), Layouts()
    QHBoxLayout(page).addWidget(readout)
    readout.say("step 10")
    page.show()
    QApplication.processEvents()
    page.installEventFilter(seen)
    for step in range(11, 100):
        readout.say(f"step {step}")
        QApplication.processEvents()
    assert seen.count == 0
    readout.say("step 100")
    QApplication.processEvents()
    assert seen.count == 1
    assert readout.text() == readout.accessibleName() == "step 100"


def test_the_words_are_painted(qtbot: QtBot) -> None:
    """Other words look different, and too little room cuts them with an ellipsis rather than a letter."""
    readout = Readout(numbers())
    qtbot.addWidget(readout)
    readout.resize(60, 18)
    readout.say("step 1")
    first = readout.grab().toImage()
    readout.say("step 2")
    assert readout.grab().toImage() != first
    assert readout.minimumSizeHint().width() == 0
