"""The loss of one batch and its gradients, in parts when memory is short."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor, nn

from engines.denoiser import NO_CLASS
from engines.device import Device
from engines.process.paths import Path
from engines.process.prediction import Prediction
from engines.process.shapes import expand
from engines.training.draws import Draws


def simple_loss(network: nn.Module, path: Path, kind: Prediction, x0: Tensor, labels: Tensor, draws: Draws) -> Tensor:
    """L_simple per sample: mean over pixels of (wanted − output)² with weight 1 (Ho et al. 2020, eq. 14).

    In terms of the error of x0_hat that is a weight of SNR for eps and score, 1 for x0 and 1 + SNR for v on
    a variance-preserving path (Salimans & Ho 2022, section 4), so losses of different targets cannot be compared.

    x0: (B, C, H, W) in [−1, 1]; labels: (B,). Returns (B,).
    """
    x = path.diffuse(x0, draws.eps, draws.t)
    cond = labels.masked_fill(draws.dropped, NO_CLASS)
    output = network(x / expand(path.scale(draws.t), x), draws.t.float(), cond)
    wanted = kind.wanted(path, x0, draws.eps, draws.t)
    # float32 also where the network computed in bfloat16: squares of small errors have no digits left there
    return (output.float() - wanted).square().flatten(1).mean(1)


@contextmanager
def seeded(seed: int, device: Device) -> Generator[None]:
    """Run a block with torch's own generators (dropout) at a given state, then put them back."""
    cuda = [device.torch] if device.torch.type == "cuda" else []
    random = cast(Any, torch.random)  # not typed
    with random.fork_rng(devices=cuda):
        random.manual_seed(seed)
        yield


def part_of(draws: Draws, part: slice, device: Device) -> Draws:
    """The draws of some samples, noise and masks on the device; times stay float64 where it has them."""
    times = draws.t[part]
    # MPS has no float64 at all
    return Draws(times.to(device.torch) if device.torch.type != "mps" else times.float().to(device.torch),
                 to_device(draws.eps[part], device), draws.dropped[part].to(device.torch))


def to_device(x: Tensor, device: Device) -> Tensor:
    """Samples (B, …) on the device, images (B, C, H, W) in its memory format."""
    moved = x.to(device.torch)
    return moved.contiguous(memory_format=device.memory_format) if x.ndim == 4 else moved


@dataclass(frozen=True, slots=True)
class Objective:
    """What a network is to learn: a path, what is predicted on it, and the device that computes the loss."""

    path: Path
    kind: Prediction
    device: Device

    def losses(self, network: nn.Module, x0: Tensor, labels: Tensor, draws: Draws, part: slice) -> Tensor:
        """`simple_loss` of a part of a batch, brought to the device: (samples of the part,)."""
        return simple_loss(network, self.path, self.kind, to_device(x0[part], self.device),
                           labels[part].to(self.device.torch), part_of(draws, part, self.device))


def backward(network: nn.Module, objective: Objective, x0: Tensor, labels: Tensor, draws: Draws,
             parts: int = 1) -> float:
    """Accumulate the gradients of the mean loss of a batch, `parts` pieces after each other; returns the loss."""
    device, total, size = objective.device, 0.0, -(-len(x0) // parts)
    for begin in range(0, len(x0), size):
        part = slice(begin, begin + size)
        # float16 would need its gradients scaled or small ones vanish: there, training stays in float32
        with torch.autocast(device.torch.type, device.autocast, enabled=device.autocast is torch.bfloat16):
            losses = objective.losses(network, x0, labels, draws, part)
        # divided by the whole batch, so that parts add up to its mean
        loss = losses.sum() / len(x0)
        torch.autograd.backward(loss)
        total += float(loss.detach())
    return total
