"""What stands where a result is to come: what goes on, what is left to be done, or why it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from workbench.beginning import PREPARING, Beginning
from workbench.docks.task import TaskPanel
from workbench.pages.images_page import ImagesPage

if TYPE_CHECKING:
    from engines.tasks.pictures import PictureTask


class HintController:
    """Writes into the empty canvas. It has no signals.

    Args:
        canvas: the page of the Images workspace.
        panel: the task form, whose button says too why there can be no run.
        beginning: what goes on with a run that has no step yet.
        form: the task of the form when it begins with a picture, else None.
        waits: whether nothing is shown and a run is being prepared.
    """

    def __init__(self, canvas: ImagesPage, panel: TaskPanel, beginning: Beginning,
                 form: Callable[[], PictureTask | None], waits: Callable[[], bool]) -> None:
        self._canvas, self._panel, self._beginning, self._form, self._waits = canvas, panel, beginning, form, waits
        self._refused = ""  # why the hole cannot be filled
        canvas.input.mask_changed.connect(self.show)
        beginning.changed.connect(self.show)

    def refuse(self, why: str) -> None:
        """The hole cannot be filled, or can again with ""."""
        if why != self._refused:
            self._refused = why
            self._panel.refuse(why)
            self.show()

    def show(self) -> None:
        """Say where there is nothing to show what goes on, or what is left to be done."""
        begun = self._beginning.sentence or (PREPARING if self._waits() else "")
        self._canvas.show_beginning(begun)
        form = self._form()
        if form is not None:
            painted = self._canvas.input.coverage > 0 and bool(form.painted_hint)
            hint = self._refused or (form.painted_hint if painted else form.hint)
            self._canvas.result.set_empty_text(begun or hint)
