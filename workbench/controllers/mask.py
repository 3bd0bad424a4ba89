"""The mask of the picture: emptied, inverted, loaded and saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from widgets.masks.canvas import MaskCanvas
from workbench.actions import Spec
from workbench.controllers.files import PICTURES, ask_open, ask_save
from workbench.desk import Desk


class MaskController:
    """What is done with the whole mask at once; it is painted on the canvas. It has no signals.

    Args:
        desk: shared parts.
        canvas: has the picture and its mask.
        show: turns to where the mask is seen.
    """

    def __init__(self, desk: Desk, canvas: MaskCanvas, show: Callable[[], object]) -> None:
        self._desk, self._canvas, self._show = desk, canvas, show
        first = "Open a picture first"
        for name, title, act, when, needs in (
                ("load_mask", "Load mask…", self.load, self._has_picture, first),
                ("save_mask", "Save mask…", self.save, self._has_picture, first),
                ("invert", "Invert mask", self._invert, self._has_picture, first),
                ("clear", "Clear mask", self._clear, lambda: canvas.coverage > 0, "The mask is empty")):
            desk.actions.add(Spec(f"edit.{name}", title, "Edit", section="mask", needs=needs),
                             lambda act=act: self._do(act), when)

    def _has_picture(self) -> bool:
        """Whether there is a picture, which a mask belongs to."""
        return self._canvas.image is not None

    def _do(self, act: Callable[[], object]) -> None:
        """Do something with the mask, where there is a picture to have one; both are shown for it."""
        if self._has_picture():
            self._show()
            act()
        else:
            self._desk.complain("A mask belongs to a picture, and there is none yet; open, drop or paste one.")

    def _clear(self) -> None:
        """Take all paint away."""
        self._desk.say("The mask is empty" if self._canvas.coverage else "The mask is empty already")
        self._canvas.clear()

    def _invert(self) -> None:
        """Paint what is free and free what is painted."""
        self._canvas.invert()
        self._desk.say(f"The mask is inverted and covers {100 * self._canvas.coverage:.0f} %")

    def load(self) -> None:
        """Let the user choose a mask file."""
        ask_open(self._desk, "Load mask", PICTURES, self.open)

    def open(self, path: Path) -> None:
        """Read the mask from a file; one of another size is refused with a sentence."""
        with self._desk.guard():
            self._canvas.load_mask(path)
            self._desk.say(f"Loaded the mask {path.name}; it covers {100 * self._canvas.coverage:.0f} %")

    def save(self) -> None:
        """Write the mask as a grey PNG."""
        ask_save(self._desk, "Save mask", "mask.png", "PNG (*.png)", self._write)

    def _write(self, path: Path, _kind: str) -> None:
        with self._desk.guard():
            self._canvas.save_mask(path)
            self._desk.say(f"Saved the mask to {path.name}")
