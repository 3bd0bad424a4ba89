"""Says when the picture does not suit the chosen model and another known one does, with one click to take that."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engines.errors import WorkbenchError
from workbench.controllers.fitting import FittingController
from workbench.controllers.picture import PictureController
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.pages.advice_bar import AdviceBar
from workbench.pages.images_page import ImagesPage, Mode

if TYPE_CHECKING:
    from engines.tasks.pictures import PictureTask


class AdviceController:
    """Looks at picture, task and model. It has no signals.

    Args:
        desk, panel: shared parts.
        canvas: the page of the Images workspace, which has the picture.
        picture: the user's picture.
        task: the task of the form when it begins with a picture, else None.
        fitting: knows the models and takes one into the form.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, canvas: ImagesPage, picture: PictureController,
                 task: Callable[[], PictureTask | None], fitting: FittingController) -> None:
        self._desk, self._panel, self._canvas, self._picture = desk, panel, canvas, picture
        self._task, self._fitting = task, fitting
        self._looked: tuple[object, ...] = ()
        self._other = ""  # the model that is advised
        self.bar = AdviceBar()
        canvas.add_strip(self.bar)
        self.bar.followed.connect(self.follow)
        panel.changed.connect(self.look)
        picture.changed.append(self.look)
        canvas.mode_changed.connect(self.look)
        desk.changed_models.append(self._forget)

    def _forget(self) -> None:
        """Models came or went."""
        self._looked = ()
        self.look()

    def look(self, *_: object) -> None:
        """Say what would suit the picture better, if there is something."""
        task, pixels = self._task(), self._picture.pixels
        if task is None or pixels is None or not self._desk.ready or self._canvas.mode is not Mode.PAIR:
            self._looked = ()
            self.bar.advise("")
            return
        asked = str(self._panel.values().get("model") or "")
        looked = task.name, asked, pixels.shape[:2], self._picture.channels
        if looked != self._looked:
            self._looked = looked
            sentence, self._other = self._advice(task, asked, (pixels.shape[1], pixels.shape[0]))
            self.bar.advise(sentence, f"Use {self._spoken(self._other)}" if sentence else "")

    def _advice(self, task: PictureTask, asked: str, extent: tuple[int, int]) -> tuple[str, str]:
        """What to say, and the model to take; ("", "") for nothing."""
        from engines.component import validated
        from engines.tasks.suited import advice, as_it_is, better

        spec, channels = self._desk.models.find(asked), self._picture.channels
        if spec is None:
            return "", ""
        try:
            options = validated(task.Form, self._panel.values())
        except WorkbenchError:  # the form says why, and is looked at again once it is mended
            self._looked = ()
            return "", ""
        if as_it_is(task, options, spec, extent, channels) and not spec.network.anywhere:
            return "", ""  # the folders of models, which take a while, need no look
        found = self._fitting.last(better(task, options, spec, self._fitting.known(), extent, channels))
        return (advice(asked, spec, found, extent, channels), found.choice) if found is not None else ("", "")

    @staticmethod
    def _spoken(model: str) -> str:
        from engines.model_names import spoken

        return spoken(model)

    def follow(self) -> None:
        """Take the model that is advised into the form; undo brings the one before back."""
        if self._other:
            self._fitting.choose(self._other)
