"""Branch tree: the runs that grew from one another, each a line over the steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QWheelEvent,
)

from widgets.fonts import words
from widgets.painted import Painted

ROW, EDGE, DOT = 17, 8, 4.0  # px
SHOWN = 3  # rows at most; more of them scroll
ALONE = "Branch from any step (B): runs that share these steps appear here."


@dataclass(frozen=True, slots=True)
class Branch:
    """One run: it leaves `parent` (None for the first) at share `start` of the steps and reached share `end`."""

    key: str
    title: str
    start: float = 0.0
    end: float = 1.0
    parent: str | None = None


class BranchTree(Painted):
    """Lines with a dot at both ends; the current run carries the position of the scrubber.

    Signals:
        chosen(key): a run was clicked, or reached by the up and down keys.
        compare_asked(key): a run was clicked with Ctrl held, to stand beside the current one.
    """

    chosen = Signal(str)
    compare_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__("Branches")
        self._branches: tuple[Branch, ...] = ()
        self._current, self._share, self._hovered = "", 0.0, ""
        self.setMouseTracking(True)
        self._first = 0  # the row at the top, when there are more than fit
        self.setFixedHeight(self._height())

    @property
    def current(self) -> str:
        """Key of the run that is shown."""
        return self._current

    def set_branches(self, branches: Sequence[Branch], current: str) -> None:
        """Show runs, parents before children, and which of them is current."""
        if tuple(branches) == self._branches and current == self._current:
            return
        self._branches, self._current = tuple(branches), current
        names = ", ".join(b.title for b in branches)
        self.setAccessibleDescription(f"{len(branches)} runs: {names}; now {self._title(current)}")
        rows = [b.key for b in self._branches]
        if current in rows:  # the shown run is in sight
            at = rows.index(current)
            self._scroll_to(min(max(self._first, at - SHOWN + 1), at))
        self.setFixedHeight(self._height())
        self.update()

    def set_position(self, share: float) -> None:
        """Move the position dot to a share of the steps in [0, 1]."""
        if share != self._share:
            self._share = share
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, self._height())

    def _height(self) -> int:
        """Pixels of the rows there are: what stands below the tree gives them up."""
        return min(max(len(self._branches), 1), SHOWN) * ROW + 4

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._scroll_to(self._first + (-1 if event.angleDelta().y() > 0 else 1))
        self.update()

    def _scroll_to(self, first: int) -> None:
        self._first = min(max(first, 0), max(len(self._branches) - SHOWN, 0))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self.theme.bg1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(words(11))
        if len(self._branches) < 2:
            # a single line over the slider would look like a second slider
            self._alone(painter)
            return
        for k, branch in enumerate(self._branches):
            self._line(painter, k, branch)
        # after all lines, so that none runs over the dot of another run
        for k, branch in enumerate(self._branches):
            self._dots(painter, k, branch)
        self.draw_focus(painter)

    def _alone(self, painter: QPainter) -> None:
        """Say what would stand here, as long as nothing has branched."""
        if self._branches:
            painter.setPen(QColor(self.theme.text2))
            text = QFontMetrics(painter.font()).elidedText(ALONE, Qt.TextElideMode.ElideRight, self.width() - 2 * EDGE)
            painter.drawText(self.rect().adjusted(2, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)
        self.draw_focus(painter)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self._at(event.position())
        if found != self._hovered:
            self._hovered = found
            self.setToolTip(f"{self._title(found)}\nClick to show, Ctrl+click to compare" if found else "")
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = ""
        self.update()
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        key = self._at(event.position())
        if key and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.compare_asked.emit(key)
        elif key:
            self.chosen.emit(key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        keys = [b.key for b in self._branches]
        if step and self._current in keys:
            self.chosen.emit(keys[(keys.index(self._current) + step) % len(keys)])
        else:
            super().keyPressEvent(event)

    def _title(self, key: str) -> str:
        return next((b.title for b in self._branches if b.key == key), "")

    def _y(self, k: int) -> float:
        """Height of the k-th line; those that are scrolled away lie outside."""
        return 2 + (k - self._first + 0.5) * ROW

    def _x(self, share: float) -> float:
        return EDGE + share * (self.width() - 2 * EDGE)

    def _colour(self, branch: Branch) -> QColor:
        """The first run in the accent, branches in their own colour, runs not shown fainter."""
        colour = QColor(self.theme.accent if branch.parent is None else self.theme.guidance)
        if branch.key not in {self._current, self._hovered}:
            colour.setAlphaF(0.55)
        return colour

    def _line(self, painter: QPainter, k: int, branch: Branch) -> None:
        """From the parent's line down to its own, then along, with the title above it."""
        y = self._y(k)
        path = QPainterPath(QPointF(self._x(branch.start), y))
        rows = {b.key: i for i, b in enumerate(self._branches)}
        left = self._x(branch.start)
        if branch.parent in rows:
            above = self._y(rows[branch.parent])
            # the bend takes 26 px, less for a run that left its parent near the end
            left = min(left + 26, self._x(1.0))
            path = QPainterPath(QPointF(self._x(branch.start), above))
            path.cubicTo(QPointF(self._x(branch.start) + 14, above), QPointF(left - 14, y), QPointF(left, y))
        path.lineTo(QPointF(max(left, self._x(branch.end)), y))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._colour(branch), 2))
        painter.drawPath(path)
        if branch.parent is not None:
            self._label(painter, left, y, branch)

    def _label(self, painter: QPainter, left: float, y: float, branch: Branch) -> None:
        metrics = QFontMetrics(painter.font())
        room = self.width() - EDGE - left - 12
        text = metrics.elidedText(branch.title, Qt.TextElideMode.ElideRight, int(room))
        width = metrics.horizontalAdvance(text)
        # the words stand on the line, on a ground of their own so that it does not strike them through;
        # behind its end where the line is too short for them
        end = self._x(branch.end)
        first = left + 6 if end - left > width + 24 else min(max(end, left) + 8, self.width() - width - 8)
        box = QRectF(first, y - 8, width + 8, 16)
        painter.fillRect(box, QColor(self.theme.bg1))
        painter.setPen(QColor(self.theme.text if branch.key == self._current else self.theme.text2))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    def _dots(self, painter: QPainter, k: int, branch: Branch) -> None:
        """Ends of a run, a ring where it left its parent, and the position on the current one."""
        y, colour = self._y(k), self._colour(branch)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(self._x(branch.end), y), DOT, DOT)
        rows = {b.key: i for i, b in enumerate(self._branches)}
        if branch.parent in rows:
            painter.setPen(QPen(QColor(self.theme.text2), 1.6))
            painter.setBrush(QColor(self.theme.bg1))
            painter.drawEllipse(QPointF(self._x(branch.start), self._y(rows[branch.parent])), DOT, DOT)
        else:
            painter.drawEllipse(QPointF(self._x(branch.start), y), DOT, DOT)
        if branch.key == self._current:
            # a tick, since a knob would ask to be dragged
            painter.setPen(QPen(QColor(self.theme.text), 2))
            painter.drawLine(QPointF(self._x(self._share), y - DOT - 2), QPointF(self._x(self._share), y + DOT + 2))

    def _at(self, point: QPointF) -> str:
        """Key of the run whose line is nearest, "" when none is near."""
        if len(self._branches) < 2:
            return ""
        k = min(range(len(self._branches)), key=lambda i: abs(self._y(i) - point.y()))
        branch = self._branches[k]
        # to the right edge, not to the run's end: the title of a short run stands behind it
        inside = self._x(branch.start) - 6 <= point.x() <= self._x(1.0) + 6
        return branch.key if inside and abs(self._y(k) - point.y()) < ROW / 2 else ""
