"""Films, sheets and arrays: frames are the recorded ones, and the recipe travels along."""

from __future__ import annotations

import errno
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageSequence

from engines.errors import BadInput, BadOption, DiskFull
from engines.film import MOST_FRAMES, film_steps, save_arrays, save_film, save_sequence, save_sheet
from engines.modalities.image import read_image, sheet
from engines.recipe import Recipe
from engines.recipe_png import recipe_of
from engines.samplers.base import Step
from engines.trajectory import Trajectory

RECIPE = Recipe("generate", {"seed": 5})


@pytest.fixture
def run() -> Trajectory:
    recorded = Trajectory((3, 1, 8, 8), 4)
    for i in range(5):
        x = torch.randn((3, 1, 8, 8), generator=torch.Generator().manual_seed(i)) / 2
        terms = {"prior": torch.ones(3, dtype=torch.float64)}
        recorded.append(Step(i, 4, 1 - i / 4, x, x / 2, i + 1, terms, {"guidance": x} if i < 4 else {}), {"error": i})
    return recorded


def frames(file: Path) -> list[np.ndarray]:
    with Image.open(file) as film:
        return [np.asarray(frame.convert("L")) for frame in ImageSequence.Iterator(film)]


@pytest.mark.parametrize("name", ["film.gif", "film.png", "film.APNG", "film.webp"])
def test_a_film_shows_the_recorded_states(name: str, run: Trajectory, tmp_path: Path) -> None:
    save_film(tmp_path / name, run, scale=1, recipe=RECIPE)
    shown = frames(tmp_path / name)
    assert len(shown) == 5
    assert all(np.array_equal(shown[i], sheet(list(run.x(i)))[:, :, 0]) for i in range(5))


def test_an_animated_png_carries_the_recipe(run: Trajectory, tmp_path: Path) -> None:
    save_film(tmp_path / "film.png", run, recipe=RECIPE)
    assert recipe_of(tmp_path / "film.png") == RECIPE


def test_numbered_pictures_are_of_every_step_and_carry_the_recipe(run: Trajectory, tmp_path: Path) -> None:
    save_film(tmp_path / "film.zip", run, scale=1, recipe=RECIPE)
    with zipfile.ZipFile(tmp_path / "film.zip") as archive:
        assert archive.namelist() == [f"step_000{i}.png" for i in range(5)]
        archive.extractall(tmp_path)
    for i in range(5):
        file = tmp_path / f"step_000{i}.png"
        np.testing.assert_array_equal(frames(file)[0], sheet(list(run.x(i)))[:, :, 0])
        assert recipe_of(file) == RECIPE


def test_a_sequence_is_numbered_one_way(run: Trajectory, tmp_path: Path) -> None:
    save_sequence(tmp_path / "film.zip", run.x(4), scale=1, recipe=RECIPE)
    with zipfile.ZipFile(tmp_path / "film.zip") as archive:
        assert archive.namelist() == ["sample_0001.png", "sample_0002.png", "sample_0003.png"]


def test_a_film_of_another_view_and_its_time(run: Trajectory, tmp_path: Path) -> None:
    save_film(tmp_path / "film.gif", run, run.x0, seconds=1, hold=2, scale=2)
    with Image.open(tmp_path / "film.gif") as film:
        durations = [frame.info["duration"] for frame in ImageSequence.Iterator(film)]
        assert film.size == (2 * 22, 2 * 22)
        assert film.info["loop"] == 0
    assert durations == [200, 200, 200, 200, 2200]


def test_a_single_picture_has_no_edge(run: Trajectory, tmp_path: Path) -> None:
    save_film(tmp_path / "film.gif", run, lambda step: run.x(step)[:1], scale=1)
    with Image.open(tmp_path / "film.gif") as film:
        assert film.size == run.x(0).shape[:1:-1]  # width and height


def test_a_long_run_is_thinned_evenly() -> None:
    assert film_steps(0, 4) == [0, 1, 2, 3, 4]
    chosen = film_steps(0, 1000)
    assert len(chosen) == MOST_FRAMES
    assert (chosen[0], chosen[-1]) == (0, 1000)
    assert max(np.diff(chosen)) - min(np.diff(chosen)) <= 1
    assert film_steps(7, 7) == [7]


def test_bad_names_and_empty_runs_are_one_sentence(run: Trajectory, tmp_path: Path) -> None:
    with pytest.raises(BadOption, match=r"“film\.mp4”; end the name in \.gif, \.png, \.apng, \.webp, \.zip"):
        save_film(tmp_path / "film.mp4", run)
    with pytest.raises(BadOption, match="no recorded step"):
        save_film(tmp_path / "film.gif", Trajectory((1, 1, 4, 4), 3))
    with pytest.raises(BadOption, match="no image"):
        save_sheet(tmp_path / "sheet.png", [])
    assert not [f for f in tmp_path.iterdir() if f.is_file()]


def test_a_sheet_is_a_png_with_its_recipe(run: Trajectory, tmp_path: Path) -> None:
    save_sheet(tmp_path / "sheet.png", list(run.x(4)), RECIPE)
    assert recipe_of(tmp_path / "sheet.png") == RECIPE
    assert np.array_equal(read_image(tmp_path / "sheet.png", 1), sheet(list(run.x(4))))


def test_a_sheet_can_be_as_large_as_a_film(run: Trajectory, tmp_path: Path) -> None:
    """A few small samples would be a stamp on a slide."""
    save_sheet(tmp_path / "sheet.png", list(run.x(4)), scale=0)
    save_film(tmp_path / "film.gif", run)
    shown = read_image(tmp_path / "sheet.png", 1)
    assert shown.shape[:2] == frames(tmp_path / "film.gif")[0].shape[:2]
    assert 180 < max(shown.shape) <= 360


def test_arrays_are_exact_and_need_no_pickle(run: Trajectory, tmp_path: Path) -> None:
    save_arrays(tmp_path / "run.npz", run, RECIPE)
    with np.load(tmp_path / "run.npz", allow_pickle=False) as saved:
        assert all(np.array_equal(saved["x"][i], run.x(i)) for i in range(5))
        assert all(np.array_equal(saved["x0"][i], run.x0(i)) for i in range(5))
        assert saved["t"].tolist() == [1, 0.75, 0.5, 0.25, 0]
        assert saved["nfe"].tolist() == [1, 2, 3, 4, 5]
        assert saved["term.prior"].shape == (5, 3)
        assert saved["curve.error"].tolist() == [0, 1, 2, 3, 4]
        assert np.array_equal(saved["delta.guidance"][2], run.x(2))
        assert Recipe.from_json(str(saved["recipe"])) == RECIPE


def test_a_full_disk_leaves_the_old_file(run: Trajectory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "sheet.png"
    save_sheet(file, list(run.x(0)))
    before = file.read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    for save in (lambda: save_sheet(file, list(run.x(4))), lambda: save_arrays(file, run)):
        with pytest.raises(DiskFull, match=r"sheet\.png.*disk is full; free some space"):
            save()
    assert file.read_bytes() == before
    assert [f.name for f in tmp_path.iterdir() if f.is_file()] == ["sheet.png"]


def test_a_folder_that_cannot_be_made_is_one_sentence(run: Trajectory, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="cannot be written"):
        save_sheet(tmp_path / "file" / "sheet.png", list(run.x(0)))
