"""Finding runs: the facts of a recipe, and a query as SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workbench.library.records import Query, Sort
from workbench.library.terms import as_number, terms

ORDERS: Mapping[Sort, str] = {
    Sort.NEWEST: "created DESC, rowid DESC",
    Sort.OLDEST: "created, rowid",
    Sort.TITLE: "title COLLATE NOCASE, created DESC",
    Sort.STARRED: "starred DESC, created DESC",
}


def facts(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str, float | None]]:
    """(name, text, number or None) of every option; a component gives its name and “sampler.eta” and the like."""
    for key, value in values.items():
        name = prefix + str(key).casefold()
        if isinstance(value, Mapping):
            inner = dict(value)
            if "name" in inner:
                yield name, str(inner.pop("name")).casefold(), None
            yield from facts(inner, name + ".")
        elif isinstance(value, list | tuple):
            # a list is searched as it is written on the command line
            yield name, ",".join(str(part) for part in value).casefold(), None
        else:
            yield name, str(value).casefold(), as_number(value)


def words_of(title: str, task: str, options: Mapping[str, Any], metrics: Mapping[str, float]) -> str:
    """Everything a free word is looked for in, folded to lower case."""
    found = [f"{name}={text}" for name, text, _ in [*facts(options), *facts(metrics)]]
    return " ".join([title.casefold(), task.casefold(), *found])


def where(query: Query) -> tuple[str, list[Any]]:
    """The condition of a query and its values."""
    parts, values = ["trashed IS NOT NULL" if query.trashed else "trashed IS NULL"], list[Any]()
    for column, wanted in (("task", query.tasks), ("state", query.states), ("model", query.models)):
        if wanted:
            parts.append(f"{column} IN ({_marks(wanted)})")
            values += sorted(str(w) for w in wanted)
    if query.starred:
        parts.append("starred = 1")
    for term in terms(query.words):
        condition, found = term.condition()
        parts.append(condition)
        values += found
    return " AND ".join(parts), values


def order(query: Query) -> str:
    """The ORDER BY of a query; the trash has the latest deletion first."""
    return "trashed DESC, created DESC" if query.trashed else ORDERS[query.sort]


def _marks(values: Sequence[object] | frozenset[Any]) -> str:
    return ", ".join("?" * len(values))
