"""The tools of the canvas of points: which layers are shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QToolButton

from workbench.actions import Actions, Spec
from workbench.parts import IconButton, line, row

# name, title, help, and whether it is shown at first
LAYERS = (
    ("density", "Density", "The exact density at this step’s time", True),
    ("histogram", "Histogram", "How many particles are where", False),
    ("score", "Score", "∇ log p at this step’s time, as arrows", False),
    ("flow", "Flow", "The velocity of the probability-flow ODE at this step’s time", False),
    ("paths", "Paths", "The ways of twelve particles, or of the one that is selected among them", True),
)


class FieldTools(QFrame):
    """Toggles of the layers. Signals: toggled(str, bool) with the name of a layer.

    Args:
        actions: of the window, to which those of the layers are added.
    """

    toggled = Signal(str, bool)

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self._actions = dict[str, QAction]()
        for name, title, told, on in LAYERS:
            spec = Spec(f"layer.{name}", title, section="layer", help=told, checkable=True)
            action = actions.add(spec, lambda name=name: self.toggled.emit(name, self.shown(name)))
            action.setChecked(on)
            self._actions[name] = action
        self._row = row(*(self._button(action) for action in self._actions.values()), spacing=2, parent=self)

    def add(self, actions: Actions, names: Sequence[tuple[str, str]]) -> None:
        """Add buttons of (action, icon) behind the layers, once their controllers are there."""
        stroke = line("vline")
        stroke.setFixedHeight(16)
        self._row.addWidget(stroke)
        for name, icon in names:
            self._row.addWidget(IconButton(icon, actions[name]))

    @staticmethod
    def _button(action: QAction) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def shown(self, name: str) -> bool:
        """Whether a layer is shown."""
        return self._actions[name].isChecked()

    def choose(self, name: str, on: bool) -> None:
        """Show a layer or not."""
        if self._actions[name].isChecked() is not on:
            self._actions[name].setChecked(on)
            self.toggled.emit(name, on)

    @property
    def kept(self) -> list[str]:
        """Names of the layers that are shown, for the next start."""
        return [name for name, *_ in LAYERS if self.shown(name)]

    def bring_back(self, kept: object) -> None:
        """Show the layers of last time."""
        if isinstance(kept, list):
            for name, *_ in LAYERS:
                self.choose(name, name in kept)
