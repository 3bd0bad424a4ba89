"""The workspaces there are: one for each file of this folder that declares one."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QMenu

from engines.modality import Modality
from workbench.desk import Desk
from workbench.library.records import State
from workbench.preparing import Packing
from workbench.running.resting import Resting
from workbench.workspaces.base import Workspace

if TYPE_CHECKING:
    from engines.tasks.base import Task
    from workbench.running.jobs import Job

W = TypeVar("W", bound=Workspace)


def kinds() -> list[type[Workspace]]:
    """Every workspace known, in the order of the tabs."""
    root = importlib.import_module("workbench.workspaces")
    modules = [importlib.import_module(m.name) for m in pkgutil.iter_modules(root.__path__, "workbench.workspaces.")]
    # only classes defined in the module itself: an import of a workspace must not list it twice
    found = [c for module in modules for c in vars(module).values()
             if isinstance(c, type) and issubclass(c, Workspace) and c.name and c.__module__ == module.__name__]
    return sorted(found, key=lambda kind: (kind.place, kind.name))


class Spaces:
    """The workspaces of one window. It has no signals.

    Args:
        desk: shared parts.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk, self._resting = desk, Resting(desk.queue)
        self._all = [kind(desk) for kind in kinds()]
        self.current = self._all[0]

    def __iter__(self) -> Iterator[Workspace]:
        """In the order of the tabs."""
        return iter(self._all)

    @property
    def first(self) -> Workspace:
        """The one that opens when nothing else is asked for."""
        return self._all[0]

    def get(self, name: str) -> Workspace:
        """The workspace of that name; the first one for a name that is not known (any more)."""
        return next((space for space in self._all if space.name == name), self.first)

    def find(self, kind: type[W]) -> W:
        """The workspace of a class. Raises StopIteration for one that is not registered."""
        return next(space for space in self._all if isinstance(space, kind))

    def owner(self, task: str) -> Workspace | None:
        """The workspace that shows a task; None for a task of the command line alone, and before the engines are up."""
        return next((space for space in self._all if space.task(task)), None)

    @property
    def staged(self) -> Workspace:
        """The workspace of the run on the stage; the present one while there is none, or nobody claims it."""
        live = self._desk.stage.live
        return (self.owner(live.task) if live else None) or self.current

    def prior(self, task: str, modality: Modality) -> str:
        """The option of a task that names a model of that modality, "" where it has none."""
        owner = self.owner(task)
        known = owner.task(task) if owner else None
        return known.prior() if known is not None and known.modality is modality else ""

    def sampling(self, modality: Modality = Modality.IMAGE) -> str:
        """The task that draws with a model of a modality and needs nothing else; "" before the engines are there."""
        tasks = (task for space in self._all for task in space.tasks)
        return next((task.name for task in tasks
                     if task.modality is modality and task.prior() and not task.attached()), "")

    def menus(self) -> dict[str, list[QMenu]]:
        """Submenus of the workspaces, by the title of the menu they stand in."""
        found = dict[str, list[QMenu]]()
        for space in self._all:
            for title, menus in space.menus().items():
                found.setdefault(title, []).extend(menus)
        return found

    # what any of them may have to do

    def attachments(self, task: str) -> Packing:
        """Files that a run of a task needs; raises BadInput."""
        space = self.owner(task)
        return space.attachments(task) if space else Packing()

    def began(self, job: Job) -> None:
        """A run is in the queue to be looked at: it is next, unless it is of the longest, and a longer one that runs
        rests meanwhile.
        """
        lasts, queue = self._lasts(job.task), self._desk.queue
        if lasts < self._longest:
            queue.move(job.id, 0)
            for other in queue.alive():
                if other.state is State.RUNNING and self._lasts(other.task) > lasts:
                    self._resting.rest(other.id, job.id)
        (self.owner(job.task) or self.first).began(job)

    def _lasts(self, task: str) -> int:
        """How long runs of a task are."""
        known = self._known.get(task)
        return known.lasts if known else 0

    @property
    def _longest(self) -> int:
        return max((task.lasts for task in self._known.values()), default=0)

    @property
    def _known(self) -> Mapping[str, Task]:
        engines = self._desk.queue.engines
        return engines.tasks if engines else {}

    def opener(self, path: Path) -> Workspace:
        """The workspace that a file or folder belongs to, the present one before others."""
        asked = [self.current, *self._all]
        # what nobody knows goes to the first, which says in its words why it is of no use
        return next((space for space in asked if space.opens(path)), self.first)

    def wants(self, data: QMimeData) -> bool:
        """Whether something that is no file can be dropped."""
        return any(space.wants(data) for space in self._all)

    def drop(self, data: QMimeData) -> None:
        """Take what was dropped and is no file, in the present workspace before others."""
        taker = next((space for space in (self.current, *self._all) if space.wants(data)), None)
        if taker is not None:
            taker.drop(data)

    def use_data(self, data: str) -> None:
        """Take a data set of the list where one is needed."""
        for space in self._all:
            if space.use_data(data):
                return
