"""Small buttons with an icon of the theme."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QWidget

from widgets.drawing.icons import icon, icon_size
from widgets.drawing.theme import DARK, Theme


class GlyphButton(QToolButton):
    """A button that shows one icon. Signals: those of QToolButton.

    Its accessible name is the tooltip without the shortcut in parentheses.
    """

    def __init__(self, glyph: str, tip: str, press: Callable[[], object] | None = None, *, checkable: bool = False,
                 small: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._glyph = glyph
        self._theme = DARK
        self.setIconSize(icon_size())
        self.setToolTip(tip)
        self.setAccessibleName(tip.split(" (")[0])
        self.setCheckable(checkable)
        self.setProperty("small", small)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        if press is not None:
            self.clicked.connect(lambda: press())
        self.set_theme(DARK)

    def set_glyph(self, glyph: str, tip: str = "") -> None:
        """Show another icon, with another tooltip unless that is empty."""
        self._glyph = glyph
        if tip:
            self.setToolTip(tip)
            self.setAccessibleName(tip.split(" (")[0])
        self.set_theme(self._theme)

    def set_theme(self, theme: Theme) -> None:
        """Colour the icon by a theme."""
        self._theme = theme
        self.setIcon(icon(self._glyph, theme.text2, on=theme.accent, disabled=theme.faint))
