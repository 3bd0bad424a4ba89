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


@pytest.mark.parametrize("name", sorted(paths()))
def test_every_time_of_the_grids(name: str) -> None:
    """Squares of even numbers, and log-SNR down to t = 0.001 with one step left from there."""
    path = paths()[name]()
    quadratic = [path.t_max * x for x in (1, 0.5625, 0.25, 0.0625, 0)]
    assert time_grid(path, 4, Spacing.QUADRATIC).tolist() == pytest.approx(quadratic, abs=1e-15)
    assert time_grid(path, 4).tolist() == pytest.approx([path.t_max * x for x in (1, 0.75, 0.5, 0.25, 0)])
    assert float(time_grid(path, 4, Spacing.LOG_SNR)[-2]) == pytest.approx(1e-3, rel=1e-9)


def test_log_snr_spacing_has_equal_steps() -> None:
    path = paths()["vp-cosine"]()
    steps = path.log_snr(time_grid(path, 20, Spacing.LOG_SNR)[:-1]).diff()
    torch.testing.assert_close(steps, steps.mean().expand_as(steps), rtol=1e-8, atol=0)
