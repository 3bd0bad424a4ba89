"""Time grids."""

from __future__ import annotations

import pytest
import torch

from engines.component import build, validated
from engines.errors import BadOption
from engines.process.paths import paths
from engines.process.times import EDM, LogSNR, Quadratic, TimeGrid, Uniform, grids, time_grid
from engines.tasks.generate import SampleOptions


def test_the_grids_are_found() -> None:
    assert set(grids()) == {"uniform", "quadratic", "log-snr", "edm"}


@pytest.mark.parametrize("name", sorted(paths()))
@pytest.mark.parametrize("grid", [*(kind() for kind in grids().values()), EDM(rho=1), EDM(rho=100, finest=1e-4)],
                         ids=repr)
@pytest.mark.parametrize("steps", [1, 2, 7, 50, 1000])
def test_grid_falls_from_noise_to_data(name: str, grid: TimeGrid, steps: int) -> None:
    path = paths()[name]()
    times = time_grid(path, steps, grid)
    assert times.dtype == torch.float64
    assert len(times) == steps + 1
    assert (float(times[0]), float(times[-1])) == (path.t_max, 0.0)
    assert bool((times.diff() < 0).all())


@pytest.mark.parametrize("name", sorted(paths()))
def test_every_time_of_the_grids(name: str) -> None:
    """Squares of even numbers, and log-SNR down to t = 0.001 with one step left from there."""
    path = paths()[name]()
    quadratic = [path.t_max * x for x in (1, 0.5625, 0.25, 0.0625, 0)]
    assert time_grid(path, 4, Quadratic()).tolist() == pytest.approx(quadratic, abs=1e-15)
    assert time_grid(path, 4).tolist() == pytest.approx([path.t_max * x for x in (1, 0.75, 0.5, 0.25, 0)])
    assert float(time_grid(path, 4, LogSNR())[-2]) == pytest.approx(1e-3, rel=1e-9)


def test_log_snr_spacing_has_equal_steps() -> None:
    for kind in paths().values():
        path = kind()
        steps = path.log_snr(time_grid(path, 20, LogSNR())[:-1]).diff()
        torch.testing.assert_close(steps, steps.mean().expand_as(steps), rtol=1e-8, atol=0)


@pytest.mark.parametrize("name", sorted(paths()))
def test_edm_has_the_papers_noise_levels(name: str) -> None:
    """Karras et al. 2022, eq. 5: (s_max^(1/ρ) + i/(N−1)(s_min^(1/ρ) − s_max^(1/ρ)))^ρ, then 0, with s = sigma/alpha."""
    path, n, rho, low = paths()[name](), 6, 5.0, 0.01
    times = time_grid(path, n, EDM(rho=rho, finest=low))[:-1]
    kappa = path.kappa(times)
    high = float(kappa[0])
    wanted = [(high ** (1 / rho) + i / (n - 1) * (low ** (1 / rho) - high ** (1 / rho))) ** rho for i in range(n)]
    assert kappa.tolist() == pytest.approx(wanted, rel=1e-9)
    assert (EDM().rho, EDM().finest) == (7, 0.002)


def test_rho_moves_the_steps_towards_the_data() -> None:
    path = paths()["ve"]()
    middle = [float(time_grid(path, 10, EDM(rho=rho))[5]) for rho in (1, 3, 7, 20)]
    assert middle == sorted(middle, reverse=True)
    assert middle[0] > 1.5 * middle[-1]


def test_grids_of_earlier_recipes_are_read_and_keep_their_bits() -> None:
    """A name was all there was; the times are those of the expressions of then."""
    path, u = paths()["vp-cosine"](), torch.linspace(1, 0, 51, dtype=torch.float64)
    wanted = {"uniform": path.t_max * u, "quadratic": path.t_max * u.square()}
    ends = path.log_snr(torch.tensor([path.t_max, 1e-3], dtype=torch.float64))
    levels = path.t_at(torch.linspace(float(ends[0]), float(ends[1]), 50, dtype=torch.float64))
    levels[0] = path.t_max
    wanted["log-snr"] = torch.cat([levels, levels.new_zeros(1)])
    for name, times in wanted.items():
        options = validated(SampleOptions, {"spacing": name})
        assert options.spacing == grids()[name]()
        assert torch.equal(time_grid(path, 50, options.spacing), times)
    assert SampleOptions().spacing == Uniform()


def test_a_grid_carries_its_options_and_refuses_what_cannot_be() -> None:
    options = validated(SampleOptions, {"spacing": {"name": "edm", "rho": 3}})
    assert options.spacing == EDM(rho=3)
    assert options.model_dump(mode="json")["spacing"] == {"name": "edm", "rho": 3.0, "finest": 0.002}
    with pytest.raises(BadOption, match="choose one of edm, log-snr, quadratic, uniform"):
        build(TimeGrid, "cosine", grids)
    with pytest.raises(BadOption, match="rho cannot be 0"):
        validated(SampleOptions, {"spacing": {"name": "edm", "rho": 0}})
