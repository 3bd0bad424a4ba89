"""What recording and previewing every step costs."""

from __future__ import annotations

from contextlib import closing
from typing import ClassVar

from workbench.bench.line import Figure, Line, Settings, compared

STEPS, BATCH, ROUNDS, GOAL = 50, 16, 9, 1.05


class RecordingLine(Line):
    """A recorded run with a preview 30 times a second, in turn with bare network calls."""

    name: ClassVar[str] = "recording"
    about: ClassVar[str] = "A run with every step recorded and previewed, over bare network calls"

    def measure(self, settings: Settings) -> list[Figure]:
        """One figure: seconds of a run."""
        from engines.benchmarks.recording import Recording

        with closing(Recording(STEPS, BATCH, settings.threads)) as pair:
            pair.recorded()  # the first round warms up
            rounds = [(pair.recorded(), pair.bare()) for _ in range(ROUNDS)]
            alone = pair.sampler() / rounds[-1][1]
        note = f"{STEPS} steps of {BATCH} images; the sampler alone takes {alone:.3f} of them"
        return [compared("recording and preview", [a for a, _ in rounds], [b for _, b in rounds], GOAL, "s", note)]
