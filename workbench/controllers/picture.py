"""The user's picture and its mask: opening, pasting, taking a sample, keeping a result, loading masks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from PySide6.QtGui import QGuiApplication, QImage

from widgets.pixmaps import from_qimage, to_bytes
from workbench.actions import Spec
from workbench.background import Background
from workbench.controllers.files import PICTURES, ask_open, ask_save
from workbench.desk import Desk
from workbench.workspaces.images_page import ImagesPage, Mode


class PictureController:
    """Owns the input canvas.

    Args:
        desk: shared parts.
        space: the Images workspace.
        make_pair: shows the form of a task that takes a picture, unless one is shown.
        background: reads what is large.
    """

    def __init__(self, desk: Desk, space: ImagesPage, make_pair: Callable[[], None], background: Background) -> None:
        self._desk, self._space = desk, space
        self._make_pair, self._background = make_pair, background
        self._packed: tuple[np.ndarray, bytes] | None = None  # the picture last run, and its PNG
        self.pixels: np.ndarray | None = None
        self.name = ""
        desk.history.watch(space.input.undo_stack)
        space.input.undo_stack.indexChanged.connect(self._follow_undo)
        self._kept: dict[int, tuple[np.ndarray, str]] = {}
        self._declare()

    def _declare(self) -> None:
        add = self._desk.actions.add
        add(Spec("file.open", "Open picture…", "File", "Ctrl+O", section="open",
                 help="A picture to inpaint, edit or noise"), self.ask)
        add(Spec("edit.paste", "Paste picture", "Edit", "Ctrl+V", section="clip"), self.paste)
        add(Spec("edit.copy", "Copy picture", "Edit", "Ctrl+C", section="clip"), self.copy)
        add(Spec("edit.take", "Use sample as picture", "Edit", "U", section="picture",
                 help="The selected sample becomes the picture to inpaint, edit or noise"), self.take_sample)
        add(Spec("edit.keep", "Keep result as picture", "Edit", "K", section="picture",
                 help="The selected result replaces the picture; undo brings picture and mask back"), self.keep_result)
        add(Spec("edit.load_mask", "Load mask…", "Edit", section="mask"), self.load_mask)
        add(Spec("edit.save_mask", "Save mask…", "Edit", section="mask"), self.save_mask)
        add(Spec("edit.invert", "Invert mask", "Edit", section="mask"), self._space.input.invert)
        add(Spec("edit.clear", "Clear mask", "Edit", section="mask"), self._space.input.clear)

    def ask(self) -> None:
        """Let the user choose a picture file."""
        ask_open(self._desk, "Open picture", PICTURES, self.open)

    def open(self, path: Path) -> None:
        """Open a picture file; a bad one leaves everything as it is and says why."""
        if not self._desk.ready:
            self._desk.queue.ready.connect(lambda: self.open(path))
            return
        from engines.modalities.image import read_image

        with self._desk.guard():
            self._background.read(path, lambda: read_image(path, 3, path.name),
                                  lambda pixels: self._take(path, pixels), self._desk.complain)

    def _take(self, path: Path, pixels: np.ndarray) -> None:
        """A picture file could be read: show it, and offer it among the recent ones."""
        self.put(pixels, path.stem)
        self._desk.remember(path)

    def put(self, pixels: np.ndarray, name: str) -> None:
        """Show a picture (H, W[, C]) uint8 as input, without paint; undo brings the one before back."""
        if not self._desk.ready:
            self._desk.queue.ready.connect(lambda: self.put(pixels, name))
            return
        pixels = pixels if pixels.ndim == 3 else pixels[..., None]
        shown = np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels
        self._make_pair()
        canvas = self._space.input
        if self.pixels is None:
            canvas.open_image(shown)
            self._kept = {}
        else:
            self._kept[canvas.undo_stack.index()] = (self.pixels, self.name)
            canvas.replace(shown, None, "Open picture")
        self.pixels, self.name = pixels, name
        self._kept[canvas.undo_stack.index()] = (pixels, name)
        side = f"{pixels.shape[1]} × {pixels.shape[0]}"
        canvas.set_caption(f"Input · {side}")
        self._desk.stage.show(None)
        self._space.show_mode(Mode.PAIR)
        self._desk.say(f"Opened {name}, {side}")

    def _follow_undo(self, index: int) -> None:
        """Undo swapped the picture on the canvas: swap the pixels that a run gets, too."""
        image = self._space.input.image
        if image is None or not self._kept:
            return
        place = max((k for k in self._kept if k <= index), default=min(self._kept))
        self.pixels, self.name = self._kept[place]

    def paste(self) -> None:
        """Take the picture on the clipboard."""
        board = QGuiApplication.clipboard()
        image: QImage = board.image()
        if image.isNull():
            self._desk.complain("The clipboard holds no picture; copy one and paste again.")
            return
        flat = image.convertToFormat(QImage.Format.Format_RGB888)
        self.put(from_qimage(flat), "pasted picture")

    def copy(self) -> None:
        """Put the selected sample, or the picture, on the clipboard."""
        image = self._selected_image()
        if image is None:
            self._desk.complain("There is no picture to copy yet; select a sample first.")
            return
        QGuiApplication.clipboard().setImage(image)
        self._desk.say("Copied the picture")

    def _selected_image(self) -> QImage | None:
        space = self._space
        if space.mode is Mode.GRID and space.grid.count:
            return space.grid.image(max(space.grid.selected, 0))
        return space.result.image or space.input.image

    def sample_pixels(self) -> np.ndarray | None:
        """The selected sample at the present step as (H, W, C) uint8, None when there is none."""
        stage = self._desk.stage
        pictures = stage.frames()
        if pictures is None:
            return None
        pixels = to_bytes(pictures[min(max(stage.sample, 0), len(pictures) - 1)])
        return pixels if pixels.ndim == 3 else pixels[..., None]

    def take_sample(self) -> None:
        """Use the selected sample as picture."""
        pixels = self.sample_pixels()
        if pixels is None:
            self._desk.complain("There is no sample to take yet; run something first.")
            return
        self.put(pixels, "sample")

    def result_pixels(self) -> np.ndarray | None:
        """The selected result at full size: the user's own picture with its hole filled."""
        stage = self._desk.stage
        live = stage.live
        pictures = [path for kind, path in live.files if kind == "image"] if live else []
        if not pictures:
            return self.sample_pixels()
        from engines.modalities.image import read_image

        chosen = min(max(stage.sample, 0), len(pictures) - 1)
        return read_image(sorted(pictures)[chosen], 3)

    def keep_result(self) -> None:
        """Replace the picture by the selected result, as one step that undo takes back with the mask."""
        with self._desk.guard():
            pixels = self.result_pixels()
            if pixels is None or self.pixels is None:
                self._desk.complain("There is no result to keep yet; paint a hole and press Run.")
                return
            stack = self._space.input.undo_stack
            self._kept[stack.index()] = (self.pixels, self.name)
            self._space.input.replace(pixels, None, "Inpaint")
            self.pixels = pixels
            self._kept[stack.index()] = (pixels, self.name)
            self._desk.say("The result is the picture now; undo brings the old one and its mask back")

    def load_mask(self) -> None:
        """Let the user choose a mask file."""
        ask_open(self._desk, "Load mask", PICTURES, self.open_mask)

    def open_mask(self, path: Path) -> None:
        """Read the mask from a file; one of another size is refused with a sentence."""
        with self._desk.guard():
            self._space.input.load_mask(path)

    def save_mask(self) -> None:
        """Write the mask as a grey PNG."""
        ask_save(self._desk, "Save mask", "mask.png", "PNG (*.png)", self._write_mask)

    def _write_mask(self, path: Path, _kind: str) -> None:
        with self._desk.guard():
            self._space.input.save_mask(path)
            self._desk.say(f"Saved the mask to {path.name}")

    def attachments(self, wanted: Mapping[str, str]) -> dict[str, bytes]:
        """The picture and the mask under the names that a task `wanted` by kind; raises BadInput."""
        from engines.errors import BadImage
        from engines.modalities.image import mask_png, png_bytes

        if not wanted:
            return {}
        if self.pixels is None:
            raise BadImage("There is no picture yet; open, drop or paste one, or take a sample.")
        if self._packed is None or self._packed[0] is not self.pixels:
            self._packed = self.pixels, png_bytes(self.pixels)
        packed = self._packed[1]
        kinds = {"image": lambda: packed, "mask": lambda: mask_png(self._space.input.mask_array())}
        return {name: kinds[kind]() for kind, name in wanted.items()}
