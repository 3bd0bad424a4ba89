"""Paint over a picture: laid over it as it looks, taken by Edit, and with it in the recipe."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engines.errors import BadImage
from engines.events import Sampled
from engines.modalities.colours import laid_over, read_colours
from engines.modalities.image import png_bytes
from engines.recipe import Recipe
from engines.tasks.base import options_of, task
from tests.engines.small import SIZE, context, events, result, resumed, save_anywhere, save_small, steps

PIXELS = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 1), dtype=np.uint8)


def stroke(high: int, wide: int, colour: tuple[int, int, int] = (255, 0, 0)) -> np.ndarray:
    """A square of a colour in the upper left quarter, of which one pixel is half transparent."""
    paint = np.zeros((high, wide, 4), np.uint8)
    paint[:high // 2, :wide // 2] = (*colour, 255)
    paint[0, 0, 3] = 51
    return paint


def png(paint: np.ndarray) -> bytes:
    out = io.BytesIO()
    Image.fromarray(paint, "RGBA" if paint.shape[2] == 4 else "RGB").save(out, "PNG")
    return out.getvalue()


def edited(folder: Path, files: dict[str, bytes], **options: Any) -> list[Any]:
    save_small(folder)
    return events("edit", {"strength": 0.5, "count": 2, **options}, context(folder, files))


def test_paint_lies_over_a_picture_by_its_opacity_and_the_rest_is_untouched() -> None:
    picture, paint = np.full((4, 6, 3), (10, 20, 30), np.uint8), stroke(4, 6)
    found = laid_over(picture, paint)
    assert (found[:2, :3][1:] == (255, 0, 0)).all()
    assert found[0, 0].tolist() == [59, 16, 24], "a fifth of red over four fifths of what was there"
    seen = paint[..., 3] > 0
    assert (found[~seen] == picture[~seen]).all()


def test_grey_paint_leaves_a_grey_picture_grey_and_a_colour_makes_it_one_of_colours() -> None:
    grey = laid_over(PIXELS, stroke(SIZE, SIZE, (90, 90, 90)))
    assert grey.shape == (SIZE, SIZE, 1)
    assert (grey[1:SIZE // 2, 1:SIZE // 2] == 90).all()
    coloured = laid_over(PIXELS, stroke(SIZE, SIZE))
    assert coloured.shape == (SIZE, SIZE, 3)
    assert (coloured[SIZE // 2:] == PIXELS[SIZE // 2:]).all()


def test_paint_of_another_size_or_that_is_no_picture_is_refused() -> None:
    with pytest.raises(BadImage, match="The paint is 6 × 4 px but the picture is 8 × 8"):
        read_colours(png(stroke(4, 6)), (8, 8), "a.png")
    with pytest.raises(BadImage, match="a.png"):
        read_colours(b"no picture", (8, 8), "a.png")
    assert (read_colours(png(np.full((2, 3, 3), 7, np.uint8)), (3, 2), "a.png") == (7, 7, 7, 255)).all()


def test_edit_of_a_painted_picture_is_that_of_the_picture_as_it_looks(tmp_path: Path) -> None:
    paint = stroke(SIZE, SIZE, (200, 200, 200))
    both = result(edited(tmp_path, {"image.png": png_bytes(PIXELS), "paint.png": png(paint)}))
    flat = result(edited(tmp_path, {"image.png": png_bytes(laid_over(PIXELS, paint))}))
    plain = result(edited(tmp_path, {"image.png": png_bytes(PIXELS)}))
    assert (both.samples == flat.samples).all()
    assert (both.samples != plain.samples).any()


def test_paint_travels_with_the_recipe_and_a_resumed_run_ends_the_same(tmp_path: Path) -> None:
    files = {"image.png": png_bytes(PIXELS), "paint.png": png(stroke(SIZE, SIZE))}
    options = {"strength": 0.8, "count": 1}
    found = edited(tmp_path, files, **options)
    again = Recipe.from_json(Recipe("edit", {"model": "tiny", "steps": 6, **options}, files=files).to_json())
    repeated = list(task("edit").run(options_of(again), context(tmp_path, again.files)))
    assert (result(repeated).samples == result(found).samples).all()
    on = resumed("edit", options, context(tmp_path, files), found, len(steps(found)) - 2)
    assert (result(on).samples == result(found).samples).all()


def test_a_named_file_of_paint_that_is_not_there_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(BadImage, match="The paint “mine.png” is missing"):
        edited(tmp_path, {"image.png": png_bytes(PIXELS)}, paint="mine.png")


@pytest.mark.parametrize("options", [{}, {"strengths": [0, 50]}])
def test_a_model_of_any_size_edits_a_picture_as_it_is(tmp_path: Path, options: dict[str, Any]) -> None:
    """At no strength what comes out is the picture, to the pixel, though its sides are no multiples of anything."""
    picture = np.random.default_rng(1).integers(0, 256, (13, 18, 3), dtype=np.uint8)
    save_anywhere(tmp_path)
    around = context(tmp_path, {"image.png": png_bytes(picture)})
    found = events("edit", {"model": "any", "strength": 0, "count": 1, **options}, around)
    assert isinstance(found[-1], Sampled)
    assert found[-1].samples.shape[1:] == (3, 13, 18)
    assert ((found[-1].samples[0].transpose(1, 2, 0) + 1) * 127.5).round().astype(int).tolist() == picture.tolist()


def test_a_model_of_any_size_fills_the_square_around_a_hole_as_it_is(tmp_path: Path) -> None:
    """Every known pixel of the square is met to the pixel, which a square that was scaled could not be."""
    picture = np.random.default_rng(1).integers(0, 256, (40, 50, 3), dtype=np.uint8)
    mask = np.zeros((40, 50, 1), np.uint8)
    mask[10:22, 12:20] = 255
    files = {"image.png": png_bytes(picture), "mask.png": png_bytes(mask)}
    save_anywhere(tmp_path)
    found = events("inpaint", {"model": "any", "count": 1, "method": {"name": "naive"}}, context(tmp_path, files))
    assert found[-1].samples.shape == (1, 3, 24, 24), "twice the hole"
    placed, _ = task("inpaint").placed(options_of(Recipe("inpaint", {"model": "any"})), files, 24)  # type: ignore
    left, top, right, bottom = placed.crop.box
    known = mask[top:bottom, left:right, 0] == 0
    seen = ((found[-1].samples[0].transpose(1, 2, 0) + 1) * 127.5).round().astype(int)
    assert (seen[known] == picture[top:bottom, left:right][known]).all()
