"""Squares of pictures at full size: where they come from, that they repeat, and which pictures are left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engines.checkpoint import load_model
from engines.component import as_recorded
from engines.data import patches
from engines.data.folder import Colour
from engines.data.full_size import LONGEST
from engines.data.patches import PatchSet, cut, load_patches, structure
from engines.data.square import Fit
from engines.data.survey import survey
from engines.device import device
from engines.errors import BadData
from engines.events import Event, Noted, Trained
from engines.networks.unet import UNetOptions
from engines.recipe import Recipe
from engines.tasks.base import options_of, task
from engines.training.options import TrainOptions
from tests.engines.small import context

SIDE = 8


def write(folder: Path, count: int, size: tuple[int, int] = (40, 30)) -> Path:
    """Pictures of noise, each with values of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for k in range(count):
        noise = np.random.default_rng(k).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
        Image.fromarray(noise).save(folder / f"{k:03}.png")
    return folder


def loaded(folder: Path, size: int = SIDE, colour: Colour = Colour.AUTO) -> tuple[PatchSet, list[Event]]:
    """Run the loading generator to its end: its value and its events."""
    steps, found = load_patches(folder, size, colour, folder / "cache"), list[Event]()
    while True:
        try:
            found.append(next(steps))
        except StopIteration as end:
            return end.value, found


def places(picture: np.ndarray, square: np.ndarray) -> int:
    """At how many places of a picture (C, H, W) a square is found, whole or as the mean of twice as wide a one."""
    windows = np.lib.stride_tricks.sliding_window_view(picture, square.shape)[0]
    halved = np.lib.stride_tricks.sliding_window_view(picture, (len(picture), 2 * SIDE, 2 * SIDE))[0]
    means = halved.reshape(*halved.shape[:2], -1, SIDE, 2, SIDE, 2).mean((4, 6)).round()
    return int((windows == square).all((2, 3, 4)).sum() + (means == square).all((2, 3, 4)).sum())


def test_every_square_is_a_part_of_its_picture_at_full_or_half_scale(tmp_path: Path) -> None:
    data, _ = loaded(write(tmp_path, 3))
    x, labels = data.drawn(0, 0, 12)
    squares = ((x + 1) * 127.5).round().byte().numpy()
    assert x.shape == (12, 3, SIDE, SIDE)
    assert labels.tolist() == [-1] * 12
    found = [[places(picture, square) for picture in data.pictures] for square in squares]
    assert all(sum(row) == 1 for row in found), "each is a part of one picture"
    assert np.sum(found, axis=0).tolist() == [4, 4, 4], "and each picture is met once an epoch"


def test_both_scales_are_met_and_all_corners() -> None:
    chance, picture = np.random.Generator(np.random.Philox(0)), np.zeros((1, 17, 17), np.uint8)
    picture[:] = np.arange(17)[:, None] * 15
    tops = {cut(picture, SIDE, chance)[0, 0, 0].item() for _ in range(300)}
    assert {0, 9 * 15} <= tops, "the first and the last row at full scale"
    assert round(1 / 2 * 15) in tops, "the mean of the first two rows"


def test_a_step_depends_on_seed_and_number_alone(tmp_path: Path) -> None:
    data, _ = loaded(write(tmp_path, 5))
    first, again = data.drawn(3, 7, 6)[0], loaded(tmp_path)[0].drawn(3, 7, 6)[0]
    assert (first == again).all()
    assert not (first == data.drawn(3, 8, 6)[0]).all()
    assert not (first == data.drawn(4, 7, 6)[0]).all()


def test_of_the_places_that_are_drawn_the_one_with_most_structure_is_cut() -> None:
    picture = np.zeros((1, 60, 200), np.uint8)
    picture[:, :, 100:] = np.random.default_rng(0).integers(0, 256, (1, 60, 100))
    chance = np.random.Generator(np.random.Philox(1))
    rough = sum(structure(cut(picture, SIDE, chance)) > 0 for _ in range(200))
    assert 160 < rough < 195, "of three places one in eight times all are on the flat half"


def test_one_picture_in_twenty_is_held_back_whole(tmp_path: Path) -> None:
    data, _ = loaded(write(tmp_path, 45))
    assert (len(data.train), len(data.validation)) == (43, 2)
    assert {*data.train, *data.validation} == set(range(45))
    held, labels = data.held_back(7)
    assert (len(held), len(labels)) == (7, 7)
    assert (held == data.held_back(7)[0]).all()
    squares = ((held + 1) * 127.5).round().byte().numpy()
    of = [[places(data.pictures[int(k)], square) for k in data.validation] for square in squares]
    assert np.sum(of, axis=0).tolist() == [4, 3], "by turns"
    few, _ = loaded(write(tmp_path / "few", 5))
    assert len(few.held_back(7)[0]) == 0


def test_pictures_that_are_too_small_are_left_out_and_named(tmp_path: Path) -> None:
    write(tmp_path, 2)
    Image.new("RGB", (100, SIDE - 1)).save(tmp_path / "flat.png")
    (tmp_path / "text.jpg").write_text("none")
    data, found = loaded(tmp_path)
    assert len(data.pictures) == 2
    (note,) = (event.sentence for event in found if isinstance(event, Noted))
    assert "2 unreadable files are left out: “flat.png”, “text.jpg”" in note
    with pytest.raises(BadData, match="None of the 4 files"):
        loaded(tmp_path, 64)


def test_large_pictures_are_reduced_and_many_lie_in_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patches, "IN_MEMORY", 8000)
    write(tmp_path, 3)
    Image.new("RGB", (2 * LONGEST, LONGEST)).save(tmp_path / "large.png")
    data, _ = loaded(tmp_path)
    assert data.pictures[3].shape == (3, LONGEST // 2, LONGEST)
    assert [isinstance(one, np.memmap) for one in data.pictures] == [False, False, True, True]
    assert (np.asarray(data.pictures[2]) == np.asarray(Image.open(tmp_path / "002.png")).transpose(2, 0, 1)).all()
    assert list((tmp_path / "cache").iterdir()) == [], "they have no name"


def test_grey_pictures_have_one_channel(tmp_path: Path) -> None:
    for k in range(2):
        Image.fromarray(np.random.default_rng(k).integers(0, 256, (20, 20), dtype=np.uint8)).save(tmp_path / f"{k}.png")
    assert loaded(tmp_path)[0].channels == 1
    assert loaded(tmp_path, colour=Colour.COLOUR)[0].channels == 3
    write(tmp_path, 1)
    assert loaded(tmp_path)[0].channels == 3
    assert loaded(tmp_path, colour=Colour.GREY)[0].channels == 1


def test_the_look_at_a_folder_shows_the_middle_of_each(tmp_path: Path) -> None:
    write(tmp_path, 21)
    found = survey(str(tmp_path), SIDE, fit=Fit.CUT)
    whole = np.asarray(Image.open(tmp_path / "000.png")).transpose(2, 0, 1)
    assert (found.samples[0] == whole[:, 11:19, 16:24]).all()
    assert (found.total, found.held) == (21, 1)


def test_a_training_learns_from_them_and_makes_a_model_of_any_size(tmp_path: Path) -> None:
    """Two pictures are nothing to warn of: each has a thousand squares."""
    write(tmp_path / "data", 2)
    options = {"data": str(tmp_path / "data"), "size": SIDE, "fit": "cut", "batch": 4, "steps": 3, "preview_every": 0,
               "name": "small", "network": {"name": "drunet", "width": 8, "mults": [1], "depth": 1}}
    chosen, folder = options_of(Recipe("train", options)), tmp_path / "run"
    found = list(task("train").run(chosen, context(folder)))
    assert not [event for event in found if isinstance(event, Noted)]
    assert [event.step for event in found if isinstance(event, Trained)] == [1, 2, 3]
    model = load_model(folder / "small.safetensors", device("cpu"))
    assert model.spec.network.anywhere
    assert model.denoiser(torch.randn(1, 3, 21, 34), torch.tensor(0.5)).shape == (1, 3, 21, 34)


def test_options_of_before_are_those_of_the_u_net() -> None:
    """Of recipes, sessions and presets that knew no other network."""
    made = TrainOptions.model_validate({"width": 24, "mults": [1, 2], "size": 16})
    assert made.network == UNetOptions(width=24, mults=(1, 2))
    assert as_recorded(TrainOptions, {"depth": 2, "steps": 7}) == {"network": {"name": "unet", "depth": 2}, "steps": 7}
    assert TrainOptions.current({"steps": 7}) == {"steps": 7}
