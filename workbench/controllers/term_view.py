"""The term of the equation that is hovered, as pictures of what it moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engines.errors import WorkbenchError
from workbench.desk import Desk
from workbench.frames import signed
from workbench.running.mailbox import LiveRun
from workbench.stage import SHOWN
from workbench.term_moves import term_moves

if TYPE_CHECKING:
    from engines.recipe import Recipe

Key = tuple[str, str, int, int]  # run, term, step, last recorded step


class TermView:
    """Takes the place of the view while a term is hovered. It has no signals.

    Attributes: name, of the term, "" while none is.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk, self.name = desk, ""
        self._made = dict[Key, np.ndarray | None]()

    def turn(self, name: str) -> None:
        """Another term is hovered, or none."""
        self.name = name
        if not name:
            self._made.clear()

    def frames(self, live: LiveRun | None) -> np.ndarray | None:
        """The move of the present step by the term, (B, C, H, W), grey where nothing moves as in the view of the whole
        change; None while none is hovered, and where the run does not tell.

        Of a larger batch only the first SHOWN.
        """
        # nothing is worked out while nothing is hovered: scrubbing must not wait
        if not self.name or live is None or live.trajectory is None or live.opened is None:
            return None
        if len(live.opened.shape) != 4 or not len(live.trajectory):
            return None
        step = self._desk.stage.kept_step(live)
        key = live.run, self.name, step, live.trajectory.last
        if key not in self._made:
            if len(self._made) > 1:  # one for each run of a comparison
                self._made.clear()
            move = term_moves(live, lambda: self._recipe(live), step, SHOWN).get(self.name)
            self._made[key] = None if move is None else signed(move).astype(np.float32)
        return self._made[key]

    @property
    def shown(self) -> bool:
        """Whether the run on the canvas has pictures of the term."""
        return bool(self.name) and self.frames(self._desk.stage.live) is not None

    @property
    def title(self) -> str:
        """What the term is called, "" where none is shown."""
        opened = self._desk.stage.live.opened if self._desk.stage.live else None
        if opened is None or not self.shown:
            return ""
        return next((term.title for term in opened.terms if term.name == self.name), self.name)

    @property
    def past(self) -> bool:
        """Whether what is shown is the last move, since nothing moves at the present step."""
        stage = self._desk.stage
        return stage.backward and self.shown and stage.index == stage.last

    def _recipe(self, live: LiveRun) -> Recipe | None:
        from engines.recipe import Recipe

        try:
            return Recipe.from_json(self._desk.library.recipe(live.run))
        except WorkbenchError:
            return None
