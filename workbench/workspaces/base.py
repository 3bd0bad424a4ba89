"""Workspace: one tab of the window, with its page, its controllers and the runs of its tasks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu, QWidget

from engines.errors import Diverged
from widgets.controls.error_bar import Remedy
from widgets.drawing.pixmaps import to_qimage
from workbench.actions import Called
from workbench.calming import calmed
from workbench.comparable import unfit
from workbench.data_sets import DataSets
from workbench.desk import Desk
from workbench.drafts import Draft
from workbench.preparing import Packing
from workbench.wording.view_words import OF_PICTURES, ViewWords

if TYPE_CHECKING:
    from engines.recipe import Recipe
    from engines.tasks.base import Task
    from workbench.running.jobs import Job
    from workbench.workspaces.shell import Shell


class Workspace(ABC):
    """One tab. A subclass sets the class variables, makes its page, and joins it to the window; one file a workspace.

    Its tasks are those of the engines that name it. `place` orders the tabs; `shortcut` leads to its own; `equation`
    says whether the Equation panel belongs to it, and `trains` whether that explains a training on its page
    instead of the run on the stage; `shows_notes` whether its own page tells what its runs have to remark;
    `view_words` is what the views of the time line show of its runs; `called` has title and help of actions that mean
    something else here. What a window can do with any
    workspace are the methods below: they do nothing, or what suits one whose runs are walked through step by step on
    the stage.

    Args:
        desk: shared parts; the tool strip of the page takes its actions from here.
    """

    name: ClassVar[str] = ""
    title: ClassVar[str] = ""
    place: ClassVar[int] = 100
    shortcut: ClassVar[str] = ""
    equation: ClassVar[bool] = False
    trains: ClassVar[bool] = False
    shows_notes: ClassVar[bool] = False
    view_words: ClassVar[ViewWords] = OF_PICTURES
    called: ClassVar[Mapping[str, Called]] = {}

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @property
    @abstractmethod
    def page(self) -> QWidget:
        """The tool strip and the canvas."""

    @property
    def timeline(self) -> QWidget | None:
        """What the time line's dock shows; None for the steps of the run on the stage."""
        return None

    @property
    def steps(self) -> QWidget | None:
        """What stands in the time line's dock now: its own time line, or what its page has in place of steps."""
        return self.timeline

    @property
    def plots(self) -> QWidget | None:
        """What the plots' dock shows; None for the curves of the run on the stage."""
        return None

    def join(self, shell: Shell) -> None:
        """Make the controllers, once the parts they work with exist."""
        self.shell = shell

    def menus(self) -> dict[str, list[QMenu]]:
        """Submenus of its own, by the title of the menu they stand in; asked for once it has joined."""
        return {}

    def close(self) -> None:
        """The window goes: begin nothing more."""

    # its tasks

    @property
    def tasks(self) -> list[Task]:
        """The tasks shown here, in their order; none before the engines are there."""
        engines = self.desk.queue.engines
        found = [task for task in engines.tasks.values() if task.workspace == self.name] if engines else []
        return sorted(found, key=lambda task: (task.place, task.name))

    def task(self, name: str) -> Task | None:
        """One of its tasks by name, None for any other."""
        engines = self.desk.queue.engines
        found = engines.tasks.get(name) if engines else None
        return found if found is not None and found.workspace == self.name else None

    def enter(self, task: str) -> None:
        """The user turned to one of its tasks."""

    def carry(self, before: str) -> None:
        """The user turned from another of its tasks to the present one: what was chosen there may come along."""

    def part(self) -> None:
        """The user turns to another workspace: what is in the hand is put away."""

    def took_model(self) -> None:
        """A model was put into the form of one of its tasks, from a list or after its training."""

    def suited(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """What of the options of a run goes into the form of its task: all that had an effect on it."""
        return dict(values)

    def attachments(self, task: str) -> Packing:
        """Files that a run of one of its tasks needs, by the name its options use; raises BadInput."""
        del task
        return Packing()

    # its runs

    @property
    def run(self) -> str:
        """Id of the run on its canvas, "" when there is none."""
        return self.desk.stage.run

    def shows(self, task: str) -> bool:
        """Whether runs of a task are shown here: its own, and those that no workspace claims."""
        return self.shell.owner(task) in {self, None}

    def began(self, job: Job) -> None:
        """A run of one of its tasks is in the queue to be looked at: show it."""
        self.desk.stage.show(self.desk.queue.live(job.id))

    def parted(self) -> Callable[[], object]:
        """Another workspace takes the stage: gives what brings back the step, once the run is on it again."""
        stage, index, following = self.desk.stage, self.desk.stage.index, self.desk.stage.following
        return lambda: None if following else stage.move(index)

    def show_run(self, run: str, *, fill: bool) -> None:
        """Show a run of the library, and with `fill` its options in the form; raises BadInput."""
        self.shell.go.load(run, fill=fill)

    def remedies(self, job: Job) -> tuple[Remedy, ...]:
        """What can be done about one of its runs that failed, as buttons."""
        if job.error is not Diverged:
            return (("Run again", lambda: self.desk.resume(job.id)),)
        # going on as it was would diverge again
        change = "Change options", lambda: self.shell.go.load(job.id)
        found = calmed(self.shell.runs.stored(job.id))
        return (change,) if found is None else ((found[0], lambda: self._run_instead(found[1])), change)

    def _run_instead(self, recipe: Recipe) -> None:
        """Run a recipe that is in the form then, too."""
        with self.desk.guard():
            self.shell.go.fill(recipe)
            self.shell.runs.submit(recipe)

    def files_of(self, recipe: Recipe) -> Callable[[], object]:
        """Read what is attached to a recipe, on any thread; gives what takes it onto the canvas. Raises BadInput."""
        del recipe
        return lambda: None

    def film(self, index: int) -> QImage | None:
        """A recorded step of the run on the stage as a picture of the film strip, None where the view has none."""
        stage = self.desk.stage
        pictures = stage.frames_at(index)
        return None if pictures is None else to_qimage(pictures[min(max(stage.sample, 0), len(pictures) - 1)])

    # what the window's actions do here

    def branch(self) -> None:
        """Run on from the present step."""
        self._lacks("no steps to branch from")

    def compare(self, run: str = "") -> None:
        """Put a run beside the one that is shown, let the user choose one, or end the comparison."""
        self._lacks("no runs to compare")

    def unfit(self, run: str) -> str:
        """Why a run of the library cannot be put beside the one on the stage, as a sentence; "" where it can."""
        return unfit(self.desk.library, self.desk.stage.run, run)

    def paint(self) -> None:
        """Paint on the present state, or leave that."""
        self._lacks("no state to paint on")

    def _lacks(self, what: str) -> None:
        """Say what there is not here; a button that stays down while something lasts comes up again."""
        self.desk.say(f"{self.title} has {what}")
        for name in ("run.compare", "run.paint"):
            self.desk.actions[name].setChecked(False)

    def leave(self) -> bool:
        """Escape was pressed: end what has an end; False when there is nothing."""
        return False

    def step(self, steps: int) -> bool:
        """Go through what its own time line shows; False where that is the run on the stage."""
        del steps
        return False

    def step_sample(self, offset: int) -> bool:
        """Select the sample so many places on; False where there is none."""
        del offset
        return False

    def fit(self) -> str:
        """Show all of the canvas; gives what is said then."""
        return self.zoom(1.0)

    def zoom(self, factor: float) -> str:
        """Enlarge the canvas by a factor; gives why there is nothing to be zoomed, "" where there is."""
        del factor
        return f"{self.title} has nothing to zoom"

    def choose_sample(self, sample: int) -> None:
        """Select a sample by its number, −1 for none."""
        self.desk.stage.choose(sample)

    # what the next start finds again

    def kept(self) -> dict[str, Any]:
        """What the session keeps of it besides its forms and the run on the stage, as JSON has it."""
        return {}

    def drafts(self) -> dict[str, Draft]:
        """What the user made here and no run has taken yet, by name."""
        return {}

    def watch(self, changed: Callable[[], object], looked: Callable[[], object]) -> None:
        """Call `changed` whenever its place or its drafts did, and `looked` where it is only looked at otherwise."""

    def readied(self, place: Mapping[str, Any], drafts: Mapping[str, np.ndarray]) -> Mapping[str, Any]:
        """Do on any thread what takes a while before drafts of last time can be shown; gives what `bring_back` gets."""
        del place
        return drafts

    def bring_back(self, place: Mapping[str, Any], drafts: Mapping[str, Any]) -> None:
        """Take its place and drafts of last time; the engines are not there yet."""

    def foreshow(self, samples: np.ndarray | None, place: Mapping[str, Any]) -> None:
        """A run is being read: show its finished samples (B, C, H, W) in [−1, 1], None where another step comes."""

    def returned(self, place: Mapping[str, Any]) -> None:
        """The run of last time is on the stage where it was left: show it as it was looked at, from its `place`."""

    # opening

    def opens(self, path: Path) -> bool:
        """Whether a file or folder belongs here, by its name."""
        del path
        return False

    def open(self, path: Path) -> None:
        """Open a file or folder; raises BadInput for one that cannot be used."""

    def wants(self, data: QMimeData) -> bool:
        """Whether a drag that carries no files can be dropped here."""
        del data
        return False

    def drop(self, data: QMimeData) -> None:
        """Take what was dropped and is no file."""

    @property
    def sets(self) -> DataSets | None:
        """What the Data list shows here; None for folders of pictures."""
        return None

    def use_data(self, data: str) -> bool:
        """Take a data set of the list, by name or folder; False where none is needed."""
        del data
        return False
