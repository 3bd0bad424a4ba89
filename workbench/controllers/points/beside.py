"""What is said of runs of points that are put beside one another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.running.mailbox import LiveRun
from workbench.wording.run_words import plain

BEGINNING = {"seed": "another seed, so it begins from other noise",
             "count": "another number of points, of which the first begin alike",
             "data": "other data, to which it is compared"}


def misfit(first: LiveRun | None, live: LiveRun | None) -> str:
    """Why a run cannot stand beside the first one, "" where it can."""
    if live is None or live.opened is None or live.trajectory is None:
        return "That run has no recorded steps; choose another to compare."
    if first is None or first.opened is None:
        return "The run on the canvas has no recorded steps; show another one, then compare."
    if first.opened.shape[1:] != live.opened.shape[1:]:
        return "That run is of points in another number of dimensions; choose another to compare."
    return ""


def begins(own: Mapping[str, Any], before: Mapping[str, Any]) -> str:
    """Where a run with options does not begin as another one does, in words; "" where it does."""
    return ", and ".join(words for name, words in BEGINNING.items() if plain(own.get(name)) != plain(before.get(name)))
