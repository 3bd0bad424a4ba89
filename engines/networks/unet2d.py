"""The U-Net of models from elsewhere, with every setting that `diffusers.UNet2DModel` has in the folders there are.

What is trained here needs none of them: see `engines.networks.unet`.
"""

from __future__ import annotations

import math
from typing import Annotated, ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn

from engines.component import option
from engines.errors import BadOption
from engines.modality import Modality
from engines.networks.base import Network
from engines.networks.layers import EPS, MAX_PERIOD
from engines.networks.unet import Plan, Shape, UNet

NEAR = 0.01  # of a step: times are float32, and a trained step has to be met exactly

Width = Annotated[int, Field(ge=2, le=8192, multiple_of=2)]


class UNet2DOptions(Network):
    """The U-Net of another program, known by its trained steps and not by times."""

    name: ClassVar[str] = "unet2d"
    title: ClassVar[str] = "U-Net from elsewhere"
    summary: ClassVar[str] = "As the folders of diffusers describe it; sampled here and not trained."
    source: ClassVar[str] = "Ho et al. 2020, arXiv 2006.11239, appendix B"
    modality: ClassVar[Modality] = Modality.IMAGE
    learns: ClassVar[bool] = False

    steps: int = option(1000, title="Steps", ge=2, le=10_000, help="Steps that it was trained on; t = 1 is the last.")
    widths: tuple[Width, ...] = option((128, 256), title="Widths", unit="channels", min_length=1, max_length=8,
                                       help="Channels of each level; each but the last halves the image.")
    depth: int = option(2, title="Blocks a level", ge=1, le=16, help="Residual blocks at each level.")
    down: tuple[bool, ...] = option((False, True), title="Attention down", min_length=1, max_length=8,
                                    help="Whether each level attends on the way down.")
    up: tuple[bool, ...] = option((False, True), title="Attention up", min_length=1, max_length=8,
                                  help="Whether each level attends on the way up, in the same order.")
    head: int = option(8, title="Head width", unit="channels", ge=0, le=8192, zero="one head of all",
                       help="Channels of one attention head.")
    groups: int = option(32, title="Groups", ge=1, le=1024, help="Groups of the normalisation.")
    eps: float = option(EPS, title="Norm epsilon", gt=0, le=0.1, help="What normalisations add to the variance.")
    dropout: float = option(0.0, title="Dropout", ge=0, lt=1, help="Share of activations dropped in training.")
    middle: bool = option(True, title="Attention in the middle", help="Whether the smallest map attends.")
    corner: bool = option(False, title="Pad one corner", help="Halve images with zeros only right and below them.")
    centred: bool = option(False, title="Centre the input", help="Take states for images in [0, 1].")
    sines: bool = option(False, title="Sines first", help="Whether time features begin with sines.")
    lag: float = option(0.0, title="Frequency shift", ge=0, le=64, help="By how much the slowest feature is slower.")

    def build(self, shape: tuple[int, ...], classes: int, outputs: int = 1) -> UNet2D:
        """The network of images (C, size, size)."""
        channels, size, _ = shape
        return UNet2D(self, Shape(channels, size, classes, outputs))

    def check(self, shape: tuple[int, ...], classes: int) -> None:
        """Raise BadOption, naming value and remedy, where the levels do not fit each other or the images."""
        del classes
        levels = len(self.widths)
        if not len(self.down) == len(self.up) == levels:
            raise BadOption(f"There are {levels} widths and {len(self.down)} levels down and {len(self.up)} up; "
                            "name as many of each.")
        if len(shape) != 3 or shape[1] % 2 ** (levels - 1):
            raise BadOption(f"Images of {shape[-1]} px cannot be halved {levels - 1} times; choose another size.")
        for level, width in enumerate(self.widths):
            self._check_level(level, width)
        if self.lag >= self.widths[0] // 2:
            raise BadOption(f"Frequency shift {self.lag:g} is too large for {self.widths[0]} channels; choose less.")

    def _check_level(self, level: int, width: int) -> None:
        if width % self.groups:
            raise BadOption(f"Level {level + 1} has {width} channels, which {self.groups} groups do not divide; "
                            "choose another width or number of groups.")
        attends = self.down[level] or self.up[level] or (self.middle and level == len(self.widths) - 1)
        if attends and self.head and width % self.head:
            raise BadOption(f"Level {level + 1} has {width} channels, which heads of {self.head} do not divide; "
                            "choose another width or head width.")

    def plan(self) -> Plan:
        """What is built of it."""
        return Plan(self.widths, self.depth, self.down, self.up, head=self.head, groups=self.groups, eps=self.eps,
                    dropout=self.dropout, middle=self.middle, corner=self.corner)


class UNet2D(UNet):
    """(x, t, cond) -> prediction, as the network of diffusers at step k = steps·t − 1.

    Args:
        options: its settings.
        shape: the data's channels, side and number of classes.

    Raises:
        BadOption: see `UNet2DOptions.check`.
    """

    def __init__(self, options: UNet2DOptions, shape: Shape) -> None:
        options.check((shape.channels, shape.size, shape.size), shape.classes)
        nn.Module.__init__(self)  # the layers of a U-Net, and another plan than its options make
        self.options = options
        self._make(options.plan(), shape)

    def features(self, t: Tensor) -> Tensor:
        """Sinusoids of the step, which is the first one for times before it: (B,) -> (B, width)."""
        half = self.plan.widths[0] // 2
        index = torch.arange(half, dtype=torch.float32, device=t.device)
        pace = torch.exp(-math.log(MAX_PERIOD) * index / (half - self.options.lag))
        angles = trained_step(t, self.options.steps)[:, None] * pace
        pair = (angles.sin(), angles.cos()) if self.options.sines else (angles.cos(), angles.sin())
        return torch.cat(pair, dim=1)

    def forward_embedded(self, x: Tensor, shifts: Tensor) -> Tensor:
        """As for `UNet`, with the states moved first where the network was trained so."""
        return super().forward_embedded(2 * x - 1 if self.options.centred else x, shifts)


def trained_step(t: Tensor, steps: int) -> Tensor:
    """The step k of times (B,) = (k + 1)/steps, (B,) float32: whole where a time is that of a step, at least 0."""
    k = (steps * t.float() - 1).clamp(min=0)
    whole = k.round()
    return torch.where((k - whole).abs() < NEAR, whole, k)
