"""Training on points from the command line: what it leaves, how it goes on, and what it refuses."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from engines.modalities.points import read_points, write_points
from engines.model_file import raw_header
from engines.recipe import Recipe
from engines.recipe_png import recipe_of
from engines.training.state import FILE_NAME
from tests.workbench.test_cli import run
from workbench.home import Home
from workbench.library.library import Library
from workbench.library.records import Query, State
from workbench.running.mailbox import History
from workbench.running.run_files import load_steps

QUICK = ("--steps", "4", "--batch", "16", "--network.width", "8", "--json")


def test_a_model_of_points_is_made_listed_and_goes_on(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """With a course that has its previews, a picture in the library, and a recipe that repeats it on one thread."""
    home = ("--home", str(tmp_path / "home"))
    code, out, err = run(capsys, "train-points", "--data", "ring", "--name", "mine", *QUICK, *home)
    told = json.loads(out)
    assert (code, told["step"], told["steps"]) == (0, 4, 4)
    assert [Path(file).name for file in told["files"]] == [FILE_NAME, "mine.safetensors"]
    assert "points/s" in err
    folder = Path(told["files"][0]).parent
    recipe = Recipe.from_json(raw_header(folder / "mine.safetensors")["recipe"])
    assert (recipe.task, recipe.options["data"]["name"], recipe.backend["threads"]) == ("train-points", "ring", "1")
    library = Library.open(Home(tmp_path / "home"))
    assert [(r.title, r.task) for r in library.runs()] == [("mine", "train-points")]
    assert library.thumbnail(library.runs()[0].id)
    library.close()
    code, out, _ = run(capsys, "list", "--json", *home)
    listed = {model["choose"]: model for model in json.loads(out)["models"]}
    assert (listed["mine"]["modality"], listed["mine"]["classes"], listed["mine"]["network"]) == ("points", 8, "mlp")
    assert (listed["digits"]["modality"], listed["digits"]["network"]) == ("image", "unet")
    code, out, _ = run(capsys, "train-points", "--resume", str(folder), *QUICK, "--steps", "6", "--out",
                       str(folder), *home)
    assert (code, json.loads(out)["step"]) == (0, 6)


def test_own_points_are_named_by_their_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    write_points(tmp_path / "mine.npy", np.random.default_rng(0).standard_normal((50, 1)))
    code, out, _ = run(capsys, "train-points", "--file", str(tmp_path / "mine.npy"), *QUICK, "--no-library", "--out",
                       str(tmp_path / "out"))
    assert code == 0
    spec = json.loads(raw_header(Path(json.loads(out)["files"][1]))["spec"])
    assert (spec["channels"], spec["data"]) == (1, "“mine.npy”, 50 points")


@pytest.mark.parametrize(("words", "value"), [
    (("train-points", "--data", "moon"), "Option data cannot be “moon”: choose one of checkerboard"),
    (("train-points", "--data.modes", "1"), "Option data.modes = “1” does not belong to this choice"),
    (("train-points", "--network", "unet"), "Option network cannot be “unet”: choose one of"),
    (("train-points", "--file", "gone.csv", "--no-library"), "“gone.csv” cannot be opened"),
    (("train-points", "--file", "a.csv", "--data", "ring"), "--file takes the place of --data"),
    (("generate", "--model", "points-moons"), "Model “points-moons” makes points, and this task works on images"),
    (("evaluate", "--model", "points-moons"), "choose a model of images")])
def test_bad_input_is_one_sentence_and_exit_code_2(capsys: pytest.CaptureFixture[str], tmp_path: Path,
                                                   monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...],
                                                   value: str) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, *words, "--home", str(tmp_path / "home"))
    assert (code, out) == (2, "")
    last = err.strip().splitlines()[-1]
    assert value in last
    assert last.endswith(".")


def test_previews_of_points_are_kept_by_their_numbers(tmp_path: Path) -> None:
    """A picture is kept as coarse as it is seen, which would move a point and cut off what is beyond 1."""
    made, points = History(), np.random.default_rng(0).normal(0, 2, (1000, 2)).astype(np.float32)
    images = np.linspace(-1, 1, 4 * 64, dtype=np.float32).reshape(4, 1, 8, 8)
    made.preview(1, points)
    made.preview(2, images)
    made.save(tmp_path / "history.npz")
    found = History()
    found.load(tmp_path / "history.npz")
    seen, pictures = found.preview_of(1), found.preview_of(2)
    assert seen is None or pictures is None or (seen.dtype, pictures.dtype) == (np.float32, np.float32)
    np.testing.assert_array_equal(seen, points)
    np.testing.assert_allclose(pictures, images, atol=1 / 127)


@pytest.mark.parametrize("prior", ["exact", "points-moons"])
def test_a_variance_that_no_model_learned_is_refused_before_a_folder_is_made(capsys: pytest.CaptureFixture[str],
                                                                             tmp_path: Path, prior: str) -> None:
    code, out, err = run(capsys, "sample-points", "--prior", prior, "--sampler", "ddpm", "--sampler.variance",
                         "learned", "--home", str(tmp_path / "home"))
    assert (code, out) == (2, "")
    assert "choose beta or beta-tilde, or a model trained by the objective learned-variance" in err
    assert not list((tmp_path / "home").glob("runs/*"))


def test_the_steps_of_a_crowd_of_points_are_kept_for_the_window_and_those_before_it_diverged(
        capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    words = ("--count", "300", "--home", str(home.root), "--out", str(tmp_path / "out"))
    code, _, _ = run(capsys, "sample-points", "--steps", "7", *words)
    assert code == 0
    wild = ("--sampler", "langevin", "--sampler.size", "10", "--steps", "100")
    code, _, err = run(capsys, "sample-points", *wild, *words)
    assert code == 1
    assert err.strip().splitlines()[-1].endswith("choose a step size below 2, where it is 10 now.")
    with closing(Library.open(home)) as library:
        failed, done = library.runs(Query())
        assert (failed.state, done.state) == (State.FAILED, State.DONE)
        whole, cut = (load_steps(home.run_folder(kept.id)) for kept in (done, failed))
        assert whole is not None
        assert cut is not None
        assert (whole.first, whole.last) == (0, 7)
        assert cut.first == 0
        assert np.isfinite(cut.x(cut.last)).all()
        assert f"step {cut.last + 1} is not finite" in err


def test_of_a_long_table_some_lines_travel_and_it_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "long.csv").write_text("0,1\n2,3\n" * 500_001)
    code, out, _ = run(capsys, "sample-points", "--data", "own", "--data.file", str(tmp_path / "long.csv"), "--steps",
                       "1", "--count", "4", "--no-library", "--json", "--out", str(tmp_path / "out"))
    told = json.loads(out)
    assert code == 0
    assert "“long.csv” has 1,000,002 lines; 1,000,000 of them were drawn at random." in " ".join(told["notes"])
    recipe = recipe_of(next((tmp_path / "out").glob("*.png")))
    assert recipe is not None
    assert len(read_points(recipe.files["long.csv"]).values) == 1_000_000


def test_a_path_beside_a_model_that_brings_its_own_is_said_not_to_be_used(capsys: pytest.CaptureFixture[str],
                                                                          tmp_path: Path) -> None:
    """In one sentence, also in the document; nothing is said of the model's own one, or beside the exact denoiser."""
    home = ("--home", str(tmp_path / "home"))
    code, _, _ = run(capsys, "train-points", "--data", "ring", "--name", "mine", "--path", "straight", *QUICK, *home)
    assert code == 0
    sentence = ("--path ve is not used: model “mine” brings its own path, straight; "
                "give --prior exact to choose one.")
    cases: tuple[tuple[str, tuple[str, ...], bool], ...] = (
        ("mine", ("--path", "ve"), True), ("mine", ("--path", "straight"), False), ("mine", (), False),
        ("exact", ("--path", "ve"), False))
    for prior, path, said in cases:
        code, out, err = run(capsys, "sample-points", "--data", "ring", "--prior", prior, *path, "--steps", "3",
                             "--count", "5", "--json", *home)
        assert code == 0
        assert (sentence in err, sentence in str(json.loads(out)["notes"])) == (said, said), (prior, path)
