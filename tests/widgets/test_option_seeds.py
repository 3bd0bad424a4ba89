"""A list of seeds in the form: where its mode stands, and the number of samples that follows it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QUndoStack
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from widgets.options.fields import FieldSpec, Kind
from widgets.options.form import OptionForm
from widgets.options.numbers import NumberField
from widgets.options.pickers import SeedEditor, SeedMode

FIELDS = (
    FieldSpec("count", "Count", Kind.INT, 16, 1, 10_000, help="How many samples."),
    FieldSpec("seed", "Seed", Kind.SEED, 7, 0, 2**31 - 1),
    FieldSpec("seeds", "Seed list", Kind.INTS, (), decides="count"),
)


@pytest.fixture
def stack() -> QUndoStack:
    return QUndoStack()


@pytest.fixture
def form(qtbot: QtBot, stack: QUndoStack) -> OptionForm:
    made = OptionForm(stack)
    qtbot.addWidget(made)
    made.set_fields(FIELDS)
    made.resize(304, 200)
    made.show()
    qtbot.waitExposed(made)
    return made


def count(form: OptionForm) -> NumberField:
    """The field of the number of samples."""
    row = form.row("count")
    assert row is not None
    found = row.editor.focusProxy()
    assert isinstance(found, NumberField)
    return found


def seed(form: OptionForm) -> SeedEditor:
    """The editor of the seed."""
    row = form.row("seed")
    assert row is not None
    assert isinstance(row.editor, SeedEditor)
    return row.editor


def choose(form: OptionForm, mode: SeedMode) -> None:
    """Choose a mode in the menu beside the seed."""
    button = seed(form).findChild(QToolButton)
    assert button is not None
    next(a for a in button.menu().actions() if a.text().lower().startswith(mode.value)).trigger()


def test_the_count_follows_the_list_and_is_the_users_again_without_it(form: OptionForm, qtbot: QtBot) -> None:
    """It says why it is greyed; a slip in the list changes nothing yet."""
    field = count(form)
    choose(form, SeedMode.LIST)
    line = seed(form).list.line
    assert form.focusWidget() is line
    line.clear()
    qtbot.keyClicks(line, "5, 5, 9")
    assert (field.text(), field.isEnabled(), form.values()["count"]) == ("3", False, 3)
    assert "3 seeds" in field.toolTip()
    assert "How many samples" in field.toolTip()
    qtbot.keyClicks(line, "-")
    assert (field.text(), field.isEnabled()) == ("3", False)
    choose(form, SeedMode.FIXED)
    assert (field.text(), field.isEnabled(), form.values()["count"]) == ("16", True, 16)
    assert "seeds" not in field.toolTip()


def test_undo_and_recipes_change_list_and_count_together(form: OptionForm, stack: QUndoStack) -> None:
    form.set_values({"count": 2, "seeds": [3, 4]})
    field = count(form)
    assert (field.text(), field.isEnabled()) == ("2", False)
    choose(form, SeedMode.FIXED)
    stack.undo()
    assert (form.values()["seeds"], field.text(), field.isEnabled()) == ((3, 4), "2", False)
    form.set_values({"count": 6, "seeds": ()})
    assert (field.text(), field.isEnabled()) == ("6", True)


def test_the_mode_stands_in_one_place_inside_the_field(form: OptionForm) -> None:
    """The frame of the field does not jump when a list is chosen."""
    editor = seed(form)
    button = editor.findChild(QToolButton)
    assert button is not None

    def places() -> tuple[int, int, int]:
        frame = editor.focusProxy()
        assert frame is not None
        right = button.mapTo(editor, QPoint(button.width(), 0)).x()
        return frame.geometry().left(), frame.geometry().right(), right

    choose(form, SeedMode.LIST)
    QApplication.processEvents()
    listed = places()
    choose(form, SeedMode.FIXED)
    QApplication.processEvents()
    assert places() == listed
    assert listed[2] <= listed[1]


def test_a_number_is_read_as_the_ranges_write_it(form: OptionForm, qtbot: QtBot) -> None:
    field = count(form)
    field.clear()
    qtbot.keyClicks(field, "1,000")
    assert form.values()["count"] == 1000
    assert form.problems() == {}
    field.clear()
    qtbot.keyClicks(field, "10,00")
    assert "1 to 10,000" in form.problems()["count"]


def test_the_first_run_of_a_mode_has_a_new_seed(form: OptionForm) -> None:
    """The field shows what the next run takes, from the choice of the mode on."""
    form.advance_seeds(16)  # a run with seed 7
    choose(form, SeedMode.INCREMENT)
    assert seed(form).value() == 23
    choose(form, SeedMode.INCREMENT)  # again: no run lies between
    assert seed(form).value() == 23
    choose(form, SeedMode.RANDOM)
    first = seed(form).value()
    assert first != 23
    form.advance_seeds(16)
    assert seed(form).value() != first


def test_undo_calls_a_list_of_seeds_a_seed(form: OptionForm, stack: QUndoStack, qtbot: QtBot) -> None:
    choose(form, SeedMode.LIST)
    qtbot.keyClicks(seed(form).list.line, ", 9")
    assert stack.undoText() in {"Change count, seed", "Change seed"}


def test_a_wrong_range_is_told_with_its_remedy(form: OptionForm) -> None:
    """Not that of a wrong list."""
    line = seed(form).list
    for typed, told in (("5-3", "The range 5-3 is turned round; write 3-5."),
                        ("1-20000", "The range 1-20000 has 20,000 numbers; take at most 10,000."),
                        ("3-", "“3-” is no list of whole numbers; separate them by commas.")):
        line.control.setText(typed)
        assert line.problem() == told


def test_any_seed_that_the_option_takes_may_be_drawn_and_none_beyond(form: OptionForm,
                                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    """The largest too; counting on from it begins again at 0."""
    bounds = list[int]()
    monkeypatch.setattr("random.randrange", lambda end: bounds.append(end) or end - 1)
    choose(form, SeedMode.RANDOM)
    assert bounds == [2**31]
    assert seed(form).value() == 2**31 - 1
    choose(form, SeedMode.INCREMENT)
    seed(form).advance(3)
    assert seed(form).value() == 2
    with pytest.raises(ValueError, match="The seed “seed” has no largest value"):
        SeedEditor(FieldSpec("seed", "Seed", Kind.SEED))
