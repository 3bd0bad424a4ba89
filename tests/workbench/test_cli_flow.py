"""Inversion and interpolation from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engines.recipe import Recipe
from engines.recipe_png import recipe_of
from tests.journeys.bad import picture
from tests.workbench.test_cli import run

QUICK = ("--steps", "3", "--sampler", "ddim", "--json", "--no-library")


def test_a_picture_is_inverted_and_what_was_found_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, err = run(capsys, "invert", "--image", str(picture(tmp_path)), *QUICK, "--out", str(tmp_path / "out"))
    told = json.loads(out)
    assert (code, told["nfe"], len(told["files"])) == (0, 6, 1)
    assert told["psnr"] == pytest.approx(20 * np.log10(2 / told["rms"]))
    assert told["noise_rms"] > 0
    assert told["notes"][-1] == f"The picture came back with a PSNR of {told['psnr']:.1f} dB."
    assert "6 of 6, Inversion by DDIM" in err


def test_the_pictures_between_two_files_are_written_in_their_order(capsys: pytest.CaptureFixture[str],
                                                                   tmp_path: Path) -> None:
    ends = ("--ends", "pictures", "--ends.begin", str(picture(tmp_path)), "--ends.end", str(picture(tmp_path, "b.png")))
    code, out, _ = run(capsys, "interpolate", *ends, "--count", "3", *QUICK, "--out", str(tmp_path / "out"))
    told = json.loads(out)
    assert (code, told["nfe"]) == (0, 6)
    first, _, last, *_ = told["files"]
    with Image.open(first) as begin, Image.open(last) as end:
        assert np.abs(np.asarray(begin, float) - np.asarray(end, float)).max() <= 1
    recipe = recipe_of(Path(first))
    assert isinstance(recipe, Recipe)
    assert sorted(recipe.files) == ["b.png", "cross.png"]


@pytest.mark.parametrize(("words", "value"), [
    (("invert",), "Invert needs --image FILE"),
    (("invert", "--image", "gone.png"), "“gone.png” cannot be opened"),
    (("invert", "--image", "cross.png", "--there", "x"), "Class “x” is not one of this model’s"),
    (("interpolate", "--ends", "pictures"), "Interpolate needs --ends.begin FILE and --ends.end FILE"),
    (("interpolate", "--kind", "round"), "Option kind cannot be “round”: choose"),
    (("interpolate", "--count", "1"), "Option count cannot be “1”: choose 2 or more"),
    (("interpolate-points", "--ends.end", "far"), "“far” is no point of these data; give 2 numbers"),
    (("invert-points", "--steps", "1"), "Option steps cannot be “1”: choose 2 or more"),
    (("invert-points", "--prior", "digits"), "makes images")])
def test_bad_input_is_one_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                   words: tuple[str, ...], value: str) -> None:
    monkeypatch.chdir(tmp_path)
    picture(tmp_path)
    code, out, err = run(capsys, *words, "--home", str(tmp_path / "home"))
    assert (code, out) == (2, "")
    last = err.strip().splitlines()[-1]
    assert value in last
    assert last.endswith(".")
