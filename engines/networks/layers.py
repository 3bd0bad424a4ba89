"""Building blocks of the U-Net: time features, residual block, self-attention, resampling."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

TIME_SCALE = 1000.0  # t = 1 is step 1,000
MAX_PERIOD = 10000.0  # of the slowest feature, in steps
EPS = 1e-5  # what normalisations add to the variance that they divide by


def time_features(t: Tensor, width: int) -> Tensor:
    """Sinusoidal features of times t (B,) in [0, 1]: (B, width), cosines first.

    Times are scaled by 1,000 so that they match the step numbers of DDPM
    (Ho et al. 2020; Vaswani et al. 2017, section 3.5).
    """
    half = width // 2
    index = torch.arange(half, dtype=torch.float32, device=t.device)
    # cosines first and no shift of the exponents: as diffusers.UNet2DModel has them by default
    angles = (TIME_SCALE * t.float())[:, None] * torch.exp(-math.log(MAX_PERIOD) / half * index)
    return torch.cat([angles.cos(), angles.sin()], dim=1)


def zeroed(layer: nn.Conv2d) -> nn.Conv2d:
    """The layer with its weights set to zero, so that at first it adds only its bias, whatever comes in."""
    nn.init.zeros_(layer.weight)
    return layer


class ResBlock(nn.Module):
    """GroupNorm, SiLU, convolution, twice, with a shift by the time embedding between.

    Args:
        inputs, outputs: channels in and out; a 1×1 convolution bridges a difference.
        groups, eps: groups of the normalisation, a divisor of both, and what it adds to the variance.
        embedding: width of the time embedding.
        dropout: probability of dropping an activation in training.
        start: where this block's shift begins in the row that `UNet.embed` makes.
    """

    def __init__(self, inputs: int, outputs: int, *, groups: int, embedding: int, dropout: float, start: int,
                 eps: float = EPS) -> None:
        super().__init__()
        self.span = (start, start + outputs)
        self.norm1 = nn.GroupNorm(groups, inputs, eps)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.shift = nn.Linear(embedding, outputs)
        self.norm2 = nn.GroupNorm(groups, outputs, eps)
        self.dropout = nn.Dropout(dropout)
        self.conv2 = zeroed(nn.Conv2d(outputs, outputs, 3, padding=1))
        self.bridge = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()

    def forward(self, x: Tensor, shifts: Tensor) -> Tensor:
        """(B, inputs, H, W) and all blocks' shifts (B, S) -> (B, outputs, H, W)."""
        h = self.conv1(F.silu(self.norm1(x)))
        # the one place where time and class enter: added to every channel, between the convolutions
        h = h + shifts[:, self.span[0]:self.span[1], None, None]
        h = self.conv2(self.dropout(F.silu(self.norm2(h))))
        return self.bridge(x) + h


class Attention(nn.Module):
    """Self-attention over all positions, with a residual connection (Vaswani et al. 2017).

    Args:
        channels: of the map; a multiple of `head`.
        head: channels of one head.
        groups, eps: groups of the normalisation before, and what it adds to the variance.
    """

    def __init__(self, channels: int, *, head: int, groups: int, eps: float = EPS) -> None:
        super().__init__()
        self.heads = channels // head
        self.norm = nn.GroupNorm(groups, channels, eps)
        # one product instead of three; diffusers' names for its parts are in diffusers_map
        self.qkv = nn.Linear(channels, 3 * channels)
        self.out = nn.Linear(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, C, H, W)."""
        b, c, h, w = x.shape
        tokens = self.norm(x).permute(0, 2, 3, 1).reshape(b, h * w, c)
        # (B, N, 3, heads, d) -> three of (B, heads, N, d)
        q, k, v = self.qkv(tokens).reshape(b, h * w, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        mixed = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(b, h * w, c)
        return x + self.out(mixed).reshape(b, h, w, c).permute(0, 3, 1, 2)


class Down(nn.Module):
    """Halve height and width by a strided convolution.

    Args:
        channels: of the map.
        corner: pad only right and below, as DDPM's own code does; else on all sides, as diffusers does by default.
    """

    def __init__(self, channels: int, *, corner: bool = False) -> None:
        super().__init__()
        self.corner = corner
        self.conv = nn.Conv2d(channels, channels, 3, stride=2, padding=0 if corner else 1)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, C, H/2, W/2)."""
        return self.conv(F.pad(x, (0, 1, 0, 1)) if self.corner else x)


class Up(nn.Module):
    """Double height and width: nearest neighbour, then a convolution."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, C, 2H, 2W)."""
        return self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest"))
