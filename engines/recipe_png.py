"""PNGs that carry the recipe they were made by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from engines.errors import BadRecipe
from engines.files import write_atomic
from engines.modalities.image import note_of, png_bytes
from engines.recipe import Recipe

Array = np.ndarray[Any, np.dtype[Any]]
RECIPE_KEY = "diffusion-workbench-recipe"


def notes_of(recipe: Recipe | None) -> dict[str, str]:
    """The notes that carry a recipe in a PNG; none without one."""
    return {} if recipe is None else {RECIPE_KEY: recipe.to_json()}


def recipe_png(pixels: Array, recipe: Recipe | None = None) -> bytes:
    """A picture (H, W, 1 or 3) uint8 as PNG, with its recipe."""
    return png_bytes(pixels, notes_of(recipe))


def save_png(file: Path, pixels: Array, recipe: Recipe | None = None) -> None:
    """Write `recipe_png` atomically; raises DiskFull or BadInput."""
    write_atomic(file, recipe_png(pixels, recipe))


def recipe_of(source: Path | bytes, name: str = "") -> Recipe | None:
    """The recipe inside a PNG, or None when it carries none; raises BadImage or BadRecipe."""
    text = note_of(source, RECIPE_KEY, name)
    return None if text is None else Recipe.from_json(text)


def carried(path: Path) -> tuple[Recipe | None, str]:
    """The recipe inside a picture, None where there is none; and why it cannot be read, "" when it can."""
    try:
        return recipe_of(path), ""
    except BadRecipe as error:
        return None, str(error)
