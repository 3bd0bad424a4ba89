"""Restore folder: every picture of a folder restored with one set of options, with a table of how it went."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, cast

import torch
from torch import Tensor

from engines.checkpoint import Model
from engines.component import Options, option, validated
from engines.context import Context
from engines.counted import counted
from engines.errors import BadData, BadInput, BadOption, Diverged
from engines.events import Event, Measured, Noted, Progressed, Said, Saved
from engines.figure_rows import FOLDER, TABLE, read_rows, save_rows
from engines.files import MAX_BYTES, explained
from engines.learnt import meaningless
from engines.modalities.image import extent_of, file_bytes, read_image, to_uint8
from engines.model_file import ModelSpec
from engines.model_names import spoken
from engines.recipe import Recipe, backend
from engines.recipe_png import save_png
from engines.sampling import check_labels, find_model, open_model, steps
from engines.tasks.base import Task
from engines.tasks.extent import check_extent, reduced
from engines.tasks.pictures import Picture, picture_of
from engines.tasks.restore import Restore, RestoreOptions, RestoringOptions, conditioned, posed
from engines.tasks.restored_figures import restored_figures

FILE = "restore-folder.csv"
ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff"})
LARGEST_GIVEN = MAX_BYTES // 2  # bytes of a picture that a recipe holds: as text it is a third longer
MEAN = "mean"  # what the picture of the mean of several answers is called by


class FolderOptions(RestoringOptions):
    """A folder, what happened to its pictures, and how to find what they were."""

    folder: str = option("", title="Folder", widget="folder", group="Folder",
                         help="The pictures in this folder are restored, those in folders inside it are not.")
    into: str = option("", title="Results", widget="folder", group="Folder",
                       help="Where the results go; no file that is there already is replaced. Empty: with the run.")
    count: int = option(1, title="Count", ge=1, le=16, group="Samples",
                        help="Answers for each picture; of several their mean is written, too.")

    def each(self) -> RestoreOptions:
        """The options of Restore for each of the pictures."""
        shared = {name: getattr(self, name) for name in RestoringOptions.model_fields}
        return validated(RestoreOptions, shared)


def pictures_in(folder: str) -> list[Path]:
    """The pictures of a folder by their endings, hidden ones left out, in the order of their names.

    Raises BadOption where no folder is named, and BadData where there is none or it holds no picture.
    """
    if not folder.strip():
        raise BadOption("No folder is chosen; name one with pictures to restore.")
    place = Path(folder).expanduser()
    if not place.is_dir():
        what = "is a file" if place.exists() else "does not exist"
        raise BadData(f"Folder “{folder}” {what}; choose a folder of pictures.")
    try:
        found = sorted(file for file in place.iterdir() if file.suffix.lower() in ENDINGS and file.is_file()
                       and not file.name.startswith("."))
    except OSError as error:
        raise explained(error, place) from error
    if not found:
        raise BadData(f"Folder “{folder}” holds no picture; choose one with files such as PNG or JPEG.")
    return found


def free_file(folder: Path, stem: str) -> Path:
    """A PNG of that name in a folder, with the first number that makes it one that is not there."""
    number, file = 1, folder / f"{stem}.png"
    while file.exists():
        number += 1
        file = folder / f"{stem}-{number}.png"
    return file


class RestoreFolder(Task):
    """Restore one picture after the other; one that cannot be is told in the table, and the others go on."""

    name: ClassVar[str] = "restore-folder"
    title: ClassVar[str] = "Folder"
    verb: ClassVar[str] = "Restore folder"
    summary: ClassVar[str] = "Every picture of a folder restored with one set of options, and a table of how it went."
    workspace: ClassVar[str] = "images"
    place: ClassVar[int] = 27
    pairs: ClassVar[tuple[str, ...]] = Restore.pairs
    goes_on: ClassVar[str] = FILE
    leaves: ClassVar[str] = "*-restored*.png"
    gathers: ClassVar[str] = Restore.name
    draws: ClassVar[bool] = False
    Form: ClassVar[type[Options]] = FolderOptions
    figures: ClassVar[Mapping[str, str]] = {
        "restored": "pictures that were restored", "failed": "those that could not be",
        "tables": "the rows of the table, by the name of its file"}
    finds: ClassVar[str] = Restore.finds

    def title_of(self, options: Any) -> str:
        """“Restore folder holidays by DPS”."""
        made = cast(FolderOptions, options)
        folder = Path(made.folder).name or "of pictures"
        return f"Restore folder {folder} by {made.method.word()}"

    def check(self, options: Any, files: Mapping[str, bytes], model: ModelSpec | None) -> None:
        """Refuse a folder without pictures."""
        pictures_in(cast(FolderOptions, options).folder)

    def check_choices(self, options: Any, model: ModelSpec | None) -> None:
        """What Restore refuses."""
        Restore().check_choices(options, model)

    def caution(self, options: Any, model: ModelSpec | None) -> str:
        """What Restore cautions of."""
        return Restore().caution(options, model)

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Yield Said, Progressed for each step, the table as Saved after each picture, as each result, and Measured.

        A picture that is in the table of the folder already is not restored again. Raises BadInput for a folder that
        cannot be read or results that cannot be written.
        """
        made = cast(FolderOptions, options)
        found = pictures_in(made.folder)
        check_labels(made.label, made.model, context)
        self.check_choices(made, None)
        spec = find_model(made.model, context).spec
        if caution := meaningless(spec.learnt, self.finds):
            yield Noted(caution)
        yield Said(f"Loading model {spoken(made.model)}")
        batch = Batch(made, open_model(made.model, context), context, found)
        yield batch.saved()
        for k, file in enumerate(found):
            if not batch.has(file):
                yield Said(f"Restoring “{file.name}”, {k + 1} of {counted(len(found), 'picture')}")
                yield from batch.restore(file, k)
                yield batch.saved()
        failed = batch.failed
        yield Measured({"restored": float(len(found) - failed), "failed": float(failed)})


class Batch:
    """The pictures of a folder that are done, and the table of them.

    Args:
        options, model, context: of the run.
        found: all pictures of the folder, each of which has a row of the table.

    Raises:
        BadInput: there can be no folder for the results.
    """

    def __init__(self, options: FolderOptions, model: Model, context: Context, found: Sequence[Path]) -> None:
        self._options, self._model, self._context, self._found = options, model, context, found
        self._table, self._reduced = context.folder / FILE, False
        self._into = Path(options.into).expanduser().absolute() if options.into.strip() else context.folder
        try:
            self._into.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explained(error, self._into) from error
        rows = (row for row in read_rows(self._table) if row.get("residual") or row.get("why"))
        self._rows: dict[str, Mapping[str, object]] = {row["file"]: row for row in rows if row.get("file")}

    def has(self, file: Path) -> bool:
        """Whether a picture is done, or has failed."""
        return file.name in self._rows

    @property
    def failed(self) -> int:
        """How many pictures could not be restored."""
        return sum(bool(row.get("why")) for row in self._rows.values())

    def saved(self) -> Saved:
        """Write the table as it is; raises DiskFull."""
        save_rows(self._table, FOLDER, [self._rows.get(file.name, {"file": file.name}) for file in self._found])
        return Saved(TABLE, self._table)

    def restore(self, file: Path, place: int) -> Iterator[Event]:
        """Restore a picture, which has this place among all; why it cannot be is its row, and stops no other.

        Yields Progressed, Saved for its results, and Noted of the first of which the model leaves something out.
        """
        options, began, last = self._options.each(), time.perf_counter(), None
        total = len(self._found) * options.steps
        try:
            given, picture = self._read(file, options)
            problem = posed(options, picture, self._model.spec)
            yield from self._told(file, picture)
            plan = conditioned(options, self._model, problem, self._context, file.name)
            for last in steps(plan):
                share = round(options.steps * last.index / last.total)
                yield Progressed(place * options.steps + share, total)
            assert last is not None  # every walk has a step
            x = plan.finish(last.x).float().cpu()
        except (BadInput, Diverged) as error:
            self._rows[file.name] = {"file": file.name, "why": str(error)}
            yield Progressed((place + 1) * options.steps, total)
            return
        results = self._written(file, x, self._recipe(given))
        self._rows[file.name] = {"file": file.name, **restored_figures(x, problem), "result": str(results[0]),
                                 "seconds": time.perf_counter() - began}
        self.saved()  # before anybody hears of them: whoever stops here finds them in it
        for result in results:
            yield Saved("image", result)

    def _read(self, file: Path, options: RestoreOptions) -> tuple[bytes, Picture]:
        """The bytes of a picture of the folder, and what they show.

        Read once, so that the recipe holds what was restored, whatever becomes of the file meanwhile. Raises BadInput
        for a file that cannot be read, and for a picture that is too large before it is decoded.
        """
        given = file_bytes(file)
        if self._model.spec.network.anywhere:
            check_extent(*extent_of(given, file.name), options.count, remedy="restore it by itself in a crop")
        return given, picture_of(read_image(given, 3, file.name), options)

    def _told(self, file: Path, picture: Picture) -> Iterator[Noted]:
        """What the model leaves out of a picture, once: of a folder the others are mostly alike."""
        left_out = "" if self._reduced else reduced(self._options.model, self._model.spec, picture)
        if left_out:
            self._reduced = True
            yield Noted(f"“{file.name}”: {left_out}")

    def _recipe(self, given: bytes) -> Recipe | None:
        """How Restore alone makes the same of a picture, whose bytes are in it; None for one too large to be read."""
        options = self._options.each()
        made = Recipe(Restore.name, options.model_dump(mode="json"), {options.image: given},
                      backend=backend(self._context.device.kind), fingerprints=self._context.fingerprints)
        return made if len(given) < LARGEST_GIVEN else None

    def _written(self, file: Path, x: Tensor, recipe: Recipe | None) -> list[Path]:
        """Write the answers x (B, C, H, W) as pictures of names that are free; of several their mean first.

        Each has the recipe in it, as those that are exported have.
        """
        stem, files = f"{file.stem}-restored", list[Path]()
        shown = {"": x} if len(x) == 1 else {f"-{MEAN}": x.mean(0, keepdim=True),
                                             **{f"-{k + 1}": one[None] for k, one in enumerate(x)}}
        for name, picture in shown.items():
            files.append(free_file(self._into, stem + name))
            save_png(files[-1], to_uint8(torch.as_tensor(picture)[0].numpy()), recipe)
        return files
