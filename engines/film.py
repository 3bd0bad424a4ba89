"""Films, sheets and arrays: a recorded run as files that other programs open."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

import numpy as np
from PIL import Image

from engines.errors import BadOption
from engines.files import write_atomic, write_with
from engines.modalities.image import png_notes, sheet
from engines.recipe import Recipe
from engines.recipe_png import notes_of, save_png
from engines.trajectory import Trajectory
from engines.units import Units

Array = np.ndarray[Any, np.dtype[Any]]
GAP = 2  # pixels between the images of a frame
MOST_FRAMES = 240  # more make a file of tens of megabytes
EFFORT = 30  # of 100 that WebP spends on making a film small
SHORTEST = 20  # ms; browsers slow down anything faster


class FilmKind(StrEnum):
    """File kinds of a film, by the ending of the file's name; a zip holds every step as a numbered PNG."""

    GIF = ".gif"
    PNG = ".png"
    APNG = ".apng"
    WEBP = ".webp"
    ZIP = ".zip"


def kind_of(file: Path) -> FilmKind:
    """The kind that a file's ending asks for; raises BadOption naming the known endings."""
    ending = file.suffix.lower()
    if ending not in set(FilmKind):
        raise BadOption(f"A film cannot be saved as “{file.name}”; end the name in {', '.join(FilmKind)}.")
    return FilmKind(ending)


def film_steps(first: int, last: int, most: int = MOST_FRAMES) -> list[int]:
    """The steps to show: all, or at most `most` spread evenly, the first and the last always among them."""
    # at least two, the first and the last
    count = min(last - first + 1, max(2, most))
    return [int(i) for i in np.linspace(first, last, count).round()]


def save_film(file: Path, run: Trajectory, frame: Callable[[int], Array] | None = None, *, seconds: float = 4.0,
              hold: float = 1.0, scale: int = 0, recipe: Recipe | None = None) -> None:
    """Write a run as a film, atomically; the kind is that of the file's ending.

    Args:
        file: ends in .gif, .webp, in .png or .apng (both animated PNG, which carry the recipe), or in .zip for PNGs
            that are numbered by their steps, each of which carries it; of these there is one for every step.
        run: at least one recorded step.
        frame: images (B, C, H, W) in [−1, 1] of a step; its states by default.
        seconds: of the whole film without the hold.
        hold: seconds that the last frame stays.
        scale: pixels per pixel, 0 for what makes small images visible.

    Raises:
        BadOption: another ending, or nothing recorded. DiskFull, BadInput: cannot be written.
    """
    kind = kind_of(file)
    if not len(run):
        raise BadOption("The run has no recorded step yet; let it take one before saving a film.")
    show = frame or run.x
    if kind is FilmKind.ZIP:
        numbered = ((i, _picture(show(i), scale)) for i in range(run.first, run.last + 1))
        write_with(file, lambda out: _write_numbered(out, "step", numbered, recipe))
        return
    chosen = film_steps(run.first, run.last)
    pictures = [_picture(show(i), scale) for i in chosen]
    each = max(SHORTEST, round(1000 * seconds / len(chosen)))
    write_atomic(file, _encoded(kind, pictures, [each] * (len(chosen) - 1) + [each + round(1000 * hold)], recipe))


def save_sequence(file: Path, images: Sequence[Array] | Array, *, seconds: float = 3.0, hold: float = 0.6,
                  scale: int = 0, recipe: Recipe | None = None) -> None:
    """Write images (C, H, W) in [−1, 1] one after the other and back again, as a film that never jumps, atomically.

    seconds: of one way; hold: how long each end stays. Otherwise as `save_film`; numbered PNGs go one way, from 1 on.
    """
    kind = kind_of(file)
    if len(images) < 2:
        raise BadOption("A film of a sequence needs two images; run the task with a larger count.")
    pictures = [_picture(np.asarray(image)[None], scale) for image in images]
    if kind is FilmKind.ZIP:
        write_with(file, lambda out: _write_numbered(out, "sample", enumerate(pictures, 1), recipe))
        return
    each = max(SHORTEST, round(1000 * seconds / len(pictures)))
    durations = [each + round(1000 * hold) * (k in {0, len(pictures) - 1}) for k in range(len(pictures))]
    write_atomic(file, _encoded(kind, [*pictures, *pictures[-2:0:-1]], [*durations, *durations[-2:0:-1]], recipe))


def save_sheet(file: Path, images: Sequence[Array], recipe: Recipe | None = None, *, scale: int = 1) -> None:
    """Write images (C, H, W) in [−1, 1] as one PNG that carries the recipe, atomically.

    scale: times as large, 0 for the size of a film.
    """
    if not len(images):
        raise BadOption("There is no image to save; run the task first.")
    page = sheet(images)
    times = scale or _factor(*page.shape[:2])
    save_png(file, page.repeat(times, axis=0).repeat(times, axis=1), recipe)


def save_arrays(file: Path, run: Trajectory, recipe: Recipe | None = None, units: Units | None = None) -> None:
    """Write every recorded step as NPZ without pickles, atomically.

    It holds x and x0 (steps, B, C, H, W) float32, t, nfe and first (the index of the
    first step), term.NAME (steps, B), curve.NAME (steps,), delta.NAME like x, and the
    recipe as JSON. With units, of points, x, x0 and delta.NAME are float64 in the user's own, columns (d,) has their
    names, and terms and curves are those of x = origin + scale·point; origin (d,) and scale are there too.
    """
    steps = range(run.first, run.last + 1)
    arrays: dict[str, Array] = {
        "x": _stacked(run.x, steps, run.shape), "x0": _stacked(run.x0, steps, run.shape),
        "t": np.array([run.t(i) for i in steps]), "nfe": np.array([run.nfe(i) for i in steps], np.int64),
        "first": np.array(run.first)}
    arrays |= {f"term.{name}": values for name, values in run.terms.items()}
    arrays |= {f"curve.{name}": values for name, values in run.curves.items()}
    for name in run.deltas:
        moves = [run.delta(name, i) for i in steps]
        arrays[f"delta.{name}"] = np.stack([np.zeros(run.shape, np.float32) if m is None else m for m in moves])
    if units is not None:
        arrays = {name: _own(name, values, units) for name, values in arrays.items()}
        arrays |= {"columns": np.array(units.names, str), "origin": np.array(units.origin),
                   "scale": np.array(units.scale)}
    if recipe is not None:
        arrays["recipe"] = np.array(recipe.to_json())
    write_with(file, lambda out: np.savez(out, allow_pickle=False, **arrays))


def _stacked(read: Callable[[int], Array], steps: range, shape: tuple[int, ...]) -> Array:
    """All steps in one array."""
    return np.stack([read(i) for i in steps]) if len(steps) else np.zeros((0, *shape), np.float32)


def _picture(images: Array, scale: int) -> Image.Image:
    """One frame: the batch as a sheet, a single image without an edge around it, enlarged without smoothing."""
    page = sheet(list(images), GAP if len(images) > 1 else 0)
    picture = Image.fromarray(page[:, :, 0] if page.shape[2] == 1 else page)
    factor = scale or _factor(*picture.size)
    return picture.resize((picture.width * factor, picture.height * factor), Image.Resampling.NEAREST)


def _own(name: str, values: Array, units: Units) -> Array:
    """An array of `save_arrays` in the user's own units, as far as it has any."""
    if name in {"x", "x0"}:
        return units.restored(values)
    return units.moves(values) if name.startswith("delta.") else values


def _factor(*sides: int) -> int:
    """How many times as large a sheet is shown: whole, so that pixels stay square; a small one stays below 360 px."""
    return max(1, 360 // max(sides))


def _write_numbered(out: IO[bytes], name: str, pictures: Iterable[tuple[int, Image.Image]],
                    recipe: Recipe | None) -> None:
    """Pictures as PNGs called by their numbers, one after the other: no more than one is in memory."""
    # PNG is packed already
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for number, picture in pictures:
            page = io.BytesIO()
            picture.save(page, "PNG", pnginfo=png_notes(notes_of(recipe)))
            archive.writestr(f"{name}_{number:04}.png", page.getvalue())


def _encoded(kind: FilmKind, pictures: list[Image.Image], durations: list[int], recipe: Recipe | None) -> bytes:
    """The bytes of an animation that loops for ever."""
    out = io.BytesIO()
    first, rest = pictures[0], pictures[1:]
    if kind is FilmKind.WEBP:
        # without loss: a film of points is smaller so, and no dot is smeared
        first.save(out, "WEBP", save_all=True, append_images=rest, duration=durations, loop=0, lossless=True,
                   quality=EFFORT)
        return out.getvalue()
    if kind is FilmKind.GIF:
        first.save(out, "GIF", save_all=True, append_images=rest, duration=durations, loop=0)
        return out.getvalue()
    first.save(out, "PNG", save_all=True, append_images=rest, duration=durations, loop=0,
               pnginfo=png_notes(notes_of(recipe)))
    return out.getvalue()
