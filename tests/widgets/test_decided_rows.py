"""Rows that something else decides: what stands there meanwhile, and what they are afterwards."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QUndoStack
from pytestqt.qtbot import QtBot

from widgets.options.fields import FieldSpec, Kind
from widgets.options.form import OptionForm
from widgets.options.rows import FormRow

LOW, HIGH = FieldSpec("low", "Low", Kind.FLOAT, 0.1, 0, 1), FieldSpec("high", "High", Kind.FLOAT, 9.0, 1, 100)
FIELDS = (FieldSpec("path", "Path", Kind.COMPONENT, {"name": "wide", "high": 9.0}, fields_by_choice={
    "wide": (HIGH,), "narrow": (LOW,)}, choices=(("wide", "Wide"), ("narrow", "Narrow"))),)
OWN, OTHER = {"name": "wide", "high": 50.0}, {"name": "narrow", "low": 0.3}
WHY = "The model decides."


@pytest.fixture
def form(qtbot: QtBot) -> OptionForm:
    made = OptionForm(QUndoStack())
    qtbot.addWidget(made)
    made.set_fields(FIELDS)
    made.set_values({"path": OWN})
    return made


def row_of(form: OptionForm, name: str) -> FormRow:
    row = form.row(name)
    assert row is not None
    return row


def test_a_decided_row_shows_another_value_and_keeps_its_own(form: OptionForm) -> None:
    row = row_of(form, "path")
    row.decide(WHY, OTHER)
    low = row_of(form, "path.low")
    assert (row.editor.value(), low.editor.value()) == ("narrow", 0.3)
    assert not row.editor.isEnabled()
    assert not low.editor.isEnabled()
    assert form.values() == {"path": OWN}, "what is recorded and undone is the user’s own"
    row.decide("")
    assert (row.editor.value(), row_of(form, "path.high").editor.value()) == ("wide", 50.0)
    assert row.editor.isEnabled()
    assert row_of(form, "path.high").editor.isEnabled()
    assert form.values() == {"path": OWN}


def test_values_that_are_put_meanwhile_are_its_own_ones(form: OptionForm) -> None:
    row = row_of(form, "path")
    row.decide(WHY, OTHER)
    form.set_values({"path": {"name": "narrow", "low": 0.7}})
    assert row_of(form, "path.low").editor.value() == 0.3
    assert not row_of(form, "path.low").editor.isEnabled()
    assert form.values() == {"path": {"name": "narrow", "low": 0.7}}
    row.decide("")
    assert row_of(form, "path.low").editor.value() == 0.7


def test_without_another_value_it_is_greyed_as_it_stands_with_what_is_new_in_it(form: OptionForm) -> None:
    row = row_of(form, "path")
    row.decide(WHY)
    form.set_values({"path": OTHER})
    assert form.values() == {"path": OTHER}
    assert not row_of(form, "path.low").editor.isEnabled()


def chosen(row: FormRow, name: str) -> object:
    """Choose a component as a user does; gives the value that the row has then."""
    row.editor.set_value(name)
    row.editor.edited.emit()
    return row.value()


def test_what_stood_there_meanwhile_is_no_beginning_for_what_the_user_chooses(form: OptionForm) -> None:
    row = row_of(form, "path")
    row.decide(WHY, OTHER)
    row.decide("")
    assert chosen(row, "narrow") == {"name": "narrow", "low": 0.1}
    row_of(form, "path.low").editor.set_value(0.2)
    row_of(form, "path.low").editor.edited.emit()
    chosen(row, "wide")
    row.decide(WHY, OTHER)
    form.set_values({"path": {"name": "wide", "high": 70.0}})
    row.decide("")
    assert chosen(row, "narrow") == {"name": "narrow", "low": 0.2}


def test_what_was_put_there_and_taken_back_leaves_what_the_user_set(form: OptionForm) -> None:
    """As the options of a run, which undo takes out again."""
    row = row_of(form, "path")
    chosen(row, "narrow")
    row_of(form, "path.low").editor.set_value(0.2)
    row_of(form, "path.low").editor.edited.emit()
    chosen(row, "wide")
    form.set_values({"path": {"name": "narrow", "low": 0.7}})
    form.set_values({"path": OWN})
    assert chosen(row, "narrow") == {"name": "narrow", "low": 0.2}
    form.set_values({"path": {"name": "wide", "high": 70.0}})
    assert chosen(row, "narrow") == {"name": "narrow", "low": 0.2}
    assert chosen(row, "wide") == {"name": "wide", "high": 70.0}, "a look at another does not lose what stood there"
