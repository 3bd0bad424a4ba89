"""Seconds per image against diffusers: same weights, steps, batch and threads."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path
from typing import ClassVar

from workbench.bench.line import Comparison, Line, Settings, compared, missing
from workbench.bench.peer import NoPeer, peer_python, running

STEPS, BATCH, ROUNDS, GOAL = 50, 16, 7, 0.70
SAME = 1e-3  # images in [−1, 1]; both sides round differently over 50 steps
NAME, UNIT = "seconds per image, diffusers", "s"


class Diffusers(Line):
    """Our sampler and diffusers' in turn."""

    name: ClassVar[str] = "diffusers"
    about: ClassVar[str] = "Seconds per image against diffusers with the same weights, steps, batch and threads"

    def measure(self, settings: Settings) -> list[Comparison]:
        """One figure; with a note when the peer cannot be had or computes something else."""
        from engines.benchmarks import diffusers_peer
        from engines.benchmarks.sampling import LOOP, OurSampling

        try:
            python = peer_python(settings.peer, settings.say)
            with tempfile.TemporaryDirectory() as name:
                ours = OurSampling(STEPS, BATCH, settings.threads, settings.say)
                ours.export(Path(name))
                script = Path(diffusers_peer.__file__)
                with closing(ours), running(python, script, Path(name), settings.threads) as peer:
                    # a round to warm up; the peer did its own before it said it was ready
                    ours.seconds()
                    rounds = [(ours.seconds(), peer.seconds(LOOP)) for _ in range(ROUNDS)]
                    off, compute = ours.difference(Path(name)), ours.compute
        except NoPeer as error:
            return [missing(NAME, GOAL, UNIT, str(error))]
        if off > SAME:
            return [missing(NAME, GOAL, UNIT, f"The two results differ by {off:.2g}, so the times do not compare.")]
        note = f"{STEPS} steps of {BATCH} images, {settings.threads} threads, {compute}; apart by {off:.1g}"
        return [compared(NAME, [a / BATCH for a, _ in rounds], [b / BATCH for _, b in rounds], GOAL, UNIT, note)]
