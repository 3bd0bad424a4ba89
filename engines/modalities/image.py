"""Images: reading anything Pillow reads, strictly; writing PNGs that carry their recipe."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image, ImageOps, PngImagePlugin, UnidentifiedImageError

from engines.errors import BadImage, BadMask, BadRecipe
from engines.files import write_atomic
from engines.recipe import MAX_BYTES, Recipe

Array = np.ndarray[Any, np.dtype[Any]]
MAX_PIXELS = 64_000_000
BOMB = f"“{{}}” declares more than {MAX_PIXELS // 10**6} million pixels, too many to open; scale it down first."
RECIPE_KEY = "diffusion-workbench-recipe"


class Crop(NamedTuple):
    """A square of a picture: left, top and side in pixels."""

    x: int
    y: int
    side: int

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom."""
        return self.x, self.y, self.x + self.side, self.y + self.side


def read_image(source: Path | bytes, channels: int, name: str = "") -> Array:
    """Read a picture at its own size.

    Args:
        source: a file or its bytes.
        channels: 1 (grey) or 3 (colour).
        name: what to call it in a sentence, for bytes.

    Returns:
        (H, W, channels) uint8, turned upright by EXIF, alpha flattened on white.

    Raises:
        BadImage: missing, empty, truncated, too large or no image.
    """
    title = name or (source.name if isinstance(source, Path) else "The image")
    data = _bytes(source) if isinstance(source, Path) else source
    if not data:
        raise BadImage(f"“{title}” is empty (0 bytes); choose another picture.")
    with warnings.catch_warnings(action="ignore"):  # Pillow's remarks on damaged metadata; a bad picture raises anyway
        try:
            with Image.open(io.BytesIO(data)) as picture:
                _check_size(picture, title)
                picture.load()
                upright = ImageOps.exif_transpose(picture) or picture
                return _array(flattened(upright), channels)
        except UnidentifiedImageError as error:
            raise BadImage(f"“{title}” is not an image that can be read; choose a PNG or JPEG file.") from error
        except Image.DecompressionBombError as error:
            raise BadImage(BOMB.format(title)) from error
        except (OSError, SyntaxError, ValueError, IndexError, EOFError, MemoryError) as error:
            raise BadImage(f"“{title}” is damaged or cut short ({_short(error)}); copy or export it again.") from error


def flattened(picture: Image.Image) -> Image.Image:
    """The picture as 8-bit grey or RGB: 16-bit scaled down, palette expanded, alpha flattened on white."""
    if picture.mode.startswith("I") or picture.mode == "F":
        values = np.asarray(picture, dtype=np.float64)
        top = 65535.0 if values.max(initial=0) > 255 else 255.0
        return Image.fromarray(np.clip(values * 255 / top, 0, 255).round().astype(np.uint8))
    if "A" in picture.mode or "transparency" in picture.info:
        white = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(white, picture.convert("RGBA")).convert("RGB")
    return picture if picture.mode in {"L", "RGB"} else picture.convert("RGB")


def centre_crop(width: int, height: int) -> Crop:
    """The largest square in the middle."""
    side = min(width, height)
    return Crop((width - side) // 2, (height - side) // 2, side)


def fitted(pixels: Array, size: int, crop: Crop | None = None) -> Array:
    """Crop a picture (H, W, C) uint8 to a square and scale it: (C, size, size) float32 in [−1, 1].

    Raises BadImage when the crop does not lie inside the picture.
    """
    height, width = pixels.shape[:2]
    crop = crop or centre_crop(width, height)
    if crop.side < 1 or crop.x < 0 or crop.y < 0 or crop.x + crop.side > width or crop.y + crop.side > height:
        raise BadImage(f"The crop of {crop.side} px at ({crop.x}, {crop.y}) leaves the picture of "
                       f"{width}×{height} px; move it inside.")
    picture = Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels).crop(crop.box)
    if picture.size != (size, size):
        picture = picture.resize((size, size), Image.Resampling.LANCZOS)
    return to_float(_array(picture, pixels.shape[2]))


def to_float(pixels: Array) -> Array:
    """(H, W, C) uint8 -> (C, H, W) float32 in [−1, 1]."""
    return np.ascontiguousarray(pixels.transpose(2, 0, 1), dtype=np.float32) / np.float32(127.5) - 1


def to_uint8(image: Array) -> Array:
    """(C, H, W) in [−1, 1] -> (H, W, C) uint8, clipped and rounded; the inverse of `to_float`."""
    scaled = (np.nan_to_num(image.astype(np.float32)) + 1) * np.float32(127.5)
    return np.ascontiguousarray(np.clip(scaled.round(), 0, 255).astype(np.uint8).transpose(1, 2, 0))


def png_bytes(pixels: Array, recipe: Recipe | None = None) -> bytes:
    """A picture (H, W, 1 or 3) uint8 as PNG, with the recipe in a text chunk."""
    notes = PngImagePlugin.PngInfo()
    if recipe is not None:
        notes.add_itxt(RECIPE_KEY, recipe.to_json())  # not zipped: readers limit what they unzip
    out = io.BytesIO()
    Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels).save(out, "PNG", pnginfo=notes)
    return out.getvalue()


def save_png(file: Path, pixels: Array, recipe: Recipe | None = None) -> None:
    """Write `png_bytes` atomically; raises DiskFull or BadInput."""
    write_atomic(file, png_bytes(pixels, recipe))


def recipe_of(source: Path | bytes) -> Recipe | None:
    """The recipe inside a PNG, or None when it carries none; raises BadImage or BadRecipe."""
    data = _bytes(source) if isinstance(source, Path) else source
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data)) as picture:
            _check_size(picture, "The picture")
            notes: dict[str, Any] = getattr(picture, "text", {}) if picture.format == "PNG" else {}
            text = notes.get(RECIPE_KEY)
    except UnidentifiedImageError:
        return None
    except Image.DecompressionBombError as error:
        raise BadImage(BOMB.format("The picture")) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise BadRecipe(f"The recipe in this picture cannot be read ({_short(error)}); export it again.") from error
    return None if text is None else Recipe.from_json(str(text))


def sheet(images: Sequence[Array], gap: int = 2) -> Array:
    """Images (C, H, W) in [−1, 1] tiled nearly square on white: (H', W', C) uint8."""
    tiles = [to_uint8(image) for image in images]
    height, width, channels = tiles[0].shape
    columns = int(np.ceil(np.sqrt(len(tiles))))
    rows = -(-len(tiles) // columns)
    page = np.full((rows * (height + gap) + gap, columns * (width + gap) + gap, channels), 255, np.uint8)
    for k, tile in enumerate(tiles):
        top, left = gap + k // columns * (height + gap), gap + k % columns * (width + gap)
        page[top:top + height, left:left + width] = tile
    return page


def read_mask(source: Path | bytes, size: tuple[int, int] | None = None, name: str = "The mask") -> Array:
    """Read a mask: (H, W) float32 in [0, 1], 1 (white) where the picture is to be filled.

    Args:
        source: a picture; its grey value is the weight.
        size: (width, height) it must have.

    Raises:
        BadMask: another size, or it covers nothing or everything. BadImage: not a picture.
    """
    mask = read_image(source, 1, name)[:, :, 0].astype(np.float32) / 255
    check_mask(mask, size)
    return mask


def check_mask(mask: Array, size: tuple[int, int] | None = None) -> None:
    """Raise BadMask when the mask (H, W) is of another size or covers nothing or everything."""
    height, width = mask.shape
    if size is not None and (width, height) != size:
        raise BadMask(f"The mask is {width}×{height} px and the picture {size[0]}×{size[1]} px; "
                      "use a mask of the picture's size.")
    if float(mask.max()) == 0:
        raise BadMask("The mask covers nothing; paint over the part to fill.")
    if float(mask.min()) == 1:
        raise BadMask("The mask covers everything; leave some of the picture, or generate instead.")


def mask_png(mask: Array) -> bytes:
    """A mask (H, W) in [0, 1] as a grey PNG."""
    return png_bytes(np.clip(mask * 255, 0, 255).round().astype(np.uint8)[:, :, None])


def _bytes(file: Path) -> bytes:
    """The bytes of a file of bearable size; raises BadImage."""
    try:
        size = file.stat().st_size
        if size > MAX_BYTES:
            raise BadImage(f"“{file.name}” has {size / 2**20:.0f} MB; at most {MAX_BYTES // 2**20} MB can be opened.")
        return file.read_bytes()
    except OSError as error:
        raise BadImage(f"“{file}” cannot be opened ({error.strerror or error}); choose another picture.") from error


def _check_size(picture: Image.Image, title: str) -> None:
    """Refuse a picture by its declared size, before any pixel is decoded."""
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise BadImage(f"“{title}” declares {width}×{height} px; at most {MAX_PIXELS // 10**6} million pixels "
                       "can be opened, so scale it down first.")


def _array(picture: Image.Image, channels: int) -> Array:
    """(H, W, channels) uint8."""
    pixels = np.asarray(picture.convert("L" if channels == 1 else "RGB"))
    return pixels[:, :, None] if pixels.ndim == 2 else pixels


def _short(error: Exception) -> str:
    """The first line of an error without its full stop."""
    lines = str(error).strip().split("\n")
    return (lines[0] or type(error).__name__).rstrip(".")
