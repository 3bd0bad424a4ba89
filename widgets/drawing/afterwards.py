"""Painting that waits for its turn: what is looked at first, all that goes with it in the next turn of the loop."""

from __future__ import annotations

import time

from PySide6.QtCore import QCoreApplication, QObject, QTimer
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

PATIENCE = 1 / 60  # s between two of those that are let through while moves follow one another without a pause


class Afterwards(QObject):
    """Paints widgets again once what is painted at once has been. It has no signals.

    A move of a slider changes the picture that is looked at and a dozen numbers and cursors around it. All in one go
    they would take longer than a frame; so the picture is painted first, and moves that come meanwhile go before the
    rest. While they leave no pause, one of those that wait is painted with a move, the one that waited longest.
    """

    def __init__(self, parent: QObject | None) -> None:
        super().__init__(parent)
        self._waiting = dict[QWidget, None]()
        self._let = 0.0
        self._timer = QTimer(self, interval=0, singleShot=True)
        self._timer.timeout.connect(self._all)

    @property
    def waiting(self) -> bool:
        """Whether something is still to be painted."""
        return bool(self._waiting)

    def paint(self, widget: QWidget) -> None:
        """Paint a widget again, in the next turn in which nothing else is to do."""
        if widget in self._waiting and time.monotonic() - self._let > PATIENCE:
            self._one()
        self._waiting[widget] = None
        self._timer.start()

    def _one(self) -> None:
        """Let through the one that has waited longest."""
        first = next(iter(self._waiting))
        del self._waiting[first]
        self._let = time.monotonic()
        if isValid(first):
            first.update()

    def _all(self) -> None:
        waiting, self._waiting = list(self._waiting), {}
        self._let = time.monotonic()
        for widget in waiting:
            if isValid(widget):
                widget.update()


def afterwards() -> Afterwards:
    """The one of the program."""
    global _one_of_all
    if _one_of_all is None or not isValid(_one_of_all):
        _one_of_all = Afterwards(QCoreApplication.instance())
    return _one_of_all


_one_of_all: Afterwards | None = None
