"""ΠGDM: exact where its covariance is, the paper's formula elsewhere, and a run like any other."""
# torch.linalg carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from engines.analytic import MixtureDenoiser
from engines.checks.oracle_claims import exact_samplers, resume_gap
from engines.denoiser import Denoised, Denoiser
from engines.errors import BadInput, OutOfMemory
from engines.guidance.cfg import ClassifierFree
from engines.inverse.base import Measurement
from engines.inverse.corrected import left_variance
from engines.inverse.pigdm import Covariance, PiGDM, solved
from engines.operators.mask import Mask
from engines.process.paths import Path
from engines.process.vp_cosine import VPCosine
from engines.process.vp_linear import VPLinear
from engines.samplers.base import Sampler
from engines.samplers.ddim import DDIM
from engines.samplers.ddpm import DDPM
from engines.samplers.dpmpp import DPMSolverPP
from tests.engines import linear_cases as cases

TWEEDIE = PiGDM(covariance=Covariance.TWEEDIE, iterations=20)


@pytest.mark.parametrize("path", cases.PATHS, ids=lambda path: path.name)
@pytest.mark.parametrize("name", cases.problems())
def test_the_estimate_is_exact_for_a_gaussian_by_tweedies_covariance(path: Path, name: str) -> None:
    """E[x0 | x_t, y] of the closed-form posterior, for any covariance of the prior."""
    data, measurement = cases.tilted(), cases.problems()[name]
    denoiser, _ = cases.conditioned(TWEEDIE, data, path, DDIM(), measurement)
    exact = MixtureDenoiser(cases.given(data, measurement), path)
    for t in cases.times_on(path):
        x = cases.states(path, t)
        torch.testing.assert_close(denoiser(x, t), exact(x, t), rtol=0, atol=1e-9)


@pytest.mark.parametrize("path", cases.PATHS, ids=lambda path: path.name)
@pytest.mark.parametrize("name", cases.problems())
@pytest.mark.parametrize("covariance", [Covariance.CONSTANT, Covariance.MEASURED])
def test_a_single_number_is_exact_for_independent_data_of_its_spread(path: Path, name: str, covariance: Covariance,
                                                                     ) -> None:
    measurement, method = cases.problems()[name], PiGDM(covariance=covariance, spread=0.7)
    denoiser, _ = cases.conditioned(method, cases.upright(0.7), path, DDIM(), measurement)
    exact = MixtureDenoiser(cases.given(cases.upright(0.7), measurement), path)
    tolerance = 2e-6 if name == "no spectrum" else 1e-9  # conjugate gradients stop at a relative residual of 1e-6
    for t in cases.times_on(path):
        x = cases.states(path, t)
        torch.testing.assert_close(denoiser(x, t), exact(x, t), rtol=0, atol=tolerance)


@pytest.mark.parametrize("scaled", [False, True])
@pytest.mark.parametrize("name", ["wide", "tall", "mask", "wide, exact"])
def test_the_constant_covariance_corrects_by_the_papers_formula(name: str, scaled: bool) -> None:
    """With the Jacobian of a mixture and dense matrices, transposed as written."""
    path, data, measurement, spread = VPLinear(), cases.two(), cases.problems()[name], 0.8
    method = PiGDM(covariance=Covariance.CONSTANT, spread=spread, scaled=scaled)
    denoiser, _ = cases.conditioned(method, data, path, DDIM(), measurement)
    measured, _ = cases.conditioned(method.changed(covariance=Covariance.MEASURED), data, path, DDIM(), measurement)
    a = measurement.linear.dense()
    for t in cases.times_on(path):
        x, (alpha, sigma) = cases.states(path, t), (float(path.alpha(t)), float(path.sigma(t)))
        r2 = sigma**2 * spread**2 / (sigma**2 + alpha**2 * spread**2)
        assert left_variance(path, t, spread) == pytest.approx(r2)
        s = r2 * a @ a.T + measurement.noise**2 * torch.eye(len(a), dtype=torch.float64)
        plain = MixtureDenoiser(data, path)(x, t)
        residual = measurement.y - plain @ a.T
        along = residual @ torch.linalg.pinv(s, hermitian=True)
        covariance = sigma**2 / alpha * data.jacobian(x, alpha, sigma)
        change = torch.einsum("bij,bi->bj", covariance, along @ a) * (r2 if scaled else 1)
        found = denoiser.denoise(x, t)
        torch.testing.assert_close(found.contributions[-1].delta, change, rtol=1e-8, atol=1e-9)
        torch.testing.assert_close(found.x0, plain + change, rtol=1e-8, atol=1e-9)
        assert [part.term for part in found.contributions] == ["likelihood"]
        # as far along it as leaves nothing of the misfit in its direction
        whole = a @ covariance @ a.T + measurement.noise**2 * torch.eye(len(a), dtype=torch.float64)
        turned = torch.einsum("bij,bj->bi", whole, along)
        length = ((along * residual).sum(1) / (along * turned).sum(1)).minimum(4 * residual.norm(dim=1)
                                                                                / turned.norm(dim=1))
        torch.testing.assert_close(measured.denoise(x, t).contributions[-1].delta, length[:, None] * change,
                                   rtol=1e-6, atol=1e-8)


class _Saddle(Denoiser):
    """x0_hat whose slope no covariance has: up along the first number, and nearly as much down along the second."""

    def __init__(self, off: float) -> None:
        self.slopes = torch.tensor([1.0, off - 1], dtype=torch.float64)

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        """The linear map of these slopes."""
        del t, cond
        return Denoised(self.slopes * x)


@pytest.mark.parametrize("off", [0.1, 1e-3, 1e-6, 0.0, -1.0])
@pytest.mark.parametrize("noise", [0.0, 0.1])
def test_a_slope_of_no_covariance_does_not_lead_away(off: float, noise: float) -> None:
    path, measurement = VPCosine(), Measurement(Mask(torch.ones(2, dtype=torch.float64)),
                                                torch.ones(1, 2, dtype=torch.float64), noise)
    denoiser, _ = PiGDM().posterior(path, _Saddle(off), DDIM(), measurement)
    x, t = torch.zeros(1, 2, dtype=torch.float64), torch.tensor(0.5, dtype=torch.float64)
    # four times the misfit, and what the measurement’s own noise adds to it
    assert float(denoiser(x, t).norm()) <= 4 * math.sqrt(2) * (1 + noise)


@pytest.mark.parametrize("name", sorted(exact_samplers()))
def test_every_sampler_walks_it_as_it_walks_the_exact_posterior(name: str) -> None:
    path, data, measurement = VPCosine(), cases.tilted(), cases.problems()["wide"]
    sampler: Sampler = exact_samplers()[name]
    ours, same = cases.conditioned(TWEEDIE, data, path, sampler, measurement)
    assert same is sampler
    exact = MixtureDenoiser(cases.given(data, measurement), path)
    ends = [cases.walk(sampler, denoiser, path, 8, 3)[-1].x for denoiser in (ours, exact)]
    torch.testing.assert_close(*ends, rtol=0, atol=1e-6)


@pytest.mark.parametrize("sampler", [DDPM(), DDIM(), DPMSolverPP()], ids=lambda sampler: sampler.name)
@pytest.mark.parametrize("name", ["wide", "mask"])
def test_samples_have_the_mean_and_covariance_of_the_posterior(sampler: Sampler, name: str) -> None:
    """Within five standard errors of 1,000 samples."""
    path, data, measurement = VPCosine(), cases.tilted(), cases.problems()[name]
    denoiser, sampler = cases.conditioned(TWEEDIE, data, path, sampler, measurement)
    off = cases.errors(cases.walk(sampler, denoiser, path, 100, 1000)[-1].x, cases.given(data, measurement))
    assert off.mean < 5
    assert off.covariance < 5


def test_conjugate_gradients_solve_and_stop_where_they_must() -> None:
    root = torch.randn(4, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    matrix, y = root @ root.T, torch.stack([torch.ones(4), torch.zeros(4), torch.arange(4)]).double()
    found = solved(lambda u: u @ matrix, y, 20)
    torch.testing.assert_close(found, torch.linalg.solve(matrix, y.T).T, rtol=1e-8, atol=1e-8)
    assert float(found[1].abs().max()) == 0
    # each by itself: neither a batch nor a sample that is done moves another
    torch.testing.assert_close(solved(lambda u: u @ matrix, y[2:], 20), found[2:], rtol=1e-12, atol=1e-12)
    # one step is that of steepest descent
    first = y[0].square().sum() / (y[0] @ matrix @ y[0]) * y[0]
    torch.testing.assert_close(solved(lambda u: u @ matrix, y, 1)[0], first)
    assert float(solved(lambda u: -u, y, 20).abs().max()) == 0, "curved down, so nothing is gained by going"


def test_each_sample_has_its_own_time_and_measurement() -> None:
    path, data, shared = VPLinear(), cases.two(), cases.problems()["wide"]
    own = Measurement(shared.operator, shared.y + torch.arange(5)[:, None], shared.noise)
    t = cases.times_on(path)[:5]
    for method in (PiGDM(), PiGDM(covariance=Covariance.CONSTANT), TWEEDIE):
        denoiser, _ = cases.conditioned(method, data, path, DDIM(), own)
        x = torch.cat([cases.states(path, time, 1) for time in t])
        alone = [cases.conditioned(method, data, path, DDIM(), own.of(slice(k, k + 1)))[0](x[k:k + 1], t[k])
                 for k in range(5)]
        torch.testing.assert_close(denoiser(x, t), torch.cat(alone), rtol=0, atol=1e-12)


@pytest.mark.parametrize("method", [PiGDM(), TWEEDIE.changed(iterations=3)], ids=lambda method: method.covariance)
@pytest.mark.parametrize("sampler", [DDPM(), DPMSolverPP()], ids=lambda sampler: sampler.name)
def test_a_run_of_a_network(method: PiGDM, sampler: Sampler) -> None:
    """Terms add up with guidance beside them; a picture is the same alone, and a run the same when it is resumed."""
    run = cases.pictures(method, sampler, (1, 2), ClassifierFree(cases.NETWORK, 2.0), torch.tensor([0, 1]))
    cases.check_terms(run)
    assert {"guidance", "likelihood"} == set(run[0].deltas)
    assert cases.apart(method, sampler) < 1e-4
    denoiser, _ = method.posterior(cases.PATH, cases.NETWORK, sampler, cases.PICTURE)
    assert resume_gap(sampler, denoiser, cases.PATH) == 0
    assert not run[0].x0.requires_grad


class _Tight(Denoiser):
    """A prior with room for so many samples."""

    def __init__(self, room: int) -> None:
        self.room = room

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        if len(x) > self.room:
            raise torch.OutOfMemoryError("out of memory")
        return cases.NETWORK.denoise(x, t, cond)


def test_it_goes_on_in_halves_where_there_is_no_room() -> None:
    x, t = torch.randn(7, 1, 8, 8), torch.tensor(0.4, dtype=torch.float64)
    own = Measurement(cases.HOLE, cases.HOLE.forward(torch.rand(7, 1, 8, 8)), 0.1)
    halved, whole = (PiGDM().posterior(cases.PATH, _Tight(room), DDIM(), own)[0] for room in (4, 7))
    torch.testing.assert_close(halved(x, t), whole(x, t), rtol=1e-5, atol=1e-5)
    with pytest.raises(OutOfMemory, match="take at most 2 at once"):
        PiGDM().posterior(cases.PATH, _Tight(2), DDIM(), cases.PICTURE)[0](torch.randn(8, 1, 8, 8), t)


def test_an_operator_that_is_not_linear_is_refused() -> None:
    measurement = Measurement(cases.Squared(), torch.ones(1, 3))
    with pytest.raises(BadInput, match="linearly"):
        PiGDM().posterior(cases.PATH, cases.NETWORK, DDIM(), measurement)
