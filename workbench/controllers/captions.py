"""What stands under a sample: the name of its class, and its seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import zip_longest

from engines.prior_name import prior_name
from workbench.desk import Desk
from workbench.running.mailbox import LiveRun

BETWEEN = " · "  # a sample and what is shown of it


class Captions:
    """Knows the model of every run that was looked at.

    Args:
        desk: its library says which model a run used.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._models = dict[str, str]()  # by run, which never changes
        # of a run: names in place of classes and seeds; what else stands under its samples, and beside one of them
        self.names: Callable[[LiveRun], Sequence[str]] = lambda _live: ()
        self.remarks: Callable[[LiveRun], Sequence[str]] = lambda _live: ()
        self.beside: Callable[[LiveRun, int | None], str] = lambda _live, _sample: ""

    def of(self, live: LiveRun | None) -> list[str]:
        """One caption a sample: “cat · seed 7”, without a class “seed 7”, and of no seed either its number."""
        if live is None or live.opened is None:
            return []
        if live.opened.captions:
            return list(live.opened.captions)
        labels, seeds = live.opened.labels, live.opened.seeds
        names = self._names(live.run) if any(label >= 0 for label in labels) else ()
        found = [caption(label, seed, names) or str(k)
                 for k, (label, seed) in enumerate(zip(labels, seeds, strict=False), 1)]
        return [" · ".join(filter(None, parts)) for parts in
                zip_longest(self.names(live) or found, self.remarks(live), fillvalue="")]

    @staticmethod
    def together(live: LiveRun | None) -> int:
        """How many pictures of a run each of its samples has, told by what follows the sample’s name; 1 for most."""
        captions = () if live is None or live.opened is None else live.opened.captions
        told = [words.split(BETWEEN)[-1] for words in captions]
        count = len(set(told))
        repeated = count < len(told) and all(words == told[k % count] for k, words in enumerate(told))
        return count if repeated else 1

    def _names(self, run: str) -> tuple[str, ...]:
        """Names of the classes of a run's model; () while the engine starts, or when the model is gone."""
        if not self._desk.ready:
            return ()
        if run not in self._models:
            self._models[run] = prior_name(self._desk.library.run(run).options)
        spec = self._desk.models.find(self._models[run])
        # without one its steps can still be looked at, with numbers for names
        return spec.classes if spec else ()


def caption(label: int, seed: int, names: tuple[str, ...]) -> str:
    """The caption of one sample; a class without a name goes by its number, −1 means no class, and no seed."""
    drawn = "" if label < 0 else names[label] if label < len(names) else f"class {label}"
    return " · ".join(filter(None, (drawn, f"seed {seed}" if seed >= 0 else "")))
