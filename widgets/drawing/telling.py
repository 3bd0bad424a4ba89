"""Captions that stand beside one another, shortened so that they are still told apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

BREAK = re.compile(r"(, | · )")


def telling(text: str, among: Sequence[str], fits: Callable[[str], bool]) -> str:
    """As many parts of a caption (“10 steps, Heun, VE”) as fit: those that most of the captions share go first.

    Args:
        text: the caption.
        among: all captions beside it, itself too; () where it stands alone and nothing is to be told apart.
        fits: whether a shortened one has room.

    What is left may still be too wide where a single part is.
    """
    pieces = ["", *BREAK.split(text)]
    parts = list(zip(pieces[::2], pieces[1::2], strict=True))  # each with what stands before it
    others = [set(BREAK.split(other)[::2]) for other in among if other != text]
    while others and len(parts) > 1 and not fits(_joined(parts)):
        parts.remove(_least_telling(parts, others))
    told = _joined(parts)
    return told if text[:1].islower() else told[:1].upper() + told[1:]


def _least_telling(parts: Sequence[tuple[str, str]], others: Sequence[set[str]]) -> tuple[str, str]:
    """That which most others have too, the last of those, so that the rest is not all in one other, where it can be."""
    order = sorted(reversed(parts), key=lambda part: -sum(part[1] in other for other in others))
    names = {part for _, part in parts}
    return next((part for part in order if not any(names - {part[1]} <= other for other in others)), order[0])


def _joined(parts: Sequence[tuple[str, str]]) -> str:
    return "".join(before * bool(k) + part for k, (before, part) in enumerate(parts))
