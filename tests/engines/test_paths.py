"""Paths: identities between alpha, sigma, the SDE's rates and log-SNR."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from engines.component import validated
from engines.errors import BadOption
from engines.process.paths import Path, paths, unlisted
from engines.process.straight import Straight
from engines.process.sub_vp import SubVP
from engines.process.unlisted.vp_discrete import VPDiscrete
from engines.process.ve import VE
from engines.process.vp_cosine import VPCosine
from engines.process.vp_linear import VPLinear

TIMES = torch.linspace(0.01, 0.99, 50, dtype=torch.float64)


KNOWN = {**paths(), **unlisted()}


@pytest.fixture(params=sorted(KNOWN))
def path(request: pytest.FixtureRequest) -> Path:
    """Every registered path with its defaults, also those that no list offers."""
    return KNOWN[request.param]()


def _slope(f: Tensor, t: Tensor) -> Tensor:
    """df/dt at every t."""
    return torch.autograd.grad(f.sum(), t)[0]


def test_the_paths_are_found() -> None:
    assert {"vp-linear", "vp-cosine", "sub-vp", "ve", "straight"} <= set(paths())


def test_begins_at_the_data(path: Path) -> None:
    """At t = 0 there is no noise, and at t_max still some signal."""
    zero, end = torch.tensor(0.0, dtype=torch.float64), path.end
    assert float(path.alpha(zero)) == pytest.approx(1, abs=1e-15)
    assert float(path.sigma(zero)) == 0
    assert float(path.alpha(end)) > 0
    assert float(path.log_snr(end)) < -9


def test_log_snr_falls_and_t_at_inverts_it(path: Path) -> None:
    levels = path.log_snr(TIMES)
    assert bool((levels.diff() < 0).all())
    torch.testing.assert_close(path.t_at(levels), TIMES, rtol=0, atol=1e-11)
    no_noise = path.t_at(torch.tensor([50.0, torch.inf], dtype=torch.float64))
    assert bool((no_noise >= 0).all())
    assert float(no_noise[1]) == 0


def test_kappa_is_the_noise_beside_the_data_and_t_at_kappa_inverts_it(path: Path) -> None:
    x0, eps = torch.ones(1, 1, dtype=torch.float64), torch.full((1, 1), 2.0, dtype=torch.float64)
    for t in TIMES:
        beside = path.diffuse(x0, eps, t) / path.diffuse(x0, 0 * eps, t)  # x_t over what is left of the data
        torch.testing.assert_close(beside[0, 0], 1 + 2 * path.kappa(t))
    torch.testing.assert_close(path.t_at_kappa(path.kappa(TIMES)), TIMES, rtol=0, atol=1e-11)
    assert path.kappa(torch.zeros(1, dtype=torch.float64)).item() == 0
    assert path.t_at_kappa(0.5).dtype == torch.float64


def test_rates_are_the_derivatives(path: Path) -> None:
    """f = d/dt log alpha, and g² = d sigma²/dt − 2 f sigma²."""
    t = TIMES.clone().requires_grad_()
    f = path.dlog_alpha(t)
    torch.testing.assert_close(f, _slope(path.alpha(t).log(), t), rtol=1e-9, atol=1e-9)
    growth = _slope(path.sigma(t).square(), t)
    torch.testing.assert_close(path.diffusion2(t), growth - 2 * f * path.sigma(t).square(), rtol=1e-9, atol=1e-9)


def test_velocities_are_the_derivatives(path: Path) -> None:
    """What a flow moves along: d alpha/dt and d sigma/dt."""
    t = TIMES.clone().requires_grad_()
    torch.testing.assert_close(path.dalpha(t), _slope(path.alpha(t), t), rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(path.dsigma(t), _slope(path.sigma(t), t), rtol=1e-9, atol=1e-9)


def test_scale_is_the_root_of_the_summed_squares(path: Path) -> None:
    torch.testing.assert_close(path.scale(TIMES).square(), path.abar(TIMES) + path.sigma(TIMES).square())


def test_variance_preserving_paths_have_a_scale_of_one_to_the_bit() -> None:
    """Networks divide their input by it, and those trained before there was a scale must find what they knew."""
    for name in ("vp-linear", "vp-cosine", "vp-discrete"):
        path = KNOWN[name]()
        torch.testing.assert_close(path.abar(TIMES) + path.sigma(TIMES).square(), torch.ones_like(TIMES))
        assert path.scale(TIMES).tolist() == [1.0] * len(TIMES)


def test_other_paths_do_not_preserve_variance() -> None:
    """Or whatever assumes it would never be found out."""
    middle = torch.tensor(0.5, dtype=torch.float64)
    scales = {name: float(kind().scale(middle)) for name, kind in paths().items() if not name.startswith("vp-")}
    assert scales["ve"] == pytest.approx(math.sqrt(1 + 0.02**2 * 4999))  # b/a = 5,000, to the power 2t = 1
    assert scales["straight"] == pytest.approx(math.sqrt(0.5))
    assert scales["sub-vp"] < 0.97


def test_the_start_has_the_size_of_the_noise(path: Path) -> None:
    """On VE far from unit noise: sigma at t_max, by its formula and not by that of the path under test."""
    end = path.t_max
    size = {"ve": math.sqrt(100.0**2 - 0.02**2), "straight": 0.999}.get(path.name, 1.0)
    assert float(path.initial(torch.ones(1, dtype=torch.float64))) == pytest.approx(size, rel=1e-4)
    assert end in (1.0, 0.999)


def test_marginals_of_diffuse(path: Path) -> None:
    """Mean and spread of x_t over many noises are alpha·x0 and sigma, within five standard errors."""
    count, x0 = 20_000, 0.7
    eps = torch.randn(count, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    for t in torch.tensor([0.1, 0.5, 0.9], dtype=torch.float64):
        x, sigma = path.diffuse(torch.full_like(eps, x0), eps, t), float(path.sigma(t))
        assert float(x.mean()) == pytest.approx(x0 * float(path.alpha(t)), abs=5 * sigma / math.sqrt(count))
        assert float(x.std()) == pytest.approx(sigma, rel=5 / math.sqrt(2 * count))


def test_the_forward_sde_has_these_marginals(path: Path) -> None:
    """Euler–Maruyama moments: m' = f m and v' = 2 f v + g², begun at the data, end at alpha and sigma²."""
    # the moments of a linear SDE obey an ODE of their own, so f and g² are tested without alpha and sigma
    t, steps = torch.zeros((), dtype=torch.float64), 4000
    mean, variance, h = torch.ones_like(t), torch.zeros_like(t), 0.9 / steps
    for i in range(steps):
        middle = torch.tensor((i + 0.5) * h, dtype=torch.float64)
        f, g2 = path.dlog_alpha(middle), path.diffusion2(middle)
        mean, variance = mean * (f * h).exp(), variance * (2 * f * h).exp() + g2 * h * (f * h).exp()
    end = torch.tensor(0.9, dtype=torch.float64)
    assert float(mean) == pytest.approx(float(path.alpha(end)), rel=1e-5)
    assert float(variance) == pytest.approx(float(path.sigma(end).square()), rel=1e-4)


@given(st.tuples(*[st.floats(0.001, 0.99)] * 3).filter(lambda t: len(set(t)) == 3))
def test_transitions_compose(times: tuple[float, float, float]) -> None:
    """q(x_t | x_r) is q(x_t | x_s) after q(x_s | x_r)."""
    r, s, t = (torch.tensor(v, dtype=torch.float64) for v in sorted(times))
    for kind in KNOWN.values():
        (a, v), (b, w), (c, u) = (kind().transition(*pair) for pair in ((r, s), (s, t), (r, t)))
        assert float(a * b) == pytest.approx(float(c), rel=1e-12)
        # the variances are differences of sigma², which reaches 10⁴ where variance explodes
        assert float(b.square() * v + w) == pytest.approx(float(u), abs=1e-12 * max(1.0, float(kind().sigma(t)) ** 2))


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
    assert float(path.abar(path.end)) == pytest.approx(2.4e-6, rel=0.02)


def test_vp_linear_is_near_the_discrete_schedule_of_ddpm() -> None:
    """The product of 1 − beta over 1,000 steps from 1e-4 to 0.02, in log."""
    abar = (1 - torch.linspace(1e-4, 0.02, 1000, dtype=torch.float64)).cumprod(0)
    ours = VPLinear().abar(torch.arange(1, 1001, dtype=torch.float64) / 1000)
    assert float((ours.log() - abar.log()).abs().max()) < 0.08
    assert float((ours - abar).abs().max()) < 3e-3


def test_vp_discrete_has_the_levels_of_its_chain_at_the_ends_of_its_steps() -> None:
    """alpha-bar_n is the product of 1 − beta, for betas without any order; within a step the noise rate is constant."""
    betas = [0.3, 0.01, 0.999, 1e-6, 0.2]
    path, ends = VPDiscrete(betas=tuple(betas)), torch.arange(6, dtype=torch.float64) / 5
    abar = torch.tensor([1.0, *[math.prod(1 - b for b in betas[:n]) for n in range(1, 6)]], dtype=torch.float64)
    torch.testing.assert_close(path.abar(ends), abar, rtol=1e-14, atol=0)
    torch.testing.assert_close(path.sigma(ends).square(), 1 - abar, rtol=1e-12, atol=0)
    torch.testing.assert_close(path.t_at(path.log_snr(ends[1:])), ends[1:], rtol=0, atol=1e-9)
    # q(x_n | x_{n−1}) of the chain, Ho et al. eq. 2
    keep, added = path.transition(ends[:-1], ends[1:])
    torch.testing.assert_close(keep.square(), 1 - torch.tensor(betas, dtype=torch.float64), rtol=1e-12, atol=0)
    torch.testing.assert_close(added, torch.tensor(betas, dtype=torch.float64), rtol=1e-9, atol=1e-12)
    # paths are compared, also after they have been used
    assert path == VPDiscrete(betas=tuple(betas)) != VPDiscrete()
    within = torch.tensor([0.41, 0.5, 0.6], dtype=torch.float64)
    torch.testing.assert_close(path.diffusion2(within), torch.full_like(within, -5 * math.log(0.001)))


def test_vp_discrete_with_many_steps_of_a_path_is_that_path() -> None:
    dense = VPLinear().abar(torch.arange(1001, dtype=torch.float64) / 1000)
    path = VPDiscrete(betas=tuple((1 - dense[1:] / dense[:-1]).tolist()))
    torch.testing.assert_close(path.log_snr(TIMES), VPLinear().log_snr(TIMES), rtol=1e-9, atol=1e-9)
    # half way between, a chord of the parabola ∫ beta lies above it by slope/(8 N²)
    between = TIMES + 5e-4
    above = VPLinear().abar(between).log() - path.abar(between).log()
    torch.testing.assert_close(above, torch.full_like(above, 19.9 / 8e6), rtol=0, atol=1e-12)


@pytest.mark.parametrize(("betas", "words"), [
    ([0.1], "at least 2"), ([0.1, 0.0], "Value 2 of option betas cannot be 0.0"), ([0.1, 1.0], "less than 1"),
    ([float("nan"), 0.1], "finite"), ([0.1] * 10_001, "at most 10,000")])
def test_betas_that_are_none_are_refused(betas: list[float], words: str) -> None:
    with pytest.raises(BadOption, match=words):
        validated(VPDiscrete, {"betas": betas})


def test_sub_vp_is_the_papers() -> None:
    """Song et al. 2021, eq. 29: N(x0·exp(−½ ∫ beta), (1 − exp(−∫ beta))²), so its noise is the linear one's squared."""
    path, linear = SubVP(), VPLinear()
    assert torch.equal(path.alpha(TIMES), linear.alpha(TIMES))
    torch.testing.assert_close(path.sigma(TIMES), linear.sigma(TIMES).square())
    assert bool((path.sigma(TIMES) < linear.sigma(TIMES)).all())
    # eq. 28: g² = beta·(1 − exp(−2 ∫ beta)), here with the integral done by hand
    beta, integral = 0.1 + 19.9 * TIMES, 0.1 * TIMES + 9.95 * TIMES**2
    torch.testing.assert_close(path.diffusion2(TIMES), beta * (1 - (-2 * integral).exp()))


def test_ve_is_the_papers_less_what_it_begins_with() -> None:
    """Song et al. 2021, eq. 31: sigma_min²·(sigma_max/sigma_min)^{2t}; begun at the data it is sigma_min² less."""
    path = VE(sigma_min=0.1, sigma_max=50.0)
    torch.testing.assert_close(path.sigma(TIMES).square() + 0.01, 0.01 * 500 ** (2 * TIMES), rtol=1e-12, atol=0)
    # eq. 30: g = sigma_min (sigma_max/sigma_min)^t sqrt(2 log(sigma_max/sigma_min))
    g = 0.1 * 500**TIMES * math.sqrt(2 * math.log(500))
    torch.testing.assert_close(path.diffusion2(TIMES), g.square(), rtol=1e-12, atol=0)
    assert path.alpha(TIMES).tolist() == [1.0] * len(TIMES)


def test_straight_moves_from_data_to_noise_at_constant_speed() -> None:
    """x_t is linear in t, and its speed is eps − x0 exactly."""
    path = Straight()
    x0, eps = torch.full((50,), 0.25, dtype=torch.float64), torch.full((50,), -2.0, dtype=torch.float64)
    torch.testing.assert_close(path.diffuse(x0, eps, TIMES), x0 + TIMES * (eps - x0))
    assert torch.equal(path.dalpha(TIMES) * x0 + path.dsigma(TIMES) * eps, eps - x0)
    assert path.t_max < 1
