"""A view of the Points workspace: one way to show the runs of its tasks, in one file of `pages/points_views`.

A task says by `shown_as` which view shows its runs. A new view is one new file with a subclass; it gets the run on the
stage, and every step of it that is looked at.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from workbench.actions import Actions
from workbench.running.mailbox import LiveRun
from workbench.stage import Stage

if TYPE_CHECKING:
    from engines.tasks.base import Task


@dataclass(frozen=True, slots=True)
class Around:
    """What a view may use of the window.

    stage: the run that is looked at, and its step; say: writes into the status line; do: works beside the window,
    `do(work, done)`, and gives the result to `done` here; a failure is told by itself.
    """

    stage: Stage
    actions: Actions
    say: Callable[[str], None]
    do: Callable[[Callable[[], Any], Callable[[Any], object]], None]


class PointsView(ABC):
    """One way to show runs. A subclass sets `name`, to which tasks refer, and makes its widget.

    `show` is called when another run is on the stage, `grown` when it has more, `moved` when another step is looked
    at; none of them while another view is shown. A widget with `set_theme` is told of the theme by itself. `lacks` is
    why there is nothing to branch from and to compare here, with {} for what was to be done; "" where there is.
    """

    name: ClassVar[str] = ""
    lacks: ClassVar[str] = ""

    def __init__(self, around: Around) -> None:
        self.around = around

    @property
    @abstractmethod
    def widget(self) -> QWidget:
        """What stands under the tool strip."""

    @property
    def tools(self) -> QWidget | None:
        """What stands at the left of the tool strip; None for words alone."""
        return None

    @property
    def steps(self) -> QWidget | None:
        """What stands in place of the time line; None for the steps of the run on the stage."""
        return None

    @property
    def plots(self) -> QWidget | None:
        """What the plots' dock shows; None for the curves of the run on the stage."""
        return None

    def shows(self, task: Task) -> bool:
        """Whether runs of a task are shown here."""
        return task.shown_as == self.name

    @abstractmethod
    def show(self, live: LiveRun | None) -> None:
        """Another run is on the stage, None for none: show what there is of it, which may be nothing yet."""

    def grown(self, live: LiveRun) -> None:
        """The run has more steps, events or results; called thirty times a second at most."""

    def moved(self, index: int) -> None:
        """Another step is looked at."""

    def step(self, steps: int) -> bool:
        """Go through what stands in place of the time line; False where that is the run on the stage."""
        del steps
        return False

    def film(self, index: int) -> QImage | None:
        """A recorded step as a picture of the film strip; None where there is none."""
        del index
        return None

    @property
    def kept(self) -> dict[str, Any]:
        """How it is looked at, for the next start, as JSON has it."""
        return {}

    def bring_back(self, kept: Mapping[str, Any]) -> None:
        """Be looked at as last time; what is damaged is left as it is."""

    def watch(self, changed: Callable[[], object]) -> None:
        """Call `changed` whenever what is kept did."""

    def fit(self) -> str:
        """Show all there is; gives what is said then."""
        return self.zoom(1.0)

    def zoom(self, factor: float) -> str:
        """Enlarge by a factor; gives why nothing can be zoomed, "" where it can."""
        del factor
        return "There is nothing to zoom here"
