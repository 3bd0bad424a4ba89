"""Seconds to the quality that diffusers reaches with 50 steps of DDIM."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from workbench.bench.line import Comparison, Line, Settings, compared, missing
from workbench.bench.peer import NoPeer, Peer, peer_python, running

if TYPE_CHECKING:
    from engines.benchmarks.frechet import OurBatches, Quality
    from engines.benchmarks.peer_folder import Array

TOTAL, BATCH, UNIT = 1000, 100, "s"
DDIM_STEPS = 50
# DPM-Solver++ 2M as SDE in equal steps of time, on both sides: none of DDIM, DPM-Solver-2, PLMS, Heun and 2M as ODE
# came below DDIM's 50 with the 10 to 20 evaluations that were tried. Both sides have one formula for it and differ by
# chance alone, so both take the same steps: the fewest with which ours was no farther than DDIM on each of three sets
# of 1,000 starts, none of them measured here: 11 steps 3.66, 3.49 and 3.68; 10 steps 3.84, 3.33 and 3.65; DDIM 3.73,
# 4.36 and 4.09. Their spread, 0.1 to 0.3, is the standard error of a distance: nothing finer can be told apart.
STEPS = 11
OURS, DDIM, DPM = "ours", "ddim", "dpm"  # ours, and the peer's loops
GOALS = {DDIM: ("seconds per image to the Fréchet distance of diffusers’ DDIM-50", 0.25),
         DPM: ("the same, its own DPM-Solver++ 2M", 0.75)}


class Frechet(Line):
    """Our best sampler, diffusers' DDIM and its DPM-Solver++ in turn, on the same starts; all samples are measured."""

    name: ClassVar[str] = "frechet"
    about: ClassVar[str] = (f"Seconds to the Fréchet distance of diffusers with {DDIM_STEPS} steps of DDIM, "
                            f"measured on {TOTAL:,} digits each")

    def measure(self, settings: Settings) -> list[Comparison]:
        """Two figures; with a note instead when the peer cannot be had or our samples are farther from real digits."""
        from engines.benchmarks.frechet import Judge, OurBatches
        from engines.samplers.dpmpp import DPMSolverPP

        try:
            python = peer_python(settings.peer, settings.say)
            with closing(OurBatches(DPMSolverPP(noisy=True), STEPS, TOTAL, BATCH, settings.threads,
                                    settings.say)) as ours:
                rounds, compute = sampled(ours, python, settings.threads), ours.compute
        except NoPeer as error:
            return [missing(name, goal, UNIT, str(error)) for name, goal in GOALS.values()]
        judge = Judge()
        qualities = {name: judge.quality([one[name][0] for one in rounds]) for name in rounds[0]}
        seconds = {name: [one[name][1] / BATCH for one in rounds] for name in rounds[0]}
        return figures(qualities, seconds, f"{settings.threads} threads, {compute}")


def sampled(ours: OurBatches, python: Path, threads: int) -> list[dict[str, tuple[Array, float]]]:
    """Images and seconds of every batch by each of the three, in turn; raises NoPeer."""
    from engines.benchmarks import diffusers_peer
    from engines.benchmarks.peer_folder import ddim_loop, loop, result

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours.export(folder, {
            DDIM: ddim_loop(ours.path, DDIM_STEPS),
            DPM: loop("DPMSolverMultistepScheduler", ours.path, STEPS, {
                "algorithm_type": "sde-dpmsolver++", "solver_order": 2, "timestep_spacing": "trailing"})})

        def asked(peer: Peer, which: str, first: int) -> tuple[Array, float]:
            spent = peer.seconds(which, first)
            return result(folder), spent

        with running(python, Path(diffusers_peer.__file__), folder, threads) as peer:
            ours.sample(0)  # a round to warm up; the peer did its own before it said it was ready
            return [{OURS: ours.sample(first), **{which: asked(peer, which, first) for which in GOALS}}
                    for first in range(0, TOTAL, BATCH)]


def figures(qualities: dict[str, Quality], seconds: dict[str, list[float]], machine: str) -> list[Comparison]:
    """Times compare only where our samples are at least as near to real digits as those of the peer's DDIM.

    Nothing is allowed for chance in our favour: the distances are compared as they are, and the note tells how far
    chance may move them. Where the peer's DPM-Solver++ falls short of the distance, its time is too small.
    """
    own, wanted, dpm = qualities[OURS], qualities[DDIM], qualities[DPM]
    told = (f"Fréchet distance {own.distance:.2f} in {STEPS} steps; diffusers’ DDIM {wanted.distance:.2f} in "
            f"{DDIM_STEPS}, DPM-Solver++ {dpm.distance:.2f} in {STEPS}; standard error of the differences to ours "
            f"{own.error(wanted):.2f} and {own.error(dpm):.2f}")
    if own.distance > wanted.distance:
        return [missing(name, goal, UNIT, f"{told}. Ours is farther than DDIM’s, so the times do not compare.")
                for name, goal in GOALS.values()]
    return [compared(name, seconds[OURS], seconds[which], goal, UNIT, f"{told}; {machine}")
            for which, (name, goal) in GOALS.items()]
