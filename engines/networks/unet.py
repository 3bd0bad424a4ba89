"""U-Net (Ronneberger et al. 2015; Ho et al. 2020): the network of images of any size and channels.

Its layers are those of `diffusers.UNet2DModel`, so that its weights are theirs by other names
(`engines.networks.diffusers_map`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from engines.component import Options, option
from engines.errors import BadOption
from engines.modality import Modality
from engines.networks.base import Network
from engines.networks.layers import EPS, Attention, Down, ResBlock, Up, time_features, zeroed

Positive = Annotated[int, Field(ge=1)]


class UNetSize(Options):
    """Size of the network: what a user may choose when training a new one."""

    width: int = option(16, title="Width", help="Channels of the first level.", unit="channels", ge=8, le=512,
                        multiple_of=8, group="Network", advanced=True)
    mults: tuple[int, ...] = option((1, 2, 4), title="Levels", group="Network", min_length=1, max_length=6,
                                    advanced=True,
                                    help="Channels of each level as multiples of the width; each halves the image.")
    depth: int = option(1, title="Blocks a level", help="Residual blocks at each level.", ge=1, le=4, group="Network",
                       advanced=True)
    attention: tuple[Positive, ...] = option((7, 8), title="Attention at", unit="px", group="Network", advanced=True,
                                             help="Image sizes at which positions attend to each other.")
    head: int = option(16, title="Head width", help="Channels of one attention head.", ge=4, le=256, unit="channels",
                       group="Network", advanced=True)
    groups: int = option(8, title="Groups", help="Groups of the normalisation; must divide the width.", ge=1, le=64,
                         group="Network", advanced=True)
    dropout: float = option(0.0, title="Dropout", help="Share of activations dropped in training.", ge=0, le=0.5,
                            group="Network", advanced=True)

    @property
    def factor(self) -> int:
        """By how much the smallest map is smaller than the image."""
        return int(2 ** (len(self.mults) - 1))

    def plan(self, size: int) -> Plan:
        """What is built of it for images of this side in pixels."""
        attends = tuple(size >> level in self.attention for level in range(len(self.mults)))
        return Plan(tuple(self.width * m for m in self.mults), self.depth, attends, attends, head=self.head,
                    groups=self.groups, dropout=self.dropout)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a U-Net is built of, whatever its options are called.

    widths: channels of each level, from the images down; depth: residual blocks of each on the way down, one more on
    the way up; down, up: whether each level attends on its way, both from the images down; head: channels of one
    head, 0 for one head of all; groups, eps: of the normalisations; middle: whether the middle attends; corner: see
    `Down`.
    """

    widths: tuple[int, ...]
    depth: int
    down: tuple[bool, ...]
    up: tuple[bool, ...]
    head: int
    groups: int
    eps: float = EPS
    dropout: float = 0.0
    middle: bool = True
    corner: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """What the data decides: channels, side in pixels, number of classes (0: none), and outputs for each channel."""

    channels: int
    size: int
    classes: int
    outputs: int = 1


class UNetOptions(UNetSize, Network):
    """The U-Net of square images."""

    name: ClassVar[str] = "unet"
    title: ClassVar[str] = "U-Net"
    summary: ClassVar[str] = "Convolutions at halving sizes and back, with attention at the small ones."
    source: ClassVar[str] = "Ronneberger et al. 2015, arXiv 1505.04597; Ho et al. 2020, arXiv 2006.11239"
    modality: ClassVar[Modality] = Modality.IMAGE

    def build(self, shape: tuple[int, ...], classes: int, outputs: int = 1) -> UNet:
        """The network of images (C, size, size)."""
        channels, size, _ = shape
        return UNet(self, Shape(channels, size, classes, outputs))

    def check(self, shape: tuple[int, ...], classes: int) -> None:
        """Raise BadOption when the levels do not fit the images."""
        check(self, Shape(shape[0], shape[1], classes))


class Level(nn.Module):
    """One resolution: residual blocks, attention behind each where wanted, then a resampling."""

    blocks: list[ResBlock]
    attentions: list[Attention]
    change: nn.Module | None

    def __init__(self, blocks: list[ResBlock], attentions: list[Attention], change: nn.Module | None) -> None:
        super().__init__()
        self.blocks = modules(blocks)
        self.attentions = modules(attentions)
        self.change = change

    def block(self, i: int, x: Tensor, shifts: Tensor) -> Tensor:
        """Apply residual block i and its attention, if the level has any."""
        x = self.blocks[i](x, shifts)
        return self.attentions[i](x) if len(self.attentions) else x


def modules(of: list[Any]) -> Any:
    """A ModuleList, which behaves as the list of its members but is not typed as one."""
    return nn.ModuleList(of)


class UNet(nn.Module):
    """(x, t, cond) -> prediction of x's shape, or of several times its channels.

    Args:
        options: the network's size.
        shape: the data's channels, side and number of classes.

    Raises:
        BadOption: the side or a width does not divide as the levels need.
    """

    down: list[Level]
    up: list[Level]

    def __init__(self, options: UNetSize, shape: Shape) -> None:
        check(options, shape)
        super().__init__()
        self._make(options.plan(shape.size), shape)

    def _make(self, plan: Plan, shape: Shape) -> None:
        """All layers; their order is that of the random numbers they begin with."""
        self.plan, self.shape = plan, shape
        first, last = plan.widths[0], plan.widths[-1]
        # four times the width, as in DDPM's network
        self.embedding_width = 4 * first
        self._row = 0  # of the next block's shift in a row of `embed`
        self.time = nn.Sequential(nn.Linear(first, self.embedding_width), nn.SiLU(),
                                  nn.Linear(self.embedding_width, self.embedding_width))
        self.labels = nn.Embedding(shape.classes + 1, self.embedding_width) if shape.classes else None
        self.conv_in = nn.Conv2d(shape.channels, first, 3, padding=1)
        self.down = modules(self._down_levels())
        self.mid = Level([self._block(last, last) for _ in range(2)], [self._attention(last)] if plan.middle else [],
                         None)
        self.up = modules(self._up_levels())
        self.norm_out = nn.GroupNorm(plan.groups, first, plan.eps)
        self.conv_out = zeroed(nn.Conv2d(first, shape.outputs * shape.channels, 3, padding=1))

    def features(self, t: Tensor) -> Tensor:
        """What the network sees of times (B,) in [0, 1]: (B, width)."""
        return time_features(t, self.plan.widths[0])

    def embed(self, t: Tensor, cond: Tensor | None = None) -> Tensor:
        """Everything that depends on time and class only: a row (B, S) with each block's shift.

        Args:
            t: times (B,) in [0, 1].
            cond: labels (B,) long; −1 or None for free. Ignored by a network without classes.
        """
        e = self.time(self.features(t))
        if self.labels is not None:
            # one row behind the classes is the null class of classifier-free guidance
            free = torch.full_like(t, self.shape.classes, dtype=torch.long)
            e = e + self.labels(free if cond is None else torch.where(cond < 0, free, cond))
        e = F.silu(e)
        return torch.cat([block.shift(e) for block in self.res_blocks()], dim=1)

    @torch.no_grad()
    def table(self, times: Tensor) -> Tensor:
        """Rows of `embed` for times (T,) and every class: (T, classes+1, S), the last one free.

        Computed once per schedule; step i of sample with label c then uses table[i, c]
        (label −1 indexes the free row as well).
        """
        labels = torch.arange(self.shape.classes + 1, device=times.device)
        t, c = times.repeat_interleave(len(labels)), labels.repeat(len(times))
        return self.embed(t, c).reshape(len(times), len(labels), -1)

    def forward_embedded(self, x: Tensor, shifts: Tensor) -> Tensor:
        """The network given rows (B, S) of `embed`: (B, C, H, W) -> (B, C, H, W)."""
        h: Tensor = self.conv_in(x)
        skips = [h]  # one for each block, for each halving and for the input, taken back in reverse
        for level in self.down:
            for i in range(len(level.blocks)):
                h = level.block(i, h, shifts)
                skips.append(h)
            if level.change is not None:
                h = level.change(h)
                skips.append(h)
        h = self.mid.blocks[1](self.mid.block(0, h, shifts), shifts)
        for level in self.up:
            for i in range(len(level.blocks)):
                h = level.block(i, torch.cat([h, skips.pop()], dim=1), shifts)
            if level.change is not None:
                h = level.change(h)
        return self.conv_out(F.silu(self.norm_out(h)))

    def forward(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Tensor:
        """Predict at states x (B, C, H, W), times t (B,) in [0, 1], labels cond (B,) or None."""
        return self.forward_embedded(x, self.embed(t, cond))

    def res_blocks(self) -> list[ResBlock]:
        """All residual blocks in the order of their shifts."""
        return [block for level in [*self.down, self.mid, *self.up] for block in level.blocks]

    def _block(self, inputs: int, outputs: int) -> ResBlock:
        """A residual block whose shift follows those made before it."""
        start, self._row = self._row, self._row + outputs
        return ResBlock(inputs, outputs, groups=self.plan.groups, embedding=self.embedding_width,
                        dropout=self.plan.dropout, start=start, eps=self.plan.eps)

    def _attention(self, channels: int) -> Attention:
        return Attention(channels, head=self.plan.head or channels, groups=self.plan.groups, eps=self.plan.eps)

    def _attentions(self, wanted: bool, channels: int, count: int) -> list[Attention]:
        """The attentions of a level: one behind each block, or none."""
        return [self._attention(channels) for _ in range(count)] if wanted else []

    def _down_levels(self) -> list[Level]:
        plan, levels, inputs = self.plan, list[Level](), self.plan.widths[0]
        for level, width in enumerate(plan.widths):
            blocks = [self._block(inputs if i == 0 else width, width) for i in range(plan.depth)]
            change = Down(width, corner=plan.corner) if level < len(plan.widths) - 1 else None
            levels.append(Level(blocks, self._attentions(plan.down[level], width, len(blocks)), change))
            inputs = width
        return levels

    def _up_levels(self) -> list[Level]:
        """Levels from the smallest map up; each block also takes the skip of its mirror image."""
        plan, widths = self.plan, self.plan.widths
        # channels of the skips in the order that `forward_embedded` makes them, taken from the end here too
        skips = [widths[0]]
        for level, width in enumerate(widths):
            skips += [width] * plan.depth + ([width] if level < len(widths) - 1 else [])
        levels, inputs = list[Level](), widths[-1]
        for level, width in reversed(list(enumerate(widths))):
            blocks = list[ResBlock]()
            for _ in range(plan.depth + 1):
                blocks.append(self._block(inputs + skips.pop(), width))
                inputs = width
            change = Up(width) if level > 0 else None
            levels.append(Level(blocks, self._attentions(plan.up[level], width, len(blocks)), change))
        return levels


def check(options: UNetSize, shape: Shape) -> None:
    """Raise BadOption, naming value and remedy, when the levels do not fit the data."""
    if shape.size % options.factor:
        near = max(1, round(shape.size / options.factor)) * options.factor
        raise BadOption(f"Size {shape.size} px cannot be halved {len(options.mults) - 1} times; "
                        f"choose {near} px or fewer levels.")
    for level, mult in enumerate(options.mults):
        width = options.width * mult
        if width <= 0 or width % options.groups:
            raise BadOption(f"Level {level + 1} has {width} channels, which {options.groups} groups do not divide; "
                            "choose another width or number of groups.")
        # the middle block attends whatever the options say
        attends = level == len(options.mults) - 1 or shape.size >> level in options.attention
        if attends and width % options.head:
            raise BadOption(f"Level {level + 1} has {width} channels, which heads of {options.head} do not divide; "
                            "choose another width or head width.")
