"""How near samples in [−1, 1] are to the truth: figures of each, and of every step on the way to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.metrics.pictures import WINDOW, psnr, ssim
from engines.modalities.image import to_float
from engines.samplers.base import Step
from engines.shown import PSNR, SSIM

Array = np.ndarray[Any, np.dtype[Any]]
ENOUGH = 200_000  # values of a step that structural similarity looks at, since it must cost little beside a network


@dataclass(frozen=True, slots=True)
class Likeness:
    """Of one picture: the peak signal-to-noise ratio in dB, and structural similarity, NaN below its window's size."""

    psnr: float
    ssim: float


def similarity(x: Tensor, truth: Tensor) -> Tensor:
    """Structural similarity (B,) of pictures (B, C, H, W) and their truth, clipped to [−1, 1]; NaN where too small.

    truth: of one shape with x, or (1, C, H, W) that all share.
    """
    if min(truth.shape[-2:]) < WINDOW:
        return x.new_full((len(x),), torch.nan, dtype=torch.float64)
    seen, known = (((z + 1) / 2).clamp(0, 1) for z in (x, truth.to(x).expand_as(x)))
    return ssim(seen, known)


def courses(truth: Tensor) -> Mapping[str, Callable[[Step], float]]:
    """What a step's estimates x̂_0 are compared with the truth (1, C, H, W) by: their means over the samples.

    Of a step with more than `ENOUGH` values structural similarity takes the first samples only, one at least.
    """
    few = max(1, ENOUGH // truth[0].numel())
    return {PSNR: lambda step: float(psnr(step.x0, truth.to(step.x0).expand_as(step.x0), 2.0).mean()),
            SSIM: lambda step: float(similarity(step.x0[:few], truth).mean())}


def likenesses(pictures: Array, truth: Array) -> list[Likeness]:
    """Of each of some pictures (B, C, H, W) in [−1, 1], beside the truth (H, W[, C]) uint8; [] where sizes differ."""
    known = torch.as_tensor(to_float(truth if truth.ndim == 3 else truth[..., None]))[None]
    x = torch.as_tensor(np.array(pictures, dtype=np.float32))
    if x.ndim != 4 or x.shape[1:] != known.shape[1:]:
        return []
    ratios = psnr(x, known.expand_as(x), 2.0)
    # one after the other, since the windows of a large batch would take gigabytes
    return [Likeness(float(ratio), float(similarity(one[None], known))) for ratio, one in zip(ratios, x, strict=True)]
