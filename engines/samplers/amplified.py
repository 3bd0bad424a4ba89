"""How far an error of a network's output moves the state in one step, and what is said where that is too far."""

from __future__ import annotations

import torch
from torch import Tensor

from engines.process.paths import Path
from engines.process.prediction import Prediction
from engines.process.times import EDM, LogSNR, TimeGrid, move_at, time_grid
from engines.samplers.base import Sampler, listed
from engines.samplers.fresh import draws_noise

TOO_MUCH = 4.0  # of `amplified`; as measured on points, see the remark


def amplified(prediction: Prediction, path: Path, times: Tensor) -> float:
    """The most that a step of times (N+1,) moves the state, in units of its own scale, for an output off by 1.

    The step is that of the probability-flow ODE with the estimate held (DDIM at eta 0), which moves the state by
    alpha_s − alpha_t·sigma_s/sigma_t of the estimate, and that is off by the gain of the prediction.
    """
    t, s = times[:-1], times[1:]
    pull = path.alpha(s) - path.alpha(t) * path.sigma(s) / path.sigma(t)
    moved = pull * prediction.gain(path, t) / torch.hypot(path.alpha(s), path.sigma(s))
    return float(moved.abs().max())


def amplified_remark(sampler: Sampler, prediction: Prediction, path: Path, times: Tensor, start: int = 0) -> str:
    """One sentence where samplers without fresh noise carry an error of the output too far in a step, else "".

    Measured on two moons and the claw with eps on the cosine schedule, 40 steps of DDIM: evenly spaced, by which the
    first step multiplies by 24, the energy distance is 0.1; by log-SNR or EDM 0.004. Fresh noise forgets the error.

    start: index of the first step of times (N+1,) that is made.
    """
    found = amplified(prediction, path, times[start:])
    if found <= TOO_MUCH or not (listed(sampler) and sampler.exact) or draws_noise(sampler, path):
        return ""
    steps = len(times) - 1
    grids: tuple[TimeGrid, ...] = (LogSNR(), EDM())
    spread = {grid.title: time_grid(path, steps, grid) for grid in grids}
    able = [title for title, other in spread.items()
            if amplified(prediction, path, other[move_at(other, float(times[start])):]) <= TOO_MUCH]
    spacing = f"the spacing {' or '.join(able)}, or " if able else "more steps, or "
    return (f"A step multiplies errors of the {prediction.name} that the model predicts by {found:,.0f}, and nothing "
            f"forgets them later; choose {spacing}a sampler with fresh noise, such as DDPM.")
