"""The loss of one batch and its gradients, in parts when memory is short."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, cast

import torch
from torch import Tensor, nn

from engines.device import Device
from engines.training.draws import Draws
from engines.training.objectives.base import Objective, Setting
from engines.training.objectives.simple import Simple


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
    probe = None if draws.probe is None else draws.probe[part].to(device.torch)
    return Draws(times.to(device.torch) if device.torch.type != "mps" else times.float().to(device.torch),
                 to_device(draws.eps[part], device), draws.dropped[part].to(device.torch), probe)


def to_device(x: Tensor, device: Device) -> Tensor:
    """Samples (B, …) on the device, images (B, C, H, W) in its memory format."""
    moved = x.to(device.torch)
    return moved.contiguous(memory_format=device.memory_format) if x.ndim == 4 else moved


@dataclass(frozen=True, slots=True)
class Goal:
    """What a network is to learn, how its loss is measured, and the device that computes it."""

    setting: Setting
    device: Device
    objective: Objective = Simple()

    def prepared(self, x0: Tensor, labels: Tensor, draws: Draws, chance: torch.Generator) -> Draws:
        """The draws of a whole batch as the objective wants them, before the batch is taken apart."""
        draws = self.objective.prepared(self.setting, x0, labels, draws)
        return replace(draws, probe=self.objective.probe(tuple(x0.shape), chance))

    def losses(self, network: nn.Module, x0: Tensor, labels: Tensor, draws: Draws, part: slice) -> Tensor:
        """The loss of each sample of a part of a batch, brought to the device: (samples of the part,)."""
        return self.objective.losses(network, self.setting, to_device(x0[part], self.device),
                                     labels[part].to(self.device.torch), part_of(draws, part, self.device))


def backward(network: nn.Module, goal: Goal, x0: Tensor, labels: Tensor, draws: Draws, parts: int = 1) -> float:
    """Accumulate the gradients of the mean loss of a batch, `parts` pieces after each other; returns the loss."""
    device, total, size = goal.device, 0.0, -(-len(x0) // parts)
    for begin in range(0, len(x0), size):
        part = slice(begin, begin + size)
        # float16 would need its gradients scaled or small ones vanish: there, training stays in float32
        with torch.autocast(device.torch.type, device.autocast, enabled=device.autocast is torch.bfloat16):
            losses = goal.losses(network, x0, labels, draws, part)
        # divided by the whole batch, so that parts add up to its mean
        loss = losses.sum() / len(x0)
        torch.autograd.backward(loss)
        total += float(loss.detach())
    return total
