"""Large pictures seen in overlapping tiles, so that memory does not grow with the picture, gradients included.

A network that looks at a neighbourhood of each pixel alone needs no more than that: each tile counts where it is far
enough from its cuts, and from one to the next the weights go over as the square of a sine. A gradient looks at every
tile once more (gradient checkpointing: Chen et al. 2016, arXiv 1604.06174), so that the activations of one are held at
a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import ceil, pi
from typing import Any, cast

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from engines.denoiser import Denoised, Denoiser
from engines.errors import BadOption
from engines.networks.base import Network

AT_ONCE = 2**19  # pixels in the network at once: with a gradient through a DRUNet of usual size about a gigabyte


@dataclass(frozen=True, slots=True)
class Span:
    """Where a tile lies along one side: [start, stop) in px.

    rise: (stop − start,) float64 in [0, 1], what it counts beside all tiles before it: 0 beside its first cut, then
    rising, then 1. weight: what is left of that by the tiles after it; over all tiles the weights sum to 1.
    """

    start: int
    stop: int
    rise: Tensor
    weight: Tensor

    @property
    def pixels(self) -> slice:
        """The pixels."""
        return slice(self.start, self.stop)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a side is cut, in px.

    side: of a tile at most; margin: beside a cut, where the tile counts for nothing; ramp: over which it gives way to
    the next, at least; grid: tiles begin at multiples of it, which a network's halvings ask for. Of a DRUNet of usual
    size, trained on photographs, a pixel hardly sees farther than the usual margin: its x0_hat differs from that of the
    whole picture by 1e-5 at a noise like the data and by 1e-4 at fifty times that, root mean square.

    Raises BadOption for tiles that are mostly shared.
    """

    side: int = 704
    margin: int = 32
    ramp: int = 32
    grid: int = 1

    def __post_init__(self) -> None:
        """Check the sizes."""
        if self.side // self.grid < 2 * self.shared:
            shared = self.shared * self.grid
            raise BadOption(f"Tiles of {self.side} px cannot share {shared} px with each other; choose tiles of at "
                            f"least {2 * shared} px.")

    @property
    def shared(self) -> int:
        """How much two tiles have in common at least, in units of the grid."""
        return max(1, ceil((2 * self.margin + self.ramp) / self.grid))

    def spans(self, length: int) -> tuple[Span, ...]:
        """The tiles along a side of so many px, as few and then as small as will do; one for a short side."""
        return _spans(self, length)


@lru_cache(maxsize=32)  # a run asks for the same two at every step
def _spans(layout: Layout, length: int) -> tuple[Span, ...]:
    grid, shared = layout.grid, layout.shared
    units, most = ceil(length / grid), layout.side // grid
    if units <= most:
        return uncut(length)
    count = 1 + ceil((units - most) / (most - shared))
    side = ceil((units + (count - 1) * shared) / count)
    starts = [k * (units - side) // (count - 1) * grid for k in range(count)]
    places = [(start, min(start + side * grid, length)) for start in starts]
    rises = [torch.ones(places[0][1], dtype=torch.float64)]
    for (_, before), (start, stop) in zip(places, places[1:], strict=False):
        rises.append(_rise(before - start, stop - start, layout.margin))
    return tuple(Span(start, stop, rise, weight) for (start, stop), rise, weight in zip(
        places, rises, _weights(places, rises, length), strict=True))


def uncut(length: int) -> tuple[Span]:
    """The one tile that is all of a side."""
    ones = torch.ones(length, dtype=torch.float64)
    return (Span(0, length, ones, ones),)


def _rise(shared: int, length: int, margin: int) -> Tensor:
    """0 for a margin, then up, then 1 from a margin before the end of what is shared with the tile before."""
    ramp = shared - 2 * margin
    places = torch.arange(length, dtype=torch.float64) - margin + 0.5
    return torch.sin(places.div(ramp).clamp(0, 1) * (pi / 2)).square()


def _weights(places: list[tuple[int, int]], rises: list[Tensor], length: int) -> list[Tensor]:
    """What is left of every rise by the tiles after it: Σ_k r_k Π_{j>k} (1 − r_j) = 1 − Π_j (1 − r_j), and r_0 is 1."""
    left, found = torch.ones(length, dtype=torch.float64), list[Tensor]()
    for (start, stop), rise in zip(reversed(places), reversed(rises), strict=True):
        found.append(rise * left[start:stop])
        left[start:stop] *= 1 - rise
    return found[::-1]


class Tiled(Denoiser):
    """A denoiser that is asked about a few tiles at a time, for x (B, C, H, W) of more than `most` pixels B·H·W.

    A batch of smaller pictures is taken apart into its samples. What the prior says besides its estimate is put
    together in the same way. A gradient by x can be taken once (not one of the gradient), as often as wanted.

    Args:
        prior: of images; a pixel of its answer depends on those near it.
        layout: how pictures of more than `most` pixels are cut.
        most: pixels in the prior at once, about those of a tile.
    """

    def __init__(self, prior: Denoiser, layout: Layout, most: int = AT_ONCE) -> None:
        self.prior, self.layout, self.most = prior, layout, most

    def calls(self, cond: Tensor | None = None) -> int:
        """The prior's for a whole picture: all of its tiles are one evaluation."""
        return self.prior.calls(cond)

    def calls_at(self, t: Tensor, cond: Tensor | None = None) -> int:
        """The prior's."""
        return self.prior.calls_at(t, cond)

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        """The prior's answer, put together from tiles."""
        if x.ndim != 4 or len(x) * x.shape[2] * x.shape[3] <= self.most:
            return self.prior.denoise(x, t, cond)
        cut = x.shape[2] * x.shape[3] > self.most
        rows, columns = (self.layout.spans(side) if cut else uncut(side) for side in x.shape[2:])
        largest = max(row.stop - row.start for row in rows) * max(column.stop - column.start for column in columns)
        mosaic = Mosaic(self.prior, t, cond, rows, columns, max(1, self.most // largest))
        if torch.is_grad_enabled() and x.requires_grad:
            blended = cast("tuple[Tensor, ...]", cast(Any, _Differentiable).apply(x, mosaic))
        else:
            blended = mosaic.blended(x)
        return mosaic.told(blended)


@dataclass(slots=True)
class Mosaic:
    """One question to a prior, asked about tiles; `form` is what it said of the last one, to know what is what.

    prior, t, cond: as a `Denoiser` is asked; rows, columns: the tiles; group: samples that are asked about at once.
    """

    prior: Denoiser
    t: Tensor
    cond: Tensor | None
    rows: tuple[Span, ...]
    columns: tuple[Span, ...]
    group: int
    form: list[Denoised] = field(default_factory=list[Denoised])

    def asked(self, x: Tensor, samples: slice) -> tuple[Tensor, ...]:
        """All tensors of the prior's answer about a tile (b, C, h, w) of some samples."""
        found = self.prior.denoise(x, self.t[samples] if self.t.ndim else self.t,
                                   None if self.cond is None else self.cond[samples])
        self.form[:] = [found]
        others = (*found.contributions, *found.pushes)
        return (found.x0, *(other.delta for other in others), *(() if found.share is None else (found.share,)))

    def told(self, tensors: tuple[Tensor, ...]) -> Denoised:
        """An answer of the prior's form made of those tensors."""
        form, left = self.form[-1], iter(tensors)
        return Denoised(next(left), tuple(replace(part, delta=next(left)) for part in form.contributions),
                        tuple(replace(part, delta=next(left)) for part in form.pushes), next(left, None))

    def samples(self, x: Tensor) -> Iterator[slice]:
        """The groups of a batch."""
        return (slice(k, min(k + self.group, len(x))) for k in range(0, len(x), self.group))

    def blended(self, x: Tensor) -> tuple[Tensor, ...]:
        """All tensors of the answer about x (B, C, H, W), without a graph of their own."""
        groups = [self._pasted(x[samples], samples) for samples in self.samples(x)]
        return groups[0] if len(groups) == 1 else tuple(torch.cat(parts) for parts in zip(*groups, strict=True))

    def _pasted(self, x: Tensor, samples: slice) -> tuple[Tensor, ...]:
        """The answer about some samples, strip by strip."""
        page = tuple[Tensor, ...]()
        for row in self.rows:
            strip = tuple[Tensor, ...]()
            for column in self.columns:
                tile = self.asked(x[:, :, row.pixels, column.pixels], samples)
                strip = strip or tuple(one.new_zeros(*one.shape[:3], x.shape[3]) for one in tile)
                for into, one in zip(strip, tile, strict=True):
                    _paste(into[..., column.pixels], one, column.rise)
            page = page or tuple(one.new_zeros(*one.shape[:2], *x.shape[2:]) for one in strip)
            for into, one in zip(page, strip, strict=True):
                _paste(into[:, :, row.pixels], one, row.rise[:, None])
        return page

    def pulled(self, x: Tensor, slopes: tuple[Tensor | None, ...]) -> Tensor:
        """Σ over the tensors of the answer of (∂ tensor / ∂ x)ᵀ slope, a slope for each or None: (B, C, H, W)."""
        gradient = torch.zeros_like(x)
        for samples in self.samples(x):
            for row in self.rows:
                for column in self.columns:
                    place = (samples, slice(None), row.pixels, column.pixels)
                    weight = (row.weight[:, None] * column.weight).to(x)
                    gradient[place] += self._pulled(x[place], samples, [
                        None if slope is None else slope[place] * weight for slope in slopes])
        return gradient

    def _pulled(self, x: Tensor, samples: slice, slopes: list[Tensor | None]) -> Tensor:
        """The same of one tile."""
        with torch.enable_grad():
            point = x.detach().requires_grad_()
            tensors = self.asked(point, samples)
        pairs = [(one, slope) for one, slope in zip(tensors, slopes, strict=True)
                 if slope is not None and one.requires_grad]
        if not pairs:
            return torch.zeros_like(x)
        (slope,) = torch.autograd.grad([one for one, _ in pairs], point, [slope for _, slope in pairs])
        return slope


def _paste(into: Tensor, tile: Tensor, rise: Tensor) -> None:
    """A tile over what is there, by what it counts; where both say the same it stays, to the bit."""
    into.copy_(torch.lerp(into, tile, rise.to(into)))


class _Differentiable(torch.autograd.Function):
    """`Mosaic.blended`, whose gradient asks about every tile again."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, mosaic: Mosaic) -> tuple[Tensor, ...]:
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(x)
        ctx.mosaic = mosaic
        return mosaic.blended(x)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *slopes: Tensor | None) -> tuple[Tensor, None]:  # type: ignore[override]
        (x,) = ctx.saved_tensors
        return ctx.mosaic.pulled(x, slopes), None


def tiled(prior: Denoiser, network: Network) -> Denoiser:
    """The prior of a network, in tiles where that takes images of any size, else as it is."""
    return Tiled(prior, Layout(grid=network.factor)) if network.anywhere else prior
