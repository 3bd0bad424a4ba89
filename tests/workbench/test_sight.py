"""States of points are seen at one scale: that of what is recorded of a run, and that of its path."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import torch

from engines.process.paths import paths
from engines.process.seen import seen_scale
from engines.process.sight import sight
from workbench.frames import size


@dataclass(frozen=True)
class Recorded:
    """What a run keeps of its path."""

    alpha: np.ndarray
    sigma: np.ndarray


@pytest.mark.parametrize("name", paths())
def test_what_a_run_recorded_is_seen_at_the_scale_of_its_path(name: str) -> None:
    path = paths()[name]()
    times = torch.linspace(0, path.t_max, 9, dtype=torch.float64)
    recorded = Recorded(path.alpha(times).numpy(), path.sigma(times).numpy())
    for k, t in enumerate(times.tolist()):
        assert sight(size(recorded, k)) == pytest.approx(seen_scale(path, t), rel=1e-12)
        assert sight(size(recorded, k)) >= 1
