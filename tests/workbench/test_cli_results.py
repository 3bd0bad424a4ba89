"""The command line's results: where they go, never mixed, and what is told about them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engines.errors import DiskFull
from engines.events import Sampled
from engines.recipe import Recipe
from engines.recipe_png import recipe_of
from tests.engines.small import save_small
from tests.workbench.test_cli import run
from workbench.cli import session
from workbench.cli.outputs import save_sampled
from workbench.home import Home
from workbench.library.library import Library
from workbench.library.records import State

QUICK = ("--steps", "2", "--count", "1", "--threads", "1")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, so that what is left in it can be seen."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def photo(here: Path) -> str:
    """A colour picture that is neither square nor of the model's size."""
    pixels = np.random.default_rng(0).integers(0, 256, (40, 60, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(here / "photo.png")
    return "photo.png"


def test_a_second_run_into_a_folder_gets_one_of_its_own(capsys: pytest.CaptureFixture[str], here: Path) -> None:
    """The older files stay as they are, and where the new ones went is told."""
    for k, name in enumerate(("out", "out/run-2", "out/run-3")):
        code, out, err = run(capsys, "generate", *QUICK, "--seed", str(k), "--out", "out", "--no-library", "--json")
        assert code == 0
        assert [Path(file) for file in json.loads(out)["files"]] == [Path(name) / "generate-000.png"]
        assert (name in err) == (k > 0)
    assert len({file.read_bytes() for file in here.rglob("*.png")}) == 3


def test_a_training_is_continued_in_its_folder_and_its_model_is_found_there(capsys: pytest.CaptureFixture[str],
                                                                            here: Path) -> None:
    """--resume with the same folder goes on in place; --model takes the folder that --out named."""
    flags = ("--no-library", "--threads", "1", "--batch", "2", "--network.width", "8", "--preview-every", "0",
             "--validate-every", "0", "--out", "made")
    assert run(capsys, "train", *flags, "--steps", "1")[0] == 0
    code, out, err = run(capsys, "train", *flags, "--steps", "2", "--resume", "made", "--json")
    assert code == 0
    assert json.loads(out)["step"] == 2
    assert "Reading the bundled digits" in err
    assert {file.name for file in (here / "made").iterdir()} == {"training.safetensors", "my-model.safetensors"}
    code, out, _ = run(capsys, "generate", *QUICK, "--model", "made", "--no-library", "--out", "drawn")
    assert code == 0


def test_without_library_and_folder_the_place_is_told_and_nothing_is_left_by_a_failure(
        capsys: pytest.CaptureFixture[str], here: Path) -> None:
    """A new folder in the current one, named on standard error; none after bad input."""
    assert run(capsys, "generate", *QUICK, "--label", "cat", "--no-library")[0] == 2
    assert not list(here.iterdir())
    code, _, err = run(capsys, "generate", *QUICK, "--no-library")
    (made,) = here.iterdir()
    assert code == 0
    assert f"“{made}”" in err


def test_noise_writes_a_strip_from_the_picture_to_noise(capsys: pytest.CaptureFixture[str], photo: str) -> None:
    """Nine columns, one row a noise; the times of the columns are in the document."""
    code, out, _ = run(capsys, "noise", "--image", photo, "--size", "16", "--steps", "8", "--count", "2", "--out", "n",
                       "--no-library", "--json")
    assert code == 0
    assert len(json.loads(out)["times"]) == 9
    strip = np.asarray(Image.open("n/noise-strip.png"))
    assert strip.shape == (2 + 2 * 18, 2 + 9 * 18, 3)
    first, last = strip[2:18, 2:18], strip[2:18, -18:-2]
    assert np.array_equal(first, strip[20:36, 2:18]), "both rows begin with the picture"
    assert not np.array_equal(last, strip[20:36, -18:-2])


def test_the_strip_of_an_exploding_variance_stays_in_view(capsys: pytest.CaptureFixture[str], photo: str) -> None:
    """States a hundred times as large as a picture are brought to its size: few pixels are black or white."""
    code, *_ = run(capsys, "noise", "--image", photo, "--size", "16", "--steps", "8", "--path", "ve", "--out", "n",
                   "--no-library", "--json")
    assert code == 0
    last = np.asarray(Image.open("n/noise-strip.png"))[2:18, -18:-2]
    result = np.asarray(Image.open("n/noise-000.png"))
    # of a normal variable 68 % lie within ±1
    assert all(0.55 < float(((shown > 0) & (shown < 255)).mean()) < 0.8 for shown in (last, result))


def test_what_may_surprise_is_said_and_in_the_document(capsys: pytest.CaptureFixture[str], photo: str) -> None:
    """A fitted picture for edit, a run too short to resample for inpaint."""
    _, out, err = run(capsys, "edit", *QUICK, "--image", photo, "--out", "e", "--no-library", "--json")
    (note,) = json.loads(out)["notes"]
    assert note.startswith("The model saw 40 × 40 px as 28 × 28, in grey; the picture has 60 × 40 px")
    assert note in err
    mask = np.zeros((40, 60), np.uint8)
    mask[10:20, 20:30] = 255
    Image.fromarray(mask).save("mask.png")
    _, out, err = run(capsys, "inpaint", *QUICK, "--image", photo, "--mask", "mask.png", "--out", "i", "--no-library",
                      "--json")
    fitted, note = json.loads(out)["notes"]
    assert "28 × 28 px, in grey" in fitted
    assert "Nothing is resampled" in note
    assert note in err


def test_equal_names_are_listed_apart_and_must_be_told_apart(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    """The list says what to give; the name alone is refused with the same words."""
    for name in ("run-a", "run-b"):
        folder = home / "runs" / name
        folder.mkdir(parents=True)
        save_small(folder, name="circles")
    _, out, _ = run(capsys, "list", "--json")
    choices = [model["choose"] for model in json.loads(out)["models"] if model["name"] == "circles"]
    assert sorted(choices) == ["run-a/circles", "run-b/circles"]
    code, out, err = run(capsys, "generate", *QUICK, "--model", "circles", "--json")
    assert code == 2
    assert json.loads(out)["error"] == err.strip().splitlines()[-1]
    assert all(choice in err for choice in choices)
    assert run(capsys, "generate", *QUICK, "--model", "run-a/circles", "--no-library", "--out", "o")[0] == 0


def full_after(written: int, folder: Path) -> Callable[[Path, Sampled, Recipe], list[Path]]:
    """A stand-in for saving samples that finds the disk of `folder` full after some files."""

    def save(place: Path, result: Sampled, recipe: Recipe) -> list[Path]:
        if folder not in place.parents:
            return save_sampled(place, result, recipe)
        for k in range(written):
            (place / f"generate-{k:03}.png").write_bytes(b"picture")
        raise DiskFull(f"“{place}” cannot be saved because the disk is full; free some space and try again.")

    return save


def test_a_full_library_does_not_cost_the_results(capsys: pytest.CaptureFixture[str], home: Path,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    """They go to the folder that was asked for, and half a run is not left behind."""
    monkeypatch.setattr(session, "save_sampled", full_after(1, home))
    code, out, err = run(capsys, "generate", *QUICK, "--out", "out", "--json")
    assert code == 0
    assert json.loads(out)["files"] == [str(Path("out") / "generate-000.png")]
    assert "will not be in the library" in err
    assert not list((home / "runs").iterdir())


def test_a_failed_run_tells_where_its_files_are(capsys: pytest.CaptureFixture[str], home: Path,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    """And it is in the library as failed."""
    monkeypatch.setattr(session, "save_sampled", full_after(1, home))
    code, out, err = run(capsys, "generate", *QUICK)
    (folder,) = (home / "runs").iterdir()
    assert (code, out) == (2, "")
    assert f"What was written until then is in “{folder}”." in err
    assert "the disk is full" in err.splitlines()[-1]
    library = Library.open(Home(home))
    assert [(kept.id, kept.state) for kept in library.runs()] == [(folder.name, State.FAILED)]
    library.close()


def test_a_repeat_that_cannot_be_compiled_says_so_and_how_it_was_made_instead(
        capsys: pytest.CaptureFixture[str], here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(here / "no such python"))
    recipe = Recipe("generate", {"steps": 2, "count": 1}, backend={"compute": "compiled", "device": "cpu"})
    (here / "wanted.json").write_text(recipe.to_json(), encoding="utf-8")
    code, out, _ = run(capsys, "generate", "--recipe", "wanted.json", "--out", "made", "--no-library", "--json")
    document = json.loads(out)
    notes, made = " ".join(document["notes"]), recipe_of(Path(document["files"][0]))
    assert code == 0
    assert "cannot be compiled here" in notes
    assert made is not None
    assert made.backend["compute"] == "split"


def test_a_training_is_continued_with_the_options_it_had(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing has to be said again; what is said counts."""
    flags = ("--batch", "2", "--network.width", "8", "--preview-every", "0", "--validate-every", "0", "--name", "mine")
    assert run(capsys, "train", *flags, "--steps", "1", "--no-library", "--threads", "1", "--out", "made")[0] == 0
    code, out, err = run(capsys, "train", "--resume", "made", "--steps", "2", "--no-library", "--out", "more", "--json")
    assert (code, json.loads(out)["step"]) == (0, 2), err
    assert {Path(file).name for file in json.loads(out)["files"]} == {"training.safetensors", "mine.safetensors"}
    assert "main.py train --resume results" in run(capsys, "train", "--help")[1]


def test_models_made_here_have_names_of_their_own(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    """A repeated training counts up, as in the window, and says so; a name that was given stays."""
    flags = ("--batch", "2", "--network.width", "8", "--preview-every", "0", "--validate-every", "0", "--steps", "1",
             "--threads", "1")
    words = [run(capsys, "train", *flags, *more)[2] for more in ((), (), ("--name", "my-model"))]
    assert ["this one is “my-model-2”" in said for said in words] == [False, True, False]
    assert sorted(file.name for file in home.glob("runs/*/my-*")) == [
        "my-model-2.safetensors", "my-model.safetensors", "my-model.safetensors"]


@pytest.mark.parametrize("library", [(), ("--no-library",)])
def test_a_run_that_diverges_leaves_the_last_of_its_steps_where_they_are_wanted(
        capsys: pytest.CaptureFixture[str], here: Path, library: tuple[str, ...]) -> None:
    """As one that is stopped does; a recipe that goes on from there is among them, for a smaller step."""
    code, _, err = run(capsys, "sample-points", "--sampler", "langevin", "--sampler.size", "5", "--count", "50",
                       "--out", "kept", *library)
    assert code == 1
    assert "What was written until then is in “kept”." in err
    assert "Sampling diverged: at step " in err
    assert {file.name for file in Path("kept").iterdir()} == {
        "continue.json", "sample-points-unfinished-000.png", "sample-points-unfinished.csv"}
    points = np.loadtxt("kept/sample-points-unfinished.csv", delimiter=",", skiprows=1)
    assert points.shape == (50, 2)
    assert np.isfinite(points).all()
    start = Recipe.from_json(Path("kept/continue.json").read_text(encoding="utf-8"), "it").start
    assert start is not None
    assert f"at step {start.index + 1} the state" in err
