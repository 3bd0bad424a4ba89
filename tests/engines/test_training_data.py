"""A training goes on only with the images it began with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engines.errors import BadData
from engines.modalities.image import png_bytes
from engines.training.state import FILE_NAME
from tests.engines.test_training import losses, options, run, stopped_after


def folder_of(folder: Path, counts: dict[str, int]) -> Path:
    """A folder of 8×8 pictures, so many in each class."""
    random = np.random.default_rng(0)
    for name, count in counts.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        for k in range(count):
            pixels = random.integers(0, 256, (8, 8, 1), dtype=np.uint8)
            (folder / name / f"{k}.png").write_bytes(png_bytes(pixels))
    return folder


@pytest.mark.parametrize(("changed", "now"), [
    ({"a": 21}, "41 images in 2 classes"), ({"c": 1}, "41 images in 3 classes"), ({}, "39 images in 2 classes")])
@pytest.mark.parametrize("named", [False, True])
def test_a_training_is_not_continued_on_other_images(
        changed: dict[str, int], now: str, named: bool, tmp_path: Path) -> None:
    """Each number would mean another image: the losses would be those of no training there is."""
    pictures = folder_of(tmp_path / "pictures", {"a": 20, "b": 20})
    chosen = options(data=str(pictures), size=8)
    stopped_after(run(tmp_path / "run", chosen), 3)
    folder = tmp_path / ("other" if named else "run")
    more = options(data=str(pictures), size=8, resume=str(tmp_path / "run")) if named else chosen
    folder_of(pictures, changed)
    if not changed:
        (pictures / "b" / "3.png").unlink()
    before = (tmp_path / "run" / FILE_NAME).read_bytes()
    with pytest.raises(BadData, match=rf"“pictures” is not .*then 40 images in 2 classes, now {now}.*put its files"):
        list(run(folder, more))
    assert (tmp_path / "run" / FILE_NAME).read_bytes() == before


def test_a_folder_that_moved_is_the_same_data(tmp_path: Path) -> None:
    pictures = folder_of(tmp_path / "pictures", {"a": 20, "b": 20})
    chosen = options(data=str(pictures), size=8)
    whole = losses(run(tmp_path / "whole", chosen))
    stopped_after(run(tmp_path / "run", chosen), 3)
    moved = options(data=str(pictures.rename(tmp_path / "moved")), size=8)
    assert losses(run(tmp_path / "run", moved)) == whole[3:]
