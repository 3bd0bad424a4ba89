"""What the tasks that start from a user's picture share: attachments, crop, and pasting back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, cast

import numpy as np
from PIL import Image

from engines.component import Options, option
from engines.errors import BadImage, BadMask
from engines.modalities.image import Crop, centre_crop, check_crop, fitted, read_image, to_float, to_uint8
from engines.modalities.left_out import left_out
from engines.model_file import ModelSpec
from engines.model_names import spoken
from engines.shown import CANVAS
from engines.tasks.base import Task

Array = np.ndarray[Any, np.dtype[Any]]


class PictureOptions(Options):
    """A picture and the square of it that the model sees."""

    image: str = option(CANVAS, title="Picture", help="The picture to start from.", widget="image")
    crop_x: int = option(0, title="Crop left", unit="px", help="Left edge of the square the model sees.", ge=0,
                         le=100_000, group="Crop", advanced=True)
    crop_y: int = option(0, title="Crop top", unit="px", help="Top edge of the square the model sees.", ge=0,
                         le=100_000, group="Crop", advanced=True)
    crop_side: int = option(0, title="Crop side", unit="px", ge=0, le=100_000, group="Crop", advanced=True,
                            zero="chosen by itself", help="Side of the square the model sees; 0 chooses it by itself.")

    def crop(self) -> Crop | None:
        """The chosen square, or None when the task is to choose."""
        return Crop(self.crop_x, self.crop_y, self.crop_side) if self.crop_side else None


@dataclass(frozen=True, slots=True)
class Picture:
    """A user's picture and the square of it that is worked on.

    pixels: (H, W, 1 or 3) uint8, never altered; crop: inside the picture.
    """

    pixels: Array
    crop: Crop

    def model_input(self, channels: int, size: int) -> Array:
        """The square at the model's size: (channels, size, size) float32 in [−1, 1]."""
        return fitted(_with_channels(self.pixels, channels), size, self.crop)

    def whole(self, channels: int) -> Array:
        """All of it as it is: (channels, H, W) float32 in [−1, 1]."""
        return to_float(_with_channels(self.pixels, channels))

    def pasted(self, sample: Array, mask: Array) -> Array:
        """A copy of the picture with the hole filled from a sample: the only place where soft edges are blended.

        Args:
            sample: (C, h, w) in [−1, 1] for the square, at the model's size.
            mask: (H, W) in [0, 1] over the whole picture, the fill's share of each pixel.

        Returns:
            (H, W, c) uint8: outside the hole bit for bit the picture's own pixels.
        """
        fill = _scaled(to_uint8(sample), self.crop.side)
        channels = max(fill.shape[2], self.pixels.shape[2])
        result = _with_channels(self.pixels, channels).copy()
        left, top, right, bottom = self.crop.box
        weight = mask[top:bottom, left:right, None]
        own = result[top:bottom, left:right]
        # from the user's pixel towards the fill; weight 0 is kept out below, so that not even rounding touches those
        blend = own + weight * (_with_channels(fill, channels).astype(np.float32) - own)
        result[top:bottom, left:right] = np.where(weight > 0, blend.round().clip(0, 255), own).astype(np.uint8)
        return result


@dataclass(frozen=True, slots=True)
class Sight:
    """What becomes of the square: `words` name who looks at it ("digits sees"), size in px, channels 1 or 3.

    anywhere: it is seen as it is, whatever its size.
    """

    words: str
    size: int
    channels: int
    anywhere: bool = False

    def of(self, crop: Crop | None, extent: tuple[int, int], channels: int) -> str:
        """In words: “digits sees 300 × 300 px as 28 × 28, in grey”; "" where the whole is seen as it is.

        Args:
            crop: the square; None as long as the paint decides and there is none.
            extent: (width, height) of what it is cut from.
            channels: 1 or 3, of the picture.
        """
        size, grey = f"{self.size} × {self.size}", ", in grey" if channels > self.channels else ""
        if extent == (self.size, self.size) and (crop is None or crop.side == self.size) and not grey:
            return ""
        if self.anywhere and not grey and crop is not None and extent == (crop.side, crop.side):
            return ""
        if crop is None:
            return f"{self.words} a square around the hole{'' if self.anywhere else f' as {size}'}{grey}"
        scaled = f" as {size}" if crop.side != self.size and not self.anywhere else ""
        return f"{self.words} {crop.side} × {crop.side} px{scaled}{grey}"


class PictureTask(Task):
    """A task that begins with a picture, of which it works on a square.

    `invitation` asks for a picture where there is none; `hint` says what to do with it before the first
    run, `painted_hint` what is left to do once a hole is painted, "" for the same; `in_grey` what a model without
    colours then does with a picture that has some. `foresees` says that `foreseen` tells something.
    """

    invitation: ClassVar[str] = "Open, drop or paste a picture, or take a sample."
    hint: ClassVar[str] = "Press Run."
    painted_hint: ClassVar[str] = ""
    in_grey: ClassVar[str] = "draws it in grey"
    foresees: ClassVar[bool] = False

    def sight(self, options: Any, model: ModelSpec | None, channels: int) -> Sight | None:
        """What the square of a picture with 1 or 3 channels is turned into; None while the model is not known."""
        del channels
        return Sight(f"{spoken(options.model)} sees", model.size, model.channels) if model else None

    def square(self, options: Any, extent: tuple[int, int], mask: Array | None, size: int) -> Crop | None:
        """The square worked on in a picture of `extent` (width, height), at the model's `size`.

        Args:
            mask: (H, W) in [0, 1], for a task that takes one.

        Returns:
            None as long as the paint decides and there is none.

        Raises:
            BadInput: there is no such square.
        """
        del mask, size
        crop = cast(PictureOptions, options).crop() or centre_crop(*extent)
        check_crop(crop, *extent)
        return crop

    def foreseen(self, options: Any, pixels: Array, model: ModelSpec | None, files: Mapping[str, bytes] | None = None,
                 ) -> Array | None:
        """What a run would begin with, to be looked at before it: (h, w, 1 or 3) uint8; None where that is the picture.

        Args:
            options, model: as for `check_choices`.
            pixels: of the picture, (H, W, 3) uint8.
            files: what else goes with the run, by the names that its options have for it.

        Raises:
            BadInput: the picture cannot be taken so.
        """
        del options, pixels, model, files
        return None

    def placed(self, options: Any, files: Mapping[str, bytes], size: int) -> tuple[Picture, Array | None]:
        """The picture with the square of it that a run worked on, and the mask through which its results are pasted.

        The mask is None for a task whose results are pictures by themselves. Raises BadInput.
        """
        del size
        return open_picture(files, cast(PictureOptions, options)), None


def attached(files: Mapping[str, bytes], name: str, what: str) -> bytes:
    """The bytes of an attachment; raises BadImage saying what is missing."""
    if name not in files:
        raise BadImage(f"{what} “{name}” is missing; open or drop a file first.")
    return files[name]


def open_picture(files: Mapping[str, bytes], options: PictureOptions) -> Picture:
    """The attached picture with the chosen or the central square; grey when it has no colour. Raises BadImage."""
    return picture_of(read_image(attached(files, options.image, "The picture"), 3, options.image), options)


def lacking(files: Mapping[str, bytes], options: PictureOptions) -> str:
    """What of the attached picture's file is left out, as a sentence, "" for nothing."""
    lacks = left_out(files.get(options.image, b""))
    return f"“{options.image}” is taken so: {lacks}." if lacks else ""


def picture_of(pixels: Array, options: PictureOptions) -> Picture:
    """The picture of pixels (H, W, 3) uint8, as `open_picture`."""
    # a grey picture stays grey: pasting a grey fill into colour would triple it for nothing
    if (pixels == pixels[:, :, :1]).all():
        pixels = np.ascontiguousarray(pixels[:, :, :1])
    height, width = pixels.shape[:2]
    crop = options.crop() or centre_crop(width, height)
    check_crop(crop, width, height)
    return Picture(pixels, crop)


def around(mask: Array, least: int) -> Crop:
    """The square in which to fill a hole: twice the hole's extent, inside the picture.

    Args:
        mask: (H, W), above 0 in the hole.
        least: smallest useful side, the model's size.

    Raises:
        BadMask: the hole does not fit into any square of the picture.
    """
    height, width = mask.shape
    rows, columns = np.flatnonzero(mask.max(axis=1)), np.flatnonzero(mask.max(axis=0))
    extent = int(max(rows[-1] - rows[0], columns[-1] - columns[0])) + 1
    largest = min(width, height)
    if extent > largest:
        raise BadMask(f"The hole is {extent} px long and the picture only {largest} px on its short side; "
                      "paint a smaller hole.")
    # half of the square is then context that the fill can continue
    side = min(largest, max(2 * extent, least))
    x = int(np.clip((columns[0] + columns[-1] + 1 - side) // 2, 0, width - side))
    y = int(np.clip((rows[0] + rows[-1] + 1 - side) // 2, 0, height - side))
    return Crop(x, y, side)


def mask_input(mask: Array, crop: Crop, size: int) -> Array:
    """The mask of the square at the model's size: (size, size) float32, a pixel's share of the hole."""
    part = mask[crop.y:crop.y + crop.side, crop.x:crop.x + crop.side]
    if part.shape == (size, size):
        return part
    # the mean over each pixel's box: paint of any size leaves a weight above 0, so nothing painted counts as known
    picture = Image.fromarray(part.astype(np.float32))
    return np.asarray(picture.resize((size, size), Image.Resampling.BOX), dtype=np.float32).clip(0, 1)


def _scaled(pixels: Array, side: int) -> Array:
    """(h, w, C) uint8 -> (side, side, C) uint8."""
    if pixels.shape[0] == side:
        return pixels
    picture = Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)
    scaled = np.asarray(picture.resize((side, side), Image.Resampling.BICUBIC))
    return scaled[:, :, None] if scaled.ndim == 2 else scaled


def _with_channels(pixels: Array, channels: int) -> Array:
    """Grey to colour by repeating, colour to grey by luma (ITU-R 601)."""
    if pixels.shape[2] == channels:
        return pixels
    if channels == 3:
        return np.repeat(pixels, 3, axis=2)
    return np.asarray(Image.fromarray(pixels).convert("L"))[:, :, None]
