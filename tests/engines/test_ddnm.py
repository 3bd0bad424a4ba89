"""DDNM: the measurement in the range, the prior in the null space, and Bayes between them where there is noise."""
# torch.linalg carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import pytest
import torch

from engines.analytic import MixtureDenoiser
from engines.checks.oracle_claims import exact_samplers, resume_gap
from engines.errors import BadInput
from engines.guidance.cfg import ClassifierFree
from engines.inverse.base import Measurement
from engines.inverse.ddnm import DDNM
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path
from engines.process.vp_cosine import VPCosine
from engines.process.vp_linear import VPLinear
from engines.samplers.base import Sampler
from engines.samplers.ddim import DDIM
from engines.samplers.ddpm import DDPM
from engines.samplers.dpmpp import DPMSolverPP
from tests.engines import linear_cases as cases
from tests.engines.dense_operator import DenseOperator

EXACT = ["wide, exact", "tall, exact", "mask, exact"]


@pytest.mark.parametrize("path", cases.PATHS, ids=lambda path: path.name)
@pytest.mark.parametrize("name", EXACT)
def test_without_noise_it_is_the_papers_projection(path: Path, name: str) -> None:
    """A⁺y + (I − A⁺A) x0_hat with a dense pseudo-inverse; whatever the spread."""
    data, measurement = cases.two(), cases.problems()[name]
    a = measurement.linear.dense()
    inverse = torch.linalg.pinv(a)
    denoiser, _ = cases.conditioned(DDNM(spread=3), data, path, DDIM(), measurement)
    for t in cases.times_on(path):
        x = cases.states(path, t)
        plain, found = MixtureDenoiser(data, path)(x, t), denoiser.denoise(x, t)
        expected = measurement.y @ inverse.T + plain - plain @ (inverse @ a).T
        torch.testing.assert_close(found.x0, expected, rtol=0, atol=1e-9)
        torch.testing.assert_close(found.contributions[-1].delta, expected - plain, rtol=0, atol=1e-9)


@pytest.mark.parametrize("path", cases.PATHS, ids=lambda path: path.name)
@pytest.mark.parametrize("name", cases.problems())
def test_the_estimate_is_exact_for_independent_data_of_its_spread(path: Path, name: str) -> None:
    """E[x0 | x_t, y] of the closed-form posterior."""
    measurement = cases.problems()[name]
    denoiser, _ = cases.conditioned(DDNM(spread=0.7), cases.upright(0.7), path, DDIM(), measurement)
    exact = MixtureDenoiser(cases.given(cases.upright(0.7), measurement), path)
    tolerance = 2e-6 if name == "no spectrum" else 1e-9  # conjugate gradients stop at a relative residual of 1e-6
    for t in cases.times_on(path):
        x = cases.states(path, t)
        torch.testing.assert_close(denoiser(x, t), exact(x, t), rtol=0, atol=tolerance)


def test_each_singular_value_has_its_weight() -> None:
    """r²a²/(r²a² + sigma_y²) of what is unexplained, by a singular value decomposition of another prior."""
    path, data, measurement = VPLinear(), cases.two(), cases.problems()["wide"]
    left, values, right = torch.linalg.svd(measurement.linear.dense(), full_matrices=False)
    denoiser, _ = cases.conditioned(DDNM(spread=0.5), data, path, DDIM(), measurement)
    for t in cases.times_on(path):
        x, (alpha, sigma) = cases.states(path, t), (float(path.alpha(t)), float(path.sigma(t)))
        r2 = 1 / (1 / 0.5**2 + alpha**2 / sigma**2)
        plain = MixtureDenoiser(data, path)(x, t)
        unexplained = (measurement.residual(plain) @ left) / values
        weights = r2 * values.square() / (r2 * values.square() + measurement.noise**2)
        torch.testing.assert_close(denoiser(x, t), plain + (weights * unexplained) @ right, rtol=0, atol=1e-9)


@pytest.mark.parametrize("name", sorted(exact_samplers()))
@pytest.mark.parametrize("given", [*EXACT, "no spectrum, exact"])
def test_the_result_of_every_sampler_meets_an_exact_measurement(name: str, given: str) -> None:
    unknown = cases.problem(DenseOperator(cases.WIDE, known=False), 0.0)
    measurement = {**cases.problems(), "no spectrum, exact": unknown}[given]
    sampler: Sampler = exact_samplers()[name]
    denoiser, same = cases.conditioned(DDNM(), cases.two(), cases.PATH, sampler, measurement)
    assert same is sampler
    end = cases.walk(sampler, denoiser, cases.PATH, 8, 3)[-1].x
    # conjugate gradients stop at a relative residual of 1e-6, of numbers of about 1
    assert float(measurement.residual(end).abs().max()) < (1e-5 if "no spectrum" in given else 1e-6)


@pytest.mark.parametrize("sampler", [DDPM(), DDIM(), DPMSolverPP()], ids=lambda sampler: sampler.name)
@pytest.mark.parametrize("name", ["wide", "mask"])
def test_samples_have_the_mean_and_covariance_of_the_posterior(sampler: Sampler, name: str) -> None:
    """Within five standard errors of 2,000 samples, of independent data of the given spread."""
    path, data, measurement = VPCosine(), cases.upright(0.5), cases.problems()[name]
    denoiser, sampler = cases.conditioned(DDNM(spread=0.5), data, path, sampler, measurement)
    off = cases.errors(cases.walk(sampler, denoiser, path, 100, 2000)[-1].x, cases.given(data, measurement))
    assert off.mean < 5
    assert off.covariance < 5


def test_less_noise_comes_nearer_to_none() -> None:
    """The correction goes to the projection as sigma_y² does to 0."""
    path, t = VPLinear(), torch.tensor(0.4, dtype=torch.float64)
    x, a = cases.states(path, t), DenseOperator(cases.WIDE)
    exact, *near = (cases.conditioned(DDNM(), cases.two(), path, DDIM(), cases.problem(a, noise))[0](x, t)
                    for noise in (0.0, 1e-2, 1e-3, 1e-4))
    far, nearer, nearest = (float((each - exact).abs().max()) for each in near)
    assert far / nearer == pytest.approx(100, rel=0.01)
    assert nearer / nearest == pytest.approx(100, rel=0.01)


def test_each_sample_has_its_own_time_and_measurement() -> None:
    path, shared, t = VPLinear(), cases.problems()["wide"], cases.times_on(VPLinear())[:5]
    own = Measurement(shared.operator, shared.y + torch.arange(5)[:, None], shared.noise)
    denoiser, _ = cases.conditioned(DDNM(), cases.two(), path, DDIM(), own)
    x = torch.cat([cases.states(path, time, 1) for time in t])
    alone = [cases.conditioned(DDNM(), cases.two(), path, DDIM(), own.of(slice(k, k + 1)))[0](x[k:k + 1], t[k])
             for k in range(5)]
    torch.testing.assert_close(denoiser(x, t), torch.cat(alone), rtol=0, atol=1e-12)


@pytest.mark.parametrize("sampler", [DDPM(), DPMSolverPP()], ids=lambda sampler: sampler.name)
def test_a_run_of_a_network(sampler: Sampler) -> None:
    """Terms add up with guidance beside them; a picture is the same alone, and a run the same when it is resumed."""
    run = cases.pictures(DDNM(), sampler, (1, 2), ClassifierFree(cases.NETWORK, 2.0), torch.tensor([0, 1]))
    cases.check_terms(run)
    assert {"guidance", "likelihood"} == set(run[0].deltas)
    assert cases.apart(DDNM(), sampler) < 1e-4
    denoiser, _ = DDNM().posterior(cases.PATH, cases.NETWORK, sampler, cases.PICTURE)
    assert resume_gap(sampler, denoiser, cases.PATH) == 0
    # a mask without noise: what is known is there exactly, in float32
    assert float(cases.PICTURE.residual(run[-1].x).abs().max()) < 1e-6


def test_an_operator_that_is_not_linear_is_refused() -> None:
    with pytest.raises(BadInput, match="linearly"):
        DDNM().posterior(cases.PATH, cases.NETWORK, DDIM(), Measurement(cases.Squared(), torch.ones(1, 3)))


def test_the_noise_of_a_sampler_is_drawn_as_without_it() -> None:
    """DDPM's fresh noise is its own, number for number: only the estimate is another."""
    noise = Noise(sample_seeds(0, 2), (3,), dtype=torch.float64)
    denoiser, _ = cases.conditioned(DDNM(), cases.two(), cases.PATH, DDPM(), cases.problems()["wide"])
    first, second, *_ = cases.walk(DDPM(), denoiser, cases.PATH, 8, 2)
    times = torch.tensor([first.t, second.t], dtype=torch.float64)
    move = DDPM().move(cases.PATH, times[0], times[1])
    expected = move.keep * first.x + move.pull * first.x0 + move.noise * noise(0)
    torch.testing.assert_close(second.x, expected, rtol=1e-12, atol=1e-12)
