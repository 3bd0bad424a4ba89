"""The probability-flow ODE solved so finely that it counts as exact: what samplers are held against."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from engines.denoiser import Denoiser
from engines.inverse.inversion import inverted
from engines.process.paths import Path
from engines.samplers.rk4 import RungeKutta4

LENGTH = 0.1  # of a step, in log(σ/α) at the most: of mixtures of unit variance the error is below 1e-5


def exact_flow(path: Path, denoiser: Denoiser, x: Tensor, times: Tensor, cond: Tensor | None = None) -> list[Tensor]:
    """States (B, …) float64 at each of rising times (N+1,) above 0 of the flow that begins at the first with x.

    By the method of Runge and Kutta, of order 4, in steps that change log(σ/α) by `LENGTH` at the most.
    """
    levels = [math.log(float(path.kappa(t))) for t in times]
    parts = [max(1, math.ceil((b - a) / LENGTH)) for a, b in zip(levels, levels[1:], strict=False)]
    inner = [path.t_at_kappa(math.exp(a + k * (b - a) / n)) if k else times[i]
             for i, (a, b, n) in enumerate(zip(levels, levels[1:], parts, strict=False)) for k in range(n)]
    wanted = {sum(parts[:i]) for i in range(len(times))}
    fine = torch.stack([*inner, times[-1]])
    return [step.x for step in inverted(RungeKutta4(), path, denoiser, x.double(), fine, cond=cond)
            if step.index in wanted]
