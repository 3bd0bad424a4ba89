"""Painting that waits: after what is looked at, and not for ever."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from widgets.drawing import afterwards as module
from widgets.drawing.afterwards import Afterwards, afterwards


class Board(QWidget):
    """Notes when it is painted."""

    def __init__(self, name: str, order: list[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.name, self._order = name, order

    def paintEvent(self, event: QPaintEvent) -> None:
        self._order.append(self.name)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """A window, to be shown when it has something on it."""
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(200, 40)
    return made


def boards(qtbot: QtBot, window: QWidget, order: list[str], *names: str) -> list[Board]:
    """Widgets on a shown window, all painted once."""
    made = [Board(name, order, window) for name in names]
    for k, board in enumerate(made):
        board.setGeometry(40 * k, 0, 30, 30)
    window.show()
    qtbot.waitExposed(window)
    qtbot.waitUntil(lambda: set(order) == set(names))
    QCoreApplication.processEvents()
    order.clear()
    return made


def test_what_is_looked_at_is_painted_first(qtbot: QtBot, window: QWidget) -> None:
    order = list[str]()
    picture, cursor, table = boards(qtbot, window, order, "picture", "cursor", "table")
    afterwards().paint(cursor)
    afterwards().paint(table)
    picture.update()
    QCoreApplication.sendPostedEvents()
    assert order == ["picture"]
    assert afterwards().waiting
    qtbot.waitUntil(lambda: len(order) == 3)
    assert sorted(order[1:]) == ["cursor", "table"]
    assert not afterwards().waiting


def test_moves_without_a_pause_let_one_through_at_a_time(qtbot: QtBot, window: QWidget,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    """As of a mouse that reports faster than anything is painted: no turn is left, and yet nothing stands still."""
    order, now = list[str](), [1.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    cursor, table = boards(qtbot, window, order, "cursor", "table")
    waiting = Afterwards(None)
    waiting.paint(cursor)
    waiting.paint(table)
    for _ in range(4):
        now[0] += 0.1
        for board in (cursor, table):
            waiting.paint(board)
        QCoreApplication.sendPostedEvents()
    assert order == ["cursor", "table", "cursor", "table"]


def test_one_that_is_gone_is_passed_over(qtbot: QtBot, window: QWidget) -> None:
    order = list[str]()
    gone, left = boards(qtbot, window, order, "gone", "left")
    afterwards().paint(gone)
    afterwards().paint(left)
    gone.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qtbot.waitUntil(lambda: order == ["left"])
