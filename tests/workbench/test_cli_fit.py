"""A mixture fitted by a command: its model is a denoiser like any other, and the window finds its course."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engines.networks.base import networks
from tests.workbench.test_cli import run
from workbench.home import Home
from workbench.library.opening import opened
from workbench.running.fit_file import load_fit
from workbench.running.mailbox import LiveRun
from workbench.running.run_files import load_run

BLOBS = ("fit-mixture", "--data", "two-blobs", "--components", "2", "--count", "300", "--name", "blobs", "--json")


def test_a_fit_leaves_a_model_that_points_are_sampled_with(capsys: pytest.CaptureFixture[str], home: Path,
                                                           tmp_path: Path) -> None:
    code, out, _ = run(capsys, *BLOBS, "--home", str(home), "--out", str(tmp_path / "fit"))
    assert code == 0
    figures = json.loads(out)
    assert [Path(file).name for file in figures["files"]] == ["blobs.safetensors"]
    assert figures["components"] == 2
    assert figures["log_likelihood"] > figures["gaussian_log_likelihood"]
    code, out, _ = run(capsys, "sample-points", "--prior", "blobs", "--data", "two-blobs", "--steps", "20", "--count",
                       "400", "--home", str(home), "--json", "--out", str(tmp_path / "drawn"))
    assert code == 0
    assert json.loads(out)["nfe"] == 20
    listed = json.loads(run(capsys, "list", "--home", str(home), "--json")[1])
    assert any(model["choose"] == "blobs" for model in listed["models"])
    assert {"k-means++", "random-points", "one-place"} == {start["name"] for start in listed["starts"]}
    assert not networks()["mixture"].learns


def test_a_model_of_the_plane_is_no_denoiser_of_a_line(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    assert run(capsys, *BLOBS, "--home", str(home))[0] == 0
    code, _, err = run(capsys, "sample-points", "--prior", "blobs", "--data", "claw", "--home", str(home))
    assert code == 2
    assert "Model “blobs” makes points of 2 numbers and the data have 1; choose another model" in err


def test_the_window_finds_every_half_step(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    code, out, _ = run(capsys, *BLOBS, "--home", str(home))
    assert code == 0
    library = opened(Home(home))
    assert library.thumbnail(library.runs()[0].id), "its points stand for it in lists"
    (run_id,) = library.ids()
    course = load_fit(library.folder(run_id))
    assert course.last == 2 * json.loads(out)["iterations"] + 1
    assert library.run(run_id).done == library.run(run_id).total == course.last
    live = LiveRun(run_id)
    load_run(live, library)
    assert live.fit.opened is not None
    np.testing.assert_array_equal(live.fit.opened.points, course.opened.points if course.opened else None)
    library.close()


@pytest.mark.parametrize(("words", "sentence"), [
    (("--components", "9", "--count", "4"), "9 components cannot be fitted to 4 points; choose 4 or fewer, or more"),
    (("--components", "0"), "choose 1 or more"),
    (("--start", "nowhere"), "choose one of k-means++, one-place, random-points"),
    (("--floor", "0"), "choose 1e-10 or more"),
])
def test_what_cannot_be_fitted_is_one_sentence(capsys: pytest.CaptureFixture[str], home: Path, words: tuple[str, ...],
                                               sentence: str) -> None:
    code, _, err = run(capsys, "fit-mixture", *words, "--home", str(home))
    assert code == 2
    assert sentence in err
