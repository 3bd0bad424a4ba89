"""The coordinates in which states of points are seen: x over a scale that keeps them on the canvas, and its growth."""

from __future__ import annotations

import torch

from engines.process.paths import Path
from engines.process.sight import sight


def seen_scale(path: Path, t: float) -> float:
    """What states at a time are divided by to be seen: 1, but for paths on which variance explodes."""
    return sight(float(path.scale(torch.tensor(t, dtype=torch.float64))))


def seen_growth(path: Path, t: float) -> float:
    """d/dt of log `seen_scale`: 0, but for paths on which variance explodes.

    d/dt (alpha² + sigma²) = 2 f (alpha² + sigma²) + g², so that log sqrt(alpha² + sigma²) grows by f + g²/(2 scale²).
    """
    at = torch.tensor(t, dtype=torch.float64)
    scale = float(path.scale(at))
    if scale < 1:
        return 0.0
    # at t = 0 the scale is 1 on every path, and where it shrinks from there it is not seen to
    return max(0.0, float(path.dlog_alpha(at)) + float(path.diffusion2(at)) / (2 * scale**2))
