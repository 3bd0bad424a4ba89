"""A few steps of training done by hand with torch alone, compared to the bit with weights, average and saved files.

Nothing of engines.training is used for what is expected: data order, augmentation, draws, label dropout, rate,
clipping, AdamW and the average are written out here, so that a change of any of them shows.
"""

from __future__ import annotations

import copy
import hashlib
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engines.data.digits import digits
from engines.events import Event, Saved, Trained
from engines.networks.unet import Shape, UNet
from engines.training.state import FILE_NAME
from tests.engines.test_training import options, run

STEPS, BATCH, SEED, RATE, WARMUP, CLIP, DECAY, EMA, DROPPED, SHIFT = 7, 8, 3, 4e-3, 5, 0.2, 0.1, 0.6, 0.5, 2
CHOSEN = options(
    steps=STEPS, batch=BATCH, seed=SEED, learning_rate=RATE, warmup=WARMUP, clip=CLIP, weight_decay=DECAY, ema=EMA,
    class_dropout=DROPPED, mirror=True, shift=SHIFT, prediction="v", dropout=0.2, half=True)


@dataclass
class Hand:
    """What a training by hand has: its network, the average, and the numbers it tells."""

    network: nn.Module
    average: nn.Module
    losses: list[float]
    rates: list[float]
    norms: list[float]


def source(step: int, purpose: str) -> torch.Generator:
    digest = hashlib.blake2b(f"{SEED}/{step}/{purpose}".encode(), digest_size=8).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest, "little") >> 1)


def batch_of(step: int) -> tuple[Tensor, Tensor]:
    """Images and labels: the first 8,500 digits in the shuffled order of the first epoch, BATCH a step."""
    data = digits()
    order = np.random.Generator(np.random.Philox(key=[SEED, 0])).permutation(8500)
    index = order[BATCH * step:BATCH * (step + 1)]
    return torch.tensor(data.images[index]).float() / 127.5 - 1, torch.tensor(data.labels[index])


def augmented(x: Tensor, step: int) -> Tensor:
    """Each image mirrored with probability a half, then moved by up to SHIFT pixels."""
    chance = source(step, "augment")
    flip = torch.rand(BATCH, generator=chance) < 0.5
    corners = torch.randint(0, 2 * SHIFT + 1, (BATCH, 2), generator=chance)
    wide = F.pad(x, (SHIFT,) * 4, mode="replicate")
    found = []
    for k in range(BATCH):
        image = F.pad(x[k:k + 1].flip(3), (SHIFT,) * 4, mode="replicate")[0] if flip[k] else wide[k]
        i, j = corners[k].tolist()
        found.append(image[:, i:i + 28, j:j + 28])
    return torch.stack(found)


def loss_of(network: nn.Module, step: int) -> Tensor:
    """The mean square of what the network's v is off, on this step's images, times, noise and labels."""
    x0, labels = batch_of(step)
    x0 = augmented(x0, step).contiguous(memory_format=torch.channels_last)
    chance = source(step, "train")
    u = (torch.rand(1, generator=chance, dtype=torch.float64) + torch.arange(BATCH) / BATCH) % 1
    t = 0.999 * u[torch.randperm(BATCH, generator=chance)].clamp(min=1e-5)
    free = torch.rand(BATCH, generator=chance) < DROPPED
    eps = torch.randn(x0.shape, generator=chance).contiguous(memory_format=torch.channels_last)
    # the cosine path: alpha² is f(t)/f(0) of Nichol & Dhariwal, eq. 17
    angle, first = (t + 0.008) / 1.008 * math.pi / 2, 0.008 / 1.008 * math.pi / 2
    alpha = angle.cos() / math.cos(first)
    sigma = ((angle + first).sin() * (angle - first).sin()).sqrt() / math.cos(first)
    a, s = (v.float()[:, None, None, None] for v in (alpha, sigma))
    torch.manual_seed(SEED * 1_000_003 + step)  # dropout inside the network
    out = network(a * x0 + s * eps, t.float(), torch.where(free, -1, labels))
    return (out - (a * eps - s * x0)).square().mean((1, 2, 3)).sum() / BATCH


def clipped(network: nn.Module) -> float:
    """Shrink the gradient to a norm of at most CLIP; returns the norm it had."""
    gradients = [p.grad for p in network.parameters() if p.grad is not None]
    norm = torch.stack([g.norm() for g in gradients]).norm()
    for g in gradients:
        g.mul_((CLIP / (norm + 1e-6)).clamp(max=1))
    return float(norm)


@pytest.fixture(scope="module")
def hand() -> Hand:
    """The training by hand."""
    state = torch.get_rng_state()
    torch.manual_seed(SEED)  # the first weights
    network = UNet(CHOSEN.network, Shape(1, 28, 10)).to(memory_format=torch.channels_last)
    done = Hand(network, copy.deepcopy(network), [], [], [])
    adam = torch.optim.AdamW(network.parameters(), lr=RATE, betas=(0.9, 0.999), eps=1e-8, weight_decay=DECAY)
    network.train()
    for step in range(STEPS):
        done.rates.append(RATE * min(1.0, (step + 1) / WARMUP))
        adam.param_groups[0]["lr"] = done.rates[-1]
        adam.zero_grad()
        loss = loss_of(network, step)
        loss.backward()
        done.norms.append(clipped(network))
        adam.step()
        done.losses.append(float(loss.detach()))
        with torch.no_grad():
            for mean, value in zip(done.average.parameters(), network.parameters(), strict=True):
                mean.lerp_(value, 1 - min(EMA, (1 + step) / (10 + step)))
    torch.set_rng_state(state)
    return done


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Event]]:
    """The training that the program does: its folder and events."""
    folder = tmp_path_factory.mktemp("by_hand") / "run"
    torch.manual_seed(99)  # whatever was drawn before does not matter
    return folder, list(run(folder, CHOSEN))


def weights(folder: Path, part: str) -> dict[str, Tensor]:
    """The tensors of the stored state under a name ("network", "average")."""
    stored = safetensors.torch.load_file(folder / FILE_NAME)
    return {name.removeprefix(f"{part}."): w for name, w in stored.items() if name.startswith(f"{part}.")}


def test_what_is_compared_matters(hand: Hand) -> None:
    """Every part of the step has an effect here: most gradients are clipped, and the average lags behind."""
    assert sum(norm > CLIP for norm in hand.norms) >= 5
    assert len(set(hand.rates)) == WARMUP
    a, b = hand.network.state_dict(), hand.average.state_dict()
    assert all(not torch.equal(a[name], b[name]) for name in a)


def test_losses_rates_and_norms_are_those_by_hand(hand: Hand, trained: tuple[Path, list[Event]]) -> None:
    told = [e for e in trained[1] if isinstance(e, Trained)]
    assert [e.loss for e in told] == hand.losses
    assert [e.learning_rate for e in told] == hand.rates
    assert [e.grad_norm for e in told] == hand.norms


@pytest.mark.parametrize("part", ["network", "average"])
def test_weights_are_those_by_hand(part: str, hand: Hand, trained: tuple[Path, list[Event]]) -> None:
    found, expected = weights(trained[0], part), getattr(hand, part).state_dict()
    assert set(found) == set(expected)
    assert all(torch.equal(found[name], w) for name, w in expected.items())


def test_the_model_file_is_the_average_in_half_precision(hand: Hand, trained: tuple[Path, list[Event]]) -> None:
    # a set: a slow machine writes the same file on the way too
    (file,) = {e.path for e in trained[1] if isinstance(e, Saved) and e.kind == "model"}
    found, expected = safetensors.torch.load_file(file), hand.average.state_dict()
    assert {w.dtype for w in found.values()} == {torch.float16}
    assert all(torch.equal(found[name], w.half()) for name, w in expected.items())
