"""Which view of the Points workspace is shown, and what it follows on the stage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.pages.points_page import PointsPage
from workbench.pages.points_view import PointsView
from workbench.pages.points_views.field import Field

if TYPE_CHECKING:
    from engines.tasks.base import Task


class PointsTurningController:
    """Shows the view of the run on the stage, without one that of the task; and tells it of every step.

    Args:
        desk, panel, sheet: shared parts, the form, the page with the views.
        tasks: those of the workspace.
        shows: whether runs of a task are shown in the workspace.
        choose_task: shows a task's form.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, sheet: PointsPage, tasks: Callable[[], Sequence[Task]],
                 shows: Callable[[str], bool], choose_task: Callable[[str], object]) -> None:
        self._desk, self._panel, self._sheet = desk, panel, sheet
        self._tasks, self._shows, self._choose = tasks, shows, choose_task

    def follow(self, before: Callable[[], object]) -> None:
        """Show from now on what the stage does; `before` is called when another run is about to be shown."""
        stage = self._desk.stage
        stage.shown.connect(lambda: self._shown(before))
        stage.grown.connect(self._grown)
        stage.moved.connect(self._moved)

    def turn(self, task: str) -> None:
        """Show the view of the run on the stage, without one that of a task."""
        live = self._desk.stage.live
        asked = (live is not None and self._task(live.task)) or self._task(task)
        if asked:
            self._sheet.show_view(self._view(asked))

    def turn_to_data(self) -> None:
        """Show a form that asks for data: the present one, or the first."""
        if "data" not in self._panel.values() or self._task(self._panel.task) is None:
            self._choose(next(task.name for task in self._tasks() if "data" in task.Form.model_fields))

    def drawn_here(self) -> bool:
        """Whether the canvas of particles is shown, with a run of this workspace or none."""
        return self._here and self._sheet.view is self._sheet.view_of(Field)

    @property
    def _here(self) -> bool:
        """Whether the stage is this workspace's: its own run is on it, or none."""
        live = self._desk.stage.live
        return self._sheet.isVisible() and (live is None or self._shows(live.task))

    def _task(self, name: str) -> Task | None:
        return next((task for task in self._tasks() if task.name == name), None)

    def _view(self, task: Task) -> PointsView:
        return next((view for view in self._sheet.views if view.shows(task)), self._sheet.view_of(Field))

    def _shown(self, before: Callable[[], object]) -> None:
        live = self._desk.stage.live
        if live is not None and not self._shows(live.task):
            return
        if live is not None:
            before()
        self.turn(self._panel.task)
        self._sheet.view.show(live)

    def _grown(self) -> None:
        live = self._desk.stage.live
        if live is not None and self._here:
            self._sheet.view.grown(live)

    def _moved(self, index: int) -> None:
        if self._here:
            self._sheet.view.moved(index)
