"""The tools of the canvas of points: which layers are shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QMenu, QToolButton, QWidget

from widgets.drawing.tips import wrapped
from workbench.actions import Actions, Spec
from workbench.parts import IconButton, line, row

# name, title, help, and whether it is shown at first
LAYERS = (
    ("density", "Density", "The exact density at this step’s time: of all data, or of the classes that are asked for, "
     "with guidance bent to p(x)·p(c|x)^γ; its scale says which", True),
    ("model", "Model", "The density that the model believes in at this step’s time, without class or guidance: its "
     "likelihood along the probability-flow ODE, as lines of equal height; of a fitted mixture by formula. It takes "
     "some seconds a step", False),
    ("histogram", "Histogram", "How densely the particles lie, in cells that suit their number and on the scale of the "
     "density: that is drawn as lines then, and the particles are faint", False),
    ("score", "Score", "∇ log p at this step’s time, of the model where one is the denoiser; as arrows, or in the "
     "plane by a right-click as streamlines", False),
    ("flow", "Flow", "The velocity of the probability-flow ODE at this step’s time, of the model where one is the "
     "denoiser; in the plane as streamlines, or by a right-click as arrows", False),
    ("paths", "Paths", "The ways of twelve particles, or of the one that is selected among them; in the view x̂₀ arrows "
     "from particles to their estimates", True),
    ("course", "Over time", "Time to the right and values upwards: the density of every time as an image, single paths "
     "over it, and the exact density at this step", False),
    ("snr", "log-SNR", "Even steps of log-SNR to the right instead of time", False),
)
# how layers of the plane are drawn: name, title, help, and the layer that it is of
STYLES = (
    ("score_lines", "Score as streamlines", "Where the score leads to, instead of how long it is", "score"),
    ("flow_arrows", "Flow as arrows", "How long the velocity is, instead of where it leads to", "flow"),
)
OVER = "What there is no room for"
AROUND = 4  # px at either side of the stroke behind the layers, besides the spacing
NEEDS = {"model": "Choose a model or a fitted mixture as denoiser"}


class FieldTools(QFrame):
    """Toggles of the layers. Signals: toggled(str, bool) with the name of a layer.

    Args:
        actions: of the window, to which those of the layers are added.
    """

    toggled = Signal(str, bool)

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self._actions = dict[str, QAction]()
        self._told, self._room = dict[str, str](), True
        self._stroke: QWidget | None = None  # behind the layers, before what can be done
        self._more = list[IconButton]()
        self.over, self.over_menu = IconButton("ellipsis", tip=OVER), QMenu(self)
        self.over.setMenu(self.over_menu)
        self.over.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        for name, title, told, on in LAYERS:
            spec = Spec(f"layer.{name}", title, section="layer", help=told, checkable=True, needs=NEEDS.get(name, ""))
            action = actions.add(spec, lambda name=name: self.toggled.emit(name, self.shown(name)))
            action.setChecked(on)
            self._actions[name], self._told[name] = action, action.toolTip()
        self._buttons = {name: self._button(action) for name, action in self._actions.items()}
        for name, title, told, of in STYLES:
            self._actions[name] = action = actions.add(self._style(name, title, told), lambda name=name, of=of:
                                                       self._restyle(name, of))
            self._buttons[of].addAction(action)
            self._buttons[of].setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._row = row(*self._buttons.values(), spacing=2, parent=self)

    @staticmethod
    def _style(name: str, title: str, told: str) -> Spec:
        return Spec(f"layer.{name}", title, "View", section="wipe", help=told, checkable=True,
                    within="Fields of points", needs="Show points of the plane first")

    def _restyle(self, name: str, of: str) -> None:
        """A layer is drawn otherwise: show it, if it is not."""
        if self.shown(name):
            self.choose(of, True)
        self.toggled.emit(name, self.shown(name))

    def add(self, actions: Actions, names: Sequence[tuple[str, str]]) -> None:
        """Add buttons of (action, icon) behind the layers, once their controllers are there."""
        stroke = line("vline")
        stroke.setFixedHeight(16)
        self._row.addSpacing(AROUND)  # a layer that is shown has a ground, which would touch it
        self._row.addWidget(stroke)
        self._row.addSpacing(AROUND)
        self._stroke, self._more = stroke, [IconButton(icon, actions[name]) for name, icon in names]
        for widget in (*self._more, self.over):
            self._row.addWidget(widget)
        actions.open_in(self.over_menu)

    def fold(self, room: int) -> None:
        """Move the last of what stands behind the layers into a list where there is no room for all of it."""
        if self._stroke is None:
            return
        room -= 2 * AROUND + self._wide(self._stroke)
        room -= sum(self._wide(button) for button in self._buttons.values() if not button.isHidden())
        wide = [self._wide(button) for button in self._more]
        left = room - (self._wide(self.over) if sum(wide) > room else 0)
        shown = sum(sum(wide[:k + 1]) <= left for k in range(len(wide)))
        listed = [button.defaultAction() for button in self._more[shown:]]
        if self.over_menu.actions() != listed:
            self.over_menu.clear()
            self.over_menu.addActions(listed)
        for widget, on in ((self.over, bool(listed)), *((button, k < shown) for k, button in enumerate(self._more))):
            if widget.isHidden() is on:
                widget.setVisible(on)

    def _wide(self, widget: QWidget) -> int:
        """Pixels that a widget takes in the row: an icon wants less than it is given at least."""
        return max(widget.sizeHint().width(), widget.minimumWidth()) + self._row.spacing()

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

    def turn(self, *, line: bool) -> None:
        """Have the buttons that data of the plane or of a line have, over time those that have a meaning there."""
        over_time = line and self.shown("course")
        self._room = not over_time
        for name in ("histogram", "score", "flow"):
            self.reveal(name, not over_time)
        self.reveal("paths", over_time or not line)
        for name, *_ in STYLES:
            self._actions[name].setEnabled(not line)
        self.reveal("course", line)
        self.reveal("snr", over_time)

    def reveal(self, name: str, on: bool) -> None:
        """Have the button of a layer or not."""
        if self._buttons[name].isHidden() is on:
            self._buttons[name].setVisible(on)

    def offer(self, name: str, why_not: str) -> None:
        """Let a layer be shown, or take its button away, with the reason in the palette; it stays chosen."""
        self._actions[name].setEnabled(not why_not)
        self.reveal(name, not why_not and self._room)
        self._actions[name].setToolTip(wrapped(why_not) if why_not else self._told[name])

    def choose(self, name: str, on: bool) -> None:
        """Show a layer or not."""
        if self._actions[name].isChecked() is not on:
            self._actions[name].setChecked(on)
            self.toggled.emit(name, on)

    @property
    def kept(self) -> list[str]:
        """Names of the layers that are shown, for the next start."""
        return [name for name, *_ in (*LAYERS, *STYLES) if self.shown(name)]

    def bring_back(self, kept: object) -> None:
        """Show the layers of last time."""
        if isinstance(kept, list):
            for name, *_ in (*STYLES, *LAYERS):
                self.choose(name, name in kept)
