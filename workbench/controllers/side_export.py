"""Before and after as files: input, measured picture, result and truth side by side, and what W shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QImage

from engines.shown import MEASURED, TRUTH
from widgets.drawing.pixmaps import from_qimage
from widgets.pictures.side_by_side import difference_sheet, side_by_side, wiped
from workbench.actions import EXPORT_MORE, Spec
from workbench.background import Background
from workbench.controllers.export import ExportController
from workbench.controllers.files import ask_save
from workbench.controllers.run_writer import RunWriter
from workbench.controllers.scrub import ScrubController
from workbench.desk import Desk
from workbench.pages.images_page import ImagesPage, Mode

PNG = "PNG (*.png)"


class SideExport:
    """Declares both and writes them, with the recipe inside. It has no signals.

    Args:
        desk, background, space: shared parts.
        scrub: what is shown.
        export: names files.
    """

    def __init__(self, desk: Desk, background: Background, space: ImagesPage, scrub: ScrubController,
                 export: ExportController) -> None:
        self._desk, self._space, self._scrub, self._export = desk, space, scrub, export
        self._writer = RunWriter(desk, background)
        add = desk.actions.add
        add(Spec("file.export_sides", "Export side by side…", "File", "", "columns-2", "export",
                 "Input, measured picture, result and truth with their figures on one PNG",
                 needs="Open a picture and run something first", within=EXPORT_MORE),
            lambda: self._ask("Export side by side", " side by side.png", self.sides, "run something first"),
            self._able)
        add(Spec("file.export_wipe", "Export before and after…", "File", "", "blend", "export",
                 "Before and after with the divider where it is, or their difference, as PNG",
                 needs="Show before and after first (W)", within=EXPORT_MORE),
            lambda: self._ask("Export before and after", self._end(), self.wipe, "show before and after first (W)"),
            lambda: space.mode is Mode.WIPE)

    def _able(self) -> bool:
        """Whether a result is shown beside an input."""
        space = self._space
        return self._desk.stage.live is not None and space.mode in {Mode.PAIR, Mode.WIPE} \
            and space.result.pyramid is not None and space.input.pyramid is not None

    def _end(self) -> str:
        """How the name of what is seen under W ends."""
        return " difference.png" if self._space.wipe_tools.differs else " before and after.png"

    def _ask(self, title: str, end: str, write: Callable[[Path], object], first: str) -> None:
        """Ask for a file and write it; `first` is what there is to be done where nothing is shown to write."""
        if not self._able() or (write == self.wipe and self._space.mode is not Mode.WIPE):
            self._desk.complain(f"There is nothing to export so yet; {first}.")
            return
        with self._desk.guard():
            ask_save(self._desk, title, self._export.name(end), PNG, lambda file, _kind: write(file))

    def _sides(self) -> list[tuple[str, QImage]]:
        """Captions and pictures from left to right; none where there is no result beside an input."""
        space, live, row = self._space, self._desk.stage.live, self._scrub.row
        before, result = self._scrub.places.before(live) if live is not None else None, space.result.pyramid
        if before is None or result is None:
            return []
        figures, truth = row.known.figures(live), row.known.named(live, TRUTH)
        measured = row.known.named(live, MEASURED)
        found = list[tuple[str, QImage]]()
        # where the model saw the picture as it is, that is the truth already
        if truth is None or truth.picture.image.size() != before.image.size():
            found.append(("Input", before.whole()))
        if truth is not None:
            found.append((truth.title, truth.picture.image))
        if measured is not None:
            found.append((_with(measured.title, figures.measured if figures else ""), measured.picture.image))
        return [*found, (_with(space.result.caption(), row.told()), result.whole())]

    def sides(self, file: Path) -> None:
        """Write what there is to compare as one PNG."""
        if sides := self._sides():
            self._write(file, side_by_side(sides))

    def wipe(self, file: Path) -> None:
        """Write before and after as they are seen."""
        space = self._space
        if space.wipe_tools.differs:
            shown = space.difference
            sheet = difference_sheet(shown.caption(), shown.difference, shown.limit)
        else:
            before, after = space.wipe.image, space.wipe.after
            if before is None or after is None:
                return
            sheet = wiped((space.wipe.caption(), before), (space.result.caption(), after), space.wipe.divider)
        self._write(file, sheet)

    def _write(self, file: Path, sheet: QImage) -> None:
        from engines.recipe_png import save_png

        pixels = from_qimage(sheet)
        deep = pixels if pixels.ndim == 3 else pixels[..., None]
        with self._desk.guard():
            recipe = self._writer.recipe()
            self._writer.write(lambda: save_png(file, deep, recipe), file)


def _with(caption: str, figures: str) -> str:
    return f"{caption} · {figures}" if figures else caption
