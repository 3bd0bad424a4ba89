"""A change of a whole form that undo takes back at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from widgets.options.form import OptionForm
from workbench.history import History

Put = Callable[[Mapping[str, Any]], object]


def change_form(history: History, text: str, form: OptionForm, values: Mapping[str, Any], put: Put) -> dict[str, Any]:
    """Put values into a form; undo puts back what that altered, and redo what came of it.

    What it left alone stays as it is then: it may have been changed meanwhile without a place in the history.

    Args:
        text: what is done, as the undo menu says it.
        values: of some of its options or of all.
        put: takes values into the form and tells whoever follows it.

    Returns:
        All values of the form afterwards, in which its owner notes what else comes of it, for undo and redo;
        {} where nothing changed, which is nothing to undo.
    """
    before = dict(form.values())
    put(values)
    after = dict(form.values())
    if after == before:
        return {}

    def altered(values: Mapping[str, Any]) -> dict[str, Any]:
        # looked at then: what comes of the change later may have been added
        return {name: values[name] for name in after if name in values and after[name] != before.get(name)}

    def back(values: Mapping[str, Any]) -> None:
        form.returned.emit()
        put(altered(values))

    history.push(text, lambda: back(before), lambda: back(after))
    return after
