"""Points are left for another workspace, whatever that shows, and found again as they were."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import filled, run, turned
from tests.journeys.test_images import fill, press_run
from tests.journeys.test_points_runs import beside
from workbench.library.records import State
from workbench.workspaces.points import Points


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
    qtbot.waitUntil(lambda: len(plots.distance._curves) == 2 and not points.table.store.busy, timeout=SOON)
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


def test_a_run_of_pictures_that_comes_back_late_is_not_on_the_canvas_of_points(qtbot: QtBot, opened: Opener) -> None:
    """Whoever turns to Points while it is read sees the data there, and the run once Images is shown again."""
    window = opened()
    fill(window, "generate", {"steps": 2, "count": 1})
    run_of_pictures = press_run(qtbot, window)
    window.close()
    again = opened()
    stage = again.desk.stage
    again.navigator.turn_to("points")
    qtbot.waitUntil(lambda: not stage.awaited and again.desk.queue.live(run_of_pictures) is not None, timeout=SOON)
    assert stage.live is None
    field = again.spaces.find(Points).field_page.fields[0]
    qtbot.waitUntil(lambda: field.layer("density") is not None, timeout=SOON)
    again.navigator.turn_to("images")
    assert stage.run == run_of_pictures
