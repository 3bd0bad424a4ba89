"""The shared driver: labels, opening, resuming, batch invariance, memory, the faster network's seam."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from engines.analytic import MixtureDenoiser
from engines.checkpoint import Model, load_model
from engines.checks.oracle_claims import blobs
from engines.context import Network, Start
from engines.denoiser import Denoised, Denoiser
from engines.device import device
from engines.errors import BadOption, BadRecipe, Diverged, OutOfMemory
from engines.guidance.cfg import ClassifierFree
from engines.lean import Lean, ready
from engines.process.noise import Noise, sample_seeds
from engines.process.times import time_grid
from engines.process.vp_linear import VPLinear
from engines.samplers.base import samplers
from engines.samplers.ddim import DDIM
from engines.sampling import Plan, guided, parse_labels, sha256
from engines.sampling import steps as walked
from tests.engines.small import SIZE, context, events, opening, result, resumed, save_small, steps


@pytest.fixture(autouse=True)
def model(tmp_path: Path) -> Path:
    return save_small(tmp_path)


def test_the_fingerprint_is_of_the_float_bytes() -> None:
    x = np.arange(6, dtype=np.float32).reshape(1, 1, 2, 3)
    assert sha256(x) == hashlib.sha256(x.tobytes()).hexdigest()
    assert sha256(np.asfortranarray(x)) == sha256(x)


@pytest.mark.parametrize(("text", "expected"), [
    ("free", (-1, -1, -1, -1)), ("", (-1, -1, -1, -1)), ("each", (0, 1, 0, 1)), ("one", (0, 0, 0, 0)),
    ("two, one", (1, 0, 1, 0)), ("two,free", (1, -1, 1, -1))])
def test_labels_are_what_the_user_wrote(text: str, expected: tuple[int, ...]) -> None:
    assert parse_labels(text, ("one", "two"), 4) == expected


def test_an_unknown_class_is_one_sentence() -> None:
    with pytest.raises(BadOption, match="Class “ten” is not one .*; choose “each”, “free” or from: one, two"):
        parse_labels("one,ten", ("one", "two"), 4)
    assert parse_labels("each", (), 2) == (-1, -1)
    with pytest.raises(BadOption, match=r"Class “tow” .*\(did you mean “two”\?\); choose “each”"):
        parse_labels("tow", ("one", "two"), 1)


class _Breaking(Denoiser):
    """Says something that is no picture from time 0.5 on, in a few pixels of one sample."""

    def __init__(self, *values: float) -> None:
        self.values = values

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        x0 = torch.zeros_like(x)
        if t < 0.5:
            x0[1, 0, 0, :len(self.values)] = torch.tensor(self.values)
        return Denoised(x0)


@pytest.mark.parametrize("values", [(float("nan"),), (float("inf"),), (-float("inf"),), (float("inf"), -float("inf"))])
def test_a_state_that_is_not_finite_ends_the_run_where_it_began(values: tuple[float, ...]) -> None:
    path = VPLinear()
    noise = Noise(sample_seeds(0, 2), (1, 4, 4))
    walk = walked(Plan("", path, _Breaking(*values), DDIM(), time_grid(path, 10), noise, (-1, -1)))
    with pytest.raises(Diverged, match="the state of step 7 is not finite"):
        list(walk)


def test_opened_says_what_a_scrubber_needs(tmp_path: Path) -> None:
    found = events("generate", {"count": 3, "label": "c", "guidance": 3, "seed": 40}, context(tmp_path))
    begun, taken = opening(found), steps(found)
    assert begun.shape == (3, 1, SIZE, SIZE)
    assert begun.total == taken[-1].index == taken[-1].total == len(begun.times) - 1 == 6
    assert begun.seeds == (40, 41, 42)
    assert begun.labels == (2, 2, 2)
    assert np.isfinite(begun.log_snr).all()
    assert [s.t for s in taken] == begun.times.tolist()
    assert [t.name for t in begun.terms] == ["prior", "guidance", "noise"]
    assert len(begun.formula) >= 2
    assert {r"\hat x_0", r"\gamma", "v", r"\hat x_0^{\varnothing}"} <= {letter.latex for letter in begun.letters}
    assert all(set(s.terms) <= {t.name for t in begun.terms} for s in taken)


def test_opened_has_the_levels_of_the_times_that_were_asked_for(tmp_path: Path) -> None:
    begun = opening(events("generate", {"count": 1, "steps": 4, "spacing": "quadratic"}, context(tmp_path)))
    assert begun.times == pytest.approx([0.999, 0.561_937_5, 0.249_75, 0.062_437_5, 0])
    angle = (begun.times + 0.008) / 1.008 * np.pi / 2
    abar = (np.cos(angle) / np.cos(angle[-1])) ** 2
    assert begun.log_snr[:-1] == pytest.approx(np.log(abar[:-1] / (1 - abar[:-1])))
    assert begun.log_snr[0] < -12
    assert begun.log_snr[-1] == 60, "infinite, which no plot can show"
    assert begun.alpha**2 == pytest.approx(abar)
    assert begun.alpha**2 + begun.sigma**2 == pytest.approx(np.ones(5))


def test_guidance_of_one_is_the_prior_itself(tmp_path: Path) -> None:
    """Nothing is doubled, and no term of zeros is recorded."""
    begun = events("generate", {"count": 2, "guidance": 1, "label": "b"}, context(tmp_path))
    assert {t.name for t in opening(begun).terms} == {"prior", "noise"}
    assert all(not step.deltas and "guidance" not in step.terms for step in steps(begun))
    prior = MixtureDenoiser(blobs(), VPLinear())
    assert guided(prior, ("a", "b"), 1.0, (0, 1)) is prior
    assert guided(prior, (), 3.0, (0, 1)) is prior
    assert guided(prior, ("a", "b"), 3.0, (-1, -1)) is prior
    assert isinstance(guided(prior, ("a", "b"), 3.0, (-1, 1)), ClassifierFree)


@pytest.mark.parametrize("sampler", sorted(samplers()))
@pytest.mark.parametrize("k", [1, 4, 6])
def test_resuming_at_any_step_gives_the_same_bits(sampler: str, k: int, tmp_path: Path) -> None:
    options = {"sampler": sampler, "count": 3, "guidance": 2.5}
    whole = events("generate", options, context(tmp_path))
    rest = resumed("generate", options, context(tmp_path), whole, k)
    assert result(rest).sha256 == result(whole).sha256
    # what an adaptive sampler spent before is known to the first run alone
    assert result(rest).nfe == result(whole).nfe or samplers()[sampler].adaptive
    assert steps(rest)[0].index == k


@pytest.mark.parametrize("sampler", sorted(samplers()))
def test_a_sample_is_the_same_in_any_batch(sampler: str, tmp_path: Path) -> None:
    def run(count: int, seed: int) -> np.ndarray:
        options = {"sampler": sampler, "count": count, "seed": seed, "label": "b"}
        found = events("generate", options, context(tmp_path))
        return np.concatenate([steps(found)[0].x.numpy(), result(found).samples])

    many = run(16, 0)
    for count, seed in ((1, 3), (4, 3), (4, 12)):
        few = run(count, seed)
        assert np.array_equal(few[:count], many[seed:seed + count]), "the noise is the same exactly"
        # of the size of the samples: what a small random network makes is not within [−1, 1] as pictures are
        # an adaptive sampler takes the steps that the worst of a batch needs, and is as exact as its tolerance
        bound = 1e-2 if samplers()[sampler].adaptive else 1e-4
        assert np.allclose(few[count:], many[16 + seed:16 + seed + count], atol=bound * max(1, np.abs(many[16:]).max()))


@pytest.mark.parametrize("start", [
    Start(2, np.zeros((2, 1, SIZE, SIZE), np.float32)), Start(99, np.zeros((1, 1, SIZE, SIZE), np.float32)),
    Start(-1, np.zeros((1, 1, SIZE, SIZE), np.float32)), Start(2, np.full((1, 1, SIZE, SIZE), np.nan, np.float32))])
def test_a_start_that_does_not_fit_is_one_sentence(start: Start, tmp_path: Path) -> None:
    with pytest.raises(BadRecipe, match=r"^The start state .*[.]$"):
        events("generate", {"count": 1}, context(tmp_path, start=start))


class Tight:
    """A network of a device with room for so many samples at once."""

    def __init__(self, room: int) -> None:
        self.room, self.calls = room, list[int]()

    def __call__(self, x: Tensor, t: Tensor, cond: Tensor | None) -> Tensor:
        if len(x) > self.room:
            raise torch.OutOfMemoryError("out of memory")
        self.calls.append(len(x))
        return x * t[:, None] + (0 if cond is None else cond[:, None])


@pytest.mark.parametrize("labelled", [True, False])
def test_no_room_halves_the_batch_once(labelled: bool) -> None:
    x, t = torch.randn(7, 3), torch.rand(7)
    cond = torch.arange(7) if labelled else None
    tight = Tight(4)
    lean = Lean(tight, device("cpu"))
    for _ in range(2):
        assert torch.equal(lean(x, t, cond), Tight(99)(x, t, cond))
    assert tight.calls == [4, 3, 4, 3], "the second time it starts with halves"


def test_no_room_for_half_says_what_fits() -> None:
    with pytest.raises(OutOfMemory, match="too little memory for 32 images at once, even in halves; take at most 4"):
        Lean(Tight(4), device("cpu"))(torch.randn(32, 3), torch.rand(32), None)
    with pytest.raises(OutOfMemory, match="use a smaller model"):
        Lean(Tight(0), device("cpu"))(torch.randn(2, 3), torch.rand(2), None)


def test_other_failures_pass_through() -> None:
    def broken(x: Tensor, t: Tensor, cond: Tensor | None) -> Tensor:
        raise RuntimeError("shapes differ")

    with pytest.raises(RuntimeError, match="shapes differ"):
        Lean(broken, device("cpu"))(torch.randn(2, 3), torch.rand(2), None)


def test_a_faster_network_is_used_where_no_gradient_is_needed(tmp_path: Path, model: Path) -> None:
    asked = list[Model]()

    def prepare(model: Model) -> Network:
        asked.append(model)
        return lambda x, t, cond: torch.zeros_like(x)

    around = replace(context(tmp_path), prepare=prepare)
    loaded = load_model(model, around.device)
    x, t = torch.randn(2, 1, SIZE, SIZE), torch.tensor(0.5)
    assert not torch.equal(ready(loaded, around)(x, t), loaded.denoiser(x, t))
    assert asked == [loaded]
    assert torch.equal(ready(loaded, around, gradients=True)(x, t), loaded.denoiser(x, t))
    assert len(asked) == 1
