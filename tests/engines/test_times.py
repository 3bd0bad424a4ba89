"""Time grids."""

from __future__ import annotations

import pytest
import torch

from engines.process.paths import paths
from engines.process.times import Spacing, time_grid


@pytest.mark.parametrize("name", sorted(paths()))
@pytest.mark.parametrize("spacing", list(Spacing))
@pytest.mark.parametrize("steps", [1, 2, 7, 50, 1000])
def test_grid_falls_from_noise_to_data(name: str, spacing: Spacing, steps: int) -> None:
    path = paths()[name]()
    times = time_grid(path, steps, spacing)
    assert times.dtype == torch.float64
    assert len(times) == steps + 1
    assert (float(times[0]), float(times[-1])) == (path.t_max, 0.0)
    assert bool((times.diff() < 0).all())


def test_log_snr_spacing_has_equal_steps() -> None:
    path = paths()["vp-cosine"]()
    steps = path.log_snr(time_grid(path, 20, Spacing.LOG_SNR)[:-1]).diff()
    torch.testing.assert_close(steps, steps.mean().expand_as(steps), rtol=1e-8, atol=0)
