"""What the window gives each workspace to work with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtWidgets import QStackedWidget

from widgets.controls.error_bar import Remedy
from workbench.desk import Desk

if TYPE_CHECKING:
    from engines.recipe import Recipe
    from widgets.controls.step_scrubber import StepScrubber
    from widgets.formulas.equation_view import EquationView
    from workbench.background import Background
    from workbench.controllers.runs import RunController
    from workbench.docks.task import TaskPanel
    from workbench.running.mailbox import LiveRun


class Guide(Protocol):
    """What leads the user from place to place, as far as a workspace needs it."""

    def choose_task(self, name: str) -> None:
        """Show a task's form and the workspace it belongs to."""
        ...

    def choose_model(self, name: str) -> None:
        """Take a model into the form."""
        ...

    def sample_from(self, name: str) -> None:
        """Draw samples with a model."""
        ...

    def load(self, run: str, *, fill: bool = True) -> None:
        """Put a run on the stage, and with `fill` its options into the form."""
        ...

    def fill(self, recipe: Recipe) -> None:
        """Show the options of a recipe in its form, with its files."""
        ...


class Files(Protocol):
    """What opens files, as far as a workspace needs it."""

    def open(self, path: Path) -> None:
        """Open a file or folder by what it is."""
        ...

    def remember(self, path: Path) -> None:
        """Put a file that could be used on top of the recent ones."""
        ...

    def offer(self, path: Path, recipe: Recipe, *ways: Remedy) -> None:
        """Offer what can be done with a file that carries a recipe; `ways`: more of them."""
        ...


@dataclass(frozen=True, slots=True)
class Shell:
    """The parts of the window that a workspace's controllers work with.

    go, files: what steers the workspaces; owner: the workspace that shows a task, None for none;
    scrubber, equation: the time line and the formula of the run on the stage; explain: shows that of a training with a
    page of its own, at a step or, for None, at its newest; steps, plots: the pages of the time line's dock and of the
    plots', the first being that of the run on the stage.
    """

    desk: Desk
    panel: TaskPanel
    background: Background
    runs: RunController
    go: Guide
    files: Files
    owner: Callable[[str], object]
    scrubber: StepScrubber
    equation: EquationView
    explain: Callable[[LiveRun, int | None], object]
    steps: QStackedWidget
    plots: QStackedWidget
