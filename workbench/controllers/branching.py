"""What branches and comparisons have in common in all workspaces: what is taken over, what is offered, what is said."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from workbench.library.library import Library
from workbench.library.records import Query, Run
from workbench.wording.run_words import plain, said

OFFERED = 200  # runs that are offered to compare with, the newest
# what may change at a branch; the rest decides how many steps there are and what they hold
FREE = ("sampler", "seed", "seeds", "label", "guidance")
FIXED = ("count", "steps", "spacing")  # which the user may have changed for a branch all the same
NO_STEP = "There is no step to branch from yet; run something first."
NO_RUN = "There is nothing to compare yet; run something first."
NO_OTHER = "There is only one run; branch from a step or run again, then compare."
STEPLESS = "That run has no recorded steps; choose another to compare."
Options = Mapping[str, Any]


def is_result(there: str) -> str:
    """Why nothing goes on from the last step; there: what to do at an earlier one."""
    return f"The last step is the result; move the slider to an earlier one and {there}."


def changes(form: Options, before: Options, count: int) -> dict[str, Any]:
    """Options of the form that a branch may take over, where they differ from those of its run of `count` samples."""
    found = {name: form[name] for name in FREE if name in form and name in before}
    if len(found.get("seeds") or ()) not in {0, count}:
        found.pop("seeds")
    return {name: value for name, value in found.items() if plain(value) != plain(before[name])}


def unused(form: Options, before: Options, samples: str) -> str:
    """Which options of the form a branch cannot take over, since they shape the steps it shares; "" where none.

    samples: what it goes on with, as “all 16 samples”.
    """
    names = [name for name in FIXED if name in form and plain(form[name]) != plain(before.get(name))]
    words = " and ".join(f"{name.capitalize()} {said(form[name], name)}" for name in names)
    return words and (f"A branch goes on with {samples} over the steps of its run; {words} of the form "
                      f"{'is' if len(names) == 1 else 'are'} for new runs.")


def others(library: Library, run: str, shown: Collection[str], tasks: frozenset[str]) -> list[Run]:
    """Runs to put beside one, but for those that are shown: first those of its tree, then all of some tasks with steps,
    the newest first.
    """
    tree = [other for other in library.tree(run) if other.id not in shown]
    known = {*shown, *(other.id for other in tree)}
    rest = library.runs(Query(tasks=tasks, limit=OFFERED))
    return [*tree, *(other for other in rest if other.id not in known and other.done > 0)]
