"""What goes with a run of pictures: the picture, and a mask or kernel where its options need one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from workbench.controllers.kernel import KernelController
from workbench.controllers.named_pictures import NamedPictures
from workbench.controllers.picture import PictureController
from workbench.controllers.which import Attached
from workbench.docks.task import TaskPanel
from workbench.forms import defaults
from workbench.pages.images_page import START, ImagesPage
from workbench.preparing import Packing

if TYPE_CHECKING:
    from engines.recipe import Recipe
    from engines.tasks.base import Task
    from engines.tasks.pictures import PictureTask

IMAGE, MASK, KERNEL, PAINT = "image", "mask", "kernel", "paint"
RUN = "Run"  # the verb of a task that says nothing more by it


class PictureFiles:
    """Packs them, and shows the tools to make them. It has no signals.

    Args:
        panel: has the options of each task.
        canvas: the page of the Images workspace.
        picture, named, kernel: have the files.
        task: a task of the workspace by its name.
    """

    def __init__(self, panel: TaskPanel, canvas: ImagesPage, picture: PictureController, named: NamedPictures,
                 kernel: KernelController, task: Callable[[str], Task | None]) -> None:
        self._panel, self._canvas, self._picture, self._named = panel, canvas, picture, named
        self.kernel, self._task = kernel, task
        self._suited: tuple[str, bool] | None = None

    def attached(self, name: str) -> dict[str, str]:
        """What may go with a run of a task: file names by kind."""
        task = self._task(name)
        return task.attached() if task else {}

    def wanted(self, name: str) -> dict[str, str]:
        """What goes with a run of a task as its form stands."""
        task, form = self._task(name), self._panel.forms.made.get(name)
        if task is None:
            return {}
        spared = task.spares(defaults(task.Form) if form is None else form.values())
        return {kind: file for kind, file in task.attached().items() if kind not in spared}

    def masks(self, name: str) -> bool:
        """Whether a hole is painted for a task, as its form stands."""
        return MASK in self.wanted(name)

    def suit(self, form: PictureTask | None) -> None:
        """Offer the tools that a task needs as its form stands; None for one that begins with no picture."""
        wanted = self.wanted(form.name) if form is not None else {}
        self.kernel.show(KERNEL in wanted)
        suited = (form.name, MASK in wanted) if form is not None else None
        if form is not None and suited != self._suited:
            self._canvas.suit(masked=MASK in wanted, coloured=PAINT in wanted, invitation=form.invitation,
                              hint=form.hint)
        task = self._task(self._panel.task) if form is None else None
        if task is not None:  # one that says by its button what it does says so here too
            self._canvas.invite(*((START, task.verb) if task.verb == RUN else (task.summary, task.verb)))
        self._suited = suited

    def packing(self, name: str) -> Packing:
        """The files that go with a run of a task, or pictures that its form names; raises BadInput."""
        wanted = self.wanted(name)
        return self._packed(wanted) if wanted else self._named.packing()

    def beside(self, name: str) -> Packing:
        """Those of them beside the picture; raises BadInput."""
        return self._packed({kind: file for kind, file in self.wanted(name).items() if kind != IMAGE})

    def _packed(self, wanted: dict[str, str]) -> Packing:
        of_picture = self._picture.attachments({kind: file for kind, file in wanted.items() if kind != KERNEL})
        if KERNEL not in wanted:
            return of_picture
        drawn = self.kernel.png()
        return Packing(lambda: {**of_picture.pack(), wanted[KERNEL]: drawn}, slow=of_picture.slow)

    def files_of(self, recipe: Recipe) -> Callable[[], object]:
        """Read the files of a recipe; what is given shows them, the picture unless it is there already."""
        found = Attached.of(recipe, self._picture.pixels)
        return lambda: self._take(found)

    def _take(self, found: Attached) -> None:
        if found.opened is not None:
            self._picture.put(found.opened, of_run=True)
        if found.mask is not None:
            self._canvas.input.set_mask(found.mask)
        if found.paint is not None:
            self._canvas.input.set_colours(found.paint)
        self.kernel.bring_back(found.kernel)
