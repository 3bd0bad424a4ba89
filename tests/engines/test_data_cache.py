"""The cache of decoded pictures: decoded once, safe when damaged, bounded; and how pictures become square."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engines.data import cache as caching
from engines.data import folder as loading
from engines.data.cache import make_room
from engines.data.folder import Colour, load_folder, read_square
from engines.data.imageset import ImageSet
from engines.data.square import Fit, squared
from engines.data.survey import survey
from engines.errors import BadImage, DiskFull
from engines.events import Noted, Said


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Six wide pictures of two classes, and one file that is none."""
    folder = tmp_path / "pictures"
    for k in range(6):
        file = folder / f"class{k % 2}" / f"{k}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        pixels = np.random.default_rng(k).integers(0, 255, (12, 20, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(file)
    (folder / "class0" / "bad.png").write_bytes(b"no picture")
    return folder


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that were decoded since the test began."""
    files = list[Path]()

    def counted(file: Path, size: int, channels: int, fit: Fit) -> np.ndarray:
        files.append(file)
        return read_square(file, size, channels, fit)

    monkeypatch.setattr(loading, "read_square", counted)
    return files


def load(pictures: Path, size: int = 8, fit: Fit = Fit.CROP) -> tuple[ImageSet, list[str]]:
    """The data set, and what was said."""
    steps, said = load_folder(pictures, size, Colour.AUTO, pictures.parent / "cache", fit), list[str]()
    while True:
        try:
            event = next(steps)
        except StopIteration as end:
            return end.value, said
        if isinstance(event, Said | Noted):
            said.append(event.sentence)


def test_a_folder_is_decoded_once(pictures: Path, decoded: list[Path]) -> None:
    first, said = load(pictures)
    assert len(decoded) == 7
    again, said_again = load(pictures)
    assert len(decoded) == 7
    assert np.array_equal(first.images, again.images)
    assert first.labels.tolist() == again.labels.tolist() == [0, 0, 0, 1, 1, 1]
    assert said == said_again
    assert "bad.png" in said[-1]


def test_a_changed_file_or_option_is_decoded_anew(pictures: Path, decoded: list[Path]) -> None:
    load(pictures)
    os.utime(pictures / "class0" / "0.png", (1, 1))
    load(pictures)
    assert len(decoded) == 14
    load(pictures, size=10)
    load(pictures, fit=Fit.PAD)
    assert len(decoded) == 28
    load(pictures)
    assert len(decoded) == 28


@pytest.mark.parametrize("damage", [
    lambda file: file.write_bytes(file.read_bytes()[:-30]), lambda file: file.write_bytes(b""),
    lambda file: file.write_bytes(file.read_bytes()[:200] + b"\x07" + file.read_bytes()[201:]),
    lambda file: file.unlink()],
    ids=["truncated", "empty", "one byte", "missing"])
@pytest.mark.parametrize("ending", ["npy", "json"])
@pytest.mark.parametrize("mapped", [False, True], ids=["in memory", "mapped"])
def test_a_damaged_entry_is_decoded_anew(pictures: Path, decoded: list[Path], damage: Callable[[Path], object],
                                         ending: str, mapped: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if mapped:
        monkeypatch.setattr(caching, "IN_MEMORY", 10)
    expected = np.array(load(pictures)[0].images)
    damage(next((pictures.parent / "cache").glob(f"*.{ending}")))
    assert np.array_equal(load(pictures)[0].images, expected)
    assert len(decoded) == 14
    load(pictures)
    assert len(decoded) == 14


def test_a_large_set_is_mapped(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = load(pictures)[0].images
    monkeypatch.setattr(caching, "IN_MEMORY", 10)
    found = load(pictures, size=9)[0].images
    assert isinstance(load(pictures, size=9)[0].images.base, np.memmap)
    assert found.shape == (6, 3, 9, 9)
    assert np.array_equal(load(pictures)[0].images, small)


def test_a_cache_that_cannot_be_written_costs_only_time(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (pictures.parent / "cache").write_text("a file where the folder should be")
    assert len(load(pictures)[0].images) == 6
    monkeypatch.setattr(caching, "IN_MEMORY", 10)
    with pytest.raises(Exception, match="cannot be"):
        load(pictures)


def test_a_full_disk_is_one_sentence_and_leaves_nothing(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(_file: object, _size: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(caching, "IN_MEMORY", 10)
    monkeypatch.setattr(caching, "reserve", no_space)
    with pytest.raises(DiskFull, match="free some space"):
        load(pictures)
    assert list((pictures.parent / "cache").iterdir()) == []


def test_what_was_used_longest_ago_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caching, "LIMIT", 250)
    for k, name in enumerate(("old", "new", "orphan")):
        (tmp_path / f"{name}.npy").write_bytes(bytes(100))
        if name != "orphan":
            (tmp_path / f"{name}.json").write_text("{}")
            os.utime(tmp_path / f"{name}.json", (k + 1, k + 1))
    make_room(tmp_path, 100)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["new.json", "new.npy"]


WHOLE = (Fit.CROP, Fit.PAD, Fit.STRETCH)


def test_the_three_fits() -> None:
    pixels = np.zeros((20, 40, 3), np.uint8)
    pixels[:, :10], pixels[:, 30:] = (255, 0, 0), (0, 255, 0)
    crop, pad, stretch = (squared(pixels, 20, fit) for fit in WHOLE)
    assert crop.shape == pad.shape == stretch.shape == (20, 20, 3)
    assert crop.max() == 0, "the coloured ends are cut off"
    assert pad[10, 1].tolist()[0] > 200
    assert pad[10, 18].tolist()[1] > 200
    assert (pad[0] == pad[0, 0]).all(), "one colour above and below"
    assert stretch[0, 1].tolist()[0] > 200
    assert stretch[0, 18].tolist()[1] > 200


@pytest.mark.parametrize("shape", [(1, 300, 1), (300, 1, 3), (7, 5, 1), (5, 5, 3)])
@pytest.mark.parametrize("fit", list(Fit))
def test_any_shape_becomes_square(shape: tuple[int, ...], fit: Fit) -> None:
    found = squared(np.full(shape, 77, np.uint8), 6, fit)
    assert found.shape == (6, 6, shape[2])
    assert (found == 77).all()


def test_the_sheet_shows_the_fit(pictures: Path) -> None:
    sheets = [survey(str(pictures), 8, Colour.AUTO, fit).samples for fit in Fit]
    assert not np.array_equal(sheets[0], sheets[1])
    assert not np.array_equal(sheets[1], sheets[2])
    assert np.array_equal(sheets[1], load(pictures, fit=Fit.PAD)[0].images)
    with pytest.raises(BadImage):
        read_square(pictures / "class0" / "bad.png", 8, 3, Fit.PAD)
