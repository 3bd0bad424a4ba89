"""Where points come from: a data set with its options, or a file of the user's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from torch import Tensor

from engines.component import Options, option
from engines.counted import counted
from engines.data.points.base import PointSetChoice
from engines.data.points.cloud import Cloud
from engines.data.points.curve import Moons
from engines.data.points.own import OwnPlane
from engines.modalities.points import read_points
from engines.units import Units


class SourceOptions(Options):
    """What points a task works on: those of a set, or of a file in its place."""

    data: PointSetChoice = option(Moons(), title="Data", help="Where the points come from.", group="Data")
    file: str = option("", title="File", widget="table", group="Data", advanced=True,
                       help="A CSV or NPY file with one or two numbers a row, used in place of the set.")

    supersedes: ClassVar[Mapping[str, tuple[str, ...]]] = {"file": ("data",)}

    @property
    def source(self) -> str:
        """The data in words: the title of the set, or the name of the file."""
        return Path(self.file).name if self.file else self.data.title

    def table(self, seed: int = 0) -> Table | None:
        """The points of the file, None where the set is meant; raises BadPoints for what is no table of points.

        seed: decides which rows are taken of a file of too many.
        """
        if not self.file:
            return None
        found = read_points(Path(self.file).expanduser(), seed=seed)
        return Table(Cloud.of(found.values, self.source, found.names), found.note)


@dataclass(frozen=True, slots=True)
class Table:
    """The points of a file, and a sentence where they are not all that it holds, else ""."""

    cloud: Cloud
    note: str = ""


class CountedSource(SourceOptions):
    """So many of the points, by chance."""

    count: int = option(1000, title="Points", help="How many points; of a file at most so many are drawn.", ge=1,
                        le=100_000, group="Data")
    seed: int = option(7, title="Seed", help="Decides the points and where the task begins.", ge=0, le=2**31 - 1,
                       widget="seed", group="Data")


@dataclass(frozen=True, slots=True)
class Drawn:
    """Points (N, d) float64 of unit scale, and a sentence where they are not all that was there, else "".

    log_likelihood: of all of them under the density they were drawn from, in nats; None where that is not known.
    units: of the user's own points, else None.
    """

    points: Tensor
    note: str = ""
    log_likelihood: float | None = None
    units: Units | None = None


def drawn(options: CountedSource, files: Mapping[str, bytes]) -> Drawn:
    """The points that the options mean.

    Args:
        files: those that travel with the recipe, which hold the user's own points.

    Raises BadPoints for a file that cannot be used, naming the remedy.
    """
    table = options.table(options.seed)
    if table is not None:
        return _some(table.cloud, options, options.source, table.note)
    data = options.data.bound(files)
    if isinstance(data, OwnPlane):
        return _some(data.cloud, options, data.title, "")
    points = data.sample(options.count, options.seed)
    density = data.log_density(points)
    return Drawn(points, "", None if density is None else float(density.sum()), data.units())


def _some(cloud: Cloud, options: CountedSource, name: str, note: str) -> Drawn:
    """Points of a table, each once at most: two of one place would be one that counts twice."""
    if len(cloud.points) <= options.count:
        return Drawn(cloud.points, note, units=cloud.units)
    some = f"{counted(options.count, 'point')} of {len(cloud.points):,} in “{name}” were drawn at random."
    return Drawn(cloud.sample(options.count, options.seed), " ".join(filter(None, (note, some))), units=cloud.units)
