"""Forms are made when they are first asked for, as they were left or at their defaults."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from PySide6.QtGui import QUndoStack
from pytestqt.qtbot import QtBot

from widgets.options.fields import FieldSpec, Kind
from workbench.docks.task import TaskPanel

TASKS = ("one", "two", "three")


@pytest.fixture
def asked() -> list[str]:
    """The tasks whose fields were asked for, in order."""
    return []


@pytest.fixture
def panel(qtbot: QtBot, asked: list[str]) -> TaskPanel:
    """A panel with three tasks."""
    made = TaskPanel(QUndoStack())
    qtbot.addWidget(made)

    def fields(task: str) -> Sequence[FieldSpec]:
        asked.append(task)
        return (FieldSpec("steps", "Steps", Kind.INT, 5, 1, 99),)

    made.set_tasks([(task, task.title(), lambda task=task: fields(task)) for task in TASKS])
    return made


def test_only_what_is_asked_for_is_made_and_once(panel: TaskPanel, asked: list[str]) -> None:
    """Counting them, naming them and looking for one make none."""
    told = list[str]()
    panel.form_made.connect(told.append)
    assert (list(panel.forms), len(panel.forms), "two" in panel.forms) == (list(TASKS), 3, True)
    assert (dict(panel.forms.made), panel.form, panel.run.isEnabled()) == ({}, None, True)
    panel.show_task("two")
    assert panel.form is panel.forms["two"]
    assert asked == told == list(panel.forms.made) == ["two"]
    assert panel.forms.get("four") is None


def test_whoever_hears_of_a_form_finds_it(panel: TaskPanel) -> None:
    found = list[object]()
    panel.form_made.connect(lambda task: found.append(panel.forms[task]))
    assert found == [panel.forms["one"]]


@pytest.mark.parametrize(("values", "steps"), [({"steps": 7}, 7), ({"steps": "many"}, 5)])
def test_a_form_comes_back_as_it_was_left_and_else_at_its_defaults(panel: TaskPanel, values: dict[str, Any],
                                                                   steps: int) -> None:
    panel.bring_back("one", values)
    assert list(panel.forms.made) == ["one"]
    assert [panel.forms[task].values() for task in TASKS[:2]] == [{"steps": steps}, {"steps": 5}]
    assert panel.forms["one"].problems() == {}
