"""Editor of several names at once: chips, and a list of all there are to tick."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from widgets.controls.name_chips import NameChips, TickMenu
from widgets.options.editors import Editor
from widgets.options.fields import FieldSpec


class NamesEditor(Editor):
    """Names of an option that takes a text with commas. Signals: those of Editor."""

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self.chips = NameChips(spec.title, spec.choices, self)
        self.chips.changed.connect(self.edited)
        self.row.addWidget(self.chips, 1)
        self.adopt(self.chips)

    @property
    def menu(self) -> TickMenu:
        """The list."""
        return self.chips.menu

    @property
    def names(self) -> list[str]:
        """The names in order, each once."""
        return self.chips.names

    def value(self) -> object:
        """The value as the options model takes it."""
        return ", ".join(self.names)

    def set_value(self, value: object) -> None:
        """Show a value without a signal."""
        parts = (part.strip() for part in str(value or "").split(","))
        self.chips.set_names([part for part in parts if part])
