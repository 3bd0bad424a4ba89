"""What the end of the program interrupted: offered at the next start, by its name and how far it was."""

from __future__ import annotations

from collections.abc import Callable

from workbench.controllers.runs import RunController
from workbench.desk import Desk
from workbench.running.interrupted import in_turn, offered


def offer_interrupted(desk: Desk, runs: RunController, show: Callable[[str], object]) -> bool:
    """Offer to resume interrupted runs, `show` puts the first on the canvas; False when none can go on."""
    found = [] if desk.library.borrowed else desk.library.interrupted()
    if found:
        names = [run.id for run in in_turn(found)]
        desk.offer(offered(desk.library, found), ("Resume", lambda: runs.resume(names, show)), ("Later", lambda: None))
    return bool(found)
