"""A picture under layers of paint, with their undo history; what a canvas works on."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QColor, QImage, QUndoStack
from PySide6.QtWidgets import QWidget

from widgets.drawing.pixmaps import Picture, Pyramid
from widgets.masks.document import Document
from widgets.masks.files import read_mask, write_mask
from widgets.masks.history import PaintCommand, Reversible
from widgets.masks.layer import MaskLayer, PaintLayer
from widgets.masks.shapes import Box, Bytes
from widgets.masks.undo_store import UndoStore
from widgets.pictures.image_view import ImageView


class LayeredView(ImageView):
    """An image view with a mask and colours on layers of their own; the picture itself is never changed.

    Its history has no end: `undo_store` keeps it, with a bound on memory.

    Signals: mask_changed() when a change of the mask is complete; coverage_changed(float) with
    the hole's share 0…1, also during a stroke; paint_changed() when colours changed; and those
    of ImageView.
    """

    mask_changed = Signal()
    coverage_changed = Signal(float)
    paint_changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.undo_stack, self.undo_store = QUndoStack(self), UndoStore()
        self.colour_mode = False
        self._colour = (255, 255, 255)
        self._document: Document | None = None

    @property
    def layer(self) -> PaintLayer | None:
        """The layer that takes the paint: the mask, or the colours in colour mode; None without a picture."""
        if self._document is None:
            return None
        return self._document.colours if self.colour_mode else self._document.mask

    # The picture and its layers

    def set_image(self, image: Picture | QImage | Pyramid | None) -> None:
        """Show another picture; paint and history stay when it has the same size, else they start anew."""
        super().set_image(image)
        if self._picture is None:
            self._document = None
        elif self._document is not None and self._document.mask.shape == _shape(self._picture):
            self._document.picture = self._picture  # of the document itself: undo and redo come back to it
            return
        else:
            self._document = Document(self._picture)
        self.undo_stack.clear()
        self._adopt()

    def open_image(self, image: Picture | QImage | Pyramid) -> None:
        """Show a new picture without any paint and without history."""
        self._document = None
        self.set_image(image)

    def replace(self, image: Picture | QImage | Pyramid, mask: NDArray[np.floating] | Bytes | None, text: str) -> None:
        """Put another picture with its mask (None = no hole) as one step that undo takes back whole.

        After an inpaint, for instance, undo brings back the picture with its mask, editable.
        """
        before, picture = self._document, Pyramid.of(image)
        after = Document(picture)
        if mask is not None:
            _put(after.mask, self._checked(mask, after.mask.shape))
        if before is None:
            self._swap(after)
        else:
            self.undo_stack.push(Reversible(text, lambda: self._swap(before), lambda: self._swap(after), done=False))

    def _swap(self, document: Document) -> None:
        document.wake()  # first: where that fails, the present one is still whole
        if self._document is not None and self._document is not document:
            self._document.rest(self.undo_store)
        self._document, self._picture = document, document.picture
        self._adopt()
        self._moved()

    def _adopt(self) -> None:
        """Show another document or layer; subclasses point their tools at it."""
        if self._document is not None:
            self._document.colours.colour = self._colour
        self._refresh_badge()
        self.update()
        self.coverage_changed.emit(self.coverage)
        self.mask_changed.emit()

    # The mask

    @property
    def coverage(self) -> float:
        """The hole's share of the picture, 0…1."""
        return self._document.mask.coverage if self._document else 0.0

    def mask_array(self) -> NDArray[np.float32]:
        """A copy of the mask (H, W) in [0, 1], 1 = hole to be filled; (0, 0) without a picture."""
        return self._document.mask.mask() if self._document else np.zeros((0, 0), np.float32)

    def mask_pixels(self) -> Bytes:
        """A copy of the mask (H, W) uint8, 255 = hole; (0, 0) without a picture."""
        return self._document.mask.pixels.copy() if self._document else np.zeros((0, 0), np.uint8)

    def set_mask(self, mask: NDArray[np.floating] | Bytes, text: str = "Set mask") -> None:
        """Replace the mask, undoable. Float in [0, 1] or uint8, (H, W) as the picture; else ValueError."""
        if self._document is not None:
            layer = self._document.mask
            self._change(layer, self._checked(mask, layer.shape), text)

    def _checked(self, mask: NDArray[np.floating] | Bytes, shape: tuple[int, int]) -> Bytes:
        if mask.shape != shape:
            raise ValueError(
                f"The mask is {mask.shape[-1]} × {mask.shape[0]} but the picture is {shape[1]} × {shape[0]}; "
                "give a mask of the same size."
            )
        if mask.dtype == np.uint8:
            return np.asarray(mask, np.uint8)
        # + 0.5 before truncation rounds to the nearest of 256 levels
        return (np.clip(np.nan_to_num(mask), 0, 1) * 255 + 0.5).astype(np.uint8)

    def invert(self) -> None:
        """Swap hole and known part, while they are painted."""
        if self._document is not None and not self.colour_mode:
            self._change(self._document.mask, 255 - self._document.mask.pixels, "Invert mask")

    def clear(self) -> None:
        """Remove all paint of the current mode."""
        if self._document is not None:
            layer = self._document.colours if self.colour_mode else self._document.mask
            self._change(layer, np.zeros_like(layer.pixels), "Clear paint")

    def _change(self, layer: PaintLayer, pixels: Bytes, text: str) -> None:
        layer.begin()
        layer.replace(pixels)
        self._finish(layer, text)

    def load_mask(self, path: Path) -> None:
        """Read the mask from a picture file, white = hole. Raises MaskFileError (a ValueError) with one sentence."""
        self.set_mask(read_mask(path, self.image_size.width(), self.image_size.height()), "Load mask")

    def save_mask(self, path: Path) -> None:
        """Write the mask as a grey PNG, white = hole. Raises MaskFileError when it cannot be written."""
        if self._document is not None:
            write_mask(path, self._document.mask.pixels)

    # Colours

    def set_colour_mode(self, on: bool) -> None:
        """Paint colours on a copy (on) or the mask (off)."""
        self.colour_mode = on
        self._adopt()

    def set_colour(self, colour: QColor) -> None:
        """Choose the colour that brush, rectangle, lasso and fill paint in colour mode."""
        self._colour = (colour.red(), colour.green(), colour.blue())
        if self._document is not None:
            self._document.colours.colour = self._colour

    def paint_over(self, state: NDArray[np.float32]) -> NDArray[np.float32]:
        """A copy of a state (C, H, W) with the colours laid over it; unpainted pixels are exactly the same."""
        return self._document.colours.over(state) if self._document else state.copy()

    def colour_pixels(self) -> Bytes:
        """A copy of the colours (H, W, 4) uint8 with their opacity; (0, 0, 4) without a picture."""
        return self._document.colours.pixels.copy() if self._document else np.zeros((0, 0, 4), np.uint8)

    def set_colours(self, pixels: Bytes, text: str = "Set paint") -> None:
        """Replace the colours, undoable: (H, W, 4) uint8 as the picture, an empty array for none; else ValueError."""
        if self._document is not None:
            layer = self._document.colours
            if pixels.size and pixels.shape != layer.pixels.shape:
                raise ValueError(f"The paint is {pixels.shape[1]} × {pixels.shape[0]} but the picture is "
                                 f"{layer.shape[1]} × {layer.shape[0]}; give paint of the same size.")
            self._change(layer, pixels if pixels.size else np.zeros_like(layer.pixels), text)

    def bring_back_colours(self, pixels: Bytes) -> None:
        """Lay colours (H, W, 4) uint8 of another time over the picture, without history; not those of another size."""
        if self._document is not None and self._document.colours.pixels.shape == pixels.shape:
            self.set_colours(pixels)
            self.undo_stack.clear()

    @property
    def has_paint(self) -> bool:
        """Whether any colour is painted."""
        return self._document is not None and bool(self._document.colours.pixels[..., 3].any())

    # What changed

    def _finish(self, layer: PaintLayer, text: str) -> None:
        """End a stroke and remember it; a stroke that changed nothing leaves no trace in the history."""
        change = layer.finish()
        if change is not None:
            shown = partial(self._restored, layer)
            self.undo_stack.push(PaintCommand(text, layer, change, self.undo_store, shown))
            self._restored(layer, change.box)

    def _restored(self, layer: PaintLayer, box: Box) -> None:
        """Show a completed change, of a stroke or of undo."""
        self._show_box(box)
        (self.mask_changed if isinstance(layer, MaskLayer) else self.paint_changed).emit()

    def _show_box(self, box: Box) -> None:
        """Repaint the pixels of a box and tell the size of the hole."""
        if box.empty:
            return
        place, scale = box.rect(), self.scale()
        area = QRectF(self.to_widget(place.topLeft()), place.size() * scale)
        # The outline and the interpolation of the overlay reach a little beyond the changed pixels.
        self.update(area.adjusted(-scale - 5, -scale - 5, scale + 5, scale + 5).toAlignedRect())
        self._refresh_badge()
        self.coverage_changed.emit(self.coverage)

    def caption(self) -> str:
        """The caption with the size of the hole: “Input · 512 × 512 · hole 7.1 %”."""
        if self.colour_mode or self.coverage == 0:
            return self._caption
        hole = f"hole {100 * self.coverage:.1f}\u00a0%"
        return f"{self._caption} · {hole}" if self._caption else hole


def _shape(picture: Pyramid) -> tuple[int, int]:
    return picture.image.height(), picture.image.width()


def _put(layer: PaintLayer, pixels: Bytes) -> None:
    height, width = layer.shape
    layer.write(Box(0, 0, width, height), pixels)
