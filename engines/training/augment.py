"""Random augmentation of a batch, off unless asked for; chance comes from (seed, step) alone."""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import Tensor
from torch.nn import functional as F

from engines.process.shapes import expand
from engines.training.draws import generator


def augment(x: Tensor, seed: int, step: int, *, mirror: bool, shift: int) -> Tensor:
    """Mirror half of the images (B, C, H, W) left to right, and shift each by up to `shift` pixels.

    What a shift uncovers repeats the image's edge.
    """
    source = generator(seed, step, "augment")
    if mirror:
        flipped = torch.rand(len(x), generator=source) < 0.5
        x = torch.where(expand(flipped, x).bool(), x.flip(3), x)
    return _shifted(x, shift, source) if shift else x


def _shifted(x: Tensor, shift: int, source: torch.Generator) -> Tensor:
    h, w = x.shape[2:]
    padded = F.pad(x, (shift, shift, shift, shift), mode="replicate")
    # a corner at (shift, shift) of the padded image is the image where it was
    chosen = torch.randint(0, 2 * shift + 1, (len(x), 2), generator=source)
    corners = cast(list[list[int]], cast(Any, chosen).tolist())
    return torch.stack([image[:, i:i + h, j:j + w] for image, (i, j) in zip(padded, corners, strict=True)])
