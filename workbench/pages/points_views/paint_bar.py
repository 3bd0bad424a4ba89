"""What points are drawn and a density is painted with: size and strength of the brush, the eraser, the line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QToolButton, QWidget

from widgets.fields.brush import LARGEST, SMALLEST
from workbench.pages.toolstrip import ValueButton
from workbench.parts import IconButton, line, row

SIZE, STRENGTH = 36.0, 40  # px of the radius, and per cent, of a brush that is new


class BrushBar(QFrame):
    """A row of tools under the canvas while a brush is in the hand.

    Signals: sized(float) with a radius in pixels.

    Args:
        radius: of a brush that is new, in pixels.
        more: what else the brush has, beside its size.
    """

    sized = Signal(float)

    def __init__(self, radius: float, *more: QWidget) -> None:
        super().__init__()
        self.setProperty("role", "canvas")
        self._size = ValueButton("Size", " px", "Diameter of the brush: [ and ]")
        self._row = row(self._size, *more, margins=(14, 2, 14, 8), spacing=2, parent=self)
        self._size.changed.connect(lambda value: self.sized.emit(value / 2))
        self.show_size(radius)
        self.hide()

    def add(self, tools: Sequence[tuple[str, QAction]], words: Sequence[QAction] = ()) -> None:
        """Add buttons: of icons, and of words."""
        stroke = line("vline")
        stroke.setFixedHeight(16)
        self._row.addWidget(stroke)
        for icon, action in tools:
            self._row.addWidget(IconButton(icon, action))
        for action in words:
            self._row.addWidget(_worded(action))
        self._row.addStretch(1)

    def show_size(self, radius: float) -> None:
        """Show the radius of the brush."""
        self._size.show_value(2 * radius, round(2 * SMALLEST), round(2 * LARGEST))


class PaintBar(BrushBar):
    """The tools of a density that is painted.

    Signals: those of BrushBar; strength_chosen(int) with a share in per cent.
    """

    strength_chosen = Signal(int)

    def __init__(self) -> None:
        self._strength = ValueButton("Strength", " %", "How much one stroke adds in its middle, of what is missing to "
                                     "the highest density; the eraser takes as much")
        super().__init__(SIZE, self._strength)
        self._strength.changed.connect(self._chosen)
        self.show_strength(STRENGTH)

    def suit(self, *, on_line: bool) -> None:
        """Show what there is to choose: a curve is drawn without a brush."""
        self._size.setVisible(not on_line)
        self._strength.setVisible(not on_line)

    def show_strength(self, percent: int) -> None:
        """Show how much one stroke adds."""
        self._strength.show_value(percent, 1, 100)

    def _chosen(self, value: int) -> None:
        self.show_strength(value)
        self.strength_chosen.emit(value)


def _worded(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
