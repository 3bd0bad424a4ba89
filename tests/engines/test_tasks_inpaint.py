"""Inpaint: known pixels are the user's own, exactly; bad masks are one sentence; repeats are identical."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import torch

from engines.checkpoint import Model
from engines.context import Context, Network
from engines.errors import BadImage, BadMask
from engines.events import Noted, Stepped
from engines.inverse.base import methods
from engines.modalities.image import to_float, to_uint8
from engines.networks.unet import UNet
from engines.process.prediction import X0
from engines.recipe import Recipe
from engines.recipe_png import recipe_of, recipe_png
from engines.sampling import open_model
from engines.tasks import inpaint
from engines.tasks.base import options_of, task
from tests.engines.small import (
    SIZE,
    attachments,
    context,
    events,
    opening,
    picture,
    result,
    resumed,
    save_small,
    steps,
)

METHODS = sorted(methods())
MODELLESS = {"tikhonov", "tv"}  # one answer, without the model
ALIKE = {*MODELLESS, "tds"}  # particles are copied
QUICK = {"name": "repaint", "jump": 2, "resample": 2}


@pytest.fixture(autouse=True)
def model(tmp_path: Path) -> Path:
    return save_small(tmp_path)


def hole(height: int, width: int, box: tuple[int, int, int, int], soft: float = 0.0) -> np.ndarray:
    """A mask (H, W) that is 1 in a box (top, left, bottom, right), and `soft` on the ring around it."""
    mask = np.zeros((height, width), np.float32)
    top, left, bottom, right = box
    mask[top - 1:bottom + 1, left - 1:right + 1] = soft
    mask[top:bottom, left:right] = 1
    return mask


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("soft", [0.0, 0.4])
def test_known_pixels_are_the_users_own(method: str, soft: float, tmp_path: Path) -> None:
    pixels, mask = picture(SIZE, SIZE), hole(SIZE, SIZE, (2, 2, 5, 6), soft)
    options = {"method": method, "count": 3, "guidance": 2, "label": "each"}
    found = events("inpaint", options, context(tmp_path, attachments(pixels, mask)))
    done = result(found)
    kept = mask == 0
    assert len(done.pictures) == 3
    for sample, filled in zip(done.samples, done.pictures, strict=True):
        assert np.array_equal(sample[:, kept], to_float(pixels)[:, kept])
        assert np.array_equal(filled[kept], pixels[kept])
        if not soft:
            assert np.array_equal(filled, to_uint8(sample))
    if method not in ALIKE:
        assert not np.array_equal(done.pictures[0], done.pictures[1]), "variants differ"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("box", [None, (4, 2, 20)])
def test_a_region_of_a_large_colour_picture_is_pasted_back(method: str, box: tuple[int, int, int] | None,
                                                           tmp_path: Path) -> None:
    pixels, mask = picture(30, 47, 3), hole(30, 47, (9, 12, 14, 19), 0.5)
    crop = dict(zip(("crop_x", "crop_y", "crop_side"), box, strict=True)) if box else {}
    options = {"method": method, "count": 2, "steps": 3, **crop}
    found = events("inpaint", options, context(tmp_path, attachments(pixels, mask)))
    for filled in result(found).pictures:
        assert filled.shape == pixels.shape
        assert np.array_equal(filled[mask == 0], pixels[mask == 0])
        assert not np.array_equal(filled[mask == 1], pixels[mask == 1])


def test_a_grey_picture_is_filled_in_colour_by_a_colour_model(tmp_path: Path) -> None:
    save_small(tmp_path, channels=3, classes=(), name="colour")
    pixels, mask = picture(SIZE, SIZE), hole(SIZE, SIZE, (2, 2, 5, 6))
    options = {"model": "colour", "method": QUICK, "count": 1}
    (filled,) = result(events("inpaint", options, context(tmp_path, attachments(pixels, mask)))).pictures
    assert filled.shape == (SIZE, SIZE, 3)
    assert np.array_equal(filled[mask == 0], np.repeat(pixels, 3, axis=2)[mask == 0])


@pytest.mark.parametrize("method", sorted({*METHODS} - MODELLESS))
@pytest.mark.parametrize("weight", [0.25, 0.5, 0.8])
def test_a_soft_edge_is_one_blend_of_the_users_pixel_and_the_fill(
        method: str, weight: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A black picture and a model that sees only white: the edge has exactly the painted share of white."""

    def white(name: str, around: Context) -> Model:
        model = open_model(name, around)
        spec = model.spec.model_copy(update={"prediction": X0()})
        return replace(model, network=cast(UNet, lambda x, t, cond: 0 * x + 1), spec=spec)

    monkeypatch.setattr(inpaint, "open_model", white)
    pixels, mask = np.zeros((SIZE, SIZE, 1), np.uint8), hole(SIZE, SIZE, (2, 2, 5, 6), weight)
    chosen = {"method": {"name": method, "zeta": 1e-6} if method == "dps" else method, "count": 2}
    painted = np.round(mask * 255) / 255  # what a mask file holds
    for filled in result(events("inpaint", chosen, context(tmp_path, attachments(pixels, mask)))).pictures:
        assert np.array_equal(filled[:, :, 0], np.round(255 * painted).astype(np.uint8))


@pytest.mark.parametrize("method", METHODS)
def test_what_lies_in_the_hole_does_not_matter(method: str, tmp_path: Path) -> None:
    pixels, mask = picture(SIZE, SIZE), hole(SIZE, SIZE, (2, 2, 5, 6))
    other = np.where(mask[:, :, None] == 1, 255 - pixels, pixels).astype(np.uint8)
    runs = [result(events("inpaint", {"method": method, "count": 2}, context(tmp_path, attachments(p, mask))))
            for p in (pixels, other)]
    assert runs[0].sha256 == runs[1].sha256


@pytest.mark.parametrize("method", METHODS)
def test_resuming_and_repeating_give_the_same_bits(method: str, tmp_path: Path) -> None:
    files = attachments(picture(12, 15), hole(12, 15, (4, 4, 7, 9), 0.3))
    options = {"method": QUICK if method == "repaint" else method, "count": 2, "model": "tiny", "steps": 6}
    whole = events("inpaint", options, context(tmp_path, files))
    last = len(steps(whole)) - 1
    for k in {1, min(4, last), last}:
        rest = result(resumed("inpaint", options, context(tmp_path, files), whole, k))
        assert rest.sha256 == result(whole).sha256
        assert rest.nfe == result(whole).nfe
    carried = recipe_of(recipe_png(result(whole).pictures[0], Recipe("inpaint", options, files)))
    assert carried is not None
    again = result(list(task("inpaint").run(options_of(carried), context(tmp_path, carried.files))))
    assert again.sha256 == result(whole).sha256
    assert all(np.array_equal(a, b) for a, b in zip(again.pictures, result(whole).pictures, strict=True))


@pytest.mark.parametrize(("jump", "resample", "remedy"), [
    (5, 2, None), (5, 1, None), (6, 1, None), (6, 2, "choose more steps or a jump of at most 5."),
    (40, 2, "RePaint jumps 40 steps back and the run has only 6")])
def test_a_run_too_short_to_resample_says_so(jump: int, resample: int, remedy: str | None, tmp_path: Path) -> None:
    files = attachments(picture(SIZE, SIZE), hole(SIZE, SIZE, (2, 2, 5, 6)))
    method = {"name": "repaint", "jump": jump, "resample": resample}
    found = events("inpaint", {"method": method, "count": 1, "steps": 6}, context(tmp_path, files))
    noted = [e.sentence for e in found if isinstance(e, Noted)]
    assert bool(noted) == (remedy is not None)
    assert remedy is None or remedy in noted[0]
    assert (opening(found).total > 6) == (remedy is None and resample > 1)


def test_picture_and_mask_are_checked_before_the_model_is_loaded(tmp_path: Path) -> None:
    chosen = options_of(Recipe("inpaint", {"model": "tiny"}))
    run = task("inpaint").run(chosen, context(tmp_path, {"image.png": b"no picture"}))
    with pytest.raises(BadImage):
        next(run)


def test_every_step_tells_the_error_of_the_known_pixels(tmp_path: Path) -> None:
    pixels, mask = picture(SIZE, SIZE), hole(SIZE, SIZE, (2, 2, 5, 6))
    found = events("inpaint", {"method": QUICK, "count": 2}, context(tmp_path, attachments(pixels, mask)))
    errors = [e.curves["known-rms"] for e in found if isinstance(e, Stepped)]
    assert len(errors) == opening(found).total + 1 == len(opening(found).times)
    assert errors[-1] == 0
    first = steps(found)[0]
    kept = torch.tensor(mask == 0)
    difference = (first.x0 - torch.tensor(to_float(pixels)))[:, :, kept]
    assert errors[0] == pytest.approx(float(difference.square().mean().sqrt()), rel=1e-5)
    assert "likelihood" in {t.name for t in opening(found).terms}


@pytest.mark.parametrize(("mask", "sentence"), [
    (np.zeros((SIZE, SIZE), np.float32), "The mask covers nothing"),
    (np.ones((SIZE, SIZE), np.float32), "The mask covers everything"),
    (hole(9, 10, (2, 2, 5, 5)), f"The mask is 10×9 px and the picture {SIZE}×{SIZE} px")])
def test_bad_masks_are_one_sentence(mask: np.ndarray, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(BadMask, match=sentence):
        events("inpaint", {}, context(tmp_path, attachments(picture(SIZE, SIZE), mask)))


def test_bad_crops_are_one_sentence(tmp_path: Path) -> None:
    files = attachments(picture(20, 30), hole(20, 30, (9, 12, 14, 19)))
    with pytest.raises(BadMask, match=r"The hole reaches out of the crop of 8 px at \(0, 0\)"):
        events("inpaint", {"crop_side": 8}, context(tmp_path, files))
    with pytest.raises(BadImage, match=r"crop of 25 px at \(10, 0\) leaves the picture of 30×20 px"):
        events("inpaint", {"crop_side": 25, "crop_x": 10}, context(tmp_path, files))


def test_a_picture_smaller_than_the_model_is_filled(tmp_path: Path) -> None:
    pixels, mask = picture(5, 6), hole(5, 6, (2, 2, 4, 4))
    filled = result(events("inpaint", {"method": QUICK}, context(tmp_path, attachments(pixels, mask)))).pictures
    assert len(filled) == 4
    assert all(np.array_equal(p[mask == 0], pixels[mask == 0]) for p in filled)


def test_only_methods_without_gradients_use_a_faster_network(tmp_path: Path) -> None:
    asked = list[str]()
    files = attachments(picture(SIZE, SIZE), hole(SIZE, SIZE, (2, 2, 5, 6)))
    for method in METHODS:
        def prepare(model: Model, method: str = method) -> Network:
            asked.append(method)
            return model.network

        events("inpaint", {"method": method, "count": 1}, replace(context(tmp_path, files), prepare=prepare))
    assert asked == [name for name in METHODS if not methods()[name].differentiates]
    assert "dps" not in asked


def test_how_the_model_saw_a_picture_is_told_after_the_run(tmp_path: Path) -> None:
    """The square, its scale and its colours; nothing for a picture of the model’s own size and colours."""
    own, large = (picture(SIZE, SIZE, 1), picture(3 * SIZE, 4 * SIZE, 3))
    for pixels, words in ((own, ""), (large, f"as {SIZE} × {SIZE}, in grey; its fill is scaled back into the hole.")):
        height, width = pixels.shape[:2]
        mask = hole(height, width, (2, 2, height // 2, height // 2))
        found = events("inpaint", {"method": QUICK, "steps": 4, "count": 1},
                       context(tmp_path, attachments(pixels, mask)))
        told = " ".join(event.sentence for event in found if isinstance(event, Noted))
        assert words in told
        assert bool(told) is bool(words)
