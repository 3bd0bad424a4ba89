"""Validation loss by noise level, with the same noise every time so that numbers can be compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from engines.halving import Pieces
from engines.process.paths import Path
from engines.training.draws import Draws, generator
from engines.training.objective import Goal

LEVELS = 8


@dataclass(frozen=True, slots=True)
class Levels:
    """Validation loss over even times, and in bins of log-SNR; levels are the bins' centres, (LEVELS,)."""

    loss: float
    levels: np.ndarray
    by_level: np.ndarray


def level_times(path: Path, count: int) -> tuple[np.ndarray, Tensor]:
    """Bin centres (LEVELS,) and times (count,) float64 spread evenly over the bins of log-SNR.

    The range is that of t = 0.02 … t_max, beyond which there is next to nothing to learn.
    """
    ends = path.log_snr(torch.tensor([path.t_max, 0.02], dtype=torch.float64))
    # the cosine path begins near −13; below −12 nothing of an image is left to be told apart
    edges = torch.linspace(max(float(ends[0]), -12.0), float(ends[1]), LEVELS + 1, dtype=torch.float64)
    centres = (edges[1:] + edges[:-1]) / 2
    # by turns, so that every level sees images of every class
    return centres.numpy(), path.t_at(centres)[torch.arange(count) % LEVELS]


def even_times(path: Path, count: int) -> Tensor:
    """Times (count,) float64 in the middles of `count` equal parts of (0, t_max), in a fixed shuffled order.

    Training draws its times so, and only a loss that is the same average can be laid over that of training.
    """
    order = torch.randperm(count, generator=generator(0, 0, "validation times"))
    return path.t_max * (order.double() + 0.5) / count


def validate(network: nn.Module, goal: Goal, x0: Tensor, labels: Tensor, pieces: Pieces) -> Levels:
    """The loss of images (N, C, H, W) with labels (N,), N >= LEVELS: over even times, and by noise level.

    Raises OutOfMemory when a single image has no room.
    """
    # one seed for every training there is: losses of two runs can be laid over each other
    eps = torch.randn(x0.shape, generator=generator(0, 0, "validation"))
    kept = torch.zeros(len(x0), dtype=torch.bool)
    probe = goal.objective.probe(tuple(x0.shape), generator(0, 0, "validation probes"))

    def losses(times: Tensor) -> np.ndarray:
        return _losses(network, goal, x0, labels, Draws(times, eps, kept, probe), pieces)

    levels, times = level_times(goal.setting.path, len(x0))
    every, bins = losses(times), np.arange(len(x0)) % LEVELS
    # image k belongs to level k mod LEVELS, as `level_times` dealt them out
    by_level = np.array([every[bins == level].mean() for level in range(LEVELS)])
    return Levels(float(losses(even_times(goal.setting.path, len(x0))).mean()), levels, by_level)


@torch.no_grad()
def _losses(network: nn.Module, goal: Goal, x0: Tensor, labels: Tensor, draws: Draws,
            pieces: Pieces) -> np.ndarray:
    """The loss of each image: (N,) float64."""
    losses = pieces(lambda part: goal.losses(network, x0, labels, draws, part).cpu(), len(x0))
    return torch.cat(losses).double().numpy()
