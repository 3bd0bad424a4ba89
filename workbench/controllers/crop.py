"""Shows before a run what its model will see of the picture, and takes a crop that is dragged there."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF

from engines.errors import BadInput, BadMask
from widgets.masks.picture_canvas import PictureCanvas
from widgets.options.form import OptionForm
from workbench.controllers.picture import PictureController
from workbench.controllers.which import Which
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.form_change import change_form

if TYPE_CHECKING:
    from engines.modalities.image import Crop
    from engines.tasks.pictures import PictureOptions, PictureTask

NAMES = ("crop_x", "crop_y", "crop_side")  # of PictureOptions
Square = tuple[int, int, int]  # left, top and side in px, zeros for the task's own choice


class CropController:
    """Follows form, paint and picture. It has no signals.

    Args:
        desk, panel: shared parts.
        canvas: the input.
        picture: the user's picture.
        task: the task of the form when it begins with a picture, else None.
        refuse: called with why the hole cannot be filled, "" where it can.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, canvas: PictureCanvas, picture: PictureController,
                 task: Callable[[], PictureTask | None], refuse: Callable[[str], object]) -> None:
        self._refuse = refuse
        self._desk, self._panel, self._canvas, self._picture, self._task = desk, panel, canvas, picture, task
        self._mask: np.ndarray | None = None
        self._which: Which | None = None  # the picture whose crop is in the forms
        self._left = list[tuple[weakref.ref[Which], dict[str, Square]]]()
        panel.changed.connect(self.show)
        canvas.mask_changed.connect(self._painted)
        canvas.crop_changed.connect(self._dragged)
        picture.changed.append(self._other_picture)

    def _painted(self) -> None:
        """The hole may decide what the model sees."""
        self._mask = self._canvas.mask_array() if self._canvas.coverage else None
        self.show()

    def _other_picture(self) -> None:
        """A picture of before has the crop that it had; one that reaches out of a new picture was not meant for it."""
        left, now = self._which, self._picture.which
        if now is not left:  # while the canvas takes a new picture it tells of the one before once more
            self._which = now
            self._put(self._back(left, now))
        self.show()

    def _put(self, back: dict[str, Square]) -> None:
        """Give the forms the crops they had, by task, and take away those that reach out."""
        width, height = self._canvas.image_size.width(), self._canvas.image_size.height()
        for task, form in self._panel.forms.made.items():
            x, y, side = _crop_of(form)
            if task in back:
                form.set_values(dict(zip(NAMES, back[task], strict=True)))
            elif side and (x + side > width or y + side > height):
                form.set_values(dict.fromkeys(NAMES, 0))

    def _back(self, left: Which | None, now: Which) -> dict[str, Square]:
        """The crops by task that a picture had when it was left; those of the one left now are remembered."""
        self._left = [(ref, crops) for ref, crops in self._left if ref() is not None and ref() is not left]
        if left is not None:
            crops = {task: _crop_of(form) for task, form in self._panel.forms.made.items() if NAMES[0] in form.values()}
            self._left.append((weakref.ref(left), crops))
        return next((crops for ref, crops in self._left if ref() is now), {})

    def show(self) -> None:
        """Frame the square that the task of the form works on, and say what becomes of it."""
        if self._which is None and self._picture.pixels is not None:
            self._which = self._picture.which  # that of the last session
        crop, words = None, ""
        try:
            crop, words = self._seen()
            self._refuse("")
        except BadMask as error:
            words = str(error)
            self._refuse(words)
        except BadInput as error:  # of the options, which the form shows too
            words = str(error)
            self._refuse("")
        self._canvas.show_crop(QRectF(crop.x, crop.y, crop.side, crop.side) if crop else None, words)

    def _seen(self) -> tuple[Crop | None, str]:
        """The square and what becomes of it; raises BadInput for options, or BadMask for a hole, that do not fit."""
        task, size = self._task(), self._canvas.image_size
        if task is None or size.isEmpty():
            return None, ""
        from engines.component import validated

        options: PictureOptions = validated(task.Form, self._panel.values())  # pyright: ignore
        spec = self._desk.models.find(str(self._panel.values().get("model", "")))
        sight = task.sight(options, spec, self._picture.channels)
        if sight is None:
            return None, ""
        extent = size.width(), size.height()
        mask = self._mask if self._mask is not None and self._mask.shape == extent[::-1] else None
        crop = task.square(options, extent, mask, sight.size)
        return crop, sight.of(crop, extent, self._picture.channels)

    def _dragged(self, x: int, y: int, side: int) -> None:
        """Take a crop into the form, side 0 to let the task choose; undo brings the one before back."""
        form = self._panel.form
        if form is None or self._task() is None:
            return

        crop = {"crop_x": x, "crop_y": y, "crop_side": side}
        if not change_form(self._desk.history, "Move crop", form, crop, partial(self._panel.put, form)):
            return
        self._desk.say(f"The crop is {side} px at ({x}, {y})" if side else "The crop is chosen by itself")


def _crop_of(form: OptionForm) -> Square:
    """Left, top and side as the form has them, zeros where it has none."""
    x, y, side = (value if isinstance(value := form.values().get(name), int) else 0 for name in NAMES)
    return x, y, side
