"""Tooltips no wider than can be read."""

from __future__ import annotations

import textwrap
from functools import lru_cache

WIDEST = 58  # characters, about 360 px of the words' font


@lru_cache(maxsize=256)  # some are asked for at every step of a scrub
def wrapped(text: str) -> str:
    """A plain tooltip with lines of at most WIDEST characters; its own line breaks stay."""
    return "\n".join(textwrap.fill(line, WIDEST, break_long_words=False, break_on_hyphens=False)
                     for line in text.split("\n"))
