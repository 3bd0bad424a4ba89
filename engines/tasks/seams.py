"""The seam of filled holes as tasks tell it: of every step, of finished samples, and of those of earlier runs."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.errors import BadMask
from engines.inverse.base import Measurement
from engines.inverse.seam import seam_error
from engines.modalities.image import Crop
from engines.operators.mask import Mask
from engines.samplers.base import Step
from engines.tasks.pictures import mask_input

Array = np.ndarray[Any, np.dtype[Any]]


def seam_curve(measurement: Measurement, known: Tensor) -> Callable[[Step], float]:
    """The mean seam's error over the samples of a step's x0_hat, with what is known pasted on: in units of [−1, 1].

    known: the mask (C, H, W) of the measurement.
    """
    return lambda step: float(np.mean(_errors(known, measurement.composite(step.x0))))


def seams(samples: Array, mask: Array, crop: Crop) -> tuple[float, ...]:
    """The seam's error of each filled square, in units of [−1, 1]; NaN where the mask has no edge to look across.

    Args:
        samples: (B, C, h, w) in [−1, 1], the square with its known pixels.
        mask: (H, W) over the whole picture, above 0 in the hole; crop: the square.
    """
    part = mask_input(mask, crop, samples.shape[-1])
    return _errors(Mask.painted(torch.tensor(part), tuple(samples.shape[1:])).known, torch.as_tensor(samples))


def _errors(known: Tensor, x: Tensor) -> tuple[float, ...]:
    """One number a sample; NaN where no two neighbours tell it, as in a mask of which every other pixel is known."""
    try:
        return tuple(float(error) for error in seam_error(known, x))
    except BadMask:
        return (math.nan,) * len(x)
