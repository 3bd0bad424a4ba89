"""Points are left for another workspace, whatever that shows, and found again as they were."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import filled, run, turned
from tests.journeys.test_points_runs import beside
from workbench.library.records import State


def test_panels_and_step_come_back_from_a_workspace_with_an_empty_stage(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points = turned(window, qtbot)
    run(window, qtbot, steps=9, count=50)
    beside(window, qtbot, steps=5)
    beside(window, qtbot, steps=3)
    qtbot.waitUntil(lambda: len(points.field_page.fields) == 3, timeout=SOON)
    stage, order = window.desk.stage, points.runs.order
    points.runs.activate(1)
    stage.move(2)
    for name in ("images", "train", "points"):
        window.navigator.turn_to(name)
    qtbot.waitUntil(lambda: points.runs.order == order, timeout=SOON)
    assert (stage.run, stage.index) == (order[1], 2)
    assert window.desk.actions["run.compare"].isChecked()
    window.desk.actions["view.close_run"].trigger()
    for name in ("images", "points"):
        window.navigator.turn_to(name)
        assert stage.live is None, "what was closed stays closed"


def test_a_run_that_diverged_shows_how_it_came_to_that(qtbot: QtBot, opened: Opener) -> None:
    """Its steps, its terms and its distances stay, and can be gone through."""
    window = opened()
    points = turned(window, qtbot)
    filled(window, steps=60, count=50, sampler={"name": "langevin", "size": 10.0})
    with qtbot.waitSignal(window.desk.queue.job_finished, timeout=SOON) as ended:
        window.desk.actions["run.start"].trigger()
    assert ended.args is not None
    assert window.desk.queue.job(str(ended.args[0])).state is State.FAILED
    assert window.bar.sentence.endswith("choose a step size below 2, where it is 10 now.")
    stage, plots = window.desk.stage, points.curves._plots
    qtbot.waitUntil(lambda: len(plots.distance._curves) == 2, timeout=SOON)
    assert plots.distance._curves[0].xs[-1] == stage.last
    stage.move(3)
    assert window.equation.words == "step 3"
    assert window.equation.view.written("noise") != "–"


def test_the_keys_of_copying_copy_the_formula_that_has_the_focus(qtbot: QtBot, opened: Opener) -> None:
    """Elsewhere they copy the picture or the points."""
    window = opened()
    turned(window, qtbot)
    run(window, qtbot, steps=3, count=20)
    view = window.equation.view
    view.setFocus()
    qtbot.waitUntil(view.hasFocus, timeout=SOON)
    QGuiApplication.clipboard().setText("before")
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().startswith(r"\Delta x = ")
