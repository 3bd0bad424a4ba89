"""A model learns points in the window: its samples and its loss appear, are found again, and it is sampled with."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import form_of, turned
from tests.journeys.window import Window
from widgets.fields.line import Histogram
from widgets.fields.particles import Particles
from workbench.pages.points_views.training import TrainingView
from workbench.workspaces.points import Points

QUICK = {"steps": 6, "batch": 32, "name": "mine"}


def trained(window: Window, qtbot: QtBot, **values: object) -> str:
    """Turn to the task by its tab, fill the form and press Train; gives the run once it is over."""
    qtbot.mouseClick(window.top.tabs.button("points"), Qt.MouseButton.LeftButton)
    window.navigator.choose_task("train-points")
    form = window.panel.form
    assert form is not None
    form.set_values({**QUICK, **values})
    window.panel.changed.emit()
    with qtbot.waitSignal(window.desk.queue.job_finished, timeout=SOON) as ended:
        qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    return str(ended.args[0])


@pytest.mark.parametrize(("data", "layer"), [("ring", Particles), ("claw", Histogram)])
def test_samples_and_loss_appear_and_are_found_again(qtbot: QtBot, opened: Opener, data: str, layer: type) -> None:
    """On the plane as dots, on a line as a histogram."""
    window = opened()
    view = window.spaces.find(Points).sheet.view_of(TrainingView)
    run = trained(window, qtbot, data={"name": data})
    qtbot.waitUntil(lambda: "after step 6" in view.field.accessibleDescription(), timeout=SOON)
    assert window.spaces.find(Points).sheet.view is view
    assert isinstance(view.field.layer("samples"), layer)
    noised = [field.accessibleName().partition(", noised to t ")[2] for field in view.panels.fields]
    assert noised == [view.bar.words.text().split()[1]] * 2, "the titles say what noise the clouds have"
    assert "data (1,000 fresh points)" in view.panels.fields[1].accessibleName()
    view.bar.choose_level(1_000)
    assert not any("noised" in field.accessibleName() for field in view.panels.fields)
    assert window.desk.library.thumbnail(run)
    window.navigator.close_run()
    assert "Press Train" in view.field.accessibleDescription()
    window.navigator.load(run)
    qtbot.waitUntil(lambda: "after step 6" in view.field.accessibleDescription(), timeout=SOON)
    assert "data (1,000 fresh points)" in view.panels.fields[1].accessibleName(), "its file says so too"
    # and the model goes into the form of the task that samples points
    window.navigator.choose_model("mine")
    assert window.panel.task == "sample-points"
    assert window.panel.values()["prior"] == "mine"


def test_what_is_learnt_and_by_which_loss_is_in_sight(qtbot: QtBot, opened: Opener) -> None:
    """Prediction and objective are what a training of points is about: they are not folded away."""
    window = opened()
    turned(window, qtbot)
    window.panel.task_chosen.emit("train-points")
    form = form_of(window)
    for name in ("prediction", "objective"):
        row = form.row(name)
        assert row is not None
        assert row.isVisible()
