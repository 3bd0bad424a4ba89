"""A folder of pictures restored: each as Restore does it alone, a broken one as a sentence, and nothing replaced."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engines.errors import BadData, BadOption
from engines.events import Event, Measured, Progressed, Sampled, Saved
from engines.figure_rows import number, read_rows
from engines.modalities.image import png_bytes, to_uint8
from engines.recipe import Recipe
from engines.recipe_png import recipe_of
from engines.tasks.base import options_of, task
from engines.tasks.restore_folder import FILE, pictures_in
from tests.engines.small import SIZE, context, events, save_small

FEW = {"steps": 4, "noise": {"name": "gaussian", "level": 5.0}, "degradation": {"name": "random-pixels"}, "seed": 3,
       "method": {"name": "ddnm"}}


def filled(folder: Path) -> Path:
    """A folder of two pictures, one that is none, and a text."""
    place = folder / "holidays"
    place.mkdir()
    chance = np.random.default_rng(0)
    for name in ("a.png", "c.png"):
        Image.fromarray(chance.integers(0, 256, (SIZE, SIZE), dtype=np.uint8)).save(place / name)
    (place / "b.jpg").write_bytes(b"no picture")
    (place / "notes.txt").write_text("not looked at")
    return place


def restored(folder: Path, place: Path, **options: Any) -> list[Event]:
    save_small(folder)
    return events("restore-folder", {**FEW, "folder": str(place), **options}, context(folder))


def test_each_picture_is_what_restore_gives_and_a_broken_one_is_a_sentence(tmp_path: Path) -> None:
    place = filled(tmp_path)
    found = restored(tmp_path, place)
    rows = {row["file"]: row for row in read_rows(tmp_path / FILE)}
    assert list(rows) == ["a.png", "b.jpg", "c.png"]
    assert "b.jpg" in rows["b.jpg"]["why"]
    assert rows["b.jpg"]["psnr"] == ""
    (told,) = (event for event in found if isinstance(event, Measured))
    assert told.values == {"restored": 2, "failed": 1}
    for name in ("a.png", "c.png"):
        pixels = np.asarray(Image.open(place / name))[..., None]
        alone = events("restore", {**FEW, "count": 1}, context(tmp_path, {"image.png": png_bytes(pixels)}))
        (result,), (figures,) = ([e for e in alone if isinstance(e, kind)] for kind in (Sampled, Measured))
        assert (np.asarray(Image.open(rows[name]["result"]))[..., None] == to_uint8(result.samples[0])).all()
        assert number(rows[name]["psnr"]) == figures.values["psnr"]
        assert number(rows[name]["residual"]) == figures.values["residual"]


def test_each_result_carries_the_recipe_that_makes_it_again(tmp_path: Path) -> None:
    place = filled(tmp_path)
    restored(tmp_path, place)
    file = Path(read_rows(tmp_path / FILE)[0]["result"])
    recipe = recipe_of(file)
    assert recipe is not None
    assert (recipe.task, recipe.options["count"], recipe.options["method"]["name"]) == ("restore", 1, "ddnm")
    assert list(recipe.files.values()) == [(place / "a.png").read_bytes()]
    again = task("restore").run(options_of(recipe), context(tmp_path, dict(recipe.files)))
    (result,) = (event for event in again if isinstance(event, Sampled))
    assert (np.asarray(Image.open(file))[..., None] == to_uint8(result.samples[0])).all()


def test_a_file_that_vanishes_ends_no_folder(tmp_path: Path) -> None:
    """The first one while it is restored, which has been read by then, and the last one before it is."""
    place = filled(tmp_path)
    save_small(tmp_path)
    given, found = (place / "a.png").read_bytes(), list[Event]()
    options = options_of(Recipe("restore-folder", {"model": "tiny", **FEW, "folder": str(place)}))
    for event in task("restore-folder").run(options, context(tmp_path)):
        found.append(event)
        if isinstance(event, Progressed):
            for name in ("a.png", "c.png"):
                (place / name).unlink(missing_ok=True)
    rows = {row["file"]: row for row in read_rows(tmp_path / FILE)}
    assert rows["a.png"]["why"] == ""
    recipe = recipe_of(Path(rows["a.png"]["result"]))
    assert recipe is not None
    assert list(recipe.files.values()) == [given]
    assert "c.png” cannot be opened (No such file or directory); choose another picture." in rows["c.png"]["why"]
    assert isinstance(found[-1], Measured)
    assert found[-1].values == {"restored": 1, "failed": 2}


def test_nothing_that_is_there_is_replaced(tmp_path: Path) -> None:
    place, into = filled(tmp_path), tmp_path / "results"
    into.mkdir()
    (into / "a-restored.png").write_bytes(b"mine")
    found = restored(tmp_path, place, into=str(into))
    assert (into / "a-restored.png").read_bytes() == b"mine"
    assert [event.path.name for event in found if isinstance(event, Saved) and event.kind == "image"] == [
        "a-restored-2.png", "c-restored.png"]
    assert {file.name for file in place.iterdir()} == {"a.png", "b.jpg", "c.png", "notes.txt"}


def test_results_of_a_relative_folder_are_found_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = filled(tmp_path)
    monkeypatch.chdir(tmp_path)
    restored(tmp_path, place, into="results")
    assert read_rows(tmp_path / FILE)[0]["result"] == str(tmp_path / "results" / "a-restored.png")


def test_of_several_answers_the_mean_is_the_result(tmp_path: Path) -> None:
    place = filled(tmp_path)
    restored(tmp_path, place, count=2)
    row = read_rows(tmp_path / FILE)[0]
    assert Path(row["result"]).name == "a-restored-mean.png"
    assert {file.name for file in tmp_path.glob("a-restored*")} == {"a-restored-mean.png", "a-restored-1.png",
                                                                   "a-restored-2.png"}


def test_what_is_done_is_kept_when_it_is_stopped(tmp_path: Path) -> None:
    place = filled(tmp_path)
    save_small(tmp_path)
    options = options_of(Recipe("restore-folder", {"model": "tiny", **FEW, "folder": str(place)}))
    for event in task("restore-folder").run(options, context(tmp_path)):
        if isinstance(event, Saved) and event.kind == "image":
            break
    assert [event.path.name for event in task("restore-folder").run(options, context(tmp_path))
            if isinstance(event, Saved) and event.kind == "image"] != []
    rows = read_rows(tmp_path / FILE)
    assert [bool(row["residual"]) for row in rows] == [True, False, True]
    before = {file.name: file.stat().st_mtime_ns for file in tmp_path.glob("*-restored*.png")}
    again = list(task("restore-folder").run(options, context(tmp_path)))
    assert not any(isinstance(event, Saved) and event.kind == "image" for event in again), "all of it is done"
    assert before == {file.name: file.stat().st_mtime_ns for file in tmp_path.glob("*-restored*.png")}


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadOption, match="No folder is chosen"):
        pictures_in(" ")
    with pytest.raises(BadData, match="does not exist; choose a folder"):
        pictures_in(str(tmp_path / "none"))
    (tmp_path / "notes.txt").write_text("a")
    with pytest.raises(BadData, match="holds no picture"):
        pictures_in(str(tmp_path))
