"""The filter of the library: what is typed, a menu that types it, and what to say when nothing fits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from widgets.lists.run_list import RunList
from workbench.desk import Desk
from workbench.docks.library import NO_RUNS, LibraryPanel
from workbench.library.records import Query, Run, Sort
from workbench.library.terms import hint, problem, quoted, toggled
from workbench.wording.component_words import task_word, word
from workbench.wording.words import state_name

EXAMPLES = ("steps>20", "seed:7", "sampler:ddim", "guidance>1", "class:3")
ORDERS: Mapping[Sort, str] = {Sort.NEWEST: "Newest first", Sort.OLDEST: "Oldest first", Sort.TITLE: "By title",
                              Sort.STARRED: "Starred first"}
ORDER = "order"  # under which a session keeps it


class FilterController:
    """Turns words into a query. The words are all there is to a filter: its menu only types them.

    Args:
        desk: shared parts.
        panel: the list and its menu button.
        known: all runs of the library, whatever is shown.
        changed: told when the query is another one.
    """

    def __init__(self, desk: Desk, panel: LibraryPanel, known: Callable[[], Iterable[Run]],
                 changed: Callable[[], object]) -> None:
        self._desk, self._rows, self._known, self._changed = desk, panel.runs, known, changed
        kept = str(desk.session.extra.get(ORDER, ""))
        self.query = Query(sort=Sort(kept) if kept in set(Sort) else Sort.NEWEST, limit=-1)
        self._menu = QMenu(panel)
        self._menu.aboutToShow.connect(self._fill)
        panel.more.setMenu(self._menu)
        panel.runs.filter_changed.connect(self._typed)

    @property
    def hint(self) -> str:
        """What is to be typed next for the filter to ask something, "" where nothing is missing."""
        return hint(self.query.words)

    def explain(self, empty: bool) -> None:
        """Say why nothing is shown: the filter is wrong, nothing fits, or there is nothing at all."""
        if empty:
            self._rows.set_empty(missing(self._desk, self._rows, self.query.words, NO_RUNS))

    def _typed(self, words: str) -> None:
        self.query = replace(self.query, words=words)
        self._changed()

    def _toggle(self, term: str) -> None:
        self._rows.filter.setText(toggled(self._rows.filter.text(), term))

    def _order(self, sort: Sort) -> None:
        self.query = replace(self.query, sort=sort)
        self._desk.keep_extra(ORDER, str(sort))
        self._changed()

    def _fill(self) -> None:
        """Offer what there is to filter by."""
        menu, runs = self._menu, list(self._known())
        menu.clear()
        self._offer(menu, {"starred": "Starred"})
        for title, choices in _choices(runs).items():
            if len(choices) > 1:
                self._offer(menu.addMenu(title), choices)
        self._offer(menu.addMenu("For example"), {term: term for term in EXAMPLES})
        menu.addSeparator()
        group = QActionGroup(menu)
        for sort, title in ORDERS.items():
            action = menu.addAction(title, lambda sort=sort: self._order(sort))
            _check(action, sort is self.query.sort)
            group.addAction(action)
        menu.addSeparator()
        menu.addAction("Clear filter", self._rows.filter.clear).setEnabled(bool(self.query.words))

    def _offer(self, menu: QMenu, choices: Mapping[str, str]) -> None:
        """Terms by what stands in the menu."""
        present = self.query.words.split(" ")
        for term, title in choices.items():
            _check(menu.addAction(title, lambda term=term: self._toggle(term)), term in present)


def missing(desk: Desk, rows: RunList, words: str, nothing: str) -> str:
    """The sentence in place of rows: what is wrong with the words, that nothing fits, or `nothing` without words."""
    if not words.strip():
        return nothing
    wrong = problem(words, desk.library.fact_names())
    return wrong or f"No run matches “{rows.filter.text().strip()}”. Esc in the filter clears it."


def _choices(runs: list[Run]) -> dict[str, dict[str, str]]:
    """By heading of a submenu: terms and what stands there for them."""
    models = sorted({run.model for run in runs if run.model})
    return {"Task": {quoted("task", task): task_word(task, apart=True) for task in sorted({run.task for run in runs})},
            "State": {f"state:{state}": state_name(state) for state in sorted({run.state for run in runs})},
            "Model": {quoted("model", model): model for model in models},
            "Sampler": {quoted("sampler", name): word("sampler", name) for name in sorted(_samplers(runs))}}


def _samplers(runs: list[Run]) -> set[str]:
    found = (run.options.get("sampler") for run in runs)
    return {str(sampler["name"]) for sampler in found if isinstance(sampler, dict) and "name" in sampler}


def _check(action: QAction, checked: bool) -> None:
    action.setCheckable(True)
    action.setChecked(checked)
