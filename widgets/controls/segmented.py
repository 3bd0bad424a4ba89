"""A segmented control: one of a few choices, all visible."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QSizePolicy, QToolButton, QWidget

EDGE, GAP = 2, 1  # px: of the track around its buttons, and between them
STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


class Segmented(QFrame):
    """Flat buttons in one track, of which exactly one is chosen.

    Signals: chosen(str) when the user picks a value; arrows move the choice.
    """

    chosen = Signal(str)

    def __init__(self, choices: Sequence[tuple[str, str]], name: str, *, tall: bool = False,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "segments")
        self.setProperty("tall", tall)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(EDGE, EDGE, EDGE, EDGE)
        self._row.setSpacing(GAP)
        self.set_choices(choices)

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer (value, title) pairs; keeps the current value when it is still there."""
        before = self.value()
        for button in self._buttons.values():
            self._group.removeButton(button)
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = {value: self._made(value, title) for value, title in choices}
        for place, button in enumerate(self._buttons.values()):
            self._row.insertWidget(place, button)
        self.set_value(before if before in self._buttons else next(iter(self._buttons), ""))

    def _made(self, value: str, title: str) -> QToolButton:
        button = QToolButton(self)
        button.setText(title)
        button.setCheckable(True)
        button.setAccessibleName(f"{self.accessibleName()}: {title}")
        button.clicked.connect(lambda: self.chosen.emit(value))
        self._group.addButton(button)
        return button

    def value(self) -> str:
        """The chosen value, empty when there are no choices."""
        return next((value for value, button in self._buttons.items() if button.isChecked()), "")

    def set_value(self, value: str) -> None:
        """Choose a value without a signal; unknown values are ignored."""
        for key, button in self._buttons.items():
            # Only the chosen one takes part in the tab order, as for radio buttons. A click leaves the keyboard
            # where it is: after choosing a view with the mouse the arrows still step.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus if key == value else Qt.FocusPolicy.NoFocus)
        if value in self._buttons:
            self._buttons[value].setChecked(True)

    def set_available(self, value: str, available: bool, why: str = "") -> None:
        """Enable or disable one choice; `why` becomes its tooltip."""
        if value in self._buttons:
            self._buttons[value].setEnabled(available)
            self._buttons[value].setToolTip(why)

    def button(self, value: str) -> QToolButton:
        """The button of a value. Raises KeyError for an unknown one."""
        return self._buttons[value]

    def pick(self, value: str) -> None:
        """Choose a value as the user would, with the signal."""
        if value in self._buttons and self._buttons[value].isEnabled():
            self.set_value(value)
            self.chosen.emit(value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = STEPS.get(Qt.Key(event.key()))
        values = [value for value, button in self._buttons.items() if button.isEnabled()]
        if step is None or not values:
            super().keyPressEvent(event)
            return
        now = values.index(self.value()) if self.value() in values else 0
        self.pick(values[(now + step) % len(values)])
        self._shown(self.value()).setFocus(Qt.FocusReason.TabFocusReason)

    def _shown(self, value: str) -> QToolButton:
        """The button that is seen for a value."""
        return self._buttons[value]
