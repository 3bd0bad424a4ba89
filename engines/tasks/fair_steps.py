"""As many steps of a method as take the network calls of another run."""

from __future__ import annotations

from engines.inverse.base import InverseMethod
from engines.process.paths import Path
from engines.process.times import GridChoice, time_grid
from engines.samplers.base import Sampler

MOST_STEPS = 1000  # as sampling itself allows


def fair_steps(method: InverseMethod, path: Path, sampler: Sampler, spacing: GridChoice, wanted: int) -> int:
    """How many steps of a method take as nearly as can be the network calls of `wanted` steps of plain sampling.

    Args:
        method, path, sampler, spacing: what walks, and over which times.

    Returns:
        From 1 to `MOST_STEPS`; `wanted` itself where that is exact, and for a method whose calls steps do not change.
    """
    def calls(number: int) -> int:
        return method.evaluations(path, sampler, time_grid(path, number, spacing))

    budget = sampler.evaluations(time_grid(path, wanted, spacing))
    if calls(wanted) == budget or calls(1) == calls(MOST_STEPS):
        return wanted
    low, high = 1, MOST_STEPS  # more steps never take fewer calls, so the place is found by halves
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if calls(middle) >= budget else (middle + 1, high)
    return min((max(low - 1, 1), low), key=lambda number: (abs(calls(number) - budget), -number))
