"""A convolutional network that tells the class of a noisy image."""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engines.component import option
from engines.errors import BadOption
from engines.modality import Modality
from engines.networks.base import Network
from engines.networks.layers import Down, ResBlock, time_features

GROUPS, WAVES = 8, 64
SMALLEST = 4  # pixels: the size is halved twice


class ConvClassifierOptions(Network):
    """Three residual blocks at falling sizes, each told the time, and the mean over all positions."""

    name: ClassVar[str] = "conv-classifier"
    title: ClassVar[str] = "Convolutional classifier"
    summary: ClassVar[str] = "Residual blocks at three sizes, each told the time, that tell the class of a noisy image."
    modality: ClassVar[Modality] = Modality.IMAGE
    learns: ClassVar[bool] = False
    classifies: ClassVar[bool] = True

    width: int = option(32, title="Width", help="Channels of the first block; the others have twice as many.",
                        unit="channels", ge=8, le=256, multiple_of=8, group="Network", advanced=True)

    def build(self, shape: tuple[int, ...], classes: int, outputs: int = 1) -> ConvClassifier:
        """The network of images (C, H, W); raises BadOption as `check`."""
        del outputs
        self.check(shape, classes)
        return ConvClassifier(self.width, shape[0], classes)

    def check(self, shape: tuple[int, ...], classes: int) -> None:
        """Raise BadOption for images that cannot be halved twice."""
        del classes
        if min(shape[1:]) < SMALLEST:
            raise BadOption(f"Images of {min(shape[1:])} px are too small for a classifier; choose {SMALLEST} px or "
                            "more.")


class ConvClassifier(nn.Module):
    """(x, t, cond) -> logits (B, classes) of noisy images x (B, C, H, W); cond is not looked at."""

    blocks: list[ResBlock]

    def __init__(self, width: int, channels: int, classes: int) -> None:
        super().__init__()
        embedding, wide = 4 * width, 2 * width
        self.time = nn.Sequential(nn.Linear(WAVES, embedding), nn.SiLU(), nn.Linear(embedding, embedding))
        self.into = nn.Conv2d(channels, width, 3, padding=1)
        sizes, start, made = ((width, width), (width, wide), (wide, wide)), 0, list[ResBlock]()
        for inputs, outputs in sizes:
            made.append(ResBlock(inputs, outputs, groups=GROUPS, embedding=embedding, dropout=0.0, start=start))
            start += outputs
        blocks: Any = nn.ModuleList(made)
        self.blocks = blocks
        self.downs = nn.ModuleList([Down(width), Down(wide), nn.Identity()])
        self.norm = nn.GroupNorm(GROUPS, wide)
        self.out = nn.Linear(wide, classes)

    def forward(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Tensor:
        """Logits at states x (B, C, H, W) and times t (B,) in [0, 1]."""
        del cond
        e = F.silu(self.time(time_features(t, WAVES)))
        shifts = torch.cat([block.shift(e) for block in self.blocks], 1)
        h = self.into(x)
        for block, down in zip(self.blocks, self.downs, strict=True):
            h = down(block(h, shifts))
        return self.out(F.silu(self.norm(h)).mean((2, 3)))
