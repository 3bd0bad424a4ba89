"""The parts of a training by themselves: loss, draws, averages, rates, gradients, state and augmentation."""

from __future__ import annotations

import pytest
import torch

from engines.checkpoint import load_model
from engines.errors import BadOption
from engines.process.noise import Noise
from engines.process.paths import Path, paths
from engines.process.prediction import Prediction, Score, V, predictions
from engines.process.times import EDM, time_grid
from engines.process.vp_cosine import VPCosine
from engines.samplers.ddim import DDIM
from engines.training.augment import augment
from engines.training.draws import Draws, draw
from engines.training.ema import ema_copy, ema_decay, ema_update
from engines.training.objective import Goal, backward
from engines.training.objectives.base import Setting
from engines.training.objectives.simple import Simple
from engines.training.options import TrainOptions
from engines.training.plan import Schedule
from engines.training.state import load_state, new_state, save_state
from tests.engines.test_training import CPU, Scale, losses, options, run


@pytest.mark.parametrize("kind", [kind() for kind in predictions().values()], ids=lambda kind: kind.name)
@pytest.mark.parametrize("path", [path() for path in paths().values()], ids=lambda path: path.name)
def test_loss_is_the_mean_square_of_what_is_missing(kind: Prediction, path: Path) -> None:
    x0, labels = torch.randn(5, 1, 4, 4), torch.zeros(5, dtype=torch.long)
    draws = draw(0, 0, (5, 1, 4, 4), path, 0.0)
    wanted = kind.wanted(path, x0, draws.eps, draws.t)

    def off_by_two(x: torch.Tensor, t: torch.Tensor, cond: torch.Tensor) -> torch.Tensor:
        return wanted + 2

    found = Simple().losses(off_by_two, Setting(path, kind), x0, labels, draws)  # type: ignore[arg-type]
    torch.testing.assert_close(found, torch.full((5,), 4.0))


@pytest.mark.parametrize("kind", [kind() for kind in predictions().values()], ids=lambda kind: kind.name)
@pytest.mark.parametrize("path", [path() for path in paths().values()], ids=lambda path: path.name)
def test_a_network_sees_and_learns_numbers_of_unit_size(kind: Prediction, path: Path) -> None:
    """For data of unit variance input and target have it too, at every noise level of every path."""
    source = torch.Generator().manual_seed(0)
    x0, labels = torch.randn(40, 1, 40, 40, generator=source), torch.zeros(40, dtype=torch.long)
    draws, seen = draw(0, 0, (40, 1, 40, 40), path, 0.0), list[torch.Tensor]()

    def silent(x: torch.Tensor, t: torch.Tensor, cond: torch.Tensor) -> torch.Tensor:
        seen.append(x)
        return torch.zeros_like(x)

    # what a network that says nothing misses is the square of all that it should say
    loss = Simple().losses(silent, Setting(path, kind), x0, labels, draws)  # type: ignore[arg-type]
    # six standard errors of a variance over 1,600 pixels
    assert float((loss - 1).abs().max()) < 6 * (2 / 1600) ** 0.5
    assert float((seen[0].square().mean((1, 2, 3)) - 1).abs().max()) < 6 * (2 / 1600) ** 0.5


def test_the_loss_of_a_score_is_that_of_the_paper() -> None:
    """Song & Ermon 2019, eq. 5 with the weight sigma² of section 4.2: sigma²·(score + eps/sigma)²."""
    path, x0, labels = paths()["ve"](), torch.randn(5, 1, 4, 4), torch.zeros(5, dtype=torch.long)
    draws, output = draw(0, 0, (5, 1, 4, 4), path, 0.0), torch.randn(5, 1, 4, 4)
    found = Simple().losses(lambda *_: output, Setting(path, Score()), x0, labels, draws)  # type: ignore[arg-type]
    sigma = path.sigma(draws.t)[:, None, None, None]
    score = output / sigma  # a network gives what has unit size
    weighted = sigma.square() * (score + draws.eps / sigma).square()
    torch.testing.assert_close(found, weighted.mean((1, 2, 3)).float())


def test_dropped_labels_reach_the_network_as_free():
    seen = list[torch.Tensor]()

    def network(x: torch.Tensor, t: torch.Tensor, cond: torch.Tensor) -> torch.Tensor:
        seen.append(cond)
        return x

    eps = torch.zeros(4, 1, 2, 2)
    draws = Draws(torch.full((4,), 0.5, dtype=torch.float64), eps, torch.tensor([True, False, True, False]))
    Simple().losses(network, Setting(VPCosine(), V()), eps, torch.arange(4), draws)  # type: ignore[arg-type]
    assert seen[0].tolist() == [-1, 1, -1, 3]


def test_by_default_a_tenth_to_a_fifth_of_the_labels_is_dropped():
    assert 0.1 <= TrainOptions().class_dropout <= 0.2
    assert TrainOptions().plan().class_dropout == TrainOptions().class_dropout


def test_draws_depend_on_seed_and_step_alone_and_times_are_stratified():
    path, shape = VPCosine(), (64, 1, 4, 4)
    a, b = draw(3, 7, shape, path, 0.15), draw(3, 7, shape, path, 0.15)
    assert all(torch.equal(getattr(a, k), getattr(b, k)) for k in ("t", "eps", "dropped"))
    assert not torch.equal(a.eps, draw(3, 8, shape, path, 0.15).eps)
    assert not torch.equal(a.eps, draw(4, 7, shape, path, 0.15).eps)
    cells = (a.t / path.t_max * 64).floor().long().sort().values
    assert cells.tolist() == list(range(64))
    assert float(a.t.min()) > 0
    share = torch.stack([draw(0, k, shape, path, 0.15).dropped.float().mean() for k in range(60)]).mean()
    assert float(share) == pytest.approx(0.15, abs=0.02)


def test_ema_has_the_closed_form():
    network, values = Scale(1.0), [3.0, -1.0, 4.0, 1.5]
    average, expected = ema_copy(network), 1.0
    for k, value in enumerate(values):
        network.weight.data.fill_(value)
        ema_update(average, network, k, 0.3)
        d = min(0.3, (1 + k) / (10 + k))
        assert ema_decay(k, 0.3) == d
        expected = d * expected + (1 - d) * value
    assert float(average.weight) == pytest.approx(expected, rel=1e-6)
    assert not average.weight.requires_grad


def test_learning_rate_warms_up_then_stays_or_falls():
    flat, falling = options(steps=103).plan(), options(steps=103, schedule=Schedule.COSINE).plan()
    assert [flat.rate(k) for k in (0, 1, 2, 3, 102)] == pytest.approx([2e-3 / 3, 4e-3 / 3, 2e-3, 2e-3, 2e-3])
    assert [falling.rate(k) for k in (0, 3, 53, 103)] == pytest.approx([2e-3 / 3, 2e-3, 1e-3, 0])


def test_gradients_in_parts_are_those_of_the_whole():
    x0, labels = torch.randn(7, 1, 4, 4), torch.zeros(7, dtype=torch.long)
    draws, found = draw(0, 0, (7, 1, 4, 4), VPCosine(), 0.0), list[tuple[float, float]]()
    for parts in (1, 2, 3):
        network = Scale()
        loss = backward(network, Goal(Setting(VPCosine(), V()), CPU), x0, labels, draws, parts)
        found.append((loss, float(network.weight.grad)))
    assert found[1] == pytest.approx(found[0], rel=1e-5)
    assert found[2] == pytest.approx(found[0], rel=1e-5)


def test_a_training_goes_on_with_what_it_learnt_to_predict(tmp_path):
    list(run(tmp_path / "short", options(steps=2)))
    for changes, words in (({"prediction": "eps"}, "prediction v, not eps"),
                           ({"path": {"name": "vp-linear"}}, r"path vp-cosine .*, not vp-linear")):
        with pytest.raises(BadOption, match=words):
            list(run(tmp_path / "other", options(steps=4, resume=str(tmp_path / "short"), **changes)))


def test_state_survives_the_disk_even_before_the_first_step(tmp_path):
    fresh = new_state(Scale(0.25), 1e-3, 0.0)
    save_state(tmp_path / "s.safetensors", fresh, {"note": "x"})
    other = new_state(Scale(9.0), 1e-3, 0.0)
    assert load_state(tmp_path / "s.safetensors", other)["note"] == "x"
    assert (float(other.network.weight.detach()), float(other.average.weight), other.step) == (0.25, 0.25, 0)


def test_augmentation_mirrors_and_shifts_by_chance_of_the_step_alone():
    x = torch.arange(2 * 36.0).reshape(2, 1, 6, 6).repeat(10, 1, 1, 1)
    mirrored = augment(x, 0, 5, mirror=True, shift=0)
    same = [torch.equal(a, b) or torch.equal(a, b.flip(2)) for a, b in zip(mirrored, x, strict=True)]
    assert all(same)
    assert not torch.equal(mirrored, x)
    moved = augment(x, 0, 5, mirror=False, shift=2)
    assert moved.shape == x.shape
    assert torch.equal(moved, augment(x, 0, 5, mirror=False, shift=2))
    assert not torch.equal(moved, augment(x, 0, 6, mirror=False, shift=2))
    assert torch.equal(augment(x, 0, 5, mirror=False, shift=0), x)


@pytest.mark.parametrize(("path", "kind"), [("ve", "velocity"), ("straight", "velocity"), ("sub-vp", "score")])
def test_a_network_learns_on_every_kind_of_path_and_its_file_tells_which(tmp_path, path, kind):
    """Losses of unit targets, and a model that is read back with the prediction by its name."""
    found = losses(run(tmp_path / "run", options(steps=3, path=path, prediction=kind)))
    assert len(found) == 3
    assert all(0.2 < loss < 5 for loss in found)
    model = load_model(tmp_path / "run" / "tiny.safetensors", CPU)
    assert (model.spec.path.name, model.spec.prediction) == (path, predictions()[kind]())
    assert model.spec.model_dump(mode="json")["prediction"] == kind
    noise = Noise((0, 1), (model.spec.channels, model.spec.size, model.spec.size))
    start = model.path.initial(noise.initial())
    *_, end = DDIM()(model.path, model.denoiser, start, time_grid(model.path, 4, EDM()), noise=noise)
    # what has learnt next to nothing takes away next to no noise, of which there is much on some paths
    assert bool(end.x.detach().isfinite().all())
