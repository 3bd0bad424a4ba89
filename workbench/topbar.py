"""The top bar: name, workspace tabs, menus, palette field, device chip and theme switch."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QMenu, QMenuBar, QPushButton, QToolButton, QWidget

from widgets.controls.segmented import Segmented
from widgets.drawing.icons import icon
from widgets.drawing.theme import DARK, Theme
from workbench.parts import GAP, IconButton, column, gapped, label, line, row

HEIGHT, DOT = 44, 8


class TopBar(QFrame):
    """Signals: workspace_chosen(str), palette_asked(), theme_switched(), device_chosen(str).

    Args:
        title: of the program.
        workspaces: (name, title) of each tab.
    """

    workspace_chosen = Signal(str)
    palette_asked = Signal()
    theme_switched = Signal()
    device_chosen = Signal(str)

    def __init__(self, title: str, workspaces: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self.setFixedHeight(HEIGHT)
        self._colours, self._state = DARK, "warn"
        self.menus = QMenuBar(self)
        # inside the bar on a Mac too: the system's own menu bar would leave a hole here
        self.menus.setNativeMenuBar(False)
        self.menus.setFixedHeight(28)
        self.tabs = Segmented(workspaces, "Workspace", tall=True)
        self.tabs.chosen.connect(self.workspace_chosen)
        self._glass = label("")
        self._chip = self._device_chip()
        self._theme = IconButton("sun", tip="Switch between light and dark")
        self._theme.setObjectName("themeSwitch")
        self._theme.clicked.connect(self.theme_switched)
        name = label(title, "title")
        bar = QWidget()
        row(name, self.tabs, self.menus, 1, self._palette_field(), self._chip, self._theme,
            margins=(12, 0, 10, 0), spacing=14, parent=bar)
        column(bar, line(), parent=self)

    def _palette_field(self) -> QPushButton:
        field = QPushButton()
        field.setObjectName("paletteField")
        field.setAccessibleName("Run a command, find a run")
        field.setToolTip("Every action, run and model by typing (Ctrl+K)")
        field.setFixedWidth(270)
        words = label("Run a command, find a run", "quiet")
        parts = (self._glass, words, label("Ctrl K", "key"))
        for part in parts:
            # labels laid over a button would else swallow its clicks
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layout = row(*parts, margins=(10, 0, 8, 0), parent=field)
        layout.setStretchFactor(words, 1)
        field.clicked.connect(self.palette_asked)
        return field

    def _device_chip(self) -> QToolButton:
        chip = QToolButton()
        chip.setObjectName("deviceChip")
        chip.setAccessibleName("Device")
        chip.setToolTip("Where runs are computed; choose another device here")
        chip.setProperty("field", True)
        chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        chip.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        chip.setText("Starting")
        chip.setIconSize(QSize(DOT + GAP, DOT))
        self.devices = QMenu(chip)
        chip.setMenu(self.devices)
        return chip

    def show_workspace(self, name: str) -> None:
        """Mark the tab of a workspace."""
        self.tabs.set_value(name)

    def show_device(self, words: str, state: str) -> None:
        """Write the state of the engine ("CPU · 1 job") behind a dot in a token's colour ("good", "warn")."""
        self._state = state
        self._chip.setText(words)
        self._chip.setIcon(gapped("circle", self._colours.term(state), DOT, filled=True))

    def show_devices(self, devices: list[tuple[str, str]], current: str) -> None:
        """Fill the device menu from (kind, title) pairs and tick the current kind."""
        self.devices.clear()
        for kind, title in devices:
            action = self.devices.addAction(title if title.lower() == kind else f"{title} ({kind})")
            action.setCheckable(True)
            action.setChecked(kind == current)
            action.triggered.connect(lambda _checked=False, kind=kind: self.device_chosen.emit(kind))

    def set_theme(self, theme: Theme) -> None:
        """Redraw the icons in the colours of a theme."""
        self._colours = theme
        self._glass.setPixmap(icon("search", theme.text2).pixmap(16, 16))
        self._theme.image = "sun" if theme.dark else "moon"
        self._theme.set_theme(theme)
        self._chip.setIcon(gapped("circle", theme.term(self._state), DOT, filled=True))
