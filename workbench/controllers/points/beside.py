"""What is said of runs of points that are put beside one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from widgets.fields.panels import MOST_PANELS
from workbench.controllers.branching import STEPLESS
from workbench.running.mailbox import LiveRun
from workbench.wording.run_words import plain

FULL = (f"{MOST_PANELS} panels are shown, which is as many as can be read; take one away (Ctrl+Shift+W), or end the "
        "comparison (Esc).")
BEGINNING = {"seed": "another seed, so it begins from other noise",
             "count": "another number of points, of which the first begin alike",
             "data": "other data, to which it is compared"}


def misfit(first: LiveRun | None, live: LiveRun | None) -> str:
    """Why a run cannot stand beside the first one, "" where it can."""
    if live is None or live.opened is None or live.trajectory is None:
        return STEPLESS
    if first is None or first.opened is None:
        return "The run on the canvas has no recorded steps; show another one, then compare."
    if first.opened.shape[1:] != live.opened.shape[1:]:
        return "That run is of points in another number of dimensions; choose another to compare."
    return ""


def begins(own: Mapping[str, Any], before: Mapping[str, Any]) -> str:
    """Where a run with options does not begin as another one does, in words; "" where it does."""
    return ", and ".join(words for name, words in BEGINNING.items() if plain(own.get(name)) != plain(before.get(name)))


def as_known(runs: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """Runs in an order that is known of some of them, the others behind these."""
    return tuple(sorted(runs, key=lambda run: known.index(run) if run in known else len(known)))
