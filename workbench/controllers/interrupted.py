"""What the end of the program interrupted: offered at the next start, by its name and how far it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workbench.controllers.runs import RunController
from workbench.desk import Desk
from workbench.library.records import Run


def offer_interrupted(desk: Desk, runs: RunController, show: Callable[[str], object]) -> bool:
    """Offer to resume interrupted runs, `show` puts the first on the canvas; False when there are none."""
    found = desk.library.interrupted()
    if found:
        names = [run.id for run in found]
        desk.offer(told(found), ("Resume", lambda: runs.resume(names, show)), ("Later", lambda: None))
    return bool(found)


def told(runs: Sequence[Run]) -> str:
    """Which runs (at least one) were interrupted."""
    if len(runs) > 1:
        return f"{len(runs)} runs were interrupted when the program ended; what was done is kept."
    run = runs[0]
    if not run.done or not run.total:
        return f"“{run.title}” was interrupted before its first step when the program ended."
    return f"“{run.title}” was interrupted at step {run.done:,} of {run.total:,} when the program ended; " \
        "what was done is kept."
