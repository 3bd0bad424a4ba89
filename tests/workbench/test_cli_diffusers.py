"""`--model FOLDER` with a folder in the format of diffusers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.engines.diffusers_folders import PLAIN, pipeline
from tests.workbench.test_cli import run
from workbench.home import Home


def test_a_folder_given_as_the_model_is_taken_and_repeats(capsys: pytest.CaptureFixture[str], home: Path,
                                                          tmp_path: Path) -> None:
    folder, flags = tmp_path / "birds", ("--steps", "2", "--count", "1", "--threads", "1", "--json")
    pipeline(folder, PLAIN)
    code, out, err = run(capsys, "generate", "--model", str(folder), *flags, "--out", str(tmp_path / "a"))
    assert code == 0, err
    assert "Model “birds” is in the model list now" in err
    assert "clips estimates" in err
    assert (Home(home).models / "birds.safetensors").is_file()
    first = json.loads(out)
    for again in (str(folder), "birds"):
        code, out, err = run(capsys, "generate", "--model", again, *flags, "--out", str(tmp_path / "b"))
        assert code == 0, err
        assert "clips" not in err
        assert json.loads(out)["sha256"] == first["sha256"]
    assert len(list(Home(home).models.iterdir())) == 1


def test_a_bad_folder_is_refused_in_one_sentence(capsys: pytest.CaptureFixture[str], home: Path,
                                                 tmp_path: Path) -> None:
    folder = tmp_path / "birds"
    pipeline(folder, {**PLAIN, "resnet_time_scale_shift": "scale_shift"})
    code, _, err = run(capsys, "generate", "--model", str(folder), "--out", str(tmp_path / "a"))
    assert code == 2
    assert "resnet_time_scale_shift" in err
    assert "Traceback" not in err
    assert not list(home.glob("models/*"))
