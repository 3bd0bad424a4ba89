"""Over a plot: its title at the left, the values at the right, and between or under them the names of its curves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from widgets.drawing.fonts import numbers, numbers_wide, words, words_wide
from widgets.drawing.theme import Theme

HEAD, NAMES = 18, 14  # px of the line, and of one for the names alone
LOW = 76  # px of a plot that is too low for that one
BETWEEN, CLOSER = " · ", ("  ", " ")  # the values of a readout, and where there is no room for that
GAP, APART = 10, 12  # px between title and values, and around the names
SMALL = 11  # px of words
LEAST = 78  # px that a title keeps: values give way before it is a stump
STUMP = 22  # px of a name that tells nothing
Told = tuple[str, str]  # a value or a name, and the token of its colour
MORE: Told = ("…", "text2")  # instead of values that have no room


@dataclass(frozen=True, slots=True)
class Head:
    """What has room: the title, elided where it must be, and the values or the first of them and “…”.

    between: what stands between two values.
    """

    title: str
    values: tuple[Told, ...]
    between: str = BETWEEN


def fit_head(title: str, added: str, values: Sequence[Told], width: float, brief: Sequence[Told] = ()) -> Head:
    """Title and values in a line of `width` px; `added` is never elided. Values move together, before they go from the
    last one.

    brief: the values in fewer digits, for where that lets all of them stand.
    """
    behind, across = words_wide(added, SMALL), words_wide(title, SMALL)
    rooms = [width - left - behind - GAP for left in (across, min(across, LEAST))]
    told = [list(values), list(brief)] if brief else [list(values)]
    kept, between = next(((each, gap) for each in told for room in rooms for gap in (BETWEEN, *CLOSER)
                          if wide(each, gap) <= room), (told[-1], CLOSER[-1]))
    rest = list(kept)
    while kept and wide(kept, between) > rooms[-1]:
        rest.pop()
        kept = [*rest, MORE] if len(rest) else []
    room = width - behind - (GAP + wide(kept, between) if kept else 0)
    return Head(_elided(title, max(room, 1.0)) + added, tuple(kept), between)


def wide(values: Sequence[Told], between: str = BETWEEN) -> float:
    """Pixels of a readout."""
    return numbers_wide(between.join(text for text, _ in values))


def beside(title: str, names: Sequence[Told], values: Sequence[Told], width: float) -> bool:
    """Whether all names have room in the line of the title and the values."""
    taken = _across(names) + 2 * APART if names else 0.0
    return words_wide(title, SMALL) + taken + wide(values) <= width


def fit_names(names: Sequence[Told], room: float) -> list[Told]:
    """Names that fit into `room` px: whole, else without what they share, else the long ones cut alike."""
    told = next((each for each in (names, _apart(names)) if _across(each) <= room), _first(names))
    widths = sorted(words_wide(name, SMALL) for name, _ in told)
    left, most = room - GAP * (len(told) - 1), max(widths, default=0.0)
    for k, across in enumerate(widths):  # the short ones leave their room to the others
        if across > left / (len(widths) - k):
            most = left / (len(widths) - k)
            break
        left -= across
    if told and most < min(STUMP, widths[-1]):  # a short name that stands whole is no stump
        return fit_names(names[:-1], room)
    return [(_cut(name, most + 0.5), colour) for name, colour in told]


def _cut(name: str, room: float) -> str:
    """A name in `room` px; where its first part tells it from no other, that one gives way to the rest."""
    head, comma, rest = name.partition(", ")
    left = room - words_wide(comma + rest, SMALL)
    if not comma or words_wide(name, SMALL) <= room:
        return _elided(name, room)
    if left < words_wide(f"{head[:1]}…", SMALL):
        return _elided(rest, room)
    return _elided(head, left) + comma + rest


def _elided(text: str, room: float) -> str:
    """A text in `room` px, its end given way to “…” where it must."""
    if words_wide(text, SMALL) <= room:
        return text
    return QFontMetricsF(words(SMALL)).elidedText(text, Qt.TextElideMode.ElideRight, room)


def _across(names: Sequence[Told]) -> float:
    return sum(words_wide(name, SMALL) + GAP for name, _ in names) - GAP


def _apart(names: Sequence[Told]) -> list[Told]:
    """“DDIM, spacing uniform” and “Heun, spacing uniform” without the part that tells them not apart."""
    parts = [name.split(", ") for name, _ in names]
    several = [set(each) for each in parts if len(each) > 1]
    shared = set.intersection(*several) if len(several) > 1 else set[str]()
    return [(", ".join(part for part in each if part not in shared) or name, colour)
            for each, (name, colour) in zip(parts, names, strict=True)]


def _first(names: Sequence[Told]) -> list[Told]:
    """What stands before the first comma, of those that this tells apart; of the others all that the names differ in.
    """
    first = [name.partition(", ")[0] for name, _ in names]
    count = Counter(first)
    return [(head if count[head] == 1 else whole, colour)
            for head, (whole, colour) in zip(first, _apart(names), strict=True)]


def draw_head(painter: QPainter, width: float, head: Head, names: Sequence[Told], theme: Theme, *, under: bool = False,
              several: bool = False) -> None:
    """Write the line, and the names in it, or `under` it. several: there is more than one curve to tell apart."""
    line = QRectF(0, 0, width, HEAD - 3)
    right = _draw_values(painter, line, head, theme, coloured=several)
    painter.setFont(words(SMALL))
    painter.setPen(QColor(theme.text2))
    painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, head.title)
    left, bottom = (0.0, HEAD + NAMES - 6.0) if under else (words_wide(head.title, SMALL) + APART, HEAD - 6.0)
    for name, colour in fit_names(names, width if under else right - APART - left):
        painter.setPen(QColor(theme.term(colour)))
        painter.drawText(QPointF(left, bottom), name)
        left += words_wide(name, SMALL) + GAP


def _draw_values(painter: QPainter, line: QRectF, head: Head, theme: Theme, *, coloured: bool) -> float:
    """The readout at the right, each value in the colour of its curve where there are several; gives where it begins.
    """
    painter.setFont(numbers())
    right = line.right()
    for k, (text, colour) in reversed(list(enumerate(head.values))):
        for part, token in ((text, colour if coloured else "text"), (head.between, "text2"))[: 2 if k else 1]:
            across = numbers_wide(part)
            painter.setPen(QColor(theme.term(token)))
            painter.drawText(QRectF(right - across, line.top(), across + 1, line.height()),
                             Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, part)
            right -= across
    return right
