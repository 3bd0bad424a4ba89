"""Time grids: where along the path a sampler stops."""

from __future__ import annotations

from enum import StrEnum

import torch
from torch import Tensor

from engines.process.paths import Path


class Spacing(StrEnum):
    """How the steps are spread over time."""

    UNIFORM = "uniform"
    QUADRATIC = "quadratic"
    LOG_SNR = "log-snr"


def time_grid(path: Path, steps: int, spacing: Spacing = Spacing.UNIFORM) -> Tensor:
    """Decreasing times (steps+1,) float64 from path.t_max to exactly 0."""
    u = torch.linspace(1, 0, steps + 1, dtype=torch.float64)
    if spacing is Spacing.QUADRATIC:
        # many small steps near the data, where a long one would lose detail
        return path.t_max * u.square()
    if spacing is Spacing.LOG_SNR:
        return _log_snr_grid(path, steps)
    return path.t_max * u


def _log_snr_grid(path: Path, steps: int) -> Tensor:
    """Equal steps of log-SNR from t_max to t = 1e-3, then one to 0 (DPM-Solver, Lu et al. 2022)."""
    # log-SNR is infinite at t = 0: the equal steps stop short of it
    ends = path.log_snr(torch.tensor([path.t_max, 1e-3], dtype=torch.float64))
    levels = torch.linspace(float(ends[0]), float(ends[1]), steps, dtype=torch.float64)
    times = path.t_at(levels)
    # t_at inverts only up to rounding, and a time above t_max is off the path
    times[0] = path.t_max
    return torch.cat([times, times.new_zeros(1)])
