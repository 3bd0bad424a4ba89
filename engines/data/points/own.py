"""Points of the user's own: a file, the clipboard, a drawing, a painted density; they travel with the recipe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor

from engines.analytic import Mixture
from engines.component import option
from engines.data.points.base import PointSet
from engines.data.points.cloud import Cloud
from engines.data.points.profile import profile_mixture, profile_units
from engines.data.points.raster import Raster
from engines.errors import BadPoints
from engines.modalities.own_points import is_density, read_own
from engines.units import Units

FILE = "points.npy"


class Own(PointSet):
    """Points that were imported, pasted or drawn."""

    name: ClassVar[str] = "own"
    title: ClassVar[str] = "Own points"
    summary: ClassVar[str] = "Points of a file, of the clipboard or drawn on the canvas, or a density painted there."
    own: ClassVar[bool] = True

    file: str = option(FILE, title="Set", widget="points",
                       help="CSV or NPY with one or two numbers a row, or a PNG in grey whose brightness is the "
                            "density; it travels with the recipe.")

    def attached(self) -> str:
        """The name of the file."""
        return self.file

    def bound(self, files: Mapping[str, bytes]) -> PointSet:
        """The set with its points; raises BadPoints when they are not there or cannot be read."""
        if self.file not in files:
            raise BadPoints("There are no own points yet; open, paste or drop a table, or draw some.")
        found = read_own(files[self.file], self.file)
        values = found.values
        if is_density(values):
            return PaintedLine.of(values) if len(values) == 1 else PaintedPlane(raster=Raster(values))
        cloud = Cloud.of(values, self.file, found.names)
        return (OwnLine if cloud.points.shape[1] == 1 else OwnPlane)(cloud=cloud)

    def drawn(self, count: int, generator: torch.Generator) -> Tensor:
        """Never: the set knows its points only once they are `bound`."""
        raise BadPoints("These are points of a file; give the file, too.")


class OwnPlane(PointSet):
    """Own points of the plane, at the scale of all sets."""

    title: ClassVar[str] = "Own points"
    own: ClassVar[bool] = True

    cloud: Cloud

    def rows(self) -> Tensor:
        """All there are."""
        return self.cloud.points

    def drawn(self, count: int, generator: torch.Generator) -> Tensor:
        """Rows at random."""
        return self.cloud.sample(count, int(torch.randint(2**62, (1,), generator=generator)))

    def units(self) -> Units:
        """Those of the file."""
        return self.cloud.units


class OwnLine(OwnPlane):
    """Own values on a line."""

    dimension: ClassVar[int] = 1


class PaintedPlane(PointSet):
    """A painted density of the plane: constant within each cell, and without end as the built-in sets are."""

    title: ClassVar[str] = "Own density"
    own: ClassVar[bool] = True

    raster: Raster

    def drawn(self, count: int, generator: torch.Generator) -> Tensor:
        """Points of the density."""
        return self.raster.drawn(count, generator)

    def log_density(self, x: Tensor) -> Tensor:
        """Exact, −inf where nothing is painted."""
        return self.raster.log_density(x)

    def units(self) -> Units:
        """Those of the sheet that it was painted on."""
        return self.raster.units()


class PaintedLine(PointSet):
    """A density on a line, drawn as a curve: a mixture of one small Gaussian for each cell."""

    title: ClassVar[str] = "Own density"
    dimension: ClassVar[int] = 1
    own: ClassVar[bool] = True

    known: Mixture
    sheet: Units

    @classmethod
    def of(cls, values: np.ndarray) -> PaintedLine:
        """The density of one row (1, W)."""
        return cls(known=profile_mixture(values[0]), sheet=profile_units(values[0]))

    def units(self) -> Units:
        """Those of the sheet that it was drawn on."""
        return self.sheet

    def oracle(self) -> Mixture:
        """All that is drawn; its many components are no modes."""
        return self.known

    def drawn(self, count: int, generator: torch.Generator) -> Tensor:
        """Values of the density."""
        return self.known.labelled(count, int(torch.randint(2**62, (1,), generator=generator)))[0]
