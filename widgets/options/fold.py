"""The section of an option form that is folded at first."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QScrollArea, QToolButton, QVBoxLayout, QWidget

from widgets.drawing.icons import icon
from widgets.drawing.theme import DARK, Theme


class Fold(QWidget):
    """The section “More”, folded until it is pressed.

    Signals: revealed() when what was unfolded has been scrolled into sight.
    """

    revealed = Signal()

    def __init__(self, body: QWidget) -> None:
        super().__init__()
        self._theme = DARK
        self._button = QToolButton()
        self._button.setText("More")
        self._button.setProperty("fold", True)
        self._button.setCheckable(True)
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._button.setIconSize(QSize(12, 12))
        self._button.setToolTip("Options that seldom need a change")
        # of its own, since the body shows and hides itself when its options come and go
        self._holder = QWidget()
        for holder, parts in ((self._holder, (body,)), (self, (self._button, self._holder))):
            layout = QVBoxLayout(holder)
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(2)
            for part in parts:
                layout.addWidget(part)
        self._button.toggled.connect(self.unfold)
        self._button.clicked.connect(lambda: QTimer.singleShot(0, self, self._reveal))
        self.unfold(False)

    @property
    def head(self) -> QToolButton:
        """The button that unfolds them."""
        return self._button

    def unfold(self, unfolded: bool) -> None:
        """Show or hide the options."""
        self._holder.setVisible(unfolded)
        self._button.setChecked(unfolded)
        self.set_theme(self._theme)

    def _reveal(self) -> None:
        """Scroll to the options that were just unfolded, as far as their heading stays in sight."""
        parent = self.parentWidget()
        while parent is not None and not isinstance(parent, QScrollArea):
            parent = parent.parentWidget()
        if parent is not None and self._button.isChecked():
            parent.ensureWidgetVisible(self._holder, 0, 0)
            parent.ensureWidgetVisible(self._button, 0, 0)
            self.revealed.emit()

    def set_theme(self, theme: Theme) -> None:
        """Colour the chevron by a theme."""
        self._theme = theme
        self._button.setIcon(icon("chevron-down" if self._button.isChecked() else "chevron-right", theme.text2))
