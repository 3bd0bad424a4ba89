"""Films, sheets and arrays: a recorded run as files that other programs open."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from engines.errors import BadOption
from engines.files import write_atomic, write_with
from engines.modalities.image import png_notes, sheet
from engines.recipe import Recipe
from engines.recipe_png import notes_of, save_png
from engines.trajectory import Trajectory

Array = np.ndarray[Any, np.dtype[Any]]
MOST_FRAMES = 240  # more make a file of tens of megabytes
SHORTEST = 20  # ms; browsers slow down anything faster


class FilmKind(StrEnum):
    """File kinds of a film, by the ending of the file's name."""

    GIF = ".gif"
    PNG = ".png"
    APNG = ".apng"


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
        file: ends in .gif, .png or .apng (both animated PNG, which carry the recipe).
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
    chosen = film_steps(run.first, run.last)
    show = frame or run.x
    pictures = [_picture(show(i), scale) for i in chosen]
    each = max(SHORTEST, round(1000 * seconds / len(chosen)))
    write_atomic(file, _encoded(kind, pictures, [each] * (len(chosen) - 1) + [each + round(1000 * hold)], recipe))


def save_sequence(file: Path, images: Sequence[Array] | Array, *, seconds: float = 3.0, hold: float = 0.6,
                  scale: int = 0, recipe: Recipe | None = None) -> None:
    """Write images (C, H, W) in [−1, 1] one after the other and back again, as a film that never jumps, atomically.

    seconds: of one way; hold: how long each end stays. Otherwise as `save_film`.
    """
    kind = kind_of(file)
    if len(images) < 2:
        raise BadOption("A film of a sequence needs two images; run the task with a larger count.")
    pictures = [_picture(np.asarray(image)[None], scale) for image in images]
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


def save_arrays(file: Path, run: Trajectory, recipe: Recipe | None = None) -> None:
    """Write every recorded step as NPZ without pickles, atomically.

    It holds x and x0 (steps, B, C, H, W) float32, t, nfe and first (the index of the
    first step), term.NAME (steps, B), curve.NAME (steps,), delta.NAME like x, and the
    recipe as JSON.
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
    if recipe is not None:
        arrays["recipe"] = np.array(recipe.to_json())
    write_with(file, lambda out: np.savez(out, allow_pickle=False, **arrays))


def _stacked(read: Callable[[int], Array], steps: range, shape: tuple[int, ...]) -> Array:
    """All steps in one array."""
    return np.stack([read(i) for i in steps]) if len(steps) else np.zeros((0, *shape), np.float32)


def _picture(images: Array, scale: int) -> Image.Image:
    """One frame: the batch as a sheet, enlarged without smoothing."""
    page = sheet(list(images))
    picture = Image.fromarray(page[:, :, 0] if page.shape[2] == 1 else page)
    factor = scale or _factor(*picture.size)
    return picture.resize((picture.width * factor, picture.height * factor), Image.Resampling.NEAREST)


def _factor(*sides: int) -> int:
    """How many times as large a sheet is shown: whole, so that pixels stay square; a small one stays below 360 px."""
    return max(1, 360 // max(sides))


def _encoded(kind: FilmKind, pictures: list[Image.Image], durations: list[int], recipe: Recipe | None) -> bytes:
    """The bytes of an animation that loops for ever."""
    out = io.BytesIO()
    first, rest = pictures[0], pictures[1:]
    if kind is FilmKind.GIF:
        first.save(out, "GIF", save_all=True, append_images=rest, duration=durations, loop=0)
        return out.getvalue()
    first.save(out, "PNG", save_all=True, append_images=rest, duration=durations, loop=0,
               pnginfo=png_notes(notes_of(recipe)))
    return out.getvalue()
