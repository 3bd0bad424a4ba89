"""Images: exact round trips, every kind of bad picture as one sentence, masks, PNGs with recipes."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from engines.errors import BadImage, BadInput, BadMask
from engines.modalities.image import (
    Crop,
    check_mask,
    fitted,
    mask_png,
    png_bytes,
    read_image,
    read_mask,
    sheet,
    to_float,
    to_uint8,
)
from engines.recipe import Recipe
from engines.recipe_png import recipe_of, recipe_png, save_png


def encoded(picture: Image.Image, kind: str = "PNG", exif: Image.Exif | None = None) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **({"exif": exif} if exif else {}))
    return out.getvalue()


def noise(height: int, width: int, channels: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, channels), dtype=np.uint8)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def declared(width: int, height: int) -> bytes:
    """A tiny PNG that declares a size and holds no such pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"0")) + chunk(b"IEND", b"")


def test_every_byte_survives_the_way_to_floats_and_back() -> None:
    pixels = np.arange(256, dtype=np.uint8).reshape(16, 16, 1)
    assert np.array_equal(to_uint8(to_float(pixels)), pixels)
    assert to_float(pixels).min() == -1
    assert to_float(pixels).max() == 1


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from([1, 3]), st.randoms(use_true_random=False))
def test_png_round_trip_is_exact(height: int, width: int, channels: int, draw: object) -> None:
    values = [draw.randrange(256) for _ in range(height * width * channels)]  # type: ignore[attr-defined]
    pixels = np.array(values, np.uint8).reshape(height, width, channels)
    assert np.array_equal(read_image(png_bytes(pixels), channels), pixels)


def test_exif_turns_the_picture_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    data = encoded(Image.new("RGB", (20, 10), "red"), "JPEG", exif)
    assert read_image(data, 3).shape == (20, 10, 3)


def test_alpha_is_flattened_on_white() -> None:
    data = encoded(Image.new("RGBA", (4, 4), (255, 0, 0, 0)))
    assert (read_image(data, 3) == 255).all()
    palette = Image.new("P", (4, 4), 0)
    out = io.BytesIO()
    palette.save(out, "GIF", transparency=0)
    assert (read_image(out.getvalue(), 3) == 255).all()


@pytest.mark.parametrize("highest", [200, 65535])
def test_sixteen_bits_keep_their_scale(highest: int) -> None:
    values = np.full((4, 4), highest, np.uint16)
    pixels = read_image(encoded(Image.fromarray(values)), 1)
    assert (pixels == round(highest / 65535 * 255)).all()


def test_floating_point_pictures_are_read() -> None:
    data = encoded(Image.fromarray(np.array([[0.0, 0.5, 1.0, np.nan]], np.float32)), "TIFF")
    assert read_image(data, 1)[0, :, 0].tolist() == [0, 128, 255, 0]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "LAB", "I", "I;16", "F"])
def test_every_mode_becomes_grey_and_colour(mode: str) -> None:
    data = encoded(Image.new(mode, (5, 4)), "TIFF")
    assert read_image(data, 1).shape == (4, 5, 1)
    assert read_image(data, 3).shape == (4, 5, 3)


def test_missing_empty_folder_and_foreign_files_are_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadImage, match=r"nothing\.png.*cannot be opened"):
        read_image(tmp_path / "nothing.png", 3)
    with pytest.raises(BadImage, match="is not a file"):
        read_image(tmp_path, 3)
    empty = tmp_path / "empty.png"
    empty.write_bytes(b"")
    with pytest.raises(BadImage, match=r"“empty\.png” is empty"):
        read_image(empty, 3)
    text = tmp_path / "text.png"
    text.write_text("not a picture")
    with pytest.raises(BadImage, match=r"“text\.png” is not an image"):
        read_image(text, 3)


def test_content_decides_not_the_name(tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    file.write_bytes(encoded(Image.new("RGB", (6, 5), "blue"), "JPEG"))
    assert read_image(file, 3).shape == (5, 6, 3)


@pytest.mark.parametrize("side", [20_000, 9_000])
def test_a_huge_picture_is_refused_before_it_is_decoded(side: int) -> None:
    for read in (lambda d: read_image(d, 3, "big.png"), lambda d: recipe_of(d, "big.png")):
        with pytest.raises(BadImage, match=rf"“big\.png” declares {side}×{side} px; at most 64 million pixels"):
            read(declared(side, side))


def test_a_huge_bitmap_is_refused_too() -> None:
    header = b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + struct.pack("<IiiHHIIiiII", 40, 20_000, 20_000, 1, 24, 0, 0,
                                                                      0, 0, 0, 0)
    with pytest.raises(BadImage, match="declares 400 million pixels"):
        read_image(header, 3)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
def test_a_truncated_picture_is_one_sentence(kind: str) -> None:
    data = encoded(Image.fromarray(noise(40, 40, 3)), kind)
    with pytest.raises(BadImage, match=r"^“cut” is .*[.]$"):
        read_image(data[:len(data) // 2], 3, "cut")


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 10_000), st.integers(0, 255), st.sampled_from(["PNG", "JPEG", "GIF", "TIFF"]))
def test_hostile_bytes_never_raise_anything_else(place: int, value: int, kind: str) -> None:
    data = bytearray(encoded(Image.fromarray(noise(12, 12, 3)), kind))
    data[place % len(data)] = value
    for read in (lambda d: read_image(d, 3), recipe_of):
        with contextlib.suppress(BadInput):
            read(bytes(data))


def test_postscript_is_not_run() -> None:
    with pytest.raises(BadImage, match="not an image that can be read"):
        read_image(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", 3)


def test_fitted_crops_and_scales() -> None:
    pixels = noise(10, 30, 3)
    assert np.array_equal(fitted(pixels, 10), to_float(pixels[:, 10:20]))
    assert np.array_equal(fitted(pixels, 4, Crop(1, 2, 4)), to_float(pixels[2:6, 1:5]))
    assert fitted(pixels, 28).shape == (3, 28, 28)
    with pytest.raises(BadImage, match=r"crop of 8 px at \(25, 0\) leaves the picture of 30×10 px"):
        fitted(pixels, 4, Crop(25, 0, 8))


def test_a_png_carries_its_recipe(tmp_path: Path) -> None:
    recipe = Recipe("generate", {"seed": 3, "label": "“é”"}, {"image.png": b"\x00\xff"})
    save_png(tmp_path / "a.png", noise(5, 5, 1), recipe)
    assert recipe_of(tmp_path / "a.png") == recipe
    assert np.array_equal(read_image(tmp_path / "a.png", 1), noise(5, 5, 1))
    assert recipe_of(png_bytes(noise(5, 5, 1))) is None
    assert recipe_of(encoded(Image.new("RGB", (4, 4)), "JPEG")) is None
    assert recipe_of(b"") is None


def test_a_large_attachment_fits_into_the_png() -> None:
    recipe = Recipe("inpaint", {}, {"image.png": bytes(8 * 2**20)})
    assert recipe_of(recipe_png(noise(5, 5, 1), recipe)) == recipe


def test_a_sheet_holds_every_image() -> None:
    images = [to_float(np.full((4, 4, 1), 10 * k, np.uint8)) for k in range(5)]
    page = sheet(images)
    assert page.shape == (2 * 6 + 2, 3 * 6 + 2, 1)
    assert page[2, 2, 0] == 0
    assert page[8, 8, 0] == 40


def test_masks_round_trip_and_are_checked() -> None:
    mask = np.zeros((6, 8), np.float32)
    mask[2:4, 3:5] = 1
    assert np.array_equal(read_mask(mask_png(mask), (8, 6)), mask)
    with pytest.raises(BadMask, match="The mask is 8×6 px and the picture 9×6 px"):
        check_mask(mask, (9, 6))
    with pytest.raises(BadMask, match="covers nothing"):
        check_mask(np.zeros((6, 8), np.float32))
    with pytest.raises(BadMask, match="covers everything"):
        check_mask(np.ones((6, 8), np.float32))
