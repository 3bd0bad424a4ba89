"""A film of the canvas of points: every step as it is shown there, taken one after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QPixmap

from widgets.drawing.pixmaps import from_qimage
from workbench.desk import Desk
from workbench.pages.points_views.field import FieldPage

WIDEST = 1200  # px of a film
BEGUN = 4  # times that a film begins, as the canvas finds its size
AGAIN = 20  # ms until it is seen again whether a field is there


@dataclass(slots=True)
class Taken:
    """A film that is being taken: where it goes, of which run, its steps, and the pictures of the first of them.

    The pictures are packed as PNG: a thousand steps of bare pixels would be gigabytes. before: the step to go back to;
    size: of the canvas, which all have; begun: how often it was another and the film began anew.
    """

    file: Path
    run: str
    steps: list[int]
    before: int
    size: QSize = field(default_factory=QSize)
    begun: int = 0
    pictures: dict[int, bytes] = field(default_factory=dict[int, bytes])


class CanvasFilm:
    """Leads the canvas from step to step and keeps what it shows. It has no signals.

    Args:
        desk: whose stage is led.
        page: the canvas.
        busy: whether something that the present step shows is still being made.
        done: is given the film once all of its pictures are taken.
    """

    def __init__(self, desk: Desk, page: FieldPage, busy: Callable[[], bool], done: Callable[[Taken], object]) -> None:
        self._desk, self._page, self._busy, self._done = desk, page, busy, done
        self._film: Taken | None = None
        self._timer = QTimer(page, singleShot=True)
        self._timer.timeout.connect(self._next)

    @property
    def on(self) -> bool:
        """Whether a film is being taken."""
        return self._film is not None

    def take(self, file: Path, steps: list[int]) -> None:
        """Take these steps of the run on the stage; a film that is being taken goes on, and that is said."""
        if self._film is not None:
            self._desk.complain("A film is being taken already; export this one once it is written.")
            return
        self._film = Taken(file, self._desk.stage.run, steps, self._desk.stage.index)
        self._timer.start(0)

    def _next(self) -> None:
        """Keep the next step if all of it is shown, else come again."""
        film, stage = self._film, self._desk.stage
        if film is None:
            return
        if stage.run != film.run or not self._page.isVisible():
            self._film = None
            self._desk.complain(f"{film.file.name} was not written, as its run left the canvas; leave it there until "
                                "all steps are taken.")
            return
        step = film.steps[len(film.pictures)]
        stage.move(step)
        if self._busy():
            self._timer.start(AGAIN)
            return
        shown = self._page.panels.grab()
        if shown.size() != film.size and film.begun < BEGUN:
            film.size, film.begun = shown.size(), film.begun + 1
            film.pictures.clear()  # a table that came under the canvas took some of its height
            self._timer.start(0)
            return
        film.pictures[step] = packed(shown.scaled(film.size))
        self._desk.say(f"Film: {len(film.pictures):,} of {len(film.steps):,} steps are taken")
        if len(film.pictures) < len(film.steps):
            self._timer.start(0)
            return
        self._film = None
        stage.move(film.before)
        self._done(film)


def packed(shown: QPixmap) -> bytes:
    """A picture as PNG, at most as wide as a film is."""
    image = shown.toImage()
    if image.width() > WIDEST:
        image = image.scaledToWidth(WIDEST, Qt.TransformationMode.SmoothTransformation)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # pyright: ignore[reportCallIssue, reportArgumentType]
    return bytes(buffer.data().data())


def unpacked(picture: bytes) -> np.ndarray:
    """A picture of `packed` as (1, 3, H, W) float32 in [−1, 1]."""
    pixels = from_qimage(QImage.fromData(picture))[..., :3]
    return np.moveaxis(pixels, 2, 0)[None] / np.float32(127.5) - 1
