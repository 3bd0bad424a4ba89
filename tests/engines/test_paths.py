"""Paths: identities between alpha, sigma, the SDE's rates and log-SNR."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from engines.process.paths import Path, paths
from engines.process.vp_cosine import VPCosine
from engines.process.vp_linear import VPLinear

TIMES = torch.linspace(0.01, 0.99, 50, dtype=torch.float64)


@pytest.fixture(params=sorted(paths()))
def path(request: pytest.FixtureRequest) -> Path:
    """Every registered path with its defaults."""
    return paths()[request.param]()


def _slope(f: Tensor, t: Tensor) -> Tensor:
    """df/dt at every t."""
    return torch.autograd.grad(f.sum(), t)[0]


def test_the_paths_of_the_first_version_are_found() -> None:
    assert {"vp-linear", "vp-cosine"} <= set(paths())


def test_begins_at_the_data(path: Path) -> None:
    """At t = 0 there is no noise, and at t_max still some signal."""
    zero, end = torch.tensor(0.0, dtype=torch.float64), torch.tensor(path.t_max, dtype=torch.float64)
    assert float(path.alpha(zero)) == pytest.approx(1, abs=1e-15)
    assert float(path.sigma(zero)) == 0
    assert float(path.alpha(end)) > 0
    assert float(path.log_snr(end)) < -9


def test_log_snr_falls_and_t_at_inverts_it(path: Path) -> None:
    levels = path.log_snr(TIMES)
    assert bool((levels.diff() < 0).all())
    torch.testing.assert_close(path.t_at(levels), TIMES, rtol=0, atol=1e-11)


def test_rates_are_the_derivatives(path: Path) -> None:
    """f = d/dt log alpha, and g² = d sigma²/dt − 2 f sigma²."""
    t = TIMES.clone().requires_grad_()
    f = path.dlog_alpha(t)
    torch.testing.assert_close(f, _slope(path.alpha(t).log(), t), rtol=1e-9, atol=1e-9)
    growth = _slope(path.sigma(t).square(), t)
    torch.testing.assert_close(path.diffusion2(t), growth - 2 * f * path.sigma(t).square(), rtol=1e-9, atol=1e-9)


def test_variance_preserving(path: Path) -> None:
    torch.testing.assert_close(path.abar(TIMES) + path.sigma(TIMES).square(), torch.ones_like(TIMES))


@given(st.tuples(*[st.floats(0.001, 0.99)] * 3).filter(lambda t: len(set(t)) == 3))
def test_transitions_compose(times: tuple[float, float, float]) -> None:
    """q(x_t | x_r) is q(x_t | x_s) after q(x_s | x_r)."""
    r, s, t = (torch.tensor(v, dtype=torch.float64) for v in sorted(times))
    for kind in paths().values():
        (a, v), (b, w), (c, u) = (kind().transition(*pair) for pair in ((r, s), (s, t), (r, t)))
        assert float(a * b) == pytest.approx(float(c), rel=1e-12)
        assert float(b.square() * v + w) == pytest.approx(float(u), abs=1e-12)


def test_diffuse_takes_a_time_for_each_sample(path: Path) -> None:
    x0, eps = torch.ones(3, 2, 4, dtype=torch.float64), torch.zeros(3, 2, 4, dtype=torch.float64)
    t = torch.tensor([0.1, 0.5, 0.9], dtype=torch.float64)
    torch.testing.assert_close(path.diffuse(x0, eps, t)[:, 0, 0], path.alpha(t))
    torch.testing.assert_close(path.diffuse(x0, eps, t[1])[0, 0, 0], path.alpha(t[1]))


def test_vp_cosine_is_the_papers() -> None:
    """Nichol & Dhariwal 2021, eq. 17: f(t)/f(0), f = cos²((t/T + s)/(1 + s)·π/2) with s = 0.008; up to t = 0.999."""
    path = VPCosine()
    f = [math.cos((n / 1000 + 0.008) / 1.008 * math.pi / 2) ** 2 for n in range(1000)]
    abar = torch.tensor(f, dtype=torch.float64) / f[0]
    torch.testing.assert_close(path.abar(torch.arange(1000, dtype=torch.float64) / 1000), abar, rtol=1e-9, atol=1e-15)
    assert path.t_max == 0.999
    assert float(path.abar(torch.tensor(path.t_max, dtype=torch.float64))) == pytest.approx(2.4e-6, rel=0.02)


def test_vp_linear_is_near_the_discrete_schedule_of_ddpm() -> None:
    """The product of 1 − beta over 1,000 steps from 1e-4 to 0.02, in log."""
    abar = (1 - torch.linspace(1e-4, 0.02, 1000, dtype=torch.float64)).cumprod(0)
    ours = VPLinear().abar(torch.arange(1, 1001, dtype=torch.float64) / 1000)
    assert float((ours.log() - abar.log()).abs().max()) < 0.08
    assert float((ours - abar).abs().max()) < 3e-3
