"""The line over a plot: its title at the left, then the names of its curves, and the values at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from widgets.drawing.fonts import numbers, words
from widgets.drawing.theme import Theme

HEAD = 18  # px of the line
BETWEEN = " · "  # the values of a readout
GAP, APART = 10, 12  # px between title and values, and around the names
LEAST = 78  # px that a title keeps: values give way before it is a stump
Told = tuple[str, str]  # a value or a name, and the token of its colour
MORE: Told = ("…", "text2")  # instead of values that have no room


@dataclass(frozen=True, slots=True)
class Head:
    """What has room: the title, elided where it must be, and the values or the first of them and “…”."""

    title: str
    values: tuple[Told, ...]


def fit_head(title: str, added: str, values: Sequence[Told], width: float, brief: Sequence[Told] = ()) -> Head:
    """Title and values in a line of `width` px; `added` is never elided, and values go from the last one.

    brief: the values in fewer digits, for where that lets all of them stand.
    """
    metrics = QFontMetricsF(words(11))
    behind = metrics.horizontalAdvance(added)
    room = width - min(metrics.horizontalAdvance(title), LEAST) - behind - GAP
    kept = list(next((all_ for all_ in (values, brief) if wide(all_) <= room), brief or values))
    rest = list(kept)
    while kept and wide(kept) > room:
        rest.pop()
        kept = [*rest, MORE] if len(rest) else []
    room = width - behind - (GAP + wide(kept) if kept else 0)
    return Head(metrics.elidedText(title, Qt.TextElideMode.ElideRight, max(room, 1.0)) + added, tuple(kept))


def wide(values: Sequence[Told]) -> float:
    """Pixels of a readout."""
    return QFontMetricsF(numbers()).horizontalAdvance(BETWEEN.join(text for text, _ in values))


def draw_head(painter: QPainter, width: float, head: Head, names: Sequence[Told], theme: Theme) -> None:
    """Write the line; of the names as many as there is room for."""
    line = QRectF(0, 0, width, HEAD - 3)
    right = _draw_values(painter, line, head.values, theme)
    painter.setFont(words(11))
    painter.setPen(QColor(theme.text2))
    painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, head.title)
    metrics = QFontMetricsF(painter.font())
    left = metrics.horizontalAdvance(head.title) + APART
    for name, colour in names:
        across = metrics.horizontalAdvance(name)
        if left + across > right - APART:
            return
        painter.setPen(QColor(theme.term(colour)))
        painter.drawText(QPointF(left, HEAD - 6), name)
        left += across + GAP


def _draw_values(painter: QPainter, line: QRectF, values: Sequence[Told], theme: Theme) -> float:
    """The readout at the right, each of several values in the colour of its curve; gives where it begins."""
    painter.setFont(numbers())
    metrics, right = QFontMetricsF(painter.font()), line.right()
    for k, (text, colour) in reversed(list(enumerate(values))):
        for part, token in ((text, colour if len(values) > 1 else "text"), (BETWEEN if k else "", "text2")):
            across = metrics.horizontalAdvance(part)
            painter.setPen(QColor(theme.term(token)))
            painter.drawText(QRectF(right - across, line.top(), across + 1, line.height()),
                             Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, part)
            right -= across
    return right
