"""Files that were changed or lost since a run made them: told when the run is opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workbench.background import Background
from workbench.desk import Desk
from workbench.library.records import Damage, State

FINAL = frozenset({State.DONE, State.CANCELLED})  # files of the others may have been cut off in the middle


class DamageController:
    """Compares the files of each run that is opened with their checksums, once in a session.

    Args:
        desk: shared parts.
        background: reads the files.
        rerun: runs the recipes of runs again.
    """

    def __init__(self, desk: Desk, background: Background, rerun: Callable[[Sequence[str]], object]) -> None:
        self._desk, self._background, self._rerun = desk, background, rerun
        self._known = set[str]()
        desk.queue.run_opened.connect(self.check)

    def check(self, run: str) -> None:
        """Look at the files of a run that is over, in the background."""
        if run not in self._known and self._usable(run) and self._desk.library.run(run).state in FINAL:
            self._known.add(run)
            self._background.do(lambda: self._desk.library.verify(run), lambda found: self._tell(run, found),
                                lambda _why: None)

    def _usable(self, run: str) -> bool:
        """Whether a run is in the library and not in its trash."""
        return self._desk.library.has(run) and not self._desk.library.run(run).trashed

    def _tell(self, run: str, found: Sequence[Damage]) -> None:
        # deleted or begun anew while its files were read: they are no longer where they were
        if not found or not self._usable(run) or self._desk.library.run(run).state not in FINAL:
            return
        self._known.discard(run)  # it may be mended, or not
        more = f" {len(found) - 1} more of its files are missing or changed." if len(found) > 1 else ""
        title = self._desk.library.run(run).title
        self._desk.complain(f"“{title}”: {found[0].sentence}{more}", ("Run again", lambda: self._rerun([run])))
