"""The contract of every objective, on images and points, and what each refuses."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from engines.analytic import MixtureDenoiser
from engines.checks.oracle_claims import blobs
from engines.component import build
from engines.denoiser import NO_CLASS
from engines.errors import BadOption
from engines.process.paths import Path, paths
from engines.process.prediction import X0, Eps, Prediction, Score, V, Velocity, predictions
from engines.process.shapes import expand
from engines.process.straight import Straight
from engines.process.ve import VE
from engines.process.vp_cosine import VPCosine
from engines.training.draws import Draws, draw, generator
from engines.training.objective import Goal, backward
from engines.training.objectives.base import PIXELS, Known, Objective, Setting, objectives
from engines.training.objectives.consistency_distillation import ConsistencyDistillation
from engines.training.objectives.consistency_training import ConsistencyTraining
from engines.training.objectives.denoising import Denoising
from engines.training.objectives.multi_scale import MultiScale
from engines.training.objectives.score_matching import Derivatives, Explicit, Implicit
from engines.training.objectives.simple import Simple
from engines.training.objectives.weights import Constant, Weight, weights
from tests.engines.test_training import CPU


class Small(nn.Module):
    """Tanh layers on points (B, 2) that know the time and the class; several outputs for each coordinate."""

    def __init__(self, outputs: int = 1) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.layers = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 2 * outputs))
        self.seen = list[Tensor]()

    def forward(self, x: Tensor, t: Tensor, cond: Tensor) -> Tensor:
        self.seen.append(cond)
        return self.layers(torch.cat([x, t.to(x)[:, None], cond.to(x)[:, None]], 1))


EVERY = [kind() for kind in objectives().values()]
BATCH = 7


def goal_of(objective: Objective, path: Path, kind: Prediction | None = None) -> Goal:
    exact = MixtureDenoiser(blobs(), path)
    return Goal(Setting(path, kind or V(), step=3, steps=10, known=Known(exact=exact)), CPU, objective)


def batch(goal: Goal, count: int = BATCH, dropout: float = 0.5) -> tuple[Tensor, Tensor, Draws]:
    x0, labels = blobs().sample(count).float(), torch.arange(count) % 2
    draws = draw(0, 3, (count, 2), goal.setting.path, dropout)
    return x0, labels, goal.prepared(x0, labels, draws, generator(0, 3, "objective"))


@pytest.mark.parametrize("path", [path() for path in paths().values()], ids=lambda path: path.name)
@pytest.mark.parametrize("objective", EVERY, ids=lambda objective: objective.name)
def test_losses_are_one_finite_number_a_sample_with_finite_gradients(objective: Objective, path: Path) -> None:
    goal = goal_of(objective, path)
    objective.check(goal.setting, (2,))
    network, (x0, labels, draws) = Small(objective.outputs), batch(goal)
    losses = goal.losses(network, x0, labels, draws, slice(0, BATCH))
    assert losses.shape == (BATCH,)
    assert losses.dtype == torch.float32
    assert losses.isfinite().all()
    torch.autograd.backward(losses.mean())
    assert all(weight.grad is not None and weight.grad.isfinite().all() for weight in network.parameters())
    assert any(bool(weight.grad.any()) for weight in network.parameters())
    # the network never sees a label that was dropped
    assert all(bool((seen[draws.dropped] == NO_CLASS).all()) for seen in network.seen)
    assert all(torch.equal(seen[~draws.dropped], labels[~draws.dropped]) for seen in network.seen)


@pytest.mark.parametrize("objective", EVERY, ids=lambda objective: objective.name)
def test_a_batch_in_parts_teaches_what_the_whole_does(objective: Objective) -> None:
    found = list[tuple[float, Tensor]]()
    for parts in (1, 3):
        goal, network = goal_of(objective, VPCosine()), Small(objective.outputs)
        x0, labels, draws = batch(goal)
        loss = backward(network, goal, x0, labels, draws, parts)
        found.append((loss, torch.cat([weight.grad.flatten() for weight in network.parameters()])))
    assert found[1][0] == pytest.approx(found[0][0], rel=1e-5)
    torch.testing.assert_close(found[1][1], found[0][1], rtol=1e-4, atol=1e-6 * float(found[0][1].abs().max()))


@pytest.mark.parametrize("objective", EVERY, ids=lambda objective: objective.name)
def test_losses_are_the_same_without_gradients_and_at_any_time(objective: Objective) -> None:
    """Validation measures so, at times of its own choice; step 0 of 1 is how a loss stands alone."""
    goal = goal_of(objective, VPCosine())
    network, (x0, labels, draws) = Small(objective.outputs), batch(goal)
    free = Draws(torch.linspace(0.01, 0.999, BATCH, dtype=torch.float64), draws.eps, draws.dropped, draws.probe)
    with torch.no_grad():
        quiet = goal.losses(network, x0, labels, free, slice(0, BATCH))
    assert quiet.isfinite().all()
    torch.testing.assert_close(quiet, goal.losses(network, x0, labels, free, slice(0, BATCH)).detach())


@pytest.mark.parametrize("objective", [*EVERY, *(Simple(weight=kind()) for kind in weights().values())],
                         ids=lambda objective: objective.name)
def test_recipes_read_back(objective: Objective) -> None:
    assert build(Objective, objective.model_dump(mode="json"), objectives) == objective
    assert objective.title
    assert objective.summary.endswith(".")
    assert objective.source
    assert objective.formula


@pytest.mark.parametrize("kind", [kind() for kind in predictions().values()], ids=lambda kind: kind.name)
def test_the_simple_loss_is_to_the_bit_what_it_always_was(kind: Prediction) -> None:
    path, network = VPCosine(), Small()
    x0, labels = torch.randn(BATCH, 2), torch.arange(BATCH)
    draws = draw(0, 0, (BATCH, 2), path, 0.3)
    found = Simple().losses(network, Setting(path, kind), x0, labels, draws)
    x = path.diffuse(x0, draws.eps, draws.t)
    output = network(x / expand(path.scale(draws.t), x), draws.t.float(), labels.masked_fill(draws.dropped, NO_CLASS))
    wanted = kind.wanted(path, x0, draws.eps, draws.t)
    assert torch.equal(found, (output.float() - wanted).square().flatten(1).mean(1))


@pytest.mark.parametrize("path", [VE(), Straight()], ids=lambda path: path.name)
@pytest.mark.parametrize("kind", [kind() for kind in predictions().values()], ids=lambda kind: kind.name)
def test_an_estimate_is_skip_of_the_state_and_gain_of_the_output(kind: Prediction, path: Path) -> None:
    x, output = torch.randn(2, BATCH, 2, dtype=torch.float64)
    t = torch.linspace(0.1, 0.9, BATCH, dtype=torch.float64)
    linear = expand(kind.skip(path, t), x) * x + expand(kind.gain(path, t), x) * output
    torch.testing.assert_close(linear, kind.read(path, x, output, t))


@pytest.mark.parametrize("kind", [kind() for kind in predictions().values()], ids=lambda kind: kind.name)
@pytest.mark.parametrize("weight", [kind() for kind in weights().values()], ids=lambda weight: weight.name)
def test_a_weight_of_the_estimate_is_one_of_the_output_by_the_square_of_the_gain(weight: Weight,
                                                                                 kind: Prediction) -> None:
    path, t = Straight(), torch.linspace(0.1, 0.9, BATCH, dtype=torch.float64)
    torch.testing.assert_close(weight.of_x0(path, kind, t) * kind.gain(path, t).square(),
                               weight.of_output(path, kind, t))


def test_the_loss_with_weight_1_is_the_error_of_the_estimate() -> None:
    """Against x0_hat of what the network outputs, by hand."""
    path, network = Straight(), Small().double()
    x0, labels = blobs().sample(BATCH), torch.zeros(BATCH, dtype=torch.long)
    draws = Draws(torch.linspace(0.1, 0.9, BATCH, dtype=torch.float64), torch.randn(BATCH, 2).double(),
                  torch.zeros(BATCH, dtype=torch.bool))
    x = path.diffuse(x0, draws.eps, draws.t)
    scale = (draws.t.square() + (1 - draws.t).square()).sqrt()[:, None]
    output = network(x / scale, draws.t.float(), labels)
    # x0 = x − t·(eps − x0), of which the network outputs a √2-th
    estimate = x - draws.t[:, None] * output * 2**0.5
    found = Simple(weight=Constant()).losses(network, Setting(path, Velocity()), x0, labels, draws)
    torch.testing.assert_close(found, (estimate - x0).square().mean(1))


@pytest.mark.parametrize(("objective", "kind", "shape", "words"), [
    (Explicit(), V(), (1, 8, 8), "true score.* choose implicit or denoising"),
    (Implicit(), V(), (1, 8, 8), "64 numbers.* choose the trace hutchinson"),
    (ConsistencyDistillation(), V(), (1, 8, 8), "needs a teacher; name a model"),
    (ConsistencyTraining(), X0(), (2,), "predicts x0 .* choose the prediction v"),
    (ConsistencyTraining(), Eps(), (2,), "predicts eps .* choose the prediction v"),
    (ConsistencyTraining(), Score(), (2,), "predicts score .* choose the prediction v"),
])
def test_what_cannot_be_learnt_is_refused_in_one_sentence(objective: Objective, kind: Prediction,
                                                          shape: tuple[int, ...], words: str) -> None:
    with pytest.raises(BadOption, match=words) as error:
        objective.check(Setting(VPCosine(), kind, known=PIXELS), shape)
    assert str(error.value).count(".") == 1


def test_more_noise_than_the_path_has_is_refused() -> None:
    with pytest.raises(BadOption, match="no more noise than 20"):
        Denoising(noise=50).check(Setting(VE(sigma_max=20), V()), (2,))


@pytest.mark.parametrize("objective", [Implicit(trace=Derivatives.HUTCHINSON), ConsistencyTraining(), Denoising(),
                                       *(kind() for name, kind in objectives().items()
                                         if name in {"simple", "vlb", "learned-variance", "flow-matching"})],
                         ids=lambda objective: objective.name)
def test_what_needs_no_truth_is_for_images_too(objective: Objective) -> None:
    objective.check(Setting(VPCosine(), V(), known=PIXELS), (3, 32, 32))


def test_consistency_may_predict_v_anywhere_and_velocity_on_the_straight_path() -> None:
    for path in paths().values():
        ConsistencyTraining().check(Setting(path(), V()), (2,))
    ConsistencyTraining().check(Setting(Straight(), Velocity()), (2,))


def test_denoising_is_at_one_level_of_noise() -> None:
    for path in (path() for path in paths().values()):
        goal = goal_of(Denoising(noise=0.5), path)
        t = batch(goal)[2].t
        torch.testing.assert_close(path.sigma(t) / path.alpha(t), torch.full((BATCH,), 0.5, dtype=torch.float64))


def test_levels_grow_by_one_factor_and_come_equally_often() -> None:
    objective, path = MultiScale(levels=5, finest=0.1), VE(sigma_max=10)
    sigma = path.sigma(objective.times(path))
    torch.testing.assert_close(sigma, torch.tensor([0.1, 10**-0.5, 1, 10**0.5, 10], dtype=torch.float64), rtol=1e-4,
                               atol=0)
    t = batch(goal_of(objective, path), 50)[2].t
    assert [int((t == level).sum()) for level in objective.times(path)] == [10] * 5


def test_the_power_of_a_level_weighs_its_error() -> None:
    path = VE(sigma_max=10)
    x0, labels, draws = batch(goal_of(MultiScale(), path))
    plain, flat = (MultiScale(power=power).losses(Small(), Setting(path, V()), x0, labels, draws) for power in (2, 0))
    torch.testing.assert_close(flat, plain / path.sigma(draws.t).square().float(), rtol=1e-4, atol=0)
    # with the power 2 it is denoising score matching at several levels
    torch.testing.assert_close(plain, Denoising().losses(Small(), Setting(path, V()), x0, labels, draws))


def test_random_signs_give_the_trace_in_the_mean() -> None:
    """Hutchinson: within four standard errors of 4,000 probes; their number lowers the spread."""
    goal, exact = (goal_of(Implicit(trace=trace), VPCosine()) for trace in (Derivatives.HUTCHINSON, Derivatives.EXACT))
    network, count = Small(), 4000
    x0, labels = blobs().sample(1).float().expand(count, 2), torch.zeros(count, dtype=torch.long)
    one = torch.tensor([0.4], dtype=torch.float64).expand(count)
    draws = Draws(one, torch.tensor([[0.3, -0.8]]).expand(count, 2), torch.zeros(count, dtype=torch.bool))
    spread = list[float]()
    for probes in (1, 4):
        probe = Implicit(trace=Derivatives.HUTCHINSON, probes=probes).probe((count, 2), generator(0, 0, "probe"))
        assert probe is not None
        assert probe.shape == (count, probes, 2)
        assert set(probe.unique().tolist()) == {-1.0, 1.0}
        drawn = Draws(draws.t, draws.eps, draws.dropped, probe)
        found = goal.losses(network, x0, labels, drawn, slice(0, count)).detach()
        wanted = exact.losses(network, x0[:1], labels[:1], draws, slice(0, 1)).detach()
        spread.append(float(found.std()))
        assert abs(float(found.mean() - wanted)) < 4 * spread[-1] / count**0.5
        assert spread[-1] > 0
    assert spread[1] == pytest.approx(spread[0] / 2, rel=0.1)
