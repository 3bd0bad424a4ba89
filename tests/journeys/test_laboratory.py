"""The posterior laboratory from both workspaces: one action, a run, its overview, and the ranking as CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.test_images import press_run
from tests.journeys.window import Window
from widgets.charts.board import FRONT
from workbench.controllers.chart_export import KINDS
from workbench.controllers.laboratory import OPEN
from workbench.library.records import State
from workbench.pages.points_views.charts import Charts
from workbench.workspaces.points import Points

CHARTS = ("Samples of", "Coverage of", "Weights of modes by")
SMALL = {"wanted": "tikhonov, dps", "steps": 5, "draws": 1, "count": 50}


def study(window: Window) -> dict[str, Any]:
    """What the form says of the study."""
    form = window.panel.form
    assert form is not None
    return cast("dict[str, Any]", form.values()["study"])


def prior(window: Window) -> str:
    """The name of its prior."""
    return str(study(window)["prior"]["name"])


def test_from_pictures_it_opens_with_patches_and_ranks_methods(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened()
    window.navigator.choose_workspace("images")
    window.desk.actions[OPEN].trigger()
    assert window.navigator.workspace == "points"
    assert window.panel.task == "study"
    assert prior(window) == "patches"
    form = window.panel.form
    assert form is not None
    window.panel.put(form, {"study": {**study(window), **SMALL}})
    with qtbot.waitSignal(window.desk.queue.job_finished, timeout=SOON) as ended:
        window.panel.run.click()
    assert ended.args
    assert window.desk.queue.job(str(ended.args[0])).state is State.DONE
    view = window.spaces.find(Points).sheet.view_of(Charts)
    qtbot.waitUntil(lambda: view.board.choice.currentText() == FRONT, timeout=SOON)

    def shown() -> list[str]:
        return [sheet.title for sheet in view.board.shown()]

    # the run is over before all that it made is shown
    qtbot.waitUntil(lambda: len(view.board.panel.table.text().splitlines()) == 5, timeout=SOON)
    best, other = (row for row in view.board.panel.table.text().splitlines()[1:3])
    first, second = best.split("\t")[0], other.split("\t")[0]
    assert shown() == ["Ranking", *(f"{what} {first}" for what in CHARTS)]
    view.board.panel.table.setFocus()
    qtbot.keyClick(view.board.panel.table, Qt.Key.Key_Down)
    assert shown() == ["Ranking", *(f"{what} {second}" for what in CHARTS)]
    assert view.kept["row"] == second
    window.spaces.find(Points).charts.write("Ranking", tmp_path / "ranking.csv", KINDS["csv"])
    lines = (tmp_path / "ranking.csv").read_text().splitlines()
    assert lines[0].startswith("Method,Energy,Bias,Spread,Covar.,Modes,Coverage gap,Calls,Seconds")
    assert len(lines) == 5
    run = window.desk.stage.run
    window.navigator.choose_task("sample-points")
    press_run(qtbot, window)
    assert window.desk.stage.run != run
    window.navigator.choose_workspace("images")
    window.desk.actions[OPEN].trigger()
    # what it found last is there again
    qtbot.waitUntil(lambda: window.desk.stage.run == run and shown()[:1] == ["Ranking"], timeout=SOON)
    qtbot.waitUntil(lambda: prior(window) == "patches", timeout=SOON)


def test_from_points_it_opens_with_the_plane_and_keeps_what_is_in_its_form(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    window.navigator.choose_workspace("points")
    press_run(qtbot, window)
    window.desk.actions[OPEN].trigger()
    assert prior(window) == "plane"
    assert not window.desk.stage.run, "what was sampled is none of the laboratory's"
    form = window.panel.form
    assert form is not None
    window.panel.put(form, {"study": {**study(window), "noise": 0.7}})
    window.desk.actions[OPEN].trigger()
    assert study(window)["noise"] == 0.7
    window.desk.actions["edit.undo"].trigger()
    qtbot.waitUntil(lambda: study(window)["name"] != "posterior", timeout=SOON)


def test_a_ranking_that_is_stopped_keeps_what_was_done(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    window.navigator.choose_workspace("points")
    window.desk.actions[OPEN].trigger()
    form = window.panel.form
    assert form is not None
    long = {**SMALL, "wanted": "tikhonov, ddrm, dps, tds", "steps": 60, "count": 400}
    window.panel.put(form, {"study": {**study(window), **long}})
    view = window.spaces.find(Points).sheet.view_of(Charts)
    with qtbot.waitSignal(window.desk.queue.job_finished, timeout=SOON) as ended:
        window.panel.run.click()
        qtbot.waitUntil(lambda: view.board.panel.sheet is not None, timeout=SOON)
        window.desk.queue.cancel(window.desk.queue.alive()[0].id)
    assert ended.args
    assert window.desk.queue.job(str(ended.args[0])).state is State.CANCELLED
    assert view.board.panel.table.text().splitlines()[0].startswith("Method\tEnergy")
    assert len(view.board.panel.table.text().splitlines()) > 3
