"""What a result is compared with under the divider, and how: the tools while before and after are shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from widgets.controls.segmented import Segmented
from workbench.parts import row

WIPE, DIFFERENCE = "wipe", "difference"


class WipeTools(QFrame):
    """Two choices in a row. Signals: changed() when the user picks another of either."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.against = Segmented((("input", "Input"),), "Compare the result with")
        self.how = Segmented(((WIPE, "Wipe"), (DIFFERENCE, "Difference")), "Compare by")
        for choice in (self.against, self.how):
            choice.chosen.connect(lambda _value: self.changed.emit())
        self._row = row(self.against, self.how, spacing=10, parent=self)
        self._offered: tuple[tuple[str, str], ...] = (("input", "Input"),)

    def add(self, button: QWidget) -> None:
        """Put a button behind the choices."""
        self._row.addWidget(button)

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer (value, title) pairs to compare with; what was chosen stays where it is among them."""
        if tuple(choices) != self._offered:
            self._offered = tuple(choices)
            self.against.set_choices(choices)
        self.against.setVisible(len(choices) > 1)

    @property
    def differs(self) -> bool:
        """Whether the difference is shown, and not the divider."""
        return self.how.value() == DIFFERENCE
