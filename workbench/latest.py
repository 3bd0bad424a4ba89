"""Work of which only the newest matters: what a pointer or a slider asks for while the answer before is still made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from workbench.background import Background


class Latest:
    """Does one piece of work at a time beside the window, and of those asked for meanwhile only the last one.

    Args:
        background: does the work.
        failed: is told a sentence where it did not work.
    """

    def __init__(self, background: Background, failed: Callable[[str], object]) -> None:
        self._background, self._failed = background, failed
        self._busy = False
        self._next: tuple[Callable[[], Any], Callable[[Any], object]] | None = None

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self._busy

    def ask(self, work: Callable[[], Any], done: Callable[[Any], object]) -> None:
        """Work, then call `done` with the result; what waited before is given up."""
        self._next = work, done
        self._begin()

    def _begin(self) -> None:
        if self._busy or self._next is None:
            return
        (work, done), self._next = self._next, None
        self._busy = True
        self._background.do(work, lambda result: self._end(done, result), lambda why: self._end(self._failed, why))

    def _end(self, tell: Callable[[Any], object], result: Any) -> None:
        self._busy = False
        tell(result)
        self._begin()
