"""Blur, method comparison, table; and a folder with three pictures, one broken, and its table."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from engines.data.digits import digits
from engines.inverse.base import methods
from tests.journeys.conftest import SOON, Opener
from workbench.controllers.guidance import ACTION as GUIDANCE
from workbench.controllers.laboratory import OPEN as LABORATORY
from workbench.library.records import State
from workbench.pages.images_page import Mode
from workbench.window import MainWindow
from workbench.workspaces.images import Images

BLUR = {"model": "digits", "degradation": {"name": "gaussian-blur", "width": 1.0}, "steps": 4}


@pytest.fixture
def digit(tmp_path: Path) -> Path:
    data, file = digits(), tmp_path / "seven.png"
    Image.fromarray(data.images[data.test[0], 0]).save(file)
    return file


def finished(window: MainWindow, qtbot: QtBot) -> str:
    """Wait until the run on the stage is done, and all of its pictures are there; its id."""
    run, page = window.desk.stage.run, window.spaces.find(Images).canvas.table
    qtbot.waitUntil(lambda: window.desk.library.run(run).state is State.DONE, timeout=SOON)
    qtbot.waitUntil(lambda: sum(tile.row >= 0 for tile in page.tiles) == sum(bool(row[3]) for row in page.table.rows),
                    timeout=SOON)
    return run


def test_a_blurred_digit_is_restored_by_every_method_and_one_is_taken_over(qtbot: QtBot, opened: Opener, digit: Path,
                                                                           tmp_path: Path) -> None:
    window = opened()
    space, form = window.spaces.find(Images), window.panel.forms["restore"]
    window.navigator.choose_task("generate")
    button = "run.restore-methods"
    assert button in space.tables.out_of_place(), "beside Generate there is nothing to compare"
    space.picture.open(digit)
    window.navigator.choose_task("restore")
    assert not space.tables.out_of_place()
    form.set_values({"degradation": {"name": "mask"}})
    window.panel.changed.emit()
    assert space.tables.out_of_place() == {GUIDANCE, LABORATORY, "run.branch"}, "the tools of the mask need the room"
    form.set_values(BLUR)
    window.panel.changed.emit()
    window.desk.actions[button].trigger()
    qtbot.waitUntil(lambda: space.canvas.mode is Mode.TABLE, timeout=SOON)
    page = space.canvas.table
    assert len(page.table.rows) == len(methods()), "every method has a row before the first is done"
    run = finished(window, qtbot)
    assert window.panel.task == "restore", "the form stays where it is"
    restored = window.desk.library.run(run).metrics["methods"]
    qtbot.waitUntil(lambda: sum(bool(row[1]) for row in page.table.rows) == restored, timeout=SOON)
    figures = [float(row[1].replace("−", "-")) for row in page.table.rows if row[1]]
    assert figures == sorted(figures, reverse=True)
    assert any("pastes known pixels" in row[-1] for row in page.table.rows)
    assert [tile.caption for tile in page.tiles[:2]] == ["As it was", "As measured"]
    assert page.tiles[2].caption.startswith(f"{figures[0]:.2f} · ")
    page.picked.emit(1)
    taken = window.panel.forms["restore"].values()
    assert methods()[taken["method"]["name"]].listed() == page.table.rows[1][0]
    window.desk.history.undo()
    assert window.panel.forms["restore"].values()["method"]["name"] == "dps"
    file = window.desk.queue.live(run).file("table")
    space.tables.write(file, tmp_path / "out.csv")
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()))
    assert len(rows) == len(methods())
    assert float(rows[0]["psnr"]) == pytest.approx(figures[0], abs=0.005)
    assert space.leave(), "Escape puts the table away"
    assert space.canvas.mode is Mode.PAIR
    window.navigator.show_run(run)
    qtbot.waitUntil(lambda: space.canvas.mode is Mode.TABLE and len(page.tiles) > 2, timeout=SOON)
    assert [row[0] for row in page.table.rows[:1]] == [rows[0]["title"]], "the library has it"


def test_a_folder_with_a_broken_picture_ends_in_a_table(qtbot: QtBot, opened: Opener, digit: Path,
                                                        tmp_path: Path) -> None:
    folder = tmp_path / "three"
    folder.mkdir()
    for name in ("a.png", "c.png"):
        (folder / name).write_bytes(digit.read_bytes())
    (folder / "b.png").write_bytes(b"broken")
    (tmp_path / "three restored").mkdir()
    window = opened()
    space = window.spaces.find(Images)
    window.navigator.choose_task("restore")
    window.panel.forms["restore"].set_values({**BLUR, "method": {"name": "ddnm"}})
    window.panel.changed.emit()
    (task,) = (task for task in space.tasks if task.gathers and task.takes("folder"))
    space.tables.start_in(task, folder)
    assert window.status.sentence == "Restore folder three by DDNM: results go to “three restored 2” beside it"
    qtbot.waitUntil(lambda: space.canvas.mode is Mode.TABLE, timeout=SOON)
    finished(window, qtbot)
    page = space.canvas.table
    assert [row[0] for row in page.table.rows] == ["a.png", "b.png", "c.png"]
    assert "b.png" in page.table.rows[1][-1]
    assert not page.table.rows[1][3]
    results = sorted((tmp_path / "three restored 2").iterdir())
    assert [file.name for file in results] == ["a-restored.png", "c-restored.png"]
    assert np.asarray(Image.open(results[0])).shape == (28, 28)
    assert {file.name for file in folder.iterdir()} == {"a.png", "b.png", "c.png"}
    assert not list((tmp_path / "three restored").iterdir())
