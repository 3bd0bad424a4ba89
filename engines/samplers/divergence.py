"""When a walk has diverged beyond doubt: its states leave the size that data and noise can have, ever faster."""

from __future__ import annotations

import math

from torch import Tensor

from engines.errors import Diverged
from engines.process.paths import Path
from engines.samplers.base import Sampler, Step

FAR = 100.0  # times the size that data and noise have, and times what it began to grow from
MOVES = 8  # so many in a row that each make it larger: a sampler with a few long steps makes fewer in all
LOST = 2.0**24  # times the size of data and noise: float32 cannot tell such numbers apart by as much as all of the data


class Watch:
    """Looks at every step of a walk, and ends it where it has diverged.

    The size of a state is its root mean square over all samples, beside sqrt(alpha² + sigma²), which it has for data
    of unit size whatever the path: at sigma = 100 a state of 100 has the size 1. Growth is that of x/alpha, which
    falls on the way to data, and stays as it is where a network sees none of the noise.

    Args:
        path, sampler, times: of the walk.
        bounded: the data are of unit size at most, so that a state that stays far from it is lost, growing or not: a
            pull that was too long throws it there at once, and the rest of the walk only shrinks it.
        calmer: what to choose instead, where that is not for the sampler to say.
    """

    def __init__(self, path: Path, sampler: Sampler, times: Tensor, *, bounded: bool = False, calmer: str = "") -> None:
        # of every step at once: a look takes a tenth of the time that asking the path for one would
        visited = sampler.visited(times)
        self._scales, self._alphas = ([float(value) for value in of(visited)] for of in (path.scale, path.alpha))
        self._bounded, self._calmer = bounded, calmer or sampler.calmer()
        self._carried, self._least, self._grown, self._away = math.inf, math.inf, 0, 0

    def look(self, step: Step) -> None:
        """Raise Diverged, with the step, its size and a remedy, for a state that is not finite or grows away."""
        # one number of all tells as much as a look at each, and takes a fraction of its time at every step
        found = float(step.x.square().mean().sqrt())
        if not math.isfinite(found):
            raise Diverged(f"Sampling diverged: the state of step {step.index} is not finite; choose {self._calmer}.")
        size, carried = found / self._scales[step.index], found / self._alphas[step.index]
        growing = carried > self._carried
        self._grown, self._least = (self._grown + 1, self._least) if growing else (0, carried)
        self._carried = carried
        self._away = self._away + 1 if size >= FAR else 0
        away = self._grown >= MOVES and carried >= FAR * self._least
        if size >= LOST or (size >= FAR and away) or (self._bounded and self._away >= MOVES):
            raise Diverged(f"Sampling diverged: at step {step.index} the state is {size:,.0f} times as large as data "
                           f"and noise are{self._still(away)}; choose {self._calmer}.")

    def _still(self, away: bool) -> str:
        """That it grew all the way, where it did."""
        return f", after {self._grown} moves that each made it larger" if away else ""
