"""Images: reading anything Pillow reads, strictly; writing PNGs that carry notes."""

from __future__ import annotations

import io
import re
import struct
import warnings
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
from PIL import ExifTags, Image, ImageOps, PngImagePlugin, UnidentifiedImageError

from engines.errors import BadImage, BadMask
from engines.files import MAX_BYTES

Array = np.ndarray[Any, np.dtype[Any]]
MAX_PIXELS = 64_000_000  # 256 MB while decoded as RGBA
UNSAFE = frozenset({"EPS", "WMF", "FPX", "MIC"})  # these run other programs, or need parsers of their own
PNG_START = b"\x89PNG\r\n\x1a\n"


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
    with decoding(source, name, formats()) as picture:
        picture.load()
        upright = ImageOps.exif_transpose(picture) or picture
        return _array(flattened(upright), channels)


@contextmanager
def decoding(source: Path | bytes, name: str, formats: tuple[str, ...]) -> Generator[Image.Image, None, None]:
    """A picture of bearable size to work with; whatever goes wrong meanwhile is raised as BadImage."""
    title = name or (source.name if isinstance(source, Path) else "The image")
    data = file_bytes(source) if isinstance(source, Path) else source
    if not data:
        raise BadImage(f"“{title}” is empty (0 bytes); choose another picture.")
    try:
        # Pillow's remarks on damaged metadata; a bad picture raises anyway
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data), formats=formats) as picture:
            _check_size(*picture.size, title)
            yield picture
    except BadImage:
        raise
    except UnidentifiedImageError as error:
        raise BadImage(f"“{title}” is not an image that can be read; choose a PNG, JPEG, WebP, GIF, TIFF or other "
                       "picture.") from error
    except Image.DecompressionBombError as error:
        raise BadImage(_too_large(data, error, title)) from error
    except Exception as error:  # Pillow's readers raise whatever a damaged file leads them to
        raise BadImage(_damaged(error, title)) from error


def extent_of(source: Path | bytes, name: str) -> tuple[int, int]:
    """(width, height) of a picture once it is turned upright, from its header alone; raises BadImage, calling it so."""
    with decoding(source, name, formats()) as picture:
        width, height = picture.size
        # a camera that was held upright writes lying pixels (EXIF 2.3, Orientation 5 to 8)
        return (height, width) if picture.getexif().get(ExifTags.Base.Orientation, 1) >= 5 else (width, height)


class Traits(NamedTuple):
    """What a square of a fixed size no longer tells of a picture: its shorter side (px), and whether white shows
    through its transparent parts."""

    side: int
    on_white: bool


def traits(file: Path) -> Traits:
    """Traits of a picture that can be read; only one that may be transparent is decoded."""
    with Image.open(file, formats=formats()) as picture:
        side = min(picture.size)
        if not _has_alpha(picture):
            return Traits(side, False)
        lowest, _ = cast(tuple[int, int], picture.convert("RGBA").getchannel("A").getextrema())
        return Traits(side, lowest < 255)


def _has_alpha(picture: Image.Image) -> bool:
    return picture.mode in {"LA", "La", "PA", "RGBA", "RGBa"} or "transparency" in picture.info


def flattened(picture: Image.Image) -> Image.Image:
    """The picture as 8-bit grey or RGB: 16-bit scaled down, palette expanded, alpha flattened on white."""
    if picture.mode.startswith("I") or picture.mode == "F":
        values = np.nan_to_num(np.asarray(picture, dtype=np.float64))
        scale = 255 / _white(picture.mode, float(values.max(initial=0)))
        return Image.fromarray(np.clip(values * scale, 0, 255).round().astype(np.uint8))
    if _has_alpha(picture):
        white = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(white, picture.convert("RGBA")).convert("RGB")
    return picture if picture.mode in {"L", "RGB"} else picture.convert("RGB")


def _white(mode: str, highest: float) -> float:
    """The value of white: 65535 in 16 bits; in 32 bits and floats the least usual one that holds the highest."""
    if mode.startswith("I;16"):
        return 65535.0
    return next((top for top in (1.0, 255.0, 65535.0) if highest <= top and (mode == "F" or top > 1)), highest)


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
    check_crop(crop, width, height)
    picture = Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels).crop(crop.box)
    if picture.size != (size, size):
        picture = picture.resize((size, size), Image.Resampling.LANCZOS)
    return to_float(_array(picture, pixels.shape[2]))


def check_crop(crop: Crop, width: int, height: int) -> None:
    """Raise BadImage when a crop does not lie inside a picture of that size."""
    if crop.side < 1 or crop.x < 0 or crop.y < 0 or crop.x + crop.side > width or crop.y + crop.side > height:
        raise BadImage(f"The crop of {crop.side} px at ({crop.x}, {crop.y}) leaves the picture of "
                       f"{width}×{height} px; move it inside.")


def to_float(pixels: Array) -> Array:
    """(H, W, C) uint8 -> (C, H, W) float32 in [−1, 1]."""
    return np.ascontiguousarray(pixels.transpose(2, 0, 1), dtype=np.float32) / np.float32(127.5) - 1


def to_uint8(image: Array) -> Array:
    """(…, C, H, W) in [−1, 1] -> (…, H, W, C) uint8, clipped and rounded; the inverse of `to_float`."""
    # a diverged run shows as grey, not as an error of the picture's writer
    scaled = (np.nan_to_num(image.astype(np.float32)) + 1) * np.float32(127.5)
    return np.ascontiguousarray(np.moveaxis(np.clip(scaled.round(), 0, 255).astype(np.uint8), -3, -1))


def png_bytes(pixels: Array, notes: Mapping[str, str] | None = None, level: int = 6) -> bytes:
    """A picture (H, W, 1, 3 or, with opacity, 4) uint8 as PNG, with notes as text chunks by key; level: zlib's, 0…9."""
    out = io.BytesIO()
    picture = Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)
    picture.save(out, "PNG", pnginfo=png_notes(notes or {}), compress_level=level)
    return out.getvalue()


def png_notes(notes: Mapping[str, str]) -> PngImagePlugin.PngInfo:
    """Notes as Pillow writes them into a PNG."""
    info = PngImagePlugin.PngInfo()
    for key, text in notes.items():
        info.add_itxt(key, text)  # not zipped: readers limit what they unzip
    return info


def note_of(source: Path | bytes, key: str, name: str = "") -> str | None:
    """The note of that key inside a PNG, or None when it carries none; raises BadImage."""
    data = file_bytes(source) if isinstance(source, Path) else source
    if not data.startswith(PNG_START):
        return None
    title = name or (source.name if isinstance(source, Path) else "")
    with decoding(data, title, ("PNG",)) as picture:
        # ours stand before the pixels; another program may have moved them behind
        text = picture.info.get(key) or getattr(picture, "text", {}).get(key)
    return None if text is None else str(text)


def sheet(images: Sequence[Array], gap: int = 2, columns: int = 0) -> Array:
    """Images (C, H, W) in [−1, 1] tiled on white, nearly square or in so many columns: (H', W', C) uint8."""
    tiles = to_uint8(np.stack(images))  # all at once: a preview is made thirty times a second
    height, width, channels = tiles[0].shape
    columns = columns or int(np.ceil(np.sqrt(len(tiles))))
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
    """Raise BadMask when the mask (H, W) is of another size, leaves [0, 1], or covers nothing or everything."""
    height, width = mask.shape
    if size is not None and (width, height) != size:
        raise BadMask(f"The mask is {width}×{height} px and the picture {size[0]}×{size[1]} px; "
                      "use a mask of the picture's size.")
    if not ((mask >= 0) & (mask <= 1)).all():
        raise BadMask(f"The mask has values from {mask.min():.3g} to {mask.max():.3g}; scale them to 0 to 1.")
    if float(mask.max()) == 0:
        raise BadMask("The mask covers nothing; paint over the part to fill.")
    if float(mask.min()) == 1:
        raise BadMask("The mask covers everything; leave some of the picture, or generate instead.")


def mask_png(mask: Array) -> bytes:
    """A mask (H, W) in [0, 1] as a grey PNG."""
    return png_bytes(np.clip(mask * 255, 0, 255).round().astype(np.uint8)[:, :, None])


def file_bytes(file: Path) -> bytes:
    """The bytes of a file of bearable size; raises BadImage."""
    try:
        if file.exists() and not file.is_file():
            raise BadImage(f"“{file}” is not a file; choose a picture.")
        size = file.stat().st_size
        if size > MAX_BYTES:
            raise BadImage(f"“{file.name}” has {size / 2**20:.0f} MB; at most {MAX_BYTES // 2**20} MB can be opened.")
        return file.read_bytes()
    except OSError as error:
        raise BadImage(f"“{file}” cannot be opened ({error.strerror or error}); choose another picture.") from error


def formats() -> tuple[str, ...]:
    """All formats that Pillow reads by itself."""
    # without it Pillow lists only the formats it happened to need so far
    Image.init()
    return tuple(name for name in Image.OPEN if name not in UNSAFE)


def _check_size(width: int, height: int, title: str) -> None:
    """Refuse a picture by its declared size, before any pixel is decoded."""
    if width * height > MAX_PIXELS:
        raise BadImage(_limit(f"{width}×{height} px", title))


def _too_large(data: bytes, error: Exception, title: str) -> str:
    """The sentence for a size that Pillow itself refuses; its error tells only the number of pixels."""
    if data.startswith(PNG_START):
        # they stand at the start of IHDR, which a PNG must begin with
        width, height = struct.unpack(">II", data[16:24])
        return _limit(f"{width}×{height} px", title)
    pixels = re.search(r"\d{6,}", str(error))
    return _limit(f"{int(pixels[0]) / 1e6:.0f} million pixels" if pixels else "too many pixels", title)


def _limit(size: str, title: str) -> str:
    return (f"“{title}” declares {size}; at most {MAX_PIXELS // 10**6} million pixels can be opened, "
            "so scale it down first.")


def _array(picture: Image.Image, channels: int) -> Array:
    """(H, W, channels) uint8."""
    pixels = np.asarray(picture.convert("L" if channels == 1 else "RGB"))
    return pixels[:, :, None] if pixels.ndim == 2 else pixels


def _damaged(error: Exception, title: str) -> str:
    """The sentence for a file that breaks off or makes no sense."""
    lines = str(error).strip().split("\n")
    reason = (lines[0] or type(error).__name__).rstrip(".")
    if "MAX_TEXT" in reason:  # Pillow names its own constant
        reason = "a text inside it is too large"
    return f"“{title}” is damaged or cut short ({reason}); copy or export it again."
