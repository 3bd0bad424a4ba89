"""Points: densities of the plane and the line, sampled beside the exact answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from engines.errors import WorkbenchError
from widgets.point_tile import point_tile
from workbench.controllers.points_field import PointsFieldController
from workbench.controllers.points_probe import PointsProbeController
from workbench.controllers.points_subjects import Subjects
from workbench.desk import Desk
from workbench.field_frames import EXTENT
from workbench.frames import ESTIMATE
from workbench.pages.points_page import PointsPage
from workbench.pages.points_view import Around, PointsView
from workbench.pages.points_views.field import Field, FieldPage
from workbench.workspaces.base import Shell, Workspace

if TYPE_CHECKING:
    from engines.recipe import Recipe
    from engines.tasks.base import Task


class Points(Workspace):
    """A canvas of particles over the density they come from, or the view that suits the task."""

    name: ClassVar[str] = "points"
    title: ClassVar[str] = "Points"
    place: ClassVar[int] = 20
    shortcut: ClassVar[str] = "Alt+3"
    equation: ClassVar[bool] = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.sheet = PointsPage(desk.actions, Around(desk.stage, desk.actions, desk.say, self._beside))

    def _beside(self, work: Callable[[], Any], done: Callable[[Any], object]) -> None:
        """Work beside the window; what fails is told."""
        self.shell.background.do(work, done, self.desk.complain)

    @property
    def page(self) -> QWidget:
        """The tool strip and the views."""
        return self.sheet

    @property
    def field_page(self) -> FieldPage:
        """The canvas of particles."""
        return self.sheet.view_of(Field).page

    @property
    def plots(self) -> QWidget | None:
        """Those of the view, where it has some."""
        return self.sheet.view.plots

    def join(self, shell: Shell) -> None:
        """Make the controllers."""
        super().join(shell)
        stage, field = self.desk.stage, self.sheet.view_of(Field)
        self.subjects = Subjects(self.desk, shell.background, self._recipe)
        self.field = PointsFieldController(self.desk, shell.panel, field.page, self.subjects,
                                           lambda: self._here and self.sheet.view is field)
        self.probe = PointsProbeController(self.desk, field.page, self.subjects, shell.equation,
                                           lambda: self._here and self.sheet.view is field)
        self.field.drawn.append(self.probe.draw)
        stage.shown.connect(self._shown)
        stage.grown.connect(self._grown)
        stage.moved.connect(self._moved)

    # its tasks and views

    def enter(self, task: str) -> None:
        """Show the view of a task."""
        self._turn(task)
        self.field.draw()

    def _turn(self, task: str) -> None:
        """Show the view of the run on the stage, without one that of a task."""
        live = self.desk.stage.live
        asked = self.task(live.task if live is not None and self.task(live.task) else task)
        if asked is not None:
            self.sheet.show_view(self._view(asked))

    def _view(self, task: Task) -> PointsView:
        return next((view for view in self.sheet.views if view.shows(task)), self.sheet.view_of(Field))

    @property
    def _here(self) -> bool:
        """Whether the stage is this workspace's: its own run is on it, or none."""
        live = self.desk.stage.live
        return self.sheet.isVisible() and (live is None or self.shows(live.task))

    def _recipe(self) -> Recipe | None:
        """What the form asks for, None where that cannot be run."""
        try:
            recipe = self.shell.runs.bare()
            return replace(recipe, files=self.attachments(recipe.task).pack()) if self.task(recipe.task) else None
        except WorkbenchError:
            return None

    # the run on the stage, for the views

    def _shown(self) -> None:
        live = self.desk.stage.live
        if live is not None and not self.shows(live.task):
            return
        self._turn(self.shell.panel.task)
        self.sheet.view.show(live)

    def _grown(self) -> None:
        live = self.desk.stage.live
        if live is not None and self._here:
            self.sheet.view.grown(live)

    def _moved(self, index: int) -> None:
        if self._here:
            self.sheet.view.moved(index)

    def film(self, index: int) -> QImage | None:
        """All points of a step."""
        live = self.desk.stage.live
        if live is None or live.opened is None or len(live.opened.shape) != 2:
            return None
        points = self.subjects.states(live, index, estimate=self.desk.stage.view is ESTIMATE)
        return None if points is None else point_tile(points, EXTENT, self.field_page.plane.theme)

    # what the window's actions do here

    def fit(self) -> bool:
        """Show all there is."""
        return self.sheet.view.fit()

    def zoom(self, factor: float) -> bool:
        """Look closer."""
        return self.sheet.view.zoom(factor)
