"""The teacher of a distillation is chosen among the models there are, or as a file, and stays the same one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from engines.model_list import BUNDLED
from engines.recipe import Recipe
from tests.journeys.conftest import SOON, Opener
from tests.journeys.test_pairing import put
from tests.journeys.window import Window
from widgets.options.open_choice import FileEditor

DISTIL = {"objective": {"name": "consistency-distillation"}}
QUICK = {"steps": 2, "batch": 16, "name": "pupil", "preview_every": 0, "validate_every": 0}


def teacher(window: Window) -> FileEditor:
    row = window.panel.form.row("objective.teacher") if window.panel.form else None
    assert row is not None
    assert isinstance(row.editor, FileEditor)
    return row.editor


def offered(editor: FileEditor) -> dict[str, bool]:
    """Whether each model that is offered can be chosen."""
    box = editor.control
    enabled = Qt.ItemFlag.ItemIsEnabled
    return {str(box.itemData(k)): bool(box.model().index(k, 0).flags() & enabled) for k in range(box.count())}



def test_a_teacher_is_chosen_among_the_models_of_points(qtbot: QtBot, opened: Opener) -> None:
    """Of points alone, greyed where the path is another; what is run learnt from the one that is called so then."""
    window = opened()
    put(window, "train-points", {**DISTIL, **QUICK})
    names = offered(teacher(window))
    assert names[""]
    assert names["points-moons"]
    assert "digits" not in names
    put(window, "train-points", {"path": {"name": "straight"}})
    assert not offered(teacher(window))["points-moons"]
    teacher(window).set_value("points-moons")
    window.panel.changed.emit()
    assert "choose the same path, or another teacher" in window.panel.trouble.sentence
    put(window, "train-points", {"path": {"name": "vp-cosine"}})
    assert window.panel.values()["objective"]["teacher"] == "points-moons"
    assert not window.panel.trouble.sentence
    with qtbot.waitSignal(window.desk.queue.job_finished, timeout=SOON) as ended:
        window.runs.start()
    recipe = Recipe.from_json(window.desk.library.recipe(str(ended.args[0])))
    assert list(recipe.fingerprints) == ["points-moons"]


def test_a_file_is_chosen_by_its_button_and_undo_takes_it_back(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    put(window, "train-points", {**DISTIL, **QUICK})
    editor, file = teacher(window), BUNDLED / "points-moons.safetensors"
    editor.button.click()
    (dialog,) = window.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(file))
    dialog.close()
    assert Path(window.panel.values()["objective"]["teacher"]) == file
    window.desk.actions["edit.undo"].trigger()
    assert window.panel.values()["objective"]["teacher"] == ""
