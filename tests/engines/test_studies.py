"""Studies: each measures what its exact answer says, and its formulas hold by other ways of computing them."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import compress

import numpy as np
import pytest
import torch

from engines.analytic import gaussian
from engines.chart import Chart, Role, Series, slope
from engines.component import build
from engines.data.points.mixtures import Grid, TiltedGaussian, TwoBlobs
from engines.errors import BadOption
from engines.events import Charted, Progressed
from engines.metrics.points import mode_weights
from engines.process.paths import paths
from engines.studies.base import Study, studies
from engines.studies.bound import BoundStudy
from engines.studies.coverage import Coverage, expected_distance
from engines.studies.forgetting import Forgetting, gaussian_kl, kl_from_noise
from engines.studies.gradient_flow import GradientFlow
from engines.studies.jensen import JensenGap, joint
from engines.studies.kl_gaussians import KLGaussians
from engines.studies.laboratory_charts import SECONDS
from engines.studies.mixture_size import MixtureSize
from engines.studies.walks import exact_mixture, sampler_names

# short ways through each, for what must hold of all
SHORT = {"bound": {"count": 50, "steps": 10}, "kl-gaussians": {"repeats": 10}, "coverage": {"count": 100},
         "couplings": {"count": 10},
         "dimension": {"largest": 4, "error": 0.1}, "forgetting": {"count": 500}, "jensen-gap": {"count": 50},
         "guidance": {"count": 64, "steps": 4}, "mixture-size": {"count": 100, "largest": 3},
         "posterior": {"wanted": "dps, tikhonov", "steps": 6, "draws": 1, "count": 50}, "process": {"chain": 50}}


def charts(study: Study, seed: int = 7) -> dict[str, Chart]:
    """The last state of each chart."""
    return {told.chart.title: told.chart for told in study.run(seed) if isinstance(told, Charted)}


def series(chart: Chart, name: str) -> Series:
    return next(one for one in chart.series if one.name == name)


def short(name: str) -> Study:
    return build(Study, {"name": name, **SHORT.get(name, {})}, studies)


@pytest.mark.parametrize("name", sorted(studies()))
def test_every_study_draws_exact_beside_measured_and_ends_where_it_says(name: str) -> None:
    told = list(short(name).run(3))
    drawn = {one.chart.title: one.chart for one in told if isinstance(one, Charted)}
    assert drawn
    for chart in drawn.values():
        assert chart.series or chart.table is not None
        if chart.table is not None or chart.shade is not None:
            continue
        # or a bound, or a fit: nothing is measured without something to hold it against
        assert any(one.role is not Role.MEASURED for one in chart.series) or "by time" in chart.title
        names = [one.name for one in chart.series]
        assert len(set(names)) == len(names)
        assert all(not one.beside or one.beside in names for one in chart.series)
        assert all(list(one.x) == sorted(one.x) and len(one.x) == len(one.y) for one in chart.series)
    steps = [one for one in told if isinstance(one, Progressed)]
    assert not steps or steps[-1].done == steps[-1].total


@pytest.mark.parametrize("name", sorted(studies()))
def test_every_study_gives_the_same_for_the_same_seed(name: str) -> None:
    first, second = (charts(short(name), 5) for _ in range(2))
    assert [untimed(chart).csv() for chart in first.values()] == [untimed(chart).csv() for chart in second.values()]


def untimed(chart: Chart) -> Chart:
    """Without the seconds in its table, which no seed decides."""
    if chart.table is None:
        return chart
    kept = [head.title != SECONDS for head in chart.table.heads]
    entries = [replace(one, values=tuple(compress(one.values, kept))) for one in chart.table.entries]
    return replace(chart, table=replace(chart.table, heads=tuple(compress(chart.table.heads, kept)),
                                        entries=tuple(entries)))


@pytest.mark.parametrize(("dimension", "shift", "spread"), [(1, 0.0, 2.0), (3, 1.5, 0.7), (10, 1.0, 1.5)])
def test_kl_formula_is_that_of_torch_and_the_error_that_of_its_variance(dimension: int, shift: float, spread: float,
                                                                       ) -> None:
    study = KLGaussians(dimension=dimension, shift=shift, spread=spread, repeats=400)
    p = torch.distributions.MultivariateNormal(torch.zeros(dimension), torch.eye(dimension))
    mean = torch.zeros(dimension)
    mean[0] = shift
    q = torch.distributions.MultivariateNormal(mean, spread**2 * torch.eye(dimension))
    assert study.exact == pytest.approx(float(torch.distributions.kl_divergence(p, q)), rel=1e-5)
    x = torch.randn(20, dimension, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(study.log_ratio(x), (p.log_prob(x.float()) - q.log_prob(x.float())).double(),
                               atol=1e-4, rtol=1e-4)
    found = charts(study)["Error of the estimate"]
    measured, exact = (np.array(series(found, name).y) for name in ("Measured", "√(variance / n)"))
    # 400 estimates tell their standard deviation to 1/√800
    assert np.abs(measured / exact - 1).max() < 0.15
    assert slope(list(series(found, "Measured").x), measured.tolist())[0] == pytest.approx(-0.5, abs=0.05)


def test_gradient_descent_is_of_order_one_and_diverges_beyond_two_over_l() -> None:
    found = charts(GradientFlow(curvature=3.0))
    near = found["Distance to the flow"]
    power, _ = slope(list(series(near, "Descent").x[:5]), list(series(near, "Descent").y[:5]))
    assert power == pytest.approx(1, abs=0.05)
    exact = series(near, "First term, L T e⁻ᵀ τ/2")
    assert series(near, "Descent").y[0] == pytest.approx(exact.y[0], rel=0.02)
    far = found["Below and beyond 2/L"]
    assert series(far, "τ = 1.9/L").y[-1] < 0.1
    assert series(far, "τ = 2/L").y[-1] == pytest.approx(1)
    assert series(far, "τ = 2.1/L").y[-1] > 10
    for one in far.series:
        if one.beside:
            np.testing.assert_allclose(one.y, series(far, one.beside).y, rtol=1e-9)


def test_divergence_from_noise_of_a_gaussian_is_the_formula() -> None:
    data = exact_mixture(TiltedGaussian())
    for ratio in (5.0, 1.0, 0.1):
        assert kl_from_noise(data, ratio, 1.0, 100_000, 0) == pytest.approx(gaussian_kl(data, ratio), rel=0.03)
    # the formula itself against torch
    covariance = data.covariance() + torch.eye(2)
    p = torch.distributions.MultivariateNormal(data.mean(), covariance)
    q = torch.distributions.MultivariateNormal(torch.zeros(2).double(), torch.eye(2).double())
    assert gaussian_kl(data, 1.0) == pytest.approx(float(torch.distributions.kl_divergence(p, q)), rel=1e-9)


@pytest.mark.parametrize("data", ["gaussian", "two-blobs", "two-peaks", "claw", "spiral"])
def test_distances_from_noise_are_within_their_bounds(data: str) -> None:
    found = charts(build(Forgetting, {"name": "forgetting", "data": data, "count": 4000}))
    by_noise = found["Divergence from noise by log-SNR"]
    assert (np.array(series(by_noise, "Measured").y) <= np.array(series(by_noise, "Bound").y) * 1.05).all()
    distance = found["Wasserstein distance from noise"]
    upper = np.array(series(distance, "At most: x_t beside its own noise").y)
    lower = np.array(next(one for one in distance.series if one.name in {"Formula", "At least: the moments"}).y)
    assert (lower <= upper * (1 + 1e-9)).all()
    if exact_mixture(build(Forgetting, {"data": data}).data).dimension == 1:
        measured = np.array(series(distance, "Measured").y)
        # where there is next to no distance left, that of the samples by chance is told
        assert ((measured >= 0.97 * lower) & (measured <= 1.03 * upper + 0.05)).all()


def test_every_path_forgets_by_its_log_snr_alone() -> None:
    data = exact_mixture(TwoBlobs())
    for kind in paths().values():
        path = kind()
        t = path.t_at(torch.tensor(0.7, dtype=torch.float64))
        found = kl_from_noise(data, float(path.alpha(t)), float(path.sigma(t)), 2000, 1)
        assert found == pytest.approx(kl_from_noise(data, math.exp(0.35), 1.0, 2000, 1), rel=1e-6)


def test_expected_distance_of_weights_is_that_of_exact_samples() -> None:
    mixture = Grid().mixture()
    found = [mode_weights(mixture.sample(2000, seed), mixture).wrong
             for seed in range(30)]
    assert expected_distance(mixture.weights.numpy(), 2000) == pytest.approx(np.mean(found), rel=0.05)


def test_modes_are_lost_with_one_step_and_found_with_many() -> None:
    found = charts(Coverage(count=1000, samplers="ddim, ddpm"))["Modes found"]
    for name in ("DDIM", "DDPM ancestral"):
        assert series(found, name).y[0] < 5
        assert series(found, name).y[-1] == 25
    with pytest.raises(BadOption, match="no modes to count"):
        charts(build(Coverage, {"data": "moons"}))


def test_langevin_keeps_the_weights_it_began_with_however_many_calls() -> None:
    """Song & Ermon 2019, section 3.2.2: moves within a mode tell nothing of its weight."""
    data = {"name": "unequal-blobs", "spread": 0.05}
    found = charts(build(Coverage, {"data": data, "samplers": "langevin", "count": 2000}))["Error of the weights"]
    errors = series(found, "Langevin").y
    assert errors[-1] == pytest.approx(errors[0], abs=0.01)
    assert errors[-1] > 3 * series(found, "Exact samples, by chance alone").y[0]


def test_likelihood_of_states_is_a_mean_over_data() -> None:
    """p(y, x_t) by the joint mixture against a sum over many x₀ drawn from the prior."""
    data, alpha, noise = exact_mixture(TwoBlobs()), 0.8, 0.3
    y, x = torch.tensor([[0.4]], dtype=torch.float64), torch.tensor([[0.1, -0.5]], dtype=torch.float64)
    x0 = data.sample(400_000, 1)
    each = gaussian(torch.zeros(2), torch.eye(2)).log_density(x - alpha * x0) \
        + gaussian(torch.zeros(1), noise**2 * torch.eye(1)).log_density(y - x0[:, :1])
    expected = float(each.exp().mean())
    assert float(joint(data, alpha, noise).log_density(torch.cat([y, x], 1)).exp()) == pytest.approx(expected, rel=0.02)


def test_gradients_of_both_likelihoods_are_those_of_autograd() -> None:
    study, data, alpha = JensenGap(count=50), exact_mixture(TwoBlobs()), 0.9
    x, y = torch.randn(6, 2, dtype=torch.float64), torch.randn(6, 1, dtype=torch.float64)
    both = joint(data, alpha, study.noise)
    right, dps = study._gradients(data, both, alpha, x, y, data.denoise(x, alpha, 1.0))
    point = x.clone().requires_grad_()
    exact = both.log_density(torch.cat([y, point], 1)) - data.log_density(point, alpha, 1.0)
    torch.testing.assert_close(right, torch.autograd.grad(exact.sum(), point)[0])
    point = x.clone().requires_grad_()
    stand_in = -(y - data.denoise(point, alpha, 1.0)[:, :1]).square().sum() / (2 * study.noise**2)
    torch.testing.assert_close(dps, torch.autograd.grad(stand_in, point)[0])


def test_jensens_gap_closes_towards_the_data_and_is_within_its_bound() -> None:
    found = charts(JensenGap(count=500))
    gap, bound = (np.array(one.y) for one in found["Jensen’s gap"].series)
    assert (gap <= bound).all()
    assert gap[0] < 0.05 * gap[-1]
    drawn, formula = (np.array(one.y) for one in found["Likelihood of y, mean over 50 states"].series)
    np.testing.assert_allclose(drawn, formula, rtol=0.05)
    longer = np.array(found["What the gap does to the gradient"].series[0].y)
    assert longer[0] == pytest.approx(1, abs=0.05)
    assert longer[-1] > 3


def test_a_single_gaussian_has_a_gap_too_which_its_formula_gives() -> None:
    """x₀ | x_t ~ N(m, v): p(y | x_t) is N(m, v + σ²) at y, and DPS takes N(m, σ²)."""
    data = gaussian(torch.zeros(1), torch.eye(1))
    study, alpha = JensenGap(count=4000), 0.5
    v = 1 / (1 + alpha**2)
    found = study.gap(data, alpha, 3)
    # over y ~ N(m, v + σ²), the mean of N(y; m, v + σ²) is 1/(2√(π(v + σ²)))
    drawn = 1 / (2 * math.sqrt(math.pi * (v + study.noise**2)))
    assert found.exact == pytest.approx(drawn, rel=0.15)
    assert found.longer == pytest.approx((v + study.noise**2) / study.noise**2, rel=1e-9)
    assert found.turned == pytest.approx(0, abs=1e-12)


def test_bic_finds_the_components_and_the_likelihood_only_grows() -> None:
    found = charts(MixtureSize(count=600, largest=6))
    criteria = found["Information criteria"]
    assert int(np.argmin(series(criteria, "BIC").y)) + 1 == 3
    likelihood = series(found["Likelihood"], "Fitted").y
    assert all(later > earlier - 0.01 for earlier, later in zip(likelihood, likelihood[1:], strict=False))
    assert likelihood[2] >= series(found["Likelihood"], "Truth").y[2] - 1e-6


def test_names_of_samplers_are_checked() -> None:
    assert sampler_names(" ddim, ddpm,ddim ") == ("ddim", "ddpm")
    for text, words in (("ddim, eular", "“eular” is not known"), (" , ", "No sampler is named")):
        with pytest.raises(BadOption, match=words):
            sampler_names(text)
    with pytest.raises(BadOption, match="exact denoiser of “Checkerboard” is not known; choose one of"):
        charts(build(Forgetting, {"data": "checkerboard"}))


def test_the_bound_comes_down_to_the_truth_and_its_terms_are_what_log_snr_gains() -> None:
    """With β̃ a term is ½ ΔSNR times the spread of x₀ given x_t, found here without the chain."""
    found = charts(BoundStudy(count=4000, steps=50))
    by_steps = found["The bound by steps of the chain"]
    true = series(by_steps, "True −log p").y[0]
    right, narrow = (np.array(series(by_steps, name).y) - true for name in ("Variance β", "Variance β-tilde"))
    assert 0 < right[-1] < right[0] / 3
    # β̃ is right for a single data point only
    assert narrow[-1] > 3 * right[-1]
    terms = found["Terms of the bound"]
    exact = series(terms, "Variance β-tilde, ½ ΔSNR · spread of x₀")
    measured = dict(zip(series(terms, "Variance β-tilde").x, series(terms, "Variance β-tilde").y, strict=True))
    # term n − 1 is that of x_n
    shifted = [measured[before] for before in series(terms, "Variance β-tilde").x[:len(exact.x)]]
    np.testing.assert_allclose(shifted, exact.y, rtol=0.2)
