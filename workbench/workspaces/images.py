"""Images: draw, fill and change pictures, and look at every step of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QWidget

from widgets.drawing.pixmaps import from_qimage
from workbench.beginning import Beginning
from workbench.controllers.branch import BranchController
from workbench.controllers.crop import CropController
from workbench.controllers.export import ExportController
from workbench.controllers.fitting import FittingController
from workbench.controllers.foreseen import ForeseenController
from workbench.controllers.guidance import GuidanceController
from workbench.controllers.hints import HintController
from workbench.controllers.kernel import KernelController
from workbench.controllers.known_pictures import KnownPictures
from workbench.controllers.laboratory import ICON as FLASK
from workbench.controllers.laboratory import OPEN as LABORATORY
from workbench.controllers.named_pictures import NamedPictures
from workbench.controllers.picture import PictureController
from workbench.controllers.picture_files import PictureFiles
from workbench.controllers.picture_help import PictureHelp
from workbench.controllers.placing import PlaceController
from workbench.controllers.run_notes import RunNotes
from workbench.controllers.scrub import ScrubController
from workbench.controllers.seam_methods import SeamMethodsController
from workbench.controllers.side_export import SideExport
from workbench.controllers.strengths import StrengthsController
from workbench.controllers.tables import TableController
from workbench.controllers.task_runs import TaskRuns
from workbench.controllers.views import ViewController
from workbench.controllers.which import Opened
from workbench.desk import Desk
from workbench.drafts import Draft
from workbench.pages import looks
from workbench.pages.images_page import ImagesPage, Mode
from workbench.preparing import Packing
from workbench.stage import SHOWN
from workbench.workspaces.base import Workspace
from workbench.workspaces.shell import Shell

if TYPE_CHECKING:
    from engines.recipe import Recipe
    from engines.tasks.pictures import PictureTask

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff"})
FITS = "A sheet of samples always fits; click a sample to enlarge it, and zoom that"


class Images(Workspace):
    """A canvas for one picture or a pair, and a strip of results."""

    name: ClassVar[str] = "images"
    title: ClassVar[str] = "Images"
    place: ClassVar[int] = 10
    shortcut: ClassVar[str] = "Alt+1"
    equation: ClassVar[bool] = True
    shows_notes: ClassVar[bool] = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.canvas = ImagesPage(desk.actions)
        self._beginning = Beginning(desk.queue, desk.stage, self.canvas)
        self._paint: np.ndarray | None = None  # of last time
        self._last_runs = TaskRuns(desk, lambda task: self.task(task) is not None)

    @property
    def page(self) -> QWidget:
        """The picture, its paint and its samples."""
        return self.canvas

    def join(self, shell: Shell) -> None:
        """Make the controllers of pictures, crops, steps, branches and exports."""
        super().join(shell)
        desk, canvas = shell.desk, self.canvas
        self.picture = PictureController(desk, canvas, self._make_pair, shell.background, shell.files.open,
                                         self._make_masked)
        self.fitting = FittingController(desk, shell.panel, shell.go.choose_model)
        for view in (canvas.input, canvas.paint):
            view.undo_store.folder = desk.library.home.root
        # runs that wait to be looked at again were made from another picture
        self.picture.changed.append(lambda: self._last_runs.forget(lambda task: bool(self.files.attached(task))))
        named = NamedPictures(desk, shell.panel, self.picture, lambda task: self.task(task) is not None)
        self.files = PictureFiles(shell.panel, canvas, self.picture, named, KernelController(desk, canvas), self.task)
        shell.panel.changed.connect(lambda: self.files.suit(self._picture_task()))
        self.hints = HintController(canvas, shell.panel, self._beginning, self._picture_task,
                                    lambda: desk.stage.live is None and bool(shell.runs.preparing.titles))
        shell.runs.preparing.changed.connect(self.hints.show)
        self.crop = CropController(desk, shell.panel, canvas.input, self.picture, self._picture_task, self.hints.refuse)
        known = KnownPictures(shell.background)
        self.foreseen = ForeseenController(desk, shell.background, shell.panel, canvas, self.picture,
                                           self._picture_task, self.files.beside, known)
        self.files.kernel.pad.changed.connect(self.foreseen.look)
        self.scrub = ScrubController(desk, canvas, self.shows, PlaceController(desk, shell.background, self.task),
                                     shell.equation, known)
        self.branching = BranchController(desk, shell.panel, shell.runs, self.scrub, canvas,
                                          lambda: frozenset(task.name for task in self.tasks))
        self._offer(shell)
        RunNotes(desk, canvas)
        canvas.start.activated.connect(shell.runs.start)

    def _offer(self, shell: Shell) -> None:
        """Strips, tables and exports of what a run made."""
        desk, canvas = shell.desk, self.canvas
        more = desk, shell.panel, canvas, self.picture, shell.runs, self.scrub, shell.go.load
        self.strengths, self.methods = StrengthsController(*more), SeamMethodsController(*more)
        self.export = ExportController(desk, shell.background, self.picture, self.scrub.places)
        self.sides = SideExport(desk, shell.background, canvas, self.scrub, self.export)
        self.views = ViewController(desk, canvas, self.scrub, shell.scrubber)
        self.help = PictureHelp(desk, shell.panel, canvas, self.picture, self._picture_task, self.fitting)
        self.tables = TableController(desk, shell.panel, shell.background, canvas, shell.runs, lambda: self.tasks,
                                      self.attachments, shell.go.choose_task)
        self.carry = self.tables.carry
        self.guidance = GuidanceController(desk, shell.panel, shell.runs, shell.go.choose_task, canvas)
        canvas.add_picture_tools(desk.actions)
        canvas.strip.add_button(desk.actions[LABORATORY], FLASK)
        canvas.grid.export_file = self.export.finished_file

    def _make_pair(self, channels: int) -> str:
        """Show a task that takes a picture, with a model for it; gives what there is to say of the model."""
        if not self.files.attached(self.shell.panel.task):
            self._make_masked()
        form = self._picture_task()
        return self.fitting.suit(channels, form.in_grey) if form is not None else ""

    def _make_masked(self) -> None:
        """Show a task that takes a mask: the one there is, or the first."""
        if not self.files.masks(self.shell.panel.task):
            self.shell.go.choose_task(next(task.name for task in self.tasks if task.takes("mask")))

    def _picture_task(self) -> PictureTask | None:
        """The task of the form, when it begins with a picture."""
        from engines.tasks.pictures import PictureTask

        task = self.task(self.shell.panel.task)
        return task if isinstance(task, PictureTask) else None

    def enter(self, task: str) -> None:
        """Offer the tools that the task needs, and show the run of it that was last looked at."""
        self.picture.remember_sample()
        self._last_runs.turn(task)
        form = self._picture_task()
        self.files.suit(form)
        if form is not None:
            self.hints.show()
        self.scrub.set_paired(form is not None)
        self.foreseen.look()
        self.branching.mark()

    def attachments(self, task: str) -> Packing:
        """The files of a run as its form stands, or pictures that the form names; raises BadInput."""
        return self.files.packing(task)

    def files_of(self, recipe: Recipe) -> Callable[[], object]:
        """Read the files of a recipe; the picture is taken unless it is there already."""
        return self.files.files_of(recipe)

    # what the window's actions do here

    def branch(self) -> None:
        """Run on from the step that is shown, with what was painted on it."""
        self.branching.branch()

    def compare(self, run: str = "") -> None:
        """Put another run beside the one that is shown, or end the comparison."""
        if why := run and self.unfit(run):
            self.desk.complain(why)
        elif run:
            self.branching.compare_with(run)
        else:
            self.branching.compare()

    def paint(self) -> None:
        """Paint on the selected sample, or leave that."""
        self.branching.paint()

    def leave(self) -> bool:
        """Put the divider away, or go one step back from paint or a comparison; False when there is nothing."""
        if self.canvas.mode is Mode.WIPE:
            self.views.wipe()
            return True
        return self.tables.close() or self.help.leave() or self.branching.leave()

    def step_sample(self, offset: int) -> bool:
        """Select the sample so many places on; False where there is none."""
        return self.canvas.step_sample(offset)

    def fit(self) -> str:
        """Show whole pictures; gives what is said then."""
        return "All of the picture is shown" if self.canvas.fit() else FITS

    def zoom(self, factor: float) -> str:
        """Zoom the pictures by a factor; gives why none can be, "" where they can."""
        return "" if self.canvas.zoom(factor) else FITS

    def choose_sample(self, sample: int) -> None:
        """Select a sample in whatever shows the samples now."""
        self.canvas.choose_sample(sample)

    # what the next start finds again

    def kept(self) -> dict[str, Any]:
        """What the canvas showed: the name of the picture, and the captions of the samples."""
        paired, grid = self.canvas.mode in {Mode.PAIR, Mode.WIPE}, self.canvas.grid
        return {"paired": paired, "picture": self.picture.name,
                "captions": [] if paired else [grid.caption(k) for k in range(grid.count)],
                "enlarged": grid.enlarged, **looks.kept(self.canvas), **self.branching.kept}

    def drafts(self) -> dict[str, Draft]:
        """The picture and the paint on it, and the colours painted on a state."""
        return {**self.picture.drafts(), **self.branching.drafts(), **self.files.kernel.drafts()}

    def watch(self, changed: Callable[[], object], looked: Callable[[], object]) -> None:
        """Call `changed` after each stroke and each change of view; zooms and brushes are looks."""
        self.canvas.input.mask_changed.connect(changed)
        self.canvas.input.paint_changed.connect(changed)
        self.canvas.mode_changed.connect(changed)
        self.canvas.paint.paint_changed.connect(changed)
        self.desk.stage.compared.connect(changed)
        looks.watch_looks(self.canvas, looked)

    def readied(self, place: Mapping[str, Any], drafts: Mapping[str, np.ndarray]) -> Mapping[str, Any]:
        """The picture as the screen takes it, with all its sizes."""
        name = str(place.get("picture", ""))
        return {what: Opened.of(pixels, name) if what == "picture" else pixels for what, pixels in drafts.items()}

    def bring_back(self, place: Mapping[str, Any], drafts: Mapping[str, Any]) -> None:
        """Put the picture of last time back, with its paint."""
        # another one may have been opened while a large one was read
        if "picture" in drafts and self.picture.pixels is None:
            self.picture.bring_back(drafts["picture"], drafts.get("mask"), drafts.get("scribble"))
        self.files.kernel.bring_back(drafts.get("kernel"))
        if place.get("paired"):
            self.canvas.show_mode(Mode.PAIR)
        self._paint = drafts.get("paint")
        if self._paint is not None and self.canvas.mode is Mode.PAINT:  # its run was there first
            self.canvas.paint.bring_back_colours(self._paint)
        looks.bring_back(self.canvas, place)

    def returned(self, place: Mapping[str, Any]) -> None:
        """Enlarge what was, and go on with the paint or the comparison."""
        self._enlarge(place)
        self.branching.bring_back(place, self._paint)
        self._paint = None

    def _enlarge(self, place: Mapping[str, Any]) -> None:
        """Enlarge the sample that was, as far as it was."""
        enlarged = place.get("enlarged")
        if isinstance(enlarged, int) and enlarged != self.canvas.grid.enlarged:
            self.canvas.grid.enlarge(enlarged)
            looks.bring_back_looks(self.canvas, place.get("looks"))

    def foreshow(self, samples: np.ndarray | None, place: Mapping[str, Any]) -> None:
        """Show the first of the finished samples at once, with the captions they had."""
        shown = None if samples is None else samples[:SHOWN]
        captions = found if isinstance(found := place.get("captions"), list) else []
        self.canvas.foreshow(shown, [str(words) for words in captions])
        self._enlarge(place)

    def opens(self, path: Path) -> bool:
        """Pictures, by their endings."""
        return path.suffix.lower() in PICTURES

    def open(self, path: Path) -> None:
        """A picture; one that carries a recipe offers to repeat its run."""
        from engines.modalities.image import read_image
        from engines.recipe_png import carried

        self.shell.background.read(path, lambda: (Opened.of(read_image(path, 3, path.name), path.stem), *carried(path)),
                                   lambda found: self._put(path, *found), self.desk.complain)

    def _put(self, path: Path, opened: Opened, recipe: Recipe | None, unreadable: str) -> None:
        def take() -> None:
            self.shell.files.remember(path)
            self.picture.put(opened)

        if recipe is not None:
            self.shell.files.remember(path)
            self.shell.files.offer(path, recipe, ("Open as picture", take))
        elif unreadable:
            self.desk.complain(unreadable, ("Open as picture", take))
        else:
            take()

    def wants(self, data: QMimeData) -> bool:
        """A picture without a file, as a browser drags it."""
        return data.hasImage()

    def drop(self, data: QMimeData) -> None:
        """Take a picture that is no file."""
        image = data.imageData()
        pixels = from_qimage(image.convertToFormat(image.Format.Format_RGB888))
        self.picture.put(Opened.of(pixels, "dropped picture"))
