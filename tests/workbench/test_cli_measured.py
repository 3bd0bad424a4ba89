"""Runs of the command line that measure a prior of points: their figures, the table, and a folder for each run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.workbench.test_cli import run

FEW = ("--count", "20", "--steps", "4", "--threads", "1", "--no-library", "--json")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, so that what is left in it can be seen."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_a_table_is_never_overwritten_by_the_next(capsys: pytest.CaptureFixture[str], here: Path) -> None:
    for seed, folder in ((1, "out"), (2, "out/run-2")):
        code, out, _ = run(capsys, "bound", *FEW, "--seed", str(seed), "--out", "out")
        assert code == 0
        assert Path(folder) / "bound-terms.csv" in [Path(file) for file in json.loads(out)["files"]]
    assert len({file.read_bytes() for file in here.rglob("bound-terms.csv")}) == 2


def test_figures_are_told_beside_the_truth(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "likelihood", *FEW, "--steps", "40", "--path", "ve", "--method", "hutchinson",
                       "--method.probes", "3", "--data", "two-peaks")
    assert code == 0
    told = json.loads(out)
    # on a line ±1 gives the trace itself
    assert abs(told["excess"]) < 0.02
    assert {"nll", "nll_error", "bits_per_dim", "nll_true", "excess_error", "nfe"} <= set(told)


def test_an_unknown_denoiser_is_refused_in_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "bound", *FEW, "--prior", "nosuch")
    assert code == 2
    assert "“nosuch”" in json.loads(out)["error"]
