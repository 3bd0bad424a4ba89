"""Few-view tomography: integrals of a picture along parallel beams from a few directions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, cos, pi, sin, sqrt
from typing import ClassVar

import torch
from torch import Tensor

from engines.component import option
from engines.errors import BadInput
from engines.formula import Letter, Term
from engines.operators.base import Degradation, Family, LinearOperator
from engines.operators.sparse import Sparse

MOST = 24_000_000  # entries of a matrix: 400 MB, and three times that while it is made


@dataclass(frozen=True, eq=False)
class Beams(LinearOperator):
    """Integrals along parallel beams at `angles` angles, evenly over half a turn, of each channel by itself.

    In units of the picture's side: a white picture, all 1, gives 1 along a row. The beams are a pixel apart, and
    cover the diagonal, so that none of the picture is missed.
    """

    channels: int
    side: int
    angles: int

    @property
    def shape_in(self) -> tuple[int, ...]:
        """(C, N, N)."""
        return self.channels, self.side, self.side

    @property
    def shape_out(self) -> tuple[int, ...]:
        """(C, angles, detectors)."""
        return self.channels, self.angles, detectors(self.side)

    def forward(self, x: Tensor) -> Tensor:
        """The integrals."""
        return beams(self.side, self.angles).times(x.reshape(-1, self.side**2)).reshape(len(x), *self.shape_out)

    def adjoint(self, y: Tensor) -> Tensor:
        """Back-projection with the same weights: exactly the transpose."""
        rows = y.reshape(-1, self.angles * detectors(self.side))
        return beams(self.side, self.angles).back(rows).reshape(len(y), *self.shape_in)


def detectors(side: int) -> int:
    """How many beams cover the diagonal of N×N pixels, one more where upright beams would pass between columns."""
    count = ceil(side * sqrt(2))
    return count + (count - side) % 2


@lru_cache(maxsize=4)
def beams(side: int, angles: int) -> Sparse:
    """The matrix (angles·detectors, N²) of all beams; kept, as a run asks for it at every step."""
    parts = [_view(side, pi * k / angles) for k in range(angles)]
    rows = torch.cat([row + k * detectors(side) for k, (row, _, _) in enumerate(parts)])
    columns, weights = (torch.cat([part[i] for part in parts]) for i in (1, 2))
    return Sparse.of(rows, columns, weights, (angles * detectors(side), side**2))


def _view(side: int, angle: float) -> tuple[Tensor, Tensor, Tensor]:
    """Entries of one view by Joseph's rule: detectors, pixels and weights, each (k,).

    A beam holds the points with u cos θ + v sin θ = s, where u counts pixels to the right of the middle and v down
    from it. It is followed row by row, or column by column where that is steeper, and read off between the two
    nearest pixels there.
    """
    along, across = sin(angle), cos(angle)
    upright = abs(across) >= abs(along)
    if not upright:
        along, across = across, along
    middle, count = (side - 1) / 2, detectors(side)
    lines = torch.arange(side, dtype=torch.float64)
    s = torch.arange(count, dtype=torch.float64)[:, None] - (count - 1) / 2
    # rounded where a beam hits a pixel but for the error of cos and sin, which would add entries of 1e-16
    reached = ((s - (lines - middle) * along) / across + middle).mul(1e9).round().div(1e9)
    low = reached.floor()
    parts = list[tuple[Tensor, Tensor, Tensor]]()
    for place, share in ((low, 1 - (reached - low)), (low + 1, reached - low)):
        inside = (place >= 0) & (place < side) & (share > 0)
        line, spot = lines.expand_as(place)[inside], place[inside]
        pixel = line * side + spot if upright else spot * side + line
        parts.append((inside.nonzero()[:, 0].int(), pixel.int(), share[inside].div(abs(across) * side).float()))
    row, pixel, weight = (torch.cat([part[i] for part in parts]) for i in range(3))
    return row, pixel, weight


class Radon(Degradation):
    """Parallel-beam tomography."""

    name: ClassVar[str] = "radon"
    title: ClassVar[str] = "Tomography, few views"
    short: ClassVar[str] = "few-view tomography"
    summary: ClassVar[str] = "Measures integrals along parallel beams through the picture from a few directions."
    family: ClassVar[int] = Family.MEASURED
    formula: ClassVar[tuple[str, ...]] = (r"y = \term{likelihood}{\mathcal R\, x_0}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("likelihood", "Integrals along beams"),)
    letters: ClassVar[tuple[Letter, ...]] = (Letter(r"\mathcal R", "the integrals along the beams"),)
    source: ClassVar[str] = "Joseph 1982, doi 10.1109/TMI.1982.4307572 (beams through pixels by linear interpolation)"
    spectral: ClassVar[bool] = False

    angles: int = option(30, title="Views", ge=1, le=720, widget="log-slider",
                         help="From how many directions the picture is seen, evenly over half a turn.")

    def operator(self, shape: tuple[int, ...], draws: torch.Generator, files: Mapping[str, Tensor]) -> Beams:
        """The beams; raises BadInput for a picture that is not square, or more views than memory should hold."""
        del draws, files
        channels, height, width = shape
        if height != width:
            raise BadInput(f"Tomography goes around a square picture, and this one is {width}×{height} px; "
                           f"crop it to {min(height, width)}×{min(height, width)} px.")
        if 2 * self.angles * width**2 > MOST:
            side, fit = int(sqrt(MOST / 2 / self.angles)), MOST // (2 * width**2)
            raise BadInput(f"{self.angles} views of {width}×{width} px are too many to keep; choose "
                           + (f"at most {fit} views, or " if fit else "")
                           + f"a picture of at most {side}×{side} px.")
        return Beams(channels, width, self.angles)
