"""Images: draw, fill and change pictures, and look at every step of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QWidget

from widgets.pixmaps import from_qimage
from workbench.controllers.branch import BranchController
from workbench.controllers.export import ExportController
from workbench.controllers.picture import PictureController
from workbench.controllers.scrub import ScrubController
from workbench.controllers.views import ViewController
from workbench.desk import Desk
from workbench.workspaces.base import Shell, Workspace
from workbench.workspaces.images_page import ImagesPage

if TYPE_CHECKING:
    from engines.recipe import Recipe

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff"})


class Images(Workspace):
    """A canvas for one picture or a pair, and a strip of results."""

    name: ClassVar[str] = "images"
    title: ClassVar[str] = "Images"
    place: ClassVar[int] = 10
    shortcut: ClassVar[str] = "Alt+1"
    equation: ClassVar[bool] = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.canvas = ImagesPage(desk.actions)

    @property
    def page(self) -> QWidget:
        return self.canvas

    def join(self, shell: Shell) -> None:
        super().join(shell)
        desk, canvas = shell.desk, self.canvas
        self.picture = PictureController(desk, canvas, self._make_pair, shell.background)
        self.scrub = ScrubController(desk, canvas, self.shows)
        self.branching = BranchController(desk, shell.panel, shell.runs, self.scrub, canvas,
                                          lambda: frozenset(task.name for task in self.tasks))
        self.export = ExportController(desk, shell.background, self.picture)
        self.views = ViewController(desk, canvas, self.scrub, shell.scrubber)
        canvas.grid.export_file = self.export.finished_file
        canvas.start.activated.connect(shell.runs.start)

    # its tasks

    def _attached(self, name: str) -> dict[str, str]:
        """What goes with a run of one of its tasks: file names by kind."""
        task = self.task(name)
        return task.attached() if task else {}

    def _make_pair(self) -> None:
        """Show a task that takes a picture: the one there is, or the first that takes a mask, too."""
        if not self._attached(self.shell.panel.task):
            self.shell.go.choose_task(next(task.name for task in self.tasks if task.takes("mask")))

    def enter(self, task: str) -> None:
        self.scrub.set_paired(bool(self._attached(task)))
        self.branching.mark()

    def attachments(self, task: str) -> dict[str, bytes]:
        return self.picture.attachments(self._attached(task))

    def take_files(self, recipe: Recipe) -> None:
        """Take the picture and mask of a recipe, unless they are there already."""
        from engines.modalities.image import read_image, read_mask

        data = recipe.files.get(str(recipe.options.get("image", "")))
        if data is None:
            return
        pixels = read_image(data, 3, "picture of the recipe")
        known = self.picture.pixels
        if known is None or known.shape[:2] != pixels.shape[:2] or not (known == pixels).all():
            self.picture.put(pixels, "picture of the run")
        mask = recipe.files.get(str(recipe.options.get("mask", "")))
        if mask is not None:
            self.canvas.input.set_mask(read_mask(mask))

    # what the window's actions do here

    def branch(self) -> None:
        self.branching.branch()

    def compare(self, run: str = "") -> None:
        if run:
            self.branching.compare_with(run)
        else:
            self.branching.compare()

    def paint(self) -> None:
        self.branching.paint()

    def leave(self) -> bool:
        return self.branching.leave_paint()

    def step_sample(self, offset: int) -> None:
        self.canvas.step_sample(offset)

    def fit(self) -> None:
        self.canvas.fit()

    def zoom(self, factor: float) -> None:
        self.canvas.zoom(factor)

    # opening

    def opens(self, path: Path) -> bool:
        return path.suffix.lower() in PICTURES

    def open(self, path: Path) -> None:
        """A picture; one that carries a recipe offers to repeat its run."""
        from engines.modalities.image import read_image, recipe_of

        self.shell.background.read(path, lambda: (read_image(path, 3, path.name), recipe_of(path)),
                                   lambda found: self._put(path, *found), self.desk.complain)

    def _put(self, path: Path, pixels: np.ndarray, recipe: Recipe | None) -> None:
        self.shell.drop.remember(path)
        if recipe is None:
            self.picture.put(pixels, path.stem)
        else:
            self.shell.drop.offer(path, recipe, ("Open as picture", lambda: self.picture.put(pixels, path.stem)))

    def wants(self, data: QMimeData) -> bool:
        return data.hasImage()

    def drop(self, data: QMimeData) -> None:
        image = data.imageData()
        self.picture.put(from_qimage(image.convertToFormat(image.Format.Format_RGB888)), "dropped picture")
