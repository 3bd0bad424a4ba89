"""Validation loss by noise level, with the same noise every time so that numbers can be compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from engines.device import Device
from engines.process.paths import Path
from engines.process.prediction import Prediction
from engines.training.draws import Draws, generator
from engines.training.objective import part_of, simple_loss, to_device

LEVELS = 8


@dataclass(frozen=True, slots=True)
class Levels:
    """Validation loss overall and in bins of log-SNR; levels are the bins' centres, (LEVELS,)."""

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


@torch.no_grad()
def validate(network: nn.Module, path: Path, kind: Prediction, x0: Tensor, labels: Tensor, device: Device,
             batch: int = 128) -> Levels:
    """L_simple of images (N, C, H, W) with labels (N,), N >= LEVELS, each at one fixed noise level."""
    levels, times = level_times(path, len(x0))
    # one seed for every training there is: losses of two runs can be laid over each other
    eps = torch.randn(x0.shape, generator=generator(0, 0, "validation"))
    draws = Draws(times, eps, torch.zeros(len(x0), dtype=torch.bool))
    losses = list[Tensor]()
    for begin in range(0, len(x0), batch):
        part = slice(begin, begin + batch)
        losses.append(simple_loss(network, path, kind, to_device(x0[part], device), labels[part].to(device.torch),
                                  part_of(draws, part, device)).cpu())
    every = torch.cat(losses).double().numpy()
    bins = np.arange(len(every)) % LEVELS
    # image k belongs to level k mod LEVELS, as `level_times` dealt them out
    by_level = np.array([every[bins == level].mean() for level in range(LEVELS)])
    # the mean of the bins, not of the images: the last bins may have one image less
    return Levels(float(by_level.mean()), levels, by_level)
