"""The bound of pictures of integer levels: against a model whose likelihood is known level by level, and as a task."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from engines.checkpoint import Model
from engines.context import Network, Start
from engines.data.digits import digits
from engines.denoiser import Denoised, Denoiser
from engines.errors import BadImage, BadOption
from engines.events import Event, Measured, Noted, Opened, Saved, Stepped
from engines.likelihood.bound import fixed
from engines.likelihood.decoders import of_levels
from engines.modalities.image import png_bytes
from engines.model_file import read_header
from engines.process.chain import Chain, Fixed
from engines.process.noise import Noise, sample_seeds
from engines.process.times import time_grid
from engines.process.vp_cosine import VPCosine
from engines.shown import BOUND, TERM
from engines.tasks.base import task
from engines.tasks.bound_images import BoundImagesOptions, Measure, walked
from engines.tasks.subjects import LEVELS, HeldOut, OwnPicture, on_levels
from tests.engines.small import context, events, result, save_small, steps

PATH = VPCosine()
MEAN, SPREAD = 0.3, 0.4  # of every pixel of the Gaussian pictures


class Blurred(Denoiser):
    """The exact denoiser of pictures whose pixels are independent and N(MEAN, SPREAD²)."""

    def parts(self, t: Tensor) -> tuple[float, float]:
        """x0_hat = offset + slope·x."""
        alpha, sigma = float(PATH.alpha(t)), float(PATH.sigma(t))
        slope = alpha * SPREAD**2 / (alpha**2 * SPREAD**2 + sigma**2)
        return MEAN - slope * alpha * MEAN, slope

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        offset, slope = self.parts(t)
        return Denoised(offset + slope * x)


def exact_nats(chain: Chain, x0: Tensor) -> Tensor:
    """−log P of pictures (B, …) of levels under the chain backwards: all of it is linear and Gaussian, pixel by pixel.

    x_{n−1} = of_state·x_n + of_data·x0_hat(x_n) + sqrt(beta)·z, and the last of them is rounded to a level.
    """
    mean, variance, blurred = 0.0, float(chain.sigma2[-1]), Blurred()
    for n in range(chain.steps, 0, -1):
        offset, slope = blurred.parts(chain.times[n])
        if n == 1:  # the decoder is about x0_hat itself
            keep, shift = slope, offset
        else:
            keep = float(chain.of_state[n]) + float(chain.of_data[n]) * slope
            shift = float(chain.of_data[n]) * offset
        mean, variance = keep * mean + shift, keep**2 * variance + float(chain.beta[n])
    wide = torch.full_like(x0, mean)
    return of_levels(LEVELS)(x0, wide, torch.tensor(variance, dtype=torch.float64))


def measure(count: int, size: int, total: int) -> Measure:
    """Pictures drawn from the Gaussian itself."""
    chain = Chain.of_path(PATH, time_grid(PATH, total))
    drawn = MEAN + SPREAD * torch.randn(count, 1, size, size, generator=torch.Generator().manual_seed(0))
    noise = Noise(sample_seeds(3, count), (1, size, size))
    return Measure(chain, Blurred(), on_levels(drawn).double(), noise, fixed(Fixed.BETA))


def expected(asked: Measure) -> list[float]:
    """The mean of each L_n over the noise, in nats a picture: L_0 by quadrature over x_1, all others in closed form."""
    chain, blurred, x0 = asked.chain, Blurred(), asked.x0
    found, nodes = list[float](), torch.linspace(-6, 6, 241, dtype=torch.float64)
    weights = (-nodes.square() / 2).exp() / (-nodes.square() / 2).exp().sum()
    for n in range(1, chain.steps + 1):
        offset, slope = blurred.parts(chain.times[n])
        alpha, sigma, v = float(chain.alpha[n]), float(chain.sigma2[n]) ** 0.5, chain.beta[n]
        if n == 1:
            means = [offset + slope * (alpha * x0 + sigma * float(z)) for z in nodes]
            nats = [of_levels(LEVELS)(x0, mean, v).mean() for mean in means]
            found.append(float((weights * torch.stack(nats)).sum()))
            continue
        miss = (x0 - offset - slope * alpha * x0).square() + slope**2 * sigma**2
        ratio = chain.beta_tilde[n] / v
        each = (ratio - 1 - ratio.log() + chain.of_data[n] ** 2 * miss / v) / 2
        found.append(float(each.flatten(1).sum(1).mean()))
    return found


def test_each_term_is_the_exact_one_and_their_sum_never_below_the_exact_likelihood() -> None:
    """log P = bound + KL(q(x_1 … x_N | x_0) ‖ p(x_1 … x_N | x_0)) ≥ bound's negative, with P known level by level."""
    for total in (5, 40):
        asked = measure(64, 6, total)
        walk, found = walked(asked), list[float]()
        try:
            while True:
                event = next(walk)
                assert isinstance(event, Stepped)
                found += [event.curves[TERM] * 36 * math.log(2)] if event.curves else []
        except StopIteration as end:
            bound = end.value
        np.testing.assert_allclose(found, expected(asked), rtol=0.12)
        assert sum(found) == pytest.approx(sum(expected(asked)), rel=0.01)
        exact = float(exact_nats(asked.chain, asked.x0).mean())
        assert 0 < bound.total - exact < 0.2 * 36
        # which is that of levels of the Gaussian itself: its entropy less the logarithm of a level's width
        entropy = math.log(SPREAD * math.sqrt(2 * math.pi * math.e)) - math.log(2 / 255)
        assert exact / 36 == pytest.approx(entropy, rel=0.05)


def test_the_chances_of_all_levels_add_up_to_one() -> None:
    x0 = (torch.arange(LEVELS).double() / 127.5 - 1)[:, None]
    for mean, variance in ((0.1, 1e-6), (-0.9, 0.3), (1.2, 1e-3), (-1.0, 1e-5)):
        chances = (-of_levels(LEVELS)(x0, torch.full_like(x0, mean), torch.tensor(variance).double())).exp()
        assert float(chances.sum()) == pytest.approx(1, abs=1e-9)


def test_pictures_are_of_levels_and_held_out_ones_are_of_the_test_set() -> None:
    spec = read_header(Path("resources/models/digits.safetensors")).spec
    found = HeldOut(told=True).pictures(spec, {}, 20, 3)
    data = digits()
    known, labels = data.batch(data.test)
    for x, label in zip(found.x0, found.labels, strict=True):
        (at,) = torch.nonzero((known == x).flatten(1).all(1)).flatten().tolist()[:1]
        assert int(labels[at]) == label
    assert not torch.equal(found.x0, HeldOut().pictures(spec, {}, 20, 4).x0)
    pixels = np.random.default_rng(0).integers(0, 256, (56, 40, 3), dtype=np.uint8)
    own = OwnPicture().pictures(spec, {"image.png": png_bytes(pixels)}, 3, 0)
    assert own.x0.shape == (3, 1, 28, 28)
    torch.testing.assert_close(on_levels(own.x0), own.x0)
    assert torch.equal(own.x0[0], own.x0[2])


def figures(found: list[Event]) -> dict[str, float]:
    (values,) = (dict(event.values) for event in found if isinstance(event, Measured))
    return values


def test_the_task_tells_each_term_and_writes_the_table(tmp_path: Path) -> None:
    save_small(tmp_path)
    found = events("bound-images", {"count": 3}, context(tmp_path))
    values, walked_steps = figures(found), [event for event in found if isinstance(event, Stepped)]
    assert [event.step.index for event in walked_steps] == list(range(7))
    assert set(values) <= set(task("bound-images").figures)
    assert values["bits_per_dim"] == pytest.approx(values["nll"] / (64 * math.log(2)))
    parts = values["first_term"] + values["middle_terms"] + values["last_term"]
    assert parts == pytest.approx(values["bits_per_dim"])
    curves = [event.curves for event in walked_steps[1:]]
    assert sum(curve[TERM] for curve in curves) == pytest.approx(curves[-1][BOUND])
    assert curves[-1][BOUND] + values["last_term"] == pytest.approx(values["bits_per_dim"])
    (saved,) = (event.path for event in found if isinstance(event, Saved))
    with saved.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert sum(float(row["bits_per_dim"]) for row in rows) == pytest.approx(values["bits_per_dim"])
    (opened,) = (event for event in found if isinstance(event, Opened))
    assert opened.times[0] == 0
    assert opened.times[-1] == PATH.t_max
    assert any("bits for each number of a picture" in event.sentence for event in found if isinstance(event, Noted))


def test_it_costs_what_is_told_and_goes_on_from_any_step(tmp_path: Path) -> None:
    file = save_small(tmp_path)
    whole = events("bound-images", {"count": 2}, context(tmp_path))
    cost = task("bound-images").cost_of(BoundImagesOptions(model="tiny", steps=6, count=2), read_header(file).spec)
    assert cost is not None
    assert (cost.samples, cost.evaluations) == (2, figures(whole)["nfe"])
    rest = events("bound-images", {"count": 2}, context(tmp_path, start=Start(4, np.zeros((2, 1, 8, 8), np.float32))))
    assert [step.index for step in steps(rest)] == [4, 5, 6]
    assert figures(rest) == figures(whole)
    assert result(rest).sha256 == result(whole).sha256


def test_a_learned_variance_takes_no_call_more(tmp_path: Path) -> None:
    calls = list[Tensor]()

    def counting(model: Model) -> Network:
        return lambda x, t, cond: (calls.append(t), model.network(x, t, cond))[1]

    file = save_small(tmp_path, outputs=2)
    around = replace(context(tmp_path), prepare=counting)
    fixed_one, found = (events("bound-images", {"count": 2, "learned": learned}, around) for learned in (False, True))
    assert figures(fixed_one)["nll"] != figures(found)["nll"]
    cost = task("bound-images").cost_of(BoundImagesOptions(model="tiny", steps=6, count=2), read_header(file).spec)
    assert cost is not None
    told = {cost.evaluations, figures(found)["nfe"], steps(found)[-1].nfe, result(found).nfe, len(calls) / 2}
    assert told == {6}


def test_what_cannot_be_measured_is_said(tmp_path: Path) -> None:
    save_small(tmp_path)
    with pytest.raises(BadOption, match="Only a model of the ten digits can be told"):
        events("bound-images", {"pictures": {"name": "held-out", "told": True}}, context(tmp_path))
    with pytest.raises(BadImage, match="is missing; open or drop a file first"):
        events("bound-images", {"pictures": "picture"}, context(tmp_path))
