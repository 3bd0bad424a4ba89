"""What helps with a user's picture: a model that suits it, samples, paint on it, and panes to look at it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from workbench.actions import Spec
from workbench.controllers.advice import AdviceController
from workbench.controllers.fitting import FittingController
from workbench.controllers.picture import PictureController
from workbench.controllers.samples import SamplesController
from workbench.controllers.scribble import ScribbleController
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.pages.images_page import ImagesPage, Mode
from workbench.pages.panes import ALL

if TYPE_CHECKING:
    from engines.tasks.pictures import PictureTask


class PictureHelp:
    """Makes the controllers of all that, and declares how panes are shown alone. It has no signals.

    Args:
        desk, panel: shared parts.
        canvas: the page of the Images workspace.
        picture: the user's picture.
        task: the task of the form when it begins with a picture, else None.
        fitting: knows which models suit a picture.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, canvas: ImagesPage, picture: PictureController,
                 task: Callable[[], PictureTask | None], fitting: FittingController) -> None:
        self._desk, self._canvas = desk, canvas
        self.advice = AdviceController(desk, panel, canvas, picture, task, fitting)
        self.samples = SamplesController(desk, panel, canvas, picture)
        self.scribble = ScribbleController(desk, panel, canvas)
        desk.actions.add(Spec("view.alone", "One pane alone", "View", "Shift+W", section="wipe",
                              help="Show the input, what was measured or the result alone in all of the room, or all "
                                   "of them again; a double click on one does it too",
                              needs="Open a picture first"),
                         self.toggle, lambda: canvas.mode is Mode.PAIR and canvas.input.image is not None)
        picture.changed.append(lambda: canvas.panes.show_alone(ALL))

    def toggle(self) -> None:
        """Show one pane alone: measured if it has the focus, else the result, or the input while there is none; or all
        again.
        """
        canvas = self._canvas
        if canvas.mode is not Mode.PAIR or canvas.input.image is None:
            self._desk.complain("There are no panes to show alone; open a picture in Restore, Inpaint or Edit first.")
            return
        canvas.panes.toggle()
        self._desk.say("One pane is shown alone; Esc shows all of them" if canvas.panes.alone != ALL else
                       "All panes are shown")

    def leave(self) -> bool:
        """Show all panes again; False where they are."""
        if self._canvas.mode is not Mode.PAIR or self._canvas.panes.alone == ALL:
            return False
        self._canvas.panes.show_alone(ALL)
        return True
