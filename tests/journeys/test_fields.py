"""Journeys through the fields of the form: keys of the window count there, and what cannot run is marked at once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QFileDialog, QLabel, QLineEdit, QSlider
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.test_images import fill, press_run
from tests.journeys.window import Window
from widgets.options.rows import FormRow

CTRL = Qt.KeyboardModifier.ControlModifier


def class_row(window: Window) -> FormRow:
    """The row of the classes to draw."""
    form = window.panel.form
    assert form is not None
    row = form.row("label")
    assert row is not None
    return row


def class_field(window: Window) -> QComboBox:
    """The field of the classes to draw."""
    control = class_row(window).editor.focusProxy()
    assert isinstance(control, QComboBox)
    control.setCompleter(None)  # pyright: ignore[reportArgumentType]  # the offscreen platform has no pop-ups
    return control


def test_keys_of_the_window_count_inside_a_field(qtbot: QtBot, opened: Opener) -> None:
    """Ctrl+E exports from the Class field though X11 has a use for it; Ctrl+C and letters stay the field's."""
    window = opened()
    fill(window, "generate", {"steps": 2, "count": 1})
    press_run(qtbot, window)
    field = class_field(window)
    field.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is field)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_E, CTRL)
    qtbot.waitUntil(lambda: window.findChild(QFileDialog) is not None)
    window.findChildren(QFileDialog)[0].close()
    qtbot.waitUntil(lambda: window.findChild(QFileDialog) is None)
    field.setFocus()
    line = field.lineEdit()
    assert isinstance(line, QLineEdit)
    line.selectAll()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_3)
    assert line.text() == "3"
    line.selectAll()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_C, CTRL)
    assert QApplication.clipboard().text() == "3"


def test_letters_in_a_number_are_keys_of_the_window(qtbot: QtBot, opened: Opener) -> None:
    """Type a guidance, press B, and the branch has it; e belongs to 1e1."""
    window = opened()
    fill(window, "generate", {"steps": 3, "count": 1})
    first = press_run(qtbot, window)
    window.desk.stage.move(1)
    form = window.panel.form
    assert form is not None
    row = form.row("guidance")
    assert row is not None
    line = next(field for field in row.editor.findChildren(QLineEdit))
    line.setFocus()
    line.selectAll()
    for key in (Qt.Key.Key_1, Qt.Key.Key_E, Qt.Key.Key_1, Qt.Key.Key_B):
        QTest.keyClick(window.windowHandle(), key)
    qtbot.waitUntil(lambda: window.desk.stage.run not in {"", first})
    assert line.text() == "1e1"
    assert window.desk.library.run(window.desk.stage.run).options["guidance"] == 10
    qtbot.waitUntil(lambda: not window.desk.queue.alive(), timeout=SOON)


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_leaves_the_field(qtbot: QtBot, opened: Opener, key: Qt.Key) -> None:
    """What is typed after Enter moves through the steps instead of going into the field."""
    window = opened()
    field = class_field(window)
    field.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is field)
    QTest.keyClick(window.windowHandle(), key)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not field)


def test_after_a_dialog_no_button_has_the_keyboard_where_none_had_it(qtbot: QtBot, opened: Opener) -> None:
    """A run leaves the field that it was typed in; Space would press a button instead of playing the steps."""
    window = opened()
    field = class_field(window)
    field.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is field)
    window.fields.leave()
    dialog = QDialog(window)
    dialog.open()
    qtbot.waitUntil(dialog.isActiveWindow)
    dialog.close()
    window.activateWindow()  # the offscreen platform leaves that to us
    qtbot.waitUntil(window.isActiveWindow)
    assert QApplication.focusWidget() is window


def test_a_class_that_the_model_does_not_know_is_marked_while_it_is_typed(qtbot: QtBot, opened: Opener) -> None:
    """The field has the colour of errors and the sentence stands under Run, until it is a class again."""
    window = opened()
    window.navigator.choose_task("generate")
    field, row, line = class_field(window), class_row(window), class_field(window).lineEdit()
    assert line is not None
    line.selectAll()
    qtbot.keyClicks(line, "/tmp/e/w.png")
    assert row.problem().startswith("Class “/tmp/e/w.png” is not one of this model’s")
    assert field.property("error") is True
    assert row.problem() in field.toolTip().replace("\n", " ")
    assert row.problem() in field.accessibleDescription()
    assert window.panel.trouble.sentence == row.problem()
    line.selectAll()
    qtbot.keyClicks(line, "7")
    assert row.problem() == ""
    assert field.property("error") is False
    assert row.problem() == window.panel.trouble.sentence == window.panel.trouble.text() == ""


@pytest.mark.parametrize("size", [(1280, 800), (1440, 900)])
def test_what_is_wrong_with_a_field_moves_nothing(qtbot: QtBot, opened: Opener, size: tuple[int, int]) -> None:
    """No other field and no button, whether the form scrolls or not; another task has its own trouble."""
    window = opened()
    window.resize(*size)
    window.navigator.choose_task("inpaint")
    rows = [row.editor for row in window.panel.forms["inpaint"].findChildren(FormRow)]
    things = [window.panel.run, *rows]

    def places() -> list[tuple[bool, int]]:
        for _ in range(5):
            QApplication.processEvents()
        return [(thing.isVisible(), thing.mapTo(window, QPoint(0, 0)).y()) for thing in things]

    before = places()
    form = window.panel.form
    assert form is not None
    row = form.row("steps")
    assert row is not None
    line = row.editor.findChildren(QLineEdit)[0]
    line.selectAll()
    qtbot.keyClicks(line, "5000000")
    assert window.panel.trouble.sentence == row.problem() != ""
    assert window.panel.trouble.text()
    assert places() == before
    window.navigator.choose_task("generate")
    assert window.panel.trouble.sentence == ""
    window.navigator.choose_task("inpaint")
    assert window.panel.trouble.sentence == row.problem()


def test_undo_is_the_fields_only_while_there_is_something_typed(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    done = list[str]()
    window.desk.history.push("Something", lambda: done.append("undone"), lambda: done.append("redone"))
    field = class_field(window)
    field.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is field)
    line = field.lineEdit()
    assert isinstance(line, QLineEdit)
    before = line.text()
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Z, CTRL)
    assert done == ["undone"]
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_7)
    assert line.text() != before
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Z, CTRL)
    assert (line.text(), done) == (before, ["undone"])


def test_undo_shows_the_form_that_it_changes_and_calls_the_option_by_its_title(qtbot: QtBot, opened: Opener) -> None:
    """Also where the form of another task is shown by now; redo too."""
    window = opened()
    actions = window.desk.actions
    window.navigator.choose_task("generate")
    line = class_field(window).lineEdit()
    assert line is not None
    line.selectAll()
    qtbot.keyClicks(line, "3")
    assert actions["edit.undo"].text() == "Undo change class"
    window.navigator.defaults()
    window.navigator.choose_task("inpaint")
    actions["edit.undo"].trigger()
    assert window.panel.task == "generate"
    assert window.panel.values()["label"] == "3"
    window.navigator.choose_task("inpaint")
    actions["edit.undo"].trigger()
    assert (window.panel.task, window.panel.values()["label"]) == ("generate", "each")
    window.navigator.choose_task("edit")
    actions["edit.redo"].trigger()
    assert (window.panel.task, window.panel.values()["label"]) == ("generate", "3")


def test_guidance_is_grey_where_no_class_is_asked_for(opened: Opener) -> None:
    """It says why, on the number and on the slider; a class gives it back."""
    window = opened()
    for task in ("generate", "edit", "inpaint"):
        fill(window, task, {"label": "free"})
        form = window.panel.forms[task]
        row = form.row("guidance")
        assert row is not None
        names = list(form.values())
        assert names.index("guidance") == names.index("label") + 1
        assert not row.editor.isEnabled()
        assert all("choose a class" in control.toolTip() for control in row.editor.findChildren(QSlider))
        fill(window, task, {"label": "3"})
        assert row.editor.isEnabled()
        assert not any("choose a class" in control.toolTip() for control in row.editor.findChildren(QSlider))


def test_more_moves_than_steps_are_told_where_the_steps_are(qtbot: QtBot, photographed: Window) -> None:
    """In the field while they are chosen, and under the pointer where the time line counts them."""
    window = photographed
    row = window.panel.forms["inpaint"].row("steps")
    assert row is not None
    note = row.editor.findChildren(QLabel)[0]
    fill(window, "inpaint", {"steps": 6, "method": {"name": "repaint", "jump": 2, "resample": 3}})
    press_run(qtbot, window)
    total = window.desk.stage.last
    assert total > 6
    assert note.text() == f"{total} with resampling"
    assert not note.isHidden()
    assert window.timeline.scrubber.readout.toolTip() == f"6 steps, {total} with resampling"
    fill(window, "inpaint", {"method": {"name": "repaint", "jump": 2, "resample": 1}})
    assert note.isHidden()
    press_run(qtbot, window)
    assert window.timeline.scrubber.readout.toolTip() == ""


def test_a_crop_of_0_says_what_it_means(opened: Opener) -> None:
    window = opened()
    fill(window, "inpaint", {"crop_side": 0})
    row = window.panel.forms["inpaint"].row("crop_side")
    assert row is not None
    unit = row.editor.findChild(QLabel)
    assert unit.text() == "chosen by itself"
    fill(window, "inpaint", {"crop_side": 20})
    assert unit.text() == "px"
