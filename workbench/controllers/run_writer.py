"""Writing files of the run on the stage: beside the window, with its recipe, and told where they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.background import Background
from workbench.desk import Desk

if TYPE_CHECKING:
    from engines.recipe import Recipe


class RunWriter:
    """What all exports of a run go through. It has no signals.

    Args:
        desk, background: shared parts.
    """

    def __init__(self, desk: Desk, background: Background) -> None:
        self._desk, self._background = desk, background

    def recipe(self) -> Recipe:
        """The recipe of the run on the stage; raises BadRecipe."""
        from engines.recipe import Recipe

        return Recipe.from_json(self._desk.library.recipe(self._desk.stage.run))

    def write(self, work: Callable[[], object], file: Path, after: Callable[[], object] = lambda: None) -> None:
        """Let work write a file, and say so; `after` is called once it is there."""
        self._desk.say(f"Writing {file.name}…")

        def done(_result: object) -> None:
            self._desk.say(f"Saved {file}")
            after()

        self._background.do(work, done, self._desk.complain)
