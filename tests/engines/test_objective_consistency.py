"""Consistency: the boundary, neighbours, the schedule, and the exact function of a Gaussian and of a point."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from engines.analytic import Mixture, MixtureDenoiser, gaussian
from engines.checks.closed_form import flow_end
from engines.denoiser import NetworkDenoiser
from engines.process.paths import Path, paths
from engines.process.prediction import V, Velocity
from engines.process.shapes import expand
from engines.process.straight import Straight
from engines.process.ve import VE
from engines.process.vp_cosine import VPCosine
from engines.training.draws import Draws, draw
from engines.training.objectives.base import Known, Setting
from engines.training.objectives.consistency import (
    SMOOTH,
    consistency,
    curve_times,
    neighbour,
    place_of,
    pseudo_huber,
    time_at,
)
from engines.training.objectives.consistency_distillation import ConsistencyDistillation, Times, heun
from engines.training.objectives.consistency_training import ConsistencyTraining
from tests.engines.test_objectives import Small

PATHS = pytest.mark.parametrize("path", [path() for path in paths().values()], ids=lambda path: path.name)
COUNT = 64
FREE = torch.full((COUNT,), -1)


def blob() -> Mixture:
    return gaussian(torch.tensor([0.6, -0.3]), torch.tensor([[0.5, 0.3], [0.3, 0.4]]))


def ended(path: Path, x: Tensor, t: Tensor, data: Mixture) -> Tensor:
    """Where the flow of a Gaussian ends: (x_t − alpha m) shrinks as sqrt(alpha² λ + sigma²) along each axis."""
    values, vectors = torch.linalg.eigh(data.covariances[0])
    alpha, sigma = path.alpha(t)[:, None], path.sigma(t)[:, None]
    ratio = (values / (alpha.square() * values + sigma.square())).sqrt()
    return data.means[0] + ((x - alpha * data.means[0]) @ vectors * ratio) @ vectors.T


class Ended(nn.Module):
    """The network whose estimate is exactly the end of the flow, for a prediction; times must not be rounded off."""

    def __init__(self, path: Path, data: Mixture, times: Tensor) -> None:
        super().__init__()
        self.path, self.data, self.times = path, data, times
        self.nothing = nn.Parameter(torch.zeros((), dtype=torch.float64))

    def forward(self, x: Tensor, t: Tensor, cond: Tensor) -> Tensor:
        # what single precision made of a time is looked up again
        exact = self.times[(self.times.float() - t[:, None].float()).abs().argmin(1)].clamp(min=1e-9)
        state = x * self.path.scale(exact)[:, None]
        wanted = ended(self.path, state, exact, self.data)
        output = wanted - V().skip(self.path, exact)[:, None] * state
        return output / V().gain(self.path, exact)[:, None] + self.nothing


@PATHS
def test_at_no_noise_the_function_is_the_state_itself(path: Path) -> None:
    setting, x, zero = Setting(path, V()), torch.randn(5, 2), torch.zeros(5, dtype=torch.float64)
    assert torch.equal(consistency(Small(), setting, x, zero, torch.zeros(5)), x)
    # and it comes there without a jump: c_skip to 1 and c_out to 0
    near = torch.full((5,), 1e-8, dtype=torch.float64)
    torch.testing.assert_close(consistency(Small(), setting, x, near, torch.zeros(5)), x, rtol=0, atol=2e-3)
    assert V().skip(path, zero).tolist() == pytest.approx([1.0] * 5)
    assert V().gain(path, zero).tolist() == [0.0] * 5


@PATHS
def test_the_factors_of_v_are_those_of_the_paper_for_unit_data(path: Path) -> None:
    """Karras et al. 2022, table 1, over x/alpha with noise sigma/alpha: c_skip = 1/(1 + n²), c_out = n/√(1 + n²)."""
    t = torch.linspace(0.05, 0.95, 10, dtype=torch.float64)
    n = path.kappa(t)
    torch.testing.assert_close(V().skip(path, t) * path.alpha(t), 1 / (1 + n.square()))
    torch.testing.assert_close(-V().gain(path, t), n / (1 + n.square()).sqrt())


def test_the_model_is_a_denoiser_as_it_is() -> None:
    setting, x, t = Setting(Straight(), Velocity()), torch.randn(5, 2), torch.full((5,), 0.6, dtype=torch.float64)
    network, cond = Small(), torch.zeros(5, dtype=torch.long)
    found = NetworkDenoiser(network, setting.path, setting.prediction)(x, t, cond)
    assert torch.equal(found, consistency(network, setting, x, t, cond))


@PATHS
def test_the_flow_of_a_gaussian_ends_where_the_closed_form_says(path: Path) -> None:
    x = path.initial(torch.randn(COUNT, 2, dtype=torch.float64))
    t = torch.full((COUNT,), path.t_max, dtype=torch.float64)
    torch.testing.assert_close(ended(path, x, t, blob()), flow_end(path, x, blob()))


@PATHS
def test_neighbours_are_the_next_lower_level(path: Path) -> None:
    times = curve_times(path, 6)
    assert float(times[0]) == 0
    assert float(times[-1]) == path.t_max
    assert bool((times.diff() > 0).all())
    assert torch.equal(neighbour(times, times[1:]), times[:-1])
    # between two levels the lower, below all of them 0; also in single precision
    assert torch.equal(neighbour(times, (times[1:] + times[:-1]) / 2), times[:-1])
    assert torch.equal(neighbour(times, times[1:].float()), times[:-1].float())


@PATHS
def test_exact_function_is_consistent_along_the_flow(path: Path) -> None:
    """It is the same at both ends of a step of the exact flow, so the loss there is 0."""
    times = curve_times(path, 8)
    data, t = blob(), times[1:].repeat(COUNT // 8)
    s = neighbour(times, t)
    x = path.diffuse(data.sample(COUNT), torch.randn(COUNT, 2, dtype=torch.float64), t)
    # along the flow a state keeps its place in each axis
    values, vectors = torch.linalg.eigh(data.covariances[0])
    spread = [(path.alpha(u)[:, None].square() * values + path.sigma(u)[:, None].square()).sqrt() for u in (s, t)]
    moved = (x - path.alpha(t)[:, None] * data.means[0]) @ vectors * (spread[0] / spread[1])
    below = path.alpha(s)[:, None] * data.means[0] + moved @ vectors.T
    setting, network = Setting(path, V()), Ended(path, data, times)
    ends = [consistency(network, setting, state, u, FREE) for state, u in ((x, t), (below, s))]
    assert float(pseudo_huber(*ends).detach().abs().max()) < 1e-12


@pytest.mark.parametrize("path", [VPCosine(), Straight(), VE()], ids=lambda path: path.name)
def test_distilling_an_exact_teacher_leaves_the_error_of_its_step(path: Path) -> None:
    """Heun's local error falls as the third power of the step, and with it the distance from the exact function."""
    data = blob()
    exact, wrong = MixtureDenoiser(data, path), list[float]()
    x0, eps = data.sample(COUNT), torch.randn(COUNT, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    for count in (40, 80):
        times = curve_times(path, count)
        t = times[count // 2].expand(COUNT)
        s = neighbour(times, t)
        x = path.diffuse(x0, eps, t)
        ends = ended(path, heun(path, exact, x, t, s, FREE), s, data) - ended(path, x, t, data)
        wrong.append(float(ends.norm()))
    assert wrong[0] / wrong[1] > 6


@pytest.mark.parametrize("kind", list(Times))
def test_distillation_of_the_exact_function_loses_next_to_nothing(kind: Times) -> None:
    path, data = VPCosine(), blob()
    objective = ConsistencyDistillation(levels=200, times=kind)
    setting = Setting(path, V(), known=Known(exact=MixtureDenoiser(data, path)))
    drawn = draw(0, 0, (COUNT, 2), path, 1.0)
    draws = objective.prepared(setting, data.sample(COUNT), FREE, Draws(drawn.t, drawn.eps.double(), drawn.dropped))
    below = time_at(path, place_of(path, draws.t) - 1 / 199)
    asked = curve_times(path, 200) if kind is Times.LEVELS else torch.cat([draws.t, below])
    found = objective.losses(Ended(path, data, asked), setting, data.sample(COUNT), FREE, draws)
    other = objective.losses(Small().double(), setting, data.sample(COUNT), FREE, draws)
    # in units of the distance itself: SMOOTH rounds small ones off
    assert float(found.detach().mean()) < 1e-4 * float(other.detach().mean())


def test_the_teacher_goes_before_the_exact_denoiser() -> None:
    path, data = VPCosine(), blob()
    far = MixtureDenoiser(gaussian(torch.tensor([5.0, 5.0]), torch.eye(2)), path)
    exact = MixtureDenoiser(data, path)
    x0, draws = data.sample(COUNT).float(), draw(0, 0, (COUNT, 2), path, 1.0)
    found = [float(ConsistencyDistillation().losses(Small(), Setting(path, V(), known=known), x0, FREE, draws)
                   .detach().mean()) for known in (Known(exact=exact), Known(exact=exact, teacher=far),
                                                   Known(teacher=far))]
    assert found[0] != found[1] == found[2]


@PATHS
def test_training_on_a_single_point_loses_nothing_by_its_exact_function(path: Path) -> None:
    """All flows end in that point, whatever the noise: the one case in which both ends agree for every pair."""
    place = torch.tensor([[0.6, -0.3]], dtype=torch.float64).expand(COUNT, 2)
    objective, setting = ConsistencyTraining(coarsest=8, finest=8), Setting(path, V())
    drawn = draw(0, 0, (COUNT, 2), path, 1.0)
    draws = objective.prepared(setting, place, FREE, Draws(drawn.t, drawn.eps.double(), drawn.dropped))
    times = curve_times(path, 8)

    class Point(nn.Module):
        def forward(self, x: Tensor, t: Tensor, cond: Tensor) -> Tensor:
            exact = times[(times.float() - t[:, None]).abs().argmin(1)].clamp(min=1e-9)
            state = x * expand(path.scale(exact), x)
            return (place - expand(V().skip(path, exact), x) * state) / expand(V().gain(path, exact), x)

    losses = objective.losses(Point(), setting, place, FREE, draws)
    assert float(losses.abs().max()) < 1e-9
    assert bool((objective.losses(Small().double(), setting, place, FREE, draws) > 0).all())


def test_the_loss_of_training_is_the_distance_of_neighbours_over_that_of_their_noise() -> None:
    """By hand, for both ends of every step between two levels: one noise, and each with its own time."""
    path, objective, network = VE(), ConsistencyTraining(coarsest=8, finest=8), Small().double()
    times, setting = curve_times(path, 8), Setting(path, V())
    x0, eps = torch.randn(2, 8, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    here, there = (consistency(network, setting, path.diffuse(x0, eps, t), t, FREE[:8])
                   for t in (times[1:], times[:-1]))
    distance = ((here - there).square().mean(1) + SMOOTH**2).sqrt() - SMOOTH
    wanted = distance / (path.sigma(times[1:]) - path.sigma(times[:-1]))
    draws = Draws(times[1:], eps, torch.ones(8, dtype=torch.bool))
    torch.testing.assert_close(objective.losses(network, setting, x0, FREE[:8], draws), wanted)


def test_levels_double_at_even_intervals() -> None:
    """Song & Dhariwal 2024, table 1: 10 to 1,280 in eight stages; eq. 10's N(k) counts the boundaries, one more."""
    objective = ConsistencyTraining()
    assert [objective.count(step, 800) for step in range(0, 800, 100)] == [10, 20, 40, 80, 160, 320, 640, 1280]
    assert [objective.count(step, 800) for step in (99, 100, 799, 800, 5000)] == [10, 20, 1280, 1280, 1280]
    assert objective.count(0, 1) == 10
    assert [objective.count(step, 1) for step in (1, 100)] == [20, 1280]


def test_times_are_log_normal_over_the_levels() -> None:
    """Half of the pairs have less noise than the median of the law, twice the paper's for data of twice the size."""
    path, objective = VE(sigma_max=160), ConsistencyTraining(coarsest=640, finest=640)
    x0, labels = torch.zeros(4000, 2), torch.zeros(4000, dtype=torch.long)
    draws = objective.prepared(Setting(path, V()), x0, labels, draw(0, 0, (4000, 2), path, 0.0))
    logs = path.kappa(draws.t).log().sort().values
    assert set(draws.t.tolist()) <= set(curve_times(path, 640).tolist())
    assert float(logs[2000]) == pytest.approx(-1.1 + 0.693, abs=0.05)
    assert float(logs[3365] - logs[635]) == pytest.approx(2 * 2.0, abs=0.15)  # one standard deviation either way


def test_the_distance_is_a_length_far_away_and_a_square_nearby() -> None:
    a, b = torch.tensor([[3.0, 0.0], [1e-5, 0.0]]), torch.zeros(2, 2)
    assert pytest.approx(2 * 0.00054) == SMOOTH  # of the paper for data of half the size (Song & Dhariwal 2024, 3.3)
    far, near = pseudo_huber(a, b).double().tolist()
    assert far == pytest.approx(3 / 2**0.5 - SMOOTH, rel=1e-4)
    exact = pseudo_huber(a.double(), b.double()).tolist()[1]
    assert exact == pytest.approx((1e-10 / 2) / (2 * SMOOTH), rel=1e-3)
    assert near == pytest.approx(exact, abs=1e-9)
