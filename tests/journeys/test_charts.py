"""A sweep and a study in the window: charts that grow, are read, exported and found again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.window import Window
from workbench.library.records import NewRun, State
from workbench.pages.points_views.charts import Charts
from workbench.parts import IconButton
from workbench.running.thumbnail import thumbnail
from workbench.workspaces.points import Points

QUICK = {"samplers": "ddim", "steps": [2, 4], "repeats": 1, "count": 50}


def charts(window: Window) -> Charts:
    return window.spaces.find(Points).sheet.view_of(Charts)


def run(window: Window, qtbot: QtBot, task: str, **values: object) -> str:
    """Choose a task of points, fill its form, press its button, and wait for the end."""
    window.navigator.choose_task(task)
    form = window.panel.form
    assert form is not None
    form.set_values(values)
    window.panel.changed.emit()
    with qtbot.waitSignal(window.desk.queue.job_finished, timeout=SOON) as ended:
        qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.navigator.follower.caught_up, timeout=SOON)
    name = str(ended.args[0])
    assert window.desk.queue.job(name).state is State.DONE
    return name


def test_a_sweep_draws_its_chart_and_it_is_read_and_exported(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened()
    run(window, qtbot, "sweep", **QUICK)
    view = charts(window)
    assert window.spaces.find(Points).sheet.view is view
    qtbot.waitUntil(lambda: len(view.board.shown()) == 1 and len(view.board.shown()[0].lines) == 2, timeout=SOON)
    (tile,) = view.board.tiles
    assert tile.isVisible()
    assert [line.name for line in view.board.shown()[0].lines] == ["DDIM", "Exact samples"]
    tile.setFocus()
    qtbot.keyClick(tile, Qt.Key.Key_End)
    assert tile.reading == 4
    _read_in_the_docks(window, qtbot, view)
    for kind, start in (("csv", b"series,role"), ("png", b"\x89PNG"), ("svg", b"<?xml")):
        view.board.exported.emit(view.board.shown()[0].title, kind)
        dialog = window.findChild(QFileDialog)
        assert dialog is not None
        assert Path(dialog.selectedFiles()[0]).name == f"Ring of blobs, {view.board.shown()[0].title}.{kind}"
        dialog.fileSelected.emit(str(tmp_path / f"chart.{kind}"))
        dialog.close()
        qtbot.waitUntil(lambda: window.findChild(QFileDialog) is None, timeout=SOON)
        assert (tmp_path / f"chart.{kind}").read_bytes().startswith(start)
    assert "data Ring of blobs · denoiser exact" in (tmp_path / "chart.svg").read_text(encoding="utf-8")


def _read_in_the_docks(window: Window, qtbot: QtBot, view: Charts) -> None:
    """In place of steps there are the values, in place of curves what is off the exact; nothing is offered in vain."""
    assert window.timeline.pages.currentWidget() is view.values
    assert window.plots.pages.currentWidget() is view.difference
    assert view.values.table.xs == [2, 4]
    assert view.values.table.currentIndex().row() == 1
    window.desk.actions["step.previous"].trigger()
    assert view.board.tiles[0].reading == 2
    strip = window.spaces.find(Points).sheet.strip
    shown = {button.does for button in strip.findChildren(IconButton) if not button.isHidden()}
    assert "points.lessons" in shown
    assert not {"run.branch", "run.compare"} & shown
    window.desk.actions["run.branch"].trigger()
    assert window.status.sentence.startswith("A chart has no states to branch from")
    window.desk.actions["run.compare"].trigger()
    assert not window.desk.actions["run.compare"].isChecked()


def test_charts_come_back_with_their_run_and_particles_with_theirs(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    study = run(window, qtbot, "study", study={"name": "gradient-flow"})
    view, points = charts(window), window.spaces.find(Points)
    qtbot.waitUntil(lambda: len(view.board.shown()) == 2, timeout=SOON)
    run(window, qtbot, "sample-points", steps=3, count=50)
    assert points.sheet.view is not view
    assert window.timeline.pages.currentIndex() == 0
    window.navigator.load(study)
    qtbot.waitUntil(lambda: points.sheet.view is view and len(view.board.shown()) == 2, timeout=SOON)
    assert view.board.shown()[0].title == "Distance to the flow"


def test_a_sampler_that_does_not_exist_is_named_and_nothing_runs(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    window.navigator.choose_task("sweep")
    form = window.panel.form
    assert form is not None
    form.set_values({"samplers": "ddim, eular"})
    window.panel.changed.emit()
    qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    assert not window.desk.queue.alive()
    assert "Sampler “eular” is not known" in window.bar.sentence


def test_without_a_chart_there_is_nothing_to_export(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    window.navigator.choose_task("sweep")
    window.desk.actions["file.export_chart"].trigger()
    assert window.findChild(QFileDialog) is None
    assert "run a sweep or a study first" in window.bar.sentence


def test_a_list_that_looks_while_a_picture_is_written_shows_it_afterwards(opened: Opener,
                                                                          monkeypatch: pytest.MonkeyPatch) -> None:
    """A run of charts gets one picture, at its end, and the list is drawn thirty times a second meanwhile."""
    window = opened()
    library = window.desk.library
    library.add(NewRun("a", "Study", "study", "{}", {}))
    window.library.refresh()
    written = library._put

    def looked_at(run: str, column: str, value: object) -> None:
        library.set_progress(run, 1, 2, 0.0)
        window.library.refresh()
        assert window.run_list.rows[0].thumbnail is None
        written(run, column, value)
        window.library.refresh()

    monkeypatch.setattr(library, "_put", looked_at)
    library.set_thumbnail("a", thumbnail([np.full((4, 4, 1), 200, np.uint8)]))
    window.library.refresh()
    shown = window.run_list.rows[0].thumbnail
    assert shown is not None
    assert shown.pixelColor(shown.rect().center()) == QColor(200, 200, 200)
