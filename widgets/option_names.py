"""Editor of several names at once: typed with commas, or ticked in a list of all there are."""

from __future__ import annotations

from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from widgets.buttons import GlyphButton
from widgets.option_editors import TextEditor
from widgets.option_fields import FieldSpec
from widgets.theme import Theme


class NamesEditor(TextEditor):
    """Names separated by commas, and a list in which each is ticked or not. Signals: those of Editor."""

    def __init__(self, spec: FieldSpec, parent: QWidget | None = None) -> None:
        super().__init__(spec, parent)
        self.menu = TickMenu(self)
        for name, title in spec.choices:
            action = self.menu.addAction(title)
            action.setCheckable(True)
            action.setData(name)
            action.triggered.connect(lambda _checked=False, name=name: self.toggle(name))
        self.button = GlyphButton("list", f"Choose {spec.title.lower()} from a list")
        self.button.setProperty("field", True)
        self.button.setFixedSize(30, 28)
        self.button.setMenu(self.menu)
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu.aboutToShow.connect(self._tick)
        self.row.setSpacing(4)
        self.row.addWidget(self.button)

    @property
    def names(self) -> list[str]:
        """The names in order, each once."""
        return list(dict.fromkeys(part.strip() for part in self.control.text().split(",") if part.strip()))

    def toggle(self, name: str) -> None:
        """Take a name out, or add it behind the others."""
        kept = [other for other in self.names if other != name]
        self.set_value(", ".join(kept if name in self.names else [*kept, name]))
        self._tick()
        self.edited.emit()

    def set_theme(self, theme: Theme) -> None:
        """Colour the icon by a theme."""
        self.button.set_theme(theme)

    def _tick(self) -> None:
        for action in self.menu.actions():
            action.setChecked(action.data() in self.names)


class TickMenu(QMenu):
    """A menu that stays open while its entries are ticked by the pointer. Signals: those of QMenu."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        action = self.actionAt(event.position().toPoint())
        if action is not None and action.isCheckable():
            action.trigger()
        else:
            super().mouseReleaseEvent(event)
