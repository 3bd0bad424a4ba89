"""What a model of points believed at the previews of its training; what is the same at all of them is kept once."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from engines.units import Units

if TYPE_CHECKING:
    from engines.events import Belief

PREFIX = "belief_"  # of the names of its arrays in the file of a history
ARRAYS = ("times", "levels", "points", "exact", "score", "velocity", "data")  # that are the same at every preview
UNITS, SEEN = f"{PREFIX}units", f"{PREFIX}seen"


@dataclass(frozen=True, slots=True)
class SharedBelief:
    """What is the same at every preview; all as in `Belief`."""

    times: np.ndarray
    levels: np.ndarray
    points: np.ndarray
    exact: np.ndarray
    score: np.ndarray
    velocity: np.ndarray
    data: np.ndarray
    units: Units | None = None
    seen: str = ""


@dataclass(frozen=True, slots=True)
class Believed:
    """One preview: x0_hat (T, M, d) float16, as fine as anyone sees, and errors (T,) or empty."""

    learned: np.ndarray
    errors: np.ndarray


@dataclass(frozen=True, slots=True)
class BeliefCourse:
    """Previews by step. It never changes: the window may hold one while the engine makes the next."""

    shared: SharedBelief | None = None
    by_step: Mapping[int, Believed] = field(default_factory=dict[int, Believed])

    def more(self, step: int, belief: Belief, kept: Collection[int]) -> BeliefCourse:
        """The course with one more preview, and of the others those of the steps that are kept."""
        shared = SharedBelief(*(getattr(belief, name) for name in ARRAYS), units=belief.units, seen=belief.seen)
        # times and lattice may be others where a run begins again with another version of the program
        same = self.shared is not None and np.array_equal(self.shared.points, shared.points)
        before = {at: one for at, one in self.by_step.items() if at in kept and at != step and same}
        return BeliefCourse(shared, {**before, step: Believed(belief.learned.astype(np.float16), belief.errors)})

    def up_to(self, step: int) -> BeliefCourse:
        """The previews of steps up to one."""
        return BeliefCourse(self.shared, {at: one for at, one in self.by_step.items() if at <= step})

    def arrays(self) -> dict[str, Any]:
        """All of it as named arrays."""
        if self.shared is None or not self.by_step:
            return {}
        same = {f"{PREFIX}{name}": getattr(self.shared, name) for name in ARRAYS}
        return {**same, **_written(self.shared), f"{PREFIX}steps": np.array(list(self.by_step)),
                f"{PREFIX}learned": np.stack([one.learned for one in self.by_step.values()]),
                f"{PREFIX}errors": np.stack([one.errors for one in self.by_step.values()])}

    @classmethod
    def of(cls, saved: Mapping[str, np.ndarray]) -> BeliefCourse:
        """The course in named arrays; an empty one where they are not all there."""
        try:
            shared = SharedBelief(*(saved[f"{PREFIX}{name}"] for name in ARRAYS), units=_read(saved),
                                  seen=str(saved.get(SEEN, "")))
            rows = zip(saved[f"{PREFIX}steps"], saved[f"{PREFIX}learned"], saved[f"{PREFIX}errors"], strict=True)
            return cls(shared, {int(step): Believed(learned, errors) for step, learned, errors in rows})
        except (KeyError, ValueError, TypeError):
            return cls()


def _written(shared: SharedBelief) -> dict[str, Any]:
    units = {} if shared.units is None else {UNITS: np.array(json.dumps(shared.units.written()))}
    return {**units, SEEN: np.array(shared.seen)}


def _read(saved: Mapping[str, np.ndarray]) -> Units | None:
    """Those that were saved, None where there were none; raises ValueError, TypeError or KeyError for damaged ones."""
    return Units.read(json.loads(str(saved[UNITS]))) if UNITS in saved else None
