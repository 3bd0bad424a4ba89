"""How far the noise level falls in one step, and what is said where it is too far for a sampler."""

from __future__ import annotations

import torch
from torch import Tensor

from engines.process.paths import Path
from engines.process.times import grids, move_at, time_grid
from engines.samplers.base import Sampler

TOO_FAR = 4.0  # of `falls`; as measured on the digits, above which those by Heun's method or PLMS get worse
MOST = 999  # steps that are named at most


def falls(path: Path, times: Tensor) -> Tensor:
    """The level k = sigma/alpha at the beginning of every step over the square of that at its end; not of the last.

    For data of size 1 the slope bends by about 1/k² beside what it is at infinite noise, and a step as long as its
    first level carries that into the state. Below 1 a level counts as 1: the noise is then all that can be wrong.
    """
    levels = path.kappa(times[:-1])
    return levels[:-1] / levels[1:].clamp(min=1).square()


def fall_remark(sampler: Sampler, path: Path, times: Tensor, start: int = 0) -> str:
    """One sentence where the level falls too far for a sampler in one of the steps of times (N+1,), else "".

    start: index of the first step that is made.
    """
    found = falls(path, times)[start:]
    if not sampler.by_level or not len(found) or float(found.max()) <= TOO_FAR:
        return ""
    worst = start + int(found.argmax())
    above, below = (float(path.kappa(t)) for t in times[worst:worst + 2])
    return (f"{sampler.title} takes the noise level σ/α for the length of a step, and in step {worst + 1} it falls "
            f"from {above:.3g} to {below:.3g}, too far for good samples; {_remedy(sampler, path, times, start)}.")


def _remedy(sampler: Sampler, path: Path, times: Tensor, start: int) -> str:
    """What to choose instead: the spacing that suits it, if need be with more steps, or one that goes by log-SNR.

    Where the times have that spacing already, more steps are all that is left of it.
    """
    grid, steps = grids()[sampler.grid](), len(times) - 1
    enough = max(steps, 2)  # one step has no fall, as the last one has none
    while enough < MOST and _farthest(path, time_grid(path, enough, grid), float(times[start])) > TOO_FAR:
        enough += 1
    has = torch.allclose(times, time_grid(path, steps, grid).to(times))
    if has and enough > steps:
        return f"take at least {enough} steps, or the sampler DPM-Solver++ 2M"
    more = "" if enough == steps else f" with at least {enough} steps"
    return f"choose the spacing {grid.title}{more}, or the sampler DPM-Solver++ 2M"


def _farthest(path: Path, times: Tensor, begin: float) -> float:
    """The most of `falls` of a walk that begins nearest to this time, 0 where that is the last step."""
    found = falls(path, times)[move_at(times, begin):]
    return float(found.max()) if len(found) else 0.0
