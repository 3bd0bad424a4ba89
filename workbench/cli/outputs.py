"""Files of a sampling run: pictures that carry their recipe, finished or not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from engines.context import Start
from engines.events import Sampled, Shown
from engines.files import write_atomic
from engines.modalities.image import sheet, to_uint8
from engines.modalities.points import write_points
from engines.modalities.scatter import is_pictures, scatter
from engines.recipe import Recipe
from engines.recipe_png import save_png
from engines.samplers.base import Step
from engines.units import Units
from workbench import bridge
from workbench.cli.course import Course

Array = np.ndarray[Any, np.dtype[Any]]
ON_A_SHEET = 400
LARGE = 640  # px of a picture of points
REST = "continue.json"


def traces(task: str) -> tuple[str, ...]:
    """Patterns of the files that are written here for a run of a task, whole or stopped."""
    return f"{task}-*.png", f"{task}-*.csv", REST


def save_sampled(folder: Path, result: Sampled, recipe: Recipe) -> list[Path]:
    """Write each result, and a sheet of several; returns the files. Raises DiskFull or BadInput."""
    if not is_pictures(result.samples.shape):
        return _points(folder, recipe.task, result.samples, recipe, result.units)
    pictures = result.pictures or tuple(to_uint8(sample) for sample in result.samples)
    files = _pictures(folder, recipe.task, pictures, recipe)
    if 1 < len(pictures) <= ON_A_SHEET:
        files.append(folder / f"{recipe.task}-sheet.png")
        save_png(files[-1], sheet(list(result.samples)), recipe)
    return files


def save_shown(folder: Path, shown: Iterable[Shown], recipe: Recipe) -> list[Path]:
    """Write the pictures beside the results: what was measured, their mean, where they disagree."""
    files = list[Path]()
    for one in shown:
        files.append(folder / f"{recipe.task}-{one.name}.png")
        save_png(files[-1], one.picture, recipe)
    return files


def save_course(folder: Path, course: Course | None, recipe: Recipe) -> list[Path]:
    """Write the states of a run as a strip, one row a sample; nothing when none were kept."""
    if course is None or not course.states:
        return []
    file = folder / f"{recipe.task}-strip.png"
    save_png(file, sheet(course.rows(), columns=len(course.states)), recipe)
    return [file]


def save_unfinished(folder: Path, step: Step, recipe: Recipe, *, needs_state: bool = True,
                    units: Units | None = None) -> list[Path]:
    """Write what a stopped run had: its estimates as pictures, equal ones once, and a recipe that goes on from there.

    `main.py TASK --recipe continue.json` ends in the very samples the whole run would have had.
    needs_state: whether that takes the state, which may be large, or its index alone. units: in which points are told.
    """
    x0, name = bridge.array(step.x0.float()), f"{recipe.task}-unfinished"
    if is_pictures(x0.shape):
        distinct = x0 if any(not np.array_equal(x, x0[0]) for x in x0[1:]) else x0[:1]
        files = _pictures(folder, name, [to_uint8(x) for x in distinct], recipe)
    else:
        files = _points(folder, name, x0, recipe, units)
    state = step.x if needs_state else step.x.new_zeros(1)
    x, *past = (bridge.array(s.float()) for s in (state, *step.past))
    rest = replace(recipe, start=Start(step.index, x, tuple(past)))
    write_atomic(folder / REST, rest.to_json().encode())
    return [*files, folder / REST]


def _points(folder: Path, name: str, points: Array, recipe: Recipe, units: Units | None) -> list[Path]:
    """Points (N, d) as a table, in the user's own units where there are some, and as a picture with the recipe."""
    table = folder / f"{name}.csv"
    write_points(table, points if units is None else units.restored(points), () if units is None else units.names)
    return [table, *_pictures(folder, name, [scatter(points, LARGE)], recipe)]


def _pictures(folder: Path, name: str, pictures: Sequence[Array], recipe: Recipe) -> list[Path]:
    """Number and write pictures (H, W, C) uint8."""
    digits = max(3, len(str(len(pictures) - 1)))
    files = [folder / f"{name}-{k:0{digits}d}.png" for k in range(len(pictures))]
    for file, picture in zip(files, pictures, strict=True):
        save_png(file, picture, recipe)
    return files
