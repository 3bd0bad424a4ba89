"""Branch tree: the runs that grew from one another, each a line over the steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu

from widgets.controls.step_slider import PAD
from widgets.drawing.fonts import words
from widgets.drawing.painted import Painted, fitted, tinted

ROW, DOT, EDGE = 20, 3.5, PAD  # px; steps stand over those of the slider below
BASE = 15  # px from the top of a row to its line; the words stand above it
SHOWN = 3  # rows at most: the first run always, and those below it scroll
ALONE = "Branch from any step (B): runs that share these steps appear here."
HINT = "Click or ↑ ↓ to show · Ctrl+click or Ctrl+↑ ↓ to compare with the run shown"


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

    The first run keeps the top row, so that it can always be reached; the others scroll below it.

    Signals:
        chosen(key): a run was clicked, or reached by the up and down keys.
        compare_asked(key): a run is to stand beside the current one: clicked or reached by up and down with Ctrl
            held, or chosen in the menu.
    """

    chosen = Signal(str)
    compare_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__("Branches")
        self._branches: tuple[Branch, ...] = ()
        self._current, self._share, self._hovered, self._compared, self._said = "", 0.0, "", "", ALONE
        self.setMouseTracking(True)
        self._first = 0  # how many rows below the first are scrolled away
        self.setFixedHeight(self._height())

    @property
    def current(self) -> str:
        """Key of the run that is shown."""
        return self._current

    def set_branches(self, branches: Sequence[Branch], current: str, alone: str = ALONE) -> None:
        """Show runs, parents before children, and which is current; `alone` is said of a single one."""
        if (tuple(branches), current, alone) == (self._branches, self._current, self._said):
            return
        self._branches, self._current, self._said = tuple(branches), current, alone
        runs = f"{len(branches)} runs: {', '.join(b.title for b in branches)}; now {self._title(current)}"
        self.setAccessibleDescription(alone if len(branches) == 1 else runs)
        self._scroll_to(self._first)
        self._reveal(current)
        self.setFixedHeight(self._height())
        self.update()

    def set_compared(self, key: str) -> None:
        """Mark the run that stands beside the current one, "" for none."""
        if key != self._compared:
            self._compared = key
            self._reveal(key)
            self.update()

    def _reveal(self, key: str) -> None:
        """Scroll a run into sight; the first one always is."""
        rows = [b.key for b in self._branches]
        if key in rows[1:]:
            at = rows.index(key)
            self._scroll_to(min(max(self._first, at - SHOWN + 1), at - 1))

    def set_position(self, share: float) -> None:
        """Move the position dot to a share of the steps in [0, 1]."""
        moved, self._share = share != self._share, share
        if moved and len(self._branches) > 1:  # a run without branches has words in its place
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, self._height())

    def _height(self) -> int:
        # of the rows there are: what stands below the tree gives them up
        return min(max(len(self._branches), 1), SHOWN) * ROW + 4

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._scroll_to(self._first + (-1 if event.angleDelta().y() > 0 else 1))
        self.update()

    def _scroll_to(self, first: int) -> None:
        self._first = min(max(first, 0), max(len(self._branches) - SHOWN, 0))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(self.theme.bg1))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(words(11))
            if len(self._branches) < 2:
                # a single line over the slider would look like a second slider
                self._alone(painter)
                return
            rows = [(k, branch) for k, branch in enumerate(self._branches) if self._seen(k)]
            # lines below words, words below dots: nothing runs over what a later one has to say
            for draw in (self._line, self._label, self._dots):
                for k, branch in reversed(rows):
                    draw(painter, k, branch)
            self._scroll_bar(painter)
            self.draw_focus(painter)

    def _scroll_bar(self, painter: QPainter) -> None:
        """How much there is below the first row, and which part of it is in sight."""
        below = len(self._branches) - 1
        if below < SHOWN:
            return
        share = (SHOWN - 1) * ROW / below
        bar = QRectF(self.width() - 3, 2 + ROW + self._first * share, 3, (SHOWN - 1) * share)
        painter.fillRect(bar, tinted(self.theme.text2, 0.6))

    def _alone(self, painter: QPainter) -> None:
        # what would stand here, as long as nothing has branched
        if self._branches:
            painter.setPen(QColor(self.theme.text2))
            text = fitted(QFontMetricsF(painter.font()), self._said, self.width() - 2 * EDGE)
            painter.drawText(self.rect().adjusted(2, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, text)
        self.draw_focus(painter)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        found = self._at(event.position())
        if found != self._hovered:
            self._hovered = found
            self.setToolTip(f"{self._title(found)}\n{HINT}" if found else "")
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = ""
        self.update()
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        key = self._at(event.position()) if event.button() == Qt.MouseButton.LeftButton else ""
        if key and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.compare_asked.emit(key)
        elif key:
            self.chosen.emit(key)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the run under the pointer; by the menu key, with any of the others."""
        keyboard = event.reason() is QContextMenuEvent.Reason.Keyboard
        at = self._at(QPointF(event.pos()))
        keys = [b.key for b in self._branches] if keyboard else [at] if at else []
        if keys:
            menu = self.menu(keys)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(event.globalPos())

    def menu(self, keys: Sequence[str]) -> QMenu:
        """A menu to show these runs or to compare them with the current one."""
        menu = QMenu(self)
        for key in keys:
            name = f" “{self._title(key)}”" if len(keys) > 1 else ""
            if key == self._current:
                menu.addAction(f"{self._title(key)} is shown").setEnabled(False)
                continue
            menu.addAction(f"Show{name or ' this run'}", lambda key=key: self.chosen.emit(key))
            menu.addAction(f"Compare with{name or ' this run'}", lambda key=key: self.compare_asked.emit(key))
        return menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        keys = [b.key for b in self._branches]
        others = [key for key in keys if key != self._current]
        if step and others and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            at = others.index(self._compared) + step if self._compared in others else min(step, 0)
            self.compare_asked.emit(others[at % len(others)])
        elif step and self._current in keys:
            self.chosen.emit(keys[(keys.index(self._current) + step) % len(keys)])
        else:
            super().keyPressEvent(event)

    def _title(self, key: str) -> str:
        return next((b.title for b in self._branches if b.key == key), "")

    def _y(self, k: int) -> float:
        """Height of the k-th line; the first stays at the top."""
        return 2 + (k - self._first if k else 0) * ROW + BASE

    def _seen(self, k: int) -> bool:
        """Whether the k-th row is in sight."""
        return k == 0 or 0 < k - self._first < SHOWN

    def _x(self, share: float) -> float:
        return EDGE + share * (self.width() - 2 * EDGE)

    def _colour(self, branch: Branch) -> QColor:
        """The first run in the accent, branches in their own colour, runs not shown fainter."""
        colour = QColor(self.theme.accent if branch.parent is None else self.theme.guidance)
        if branch.key not in {self._current, self._hovered, self._compared}:
            colour.setAlphaF(0.55)
        return colour

    def _left(self, branch: Branch) -> float:
        """Where a run's own line begins: behind its bend, which is less wide for one that left near the end."""
        left = self._x(branch.start)
        return left if branch.parent is None else min(left + 26, self._x(1.0))

    def _line(self, painter: QPainter, k: int, branch: Branch) -> None:
        """From the parent's line down to its own, then along."""
        y, start, left = self._y(k), self._x(branch.start), self._left(branch)
        rows = {b.key: i for i, b in enumerate(self._branches)}
        path = QPainterPath(QPointF(start, y))
        painter.save()
        if branch.parent in rows:
            parent = rows[branch.parent]
            above = self._y(parent)
            if not self._seen(parent):  # it comes from a row that is scrolled away
                painter.setClipRect(QRectF(0, 2 + ROW, self.width(), self.height()))
            path = QPainterPath(QPointF(start, above))
            path.cubicTo(QPointF(start + 14, above), QPointF(left - 14, y), QPointF(left, y))
        path.lineTo(QPointF(max(left, self._x(branch.end)), y))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._colour(branch), 2))
        painter.drawPath(path)
        painter.restore()

    def _label(self, painter: QPainter, k: int, branch: Branch) -> None:
        """The title above the line, on a ground of its own: neither bends nor rings strike it through."""
        room = self.width() - 2 * EDGE
        text = fitted(QFontMetricsF(painter.font()), branch.title, room)
        width = QFontMetricsF(painter.font()).horizontalAdvance(text) + 6
        left = min(self._left(branch) + (3 if branch.parent else 0), self.width() - EDGE - width)
        box = QRectF(left, self._y(k) - BASE, width, BASE - DOT)
        painter.fillRect(box, QColor(self.theme.bg1))
        inks = {self._compared: self.theme.ink("accent"), self._current: self.theme.text}
        painter.setPen(QColor(inks.get(branch.key, self.theme.text2)))
        painter.drawText(box.adjusted(0, -2, 0, 0), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextDontClip, text)

    def _dots(self, painter: QPainter, k: int, branch: Branch) -> None:
        """Ends of a run, a ring where it left its parent, and the position on the current one."""
        y, colour = self._y(k), self._colour(branch)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(self._x(branch.end), y), DOT, DOT)
        rows = {b.key: i for i, b in enumerate(self._branches)}
        if branch.parent not in rows:
            painter.drawEllipse(QPointF(self._x(branch.start), y), DOT, DOT)
        elif self._seen(rows[branch.parent]):
            painter.setPen(QPen(QColor(self.theme.text2), 1.6))
            painter.setBrush(QColor(self.theme.bg1))
            painter.drawEllipse(QPointF(self._x(branch.start), self._y(rows[branch.parent])), DOT, DOT)
        if branch.key in self._ticked():
            # a tick, since a knob would ask to be dragged; short, so that it does not reach the words
            painter.setPen(QPen(QColor(self.theme.text), 2))
            at = self._x(self._share)
            painter.drawLine(QPointF(at, y - DOT), QPointF(at, y + DOT + 1))

    def _ticked(self) -> set[str]:
        """Runs that carry the position: those looked at, or where such a run has not begun yet, the one it left."""
        known = {b.key: b for b in self._branches}
        ticked = set[str]()
        for key in {self._current, self._compared} & known.keys():
            branch = known[key]
            while branch.parent in known and self._share < branch.start:
                branch = known[branch.parent or ""]
            ticked.add(branch.key)
        return ticked

    def _at(self, point: QPointF) -> str:
        """Key of the run whose line is nearest, "" when none is near."""
        if len(self._branches) < 2:
            return ""
        seen = [i for i in range(len(self._branches)) if self._seen(i)]
        # a row is its words and the line below them
        k = min(seen, key=lambda i: abs(self._y(i) - BASE + ROW / 2 - point.y()))
        branch = self._branches[k]
        return branch.key if abs(self._y(k) - BASE + ROW / 2 - point.y()) < ROW / 2 else ""
