"""Pictures that are opened on the canvas of points: a grey one is a density as if it had been painted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from widgets.controls.error_bar import Remedy
from workbench.background import Background
from workbench.controllers.points.data import PointsDataController
from workbench.desk import Desk

if TYPE_CHECKING:
    from engines.recipe import Recipe

PICTURES = frozenset({".png"})  # by their endings


class PointsPicturesController:
    """Opens them. It has no signals.

    Args:
        desk, background: shared parts.
        data: takes the density.
        offer: offers to repeat the run that a picture was exported from, and another way.
    """

    def __init__(self, desk: Desk, background: Background, data: PointsDataController,
                 offer: Callable[[Path, Recipe, Remedy], object]) -> None:
        self._desk, self._background, self._data, self._offer = desk, background, data, offer

    def open(self, path: Path) -> None:
        """Take a grey picture as a density; one in colour, or with the recipe of a run, may be meant otherwise."""
        from engines.modalities.own_points import in_colour
        from engines.recipe_png import carried

        self._background.read(path, lambda: (in_colour(path), *carried(path)), lambda found: self._put(path, *found),
                              self._desk.complain)

    def _put(self, path: Path, colour: bool, recipe: Recipe | None, unreadable: str) -> None:
        way = "Use as density", lambda: self._take(path)
        if recipe is not None:
            self._desk.remember(path)
            self._offer(path, recipe, way)
        elif unreadable:
            self._desk.complain(unreadable, way)
        elif colour:
            self._desk.offer(f"“{path.name}” is a picture in colour, of which the lightness can be the density of "
                             "points; to work on the picture itself, turn to Images and open it there.", way)
        else:
            self._take(path)

    def _take(self, path: Path) -> None:
        self._data.open(path, lambda: self._desk.remember(path))
