"""What there is to know of the result of a run: told at once, and kept in the library where it lasts."""

from __future__ import annotations

import contextlib

from engines.errors import WorkbenchError
from workbench.library.library import Library
from workbench.running.mailbox import LiveRun


class ResultNotes:
    """The notes of one run; a resumed run says them again, which counts once.

    Args:
        live: the view that tells them; what it tells already lasts.
        library: where they are kept.
    """

    def __init__(self, live: LiveRun, library: Library) -> None:
        self._live, self._library = live, library
        self._lasting, self._kept = live.notice, ""

    def add(self, sentence: str, *, lasting: bool = True) -> None:
        """Tell one more; `lasting`: it is also of interest whenever the run is looked at again."""
        self._live.notice = _with(self._live.notice, sentence)
        if lasting:
            self._lasting = _with(self._lasting, sentence)
            with contextlib.suppress(WorkbenchError):  # at the end there may be room for it
                self.keep()

    def keep(self) -> None:
        """Store what lasts; raises DiskFull or LibraryLocked."""
        if self._lasting != self._kept:
            self._library.set_notes(self._live.run, self._lasting)
            self._kept = self._lasting

    def settle(self) -> None:
        """The trouble that was told of is past."""
        self._live.notice = self._live.notice.replace(self._live.trouble, "").strip()
        self._live.trouble = ""


def _with(notes: str, sentence: str) -> str:
    """Notes with a sentence more, unless they have it already."""
    return notes if sentence in notes else f"{notes} {sentence}".strip()
