"""The second line of the library's rows: runs of one title say first what tells them apart."""

from __future__ import annotations

from workbench.library.library import Library
from workbench.library.records import Query, Run
from workbench.wording.run_words import facts_apart

ALIKE = 50  # newest runs of a title that one is told apart from


class RowFacts:
    """What is told of runs, beside what their titles say. It has no signals.

    Args:
        library: where the runs of one title are looked for, once for each moment at which all rows are told.
    """

    def __init__(self, library: Library) -> None:
        self._library, self._now = library, -1.0
        self._alike = dict[tuple[str, str], list[Run]]()

    def told(self, run: Run, now: float) -> str:
        """The line of a run; now: seconds since 1970 at which it is said."""
        if now != self._now:
            self._alike, self._now = {}, now
        alike = [other for other in self._of_title(run) if other.id != run.id]
        return facts_apart([run, *alike], now)[run.id]

    def _of_title(self, run: Run) -> list[Run]:
        if (run.task, run.title) not in self._alike:
            part = max(run.title.split('"'), key=len)  # a query has no word for the quotation mark itself
            words = Query(f'"{part}"', frozenset({run.task}), limit=ALIKE)
            found = [other for other in self._library.runs(words) if other.title == run.title]
            self._alike[run.task, run.title] = found
        return self._alike[run.task, run.title]
