"""Guidance in the window: a classifier is trained and guides, and one click charts every kind by its scale."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.window import Window
from workbench.library.records import State
from workbench.pages.images_page import Mode
from workbench.pages.points_views.charts import Charts
from workbench.pages.train_page import Page
from workbench.workspaces.points import Points

RING = {"name": "ring", "modes": 3, "spread": 0.3}
QUICK = {"subject": "points", "data": RING, "steps": 40, "batch": 32, "validate_every": 20, "name": "rings"}


def ended(window: Window, qtbot: QtBot) -> None:
    """Wait for the end of all runs, of which none failed."""
    queue = window.desk.queue
    qtbot.waitUntil(lambda: bool(queue.jobs()) and not queue.alive(), timeout=SOON)
    assert [job.sentence for job in queue.jobs() if job.state is State.FAILED] == []


def test_a_classifier_is_trained_in_train_and_guides_points(qtbot: QtBot, opened: Opener) -> None:
    """Its accuracy is charted while it learns; one button draws samples that it pulls; it stands in the list."""
    window = opened()
    space, panel = window.train_space, window.panel
    window.navigator.choose_task("train-classifier")
    panel.put(panel.forms["train-classifier"], QUICK)
    qtbot.mouseClick(panel.run, Qt.MouseButton.LeftButton)
    ended(window, qtbot)
    qtbot.waitUntil(lambda: [sheet.title for sheet in space.board.shown()] == ["Accuracy by noise level"], timeout=SOON)
    assert (space.page, space.board.isVisible()) == (Page.SAMPLES, True)
    assert space.pages.button("samples").text() == "Accuracy"
    assert panel.values()["name"] == "rings-2"
    qtbot.waitUntil(space.timeline.sample.isEnabled, timeout=SOON)
    qtbot.mouseClick(space.timeline.sample, Qt.MouseButton.LeftButton)
    values = panel.values()
    assert (panel.task, values["classifier"], values["guidance"]) == ("sample-points", "rings", 0.0)
    assert (values["label"], values["data"]) == ("each", {**values["data"], **RING})
    ended(window, qtbot)
    window.navigator.choose_task("train")
    assert (space.page, space.pages.button("samples").text()) == (Page.DATA, "Samples")
    window.navigator.choose_task("train-classifier")
    assert space.page is Page.SAMPLES
    window.navigator.choose_task("generate")
    row = panel.forms["generate"].row("classifier_scale")
    assert row is not None
    assert not row.editor.isEnabled() or row.editor.toolTip()


def test_one_click_charts_digits_by_the_scale_of_guidance(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    window.navigator.choose_task("generate")
    panel = window.panel
    panel.put(panel.forms["guidance-scale"], {"count": 20, "steps": 1, "classifier": "", "rescale": 0.0})
    window.desk.actions["run.guidance"].trigger()
    ended(window, qtbot)
    qtbot.waitUntil(lambda: len(window.images.board.shown()) == 3, timeout=SOON)
    assert window.images.mode is Mode.CHARTS
    names = [line.name for line in window.images.board.shown()[0].lines]
    assert names[0] == "CFG by γ"
    assert names[-1] == "Held-out digits"


def test_one_click_charts_points_by_the_scale_of_guidance(qtbot: QtBot, opened: Opener) -> None:
    """Of the data that the form of sampling has."""
    window = opened()
    panel = window.panel
    window.navigator.choose_task("sample-points")
    panel.put(panel.forms["study"], {"study": {"name": "guidance", "count": 50, "steps": 2}})
    panel.put(panel.forms["sample-points"], {"data": RING})
    window.desk.actions["run.guidance"].trigger()
    assert panel.task == "study"
    study = panel.values()["study"]
    assert (study["name"], study["count"], study["data"]["modes"]) == ("guidance", 50, 3)
    ended(window, qtbot)
    board = window.spaces.find(Points).sheet.view_of(Charts).board
    qtbot.waitUntil(lambda: len(board.shown()) == 2, timeout=SOON)


def test_gradients_are_shown_along_the_run_on_the_canvas(qtbot: QtBot, opened: Opener) -> None:
    """With a caption that says whose each is, at every step."""
    window = opened()
    window.navigator.choose_task("generate")
    window.panel.put(window.panel.forms["generate"], {"steps": 3, "count": 2, "label": "3"})
    qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    ended(window, qtbot)
    window.desk.actions["run.gradients"].trigger()
    assert (window.panel.task, window.panel.values()["steps"]) == ("gradients", 3)
    ended(window, qtbot)
    grid = window.images.grid
    qtbot.waitUntil(lambda: grid.count >= 6 and "3 · clean classifier" in [grid.caption(k) for k in range(grid.count)],
                    timeout=SOON)
    assert window.desk.stage.last == 3


def test_an_empty_canvas_says_what_a_task_without_a_picture_does(opened: Opener) -> None:
    """By the word of its own button, not by that of another task."""
    window = opened()
    start = window.images.start
    before = start.sentence
    window.navigator.choose_task("gradients")
    assert start.sentence.startswith("What classifiers pull a digit by")
    assert start.findChild(QPushButton).text() == "Show"
    window.navigator.choose_task("generate")
    assert start.sentence == before


def test_points_play_no_part_where_digits_are_told_apart(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    window.navigator.choose_task("train-classifier")
    form = window.panel.form
    assert form is not None
    row = form.row("data")
    assert row is not None
    for subject, free in (("digits", False), ("points", True), ("digits", False)):
        form.set_values({"subject": subject})
        window.panel.changed.emit()
        assert row.editor.isEnabled() is free
        assert row.rows is not None
        assert all(inner.editor.isEnabled() is free for inner in row.rows.rows.values())
    assert "while Subject is “Digits”" in row.editor.focusProxy().toolTip()
