"""Taking points out: tables of the present step, and the canvas as a picture that carries the recipe."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtGui import QImage

from engines.file_names import portable
from engines.files import write_atomic
from engines.units import Units
from widgets.drawing.pixmaps import from_qimage
from widgets.fields.point_tile import point_tile
from workbench.actions import EXPORT_MORE, RUN_FIRST, Spec
from workbench.background import Background
from workbench.controllers.files import FILMS, ask_save
from workbench.controllers.points.film import CanvasFilm, Taken, unpacked
from workbench.controllers.points.subjects import Subjects
from workbench.controllers.run_writer import RunWriter
from workbench.desk import Desk
from workbench.frames import ESTIMATE
from workbench.pages.points_views.field import FieldPage

FINER = (2, 4, 1)  # pixels of a PNG for one of the screen
NOTHING = "There are no points to export yet; run something first."


class PointsExportController:
    """Writes files in the background and says where they are. It has no signals.

    Args:
        desk, background: shared parts.
        page: the canvas.
        subjects: which runs are shown.
        busy: whether something that belongs on the canvas is still being made.
    """

    def __init__(self, desk: Desk, background: Background, page: FieldPage, subjects: Subjects,
                 busy: Callable[[], bool]) -> None:
        self._desk, self._page, self._subjects = desk, page, subjects
        self._writer = RunWriter(desk, background)
        self._film = CanvasFilm(desk, page, busy, self._write)
        page.reached.connect(lambda: desk.refilm())
        add = desk.actions.add
        add(Spec("points.export", "Export points…", "File", section="export", icon="download", needs=RUN_FIRST,
                 within=EXPORT_MORE, help="The points of this step as CSV or NPY"),
            lambda: self._ask("Export points", " points.csv", "CSV (*.csv);;NumPy (*.npy)",
                              lambda file, _: self.points(file)), self._able)
        add(Spec("points.canvas", "Export canvas…", "File", section="export", icon="download", needs=RUN_FIRST,
                 within=EXPORT_MORE,
                 help="The canvas of points as it is shown, as a PNG of a size of your choice that carries the recipe, "
                      "or as an SVG"),
            lambda: self._ask("Export canvas", ".png", ";;".join([*self.sizes(), "SVG (*.svg)"]), self.canvas),
            self._able)
        add(Spec("points.film", "Export film of points…", section="export", icon="film", needs=RUN_FIRST,
                 help="All steps as the canvas shows them, as GIF, animated PNG, WebP or numbered PNGs"),
            lambda: self._ask("Export film", " film.gif", FILMS, lambda file, _: self.film(file)),
            self._able)

    def _able(self) -> bool:
        return self._desk.stage.recorded and not self._desk.stage.pictured

    def _ask(self, title: str, end: str, kinds: str, write: Callable[[Path, str], object]) -> None:
        if not self._able():
            self._desk.complain(NOTHING)
            return
        with self._desk.guard():
            stage = self._desk.stage
            step = "" if stage.live and stage.live.opened and stage.index == stage.live.opened.total \
                else f", step {stage.index}"
            name = portable(self._desk.library.run(stage.run).title + step) + end
            ask_save(self._desk, title, name, kinds, write)

    def points(self, file: Path) -> None:
        """Write the states of the present step as they are, in the user's own units if there are any: .csv, .npy."""
        from engines.modalities.points import write_points

        live = self._desk.stage.live
        if live is None or live.trajectory is None:
            return
        values, units = np.array(live.trajectory.x(self._subjects.step(live))), self.units
        told = values if units is None else units.restored(values)
        self._writer.write(lambda: write_points(file, told, units.names if units is not None else ()), file)

    @property
    def units(self) -> Units | None:
        """In which the run on the stage is told."""
        live = self._desk.stage.live
        return self._subjects.units(live, self._subjects.subject(live)) if live is not None else None

    def sizes(self) -> dict[str, int]:
        """The kinds of PNG of the canvas: how many pixels each has for one of the screen, the usual one first."""
        shown = self._page.panels.size()
        return {f"PNG, {scale * shown.width()} × {scale * shown.height()} px (*.png)": scale for scale in FINER}

    def canvas(self, file: Path, kind: str = "") -> None:
        """Write what the canvas shows; kind: one of `sizes`, "" for the first."""
        from engines.recipe_png import save_png

        if file.suffix.lower() == ".svg":
            drawing = self._page.panels.svg()
            self._writer.write(lambda: write_atomic(file, drawing), file)
            return
        with self._desk.guard():
            picture = self._page.panels.picture(self.sizes().get(kind, FINER[0]))
            pixels, recipe = from_qimage(picture), self._writer.recipe()
            self._writer.write(lambda: save_png(file, pixels[..., :3], recipe), file)

    def film(self, file: Path) -> None:
        """Write all steps of the panels, as the canvas shows them, as one of FILMS."""
        from engines.film import FilmKind, film_steps, kind_of

        live = self._desk.stage.live
        if live is None or live.trajectory is None:
            return
        first, last = live.trajectory.first, live.trajectory.last
        with self._desk.guard():
            every = kind_of(file) is FilmKind.ZIP
            self._film.take(file, list(range(first, last + 1)) if every else film_steps(first, last))

    def _write(self, taken: Taken) -> None:
        """Write a film whose pictures are all taken."""
        from engines.film import save_film

        live = self._desk.stage.live
        if live is None or live.trajectory is None:
            return
        with self._desk.guard():
            steps, recipe = copy.copy(live.trajectory), self._writer.recipe()  # it may go on meanwhile
            self._writer.write(lambda: save_film(taken.file, steps, lambda step: unpacked(taken.pictures[step]),
                                                 scale=1, recipe=recipe), taken.file)

    def tile(self, index: int) -> QImage | None:
        """All points of a step of the run on the stage as a picture of the film strip, which goes as far as the canvas;
        None where there are none.
        """
        stage = self._desk.stage
        live = stage.live
        if live is None or live.opened is None or len(live.opened.shape) != 2:
            return None
        points = self._subjects.states(live, index, estimate=stage.view is ESTIMATE)
        if points is None:
            return None
        far = self._page.far(line=points.shape[1] == 1)
        return point_tile(points, (-far, -far, far, far), self._page.plane.theme)
