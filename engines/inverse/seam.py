"""How far the edge of a filled hole can be seen: the jump across it, beside those that the picture has anyway."""

from __future__ import annotations

import torch
from torch import Tensor

from engines.errors import BadMask


def seam_error(known: Tensor, x: Tensor) -> Tensor:
    """The excess of jumps across the edge of a hole: (B,) float64, in units of the data.

    A jump is the size |a − b| of the difference of two neighbours. In each direction of the picture J is the mean jump
    of pairs of which one is known and one is free, and U that of all other pairs: both known, or both free. The
    result is the mean of J − U over the directions, weighted by how many pairs cross the edge in each. So it is 0 on
    a ramp, whatever its slope, direction and hole; h where a flat filling is off a flat picture by h; and below 0
    where the edge is smoother than the rest. Directions without a pair on either count are left out.

    Args:
        known: the mask (C, H, W), or any shape of one sample whose first dimension holds channels, where there are
            two or more: 1 where a number is known, 0 where it was filled.
        x: the filled pictures (B, C, H, W).

    Raises:
        BadMask: where no neighbours are one known and one free.
    """
    crossing, excess = 0.0, torch.zeros(len(x), dtype=torch.float64)
    for axis in range(-max(1, known.ndim - 1), 0):
        mask = known.cpu() > 0
        across = mask.narrow(axis, 1, mask.shape[axis] - 1) != mask.narrow(axis, 0, mask.shape[axis] - 1)
        jumps = x.diff(dim=axis).abs().cpu().double().flatten(1)
        weight = across.flatten().double()
        at_edge, elsewhere = float(weight.sum()), float((1 - weight).sum())
        if at_edge and elsewhere:
            excess += jumps @ weight - at_edge * (jumps @ (1 - weight)) / elsewhere
            crossing += at_edge
    if not crossing:
        raise BadMask("The mask has no edge within the picture across which a seam could be seen; paint a part of it.")
    return excess / crossing
