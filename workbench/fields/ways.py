"""The ways of a few particles through the steps of runs, each step read once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from engines.trajectory import Trajectory


class Ways:
    """Knows them as long as what recorded them; while one grows only its new steps are read. It has no signals."""

    def __init__(self) -> None:
        # first step and particles, places; not by run, as one that begins anew records other states
        self._known = WeakKeyDictionary["Trajectory", tuple[tuple[int, ...], NDArray[np.floating]]]()

    def of(self, steps: Trajectory, which: tuple[int, ...], scale: Callable[[int], float]) -> NDArray[np.floating]:
        """Places (T, K, d) of K particles, by their numbers, at the T steps that are recorded.

        Args:
            scale: what the states of a step are divided by to be seen.
        """
        key, before = (steps.first, *which), self._known.get(steps)
        known = before[1] if before is not None and before[0] == key else None
        begun = 0 if known is None else len(known)
        new = [steps.x(i)[list(which)] / np.float32(scale(i)) for i in range(steps.first + begun, steps.last + 1)]
        if new or known is None:
            known = np.stack(new) if known is None else np.concatenate([known, np.stack(new)])
            self._known[steps] = key, known
        return known
