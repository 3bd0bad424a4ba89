"""Points of the user's own: a file, the clipboard, a drawing; they travel with the recipe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import torch
from torch import Tensor

from engines.component import option
from engines.data.points.base import PointSet
from engines.data.points.cloud import Cloud
from engines.errors import BadPoints
from engines.modalities.points import read_points

FILE = "points.npy"


class Own(PointSet):
    """Points that were imported, pasted or drawn."""

    name: ClassVar[str] = "own"
    title: ClassVar[str] = "Own points"
    summary: ClassVar[str] = "Points of a file, of the clipboard or drawn on the canvas."

    file: str = option(FILE, title="File", widget="points",
                       help="CSV or NPY with one or two numbers a row; it travels with the recipe.")

    def bound(self, files: Mapping[str, bytes]) -> PointSet:
        """The set with its points; raises BadPoints when they are not there or cannot be read."""
        if self.file not in files:
            raise BadPoints("There are no own points yet; open, paste or drop a table, or draw some.")
        cloud = Cloud.of(read_points(files[self.file], self.file).values, self.file)
        return (OwnLine if cloud.points.shape[1] == 1 else OwnPlane)(cloud=cloud)

    def drawn(self, count: int, generator: torch.Generator) -> Tensor:
        """Never: the set knows its points only once they are `bound`."""
        raise BadPoints("These are points of a file; give the file, too.")


class OwnPlane(PointSet):
    """Own points of the plane, at the scale of all sets."""

    title: ClassVar[str] = "Own points"

    cloud: Cloud

    def rows(self) -> Tensor:
        """All there are."""
        return self.cloud.points

    def drawn(self, count: int, generator: torch.Generator) -> Tensor:
        """Rows at random."""
        return self.cloud.sample(count, int(torch.randint(2**62, (1,), generator=generator)))

    def units(self) -> str:
        """What was taken off and divided by."""
        return self.cloud.told()

    def independent(self, count: int, seed: int = 0) -> Tensor:
        """Rows at random, each as likely at every draw, so that some come twice."""
        generator = torch.Generator().manual_seed(seed)
        return self.cloud.points[torch.randint(len(self.cloud.points), (count,), generator=generator)]


class OwnLine(OwnPlane):
    """Own values on a line."""

    dimension: ClassVar[int] = 1
