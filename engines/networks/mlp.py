"""MLP: the network of points, residual layers that are told the time and the class."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engines.component import option
from engines.modality import Modality
from engines.networks.base import Network

FREQUENCIES = 8  # of the time's features: half a wave over all times, one, two, … 64


class MLPOptions(Network):
    """Residual layers on the coordinates of a point."""

    name: ClassVar[str] = "mlp"
    title: ClassVar[str] = "MLP"
    summary: ClassVar[str] = "Residual layers on the coordinates, each told the time and the class."
    modality: ClassVar[Modality] = Modality.POINTS

    # measured on the spiral and the rings: these leave a sixth of the excess of −log p that 96, 2 and 2 leave
    width: int = option(128, title="Width", help="Numbers of each layer.", unit="units", ge=8, le=1024, group="Network",
                        advanced=True)
    depth: int = option(3, title="Depth", help="Residual blocks of two layers each.", unit="blocks", ge=1, le=16,
                        group="Network", advanced=True)
    octaves: int = option(5, title="Octaves", ge=0, le=8, group="Network", advanced=True,
                          help="Waves of the coordinates that the network sees beside them, each twice as fine as the "
                               "one before: more draw finer edges and take longer to learn; 0 for none.")

    def build(self, shape: tuple[int, ...], classes: int, outputs: int = 1) -> MLP:
        """The network of points (d,)."""
        return MLP(self, shape[0], classes, outputs)


class Block(nn.Module):
    """Two layers with a shift by time and class between, and what comes in added."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.first = nn.Linear(width, width)
        self.shift = nn.Linear(width, width)
        self.second = nn.Linear(width, width)
        # at first the block adds nothing, whatever comes in
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.second.bias)

    def forward(self, h: Tensor, e: Tensor) -> Tensor:
        """(B, width) and the embedding (B or 1, width) -> (B, width)."""
        return h + self.second(F.silu(self.first(self.norm(h)) + self.shift(e)))


class MLP(nn.Module):
    """(x, t, cond) -> prediction (B, outputs·d) of points x (B, d).

    Args:
        options: the network's size.
        dimension: d.
        classes: 0 for none.
        outputs: numbers for each coordinate.
    """

    blocks: list[Block]

    def __init__(self, options: MLPOptions, dimension: int, classes: int, outputs: int = 1) -> None:
        super().__init__()
        self.octaves, self.classes, width = options.octaves, classes, options.width
        self.time = nn.Sequential(nn.Linear(2 * FREQUENCIES, width), nn.SiLU(), nn.Linear(width, width))
        self.labels = nn.Embedding(classes + 1, width) if classes else None
        self.into = nn.Linear(dimension * (1 + 2 * options.octaves), width)
        blocks: Any = nn.ModuleList(Block(width) for _ in range(options.depth))
        self.blocks = blocks
        self.norm = nn.LayerNorm(width)
        self.out = nn.Linear(width, outputs * dimension)
        nn.init.zeros_(self.out.weight)

    def embed(self, t: Tensor, cond: Tensor | None = None) -> Tensor:
        """Time and class as (B, width): t (B,) in [0, 1], cond (B,) with −1 for free, or None."""
        e = self.time(time_waves(t))
        if self.labels is not None:
            # one row behind the classes is the null class of classifier-free guidance
            free = torch.full_like(t, self.classes, dtype=torch.long)
            e = e + self.labels(free if cond is None else torch.where(cond < 0, free, cond))
        return F.silu(e)

    def forward(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Tensor:
        """Predict at states x (B, d), times t (B,) in [0, 1], labels cond (B,) or None."""
        # stride 0 comes from `expand`: one time for all, whose embedding is computed once
        one = t.stride(0) == 0 and (cond is None or self.labels is None)
        e = self.embed(t[:1] if one else t, cond)
        h = self.into(self._seen(x))
        for block in self.blocks:
            h = block(h, e)
        return self.out(F.silu(self.norm(h)))

    def _seen(self, x: Tensor) -> Tensor:
        """The coordinates, and waves of them."""
        if not self.octaves:
            return x
        waves = (x[:, :, None] * 2.0 ** torch.arange(self.octaves, device=x.device)).flatten(1)
        return torch.cat([x, waves.sin(), waves.cos()], dim=1)


def time_waves(t: Tensor) -> Tensor:
    """Cosines and sines (B, 16) of times (B,) in [0, 1], from half a wave over all of them to 64."""
    angles = math.pi * t.float()[:, None] * 2.0 ** torch.arange(FREQUENCIES, device=t.device)
    return torch.cat([angles.cos(), angles.sin()], dim=1)
