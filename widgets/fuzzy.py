"""Fuzzy matching of a few typed letters against titles."""

from __future__ import annotations

START, FOLLOWING, ANYWHERE = 8, 5, 1


def score(typed: str, text: str) -> int:
    """How well the typed letters, in order, match a text; 0 when they do not.

    Letters at the start of words and letters that follow each other count more;
    a plain part of the text beats scattered letters.
    """
    wanted, lower = typed.lower().replace(" ", ""), text.lower()
    if not wanted:
        return 1
    best, at = 0, lower.find(wanted[0])
    while at >= 0:
        best = max(best, _from(wanted, lower, at))
        at = lower.find(wanted[0], at + 1)
    if best and typed.lower() in lower:
        best += 20
    return best


def _from(wanted: str, lower: str, at: int) -> int:
    """Score of the match whose first letter is at a place; 0 when the letters run out."""
    total, before = 0, at - 2
    for letter in wanted:
        found = lower.find(letter, max(at, before + 1))
        if found < 0:
            return 0
        begins = found == 0 or not lower[found - 1].isalnum()
        total += START if begins else FOLLOWING if found == before + 1 else ANYWHERE
        before = found
    return total
