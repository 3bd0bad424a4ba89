"""Journeys about the form: it follows the run that is opened, suits its model, and bad options never become a run."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engines.recipe import Recipe
from tests.engines.small import save_small
from tests.journeys.test_images import SOON, Opener, fill, finished, press_run
from tests.journeys.test_messages import press
from workbench.window import MainWindow


def add_tiny(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    """Open a model with classes a, b and c, and wait until it is offered."""
    window.drop.open(save_small(folder))
    qtbot.waitUntil(lambda: "tiny" in [row.key for row in window.model_list.rows], timeout=SOON)


def test_an_opened_run_fills_the_form_and_undo_brings_it_back(qtbot: QtBot, opened: Opener) -> None:
    """What made a run is in the form once the run is on the canvas, also when the palette opened it."""
    window = opened()
    fill(window, "generate", {"steps": 3, "count": 2, "label": "4", "seed": 21})
    first = press_run(qtbot, window)
    fill(window, "generate", {"steps": 2, "count": 1, "label": "free", "seed": 5})
    press_run(qtbot, window)
    fill(window, "inpaint", {"steps": 7})
    window.navigator.choose_task("inpaint")
    window.help.palette.chosen.emit(f"run:{first}")
    qtbot.waitUntil(lambda: window.desk.stage.run == first and window.desk.stage.recorded, timeout=SOON)
    assert window.panel.task == "generate"
    values = window.panel.values()
    assert [values[name] for name in ("steps", "count", "label", "seed")] == [3, 2, "4", 21]
    window.desk.actions["edit.undo"].trigger()
    values = window.panel.values()
    assert [values[name] for name in ("steps", "count", "label", "seed")] == [2, 1, "free", 5]
    assert window.desk.stage.run == first


def test_a_class_the_model_does_not_know_never_becomes_a_run(qtbot: QtBot, opened: Opener) -> None:
    """Run, queue and branch refuse it with the words of the menu; nothing is put into the library."""
    window = opened()
    fill(window, "generate", {"steps": 4, "count": 1, "label": "3"})
    run = press_run(qtbot, window)
    window.desk.stage.move(2)
    window.panel.forms["generate"].set_values({"label": "cat"})
    for action in ("run.start", "run.queue", "run.branch"):
        window.bar.dismiss()
        window.desk.actions[action].trigger()
        assert "Class “cat” is not one of this model’s; choose “each”, “free” or from: 0, 1" in \
            window.bar.sentence
    assert [found.id for found in window.desk.library.runs()] == [run]
    assert not window.desk.queue.alive()
    assert window.desk.stage.run == run


def test_another_model_takes_a_class_it_knows(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    """A class of the model before gives way to “each in turn”, and undo brings model and class back."""
    window = opened()
    add_tiny(qtbot, window, tmp_path)
    fill(window, "generate", {"steps": 2, "count": 2, "label": "7"})
    window.navigator.choose_model("tiny")
    assert window.panel.values()["label"] == "each"
    assert window.status.sentence == "tiny knows no class “7”; Class is “each in turn” now"
    window.desk.actions["edit.undo"].trigger()
    assert (window.panel.values()["model"], window.panel.values()["label"]) == ("digits", "7")
    window.navigator.sample_from("tiny")
    finished(qtbot, window)
    assert window.images.grid.count == 2
    assert window.desk.stage.live is not None
    assert window.desk.stage.live.samples is not None
    assert window.desk.stage.live.samples.shape == (2, 1, 8, 8)


def test_a_branch_keeps_its_model(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    """Options meant for another model are not mixed into the run: the bar says so and offers to branch without."""
    window = opened()
    add_tiny(qtbot, window, tmp_path)
    fill(window, "generate", {"steps": 4, "count": 1, "label": "3"})
    run = press_run(qtbot, window)
    window.desk.stage.move(2)
    fill(window, "generate", {"model": "tiny", "label": "b"})
    qtbot.keyClick(window, Qt.Key.Key_B)
    assert "keeps its run’s model “digits”" in window.bar.sentence
    assert [found.id for found in window.desk.library.runs()] == [run]
    press(qtbot, window, "Branch without the form")
    qtbot.waitUntil(lambda: window.desk.stage.run not in {"", run}, timeout=SOON)
    finished(qtbot, window)
    child = window.desk.library.run(window.desk.stage.run)
    assert (child.options["model"], child.options["label"]) == ("digits", "3")


def test_a_recipe_that_names_a_models_file_shows_the_model(opened: Opener) -> None:
    """By its name and with its classes; one that is gone for now keeps the class that was chosen."""
    window = opened()
    file = save_small(window.desk.library.home.models)
    window.desk.models_changed()
    form, recipe = window.panel.forms["generate"], {"steps": 3, "label": "each"}
    window.navigator.fill(Recipe("generate", {**recipe, "model": str(file)}))
    values = window.panel.values()
    assert (values["model"], values["label"]) == ("tiny", "each")
    label = form.row("label")
    assert label is not None
    assert label.editor.control.findData("b") >= 0  # pyright: ignore
    file.rename(file.with_suffix(".gone"))
    window.desk.models_changed()
    values = window.panel.values()
    assert (values["model"], values["label"]) == ("tiny", "each")
