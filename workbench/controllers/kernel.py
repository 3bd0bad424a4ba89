"""The drawn blur: its kernel is opened, drawn and begun anew; undo brings the one before back."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from workbench.actions import Spec
from workbench.controllers.files import PICTURES, ask_open
from workbench.desk import Desk
from workbench.drafts import Draft
from workbench.pages.images_page import ImagesPage
from workbench.pages.kernel_panel import KernelPanel

NEEDS = "Choose a drawn blur in Restore first"
LARGEST = 255  # px along a side of a picture that is taken for a kernel


class KernelController:
    """Owns the pad. It has no signals.

    Args:
        desk, space: shared parts.
    """

    def __init__(self, desk: Desk, space: ImagesPage) -> None:
        self._desk, self._strokes = desk, 0
        add = desk.actions.add
        add(Spec("kernel.open", "Open kernel…", "Edit", section="mask", needs=NEEDS,
                 help="Take a small picture as the kernel of a drawn blur: the brighter, the more light goes there"),
            self.ask, lambda: self.shown)
        add(Spec("kernel.clear", "Begin kernel anew", "Edit", section="mask", needs=NEEDS,
                 help="Leave nothing of the kernel but the point that is blurred"),
            self.start_anew, lambda: self.shown)
        self.panel = KernelPanel(desk.actions)
        space.put_beside(self.panel)
        self.pad = self.panel.pad
        self.pad.drawn.connect(self._drawn)
        self.pad.changed.connect(self._count)

    @property
    def shown(self) -> bool:
        """Whether the pad is seen."""
        return not self.panel.isHidden()

    def show(self, wanted: bool) -> None:
        """Show the pad where the degradation needs a kernel."""
        if self.shown is not wanted:
            self.panel.setVisible(wanted)

    def _count(self) -> None:
        self._strokes += 1
        self._desk.move_on()

    def _drawn(self, before: np.ndarray, now: np.ndarray) -> None:
        self._desk.history.push("Draw kernel", lambda: self.pad.set_kernel(before), lambda: self.pad.set_kernel(now))

    def start_anew(self) -> None:
        """Leave nothing of the kernel but the point, where it is seen."""
        if self.shown:
            self.pad.start_anew()
            self._desk.say("The kernel is a point again, which blurs nothing")
        else:
            self._desk.complain(f"There is no kernel to begin anew. {NEEDS}.")

    def ask(self) -> None:
        """Let the user choose a picture of a kernel."""
        ask_open(self._desk, "Open kernel", PICTURES, self.open)

    def open(self, path: Path) -> None:
        """Read the kernel from a small picture; a large or bad one is refused with a sentence."""
        from engines.errors import BadImage
        from engines.modalities.image import read_image

        with self._desk.guard():
            kernel = read_image(path, 1)[:, :, 0]
            high, wide = kernel.shape
            if max(high, wide) > LARGEST:
                raise BadImage(f"“{path.name}” has {wide} × {high} px, and a kernel has {LARGEST} px along a side at "
                               "most; scale it down first.")
            self.pad.replace(kernel)
            self._desk.say(f"Opened the kernel {path.name}, {wide} × {high}")

    def drafts(self) -> dict[str, Draft]:
        """What is drawn, for the next start; nothing as long as the kernel is the one that it begins with."""
        return {"kernel": Draft(self._strokes, lambda: self.pad.kernel)} if self._strokes else {}

    def bring_back(self, kernel: np.ndarray | None) -> None:
        """Show a kernel (h, w) of before, if there is one."""
        if kernel is not None and kernel.ndim == 2:
            self.pad.set_kernel(kernel)

    def png(self) -> bytes:
        """What is drawn, as a run takes it."""
        from engines.modalities.image import png_bytes

        return png_bytes(self.pad.kernel[..., None])
