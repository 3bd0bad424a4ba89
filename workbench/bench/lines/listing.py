"""From a filter to the runs it finds, in a library of thousands."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import ClassVar

from workbench.bench.line import Comparison, Line, Settings
from workbench.home import temporary_home
from workbench.library.library import Library
from workbench.library.records import NewRun, Query

RUNS, ROUNDS, LIMIT = 2000, 50, 16.0
QUERIES = (Query(limit=200), Query("steps=19", limit=200), Query("run", limit=200))


class Listing(Line):
    """Asks as the window does while runs are listed, filtered by an option, and filtered by a word."""

    name: ClassVar[str] = "listing"
    about: ClassVar[str] = "From a filter to the runs it finds"

    def measure(self, settings: Settings) -> list[Comparison]:
        """One figure: the median of single lists."""
        del settings  # nothing is computed by a network
        with filled() as library:
            spent = [asked(library, query) for _ in range(ROUNDS) for query in QUERIES]
        note = f"{RUNS:,} runs; the slowest of {len(spent)} lists took {max(spent):.0f} ms"
        return [Comparison("listing of runs, median", median(spent), LIMIT, 1.0, "ms", note)]


@contextmanager
def filled() -> Iterator[Library]:
    """A library of many runs on a home of its own, which is removed at the end."""
    home = temporary_home()
    library = Library.open(home)
    try:
        for k in range(RUNS):
            library.add(NewRun(f"r{k}", f"Run {k}", "generate", "{}", {"steps": k % 50}))
        yield library
    finally:
        library.close()
        home.remove()


def asked(library: Library, query: Query) -> float:
    """Milliseconds of one list."""
    began = time.perf_counter()
    library.runs(query)
    return (time.perf_counter() - began) * 1000
