"""The study of orders, and the two samplers that lessons alone run."""

from __future__ import annotations

import pytest
import torch

from engines.analytic import MixtureDenoiser, gaussian
from engines.chart import Role, slope
from engines.errors import BadOption
from engines.events import Charted
from engines.process.noise import Noise, sample_seeds
from engines.process.times import time_grid
from engines.process.vp_cosine import VPCosine
from engines.process.vp_linear import VPLinear
from engines.samplers.unlisted.flipped import Flipped
from engines.samplers.unlisted.flow_map import FlowMap
from engines.studies.order import FINEST, Order


def test_each_sampler_has_the_order_that_it_claims() -> None:
    charts = [told.chart for told in Order().run(7) if isinstance(told, Charted)]
    measured = [series for series in charts[-1].series if series.role is Role.MEASURED]
    found = {series.name: -slope(list(series.x[-FINEST:]), list(series.y[-FINEST:]))[0] for series in measured}
    assert found == {"DDIM": pytest.approx(1, abs=0.1), "Heun": pytest.approx(2, abs=0.1),
                     "DPM-Solver++ 2M": pytest.approx(2, abs=0.1), "Runge–Kutta 4": pytest.approx(4, abs=0.1)}
    told = ", ".join(f"{name} {order:.2f} of {round(order)}" for name, order in found.items())
    assert charts[-1].remark == f"Orders measured: {told}."


def test_beside_each_sampler_stands_the_slope_of_its_order_through_its_last_value() -> None:
    """At few calls the two part, for there the order does not tell all yet."""
    chart = [told.chart for told in Order(samplers="ddim, heun").run(7) if isinstance(told, Charted)][-1]
    laws = {series.beside: series for series in chart.series if series.role is Role.EXACT}
    for series in (one for one in chart.series if one.role is Role.MEASURED):
        law = laws[series.name]
        assert (law.x, law.y[-1]) == (series.x, pytest.approx(series.y[-1]))
        assert -slope(list(law.x), list(law.y))[0] == pytest.approx({"DDIM": 1, "Heun": 2}[series.name])
        assert abs(law.y[0] / series.y[0] - 1) > 0.1 > abs(law.y[-2] / series.y[-2] - 1)


def test_a_sampler_that_draws_noise_has_no_order_to_measure() -> None:
    with pytest.raises(BadOption, match="DDPM ancestral draws fresh noise"):
        list(Order(samplers="ddpm").run(7))


@pytest.mark.parametrize("steps", [1, 2])
def test_the_exact_consistency_function_gives_the_law_of_the_data_in_any_number_of_steps(steps: int) -> None:
    """For one Gaussian the flow is known: (x − alpha·m)/sqrt(alpha²·v + sigma²) never changes."""
    path, mean = VPCosine(), torch.tensor([0.6], dtype=torch.float64)
    prior = MixtureDenoiser(gaussian(mean, torch.tensor([[0.25]], dtype=torch.float64)), path)
    noise = Noise(sample_seeds(0, 4000), (1,), dtype=torch.float64)
    times = time_grid(path, steps)
    x = path.scale(times[0]) * noise.initial()
    end = list(FlowMap()(path, prior, x, times, noise=noise))[-1]
    assert end.nfe == FlowMap().evaluations(times)
    assert float(end.x.mean()) == pytest.approx(0.6, abs=0.04)
    assert float(end.x.std()) == pytest.approx(0.5, abs=0.03)
    if steps == 1:
        alpha, sigma = path.alpha(times[0]), path.sigma(times[0])
        exact = mean + 0.5 * (x - alpha * mean) / (alpha.square() * 0.25 + sigma.square()).sqrt()
        assert float((end.x - exact).abs().max()) < 2e-3


def test_the_flipped_sign_takes_any_data_to_the_same_growing_cloud() -> None:
    """The variance of x/alpha grows by all the noise that should have left it."""
    path = VPLinear(beta_max=6.0)
    noise, times = Noise(sample_seeds(0, 20_000), (1,), dtype=torch.float64), time_grid(path, 50)
    alpha, kappa = path.alpha(times[0]), path.kappa(times[0])
    x = path.scale(times[0]) * noise.initial()
    for mean in (0.0, 2.0):
        data = gaussian(torch.tensor([mean], dtype=torch.float64), torch.tensor([[0.25]], dtype=torch.float64))
        end = list(Flipped()(path, MixtureDenoiser(data, path), x, times, noise=noise))[-1].x
        assert float(end.mean()) == pytest.approx(0, abs=0.15)
        assert float(end.var()) == pytest.approx(float(1 / alpha.square() + kappa.square()), rel=0.03)
