"""Training in trouble: no memory for a batch, and losses that are not finite."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engines.errors import Diverged, OutOfMemory
from engines.events import Previewed, Said, Trained, Validated
from engines.halving import Pieces
from engines.memory import largest_fit, ran_out
from engines.model_file import raw_header
from engines.training import run as run_module
from engines.training import trainer as trainer_module
from engines.training.plan import gentler
from engines.training.state import FILE_NAME
from tests.engines.test_training import Scale, losses, options, run, trainer


class Greedy(Scale):
    """Runs out of memory above so many images."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def forward(self, x: torch.Tensor, t: torch.Tensor, cond: torch.Tensor | None = None) -> torch.Tensor:
        if len(x) > self.most:
            raise torch.OutOfMemoryError("out of memory")
        return super().forward(x, t, cond)


def test_out_of_memory_halves_the_batch_once_and_the_losses_stay(tmp_path):
    plenty = losses(trainer(Greedy(8), batch=8, steps=3).run())
    short = list(trainer(Greedy(4), batch=8, steps=3).run())
    assert losses(short) == pytest.approx(plenty, rel=1e-6)
    assert [e.sentence for e in short if isinstance(e, Said)] == [
        "Memory is short: the batch of 8 is now computed in halves."]


@pytest.mark.parametrize(("most", "words"), [
    (3, "a batch of 2 fits"), (1, "a batch of 1 fits"), (0, "smaller network")])
def test_out_of_memory_for_good_names_the_batch_that_fits(most, words):
    with pytest.raises(OutOfMemory, match=words) as caught:
        list(trainer(Greedy(most), batch=8).run())
    assert "a batch of 8" in str(caught.value)


class Roomless(Scale):
    """Runs out of memory above so many images where nothing is learnt, and remembers how many it was given there."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most, self.given = most, list[int]()

    def forward(self, x: torch.Tensor, t: torch.Tensor, cond: torch.Tensor | None = None) -> torch.Tensor:
        if not torch.is_grad_enabled():
            self.given.append(len(x))
            if len(x) > self.most:
                raise torch.OutOfMemoryError("out of memory")
        return super().forward(x, t, cond)


def test_validation_takes_no_more_images_at_once_than_the_batch_has_and_fewer_where_memory_is_short():
    one, short = (trainer(Roomless(most), batch=6, steps=1, validate_every=1) for most in (6, 2))
    plenty, found = ([e for e in made.run() if isinstance(e, Validated)] for made in (one, short))
    assert one.state.average.given == [6, 2, 6, 2]
    assert short.state.average.given == [6, 3, *[1] * 8, *[1] * 8]
    assert found[0].loss == pytest.approx(plenty[0].loss, rel=1e-6)
    assert found[0].by_level == pytest.approx(plenty[0].by_level, rel=1e-6)


def with_room(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """Let trainings have a network with room for so many images at once where nothing is learnt."""
    monkeypatch.setattr(run_module, "build_network", lambda _spec: Roomless(most))


def test_previews_take_as_few_images_at_once_as_they_must(tmp_path, monkeypatch):
    sheets = list[np.ndarray]()
    for most in (64, 2):
        with_room(monkeypatch, most)
        sheets += [e.samples for e in run(tmp_path / str(most), options(steps=1, preview_every=1))
                   if isinstance(e, Previewed)]
    assert sheets[0].shape == (20, 1, 28, 28)
    np.testing.assert_allclose(sheets[1], sheets[0], rtol=1e-6)


def kept_step(folder: Path) -> int:
    """The step of the state in a run's folder."""
    return int(raw_header(folder / FILE_NAME)["step"])


@pytest.mark.parametrize("kind", ["preview_every", "validate_every"])
def test_without_room_for_a_single_image_training_ends_with_a_sentence_and_keeps_its_steps(tmp_path, monkeypatch, kind):
    with_room(monkeypatch, 0)
    with pytest.raises(OutOfMemory, match="too little memory for a single image"):
        list(run(tmp_path / "run", options(**{kind: 100})))  # the first look is after step 5
    assert kept_step(tmp_path / "run") == 5


def refused(*_given: object) -> None:
    """Has no room."""
    raise torch.OutOfMemoryError("out of memory")


def test_whatever_runs_out_of_memory_between_two_steps_costs_none_of_them(tmp_path, monkeypatch):
    monkeypatch.setattr(run_module, "preview", refused)
    with pytest.raises(torch.OutOfMemoryError):
        list(run(tmp_path / "run", options(preview_every=100)))
    assert kept_step(tmp_path / "run") == 5


def test_half_an_update_is_not_kept(tmp_path, monkeypatch):
    """What the last checkpoint has is resumed exactly; weights of which some had their step taken are not."""
    events = run(tmp_path / "run", options())
    for event in events:
        if isinstance(event, Trained) and event.step == 3:
            break
    monkeypatch.setattr(trainer_module, "ema_update", refused)
    with pytest.raises(torch.OutOfMemoryError):
        list(events)
    assert not (tmp_path / "run" / FILE_NAME).exists()


def test_pieces_are_halved_until_there_is_room_and_stay_so():
    tried = list[tuple[int, int]]()

    def work(part: slice) -> int:
        tried.append((part.start, part.stop))
        if part.stop - part.start > 3:
            raise torch.OutOfMemoryError("out of memory")
        return part.start

    pieces = Pieces(16)
    assert pieces(work, 7) == [0, 3, 6]
    assert tried == [(0, 7), (0, 3), (3, 6), (6, 7)]
    assert (pieces(work, 4), pieces.size) == ([0, 3], 3)
    with pytest.raises(ValueError, match="no room"):
        pieces(lambda _part: int("no room"), 1)


def test_what_counts_as_out_of_memory():
    assert ran_out(MemoryError())
    assert ran_out(RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried …"))
    assert not ran_out(RuntimeError("shapes cannot be multiplied"))

    def broken(size: int) -> None:
        raise ValueError(size)

    with pytest.raises(ValueError, match="4"):
        largest_fit(broken, 8)


class Spoiled(Scale):
    """Gives nonsense in the steps named."""

    def __init__(self, steps: set[int]) -> None:
        super().__init__()
        self.steps, self.calls = steps, 0

    def forward(self, x: torch.Tensor, t: torch.Tensor, cond: torch.Tensor | None = None) -> torch.Tensor:
        self.calls += 1
        bad = float("nan") if self.calls in self.steps else 1.0
        return super().forward(x, t, cond) * bad


def test_a_single_step_without_a_finite_loss_is_left_out():
    one = trainer(Spoiled({3}), steps=5)
    found = losses(one.run())
    assert [np.isfinite(loss) for loss in found] == [True, True, False, True, True]
    assert bool(one.state.network.weight.isfinite())
    assert bool(one.state.average.weight.isfinite())


def test_the_rate_to_try_next_is_one_that_works():
    """A quarter, and for rates that are far too large one that rarely diverges."""
    assert (gentler(0.002), gentler(1.0), gentler(1e-5)) == (0.0005, 0.001, 2.5e-6)


def test_divergence_ends_training_with_a_sentence_and_good_weights():
    one = trainer(Spoiled(set(range(4, 99))), steps=50)
    with pytest.raises(Diverged, match=r"at step 6: the loss is not finite at learning rate 0.002; try 0.0005"):
        list(one.run())
    assert bool(one.state.network.weight.isfinite())


class Steep(Spoiled):
    """Gives a gradient that is not a number in the steps named, with a loss like any other."""

    def __init__(self, steps: set[int]) -> None:
        super().__init__(set())
        self.slopes = steps

    def forward(self, x: torch.Tensor, t: torch.Tensor, cond: torch.Tensor | None = None) -> torch.Tensor:
        found = super().forward(x, t, cond)
        # the slope of a root at 0 is infinite, and 0 times that is no number
        return found + (0 * self.weight).sqrt() if self.calls in self.slopes else found


def test_a_step_whose_gradient_is_not_finite_is_left_out_too():
    one = trainer(Steep({3}), steps=5)
    assert all(np.isfinite(losses(one.run())))
    assert bool(one.state.network.weight.isfinite())
    assert bool(one.state.average.weight.isfinite())
    with pytest.raises(Diverged, match="the gradient is not finite"):
        list(trainer(Steep({1, 2, 3}), steps=5).run())


def test_divergence_within_the_warm_up_tells_the_rate_that_was_chosen_and_the_one_reached():
    one = trainer(Spoiled(set(range(1, 99))), steps=50, learning_rate=1.0, warmup=10)
    with pytest.raises(Diverged, match=r"learning rate 1, of which the warm-up had reached 0.3; try 0.001"):
        list(one.run())
