"""Densities that models believe in, by time: followed along their flow beside the window, given up when nobody asks."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QTimer

from widgets.drawing.plane import Box
from workbench.background import Background
from workbench.fields.frames import CURVE, ENDS, grid
from workbench.fields.store import Subject, Time, marginal_of

if TYPE_CHECKING:
    from engines.priors import Prior

BOX: Box = (-4.2, -4.2, 4.2, 4.2)  # what it is known over
CELLS = 56  # along a side of it
ON_LINE = slice(None, None, 2)  # of the values of a curve
KEPT = 60
REST, TELL = 120, 250  # ms: how long the slider has to rest, and how often the share that is done is told


@dataclass(frozen=True)
class WantedDensity:
    """The density of a subject at a time; prior: a model, or a fitted mixture."""

    subject: Subject
    time: Time
    prior: Prior

    @property
    def key(self) -> tuple[str, Time]:
        """What tells it from others."""
        return self.subject.key, self.time


class BelievedStore:
    """Makes and keeps densities of models, one at a time. It has no signals.

    Args:
        background: makes them.
        told: is told the share in [0, 1] that is done, now and then, and 1 once it is there.
        failed: is told a sentence where that did not work.
    """

    def __init__(self, background: Background, told: Callable[[float], object],
                 failed: Callable[[str], object]) -> None:
        self._background, self._told, self._failed = background, told, failed
        self._known = OrderedDict[tuple[str, Time], NDArray[np.floating]]()
        self._wishes: tuple[WantedDensity, ...] = ()
        self._done: Callable[[], object] = lambda: None
        self._now: WantedDensity | None = None  # what is made; read by the thread that does
        self._share, self._given_up = 0.0, set[tuple[str, Time]]()
        self._rest = QTimer(background, singleShot=True, interval=REST)
        self._rest.timeout.connect(self._begin)
        self._clock = QTimer(background, interval=TELL)
        self._clock.timeout.connect(lambda: self._told(self._share))

    @property
    def busy(self) -> bool:
        """Whether one is made, or waits for its turn."""
        return self._now is not None or bool(self._wishes)

    def known(self, subject: Subject, time: Time) -> NDArray[np.floating] | None:
        """The density (CELLS, CELLS) over BOX, lowest row first, or along a line at every second value of a curve's;
        None while it is not made."""
        return self._known.get((subject.key, time))

    def want(self, wishes: Sequence[WantedDensity], done: Callable[[], object]) -> None:
        """Make what is missing of these once nothing else is wanted for a moment, and call `done` after each.

        What was wanted before is given up, in the middle as well.
        """
        self._wishes = tuple(wish for wish in wishes if self._can(wish))
        self._done = done
        if self._now is not None and self._now.key not in {wish.key for wish in self._wishes}:
            self._now = None
            self._clock.stop()
        if self._wishes:
            self._rest.start()

    def forgive(self) -> None:
        """Try again what could not be: the models are others."""
        self._given_up.clear()

    def _can(self, wish: WantedDensity) -> bool:
        """Whether one is to be made: it is neither there nor did it fail."""
        return wish.key not in self._known and wish.key not in self._given_up

    def _begin(self) -> None:
        if self._now is not None or not self._wishes:
            return
        self._now = wish = self._wishes[0]
        self._share = 0.0
        self._clock.start()
        self._background.do(lambda: self._made(wish), lambda found: self._keep(wish, found),
                            lambda why: self._give_up(wish, why))

    def _made(self, wish: WantedDensity) -> NDArray[np.floating] | None:
        """The density of a wish; None when it is not wanted any more."""
        flat = wish.prior.dimension > 1
        points = grid(BOX, CELLS, CELLS) if flat else np.linspace(*ENDS, CURVE)[ON_LINE, None]
        logs = np.zeros(len(points))
        for share, logs in marginal_of(wish.prior, wish.time).believed(points):  # noqa: B007 (the last one counts)
            if self._now is not wish or self._background.closed:
                return None
            self._share = share
        density = np.exp(np.minimum(logs, 50.0))
        return density.reshape(CELLS, CELLS) if flat else density

    def _keep(self, wish: WantedDensity, found: NDArray[np.floating] | None) -> None:
        if found is not None:
            self._known[wish.key] = found
            while len(self._known) > KEPT:
                self._known.popitem(last=False)
        self._end(wish, found is not None)

    def _give_up(self, wish: WantedDensity, why: str) -> None:
        self._given_up.add(wish.key)
        self._failed(why)
        self._end(wish, made=False)

    def _end(self, wish: WantedDensity, made: bool) -> None:
        """One is over: tell of it if it is still wanted, and begin the next."""
        self._wishes = tuple(other for other in self._wishes if self._can(other))
        if self._now is wish:
            self._now = None
            self._clock.stop()
            if made:
                self._told(1.0)
        if made:
            self._done()
        self._begin()
