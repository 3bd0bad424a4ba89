"""What a branch is called: by what is different about it, as against its run and what is usual."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engines.component import kinds_of
from workbench.wording.run_words import changes

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from engines.recipe import Recipe


def branch_words(before: Recipe, changed: Mapping[str, Any]) -> str:
    """The options of a branch that differ from those of its run, in a few words; “Branch” where none has any."""
    from engines.tasks.base import task

    fields = task(before.task).Form.model_fields
    usual = {name: _usual(fields[name], value) for name, value in changed.items()}
    return changes(changed, before.options, usual) or "Branch"


def _usual(field: FieldInfo, value: Any) -> dict[str, Any]:
    """The defaults of the component that a value chooses, {} for any other option."""
    kind = kinds_of(field).get(str(value.get("name"))) if isinstance(value, Mapping) else None
    return {name: inner.default for name, inner in kind.model_fields.items()} if kind is not None else {}
