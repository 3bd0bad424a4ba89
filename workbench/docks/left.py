"""The left dock: Library, Models and Data as tabs of one dock."""

from __future__ import annotations

from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QTabBar, QWidget

from workbench.docks.dock import Dock, TitleRow

TABS = ("Library", "Models", "Data")


class LeftDock(Dock):
    """Three panels, one at a time. Signals: those of QDockWidget.

    Args:
        library, models, data: the panels.
    """

    def __init__(self, library: QWidget, models: QWidget, data: QWidget) -> None:
        self.tabs = QTabBar()
        self.tabs.setAccessibleName("Library, models and data")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)  # all three are always seen
        self.tabs.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        for title in TABS:
            self.tabs.addTab(title)
        title = TitleRow()
        title.heading.hide()
        title.row.setContentsMargins(8, 4, 8, 0)
        title.row.insertWidget(0, self.tabs)
        self.pages = QStackedWidget()
        for page in (library, models, data):
            self.pages.addWidget(page)
        self.tabs.currentChanged.connect(self.pages.setCurrentIndex)
        super().__init__("leftDock", "Library, models, data", self.pages, title)
        self.pages.setMinimumWidth(200)

    def choose(self, tab: str) -> None:
        """Show the panel of that title."""
        self.show()
        self.tabs.setCurrentIndex(TABS.index(tab))
