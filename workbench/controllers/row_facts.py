"""The second line of the library's rows: runs of one title say first what tells them apart."""

from __future__ import annotations

from workbench.library.library import Library
from workbench.library.records import Query, Run
from workbench.wording.run_words import line, parts_apart

ALIKE = 50  # newest runs of a title that one is told apart from


class RowFacts:
    """What is told of runs, beside what their titles say. It has no signals.

    What tells runs of a title apart is worked out once for all of them: rows of jobs are told anew many times a second.

    Args:
        library: where the runs of one title are looked for, once for each moment at which all rows are told.
    """

    def __init__(self, library: Library) -> None:
        self._library, self._now = library, -1.0
        self._parts = dict[tuple[str, str], dict[str, str]]()  # by task and title, and by run
        self._newest = dict[tuple[str, str], float]()  # when the newest of those was made

    def told(self, run: Run, now: float) -> str:
        """The line of a run; now: seconds since 1970 at which it is said."""
        if now != self._now:
            self._parts, self._newest, self._now = {}, {}, now
        group = run.task, run.title
        if group in self._parts and run.id not in self._parts[group] and run.created >= self._newest[group]:
            del self._parts[group]  # it came since
        if group not in self._parts:
            alike = self._of_title(run)
            self._parts[group] = parts_apart(alike)
            self._newest[group] = max((other.created for other in alike), default=run.created + 1)
        return line(run, self._parts[group].get(run.id, ""), now)

    def _of_title(self, run: Run) -> list[Run]:
        """The newest runs of its title; those before them say no more than what they are."""
        part = max(run.title.split('"'), key=len)  # a query has no word for the quotation mark itself
        words = Query(f'"{part}"', frozenset({run.task}), limit=ALIKE)
        return [other for other in self._library.runs(words) if other.title == run.title]
