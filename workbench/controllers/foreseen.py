"""What a run would begin with: a picture as the chosen degradation leaves it.

It is shown where the result will be, or beside the result of a run that began with another one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QTimer

from engines.errors import BadInput
from engines.shown import MEASURED
from widgets.drawing.pixmaps import Pyramid
from workbench.background import Background
from workbench.controllers.known_pictures import KnownPictures
from workbench.controllers.picture import PictureController
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.pages.images_page import ImagesPage, Mode
from workbench.preparing import Packing

if TYPE_CHECKING:
    from engines.tasks.pictures import PictureTask

Pixels = np.ndarray[Any, np.dtype[Any]]
SOON = 150  # ms after the last change of the form
CAPTION = "As measured"


class ForeseenController:
    """Follows form and picture. It has no signals.

    Args:
        desk, background: shared parts.
        panel: the task form.
        canvas: the page of the Images workspace.
        picture: the user's picture.
        task: the task of the form when it begins with a picture, else None.
        files: what else would go with a run of it.
        known: has what the run on the canvas measured.
    """

    def __init__(self, desk: Desk, background: Background, panel: TaskPanel, canvas: ImagesPage,
                 picture: PictureController, task: Callable[[], PictureTask | None],
                 files: Callable[[str], Packing], known: KnownPictures) -> None:
        self._files, self._known = files, known
        self._desk, self._background, self._panel = desk, background, panel
        self._canvas, self._picture, self._task = canvas, picture, task
        self._timer = QTimer(canvas, singleShot=True, interval=SOON)
        self._timer.timeout.connect(self._ask)
        self._asked = 0  # of the wishes so far: what comes for an earlier one is given up
        self._busy = False
        self.shown: Pyramid | None = None
        panel.changed.connect(self.look)
        picture.changed.append(self.look)
        canvas.input.mask_changed.connect(self.look)
        desk.stage.shown.connect(self._turned)

    def _turned(self) -> None:
        """Another run is on the canvas, or none."""
        self._known.foresee(None)
        self.look()

    def look(self) -> None:
        """Something changed: look a moment later what a run would begin with now."""
        self._asked += 1
        self.shown = None
        self._timer.start()

    @property
    def _free(self) -> bool:
        """Whether the place of the result is empty, or there is one of what was measured."""
        return self._canvas.mode is Mode.PAIR and (self._desk.stage.live is None or self._measured is not None)

    @property
    def _measured(self) -> Pixels | None:
        """What the run on the canvas measured, (H, W, 1 or 3) uint8."""
        found = self._known.named(self._desk.stage.live, MEASURED)
        return None if found is None else found.pixels

    def _ask(self) -> None:
        task, pixels = self._task(), self._picture.pixels
        if task is None or pixels is None or not self._free or self._busy:
            return
        from engines.component import validated

        try:
            options = validated(task.Form, self._panel.values())
            files = self._files(task.name) if task.foresees else Packing()
        except BadInput:  # which the form says
            return
        model, asked = self._desk.models.find(str(self._panel.values().get("model", ""))), self._asked
        whole = np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels
        self._busy = True
        self._background.do(lambda: task.foreseen(options, whole, model, files.pack()),
                            lambda found: self._take(asked, found), lambda why: self._take(asked, None, why))

    def _take(self, asked: int, found: Any, why: str = "") -> None:
        self._busy = False
        if asked != self._asked:  # meanwhile something changed
            self._timer.start()
        elif self._desk.stage.live is not None:
            self._known.foresee(None if found is None or same(found, self._measured) else Pyramid.ready(found))
        elif self._free:
            self.shown = None if found is None else Pyramid.ready(found)
            if why:
                self._canvas.result.set_empty_text(why)
            self._canvas.show_result(self.shown, CAPTION if self.shown else "", tied=self._tied())

    def _tied(self) -> bool:
        """Whether it has the size of the picture, and moves with it."""
        size = self._canvas.input.image_size
        return self.shown is not None and self.shown.image.size() == size


def same(one: Pixels, other: Pixels | None) -> bool:
    """Whether two pictures (H, W, 1 or 3) have the same pixels, grey in three channels or in one."""
    if other is None or one.shape[:2] != other.shape[:2]:
        return False
    return bool((one == other).all())
