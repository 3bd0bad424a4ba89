"""A dock with the quiet title row of this window: tabs or a heading on the left, tools on the right."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QWidget

from widgets.controls.buttons import GlyphButton
from widgets.drawing.theme import mark
from workbench.parts import label

BARE = 30  # pixels of a title row with a button


class TitleRow(QWidget):
    """The drag handle of a dock. It has no signals; clicks on its empty part reach the dock.

    Args:
        heading: section head in sentence case, "" for none.
        height: in pixels; 0 leaves it to the contents.
    """

    def __init__(self, heading: str = "", height: int = 30) -> None:
        super().__init__()
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(14, 4, 10, 0)
        self.row.setSpacing(6)
        self._height, self._docked = height, height
        if height:
            self.setFixedHeight(height)
        self._close: GlyphButton | None = None
        self._name = label("", "head")
        self.heading = label(heading, "head")
        self.heading.setVisible(bool(heading))
        self.row.addWidget(self.heading)
        self.row.addStretch(1)

    def add(self, widget: QWidget) -> None:
        """Put a tool at the right end."""
        self.row.addWidget(widget)

    def complete(self, title: str, close: Callable[[], object]) -> None:
        """Add, after all tools, what only a window of its own shows: its name and a button that closes it."""
        # made with the window, so that every change of theme reaches it
        self._close = GlyphButton("x", f"Close {title.lower()} (View › Panels brings it back)", close, small=True)
        self._name.setText(title)
        self.row.insertWidget(0, self._name)
        self.row.addWidget(self._close)
        self.float(False)

    def float(self, floating: bool) -> None:
        """Show what a window of its own needs, or hide it in the window."""
        if self._close is not None:
            self._close.setVisible(floating)
        self._name.setVisible(floating and self.heading.isHidden())
        # rows that are a mere margin in the window are too low for a button
        self._height = max(self._docked, BARE) if floating and self._docked else self._docked
        if self._height:
            self.setFixedHeight(self._height)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        # a dock places its contents by this hint, whatever height the title is fixed to
        hint = super().sizeHint()
        return QSize(hint.width(), self._height or hint.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), self.sizeHint().height())


class Dock(QDockWidget):
    """A movable, closable dock; its name is what “View” lists. Signals: those of QDockWidget."""

    def __init__(self, name: str, title: str, content: QWidget, row: QWidget | None = None) -> None:
        super().__init__(title)
        self.setObjectName(name)
        self.setAccessibleName(title)
        bar = row or TitleRow(title)
        self.setTitleBarWidget(bar)
        if isinstance(bar, TitleRow):
            bar.complete(title, self.close)
            self.topLevelChanged.connect(bar.float)
        for part in (self, bar):  # each paints its own ground
            part.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        # a window of its own has an edge, which a panel gets from its neighbours: its ground, which shows around them
        # not by a property “floating”: a dock has one, and to set it ends the drag that is about to begin
        self.topLevelChanged.connect(lambda floating: mark(self, apart=floating))
        self.topLevelChanged.connect(self._take_keyboard)
        content.setObjectName(content.objectName() or f"{name}Content")
        self.setWidget(content)
        self.setAllowedAreas(Qt.DockWidgetArea.AllDockWidgetAreas)

    def _take_keyboard(self, floating: bool) -> None:
        """Give the keyboard of the new window to its content; Qt would choose the first button, which closes it."""
        if floating and self.focusWidget() is None:
            self.widget().setFocus(Qt.FocusReason.OtherFocusReason)
