"""Distances to the truth by run and step: measured beside the window, the latest wish first, and kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from PySide6.QtCore import QTimer

from workbench import bridge
from workbench.background import Background
from workbench.fields.known import Known
from workbench.fields.store import REST, FieldStore, Subject, Time, known_of

if TYPE_CHECKING:
    from engines.metrics.diffused import DiffusedTruth
    from engines.metrics.reference import Figures, Reference

Key = TypeVar("Key")
Kept = TypeVar("Kept")
KEPT = 4000  # figures that are remembered
LEVELS, SETS = 120, 6  # truths at a level, and data, that are kept ready
COUNT, COUNTED = 4000, 20_000  # points of the truth, and of a run, that are compared
FAIR_SEED, DRAWS = 1, 16  # of the exact points, and how often they are drawn at most
TABLE, CURVES = 0, 1  # who wants something; the first is served first


@dataclass(frozen=True, slots=True)
class Wish:
    """A step of a run that is to be measured.

    points: (N, d) as they are seen; time: t and the scale by which they are seen; rough: for a curve, its energy
    distance alone, the same number; fair: as many exact points in place of those of the run.
    """

    run: str
    step: int
    subject: Subject
    time: Time
    points: np.ndarray
    rough: bool = False
    fair: bool = False

    @property
    def key(self) -> tuple[str, int, bool]:
        """What tells it from others; exact points are those of a truth at a time, in a number."""
        run = f"{len(self.points)} of {truth_of(self.subject)} at {self.time}" if self.fair else self.run
        return run, self.step, self.rough


class MeasureStore:
    """Measures and remembers. It has no signals.

    Args:
        background: measures there, one wish after the other.
        fields: what is true may be known there already.
    """

    def __init__(self, background: Background, fields: FieldStore) -> None:
        self._background, self._fields = background, fields
        self._found = OrderedDict[tuple[str, int, bool], "Figures"]()
        self._truths = _Truths()
        self._wanted = dict[int, tuple[list[Wish], Callable[[], object]]]()  # by who wants them
        self._rest = QTimer(background, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._begin)
        self._busy = False

    @property
    def busy(self) -> bool:
        """Whether something is measured, or waits for its turn."""
        return self._busy or bool(self._wanted)

    def figures(self, key: tuple[str, int, bool]) -> Figures | None:
        """What was measured, None while it was not."""
        return self._found.get(key)

    def energies(self, run: str) -> dict[int, float]:
        """The energy distances of a run by step, as far as they are finite, for whoever they were measured."""
        return dict(sorted((step, found.energy) for (name, step, _), found in self._found.items()
                           if name == run and np.isfinite(found.energy)))

    def waiting(self, who: int) -> bool:
        """Whether something that someone wants is still to be measured."""
        return who in self._wanted

    def want(self, who: int, wishes: Sequence[Wish], done: Callable[[], object]) -> None:
        """Measure what is missing, and call `done` after each; what the same one wanted before is given up.

        who: TABLE, or CURVES which have time.
        """
        missing = [wish for wish in wishes if wish.key not in self._found]
        if missing:
            self._wanted[who] = missing, done
            self._begin()
        else:
            self._wanted.pop(who, None)

    def rest(self) -> None:
        """Somebody scrubs: curves wait until nothing has moved for a moment, since measuring slows what is painted."""
        self._rest.start()

    def _begin(self) -> None:
        if self._busy or not self._wanted:
            return
        # the table is looked at now, curves are filled while nothing else is to do
        who = min(self._wanted)
        if who == CURVES and self._rest.isActive():
            return
        wishes, done = self._wanted[who]
        wish = wishes[0]
        self._busy = True
        if len(wishes) == 1:
            del self._wanted[who]
        else:
            self._wanted[who] = wishes[1:], done
        known = self._fields.truth(wish.subject)
        self._background.do(lambda: self._truths.measured(wish, known), lambda found: self._keep(wish, found, done),
                            lambda _why: self._give_up(who, wish))

    def _keep(self, wish: Wish, found: Figures, done: Callable[[], object]) -> None:
        self._busy = False
        self._found[wish.key] = found
        while len(self._found) > KEPT:
            self._found.popitem(last=False)
        done()
        self._begin()

    def _give_up(self, who: int, failed: Wish) -> None:
        """The truth of a subject cannot be known, so nothing of it can be measured; the canvas says why."""
        self._busy = False
        wishes, done = self._wanted.pop(who, ((), _nobody))
        left = [wish for wish in wishes if wish.subject.key != failed.subject.key]
        if left:  # of others, or wanted since
            self._wanted[who] = left, done
        self._begin()


class _Truths:
    """What is true of the data measured last, for one thread at a time."""

    def __init__(self) -> None:
        self._known = OrderedDict[str, Known]()
        self._sets = OrderedDict[str, "DiffusedTruth"]()
        self._levels = OrderedDict[tuple[str, Time], "Reference"]()

    def measured(self, wish: Wish, known: Known | None) -> Figures:
        """The figures of a wish; raises WorkbenchError."""
        from engines.metrics.reference import Figures, mean

        alpha, sigma, truth = self._set(wish, known)
        key = truth_of(wish.subject), wish.time
        level = self._levels.get(key)
        if level is None:
            level = truth.at(alpha, sigma)
        _remember(self._levels, key, level, LEVELS)
        seen = [wish.points]
        if wish.fair:  # one draw of few points may by chance be anywhere: the mean of some
            exact, count = bridge.array(truth.fair(alpha, sigma, wish.step)), len(wish.points)
            seen = [exact[k * count:(k + 1) * count] for k in range(max(1, min(DRAWS, len(exact) // count)))]
        return mean([Figures(level.energy(x), np.nan) if wish.rough else level.figures(x) for x in seen])

    def _set(self, wish: Wish, known: Known | None) -> tuple[float, float, DiffusedTruth]:
        """alpha and sigma as they are seen, and the data."""
        from engines.metrics.diffused import DiffusedTruth
        from workbench.fields.store import marginal_of

        subject = wish.subject
        found = known or self._known.get(subject.key) or known_of(subject)
        _remember(self._known, subject.key, found, SETS)
        key = truth_of(subject)
        truth = self._sets.get(key)
        if truth is None:
            mixture = found.truth.mixture
            assert mixture is not None  # of an exact prior
            truth = DiffusedTruth(found.data, mixture, found.labels(subject.recipe), COUNT)
        _remember(self._sets, key, truth, SETS)
        alpha, sigma = marginal_of(found.truth, wish.time).levels
        return alpha / wish.time[1], sigma / wish.time[1], truth


def _nobody() -> None:
    """Nobody waits for it."""


def truth_of(subject: Subject) -> str:
    """What the truth of a subject depends on."""
    return f"{subject.key} {subject.recipe.options.get('label', '')}"


def of_class(subject: Subject, known: Known | None) -> bool:
    """Whether a run is measured against the classes that it asks for, and not against all of the data."""
    labels = () if known is None else known.labels(subject.recipe)
    return bool(labels) and min(labels) >= 0


def _remember(memory: OrderedDict[Key, Kept], key: Key, value: Kept, most: int) -> None:
    """Remember a value as the latest, and forget the oldest."""
    memory[key] = value
    memory.move_to_end(key)
    while len(memory) > most:
        memory.popitem(last=False)
