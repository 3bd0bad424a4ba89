"""Shows results where they belong: the state of a run inside of the user's whole picture, and the finished fill."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF

from engines.errors import WorkbenchError
from widgets.drawing.pixmaps import Inlaid, Pyramid, from_qimage, to_bytes, to_qimage
from workbench.background import Background
from workbench.desk import Desk
from workbench.running.mailbox import LiveRun
from workbench.weight import heavy

if TYPE_CHECKING:
    from engines.tasks.base import Task
    from engines.tasks.pictures import Picture, PictureTask


@dataclass(frozen=True, slots=True)
class Place:
    """Where the samples of a run belong.

    picture: the run's own, with its square; ground: the whole of it; square: the part in its square. mask: (H, W),
    through which a finished sample is pasted; None for a run whose samples are pictures by themselves.
    """

    picture: Picture
    mask: np.ndarray | None
    ground: Pyramid
    square: Pyramid

    @property
    def box(self) -> QRectF:
        """The square in pixels of the picture."""
        crop = self.picture.crop
        return QRectF(crop.x, crop.y, crop.side, crop.side)

    @property
    def whole(self) -> bool:
        """Whether the square is all of the picture."""
        return self.picture.pixels.shape[:2] == (self.picture.crop.side, self.picture.crop.side)

    def state(self, image: np.ndarray) -> Pyramid:
        """An image (C, h, w) in [−1, 1] of the square, inside of the whole picture."""
        alone = self.whole and image.shape[-1] == self.picture.crop.side
        return Pyramid(to_qimage(image)) if alone else Inlaid(self.ground, to_qimage(image), self.box)


Composer = Callable[[np.ndarray, bool], np.ndarray]


class PlaceController:
    """Knows the place of the run on the canvas. It has no signals.

    Args:
        desk: its library holds pictures and masks of runs.
        background: reads large ones.
        task: a task of the workspace by its name.

    Attributes:
        awaited: id of the run whose picture is being read, "" for none; `read` is called once it is there.
    """

    def __init__(self, desk: Desk, background: Background, task: Callable[[str], Task | None]) -> None:
        self._desk, self._background, self._task = desk, background, task
        self.awaited, self.read = "", list[Callable[[], object]]()
        self._known: tuple[str, Place | None] = "", None
        self._pasted: tuple[object, Pyramid] | None = None
        self.cropped = False

    def forget(self) -> None:
        """Give back the memory of the last run's picture."""
        self._known, self._pasted, self.awaited = ("", None), None, ""

    def of(self, live: LiveRun) -> Place | None:
        """The place of a run's samples; None when its task has none, or its picture cannot be read any more."""
        if self._known[0] != live.run and live.opened is not None:
            self._known, self._pasted, self.awaited = (live.run, None), None, ""
            # where it fails, its samples can still be looked at by themselves
            with suppress(WorkbenchError, OSError):
                self._begin(live.run, live.task, live.opened.shape[-1])
        return self._known[1] if self._known[0] == live.run else None

    def _begin(self, run: str, name: str, size: int) -> None:
        """Read a run's picture, a large one beside the window."""
        from engines.tasks.pictures import PictureTask

        task = self._task(name)
        if not isinstance(task, PictureTask):
            return
        text, library = self._desk.queue.recipe(run), self._desk.library

        def read() -> Place:
            return placed(task, text or library.recipe(run), size)

        if heavy(self._desk, run):
            self.awaited = run
            self._background.do(read, lambda place: self._take(run, place), lambda _sentence: self._take(run, None))
        else:
            self._known = run, read()

    def _take(self, run: str, place: Place | None) -> None:
        if self.awaited == run:
            self._known, self.awaited = (run, place), ""
            for tell in self.read:
                tell()

    def inside(self, live: LiveRun) -> Place | None:
        """The place of a run whose samples are now shown inside of the whole picture, else None."""
        place = self.of(live)
        return None if place is None or place.mask is None or self.cropped else place

    def result(self, live: LiveRun, image: np.ndarray, key: object = None) -> Pyramid:
        """What the result side shows of an image (C, h, w) in [−1, 1].

        Args:
            key: tells finished samples apart, which are pasted as they are kept and exported; None for a state.
        """
        place = self.inside(live)
        if place is None or place.mask is None:
            return Pyramid(to_qimage(image))
        if key is None:
            return place.state(image)
        if self._pasted is None or self._pasted[0] != (live.run, key):
            self._pasted = (live.run, key), Pyramid(to_qimage(place.picture.pasted(image, place.mask)))
        return self._pasted[1]

    def composer(self, live: LiveRun) -> Composer:
        """What turns an image (C, h, w) in [−1, 1] of a run into what is now shown of it, (H, W, C) uint8.

        Its second argument tells a finished sample, which is pasted, from a state. It may be called on any thread.
        """
        place = self.inside(live)

        def compose(image: np.ndarray, finished: bool) -> np.ndarray:
            if place is None or place.mask is None:
                return _deep(to_bytes(image))
            if finished:
                return place.picture.pasted(image, place.mask)
            return _deep(from_qimage(place.state(image).whole()))

        return compose

    def before(self, live: LiveRun) -> Pyramid | None:
        """What a result is compared with: the whole picture, or the square of it that the samples stand for."""
        place = self.of(live)
        if place is None or live.opened is None:
            return None
        # a model of pictures of any size takes all of one, whatever its sides
        entire = tuple(live.opened.shape[-2:]) == place.picture.pixels.shape[:2]
        return place.ground if entire or self.inside(live) else place.square


def placed(task: PictureTask, text: str, size: int) -> Place:
    """The place of the samples, `size` px wide, of a recipe as JSON; on any thread. Raises WorkbenchError."""
    from engines.recipe import Recipe
    from engines.tasks.base import options_of

    recipe = Recipe.from_json(text)
    picture, mask = task.placed(options_of(recipe), recipe.files, size)
    left, top, right, bottom = picture.crop.box
    return Place(picture, mask, Pyramid.ready(picture.pixels),
                 Pyramid(to_qimage(picture.pixels[top:bottom, left:right])))


def _deep(pixels: np.ndarray) -> np.ndarray:
    """Grey (H, W) as (H, W, 1); colour as it is."""
    return pixels if pixels.ndim == 3 else pixels[..., None]
