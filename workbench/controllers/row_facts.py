"""The second line of the library's rows: runs of one title say first what tells them apart."""

from __future__ import annotations

from engines.errors import BadInput
from workbench.library.library import Library
from workbench.library.records import Query, Run
from workbench.wording.component_words import known
from workbench.wording.run_words import line, parts_apart

ALIKE = 50  # newest runs of a title that one is told apart from
Title = tuple[str, str, bool]  # task, title, whether it is in the trash


class RowFacts:
    """What is told of runs, beside what their titles say. It has no signals.

    What tells runs of a title apart is worked out once for all of them, and again only after a run came, went or was
    renamed: the rows of jobs that go on are told many times a second.

    Args:
        library: where the runs of one title are looked for.
    """

    def __init__(self, library: Library) -> None:
        self._library, self._version, self._worded = library, library.version, bool(known())
        self._told, self._titles = set[Title](), dict[str, Title | None]()
        self._words, self._moved = dict[str, str](), set[str]()

    def told(self, run: Run, now: float) -> str:
        """The line of a run; now: seconds since 1970 at which it is said."""
        self._follow()
        if run.id not in self._words:
            self._tell(run)
        return line(run, self._words[run.id], now)

    def moved(self) -> set[str]:
        """Runs whose lines may be others since this was last asked, as one of their title came, went or was renamed."""
        self._follow()
        moved, self._moved = self._moved, set()
        return moved

    def _follow(self) -> None:
        """Forget what was told where the library, or the words for what it holds, are no longer those of then."""
        since, self._version = self._version, self._library.version
        worded, self._worded = self._worded, bool(known())
        changed = self._library.changed(since) if self._version != since else set[str]()
        titles = {key: self._title(key) for key in changed}
        if worded != self._worded or any(title != self._titles.get(key) for key, title in titles.items()):
            self._moved |= self._words.keys()
            self._words, self._told = {}, set()
        self._titles |= titles

    def _title(self, key: str) -> Title | None:
        """What a run is called now, None for one that is gone."""
        try:
            return _title_of(self._library.run(key))
        except BadInput:
            return None

    def _tell(self, run: Run) -> None:
        """Find the words for a run and the newest of its title; those before them say no more than what they are."""
        title = _title_of(run)
        if title not in self._told:
            newest = self._of_title(run)
            self._told.add(title)
            self._words |= parts_apart(newest)
            self._titles |= {each.id: _title_of(each) for each in newest}
        self._words.setdefault(run.id, "")
        self._titles[run.id] = title

    def _of_title(self, run: Run) -> list[Run]:
        part = max(run.title.split('"'), key=len)  # a query has no word for the quotation mark itself
        words = Query(f'"{part}"', frozenset({run.task}), limit=ALIKE)
        return [other for other in self._library.runs(words) if other.title == run.title]


def _title_of(run: Run) -> Title:
    """What a run is called, and whether it still stands among the others."""
    return run.task, run.title, run.trashed is not None
