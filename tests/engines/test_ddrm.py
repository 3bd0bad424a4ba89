"""DDRM: the paper's equations by a dense decomposition, its law where that is known, and a run like any other."""
# torch.linalg carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from engines.analytic import Mixture, MixtureDenoiser, gaussian
from engines.checks.oracle_claims import resume_gap
from engines.errors import BadInput
from engines.guidance.cfg import ClassifierFree
from engines.inverse.base import Measurement
from engines.inverse.ddrm import DDRM
from engines.operators.mask import Mask
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path
from engines.process.times import LogSNR, time_grid
from engines.process.vp_cosine import VPCosine
from engines.process.vp_linear import VPLinear
from engines.samplers.base import Step
from engines.samplers.ddim import DDIM
from engines.samplers.heun import Heun
from tests.engines import linear_cases as cases
from tests.engines.dense_operator import DenseOperator, RingBlur

PROBLEMS = {**{name: each for name, each in cases.problems().items() if name != "no spectrum"},
            "ring of six": cases.problem(RingBlur(6), 0.2), "ring of six, exact": cases.problem(RingBlur(6), 0.0)}
SPREADS = torch.tensor([0.6, 0.4, 0.9], dtype=torch.float64)
CENTRE = torch.tensor([0.3, -0.2, 0.1], dtype=torch.float64)
METHODS = [DDRM(), DDRM(eta=0.3, eta_b=0.6), DDRM(eta=0), DDRM(eta=1, eta_b=0)]


def of_size(size: int) -> Mixture:
    """A Gaussian of so many numbers that go together."""
    root = torch.randn(size, size, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    return gaussian(torch.linspace(-0.5, 0.5, size, dtype=torch.float64), 0.2 * root @ root.T)


def first_moves(method: DDRM, path: Path, measurement: Measurement, t: Tensor, s: Tensor) -> tuple[Step, Step, Tensor]:
    """A step at t, that at s, and the noise that was drawn between."""
    size = measurement.operator.shape_in
    noise = Noise(sample_seeds(3, 4), size, dtype=torch.float64)
    x = path.diffuse(0.5 * noise(7), noise(8), t)
    prior = MixtureDenoiser(of_size(size[0]), path)
    denoiser, sampler = method.posterior(path, prior, DDIM(), measurement)
    assert denoiser is prior
    times = torch.stack([t, s, torch.zeros_like(s)]) if s > 0 else torch.stack([t, s])
    now, after, *_ = sampler(path, denoiser, x, times, noise=noise)
    return now, after, noise(0)


def as_written(method: DDRM, path: Path, measurement: Measurement, now: Step, s: Tensor, z: Tensor) -> Tensor:
    """Eq. 8, direction by direction of a dense singular value decomposition."""
    left, values, right = torch.linalg.svd(measurement.linear.dense())
    t = torch.tensor(now.t, dtype=torch.float64)
    level, eta, eta_b = float(path.kappa(s)), method.eta, method.eta_b
    state, guess, fresh = (each @ right.T for each in (now.x / path.alpha(t), now.x0, z))
    moved = torch.empty_like(state)
    for i in range(state.shape[1]):
        a = float(values[i]) if i < len(values) and values[i] > 1e-6 else 0.0
        theta, kept = guess[:, i], math.sqrt(1 - eta**2) * level
        if a == 0:
            mean, deviation = theta + kept * (state[:, i] - theta) / path.kappa(t), eta * level
        else:
            seen, blur = (measurement.y @ left)[:, i] / a, measurement.noise / a
            if level < blur:
                mean, deviation = theta + kept * (seen - theta) / blur, eta * level
            else:
                mean = (1 - eta_b) * theta + eta_b * seen
                deviation = math.sqrt(level**2 - blur**2 * eta_b**2)
        moved[:, i] = mean + deviation * fresh[:, i]
    return path.alpha(s) * moved @ right


@pytest.mark.parametrize("method", METHODS, ids=str)
@pytest.mark.parametrize("path", cases.PATHS, ids=lambda path: path.name)
@pytest.mark.parametrize("name", PROBLEMS)
def test_a_move_is_that_of_the_paper(method: DDRM, path: Path, name: str) -> None:
    """At noise above that of the measurement, between that of its directions, below, and at its end."""
    measurement = PROBLEMS[name]
    for t, s in ((0.9, 0.8), (0.6, 0.3), (0.2, 0.1), (0.05, 0.02), (0.02, 0.0)):
        early, late = (path.t_max * torch.tensor(each, dtype=torch.float64) for each in (t, s))
        now, after, z = first_moves(method, path, measurement, early, late)
        expected = as_written(method, path, measurement, now, late, z)
        torch.testing.assert_close(after.x, expected, rtol=1e-9, atol=1e-9)
        cases.check_terms([now, after])


@pytest.mark.parametrize("path", cases.PATHS, ids=lambda path: path.name)
def test_noise_that_falls_evenly_after_the_first_step(path: Path) -> None:
    """By the same moves, with as much fresh noise as was chosen."""
    measurement, share = PROBLEMS["wide"], 0.7
    method, size = DDRM(most=0.3 * 127.5, fresh=share), measurement.operator.shape_in
    noise, times = Noise(sample_seeds(3, 4), size, dtype=torch.float64), time_grid(path, 6)
    denoiser, sampler = method.posterior(path, MixtureDenoiser(of_size(size[0]), path), DDIM(), measurement)
    steps = list(sampler(path, denoiser, path.initial(noise.initial()), times, noise=noise))
    assert len(steps) == 7
    assert steps[-1].nfe == sampler.evaluations(times) == method.evaluations(path, DDIM(), times) == 6
    at = torch.tensor([step.t for step in steps], dtype=torch.float64)
    assert torch.equal(at, sampler.visited(times))
    assert float(at[0]) == path.t_max
    assert path.kappa(at[1:-1]).tolist() == pytest.approx([0.3, 0.24, 0.18, 0.12, 0.06])
    for k in (0, 2):
        moved = as_written(method, path, measurement, steps[k], at[k + 1], share * noise(k))
        torch.testing.assert_close(steps[k + 1].x, moved, rtol=1e-6, atol=1e-6 * float(path.scale(at[k])))
    cases.check_terms(steps)


@pytest.mark.parametrize("path", cases.PATHS, ids=lambda path: path.name)
@pytest.mark.parametrize("most", [0.0, 1.0, 255.0, 25_500.0])
@pytest.mark.parametrize("steps", [1, 2, 3, 20])
def test_its_times_fall_whatever_noise_was_chosen(path: Path, most: float, steps: int) -> None:
    _, sampler = DDRM(most=most).posterior(path, cases.NETWORK, DDIM(), cases.PICTURE)
    times = time_grid(path, steps)
    at = sampler.visited(times)
    assert (len(at), float(at[0]), float(at[-1])) == (steps + 1, path.t_max, 0.0)
    assert bool((at.diff() < 0).all())
    assert most or at is times


@pytest.mark.parametrize("name", ["wide, exact", "tall, exact", "mask, exact"])
@pytest.mark.parametrize("path", cases.PATHS, ids=lambda path: path.name)
def test_the_result_meets_an_exact_measurement(path: Path, name: str) -> None:
    measurement = PROBLEMS[name]
    denoiser, sampler = cases.conditioned(DDRM(), cases.two(), path, DDIM(), measurement)
    end = cases.walk(sampler, denoiser, path, 8, 3)[-1].x
    assert float(measurement.residual(end).abs().max()) < 1e-6


def law_of(method: DDRM, path: Path, times: Tensor, noise: float, y: Tensor) -> Mixture:
    """Mean and variance of each coordinate where the first and last of three independent ones are measured, by eq. 8.

    Every move is affine in the state where the prior is normal: x0_hat = g·x/alpha + (1 − g)·centre.
    """
    mean, variance = torch.zeros(3, dtype=torch.float64), path.kappa(times[0]).square().expand(3)
    for t, s in zip(times[:-1], times[1:], strict=True):
        gain = SPREADS.square() / (SPREADS.square() + path.kappa(t).square())
        level, share = float(path.kappa(s)), math.sqrt(1 - method.eta**2)
        kept = share * level / path.kappa(t)
        # factor of x0_hat, of the state and of y, and what is fresh, of what is not measured and of what is
        free = (1 - kept, kept, 0.0, (method.eta * level) ** 2)
        if level < noise:
            known = (1 - share * level / noise, torch.tensor(0.0), share * level / noise, (method.eta * level) ** 2)
        else:
            known = (1 - method.eta_b, torch.tensor(0.0), method.eta_b, level**2 - (method.eta_b * noise) ** 2)
        of_guess, of_state, of_y, fresh = (torch.tensor([float(k), float(f), float(k)], dtype=torch.float64)
                                           for k, f in zip(known, free, strict=True))
        factor = of_guess * gain + of_state
        mean = factor * mean + of_guess * (1 - gain) * CENTRE + of_y * y
        variance = factor.square() * variance + fresh
    return gaussian(mean, variance.diag())


@pytest.mark.parametrize("method", [DDRM(), DDRM(eta=0.4, eta_b=0.7)], ids=str)
@pytest.mark.parametrize("path", [VPCosine(), VPLinear()], ids=lambda path: path.name)
def test_samples_have_the_law_of_the_papers_recursion(method: DDRM, path: Path) -> None:
    """Of independent normal coordinates, two of them measured with noise: within five standard errors."""
    measurement = cases.problem(Mask(torch.tensor([1.0, 0.0, 1.0], dtype=torch.float64)), 0.2)
    law = law_of(method, path, time_grid(path, 20, LogSNR()), 0.2, measurement.y[0])
    denoiser, sampler = cases.conditioned(method, gaussian(CENTRE, SPREADS.square().diag()), path, DDIM(), measurement)
    off = cases.errors(cases.walk(sampler, denoiser, path, 20, 4000)[-1].x, law)
    assert off.mean < 5
    assert off.covariance < 5


def test_without_noise_and_eta_it_is_exact_for_independent_coordinates() -> None:
    """The limit of many steps: what is measured is y, and the rest has the law of the prior, which is the posterior."""
    path, measurement = VPCosine(), cases.problem(Mask(torch.tensor([1.0, 0.0, 1.0], dtype=torch.float64)), 0.0)
    data, y = gaussian(CENTRE, SPREADS.square().diag()), measurement.y[0]
    exact = cases.given(data, measurement)
    law = law_of(DDRM(eta=0), path, time_grid(path, 4000, LogSNR()), 0.0, y)
    torch.testing.assert_close(law.mean(), exact.mean(), rtol=0, atol=1e-3)
    torch.testing.assert_close(law.covariance(), exact.covariance(), rtol=0, atol=1e-3)
    denoiser, sampler = cases.conditioned(DDRM(eta=0), data, path, DDIM(), measurement)
    x = cases.walk(sampler, denoiser, path, 300, 2000)[-1].x
    torch.testing.assert_close(x[:, [0, 2]], y[[0, 2]].expand(2000, 2), rtol=0, atol=1e-9)
    free = gaussian(exact.mean()[1:2], exact.covariance()[1:2, 1:2])
    off = (x[:, 1] - free.mean()) / free.covariance()[0, 0].sqrt()
    assert abs(float(off.mean())) * math.sqrt(2000) < 5
    assert abs(float(off.var()) - 1) * math.sqrt(1000) < 5


def test_a_run_of_a_network() -> None:
    """Terms add up with guidance beside them; a picture is the same alone, and a run the same when it is resumed."""
    method, prior, labels = DDRM(), ClassifierFree(cases.NETWORK, 2.0), torch.tensor([0, 1])
    run = cases.pictures(method, Heun(), (1, 2), prior, labels)
    cases.check_terms(run)
    assert {"guidance", "likelihood"} == set(run[0].deltas)
    assert cases.apart(method, DDIM()) < 1e-4
    for each in (method, DDRM(most=255)):
        denoiser, sampler = each.posterior(cases.PATH, cases.NETWORK, DDIM(), cases.PICTURE)
        assert resume_gap(sampler, denoiser, cases.PATH) == 0
    assert float(cases.PICTURE.residual(run[-1].x).abs().max()) < 1e-6
    # the prior's and the guidance's part are the move without a measurement
    now, after = run[2:4]
    t, s = (torch.tensor(step.t, dtype=torch.float64) for step in (now, after))
    kept = math.sqrt(1 - method.eta**2) * float(cases.PATH.sigma(s) / cases.PATH.sigma(t))
    plain = kept * now.x + (float(cases.PATH.alpha(s)) - kept * float(cases.PATH.alpha(t))) * now.x0
    prior_part = (plain - now.x - now.deltas["guidance"]).flatten(1).norm(dim=1).double()
    torch.testing.assert_close(now.terms["prior"], prior_part, rtol=1e-4, atol=1e-4)


def test_each_sample_has_its_own_measurement() -> None:
    shared = PROBLEMS["wide"]
    own = Measurement(shared.operator, shared.y + torch.arange(3)[:, None], shared.noise)
    together, alone = (
        cases.walk(sampler, denoiser, cases.PATH, 8, 3)[-1].x for denoiser, sampler in
        (cases.conditioned(DDRM(), cases.two(), cases.PATH, DDIM(), each) for each in (own, own.of(slice(1, 2)))))
    torch.testing.assert_close(together[1], alone[1], rtol=0, atol=1e-12)


def test_it_walks_by_its_own_moves_whatever_the_sampler() -> None:
    times = time_grid(cases.PATH, 8)
    assert DDRM().evaluations(cases.PATH, Heun(), times) == 8
    run = cases.pictures(DDRM(), Heun(), (1,))
    assert run[-1].nfe == 8
    assert len(run) == 9


def test_an_operator_without_singular_values_is_refused() -> None:
    with pytest.raises(BadInput, match="linearly"):
        DDRM().posterior(cases.PATH, cases.NETWORK, DDIM(), Measurement(cases.Squared(), torch.ones(1, 3)))
    unknown = cases.problem(DenseOperator(cases.WIDE, known=False), 0.1)
    with pytest.raises(BadInput, match="choose DDNM or DPS"):
        DDRM().posterior(cases.PATH, cases.NETWORK, DDIM(), unknown)
