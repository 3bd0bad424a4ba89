"""Job list: what runs, what waits, how far and how long, with its buttons."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from widgets.drawing.theme import DARK, Theme
from widgets.lists.job_line import JobLine, JobRow


class JobList(QScrollArea):
    """All jobs of the queue in order; empty it says what would appear here.

    Signals:
        pause_asked(key), resume_asked(key), cancel_asked(key): of one job.
        move_asked(key, by): reorder by so many places, up for less than 0: by dragging, its buttons or Alt+arrows.
        show_asked(key): a job is to be looked at.
    """

    show_asked = Signal(str)
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
        count = len(self._rows)  # the owner keeps a move within the list
        moves = {"up": -1, "down": 1, "first": -count, "last": count}
        if verb in moves:
            self.move_asked.emit(key, moves[verb])
            return
        {"pause": self.pause_asked, "resume": self.resume_asked, "cancel": self.cancel_asked,
         "show": self.show_asked}[verb].emit(key)
