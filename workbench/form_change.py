"""A change of a whole form that undo takes back at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from widgets.option_form import OptionForm
from workbench.history import History

Put = Callable[[Mapping[str, Any]], object]


def change_form(history: History, text: str, form: OptionForm, values: Mapping[str, Any], put: Put) -> dict[str, Any]:
    """Put values into a form; undo puts back what was there, and redo what came of it.

    Args:
        text: what is done, as the undo menu says it.
        values: of some of its options or of all.
        put: takes values into the form and tells whoever follows it.

    Returns:
        All values of the form afterwards, as redo puts them; {} where nothing changed, which is nothing to undo.
    """
    before = dict(form.values())
    put(values)
    after = dict(form.values())
    if after == before:
        return {}

    def back(values: Mapping[str, Any]) -> None:
        form.returned.emit()
        put(values)

    history.push(text, lambda: back(before), lambda: back(after))
    return after
