"""Options that play no part with what else is chosen of their component: greyed, with the choice that is why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from widgets.options.fields import Kind
from widgets.options.form import OptionForm
from widgets.options.rows import FormRow

if TYPE_CHECKING:
    from engines.component import Component


def grey_idle(form: OptionForm, kinds: Mapping[str, Mapping[str, type[Component]]]) -> None:
    """Grey the options of the form's components that do not count now.

    kinds: the components that each option of the form chooses from, by name.
    """
    for name, known in kinds.items():
        row = form.row(name)
        kind = None if row is None else known.get(str(row.editor.value()))
        if row is not None and row.rows is not None and kind is not None:
            for inner, option in row.rows.rows.items():
                option.decide(_why(inner, row, kind))


def _why(name: str, outer: FormRow, kind: type[Component]) -> str:
    """The choice beside an option by which it plays no part, as a sentence; "" where it counts."""
    if outer.rows is None or name not in idle(kind, outer.rows.values()):
        return ""
    for key, row in outer.rows.rows.items():
        others = [value for value, _ in row.spec.choices if value != row.editor.value()]
        if row.spec.kind == Kind.CHOICE and any(name not in idle(kind, {**outer.rows.values(), key: value})
                                                for value in others):
            chosen = dict(row.spec.choices).get(str(row.editor.value()), "")
            return f"It plays no part while {row.spec.title} is “{chosen}”; choose another one to set it."
    return ""


def idle(kind: type[Component], values: Mapping[str, object]) -> frozenset[str]:
    """The options of a component whose symbol is in its formula, but not in that which these values make of it."""
    from engines.component import build, hint
    from engines.errors import WorkbenchError
    from engines.formula import tokens

    symbols = {name: str(hint(field, "symbol")) for name, field in kind.model_fields.items()}
    try:
        lines = build(kind, {"name": kind.name, **values}).lines()
    except WorkbenchError:
        return frozenset()  # its own row says so
    known = [symbol for symbol in symbols.values() if symbol]
    gone = tokens(kind.formula, known) - tokens(lines, known)
    return frozenset(name for name, symbol in symbols.items() if symbol in gone)
