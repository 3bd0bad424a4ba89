"""Small pieces every panel of the window is made of: hairlines, labels, rows, tool buttons."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from widgets.drawing.icons import icon, icon_pixmap
from widgets.drawing.theme import DARK, Theme


def line(role: str = "line") -> QFrame:
    """A hairline: role "line" lies, "vline" stands."""
    frame = QFrame()
    frame.setProperty("role", role)
    return frame


def frame(role: str) -> QFrame:
    """A frame that the style sheet dresses by role: "bar", "canvas", "segments", "panel"."""
    made = QFrame()
    made.setProperty("role", role)
    return made


def label(text: str, role: str = "", name: str = "") -> QLabel:
    """A label with a role of the style sheet ("head", "quiet", "caption", "mono") and an accessible name."""
    made = QLabel(text)
    if role:
        made.setProperty("role", role)
    if name:
        made.setAccessibleName(name)
    return made


def note_line(name: str) -> QLabel:
    """A line under a canvas for what there is to know of what it shows; hidden until something is said in it."""
    made = label("", "caption", name)
    made.setWordWrap(True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    made.setContentsMargins(14, 0, 14, 8)
    made.hide()
    return made


def row(*widgets: QWidget | int, margins: tuple[int, int, int, int] = (0, 0, 0, 0), spacing: int = 8,
        parent: QWidget | None = None) -> QHBoxLayout:
    """Widgets side by side; a number is a stretch of that factor."""
    layout = QHBoxLayout() if parent is None else QHBoxLayout(parent)
    _fill(layout, widgets, margins, spacing)
    return layout


def column(*widgets: QWidget | int, margins: tuple[int, int, int, int] = (0, 0, 0, 0), spacing: int = 0,
           parent: QWidget | None = None) -> QVBoxLayout:
    """Widgets one under the other; a number is a stretch of that factor."""
    layout = QVBoxLayout() if parent is None else QVBoxLayout(parent)
    _fill(layout, widgets, margins, spacing)
    return layout


def _fill(layout: QBoxLayout, widgets: tuple[QWidget | int, ...], margins: tuple[int, int, int, int],
          spacing: int) -> None:
    layout.setContentsMargins(*margins)
    layout.setSpacing(spacing)
    for widget in widgets:
        if isinstance(widget, int):
            layout.addStretch(widget)
        else:
            layout.addWidget(widget)


GAP = 6  # pixels between an icon and its words, which Qt does not keep by itself
SHARP = 2.0  # device pixels per pixel of an icon, enough for every screen


def gapped(name: str, colour: str, size: int = 16, *, filled: bool = False, disabled: str = "") -> QIcon:
    """An icon `size` high with room at its right, for buttons with words beside it.

    disabled: the colour of a button that cannot be pressed, "" for what Qt makes of the other.
    """
    made = QIcon(_gapped(name, colour, size, filled=filled))
    if disabled:
        made.addPixmap(_gapped(name, disabled, size, filled=filled), QIcon.Mode.Disabled)
    return made


def _gapped(name: str, colour: str, size: int, *, filled: bool) -> QPixmap:
    wide = QPixmap(round((size + GAP) * SHARP), round(size * SHARP))
    wide.setDevicePixelRatio(SHARP)
    wide.fill(Qt.GlobalColor.transparent)
    with QPainter(wide) as painter:
        painter.drawPixmap(0, 0, icon_pixmap(name, colour, size, SHARP, filled=filled))
    return wide


WIDEST = 16_777_215  # Qt's own word for no limit


class IconButton(QToolButton):
    """A tool button whose icon follows the theme. Signals: those of QToolButton.

    Args:
        image: name of the icon.
        action: what it does and says; None for a button that is wired by hand.
        words: show the title beside the icon.
        tip: the accessible name, whatever the action is called, and what the pointer reads where there is no action.
    """

    def __init__(self, image: str, action: QAction | None = None, *, words: bool = False, tip: str = "") -> None:
        super().__init__()
        self.image = image
        self.does = action.objectName() if action is not None else ""  # name of the action
        self._theme = DARK
        if action is not None and words:
            self._follow(action)
        elif action is not None:
            self.setDefaultAction(action)
            if not tip:
                action.changed.connect(self._renamed)
        self.show_words(words)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(tip or (action.text() if action else image))
        if tip:
            self.setToolTip(tip)

    def _renamed(self) -> None:
        """The action is called otherwise now."""
        self.setAccessibleName(self.defaultAction().iconText())

    def _follow(self, action: QAction) -> None:
        """Do what an action does; the icon is this button’s own, with room beside it."""
        self.setText(action.text())
        self.setToolTip(action.toolTip())
        action.changed.connect(lambda: self.setToolTip(action.toolTip()))  # it says why it cannot be pressed
        self.clicked.connect(action.trigger)
        self.setEnabled(action.isEnabled())
        action.enabledChanged.connect(self.setEnabled)
        self.setCheckable(action.isCheckable())
        action.toggled.connect(self.setChecked)

    def wide(self) -> int:
        """Pixels the button takes with its words."""
        return self.fontMetrics().horizontalAdvance(self.text()) + 16 + GAP + 16

    def show_words(self, words: bool) -> None:
        """Show the words beside the icon, or the icon alone where there is no room."""
        beside, only = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly
        self.setToolButtonStyle(beside if words else only)
        self.set_theme(self._theme)
        if words:
            self.setMinimumWidth(0)
            self.setMaximumWidth(WIDEST)
        else:
            self.setFixedSize(QSize(30, 28))

    @property
    def theme(self) -> Theme:
        """In whose colours the icon is drawn."""
        return self._theme

    def set_theme(self, theme: Theme) -> None:
        """Redraw the icon in the colours of a theme."""
        self._theme = theme
        worded = self.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        made = gapped(self.image, theme.text2, disabled=theme.faint) if worded else \
            icon(self.image, theme.text2, on=theme.text, disabled=theme.faint)
        self.setIconSize(QSize(16 + GAP if worded else 16, 16))
        # a button with a default action shows the action's icon
        (self.defaultAction() or self).setIcon(made)
