"""DiffPIR: algorithm 1 by dense matrices, its limit without noise, and a run like any other."""
# torch.linalg carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from engines.analytic import MixtureDenoiser
from engines.checks.oracle_claims import resume_gap
from engines.denoiser import Denoised, Denoiser
from engines.errors import BadInput
from engines.guidance.cfg import ClassifierFree
from engines.inverse.base import Measurement
from engines.inverse.diffpir import DiffPIR
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path
from engines.process.shapes import expand
from engines.process.times import time_grid
from engines.process.vp_linear import VPLinear
from engines.samplers.ddim import DDIM
from engines.samplers.heun import Heun
from tests.engines import linear_cases as cases
from tests.engines.dense_operator import DenseOperator

METHODS = [DiffPIR(), DiffPIR(weight=7, zeta=0.3), DiffPIR(zeta=0, least=0.05)]
PAIRS = ((0.9, 0.8), (0.6, 0.3), (0.2, 0.1), (0.05, 0.02), (0.02, 0.0))


@pytest.mark.parametrize("method", METHODS, ids=str)
@pytest.mark.parametrize("path", cases.PATHS, ids=lambda path: path.name)
@pytest.mark.parametrize("name", cases.problems())
def test_a_move_is_that_of_the_paper(method: DiffPIR, path: Path, name: str) -> None:
    """The proximal step as it is defined, then the two noises mixed."""
    measurement, data = cases.problems()[name], cases.two()
    a, level = measurement.linear.dense(), max(measurement.noise, method.least)
    noise = Noise(sample_seeds(3, 5), (3,), dtype=torch.float64)
    denoiser, sampler = cases.conditioned(method, data, path, Heun(), measurement)
    for t, s in (path.t_max * torch.tensor(pair, dtype=torch.float64) for pair in PAIRS):
        x, times = cases.states(path, t), torch.stack([t, s, torch.zeros_like(s)][:2 + int(s > 0)])
        now, after, *_ = sampler(path, denoiser, x, times, noise=noise)
        rho = method.weight * level**2 * (path.alpha(t) / path.sigma(t)) ** 2
        guess = MixtureDenoiser(data, path)(x, t)
        # as one least-squares problem: the normal equations would square what is badly conditioned for a small rho
        wanted = torch.cat([measurement.y.expand(5, -1), rho.sqrt() * guess], dim=1)
        both = torch.cat([a, rho.sqrt() * torch.eye(3, dtype=torch.float64)])
        x0 = torch.linalg.lstsq(both, wanted.T).solution.T
        eps = (x - path.alpha(t) * x0) / path.sigma(t)
        mixed = math.sqrt(1 - method.zeta) * eps + math.sqrt(method.zeta) * noise(0)
        # conjugate gradients stop at a relative residual of 1e-6, of numbers of about 1
        close = 1e-5 if name == "no spectrum" else 1e-8
        torch.testing.assert_close(now.x0, x0, rtol=close, atol=close)
        torch.testing.assert_close(after.x, path.alpha(s) * x0 + path.sigma(s) * mixed, rtol=close, atol=close)
        cases.check_terms([now, after])


@pytest.mark.parametrize("name", ["wide, exact", "tall, exact", "mask, exact"])
@pytest.mark.parametrize("path", cases.PATHS, ids=lambda path: path.name)
def test_in_the_limit_the_result_meets_an_exact_measurement(path: Path, name: str) -> None:
    measurement = cases.problems()[name]
    denoiser, sampler = cases.conditioned(DiffPIR(least=0), cases.two(), path, DDIM(), measurement)
    end = cases.walk(sampler, denoiser, path, 8, 3)[-1].x
    assert float(measurement.residual(end).abs().max()) < 1e-6


def test_the_least_noise_leaves_a_known_share_of_the_residual() -> None:
    """rho/(a² + rho) of what the estimate leaves of the measurement in the direction of each singular value a."""
    path, measurement = VPLinear(), cases.problem(DenseOperator(cases.WIDE), 0.0)
    left, values, _ = torch.linalg.svd(measurement.linear.dense())
    method = DiffPIR()
    denoiser, _ = cases.conditioned(method, cases.two(), path, DDIM(), measurement)
    for t in cases.times_on(path):
        x, rho = cases.states(path, t), method.weight * method.least**2 / float(path.kappa(t)) ** 2
        before = measurement.residual(MixtureDenoiser(cases.two(), path)(x, t)) @ left
        after = measurement.residual(denoiser(x, t)) @ left
        torch.testing.assert_close(after, before * rho / (values.square() + rho), rtol=1e-6, atol=1e-10)


class _Flat(Denoiser):
    """The prior to which all data are alike: x/alpha."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        return Denoised(x / expand(self.path.alpha(t), x))


@pytest.mark.parametrize("path", cases.PATHS, ids=lambda path: path.name)
@pytest.mark.parametrize("name", ["wide", "tall", "mask"])
def test_with_weight_one_the_estimate_is_exact_for_a_flat_prior(path: Path, name: str) -> None:
    """E[x0 | x_t, y] where x0 is known by x_t and y alone: each weighs by its precision."""
    measurement = cases.problems()[name]
    a, precision = measurement.linear.dense(), 1 / measurement.noise**2
    denoiser, _ = DiffPIR(weight=1).posterior(path, _Flat(path), DDIM(), measurement)
    for t in cases.times_on(path):
        x, of_state = cases.states(path, t), (path.alpha(t) / path.sigma(t)) ** 2
        total = of_state * torch.eye(3, dtype=torch.float64) + precision * a.T @ a
        exact = torch.linalg.solve(total, (of_state * x / path.alpha(t) + precision * measurement.y @ a).T).T
        torch.testing.assert_close(denoiser(x, t), exact, rtol=1e-7, atol=1e-7)


def test_noise_of_the_measurement_below_the_least_counts_as_the_least() -> None:
    path, t = VPLinear(), torch.tensor(0.1, dtype=torch.float64)
    x, operator = cases.states(path, t), DenseOperator(cases.WIDE)
    found = [cases.conditioned(DiffPIR(least=0.01), cases.two(), path, DDIM(), cases.problem(operator, noise))[0](x, t)
             for noise in (0.0, 0.005, 0.01, 0.02)]
    assert torch.equal(found[0], found[1])
    assert torch.equal(found[0], found[2])
    assert not torch.equal(found[0], found[3])


def test_each_sample_has_its_own_time() -> None:
    path, measurement, t = VPLinear(), cases.problems()["wide"], cases.times_on(VPLinear())
    denoiser, _ = cases.conditioned(DiffPIR(), cases.two(), path, DDIM(), measurement)
    x = torch.cat([cases.states(path, time, 1) for time in t])
    alone = torch.cat([denoiser(x[k:k + 1], t[k]) for k in range(len(t))])
    torch.testing.assert_close(denoiser(x, t), alone, rtol=0, atol=1e-12)


def test_a_run_of_a_network() -> None:
    """Terms add up with guidance beside them; a picture is the same alone, and a run the same when it is resumed."""
    run = cases.pictures(DiffPIR(), Heun(), (1, 2), ClassifierFree(cases.NETWORK, 2.0), torch.tensor([0, 1]))
    cases.check_terms(run)
    assert {"guidance", "likelihood"} == set(run[0].deltas)
    assert cases.apart(DiffPIR(), DDIM()) < 1e-4
    denoiser, sampler = DiffPIR().posterior(cases.PATH, cases.NETWORK, DDIM(), cases.PICTURE)
    assert resume_gap(sampler, denoiser, cases.PATH) == 0


def test_it_walks_by_its_own_moves_whatever_the_sampler() -> None:
    assert DiffPIR().evaluations(cases.PATH, Heun(), time_grid(cases.PATH, 8)) == 8
    run = cases.pictures(DiffPIR(), Heun(), (1,))
    assert run[-1].nfe == 8
    assert len(run) == 9


def test_an_operator_that_is_not_linear_is_refused() -> None:
    with pytest.raises(BadInput, match="linearly"):
        DiffPIR().posterior(cases.PATH, cases.NETWORK, DDIM(), Measurement(cases.Squared(), torch.ones(1, 3)))
