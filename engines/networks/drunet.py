"""DRUNet (Zhang et al. 2021): a residual U-Net without normalisation and attention, for images of any size.

What a pixel becomes depends on its neighbourhood alone, so that an image may be restored whole or in overlapping tiles.
Differences from the paper's: the noise level enters as scale and shift of every block instead of as a fourth channel,
so that one network serves all levels of a path; the first level works on 2×2 pixels as channels (Shi et al. 2016),
which halves the time on a processor.
"""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engines.component import option
from engines.errors import BadOption
from engines.modality import Modality
from engines.networks.base import Network
from engines.networks.layers import time_features, zeroed

FEATURES, EMBEDDING = 64, 128  # numbers of the time, and of what the blocks are told of it and of the class


class DRUNetOptions(Network):
    """The size of a network for images of any size."""

    name: ClassVar[str] = "drunet"
    title: ClassVar[str] = "DRUNet"
    summary: ClassVar[str] = "Residual convolutions at halving sizes and back, for images of any size."
    source: ClassVar[str] = "Zhang et al. 2021, arXiv 2008.13751; Shi et al. 2016, arXiv 1609.05158"
    modality: ClassVar[Modality] = Modality.IMAGE
    anywhere: ClassVar[bool] = True

    width: int = option(48, title="Width", help="Channels of the first level.", unit="channels", ge=8, le=256,
                        multiple_of=8, group="Network", advanced=True)
    mults: tuple[int, ...] = option((1, 2, 3, 4), title="Levels", group="Network", min_length=1, max_length=5,
                                    advanced=True,
                                    help="Channels of each level as multiples of the width; the first works at half "
                                         "the image's size, and each halves it again.")
    depth: int = option(2, title="Blocks a level", help="Residual blocks of two convolutions at each level.", ge=1,
                        le=8, group="Network", advanced=True)

    @property
    def factor(self) -> int:
        """By how much the smallest map is smaller than the image."""
        return int(2 ** len(self.mults))

    def build(self, shape: tuple[int, ...], classes: int, outputs: int = 1) -> DRUNet:
        """The network of images (C, any, any)."""
        self.check(shape, classes)
        return DRUNet(self, shape[0], classes, outputs)

    def check(self, shape: tuple[int, ...], classes: int) -> None:
        """Raise BadOption for a level without channels."""
        del shape, classes
        if min(self.mults) < 1:
            raise BadOption(f"Levels {', '.join(map(str, self.mults))} have one without channels; choose 1 or more for "
                            "each.")


class FilmBlock(nn.Module):
    """Two convolutions, between them a scale and a shift by the time (Perez et al. 2018), and what comes in added."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, padding=1)
        self.film = nn.Linear(EMBEDDING, 2 * width)
        # at first the block adds nothing: without normalisation a deep network would else not start
        self.conv2 = zeroed(nn.Conv2d(width, width, 3, padding=1))

    def forward(self, x: Tensor, e: Tensor) -> Tensor:
        """(B, width, H, W) and the embedding (B or 1, EMBEDDING) -> (B, width, H, W)."""
        scale, shift = self.film(e)[:, :, None, None].chunk(2, 1)
        return x + self.conv2(F.silu(self.conv1(x) * (1 + scale) + shift))


class DRUNet(nn.Module):
    """(x, t, cond) -> prediction (B, outputs·C, H, W) of images x (B, C, H, W), H and W at least 2.

    Args:
        options: the network's size.
        channels: C.
        classes: 0 for none.
        outputs: numbers for each that it sees.
    """

    down: list[nn.Module]
    up: list[nn.Module]
    ways_in: list[list[FilmBlock]]
    ways_out: list[list[FilmBlock]]

    def __init__(self, options: DRUNetOptions, channels: int, classes: int, outputs: int = 1) -> None:
        super().__init__()
        widths = [options.width * m for m in options.mults]
        self.factor, self.classes = options.factor, classes
        self.time = nn.Sequential(nn.Linear(FEATURES, EMBEDDING), nn.SiLU(), nn.Linear(EMBEDDING, EMBEDDING))
        self.labels = nn.Embedding(classes + 1, EMBEDDING) if classes else None
        self.into = nn.Conv2d(4 * channels, widths[0], 3, padding=1)
        self.ways_in = listed([listed([FilmBlock(width) for _ in range(options.depth)]) for width in widths])
        self.ways_out = listed([listed([FilmBlock(width) for _ in range(options.depth)]) for width in widths])
        steps = list(zip(widths, widths[1:], strict=False))
        self.down = listed([nn.Conv2d(above, below, 2, stride=2) for above, below in steps])
        self.up = listed([nn.ConvTranspose2d(below, above, 2, stride=2) for above, below in steps])
        self.out = zeroed(nn.Conv2d(widths[0], 4 * outputs * channels, 3, padding=1))

    def embed(self, t: Tensor, cond: Tensor | None = None) -> Tensor:
        """Time and class as (B, EMBEDDING): t (B,) in [0, 1], cond (B,) with −1 for free, or None."""
        e = self.time(time_features(t, FEATURES).to(self.into.weight))
        if self.labels is not None:
            # one row behind the classes is the null class of classifier-free guidance
            free = torch.full_like(t, self.classes, dtype=torch.long)
            e = e + self.labels(free if cond is None else torch.where(cond < 0, free, cond))
        return F.silu(e)

    def forward(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Tensor:
        """Predict at states x (B, C, H, W), times t (B,) in [0, 1], labels cond (B,) or None."""
        height, width = x.shape[2:]
        # stride 0 comes from `expand`: one time for all, whose embedding is computed once
        one = t.stride(0) == 0 and (cond is None or self.labels is None)
        e = self.embed(t[:1] if one else t, cond)
        h = self._levels(self.into(F.pixel_unshuffle(self._padded(x), 2)), e)
        return F.pixel_shuffle(self.out(h), 2)[:, :, :height, :width]

    def _padded(self, x: Tensor) -> Tensor:
        """x with its lower and right edges repeated until every level halves evenly."""
        bottom, right = (-side % self.factor for side in x.shape[2:])
        return F.pad(x, (0, right, 0, bottom), mode="replicate") if bottom or right else x

    def _levels(self, h: Tensor, e: Tensor) -> Tensor:
        """Down to the smallest map and back; what a level was on the way down is added on the way up."""
        kept = list[Tensor]()
        for level, blocks in enumerate(self.ways_in):
            if level:
                h = self.down[level - 1](h)
            for block in blocks:
                h = block(h, e)
            kept.append(h)
        for level in reversed(range(len(kept))):
            if level < len(kept) - 1:
                h = self.up[level](h) + kept[level]
            for block in self.ways_out[level]:
                h = block(h, e)
        return h


def listed(of: list[Any]) -> Any:
    """A ModuleList, which behaves as the list of its members but is not typed as one."""
    return nn.ModuleList(of)
