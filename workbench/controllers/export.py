"""Taking things out: pictures, films, sheets, arrays and recipes, each with the recipe inside."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from engines.file_names import portable
from widgets.drawing.pixmaps import to_planes
from workbench.actions import EXPORT_MORE, RUN_FIRST, Spec
from workbench.background import Background
from workbench.controllers.files import FILMS, ask_save
from workbench.controllers.picture import PictureController
from workbench.controllers.placing import Composer, PlaceController
from workbench.controllers.repeat import reveal
from workbench.controllers.run_writer import RunWriter
from workbench.desk import Desk
from workbench.frames import frames, is_finished

if TYPE_CHECKING:
    from engines.trajectory import Trajectory

FILM_SIDE, SHEET_SIDE = 640, 4096  # px of a page of photographs at most: of a film a page is written for every step
# what the save dialog offers for pictures, and how large each is written
SCALES = {"PNG, pixel for pixel (*.png)": 1, "PNG, 4 times as large (*.png)": 4, "PNG, 8 times as large (*.png)": 8}
ANY = frozenset({"film", "arrays", "recipe"})  # what is exported of runs of every kind
SHEETS = {"PNG, as large as a film (*.png)": 0, **SCALES}  # pixel for pixel a few samples would be a stamp


class ExportController:
    """Writes files in the background and says where they are.

    Args:
        desk: shared parts.
        background: does the work.
        picture: knows the selected result.
        places: where samples are shown in the user's picture, and so exported.
    """

    def __init__(self, desk: Desk, background: Background, picture: PictureController,
                 places: PlaceController) -> None:
        self._desk, self._picture, self._places = desk, picture, places
        self._writer = RunWriter(desk, background)
        add = desk.actions.add
        for name, title, keys, file, kinds, write in (
                ("picture", "Export picture…", "Ctrl+E", ".png", ";;".join(SCALES), self.picture),
                ("film", "Export film…", "Ctrl+Shift+E", " film.gif", FILMS, self.film),
                ("sheet", "Export sheet…", "", " sheet.png", ";;".join(SHEETS), self.sheet),
                ("arrays", "Export arrays…", "", " steps.npz", "NumPy (*.npz)", self.arrays),
                ("recipe", "Export recipe…", "", " recipe.json", "Recipe (*.json)", self.recipe_file)):
            add(Spec(f"file.export_{name}", title, "File", keys, "download", "export", needs=RUN_FIRST,
                     within="" if keys else EXPORT_MORE),
                lambda title=title, file=file, kinds=kinds, write=write:
                self._ask(title.rstrip("…"), file, kinds, write), lambda name=name: self._able(name))
        add(Spec("run.keep_step", "Keep this step", "Run", "Ctrl+D", section="branch",
                 help="Store the selected sample as it is at this step among the files of the run",
                 needs=RUN_FIRST), self.keep_step,
            lambda: self._desk.stage.recorded)

    def _able(self, name: str) -> bool:
        """Whether there is something to export in a way: steps of points are no pictures."""
        stage = self._desk.stage
        return stage.recorded if name in ANY else stage.pictured

    def finished_file(self, sample: int) -> Path | None:
        """The PNG with its recipe of a finished sample, None where the canvas shows an intermediate."""
        stage, live = self._desk.stage, self._desk.stage.live
        if live is None or live.opened is None or stage.index != live.opened.total:
            return None
        # labelled by number, so that their names have the order of the samples
        files = sorted(path for kind, path in live.files if kind == "image")
        return files[sample] if 0 <= sample < len(files) else None

    def name(self, end: str) -> str:
        """What a file of the run is called, by the run, and for a picture by its sample and step too.

        end: of the name, as " film.gif"; ".png" alone for the selected sample.
        """
        stage = self._desk.stage
        parts = [self._desk.library.run(stage.run).title]
        opened = stage.live.opened if stage.live else None
        if end == ".png" and opened is not None:
            at = max(stage.sample, 0)
            parts += [f"seed {seed}" if seed >= 0 else f"sample {at + 1}" for seed in opened.seeds[at:][:1]]
            parts += [] if stage.finished else [f"step {stage.index}"]
        return portable(", ".join(parts)) + end

    def _ask(self, title: str, end: str, kinds: str, write: Callable[[Path, int], object]) -> None:
        if self._desk.stage.live is None or not self._desk.stage.recorded:
            self._desk.complain("There is nothing to export yet; run something first.")
            return
        if write == self.film and not self._desk.stage.pictured:
            self._desk.actions["points.film"].trigger()
            return
        if write in (self.picture, self.sheet) and not self._desk.stage.pictured:
            self._desk.complain("This run is one of points, not of pictures; export the points or the canvas.",
                                ("Export points", self._desk.actions["points.export"].trigger),
                                ("Export canvas", self._desk.actions["points.canvas"].trigger))
            return
        with self._desk.guard():
            ask_save(self._desk, title, self.name(end), kinds, lambda file, kind: write(file, SHEETS.get(kind, 1)))

    def shown(self) -> np.ndarray | None:
        """The selected sample as the canvas shows it, (H, W, C) uint8: a file of the run once it is finished."""
        stage, pictures = self._desk.stage, self._desk.stage.frames()
        if stage.live is None or pictures is None:
            return None
        finished = stage.finished
        if finished and not self._places.cropped:
            return self._picture.result_pixels()
        sample = pictures[min(max(stage.sample, 0), len(pictures) - 1)]
        return self._places.composer(stage.live)(sample, finished)

    def picture(self, file: Path, scale: int = 1) -> None:
        """Write the selected sample as the canvas shows it as PNG with recipe; scale: times as large."""
        from engines.recipe_png import save_png

        with self._desk.guard():
            pixels, recipe = self.shown(), self._writer.recipe()
            if pixels is not None:
                self._writer.write(lambda: save_png(file, enlarged(pixels, scale), recipe), file)

    def film(self, file: Path, _scale: int = 1) -> None:
        """Write the run as one of FILMS, in the present view; of samples that are a sequence these in order."""
        from engines.film import save_film

        live, view = self._desk.stage.live, self._desk.stage.view
        if live is None or live.trajectory is None or live.opened is None:
            return
        if self._in_order(live.task):
            self._sequence(file)
            return
        run, schedule, samples, compose = _held(live.trajectory), live.opened, live.samples, self._places.composer(live)
        blank = np.zeros(run.shape, np.float32)

        def frame(i: int) -> np.ndarray:
            finished = samples is not None and is_finished(view, i, schedule.total)
            shown = samples if finished else frames(run, schedule, i, view)
            return tiles(blank if shown is None else shown, compose, FILM_SIDE, finished=finished)

        with self._desk.guard():
            recipe = self._writer.recipe()
            self._writer.write(lambda: save_film(file, run, frame, recipe=recipe), file)

    def _in_order(self, task: str) -> bool:
        """Whether the samples of a task are a sequence, which a film goes through."""
        engines = self._desk.queue.engines
        return engines is not None and task in engines.tasks and engines.tasks[task].in_order

    def _sequence(self, file: Path) -> None:
        """Write all samples at the present step, one after the other and back, as GIF or animated PNG."""
        from engines.film import save_sequence

        with self._desk.guard():
            pictures, recipe = self._desk.stage.frames(), self._writer.recipe()
            if pictures is not None:
                shown = np.array(pictures)
                self._writer.write(lambda: save_sequence(file, shown, recipe=recipe), file)

    def sheet(self, file: Path, scale: int = 1) -> None:
        """Write all samples at the present step as one PNG with the recipe; scale: times as large."""
        from engines.film import save_sheet

        stage = self._desk.stage
        with self._desk.guard():
            pictures, recipe = stage.frames(), self._writer.recipe()
            if pictures is None or stage.live is None:
                return
            finished, compose = stage.finished, self._places.composer(stage.live)

            self._writer.write(lambda: save_sheet(file, list(tiles(pictures, compose, SHEET_SIDE, finished=finished)),
                                                  recipe, scale=scale), file)

    def arrays(self, file: Path, _scale: int = 1) -> None:
        """Write every recorded step as NPZ, own points in their own units."""
        from engines.film import save_arrays

        live = self._desk.stage.live
        with self._desk.guard():
            recipe = self._writer.recipe()
            if live is not None and live.trajectory is not None:
                steps, units = _held(live.trajectory), live.opened.units if live.opened is not None else None
                self._writer.write(lambda: save_arrays(file, steps, recipe, units), file)

    def recipe_file(self, file: Path, _scale: int = 1) -> None:
        """Write the recipe as JSON."""
        from engines.files import write_atomic

        with self._desk.guard():
            text = self._writer.recipe().to_json()
            self._writer.write(lambda: write_atomic(file, text.encode()), file)

    def keep_step(self) -> None:
        """Store the selected sample, as the canvas shows it at the present step, among the files of its run."""
        stage = self._desk.stage
        pixels = self.shown()
        if pixels is None or stage.live is None:
            self._desk.complain("There is no step to keep yet; run something first.")
            return
        from engines.recipe_png import save_png

        run, library = stage.run, self._desk.library
        name = f"kept_step_{stage.index:04}_sample_{max(stage.sample, 0) + 1:02}.png"
        with self._desk.guard():
            file = library.own_folder(run) / name
            recipe = self._writer.recipe()

            def write() -> None:
                save_png(file, pixels, recipe)
                library.add_file(run, "kept", file)

            what = f"Step {stage.index} of sample {max(stage.sample, 0) + 1}"
            kept = f"{what} is kept as {file.name} with the run’s files."
            self._writer.write(write, file, lambda: self._desk.done(
                kept, ("Show files of run", lambda: reveal(file.parent)), ("Use as picture", lambda: self._use(file))))

    def _use(self, file: Path) -> None:
        """Take a kept step onto the input canvas."""
        with self._desk.guard():
            self._picture.open(file)


def _held(run: Trajectory) -> Trajectory:
    """The steps recorded so far, which stay readable when the run is closed before they are written."""
    return copy.copy(run)


def tiles(pictures: np.ndarray, compose: Composer, side: int, *, finished: bool) -> np.ndarray:
    """Images (B, C, h, w) in [−1, 1] as they are shown, still in [−1, 1], for a sheet at most `side` px wide and high.

    Pictures by themselves stay pixel for pixel; photographs around them are made as small as that needs.
    """
    most = max(side // int(np.ceil(np.sqrt(len(pictures)))), pictures.shape[-1], pictures.shape[-2])
    return np.stack([to_planes(shrunk(compose(image, finished), most)) for image in pictures])


def shrunk(pixels: np.ndarray, most: int) -> np.ndarray:
    """(H, W, C) uint8 with sides of at most `most` px."""
    height, width, channels = pixels.shape
    if max(height, width) <= most:
        return pixels
    size = max(1, round(width * most / max(height, width))), max(1, round(height * most / max(height, width)))
    picture = Image.fromarray(pixels[:, :, 0] if channels == 1 else pixels).resize(size, Image.Resampling.BOX)
    return np.asarray(picture).reshape(size[1], size[0], channels)


def enlarged(pixels: np.ndarray, scale: int) -> np.ndarray:
    """Every pixel of (H, W, C) as a square of scale × scale: nothing is smoothed."""
    return pixels.repeat(scale, axis=0).repeat(scale, axis=1) if scale > 1 else pixels
