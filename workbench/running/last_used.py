"""Which runs parts of the window show, and in which order the others were used."""

from __future__ import annotations

from collections.abc import Iterable


class LastUsed:
    """Remembers runs by their ids. It knows nothing of what they hold."""

    def __init__(self) -> None:
        self._shown = dict[str, frozenset[str]]()
        self._order = list[str]()

    def show(self, who: str, runs: Iterable[str]) -> None:
        """A part of the window shows these runs now, in place of those it showed before."""
        before, now = self._shown.get(who, frozenset()), frozenset(runs)
        self._shown[who] = now
        for run in before - now:
            self.use(run)

    def use(self, run: str) -> None:
        """Make a run the last one that was used."""
        self.drop(run)
        self._order.append(run)

    def drop(self, run: str) -> None:
        """Forget when a run was used."""
        self._order = [name for name in self._order if name != run]

    def idle(self) -> list[str]:
        """The runs that nobody shows, the last used one first."""
        shown = frozenset[str]().union(*self._shown.values())
        return [run for run in reversed(self._order) if run not in shown]
