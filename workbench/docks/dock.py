"""A dock with the quiet title row of this window: tabs or a heading on the left, tools on the right."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QWidget

from workbench.parts import label


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
        self._height = height
        if height:
            self.setFixedHeight(height)
        self.heading = label(heading, "head")
        self.heading.setVisible(bool(heading))
        self.row.addWidget(self.heading)
        self.row.addStretch(1)

    def add(self, widget: QWidget) -> None:
        """Put a tool at the right end."""
        self.row.addWidget(widget)

    def sizeHint(self) -> QSize:
        # a dock places its contents by this hint, whatever height the title is fixed to
        hint = super().sizeHint()
        return QSize(hint.width(), self._height or hint.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class Dock(QDockWidget):
    """A movable, closable dock; its name is what “View” lists. Signals: those of QDockWidget."""

    def __init__(self, name: str, title: str, content: QWidget, row: QWidget | None = None) -> None:
        super().__init__(title)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setTitleBarWidget(row or TitleRow(title))
        content.setObjectName(content.objectName() or f"{name}Content")
        self.setWidget(content)
        self.setAllowedAreas(Qt.DockWidgetArea.AllDockWidgetAreas)
