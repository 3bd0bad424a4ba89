"""Light or dark: following the system until the user says otherwise."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from widgets.drawing.theme import DARK, LIGHT, THEMES, Theme, apply_theme
from workbench.desk import Desk


class Look(QObject):
    """The theme of the application. It has no signals.

    Args:
        desk: its session remembers what the user chose.
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        self._desk = desk
        self.theme = DARK
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)

    def start(self) -> None:
        """Put on the theme of the last session, or the system's."""
        self.use(THEMES.get(self._desk.session.theme) or system_theme())

    def use(self, theme: Theme) -> None:
        """Dress everything in a theme."""
        self.theme = theme
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply_theme(application, theme)

    def switch(self) -> None:
        """The other theme, from now on whatever the system has."""
        other = LIGHT if self.theme.dark else DARK
        self._desk.keep(replace(self._desk.session, theme=other.name))
        self.use(other)

    def follow_system(self) -> None:
        """Forget the user's choice and follow the system again."""
        # not a name in THEMES, so the next change of the system's is followed
        self._desk.keep(replace(self._desk.session, theme="system"))
        self.use(system_theme())

    def _system_changed(self) -> None:
        if self._desk.session.theme not in THEMES:
            self.use(system_theme())


def system_theme() -> Theme:
    """What the system asks for; dark when it says nothing."""
    return LIGHT if QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Light else DARK
