"""Captions that stand beside one another, shortened so that they are still told apart."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence

BREAK = re.compile(r"(, | · )")
NUMBER = 3.0  # times what another word tells
HEAD, TORN, LOOSE = 9.0, 4.0, 1.0  # what a lost beginning, half of a bracket and a loose word cost
# words that belong to the one that follows, and to the one before
LEADING = frozenset({"a", "an", "the", "of", "in", "by", "with", "and", "to", "at", "is", "are", "as", "for", "from",
                     "on", "that", "which", "how", "its", "their", "+", "=", "|", "−log", "log"})
JOINING = frozenset({"of", "is", "are", "as", "does", "above", "below", "than", "+", "=", "|", "−log"})
LETTER = 0.01  # of what a word tells, for each of its letters: of spans that tell as much the shortest goes


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


def squeezed(text: str, among: Sequence[str], fits: Callable[[str], bool]) -> str:
    """A sentence with “…” for the words that tell the least: those that most of the sentences beside it have.

    Args:
        text: the sentence.
        among: all sentences beside it, itself too.
        fits: whether a shortened one has room.

    There is one gap where that tells it from the others, else as many as it takes.
    """
    words = text.split(" ")
    if fits(text):
        return text
    rare = _rarity(words, among)
    gaps = sorted(((i, j) for i in range(len(words)) for j in range(i + 1, len(words) + (i > 0))),
                  key=lambda gap: sum(rare[slice(*gap)]) + _rough(words, *gap))
    fitting = [gap for gap in gaps if fits(_gapped(words, *gap))]
    others = [other for other in among if other != text]
    apart = (gap for gap in fitting if not any(_reads(words, *gap, other) for other in others))
    gap = next(apart, None)
    return _holed(words, rare, fits) if gap is None else _gapped(words, *gap)


def _holed(words: Sequence[str], rare: Sequence[float], fits: Callable[[str], bool]) -> str:
    """The sentence with gaps for as many of its least telling words as it takes."""
    gone, told = set[int](), " ".join(words)
    # rows of a series differ by a number alone
    weights = [value * (word not in LEADING) * (NUMBER if word[-1:].isdigit() else 1)
               for value, word in zip(rare, words, strict=True)]
    for k in sorted(range(1, len(words)), key=weights.__getitem__)[:-1]:
        gone.add(k)
        kept = ["…" if j in gone else word for j, word in enumerate(words) if j not in gone or j - 1 not in gone]
        told = " ".join(kept)
        if fits(told):
            break
    return told


def _rarity(words: Sequence[str], among: Sequence[str]) -> list[float]:
    """How much each word tells: the less, the more of the sentences that are much alike have it."""
    sets = [set(other.split(" ")) for other in among]
    alike = [other for other in sets if 2 * len(other & set(words)) >= len(set(words))]
    counts = Counter(word for other in alike for word in other)
    return [math.log(max(len(alike), 1) / max(counts[word], 1)) + LETTER * (len(word) + 1) for word in words]


def _rough(words: Sequence[str], begin: int, end: int) -> float:
    """How badly a sentence reads with a gap: as words of what it tells that one would rather miss.

    It says first what it is of, so the beginning goes last; no word stands alone that belongs to one in the gap, and no
    half of a bracket.
    """
    before, after = words[begin - 1] if begin else "", words[end] if end < len(words) else ""
    kept = " ".join([*words[:begin], *words[end:]])
    loose = (before in LEADING) + (after in JOINING) + before.endswith(":")
    return HEAD * (begin == 0) + TORN * (kept.count("(") != kept.count(")")) + LOOSE * loose


def _gapped(words: Sequence[str], begin: int, end: int) -> str:
    """The sentence without the words of a gap."""
    return " ".join([*words[:begin], "…", *words[end:]])


def _reads(words: Sequence[str], begin: int, end: int, other: str) -> bool:
    """Whether another sentence with a gap could read the same."""
    return other.startswith(" ".join(words[:begin])) and other.endswith(" ".join(words[end:]))


def _joined(parts: Sequence[tuple[str, str]]) -> str:
    return "".join(before * bool(k) + part for k, (before, part) in enumerate(parts))
