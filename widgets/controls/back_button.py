"""The visible way back from a picture that fills the space."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

INSET = 8  # px from the corner


class BackButton(QPushButton):
    """Stands in the corner of its parent while one picture is enlarged. Signals: those of QPushButton."""

    def __init__(self, back: Callable[[], object], parent: QWidget) -> None:
        super().__init__("All samples (Esc)", parent)
        # the keys stay with the pictures: Esc and Enter go back, too
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.move(INSET, INSET)
        self.clicked.connect(back)
        self.hide()
