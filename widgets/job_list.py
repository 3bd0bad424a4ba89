"""Job list: what runs, what waits, how far and how long, with its buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from widgets.fonts import figures, words
from widgets.icons import icon
from widgets.readout import Readout
from widgets.theme import DARK, Theme


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job: share in [0, 1]; facts as shown at the right ("42 % · 23 s", "paused", "waiting")."""

    key: str
    title: str
    share: float
    facts: str
    running: bool = False
    paused: bool = False
    waiting: bool = False


class JobLine(QWidget):
    """One row; its buttons show on hover and while it has the keyboard.

    Signals:
        asked(verb): "pause", "resume", "cancel", "up" or "down".
        dragged(QPointF): it is being dragged; where, in its own coordinates.
        dropped(QPointF): a drag ended there.
    """

    asked = Signal(str)
    dragged = Signal(QPointF)
    dropped = Signal(QPointF)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._row = JobRow("", "", 0, "")
        self._title, self._facts = Readout(words()), QLabel()
        self._bar = QProgressBar(maximum=1000, textVisible=False)
        self._facts.setFont(figures(12))
        self._from: QPointF | None = None
        self._dragging = False
        self._facts.setProperty("role", "quiet")
        self._facts.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._facts.setMinimumWidth(92)
        self._title.setMinimumWidth(60)
        self._pause, self._cancel, self._up, self._down = QToolButton(), QToolButton(), QToolButton(), QToolButton()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 2, 0, 2)
        line.setSpacing(8)
        line.addWidget(self._title, 3)
        line.addWidget(self._bar, 2)
        for button, verb in ((self._up, "up"), (self._down, "down"), (self._pause, ""), (self._cancel, "cancel")):
            button.setProperty("small", True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.hide()
            line.addWidget(button)
            button.clicked.connect(lambda _checked=False, verb=verb: self.asked.emit(verb or self._verb))
        line.addWidget(self._facts)
        self._cancel.setToolTip("Cancel (Del); what is done is kept")
        self._cancel.setAccessibleName("Cancel")
        for button, said in ((self._up, "Earlier (Alt+↑)"), (self._down, "Later (Alt+↓)")):
            button.setToolTip(f"{said}; or drag the job to its place")
            button.setAccessibleName(said.split(" (")[0])

    @property
    def _verb(self) -> str:
        return "resume" if self._row.paused else "pause"

    def show_row(self, row: JobRow, theme: Theme) -> None:
        """Show the state of a job."""
        self._row = row
        self._title.say(row.title)
        self._title.setToolTip(row.title)
        self._facts.setText(row.facts)
        self._bar.setValue(round(1000 * row.share))
        self._pause.setIcon(icon("play" if row.paused else "pause", theme.text2))
        self._pause.setToolTip(f"{self._verb.capitalize()} (Space)")
        self._pause.setAccessibleName(self._verb.capitalize())
        for button, name in ((self._cancel, "x"), (self._up, "chevron-up"), (self._down, "chevron-down")):
            button.setIcon(icon(name, theme.text2))
        self._title.set_theme(theme)
        self._title.set_quiet(not row.running)
        self.setAccessibleName(f"{row.title}, {row.facts}")

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
        if self._from is None:
            return
        far = (event.position() - self._from).manhattanLength() >= QApplication.startDragDistance()
        if far and not self._dragging:
            self._dragging = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        if self._dragging:
            self.dragged.emit(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        dragged, self._from, self._dragging = self._dragging, None, False
        self.unsetCursor()
        if dragged:
            self.dropped.emit(event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        verbs = {Qt.Key.Key_Space: self._verb, Qt.Key.Key_Delete: "cancel"}
        if alt:
            verbs = {Qt.Key.Key_Up: "up", Qt.Key.Key_Down: "down"}
        verb = verbs.get(Qt.Key(event.key()))
        if verb is None:
            super().keyPressEvent(event)
        else:
            self.asked.emit(verb)

    def _reveal(self, shown: bool) -> None:
        # the bar gives way to the buttons: the share stands in the facts, too
        self._bar.setVisible(not shown)
        self._pause.setVisible(shown and not self._row.waiting)
        for button in (self._cancel, self._up, self._down):
            button.setVisible(shown)


class JobList(QScrollArea):
    """All jobs of the queue in order; empty it says what would appear here.

    Signals:
        pause_asked(key), resume_asked(key), cancel_asked(key): of one job.
        move_asked(key, by): reorder by so many places, up for less than 0: by dragging, its buttons or Alt+arrows.
    """

    pause_asked = Signal(str)
    resume_asked = Signal(str)
    cancel_asked = Signal(str)
    move_asked = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Jobs")
        self._theme, self._rows = DARK, list[JobRow]()
        self._lines: dict[str, JobLine] = {}
        self._empty = QLabel("Nothing runs. Runs that you start or queue appear here.")
        self._empty.setWordWrap(True)
        self._empty.setProperty("role", "quiet")
        page = QWidget()
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._empty)
        self._column.addStretch()
        self.setWidget(page)
        self._mark = QFrame(page)
        self._mark.setObjectName("dropMark")
        self._mark.hide()

    @property
    def rows(self) -> tuple[JobRow, ...]:
        """What is shown, in order."""
        return tuple(self._rows)

    def set_rows(self, rows: Sequence[JobRow]) -> None:
        """Show these jobs; lines of jobs that stay are updated in place and keep the keyboard."""
        self._rows = list(rows)
        for key in self._lines.keys() - {row.key for row in rows}:
            line = self._lines.pop(key)
            self._column.removeWidget(line)
            line.hide()  # it is deleted only once control is back in the event loop
            line.deleteLater()
            self._mark.hide()  # the line may have been under way to another place
        for place, row in enumerate(rows):
            line = self._lines.get(row.key) or self._make(row.key)
            line.show_row(row, self._theme)
            if self._column.indexOf(line) != place + 1:  # the empty sentence is at 0
                self._column.insertWidget(place + 1, line)
        self._empty.setVisible(not rows)

    def set_theme(self, theme: Theme) -> None:
        """Redraw the icons in the colours of a theme."""
        self._theme = theme
        self.set_rows(self._rows)

    def _make(self, key: str) -> JobLine:
        line = JobLine()
        line.asked.connect(lambda verb: self._ask(key, verb))
        line.dragged.connect(lambda point: self._drag(key, line.mapToParent(point.toPoint()).y()))
        line.dropped.connect(lambda point: self._drop(key, line.mapToParent(point.toPoint()).y()))
        self._lines[key] = line
        return line

    def _gap(self, y: int) -> int:
        """Number of the gap between lines that is nearest to a height on the page, 0 above the first."""
        middles = [self._lines[row.key].geometry().center().y() for row in self._rows]
        return sum(middle < y for middle in middles)

    def _drag(self, key: str, y: int) -> None:
        """Mark where the line would go; the line of a job that has just ended goes nowhere."""
        if key not in self._lines:
            return
        gap = self._gap(y)
        lines = [self._lines[row.key].geometry() for row in self._rows]
        at = lines[gap].top() if gap < len(lines) else lines[-1].bottom()
        self._mark.setGeometry(0, max(at - 1, 0), self.viewport().width(), 2)
        self._mark.raise_()
        self._mark.show()

    def _drop(self, key: str, y: int) -> None:
        """Ask for the move that brings the line into the gap."""
        self._mark.hide()
        if key not in self._lines:
            return
        now, gap = [row.key for row in self._rows].index(key), self._gap(y)
        # gaps are counted with the line still in its place: those below it move up by one once it is taken out
        by = gap - now - (1 if gap > now else 0)
        if by:
            self.move_asked.emit(key, by)

    def _ask(self, key: str, verb: str) -> None:
        """Turn a verb of a line into the list's own signal."""
        if verb in {"up", "down"}:
            self.move_asked.emit(key, -1 if verb == "up" else 1)
            return
        {"pause": self.pause_asked, "resume": self.resume_asked, "cancel": self.cancel_asked}[verb].emit(key)
