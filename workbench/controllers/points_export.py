"""Taking points out: tables of the present step, and the canvas as a picture that carries the recipe."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engines.file_names import portable
from widgets.pixmaps import from_qimage
from workbench.actions import RUN_FIRST, Spec
from workbench.background import Background
from workbench.controllers.files import ask_save
from workbench.controllers.points_subjects import Subjects
from workbench.desk import Desk
from workbench.pages.points_views.field import FieldPage

if TYPE_CHECKING:
    from engines.recipe import Recipe

NOTHING = "There are no points to export yet; run something first."


class PointsExportController:
    """Writes files in the background and says where they are. It has no signals.

    Args:
        desk, background: shared parts.
        page: the canvas.
        subjects: which runs are shown.
    """

    def __init__(self, desk: Desk, background: Background, page: FieldPage, subjects: Subjects) -> None:
        self._desk, self._background, self._page, self._subjects = desk, background, page, subjects
        add = desk.actions.add
        add(Spec("points.export", "Export points…", "File", section="export", icon="download", needs=RUN_FIRST,
                 help="The points of this step as CSV or NPY"),
            lambda: self._ask("Export points", " points.csv", "CSV (*.csv);;NumPy (*.npy)", self.points), self._able)
        add(Spec("points.canvas", "Export canvas…", "File", section="export", icon="download", needs=RUN_FIRST,
                 help="The canvas of points as it is shown, as a PNG that carries the recipe"),
            lambda: self._ask("Export canvas", ".png", "PNG (*.png)", self.canvas), self._able)

    def _able(self) -> bool:
        return self._desk.stage.recorded and not self._desk.stage.pictured

    def _ask(self, title: str, end: str, kinds: str, write: Callable[[Path], object]) -> None:
        if not self._able():
            self._desk.complain(NOTHING)
            return
        with self._desk.guard():
            stage = self._desk.stage
            step = "" if stage.live and stage.live.opened and stage.index == stage.live.opened.total \
                else f", step {stage.index}"
            name = portable(self._desk.library.run(stage.run).title + step) + end
            ask_save(self._desk, title, name, kinds, lambda file, _kind: write(file))

    def _recipe(self) -> Recipe:
        from engines.recipe import Recipe

        return Recipe.from_json(self._desk.library.recipe(self._desk.stage.run))

    def points(self, file: Path) -> None:
        """Write the states of the present step as they are, .csv or .npy."""
        from engines.modalities.points import write_points

        live = self._desk.stage.live
        if live is None or live.trajectory is None:
            return
        values = np.array(live.trajectory.x(self._subjects.step(live)))
        self._do(lambda: write_points(file, values), file)

    def canvas(self, file: Path) -> None:
        """Write what the canvas shows."""
        from engines.recipe_png import save_png

        with self._desk.guard():
            pixels, recipe = from_qimage(self._page.panels.grab().toImage()), self._recipe()
            self._do(lambda: save_png(file, pixels[..., :3], recipe), file)

    def _do(self, write: Callable[[], object], file: Path) -> None:
        self._desk.say(f"Writing {file.name}…")
        self._background.do(write, lambda _none: self._desk.say(f"Saved {file}"), self._desk.complain)
