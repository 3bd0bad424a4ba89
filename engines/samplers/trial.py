"""A sampler tried on numbers whose law is known: whether few steps blow its states up."""

from __future__ import annotations

import math
from functools import lru_cache

import torch
from torch import Tensor

from engines.analytic import IsotropicDenoiser
from engines.counted import counted
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path
from engines.process.times import grids, move_at, time_grid
from engines.samplers.base import Sampler, listed
from engines.samplers.ddpm import DDPM
from engines.samplers.dpmpp import DPMSolverPP

# Of every sampler that is listed, with 2 to 15 steps on each grid of four paths, the energy distance of the ring of
# blobs is at least 0.12 above it, at most 0.23 below, and rises with it; that of as many exact samples is 0.006.
TOO_WIDE = 1.4
COUNT = 64
MOST = 130  # evaluations of a trial: it is made while options are typed, and with more steps than that none is too wide
SPREAD = 0.1  # of the numbers about each of two peaks, which lie so that their root mean square is 1
PEAK = math.sqrt(1 - SPREAD**2)


def width(sampler: Sampler, path: Path, times: Tensor, start: int = 0) -> float:
    """The root mean square of what a sampler makes of the two peaks over times (N+1,): 1 where it does well.

    start: index of the first step; the peaks themselves are noised to where one within begins.
    """
    noise = Noise(sample_seeds(0, COUNT), (1,), dtype=torch.float64)
    eps = noise.initial()
    peaks = torch.tensor([-PEAK, PEAK], dtype=torch.float64).repeat(COUNT // 2)[:, None]
    x = path.diffuse(peaks, eps, times[start]) if start else path.initial(eps)
    for step in sampler(path, IsotropicDenoiser(SPREAD, path, PEAK), x, times, noise=noise, start=start):
        x = step.x
    return float(x.square().mean().sqrt())


def wide_remark(sampler: Sampler, path: Path, times: Tensor, start: int = 0) -> str:
    """One sentence where few steps of a sampler over times (N+1,), from that index on, blow its states up, else ""."""
    if not _quick(sampler, times, start):
        return ""
    # frozen models have a hash, which their types do not tell
    return _tried(sampler, path, tuple(float(t) for t in times), start)  # pyright: ignore[reportArgumentType]


@lru_cache(maxsize=256)
def _tried(sampler: Sampler, path: Path, at: tuple[float, ...], start: int) -> str:
    """The remark of a trial, made once for the same choices: it is asked for at each run and each typed key."""
    times = torch.tensor(at, dtype=torch.float64)
    if (found := width(sampler, path, times, start)) <= TOO_WIDE:
        return ""
    steps = counted(sampler.steps(times) - start, "step")
    return (f"Numbers about −1 and 1 come out {found:,.1f} times as wide in {steps} of {sampler.title} on this grid; "
            f"choose {_remedy(sampler, path, times, start)}.")


def _remedy(sampler: Sampler, path: Path, times: Tensor, start: int) -> str:
    """Spacings that are not too wide with as many steps, more of them, and a sampler that is not on these times."""
    spread = {kind.title: time_grid(path, len(times) - 1, kind()) for kind in grids().values()}
    able = [title for title, other in spread.items()
            if width(sampler, path, other, move_at(other, float(times[start]))) <= TOO_WIDE]
    spacing = f"the spacing {' or '.join(able)}, " if able else ""
    other = DPMSolverPP() if width(DPMSolverPP(), path, times, start) <= TOO_WIDE else DDPM()
    return f"{spacing}more steps, or the sampler {other.title}"


def _quick(sampler: Sampler, times: Tensor, start: int) -> bool:
    """Whether a trial can be made, and in a moment; how long one that adapts its steps takes, nobody knows."""
    return listed(sampler) and not sampler.adaptive and sampler.evaluations(times, start) <= MOST
