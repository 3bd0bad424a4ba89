"""Patches in the posterior laboratory: a mixture that is fitted to them, and its exact posteriors by dense matrices."""
# torch.linalg carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import io
import math
from itertools import islice

import numpy as np
import pytest
import torch
from torch import Tensor

from engines.component import build
from engines.errors import BadInput, BadOption
from engines.events import Charted, Progressed
from engines.inverse.ddrm import DDRM
from engines.inverse.repaint import RePaint
from engines.mixture import Mixture
from engines.operators.base import Degradation, degradations
from engines.representation.em import Half
from engines.studies import patch_mixture as shipped
from engines.studies.laboratory_patches import Fitted, PatchPrior
from engines.studies.laboratory_prior import LaboratoryPrior, PlanePrior, priors
from engines.studies.posterior_laboratory import PosteriorLaboratory

NOISE = 0.2
PROBLEMS = [{"name": "random-pixels", "share": 50.0}, {"name": "gaussian-blur"}, {"name": "downsampling", "factor": 2},
            {"name": "downsampling", "factor": 4}, {"name": "random-projections", "measured": 0.25}]
NAMES = ["inpainting", "blur", "×2", "×4", "projections"]


def prior(degradation: object, fitted: Fitted = Fitted.MIXTURE) -> PatchPrior:
    return PatchPrior(fitted=fitted, degradation=build(Degradation, degradation, degradations))


def test_the_mixture_that_ships_is_settled_on_the_patches_it_was_fitted_to() -> None:
    """One more iteration of EM hardly makes the patches likelier, and one Gaussian is far less likely."""
    points, mixture = shipped.patches(), shipped.patch_mixture()
    assert points.shape[1:] == (64,)
    assert mixture.means.shape == (8, 64)
    assert float(mixture.weights.min()) > 0.02, "no component is empty"
    start, after, one_more = islice(shipped.FIT(points, mixture), 3)
    assert (start.half, after.half, one_more.half) == (Half.START, Half.E, Half.M)
    gained = (one_more.log_likelihood - start.log_likelihood) / len(points)
    assert -1e-4 < gained < 0.02, "nats a patch, of which there are some 20"
    alone = Mixture(torch.ones(1), mixture.mean()[None], mixture.covariance()[None])
    assert float((mixture.log_density(points) - alone.log_density(points)).mean()) > 5


def test_moments_of_the_mixture_are_those_of_the_patches() -> None:
    """EM's M step keeps both, but for what the least variance adds."""
    points, mixture = shipped.patches(), shipped.patch_mixture()
    torch.testing.assert_close(mixture.mean(), points.mean(0), rtol=0, atol=1e-3)
    off = mixture.covariance() - points.T.cov(correction=0)
    assert float(torch.linalg.matrix_norm(off) / torch.linalg.matrix_norm(points.T.cov())) < 0.02


def test_a_mixture_is_stored_and_read_as_it_was() -> None:
    known = shipped.patch_mixture()
    with np.load(io.BytesIO(shipped.stored(known)), allow_pickle=False) as found:
        torch.testing.assert_close(torch.from_numpy(found["covariances"]).double(), known.covariances)
        assert found["weights"].dtype == np.float32


@pytest.mark.parametrize("fitted", list(Fitted))
@pytest.mark.parametrize("degradation", PROBLEMS, ids=NAMES)
def test_the_exact_posterior_is_that_of_dense_formulas(degradation: dict[str, object], fitted: Fitted) -> None:
    """By precisions, C'⁻¹ = C⁻¹ + AᵀA/σ², where the program goes by gains; weights by the density of y."""
    patches = prior(degradation, fitted)
    data = patches.mixture()
    (problem,) = patches.problems(1, NOISE, 3)
    a, y = problem.measurement.linear.dense(), problem.measurement.y[0].flatten()
    seen = a.abs().sum(1) > 0  # a lost pixel is a row of zeros, and its y is 0
    assert float(y[~seen].abs().sum()) == 0
    means, covariances, logs = _dense(data, a[seen], y[seen])
    torch.testing.assert_close(problem.exact.weights, logs.softmax(0), rtol=1e-6, atol=1e-9)
    torch.testing.assert_close(problem.exact.means, means, rtol=0, atol=1e-7)
    torch.testing.assert_close(problem.exact.covariances, covariances, rtol=0, atol=1e-8)


def _dense(data: Mixture, a: Tensor, y: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Means, covariances and log-weights of the posterior, one component after the other."""
    means, covariances, logs = list[Tensor](), list[Tensor](), list[Tensor]()
    for weight, mean, covariance in zip(data.weights, data.means, data.covariances, strict=True):
        precision = covariance.inverse() + a.T @ a / NOISE**2
        covariances.append(precision.inverse())
        means.append(covariances[-1] @ (covariance.inverse() @ mean + a.T @ y / NOISE**2))
        law = torch.distributions.MultivariateNormal(
            a @ mean, a @ covariance @ a.T + NOISE**2 * torch.eye(len(y), dtype=torch.float64))
        logs.append(weight.log() + law.log_prob(y))
    return torch.stack(means), torch.stack(covariances), torch.stack(logs)


def test_the_measurement_is_what_was_damaged_with_noise_of_its_size() -> None:
    patches = prior(PROBLEMS[1])
    problems = patches.problems(60, NOISE, 1)
    off = torch.cat([one.measurement.y - one.measurement.linear.forward(one.truth[None]) for one in problems])
    assert float(off.std()) == pytest.approx(NOISE, abs=5 * NOISE / math.sqrt(2 * off.numel()))
    again = patches.problems(60, NOISE, 1)
    torch.testing.assert_close(again[7].measurement.y, problems[7].measurement.y, rtol=0, atol=0)


@pytest.mark.parametrize(("degradation", "words"), [("mask", "needs a file"), ("phase", "is not linear")])
def test_what_has_no_exact_posterior_is_refused_with_a_remedy(degradation: str, words: str) -> None:
    with pytest.raises(BadOption, match=f"{words}.*; choose “random-pixels”"):
        prior(degradation).problems(1, NOISE, 0)


def test_a_degradation_that_does_not_fit_eight_pixels_says_what_does() -> None:
    with pytest.raises(BadInput, match="do not divide into blocks"):
        prior({"name": "downsampling", "factor": 3}).problems(1, NOISE, 0)


def test_who_can_take_a_degradation_is_told_by_the_method() -> None:
    assert prior("random-pixels").refusal(RePaint()) == ""
    assert "choose a mask" in prior("gaussian-blur").refusal(RePaint())
    assert "pastes known pixels" in PlanePrior().refusal(RePaint())
    assert PlanePrior().refusal(DDRM()) == ""


def test_pictures_are_the_moments_of_the_samples_beside_the_exact_ones() -> None:
    patches = prior(PROBLEMS[0])
    (problem,) = patches.problems(1, NOISE, 2)
    x = problem.exact.sample(4000, 1)
    chart = patches.drawn("t", x, problem)
    pictures = {one.caption: torch.tensor(one.values).double() for one in chart.pictures}
    torch.testing.assert_close(pictures["Exact mean"].flatten(), problem.exact.mean(), rtol=1e-3, atol=1e-6)
    torch.testing.assert_close(pictures["Their mean"], pictures["Exact mean"], rtol=0, atol=0.05)
    torch.testing.assert_close(pictures["Their spread"], pictures["Exact spread"], rtol=0.1, atol=0)
    exact = problem.exact.covariance()
    pixel = int(exact.diagonal().argmax())
    torch.testing.assert_close(pictures["Exact covariance"].flatten(), exact[pixel], rtol=1e-3, atol=1e-6)
    torch.testing.assert_close(pictures["Their covariance"].flatten(), x.double().T.cov()[pixel], rtol=1e-3, atol=1e-6)
    torch.testing.assert_close(pictures["Truth"], problem.truth[0], rtol=1e-3, atol=1e-6)


def test_a_study_on_patches_ranks_what_suits_the_degradation() -> None:
    lab = PosteriorLaboratory(prior=prior("random-pixels"), wanted="tikhonov, repaint, ddrm", steps=10, draws=1,
                              count=60)
    charts = {told.chart.title: told.chart for told in lab.run(2) if isinstance(told, Charted)}
    table = charts["Ranking"].table
    assert table is not None
    assert len([one for one in table.entries if not one.quiet]) == 3
    assert len(charts["Samples of DDRM"].pictures) == 23


def test_the_plane_is_the_first_prior_and_all_are_found() -> None:
    assert list(priors()) == ["plane", "patches"]
    assert isinstance(build(LaboratoryPrior, "patches", priors), PatchPrior)


def test_the_title_of_a_run_tells_what_problem_it_is_of() -> None:
    fourier = prior({"name": "fourier"})
    assert PosteriorLaboratory(prior=fourier).called() == "Posterior laboratory: patches, Fourier sampling"
    assert PosteriorLaboratory().called() == "Posterior laboratory: two blobs"


def test_progress_never_goes_back_whatever_moves_a_method_makes() -> None:
    """RePaint makes many more than the others, and who cannot take part makes none."""
    lab = PosteriorLaboratory(prior=prior("random-pixels"), wanted="tikhonov, repaint, ddrm", steps=10, draws=2,
                              count=50)
    done = [told.done for told in lab.run(0) if isinstance(told, Progressed)]
    assert done == sorted(done)
    assert done[-1] == 4 * 10 * 2


def test_samples_of_the_plane_far_from_the_posterior_are_in_sight_or_counted() -> None:
    plane = PlanePrior()
    (problem,) = plane.problems(1, 0.3, 0)
    centre, sd = problem.exact.mean(), float(problem.exact.covariance().diagonal().max().sqrt())
    exact = problem.exact.sample(400, 1)

    def seen(x: torch.Tensor) -> tuple[float, str]:
        chart = plane.drawn("Samples", x, problem)
        assert chart.shade is not None
        return (chart.shade.x[1] - chart.shade.x[0]) / (2 * sd), chart.remark

    near, told = seen(exact)
    assert near == pytest.approx(3.5, rel=0.2)
    assert told.endswith("one standard deviation.")
    off, told = seen((centre + 8 * sd).expand(400, 2))
    assert off == pytest.approx(8 * 1.1, rel=1e-3), "room for what has no spread and a large bias"
    assert told.endswith("one standard deviation.")
    far, told = seen(torch.cat([exact[:200], exact[:200] + 1000 * sd]))
    assert far == pytest.approx(5 * 3.5), "and the posterior stays to be seen"
    assert told.endswith("200 samples of 400 lie further out.")
