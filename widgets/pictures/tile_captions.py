"""Captions of many tiles of one width: what they share goes first, and no word is cut while another way is left."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF

from widgets.drawing.painted import fitted

BETWEEN = " · "
FEWEST = 3  # wide letters there must be room for, or a name that is cut tells nothing


def shortened(metrics: QFontMetricsF, captions: Sequence[str], width: float) -> list[str]:
    """The captions in a width, all in the same way: whole, else only the parts in which they differ, else fewer.

    “3 · seed 10” becomes “seed 10” under tiles that are all of class 3, and “10” where that is too long as well.
    """
    if not captions or _fit(metrics, captions, width):
        return list(captions)
    told = _differing(captions)
    for tried in (told, _last(told), _bare(told)):
        if _fit(metrics, tried, width):
            return tried
    # each gives up parts of its own only where nothing common helps
    return [_squeezed(metrics, caption, width) for caption in told]


def _squeezed(metrics: QFontMetricsF, caption: str, width: float) -> str:
    """As many parts as fit; the last of two is rather cut than left out, where a few letters of it have room."""
    first, _, rest = caption.partition(BETWEEN)
    room = width - metrics.horizontalAdvance(first + BETWEEN)
    whole = fitted(metrics, caption, width)
    if whole != first or not rest or room < metrics.horizontalAdvance("m" * FEWEST):
        return whole
    return first + BETWEEN + metrics.elidedText(rest.split(BETWEEN)[0], Qt.TextElideMode.ElideRight, room)


def _fit(metrics: QFontMetricsF, captions: Sequence[str], width: float) -> bool:
    return all(metrics.horizontalAdvance(caption) <= width for caption in captions)


def _differing(captions: Sequence[str]) -> list[str]:
    """Without the parts that all of them share, if something is left to tell them apart."""
    rows = [caption.split(BETWEEN) for caption in captions]
    if len({len(row) for row in rows}) != 1:
        return list(captions)
    columns = [column for column in zip(*rows, strict=True) if len(set(column)) > 1]
    return [BETWEEN.join(parts) for parts in zip(*columns, strict=True)] if columns else list(captions)


def _last(captions: Sequence[str]) -> list[str]:
    """The last parts alone, where they tell all of them apart: of class and seed that is the seed."""
    last = [caption.split(BETWEEN)[-1] for caption in captions]
    return last if len(set(last)) == len(set(captions)) else list(captions)


def _bare(captions: Sequence[str]) -> list[str]:
    """The numbers of the last part alone, where all name the same thing: “1 · seed 10” is “10”."""
    last = [caption.split(BETWEEN)[-1].rsplit(" ", 1) for caption in captions]
    alike = len({words[0] for words in last}) == 1 and all(len(words) == 2 for words in last)
    return [words[-1] for words in last] if alike else list(captions)
