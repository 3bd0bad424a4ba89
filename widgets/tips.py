"""Tooltips no wider than can be read."""

from __future__ import annotations

import textwrap

WIDEST = 58  # characters, about 360 px of the words' font


def wrapped(text: str) -> str:
    """A plain tooltip with lines of at most WIDEST characters; its own line breaks stay."""
    return "\n".join(textwrap.fill(line, WIDEST, break_long_words=False, break_on_hyphens=False)
                     for line in text.split("\n"))
