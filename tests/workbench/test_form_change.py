"""One change of a whole form, undone and redone at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytestqt.qtbot import QtBot

from engines.tasks.base import task
from widgets.options.form import OptionForm
from workbench.form_change import change_form
from workbench.forms import specs
from workbench.history import History


def test_undo_brings_back_what_a_change_altered(qtbot: QtBot) -> None:
    """Redo puts what came of it; values that are there already are nothing to undo."""
    form, history, told = OptionForm(), History(), list[int]()
    form.set_fields(specs(task("generate").Form))
    qtbot.addWidget(form)

    def put(values: Mapping[str, Any]) -> None:
        form.set_values(values)
        told.append(int(form.values()["count"]))

    before = dict(form.values())
    after = change_form(history, "Take options", form, {"count": 3, "steps": 7}, put)
    assert (after["count"], after["steps"], history.undoes) == (3, 7, "Take options")
    assert change_form(history, "Again", form, {"count": 3}, put) == {}
    assert history.undoes == "Take options"
    history.undo()
    assert dict(form.values()) == before
    history.redo()
    assert dict(form.values()) == after
    assert told == [3, 3, before["count"], 3]
    put({"seed": 77})  # without a place in the history
    history.undo()
    assert dict(form.values()) == {**before, "seed": 77}
    history.redo()
    assert dict(form.values()) == {**after, "seed": 77}
