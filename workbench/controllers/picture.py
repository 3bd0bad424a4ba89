"""The user's picture: opening, pasting, taking a sample, keeping a result; with its mask it goes into a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from PySide6.QtGui import QGuiApplication, QImage, QUndoCommand
from shiboken6 import isValid

from widgets.drawing.pixmaps import from_qimage, to_bytes
from workbench.actions import RUN_FIRST, Spec
from workbench.background import Background
from workbench.controllers.files import PICTURES, ask_open
from workbench.controllers.mask import MaskController
from workbench.controllers.which import Opened, Packer, Which, is_grey, newest_sample, own_pixels
from workbench.desk import Desk
from workbench.drafts import FAST, Draft
from workbench.pages.images_page import ImagesPage, Mode
from workbench.preparing import PIXELS, Packing


class PictureController:
    """Owns the input canvas.

    Args:
        desk: shared parts.
        space: the Images workspace.
        make_pair: shows the form of a task that takes a picture, with a model for its 1 or 3 channels; what there is to
            say of that.
        background: reads what is large.
        opened: takes a file that the user chose to open, whatever it is.
        make_masked: shows the form of a task that takes a mask, unless one is shown.

    Attributes: mask, what is done with the mask as a whole.
    """

    def __init__(self, desk: Desk, space: ImagesPage, make_pair: Callable[[int], str], background: Background,
                 opened: Callable[[Path], object], make_masked: Callable[[], object]) -> None:
        self._desk, self._space, self._opened = desk, space, opened
        self._make_pair, self._background = make_pair, background
        self._packer = Packer()
        self.pixels: np.ndarray | None = None
        self.which = Which("", 3, grey=False)
        self.channels = 3  # 1 for a picture without any colour
        self.changed = list[Callable[[], None]]()
        desk.history.watch(space.input.undo_stack)
        space.input.undo_stack.indexChanged.connect(self._follow_undo)
        self._kept = dict[int, tuple[QUndoCommand | None, Which]]()
        self._drafted: Which | None = None
        self._left: np.ndarray | None = None  # the sample that was selected when its task was left
        self._pictures = self._strokes = self._dabs = 0  # of the pictures and states of the mask and paint so far
        space.input.mask_changed.connect(self._painted)
        for step in (self._dabbed, desk.move_on):
            space.input.paint_changed.connect(step)
        space.input.mask_changed.connect(desk.move_on)
        self.changed.append(desk.move_on)
        desk.extent = lambda: (0, 0) if self.pixels is None else (self.pixels.shape[1], self.pixels.shape[0])
        space.input.not_kept.connect(lambda sentence: desk.complain(sentence))
        self._declare()
        self.mask = MaskController(desk, space.input, make_masked)

    def _declare(self) -> None:
        add = self._desk.actions.add
        add(Spec("file.open", "Open picture…", "File", "Ctrl+O", section="open",
                 help="A picture to inpaint, edit or noise; in Points a table", first=True), self.ask)
        add(Spec("edit.paste", "Paste", "Edit", "Ctrl+V", section="clip"), self.paste)
        add(Spec("edit.copy", "Copy picture", "Edit", "Ctrl+C", section="clip",
                 needs="Open a picture or run something first"), self.copy,
            lambda: self._selected_image() is not None)
        add(Spec("edit.take", "Use sample as picture", "Edit", "U", section="picture",
                 help="The selected sample becomes the picture to inpaint, edit or noise",
                 needs=RUN_FIRST), self.take_sample,
            lambda: self._desk.stage.recorded or self._newest() is not None)
        add(Spec("edit.keep", "Keep result as picture", "Edit", "K", section="picture",
                 help="The selected result replaces the picture; undo brings picture and mask back",
                 needs="Open a picture and run something first"), self.keep_result,
            lambda: self.pixels is not None and self._desk.stage.recorded)

    @property
    def name(self) -> str:
        """What the picture is called."""
        return self.which.name

    def ask(self) -> None:
        """Let the user choose a picture file, where pictures are worked with."""
        if not any([take() for take in self._desk.opening]):
            ask_open(self._desk, "Open picture", PICTURES, self._opened)

    def open(self, path: Path) -> None:
        """Put a picture file onto the canvas as it is; a bad one leaves everything as it is and says why."""
        if not self._desk.ready:
            self._desk.queue.ready.connect(lambda: self.open(path))
            return
        from engines.modalities.image import read_image
        from engines.modalities.left_out import left_out

        with self._desk.guard():
            self._background.read(path, lambda: Opened.of(read_image(path, 3, path.name), path.stem, left_out(path)),
                                  lambda opened: self._take(path, opened), self._desk.complain)

    def _take(self, path: Path, opened: Opened) -> None:
        """A picture file could be read: show it, and offer it among the recent ones."""
        self.put(opened)
        self._desk.remember(path)

    def put(self, opened: Opened, *, of_run: bool = False) -> None:
        """Show a picture as input, without paint; undo brings the one before back.

        of_run: it is that of a run whose options are in the form, which keeps its task and model.
        """
        if not self._desk.ready:
            self._desk.queue.ready.connect(lambda: self.put(opened, of_run=of_run))
            return
        canvas, pixels = self._space.input, opened.pixels
        if self.pixels is None:
            canvas.open_image(opened.shown)
            self._kept = {}
        else:
            self._mark(self.which)  # undo finds the present one
            canvas.replace(opened.shown, None, "Open picture")
        self._now(opened.pixels, opened.which)
        self._mark(self.which)
        told = "" if of_run else self._make_pair(self.channels)
        self._desk.stage.show(None)
        self._space.work_on(Mode.PAIR)
        what = f"Opened {self.name}, {pixels.shape[1]} × {pixels.shape[0]}"
        self._desk.say("; ".join(filter(None, (what, opened.lacks, told))))

    def _mark(self, which: Which) -> None:
        """Remember which picture the canvas has at this place of its history, which keeps its pixels."""
        place = self._space.input.undo_stack.index()
        self._kept[place] = self._command(place), which

    def _command(self, place: int) -> QUndoCommand | None:
        """What led to a place of the history; another one stands there once what was undone is overwritten."""
        return self._space.input.undo_stack.command(place - 1) if place else None

    def _now(self, pixels: np.ndarray, which: Which) -> None:
        """This is the picture that a run gets."""
        self.pixels, self.which = pixels, which
        self.channels = 1 if which.grey else 3
        self._space.input.set_caption(f"Input · {pixels.shape[1]} × {pixels.shape[0]}")
        for tell in (*self.changed, *self._desk.changed_picture):
            tell()

    def _painted(self) -> None:
        self._strokes += 1

    def _dabbed(self) -> None:
        self._dabs += 1

    def drafts(self) -> dict[str, Draft]:
        """The picture with its mask and what is painted on it, for the next start."""
        pixels, canvas = self.pixels, self._space.input
        if pixels is None:
            return {}
        if self.which is not self._drafted:
            self._drafted, self._pictures = self.which, self._pictures + 1
        paint = {"scribble": Draft(self._dabs, canvas.colour_pixels)} if self._dabs and canvas.has_paint else {}
        return {"picture": Draft(self._pictures, lambda: pixels), "mask": Draft(self._strokes, canvas.mask_pixels),
                **paint}

    def bring_back(self, opened: Opened, mask: np.ndarray | None, paint: np.ndarray | None = None) -> None:
        """Show the picture of last time with its mask (H, W) and paint (H, W, 4); those of another size are left out.
        """
        canvas = self._space.input
        canvas.open_image(opened.shown)
        if mask is not None and mask.shape == opened.pixels.shape[:2]:
            canvas.set_mask(mask)
        if paint is not None:
            canvas.bring_back_colours(paint)
        canvas.undo_stack.clear()  # the history of this start begins here
        self._kept.clear()
        self._now(opened.pixels, opened.which)
        self._mark(self.which)

    def _follow_undo(self, index: int) -> None:
        """Undo swapped the picture on the canvas: swap the pixels that a run gets, too."""
        # a canvas that is taken down empties its stack, too
        if not isValid(self._space.input) or self._space.input.pyramid is None or not self._kept:
            return
        self._kept = {k: kept for k, kept in self._kept.items() if k > index or kept[0] is self._command(k)}
        place = max((k for k in self._kept if k <= index), default=None)
        if place is not None and self._kept[place][1] is not self.which:
            which = self._kept[place][1]
            self._now(own_pixels(self._space.input.pyramid.image, which.channels), which)

    def paste(self) -> None:
        """Take the picture on the clipboard, or what another workspace that is shown finds on it."""
        if any(take() for take in self._desk.pasting):
            return
        board = QGuiApplication.clipboard()
        image: QImage = board.image()
        if image.isNull():
            self._desk.complain("The clipboard holds no picture; copy one and paste again.")
            return
        flat = image.convertToFormat(QImage.Format.Format_RGB888)
        self.put(Opened.of(from_qimage(flat), "pasted picture"))

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

    def remember_sample(self) -> None:
        """Keep the sample that is chosen now: the task turned to takes it, though its own canvas is empty."""
        if self._desk.stage.pictured and self._desk.stage.sample >= 0:
            self._left = self.sample_pixels()

    def _newest(self) -> np.ndarray | None:
        return newest_sample(self._desk.library, self._desk.queue.engines)

    def take_sample(self) -> None:
        """Use the selected sample as picture, the one last selected, or the newest where a task has none of its own."""
        pixels = self.sample_pixels()
        pixels = self._left if pixels is None else pixels
        pixels = self._newest() if pixels is None else pixels
        if pixels is None:
            self._desk.complain("There is no sample to take yet; run something first.")
        else:
            self.put(Opened.of(pixels, "sample"))

    def result_pixels(self) -> np.ndarray | None:
        """The selected result at full size: the user's own picture with its hole filled."""
        stage = self._desk.stage
        live = stage.live
        pictures = [path for kind, path in live.files if kind == "image"] if live else []
        if not pictures:
            return self.sample_pixels()
        from engines.modalities.image import read_image

        chosen = min(max(stage.sample, 0), len(pictures) - 1)
        pixels = read_image(sorted(pictures)[chosen], 3)
        # grey stays grey, as the states on the way are
        return pixels[:, :, :1].copy() if is_grey(pixels) else pixels

    def keep_result(self) -> None:
        """Replace the picture by the selected result, as one step that undo takes back with the mask."""
        with self._desk.guard():
            pixels = self.result_pixels()
            if pixels is None or self.pixels is None:
                self._desk.complain("There is no result to keep yet; paint a hole and press Run.")
                return
            self._mark(self.which)  # undo finds the present one
            kept = Opened.of(pixels, self.name)
            self._space.input.replace(kept.shown, None, "Keep result")
            self._now(kept.pixels, kept.which)
            self._mark(self.which)
            self._desk.say("The result is the picture now; undo brings the old one and its mask back")

    def attachments(self, wanted: Mapping[str, str]) -> Packing:
        """The picture and what is painted on it, under the names that a task `wanted` by kind; raises BadInput.

        Paint is left out where there is none.
        """
        from engines.errors import BadImage
        from engines.modalities.image import png_bytes

        if not wanted:
            return Packing()
        if self.pixels is None:
            raise BadImage("There is no picture yet; open, drop or paste one, or take a sample.")
        pixels, which, canvas = self.pixels, self.which, self._space.input
        kinds: dict[str, Callable[[], bytes]] = {"image": lambda: self._packer.png(pixels, which)}
        if "mask" in wanted:
            mask = canvas.mask_pixels()[..., None]
            kinds["mask"] = lambda: png_bytes(mask, level=FAST)
        if "paint" in wanted and canvas.has_paint:
            paint = canvas.colour_pixels()
            kinds["paint"] = lambda: png_bytes(paint, level=FAST)
        return Packing(lambda: {name: kinds[kind]() for kind, name in wanted.items() if kind in kinds},
                       slow=pixels.shape[0] * pixels.shape[1] > PIXELS)
