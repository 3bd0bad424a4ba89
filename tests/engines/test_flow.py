"""The log-density along the flow: Gaussians by hand, traces against each other, where the flow begins, and batches."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engines.analytic import Mixture, MixtureDenoiser, gaussian
from engines.checks.likelihood_claims import last
from engines.data.points.mixtures import Ring, TwoBlobs
from engines.denoiser import Denoised, Denoiser
from engines.likelihood.flow import Flow, FlowStep, Solver, flowed, log_density
from engines.likelihood.trace import Exact, Hutchinson, Law, Trace, traces
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import paths
from engines.process.prediction import to_velocity
from engines.process.ve import VE
from engines.process.vp_cosine import VPCosine

PATH = VPCosine()
DATA = TwoBlobs().mixture()


class _Hidden(Denoiser):
    """A denoiser of which nothing is known but what it answers; `weight` is a parameter as networks have."""

    def __init__(self, inner: Denoiser) -> None:
        self.inner = inner
        self.weight = torch.ones((), dtype=torch.float64, requires_grad=True)

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        return Denoised(self.weight * self.inner(x, t, cond))


def _noise(count: int, first: int = 0, dimension: int = 2) -> Noise:
    return Noise(sample_seeds(first, count), (dimension,), dtype=torch.float64)


def _end(x0: Tensor, trace: Trace, *, data: Mixture = DATA, steps: int = 20, first: int = 0,
         hidden: bool = True) -> FlowStep:
    prior: Denoiser = MixtureDenoiser(data, PATH)
    flow = Flow(PATH, _Hidden(prior) if hidden else prior, trace, _noise(len(x0), first, x0.shape[1]))
    *_, end = flowed(flow, x0, steps)
    return end


@pytest.mark.parametrize("name", sorted(paths()))
def test_the_field_is_the_velocity_of_the_path(name: str) -> None:
    """dy/dl = (dx/dt − f·x)/alpha · dt/dl, with the velocity as samplers know it."""
    path, t = paths()[name](), torch.tensor(0.4, dtype=torch.float64)
    y = DATA.sample(7, seed=1)
    level = -float(path.log_snr(t)) / 2
    slope = torch.autograd.functional.jacobian(lambda at: -path.log_snr(at) / 2, t)
    x = path.alpha(t) * y
    velocity = to_velocity(path, x, MixtureDenoiser(DATA, path)(x, t), t)
    wanted = (velocity - path.dlog_alpha(t) * x) / path.alpha(t) / slope
    found, _ = Flow(path, MixtureDenoiser(DATA, path), Exact(), _noise(7)).rates(y, level)
    torch.testing.assert_close(found, wanted)


@pytest.mark.parametrize("name", sorted(paths()))
def test_a_ring_of_modes_has_its_density_on_every_path(name: str) -> None:
    path, data = paths()[name](), Ring().mixture()
    x0 = data.sample(32, seed=2)
    *_, end = flowed(Flow(path, MixtureDenoiser(data, path), Exact(), _noise(32)), x0, 100)
    torch.testing.assert_close(log_density(path, end), data.log_density(x0), rtol=0, atol=1e-3)


def test_a_gaussian_along_the_flow_only_grows() -> None:
    """In its eigenbasis each coordinate of y over its standard deviation stays what it was."""
    data = gaussian(torch.zeros(2), torch.diag(torch.tensor([0.25, 2.25])))
    x0 = data.sample(9, seed=1)
    prior = MixtureDenoiser(data, PATH)
    steps = list(flowed(Flow(PATH, prior, Exact(), _noise(9)), x0, 100))
    ratio2 = (-PATH.log_snr(torch.tensor(steps[-1].t, dtype=torch.float64))).exp()
    spread = torch.tensor([0.25, 2.25], dtype=torch.float64)
    torch.testing.assert_close(steps[-1].y, x0 * ((spread + ratio2) / (spread + 1e-6)).sqrt(), rtol=1e-4, atol=1e-4)
    assert [step.index for step in steps] == list(range(101))
    assert all(a.t < b.t for a, b in zip(steps, steps[1:], strict=False))
    assert steps[-1].nfe == 400
    assert steps[-1].t == pytest.approx(PATH.t_max)


def test_a_denoiser_without_a_formula_is_differentiated() -> None:
    x0 = DATA.sample(6, seed=2)
    torch.testing.assert_close(_end(x0, Exact()).gained, _end(x0, Exact(), hidden=False).gained, rtol=0, atol=1e-9)


def test_signs_along_the_axes_are_exact_where_coordinates_do_not_mix() -> None:
    """eᵀ J e of ±1 is the trace of a diagonal J, whatever the signs."""
    data = gaussian(torch.zeros(3), torch.diag(torch.tensor([0.2, 1.0, 1.8])))
    x0 = data.sample(5, seed=1)
    torch.testing.assert_close(_end(x0, Hutchinson(), data=data).gained, _end(x0, Exact(), data=data).gained,
                               rtol=0, atol=1e-9)


@pytest.mark.parametrize("law", list(Law))
def test_more_probes_have_less_error(law: Law) -> None:
    x0 = DATA.sample(200, seed=2)
    exact = _end(x0, Exact()).gained
    few, many = (float((_end(x0, Hutchinson(probes=k, law=law)).gained - exact).square().mean().sqrt())
                 for k in (1, 16))
    # a quarter, within what 200 samples tell
    assert few / many == pytest.approx(4, rel=0.25)


def test_probes_are_of_the_sample_and_not_of_the_batch() -> None:
    x0 = DATA.sample(6, seed=2)
    # in the plane there are but two kinds of signs, alike and not
    trace = Hutchinson(law=Law.GAUSSIAN)
    whole, alone = _end(x0, trace).gained, _end(x0[4:5], trace, first=4).gained
    torch.testing.assert_close(whole[4:5], alone)
    assert not torch.allclose(whole[4:5], _end(x0[4:5], trace, first=3).gained)


@pytest.mark.parametrize("name", sorted(traces()))
def test_nothing_of_the_derivatives_is_kept(name: str) -> None:
    end = _end(DATA.sample(2, seed=1), traces()[name](), steps=2)
    assert not end.y.requires_grad
    assert not end.gained.requires_grad
    assert torch.is_grad_enabled()


def test_what_is_found_is_the_density_with_the_finest_noise() -> None:
    """At 0.2 it is far from that of the data, and the one of data with that noise."""
    x0, prior = DATA.sample(20, seed=3), MixtureDenoiser(DATA, PATH)
    *_, end = flowed(Flow(PATH, prior, Exact(), _noise(20)), x0, 100, finest=0.2)
    found = log_density(PATH, end)
    torch.testing.assert_close(found, DATA.log_density(x0, 1.0, 0.2), rtol=0, atol=1e-4)
    assert float((found - DATA.log_density(x0)).abs().max()) > 0.05


def test_finer_noise_is_nearer_to_the_data_by_its_square() -> None:
    """In the middle of a mode, where the second derivative is not small."""
    x0 = TwoBlobs().mixture().means.clone()
    gaps = [float((log_density(PATH, _last_at(x0, finest)) - DATA.log_density(x0)).abs().max())
            for finest in (0.1, 0.05)]
    assert gaps[0] / gaps[1] == pytest.approx(4, rel=0.1)


def _last_at(x0: Tensor, finest: float) -> FlowStep:
    *_, end = flowed(Flow(PATH, MixtureDenoiser(DATA, PATH), Exact(), _noise(len(x0))), x0, 200, finest=finest)
    return end


def test_images_in_float32_are_as_likely_as_in_float64() -> None:
    data = gaussian(torch.zeros(16), torch.eye(16) / 2)
    x0 = data.sample(4, seed=2).reshape(4, 1, 4, 4)
    path = VE()
    found = list[Tensor]()
    for dtype in (torch.float64, torch.float32):
        noise = Noise(sample_seeds(0, 4), (1, 4, 4), dtype=dtype)
        *_, end = flowed(Flow(path, _Plain(data, path), Hutchinson(), noise), x0.to(dtype), 60)
        assert end.y.dtype is dtype
        found.append(log_density(path, end))
    torch.testing.assert_close(found[0], found[1], rtol=0, atol=1e-3)
    torch.testing.assert_close(found[0], data.log_density(x0.flatten(1)), rtol=0, atol=2e-3)


class _Plain(Denoiser):
    """The exact denoiser of a Gaussian about 0 with one variance, written for any shape."""

    def __init__(self, data: Mixture, path: VE) -> None:
        self.variance, self.path = float(data.covariances[0, 0, 0]), path

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        alpha, sigma2 = float(self.path.alpha(t)), float(self.path.sigma(t).square())
        return Denoised(alpha * self.variance / (alpha**2 * self.variance + sigma2) * x)


def test_heun_comes_to_the_same_with_more_steps() -> None:
    x0 = DATA.sample(8, seed=3)
    heun = log_density(PATH, last(PATH, x0, 1000, solver=Solver.HEUN))
    torch.testing.assert_close(heun, log_density(PATH, last(PATH, x0, 200)), rtol=0, atol=3e-3)
