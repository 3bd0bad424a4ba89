"""What recording and previewing every step costs."""

from __future__ import annotations

from contextlib import closing
from typing import ClassVar

from workbench.bench.line import Comparison, Line, Settings, compared

STEPS, BATCH, GOAL = 50, 16, 1.05
ROUNDS = 25  # a round is off by 3 % in either direction, as much as is looked for


class RecordingLine(Line):
    """A recorded run with a preview 30 times a second, in turn with bare network calls."""

    name: ClassVar[str] = "recording"
    about: ClassVar[str] = "A run with every step recorded and previewed, over bare network calls"

    def measure(self, settings: Settings) -> list[Comparison]:
        """One figure: seconds of a run."""
        from engines.benchmarks.recording import Recording

        with closing(Recording(STEPS, BATCH, settings.threads)) as pair:
            pair.recorded()  # the first round warms up
            rounds = [(pair.recorded(), pair.bare(), pair.sampler()) for _ in range(ROUNDS)]
        recorded, bare, sampler = zip(*rounds, strict=True)
        alone = compared("", sampler, bare, GOAL, "s").ratio
        note = f"{STEPS} steps of {BATCH} images; the sampler alone takes {alone:.3f} of them"
        return [compared("recording and preview", recorded, bare, GOAL, "s", note)]
