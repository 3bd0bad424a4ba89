"""How long ten thousand points take through the exact denoiser."""

from __future__ import annotations

from statistics import median
from typing import ClassVar

from workbench.bench.line import Comparison, Line, Settings

STEPS, COUNT, MODES, ROUNDS, LIMIT = 500, 10_000, 8, 5, 5.0


class Points(Line):
    """The task of the Points workspace, with every step recorded."""

    name: ClassVar[str] = "points"
    about: ClassVar[str] = "Ten thousand points through the exact denoiser of eight modes, every step recorded"

    def measure(self, settings: Settings) -> list[Comparison]:
        """One figure: the median of some runs after one that warms up."""
        from engines.benchmarks.points import PointsRun

        run = PointsRun(STEPS, COUNT, MODES, settings.threads)
        spent = [run.seconds() for _ in range(ROUNDS + 1)][1:]
        note = (f"{STEPS} steps of {COUNT:,} points, {MODES} modes, {settings.threads} threads; the slowest of "
                f"{ROUNDS} runs took {max(spent):.1f} s")
        return [Comparison("run of points, median", median(spent), LIMIT, 1.0, "s", note)]
