"""The Check panel: every claim of the program beside what was measured of it, and one of them in full."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QProgressBar, QPushButton, QSplitter, QStackedWidget, QWidget

from widgets.controls.filter_field import FilterField
from widgets.controls.readout import Readout
from widgets.drawing.fonts import figures
from widgets.drawing.theme import mark
from widgets.lists.claim_table import ClaimTable
from widgets.lists.claim_view import ClaimView
from workbench.actions import Actions
from workbench.docks.dock import Dock, TitleRow
from workbench.parts import IconButton, column, label, line, row

READING = "Reading what the program claims…"
UNREAD = "What the program claims could not be read. “Check all” measures and lists it all the same."
NO_MATCH = "No claim has these words; clear the filter to see all."
NO_CLAIM = "Choose a claim to see its verdict, its formulas and the curve it was read off."
BUTTONS = (("check.again", "play", "Check selected"), ("check.stop", "square", "Stop"))
BESIDE, SQUAT = 700, 440  # px from which table and claim have room side by side; the latter where it is low
LOW = 330  # px: in less height the rows come first, and the claim on demand
ROWS = 168  # px: the head of the table and six rows, the least there is
WORDED = 560  # px from which the buttons have room for their words
SIZE, MARGIN = QSize(980, 620), QSize(80, 80)  # of a window of its own, and what is seen of the other around it
SHARE = 0.7  # of the main window that it has where that is more
TABLE, CLAIM = 620, 360  # px side by side, and their shares of the height one under the other
DETAILS = "The selected claim in full: its verdict, its formulas and the curve it was read off"


class CheckDock(Dock):
    """A table, a claim, and buttons. Signals: those of QDockWidget.

    Args:
        actions: has "check.all", "check.again" and "check.stop".
    """

    def __init__(self, actions: Actions) -> None:
        self.filter = FilterField("Filter claims", "Filter, as langevin or fails")
        self.table, self.view = ClaimTable(), ClaimView(NO_CLAIM)
        self.all = _primary("Check all", actions["check.all"])
        self._buttons = [IconButton(glyph, actions[name], words=True) for name, glyph, _ in BUTTONS]
        self.details = IconButton("info", words=True, tip=DETAILS)
        self._words, self._bar, self._foot = Readout(figures(11), quiet=True), QProgressBar(), QWidget()
        self._low = False  # whether there is little height
        self._empty = label(READING, "quiet")
        page = _Page()
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)  # as a window of its own it has a ground to hide
        self.panes = QSplitter(page)
        self._arrange(page)
        super().__init__("checkDock", "Check", page, TitleRow("", 6))
        page.resized.connect(self.fit)
        self.details.clicked.connect(self._asked)
        self._folded = False  # whether the claim is put away
        self.filter.left.connect(self.take_keyboard)
        self.fit(SIZE)

    @property
    def words(self) -> str:
        """What is said at the foot."""
        return self._words.text()

    @property
    def sentence(self) -> str:
        """What stands in place of rows, "" while there are some."""
        return self._empty.text() if self._rooms.currentIndex() else ""

    def place(self) -> None:
        """As a window of its own, put it into the middle of the main window."""
        parent = self.parentWidget()
        if self.isFloating() and parent is not None:
            self.resize(SIZE.expandedTo(parent.size() * SHARE).boundedTo(parent.size() - MARGIN))
            self.move(parent.frameGeometry().center() - self.rect().center())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes a window of its own, once nothing in it wants the key."""
        if event.key() == Qt.Key.Key_Escape and self.isFloating():
            self.close()
        else:
            super().keyPressEvent(event)

    def tell(self, words: str, share: float | None = None) -> None:
        """Say what goes on or what came of it; `share` in [0, 1] of what is measured now."""
        self._words.say(words)
        self._bar.setVisible(share is not None)
        self._foot.setVisible(share is not None or not self._low)
        self._bar.setValue(round(1000 * (share or 0)))

    def show_empty(self, sentence: str) -> None:
        """Show a sentence in place of the table, or the table again for ""."""
        focused = bool(sentence) and self.table.hasFocus()
        self._empty.setText(sentence)
        self._rooms.setCurrentIndex(1 if sentence else 0)
        if focused:
            self.filter.setFocus(Qt.FocusReason.OtherFocusReason)

    def take_keyboard(self) -> None:
        """Put the keyboard onto the rows, or into the filter while there are none."""
        target = self.filter if self.sentence else self.table
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        if target is self.table and self.table.currentItem() is None and self.table.rows:
            self.table.select(self.table.rows[0].key)

    def fit(self, size: QSize) -> None:
        """Lay table and claim side by side, or one under the other where it is narrow.

        Where it is low the claim is folded away: a button brings it back, as does the handle beside the table.
        """
        low = size.height() < LOW
        beside = size.width() >= (SQUAT if low else BESIDE)
        turned = beside is not (self.panes.orientation() is Qt.Orientation.Horizontal)
        if turned:
            self.panes.setOrientation(Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical)
        folded = (low and not self.details.isChecked()) if low is self._low else low
        if turned or folded is not self._folded:
            self._fold(folded)
        self._low = low
        self._foot.setVisible(not low or not self._bar.isHidden())
        self.details.setVisible(low)
        for button in (*self._buttons, self.details):
            button.show_words(size.width() >= WORDED)

    def _asked(self) -> None:
        """The button was pressed."""
        self._fold(not self.details.isChecked())

    def _fold(self, folded: bool) -> None:
        """Put the claim away, or show it."""
        self._folded = folded
        self.panes.setSizes([TABLE, 0 if folded else CLAIM])
        self.details.setChecked(not folded)

    def _arrange(self, page: QWidget) -> None:
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(120)
        self._bar.setAccessibleName("Share of the check that is done")
        self._stack()
        layout = column(parent=page)
        layout.addLayout(row(self.filter, self.all, *self._buttons, self.details, margins=(12, 4, 12, 6), spacing=6))
        layout.addWidget(line())
        layout.addWidget(self.panes, 1)
        foot = row(self._words, 1, self._bar, margins=(14, 4, 14, 6))
        column(line(), parent=self._foot).addLayout(foot)
        layout.addWidget(self._foot)
        self.tell("")

    def _stack(self) -> None:
        """Put table, or a sentence in its place, and claim into the panes, and words on the buttons."""
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setContentsMargins(24, 0, 24, 0)
        self._empty.setMinimumWidth(160)
        self._rooms = QStackedWidget()
        self._rooms.addWidget(self.table)
        self._rooms.addWidget(self._empty)
        self._rooms.setMinimumHeight(ROWS)
        self.details.setText("Details")
        self.details.setCheckable(True)
        mark(self.details, field=True)
        for pane in (self._rooms, self.view):
            self.panes.addWidget(pane)
        self.panes.setCollapsible(0, False)
        self.panes.setSizes([TABLE, CLAIM])
        for button, (_, _, words) in zip(self._buttons, BUTTONS, strict=True):
            button.setText(words)
            mark(button, field=True)


def _primary(words: str, action: QAction) -> QPushButton:
    """The button that all else here is about."""
    button = QPushButton(words)
    mark(button, primary=True)
    button.setToolTip(action.toolTip())
    action.changed.connect(lambda: button.setToolTip(action.toolTip()))
    button.setEnabled(action.isEnabled())
    button.clicked.connect(action.trigger)
    action.enabledChanged.connect(button.setEnabled)
    return button


class _Page(QWidget):
    """What the dock holds. Signals: resized(size) in pixels, which decides what has room."""

    resized = Signal(QSize)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit(self.size())
