"""Painted holes and drawn kernels of Restore: which files a degradation needs, and what a model sees of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engines.errors import BadImage, BadInput, BadMask
from engines.events import Measured, Shown
from engines.modalities.image import png_bytes
from engines.tasks.base import task
from engines.tasks.damage_files import needed
from engines.tasks.pictures import picture_of
from engines.tasks.restore import RestoreOptions, posed
from tests.engines.small import SIZE, context, events, save_small

FEW = {"steps": 3, "count": 2, "noise": {"name": "gaussian", "level": 0}}
HOLE, DRAWN = {"name": "mask"}, {"name": "kernel-blur"}


def picture(side: int = SIZE) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (side, side, 1), dtype=np.uint8)


def paint(side: int = SIZE) -> np.ndarray:
    mask = np.zeros((side, side, 1), np.uint8)
    mask[side // 4:side // 2, side // 4:side // 2] = 255
    return mask


def run(folder: Path, degradation: dict[str, Any], files: dict[str, np.ndarray], **options: Any) -> list[Any]:
    save_small(folder)
    packed = {"image.png": png_bytes(picture()), **{name: png_bytes(file) for name, file in files.items()}}
    return events("restore", {**FEW, "degradation": degradation, **options}, context(folder, packed))


def test_what_a_degradation_needs_is_told_from_the_form_alone() -> None:
    assert needed(HOLE) == {"mask"}
    assert needed(DRAWN) == {"kernel"}
    assert needed({"name": "gaussian-blur", "width": 2.0}) == frozenset()
    assert needed({"name": "composition", "first": DRAWN, "second": HOLE}) == {"mask", "kernel"}
    assert needed({"name": "no such"}) == needed("mask") == needed(None) == frozenset()
    restore = task("restore")
    assert restore.spares({"degradation": HOLE}) == {"kernel"}
    assert restore.spares({"degradation": {"name": "box"}}) == {"mask", "kernel"}
    assert task("inpaint").spares({}) == frozenset()


def test_a_painted_hole_is_measured_as_nothing_and_the_rest_as_it_is(tmp_path: Path) -> None:
    found = run(tmp_path, HOLE, {"mask.png": paint()})
    measured = next(event.picture for event in found if isinstance(event, Shown))
    hole = paint() > 0
    assert (measured[~hole] == picture()[~hole]).all()
    assert (measured[hole] == 128).all(), "0 of [−1, 1], which is grey"


def test_a_hole_of_a_damaged_picture_is_no_measurement(tmp_path: Path) -> None:
    """What stands in a hole counts neither in the measurement nor in the residual."""
    found = run(tmp_path, HOLE, {"mask.png": paint()}, clean=False)
    assert [event.name for event in found if isinstance(event, Shown)] == ["measured", "mean", "deviation"]
    options = RestoreOptions.model_validate({"model": "tiny", "clean": False, "degradation": HOLE, **FEW})
    spec = save_small(tmp_path)
    from engines.model_file import read_header

    problem = posed(options, picture_of(np.repeat(picture(), 3, 2), options), read_header(spec).spec,
                    {"mask.png": png_bytes(paint())})
    hole = torch.as_tensor(paint()[:, :, 0] > 0)
    assert (problem.measurement.y[0, 0][hole] == 0).all()
    assert problem.truth is None
    residual = problem.measurement.residual(torch.as_tensor(picture()[None, :, :, 0] / 127.5 - 1)[None])
    assert residual.abs().max() < 1e-6
    assert next(event for event in found if isinstance(event, Measured)).values.keys() == {"residual"}


def test_a_drawn_kernel_shifts_a_picture_whose_edges_meet(tmp_path: Path) -> None:
    """A kernel with one bright pixel beside its middle moves the picture by as much."""
    kernel = np.zeros((3, 3, 1), np.uint8)
    kernel[1, 2] = 200
    found = run(tmp_path, DRAWN, {"kernel.png": kernel})
    measured = next(event.picture for event in found if isinstance(event, Shown))
    moved = np.roll(picture(), 1, axis=1).astype(int)
    assert np.abs(measured.astype(int) - moved).max() <= 1


def test_what_is_missing_or_does_not_fit_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadImage, match="The mask “mask.png” is missing"):
        run(tmp_path, HOLE, {})
    with pytest.raises(BadImage, match="The kernel “kernel.png” is missing"):
        run(tmp_path, DRAWN, {})
    with pytest.raises(BadMask, match="The mask covers nothing"):
        run(tmp_path, HOLE, {"mask.png": np.zeros((SIZE, SIZE, 1), np.uint8)})
    with pytest.raises(BadMask, match="use a mask of the picture’s size|use a mask of the picture's size"):
        run(tmp_path, HOLE, {"mask.png": paint(SIZE + 1)})
    with pytest.raises(BadInput, match="sums to 0"):
        run(tmp_path, DRAWN, {"kernel.png": np.zeros((3, 3, 1), np.uint8)})
    with pytest.raises(BadInput, match="larger than the picture"):
        run(tmp_path, DRAWN, {"kernel.png": np.full((3, SIZE + 2, 1), 9, np.uint8)})


def test_paint_beside_the_square_that_the_model_sees_is_refused(tmp_path: Path) -> None:
    save_small(tmp_path)
    wide = np.zeros((SIZE, 3 * SIZE, 1), np.uint8)
    mask = wide.copy()
    mask[:2, :2] = 255  # the central square begins further right
    files = {"image.png": png_bytes(wide), "mask.png": png_bytes(mask)}
    with pytest.raises(BadMask, match="lies outside of the square of 8×8 px that the model sees"):
        events("restore", {**FEW, "degradation": HOLE}, context(tmp_path, files))


def test_what_is_foreseen_has_the_hole(tmp_path: Path) -> None:
    from engines.model_file import read_header

    options = RestoreOptions.model_validate({"model": "tiny", "degradation": HOLE, **FEW})
    restore: Any = task("restore")
    seen = restore.foreseen(options, np.repeat(picture(), 3, 2), read_header(save_small(tmp_path)).spec,
                            {"mask.png": png_bytes(paint())})
    assert (seen[paint() > 0] == 128).all()
