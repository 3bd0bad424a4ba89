"""What the runs on the stage are called, and a few words on them for the tool strip."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engines.errors import BadInput
from workbench.controllers.term_view import TermView
from workbench.desk import Desk
from workbench.running.mailbox import LiveRun
from workbench.stage import SHOWN

if TYPE_CHECKING:
    from engines.events import Opened

LAST_MOVE = "last move"


class StageWords:
    """Names the runs that are shown. term: what is shown in place of the view while a term is hovered."""

    def __init__(self, desk: Desk, term: TermView) -> None:
        self._desk, self._term = desk, term

    def titles(self) -> tuple[str, str]:
        """What the two runs of a comparison are called: a repeat has the title of its run, so the older one is told."""
        left, right = self._desk.stage.live, self._desk.stage.other
        names = self.title(left), self.title(right)
        if left is None or right is None or names[0] != names[1]:
            return names
        with self._desk.guard():
            newer = self._desk.library.run(left.run).created > self._desk.library.run(right.run).created
            words = ("newer", "older") if newer else ("older", "newer")
            return f"{names[0]} ({words[0]})", f"{names[1]} ({words[1]})"
        return names

    def title(self, live: LiveRun | None) -> str:
        """What a run is called now; a run that is gone from the library keeps the name it began with."""
        if live is None:
            return ""
        try:
            return self._desk.library.run(live.run).title
        except BadInput:
            return live.opened.title if live.opened else ""

    def facts(self) -> str:
        """A few words on the run for the tool strip."""
        stage = self._desk.stage
        if not stage.recorded or stage.live is None or stage.live.opened is None:
            return ""
        if stage.other is not None and stage.other.opened is not None:
            shown = self._term.title or stage.view.title
            return f"{self._together(stage.live.opened, stage.other.opened)} · {shown}"
        if self._term.shown:
            step = f"the {LAST_MOVE}" if self._term.past else f"step {stage.index}"
            return f"{self._term.title} of {step} · {self.title(stage.live)}"  # the end goes where room is short
        count, channels, height, width = (*stage.live.opened.shape, 1, 1)[:4]
        colour = "grey" if channels == 1 else "colour"
        shown = f" · the first {SHOWN} shown" if count > SHOWN else ""
        if stage.past:  # in the place of the sizes: there is no room for both
            return f"{self.title(stage.live)} · {stage.view.title} of the {LAST_MOVE}"
        return f"{self.title(stage.live)} · {count} × {height} × {width} {colour}{shown}"

    def _together(self, left: Opened, right: Opened) -> str:
        """Where two runs are that step together: at one step, or at one time where their steps differ."""
        stage = self._desk.stage
        own, other = stage.index, stage.kept_step(stage.other) if stage.other else 0
        if np.array_equal(left.times, right.times) and own == other:
            return f"Step {own} of {left.total} in both runs"
        # a run that goes on, or whose steps were not kept, may have none at that time
        there = stage.other is None or other == stage.step_of(stage.other)
        times = f"{left.times[own]:.2f}" if there else f"{left.times[own]:.2f} and {right.times[other]:.2f}"
        return f"At t {times}: step {own}/{left.total} and {other}/{right.total}"
