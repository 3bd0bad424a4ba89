"""Choices that cannot go together: greyed in the lists of a form, each with the reason and with what can."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from engines.errors import WorkbenchError
from engines.prior_name import prior_name
from widgets.options.fields import Kind
from widgets.options.form import OptionForm
from widgets.options.rows import FormRow
from workbench.desk import Desk

if TYPE_CHECKING:
    from engines.model_file import ModelSpec
    from engines.tasks.base import Task


class Pairing:
    """Asks a task of every sampler and method that its form offers, and of their own choices. It has no signals.

    Args:
        desk: knows the models.
        caution: says what goes together and yet gives poor results.
    """

    def __init__(self, desk: Desk, caution: Callable[[str], object]) -> None:
        self._desk, self._caution = desk, caution
        self._looked: tuple[str, Mapping[str, Any], ModelSpec | None] | None = None

    def check(self, task: Task, form: OptionForm) -> None:
        """Grey what does not go with the rest of the form, and mark what is chosen and does not."""
        values = dict(form.values())
        model = self._desk.models.find(prior_name(values))
        asked = task.name, values, model
        # a model that is not known here may be of either kind, and is refused by its name
        if asked == self._looked or (prior_name(values) and model is None):
            return
        self._looked = asked
        self._caution(_asked(task, values, task.caution, model))
        rows = {name: row for name in task.pairs if (row := form.row(name)) is not None}
        inner = {f"{name}.{key}": row for name, outer in rows.items() if outer.rows is not None
                 for key, row in outer.rows.rows.items() if row.spec.kind == Kind.CHOICE}
        wrong = ""
        # what is inside first: another choice there is the smaller change
        for name, row in {**inner, **rows}.items():
            why = _refused(task, values, name, row, model)
            if name in inner and len(why) == len(row.spec.choices):
                why = {}  # whatever is chosen there, so the fault is elsewhere
            sentence = why.get(str(row.editor.value()), "")
            if wrong and sentence:  # it was said of another row already
                del why[str(row.editor.value())]
            row.editor.set_refused(why)
            row.set_error("" if wrong else sentence)
            wrong = wrong or sentence


def _refused(task: Task, values: Mapping[str, Any], name: str, row: FormRow, model: ModelSpec | None) -> dict[str, str]:
    """The values of a row that do not go with the other options, with the sentence for each."""
    found = dict[str, str]()
    for value, _ in row.spec.choices:
        why = _asked(task, _changed(values, name, value), task.check_choices, model)
        if why:
            found[value] = why
    return found


def _changed(values: Mapping[str, Any], name: str, value: str) -> dict[str, Any]:
    """The values of a form with another choice in one row, "sampler" or "sampler.variance"."""
    outer, _, inner = name.partition(".")
    now = values[outer]
    if inner:
        return {**values, outer: {**now, inner: value}}
    # what is chosen keeps its options; others have those they begin with
    return {**values, outer: now if isinstance(now, Mapping) and now.get("name") == value else {"name": value}}


def _asked(task: Task, values: Mapping[str, Any], question: Callable[[Any, ModelSpec | None], str | None],
           model: ModelSpec | None) -> str:
    """What a task says of the options of a form, by its answer or its error; "" where these are not valid ones."""
    from engines.component import validated

    try:
        options = validated(task.Form, dict(values))
    except WorkbenchError:
        return ""  # their own rows say so
    try:
        return question(options, model) or ""
    except WorkbenchError as error:
        return str(error)
