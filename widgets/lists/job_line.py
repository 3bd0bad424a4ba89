"""One row of the job list: what a job is, how far and how long, and its buttons."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QEnterEvent, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMenu,
    QProgressBar,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from widgets.controls.readout import Readout
from widgets.drawing.fonts import figures, words
from widgets.drawing.icons import icon
from widgets.drawing.theme import Theme

HEIGHT = 48  # px of a line


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job: share in [0, 1]; facts as shown at the right ("42 % · 23 s", "paused", "done in 2 min").

    detail: what tells it from jobs of the same title; tip: all there is to say of it; apart: it is not in the queue,
    so that it can be neither paused nor moved.
    """

    key: str
    title: str
    share: float
    facts: str
    detail: str = ""
    tip: str = ""
    running: bool = False
    paused: bool = False
    waiting: bool = False
    apart: bool = False


class JobLine(QWidget):
    """One row: title and buttons, detail and facts, and a thin bar. It is as high whatever it shows.

    Signals:
        asked(verb): "pause", "resume", "cancel", "up", "down", "first", "last" or "show".
        dragged(QPointF): it is being dragged; where, in its own coordinates.
        dropped(QPointF): a drag ended there.
    """

    asked = Signal(str)
    dragged = Signal(QPointF)
    dropped = Signal(QPointF)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # a click too: the keys then are for this job
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._row = JobRow("", "", 0, "")
        self._title, self._detail = Readout(words()), Readout(words(11), quiet=True)
        self._facts = Readout(figures(11), Qt.AlignmentFlag.AlignRight, quiet=True)
        self._bar = QProgressBar(maximum=1000, textVisible=False)
        self._from: QPointF | None = None
        self._dragging = False
        self._pause, self._cancel, self._up, self._down = QToolButton(), QToolButton(), QToolButton(), QToolButton()
        self._arrange()
        self._cancel.setToolTip("Stop (Del); what is done is kept")
        self._cancel.setAccessibleName("Stop")
        for button, said in ((self._up, "Earlier (Alt+↑)"), (self._down, "Later (Alt+↓)")):
            button.setToolTip(f"{said}; or drag the job to its place")
            button.setAccessibleName(said.split(" (")[0])
            button.hide()

    def _arrange(self) -> None:
        column, upper, lower = QVBoxLayout(self), QHBoxLayout(), QHBoxLayout()
        column.setContentsMargins(0, 2, 0, 3)
        column.setSpacing(1)
        upper.setSpacing(2)
        lower.setSpacing(8)
        upper.addWidget(self._title, 1)
        for button, verb in ((self._up, "up"), (self._down, "down"), (self._pause, ""), (self._cancel, "cancel")):
            button.setProperty("small", True)
            button.setFixedSize(22, 20)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            upper.addWidget(button)
            button.clicked.connect(lambda _checked=False, verb=verb: self.asked.emit(verb or self._verb))
        lower.addWidget(self._detail, 1)
        lower.addWidget(self._facts)
        for text in (self._title, self._detail):
            text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        column.addLayout(upper)
        column.addLayout(lower)
        column.addWidget(self._bar)

    @property
    def _verb(self) -> str:
        return "resume" if self._row.paused else "pause"

    def show_row(self, row: JobRow, theme: Theme) -> None:
        """Show the state of a job."""
        self._row = row
        for line, text in ((self._title, row.title), (self._detail, row.detail), (self._facts, row.facts)):
            line.say(text)
            line.set_theme(theme)
        self.setToolTip(row.tip or row.title)
        self._bar.setValue(round(1000 * row.share))
        self._pause.setVisible(not (row.waiting or row.apart))
        self._reveal(self.hasFocus() or self.underMouse())
        # what has not begun needs no empty bar; rows are as high without one
        self._bar.setVisible(row.running or row.share > 0)
        self._pause.setIcon(icon("play" if row.paused else "pause", theme.text2))
        self._pause.setToolTip(f"{self._verb.capitalize()} (Space)")
        self._pause.setAccessibleName(self._verb.capitalize())
        for button, name in ((self._cancel, "x"), (self._up, "chevron-up"), (self._down, "chevron-down")):
            button.setIcon(icon(name, theme.text2))
        self._title.set_quiet(not row.running)
        self.setAccessibleName(", ".join(part for part in (row.title, row.detail, row.facts) if part))

    def enterEvent(self, event: QEnterEvent) -> None:
        self._reveal(True)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._reveal(self.hasFocus())
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._reveal(True)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._reveal(self.underMouse())
        super().focusOutEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._from = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._from is None or self._row.apart:
            return
        far = (event.position() - self._from).manhattanLength() >= QApplication.startDragDistance()
        if far and not self._dragging:
            self._dragging = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        if self._dragging:
            self.dragged.emit(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        clicked, dragged = self._from is not None, self._dragging
        self._from, self._dragging = None, False
        self.unsetCursor()
        if dragged:
            self.dropped.emit(event.position())
        elif clicked and self._row.apart:  # there is nothing else to do with it
            self.asked.emit("show")

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and not self._row.apart:
            self.asked.emit("show")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        verbs = {Qt.Key.Key_Space: self._verb, Qt.Key.Key_Delete: "cancel", Qt.Key.Key_Return: "show",
                 Qt.Key.Key_Enter: "show"}
        if alt:
            verbs = {Qt.Key.Key_Up: "up", Qt.Key.Key_Down: "down", Qt.Key.Key_Home: "first", Qt.Key.Key_End: "last"}
        verb = verbs.get(Qt.Key(event.key()))
        if verb is None:
            super().keyPressEvent(event)
        else:
            self.asked.emit(verb)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    def menu(self) -> QMenu:
        """Everything that can be done with the job, with its keys."""
        menu = QMenu(self)
        show, stop = ("Show", "show", "Return"), ("Stop", "cancel", "Del")
        held = ("Hold", "pause") if self._row.waiting else (self._verb.capitalize(), self._verb)
        queued = (show, None, (*held, "Space"), stop, None,
                  ("Move to the front", "first", "Alt+Home"), ("Move up", "up", "Alt+Up"),
                  ("Move down", "down", "Alt+Down"), ("Move to the end", "last", "Alt+End"))
        for entry in (show, stop) if self._row.apart else queued:
            if entry is None:
                menu.addSeparator()
                continue
            title, verb, keys = entry
            action = menu.addAction(title, lambda verb=verb: self.asked.emit(verb))
            action.setShortcut(keys)  # shown only: the line takes the keys itself
        return menu

    def _reveal(self, shown: bool) -> None:
        for button in (self._up, self._down):
            button.setVisible(shown and not self._row.apart)
