"""Charts of a run: kept in its folder, found again in the library, and told on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from engines.chart import Axis, Chart, Series
from engines.recipe import Recipe
from tests.workbench.test_cli import run
from workbench.home import Home
from workbench.library.library import Library
from workbench.library.records import State
from workbench.running.chart_portrait import chart_portrait
from workbench.running.charts_file import CHARTS, load_charts, save_charts, save_tables, stems
from workbench.running.jobs import JobQueue
from workbench.wording.run_words import details

QUICK = {"samplers": "ddim", "steps": [2, 4], "repeats": 1, "count": 20}
FLAGS = ("--samplers", "ddim", "--steps", "2,4", "--repeats", "1", "--count", "20")


def chart(title: str) -> Chart:
    return Chart(title, Axis("x"), Axis("y", log=True), (Series.of("s", [1, 2, 3], [1, 10, 0]),))


def test_the_charts_of_a_run_are_live_stored_and_opened_again(qtbot: QtBot, library: Library, queue: JobQueue) -> None:
    job = queue.submit(Recipe("sweep", QUICK))
    qtbot.waitUntil(lambda: queue.job(job.id).state is State.DONE)
    live = queue.live(job.id)
    assert live is not None
    (drawn,) = live.charts
    assert [series.name for series in drawn.series] == ["DDIM", "Exact samples"]
    folder = library.home.run_folder(job.id)
    assert load_charts(folder) == live.charts
    assert {"charts", "table"} <= {file.kind for file in library.files(job.id)}
    assert library.run(job.id).metrics["runs"] == 2
    queue.remove(job.id)
    queue.release(job.id)
    with qtbot.waitSignal(queue.run_opened):
        view = queue.open_run(job.id)
    assert view.charts == (drawn,)


def test_a_sweep_that_is_stopped_keeps_its_charts_and_ends_alike_when_resumed(qtbot: QtBot, library: Library,
                                                                             queue: JobQueue) -> None:
    recipe = Recipe("sweep", {**QUICK, "samplers": "ddim, ddpm", "steps": [2, 4, 200], "repeats": 2, "count": 500})
    job = queue.submit(recipe)
    qtbot.waitUntil(lambda: (live := queue.live(job.id)) is not None and bool(live.charts))
    queue.cancel(job.id)
    qtbot.waitUntil(lambda: queue.job(job.id).state is State.CANCELLED)
    kept = load_charts(library.home.run_folder(job.id))
    assert kept
    queue.resume(job.id)
    qtbot.waitUntil(lambda: queue.job(job.id).state is State.DONE)
    whole = queue.submit(recipe)
    qtbot.waitUntil(lambda: queue.job(whole.id).state is State.DONE)
    assert load_charts(library.home.run_folder(job.id)) == load_charts(library.home.run_folder(whole.id))


@pytest.mark.parametrize("text", ["", "{", "[1]", "[{\"title\": 3}]", "{\"a\": 1}", "null"])
def test_a_damaged_file_holds_no_charts(tmp_path: Path, text: str) -> None:
    assert load_charts(tmp_path) == ()
    (tmp_path / CHARTS).write_text(text, encoding="utf-8")
    assert load_charts(tmp_path) == ()


def test_charts_are_saved_as_they_are_and_each_has_a_table_of_its_own(tmp_path: Path) -> None:
    charts = [chart("Fréchet distance"), chart("Frechet: distance"), chart("γ")]
    save_charts(tmp_path, charts)
    assert list(load_charts(tmp_path)) == charts
    assert stems("sweep", charts) == ["sweep-frechet-distance", "sweep-frechet-distance-2", "sweep-chart"]
    assert all(file.read_text(encoding="utf-8").startswith("series,") for file in save_tables(tmp_path, "a", charts))


def test_the_command_line_writes_csv_and_tells_charts_as_json(capsys: pytest.CaptureFixture[str], tmp_path: Path,
                                                              ) -> None:
    code, out, _ = run(capsys, "sweep", *FLAGS, "--out", str(tmp_path / "out"), "--no-library", "--json")
    assert code == 0
    told = json.loads(out)
    assert told["charts"][0]["series"][0]["x"] == [2, 4]
    names = {Path(file).name for file in told["files"]}
    assert names == {"sweep-energy-distance-against-network-calls.csv", "sweep-runs.csv"}
    assert (told["runs"], told["refused"]) == (2, 0)
    assert '"runs": 2,' in out, "a count is no 2.0"
    # the next one goes beside it
    run(capsys, "sweep", *FLAGS, "--out", str(tmp_path / "out"), "--no-library", "--json")
    assert (tmp_path / "out" / "run-2" / "sweep-runs.csv").exists()


def test_the_command_line_prints_a_table_with_a_column_for_each_series(capsys: pytest.CaptureFixture[str],
                                                                       tmp_path: Path) -> None:
    code, out, err = run(capsys, "sweep", *FLAGS, "--out", str(tmp_path), "--no-library")
    assert code == 0
    head = next(line for line in out.splitlines() if "DDIM (measured)" in line)
    assert "Network calls of each sample" in head
    assert "Exact samples (exact)" in head
    assert "Lowest: DDIM at" in err


def test_a_run_of_the_command_line_shows_its_charts_in_the_library(capsys: pytest.CaptureFixture[str], home: Path,
                                                                   ) -> None:
    code, _, _ = run(capsys, "sweep", *FLAGS)
    assert code == 0
    library = Library.open(Home(home))
    try:
        (stored,) = library.runs()
        assert load_charts(library.home.run_folder(stored.id))[0].series
        assert {"charts", "table"} <= {file.kind for file in library.files(stored.id)}
    finally:
        library.close()


def test_several_numbers_of_steps_are_told_in_a_row() -> None:
    told = details({"a": {"steps": [5, 10]}, "b": {"steps": [5, 20]}, "c": {"steps": 1}})
    assert told["a"] == "5, 10 steps"
    assert told["c"] == "1 step"


def test_the_picture_of_a_chart_shows_its_lines() -> None:
    picture = chart_portrait(chart("t"))
    assert picture.shape == (192, 192, 1)
    dark = np.argwhere(picture[..., 0] < 128)
    # from lower left to upper right; the value 0 has no place on a logarithmic axis
    assert dark[dark[:, 1] < 60, 0].mean() > dark[dark[:, 1] > 130, 0].mean()
    assert chart_portrait(Chart("t", Axis("x"), Axis("y"))).min() == 255
