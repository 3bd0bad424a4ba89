"""The Library panel: the runs, and behind them the trash; at the foot what both hold."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLayout, QPushButton, QStackedWidget, QToolButton, QWidget

from widgets.controls.buttons import GlyphButton
from widgets.drawing.theme import mark
from widgets.lists.run_list import RunList
from workbench.parts import IconButton, column, label, line, row

NO_RUNS = "No runs yet. Every run appears here as soon as it begins."
NO_TRASH = "The trash is empty. Deleted runs wait here until you empty it."
HELP = """Finds runs by anything in their recipe, every word must fit:
threes – a word of title, model or options
sampler:ddim  steps>20  seed:7  class:3 – an option
accuracy>=0.97 – a figure
task:train  state:failed  starred – what a run is
"two words" – as they stand"""
EDGES = (12, 4, 8, 6)  # pixels around a foot


class LibraryPanel(QWidget):
    """Two pages of one panel.

    Signals:
        trash_asked(bool): go to the trash, or back to the runs.
        restore_asked(), empty_asked(): the buttons of the trash.
        raised(): the panel wants to be seen, from behind others too.
    """

    trash_asked = Signal(bool)
    restore_asked = Signal()
    empty_asked = Signal()
    raised = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.runs = RunList("Library", NO_RUNS, hint="Filter, as steps>20")
        self.runs.filter.setToolTip(HELP)
        self.trash = RunList("Trash", NO_TRASH, click=False)
        self.trash.filter.setToolTip(HELP)
        self.more = GlyphButton("filter", "Filter and order")
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.runs.add_tool(self.more)
        self.counted = label("", "caption", "Runs of the library")
        self.counted.setMinimumWidth(1)  # what it says of a long filter must not widen the panel
        self.weighed = label("", "caption", "Runs in the trash")
        self.open_trash = IconButton("trash-2", words=True, tip="Show deleted runs")
        self.open_trash.setText("Trash")
        self.open_trash.clicked.connect(lambda: self.trash_asked.emit(True))
        self.restore, self.empty = QPushButton("Restore"), QPushButton("Empty")
        self.restore.setToolTip("Take the chosen runs out of the trash (Enter)")
        self.empty.setToolTip("Delete all runs of the trash for good; asks first")
        self.restore.clicked.connect(self.restore_asked)
        self.empty.clicked.connect(self.empty_asked)
        self._pages = QStackedWidget()
        foot = row(self.counted, 1, self.open_trash, margins=EDGES, spacing=2)
        for page in (_page(self.runs, None, foot), self._trash_page()):
            self._pages.addWidget(page)
        column(self._pages, parent=self)

    @property
    def in_trash(self) -> bool:
        """Whether the trash is shown."""
        return self._pages.currentIndex() == 1

    @property
    def has_keyboard(self) -> bool:
        """Whether the focus is somewhere in it."""
        focus = QApplication.focusWidget()
        return focus is not None and (focus is self or self.isAncestorOf(focus))

    def show_trash(self, shown: bool) -> None:
        """Turn to the trash or back to the runs, the keyboard with it."""
        focused = self.has_keyboard
        self._pages.setCurrentIndex(int(shown))
        if focused:
            (self.trash if shown else self.runs).take_keyboard()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.in_trash:
            self.trash_asked.emit(False)
        else:
            super().keyPressEvent(event)

    def _trash_page(self) -> QWidget:
        back = IconButton("arrow-left", words=True, tip="Back to the runs (Esc)")
        back.setText("Library")
        back.clicked.connect(lambda: self.trash_asked.emit(False))
        for button in (self.restore, self.empty):
            mark(button, flat=True)
        head = row(back, 1, label("Trash", "head"), margins=(8, 4, 14, 0))
        return _page(self.trash, head, row(self.weighed, 1, self.restore, self.empty, margins=EDGES, spacing=2))


def _page(rows: RunList, head: QLayout | None, foot: QLayout) -> QWidget:
    """A list between its head and its foot."""
    page = QWidget()
    layout = column(parent=page)
    if head is not None:
        layout.addLayout(head)
    layout.addWidget(rows, 1)
    layout.addWidget(line())
    layout.addLayout(foot)
    return page
