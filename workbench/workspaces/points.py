"""Points: densities of the plane and the line, sampled beside the exact answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu, QWidget

from workbench.controllers.chart_export import ChartExportController
from workbench.controllers.laboratory import ICON as FLASK
from workbench.controllers.laboratory import OPEN as LABORATORY
from workbench.controllers.lessons import LessonController
from workbench.controllers.points.branch import PointsBranchController
from workbench.controllers.points.brushes import PointsBrushes
from workbench.controllers.points.carried import PointsCarriedController
from workbench.controllers.points.curves import PointsCurvesController
from workbench.controllers.points.data import CALLED, ENDINGS, PointsDataController
from workbench.controllers.points.export import PointsExportController
from workbench.controllers.points.field import PointsFieldController
from workbench.controllers.points.form import PointsFormController
from workbench.controllers.points.made import PointsMadeController
from workbench.controllers.points.pictures import PICTURES, PointsPicturesController
from workbench.controllers.points.places import PointsPlacesController
from workbench.controllers.points.probe import PointsProbeController
from workbench.controllers.points.runs import PointsRunsController
from workbench.controllers.points.sets import PointSetsController
from workbench.controllers.points.subjects import Subjects, asked
from workbench.controllers.points.sweep import SWEEP, PointsSweepController
from workbench.controllers.points.table import PointsTableController
from workbench.controllers.points.turning import PointsTurningController
from workbench.data_sets import DataSets
from workbench.desk import Desk
from workbench.drafts import Draft
from workbench.pages.points_page import PointsPage
from workbench.pages.points_view import Around
from workbench.pages.points_views.charts import Charts
from workbench.pages.points_views.field import Field, FieldPage
from workbench.preparing import Packing
from workbench.wording.view_words import OF_POINTS, ViewWords
from workbench.workspaces.base import Workspace
from workbench.workspaces.shell import Shell

if TYPE_CHECKING:
    from engines.recipe import Recipe

TOOLS = (("points.draw", "brush"), ("points.paint", "blend"), ("file.open", "folder-open"), ("points.beside", "copy"),
         ("points.distances", "list"))
OWN = "own"  # the draft with the user's points


class Points(Workspace):
    """A canvas of particles over the density they come from, or the view that suits the task."""

    name: ClassVar[str] = "points"
    title: ClassVar[str] = "Points"
    place: ClassVar[int] = 20
    shortcut: ClassVar[str] = "Alt+3"
    equation: ClassVar[bool] = True
    shows_notes: ClassVar[bool] = True
    view_words: ClassVar[ViewWords] = OF_POINTS
    called: ClassVar[Mapping[str, tuple[str, str]]] = CALLED

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.sheet = PointsPage(desk.actions, Around(desk.stage, desk.actions, desk.say, lambda work, done:
                                                     self.shell.background.do(work, done, desk.complain)))
        self.sheet.show_view(self.sheet.view_of(Field))  # before the engines tell whose view a task has

    @property
    def page(self) -> QWidget:
        """The tool strip and the views."""
        return self.sheet

    @property
    def field_page(self) -> FieldPage:
        """The canvas of particles."""
        return self.sheet.view_of(Field).page

    @property
    def steps(self) -> QWidget | None:
        """What the view has in place of the time line."""
        return self.sheet.view.steps

    @property
    def plots(self) -> QWidget | None:
        """Those of the view, where it has some."""
        return self.sheet.view.plots

    def join(self, shell: Shell) -> None:
        """Make the controllers."""
        super().join(shell)
        desk, panel, page, plots = self.desk, shell.panel, self.field_page, self.sheet.view_of(Field).plots
        self.turning = turning = PointsTurningController(desk, panel, self.sheet, lambda: self.tasks, self.shows,
                                                         shell.go.choose_task)
        self.data = PointsDataController(desk, panel, shell.background, turning.turn_to_data, shell.files.open)
        self.pictures = PointsPicturesController(desk, shell.background, self.data, shell.files.offer)
        self.point_sets = PointSetsController(desk, panel, shell.background, self.data, turning.turn_to_data)
        here = turning.drawn_here
        subjects = self.subjects = Subjects(desk, shell.background,
                                            lambda: asked(shell.runs, self.task, self.attachments))
        self.form = PointsFormController(desk, panel, lambda task: self.task(task) is not None)
        self.carried = PointsCarriedController(desk, panel, self.task)
        self.field = PointsFieldController(desk, panel, shell.background, page, subjects, here)
        self.probe = PointsProbeController(desk, page, subjects, shell.equation, self._unpainted, self.field.course)
        self.places = PointsPlacesController(desk, panel, shell.background, page, subjects, self._unpainted)
        self.branching = PointsBranchController(desk, panel, shell.runs)
        self.runs = PointsRunsController(desk, shell.runs, self.sheet, page, subjects,
                                         lambda: frozenset(task.name for task in self.tasks), self.field.draw)
        self.table = PointsTableController(desk, shell.background, page, subjects, self.runs.activate, here)
        self.curves = PointsCurvesController(desk, plots, page, subjects, self.table.store, here)
        self.sweep = PointsSweepController(desk, panel, subjects, lambda: shell.go.choose_task(SWEEP))
        for name, icon in (("points.sweep", "repeat"), ("run.guidance", "trending-up"), (LABORATORY, FLASK)):
            self.sheet.strip.add_button(desk.actions[name], icon)
        self.brushes = PointsBrushes(desk, page, self.data, self.field.draw, turning.turn_to_data)
        self.export = PointsExportController(desk, shell.background, page, subjects, lambda: self.field.busy)
        self.made = PointsMadeController(desk, shell.panel, self.task, shell.go.sample_from)
        self.lessons = LessonController(desk, panel, shell.runs, shell.go.choose_task,
                                        lambda run: shell.go.load(run, fill=False), self.sheet, page, self.runs)
        self.charts = ChartExportController(desk, self.sheet.view_of(Charts))
        self._connect()

    def _connect(self) -> None:
        """Let them follow each other, and the stage."""
        desk, shell, page = self.desk, self.shell, self.field_page
        page.tools.add(desk.actions, TOOLS)
        self.field.paused = lambda: self.brushes.held
        self.table.measured.append(self.curves.refill)
        self.field.drawn += [self.places.draw, self.probe.draw, self.table.draw, self.curves.draw]
        self.data.changed.append(self.field.draw)
        page.start.clicked.connect(shell.runs.start)
        desk.pasting.append(lambda: self.sheet.isVisible() and self.data.paste())
        desk.opening.append(lambda: self.sheet.isVisible() and self.data.ask())
        self.sheet.join_docks(shell.steps, shell.plots)
        self.turning.follow(self.brushes.put_away)

    def _unpainted(self) -> bool:
        """Whether runs are shown on the canvas, and no brush is in the hand."""
        return self.turning.drawn_here() and not self.brushes.held

    def menus(self) -> dict[str, list[QMenu]]:
        """The lessons, where help is looked for."""
        return {"Help": [self.lessons.menu]}

    def enter(self, task: str) -> None:
        """Show the view of a task."""
        self.turning.turn(task)
        self.form.offer()
        self.field.draw()

    def carry(self, before: str) -> None:
        """Data, denoiser and path come along."""
        self.carried.carry(before)

    def part(self) -> None:
        """A brush is put away."""
        self.brushes.put_away()

    def took_model(self) -> None:
        """What it learned is the truth beside it."""
        self.form.take_data()

    def suited(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """A path beside a model had no effect: that of the form stays."""
        return self.form.suited(values)

    def attachments(self, task: str) -> Packing:
        """The user's own points, where the form asks for them."""
        return self.data.attachments() if self.task(task) else Packing()

    def files_of(self, recipe: Recipe) -> Callable[[], object]:
        """Read the points of a recipe."""
        return self.data.files_of(recipe)

    def film(self, index: int) -> QImage | None:
        """All points of a step, or what the view makes of it."""
        view = self.sheet.view
        return self.export.tile(index) if view is self.sheet.view_of(Field) else view.film(index)

    # what the window's actions do here

    def branch(self) -> None:
        """Run on from the step that is shown."""
        if not self._lacking("branch from"):
            self.branching.branch()

    def compare(self, run: str = "") -> None:
        """Put another run beside the one that is shown, or end the comparison."""
        if why := run and self.unfit(run):
            self.desk.complain(why)
        elif run:
            self.runs.add(run)
        elif not self._lacking("compare"):
            self.runs.compare()

    def unfit(self, run: str) -> str:
        """Why a run cannot be put into a panel beside the others, "" where it can."""
        return self.sheet.view.lacks.format("compare") or self.runs.unfit(run) or super().unfit(run)

    def parted(self) -> Callable[[], object]:
        """The runs beside that on the stage come back as well."""
        step, beside, order = super().parted(), self.runs.kept, self.runs.order
        return lambda: (step(), self.runs.bring_back(beside, order))

    def _lacking(self, what: str) -> bool:
        """Whether the view has nothing of the kind, which is said then."""
        if self.sheet.view.lacks:
            self.desk.say(self.sheet.view.lacks.format(what))
            self.desk.actions["run.compare"].setChecked(False)
        return bool(self.sheet.view.lacks)

    def leave(self) -> bool:
        """Put the brush away, or end a comparison; False when there is neither."""
        return self.brushes.put_away() or self.runs.end()

    def step(self, steps: int) -> bool:
        """Go through what the view has in place of steps."""
        return self.sheet.view.step(steps)

    def step_sample(self, offset: int) -> bool:
        """Select the particle so many numbers on."""
        return self.desk.stage.step_sample(offset)

    def fit(self) -> str:
        """Show all there is; gives what is said then."""
        return self.sheet.view.fit()

    def zoom(self, factor: float) -> str:
        """Look closer; gives why nothing can be zoomed, "" where it can."""
        return self.sheet.view.zoom(factor)

    # what the next start finds again

    def kept(self) -> dict[str, Any]:
        """Layers, what stands beside the run, names of own points, what came along, and the lesson that is on."""
        return {"layers": self.field_page.tools.kept, "distances": self.table.on, "columns": list(self.data.names),
                "beside": self.runs.kept, "order": self.runs.order, "own": self.data.title, "views": self.sheet.kept,
                "lesson": self.lessons.kept, "brushes": self.brushes.kept, "carried": self.carried.kept}

    def drafts(self) -> dict[str, Draft]:
        """The user's own points."""
        return {OWN: draft} if (draft := self.data.draft()) is not None else {}

    def watch(self, changed: Callable[[], object], looked: Callable[[], object]) -> None:
        """Call `changed` after a stroke, for other points and for other layers; zooms and brushes are looks."""
        self.data.changed.append(changed)
        self.field_page.layers_changed.connect(changed)
        self.table.toggled.append(changed)
        self.sheet.watch(looked)
        self.brushes.watch(looked)
        self.desk.stage.compared.connect(changed)

    def bring_back(self, place: Mapping[str, Any], drafts: Mapping[str, Any]) -> None:
        """Show the layers of last time, and have the own points."""
        self.field_page.tools.bring_back(place.get("layers"))
        self.table.choose(place.get("distances") is not False)
        self.sheet.bring_back(place.get("views"))
        self.brushes.bring_back(place.get("brushes"))
        self.lessons.bring_back(place.get("lesson"))
        self.carried.bring_back(place.get("carried"))
        self.data.take_draft(drafts.get(OWN), str(place.get("own") or "own points"), place.get("columns"))

    def returned(self, place: Mapping[str, Any]) -> None:
        """Put beside the run what stood there."""
        beside, order = place.get("beside"), place.get("order")
        self.runs.bring_back(beside if isinstance(beside, list) else [], order if isinstance(order, list) else [])

    # opening

    def opens(self, path: Path) -> bool:
        """Tables, by their endings; where the canvas is in sight also texts, and pictures of a density."""
        ending = path.suffix.lower()
        return ending in ENDINGS or (ending in {".txt", *PICTURES} and self.sheet.isVisible())

    def open(self, path: Path) -> None:
        """A table of points, or the picture of a density."""
        if path.suffix.lower() in PICTURES:
            self.pictures.open(path)
            return
        self.data.open(path, lambda: self.shell.files.remember(path))

    @property
    def sets(self) -> DataSets | None:
        """The user's points and the built-in sets."""
        return self.point_sets

    def use_data(self, data: str) -> bool:
        """Take a point set of the list into the form."""
        return self.point_sets.use(data)

    def wants(self, data: QMimeData) -> bool:
        """A table as text."""
        return self.data.wants(data)

    def drop(self, data: QMimeData) -> None:
        """Take a table as text."""
        self.data.drop(data)
