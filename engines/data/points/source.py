"""Where points come from: a data set with its options, or a file of the user's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from engines.component import Options, option
from engines.counted import counted
from engines.data.points.base import PointSetChoice
from engines.data.points.cloud import Cloud
from engines.data.points.mixtures import UnequalBlobs
from engines.modalities.points import read_points


class SourceOptions(Options):
    """What points a task works on."""

    data: PointSetChoice = option(UnequalBlobs(), title="Data", help="Where the points come from.", group="Data")
    file: str = option("", title="File", group="Data",
                       help="A CSV or NPY file of one or two numbers a point, used in place of the data set.")
    count: int = option(1000, title="Points", help="How many points; of a file at most so many are drawn.", ge=1,
                        le=100_000, group="Data")
    seed: int = option(7, title="Seed", help="Decides the points and where the task begins.", ge=0, le=2**31 - 1,
                       widget="seed", group="Data")

    @property
    def source(self) -> str:
        """The data in words: the title of the set, or the name of the file."""
        return Path(self.file).name if self.file else self.data.title


@dataclass(frozen=True, slots=True)
class Drawn:
    """Points (N, d) float64 of unit scale, and a sentence where they are not all that was there, else "".

    log_likelihood: of all of them under the density they were drawn from, in nats; None where that is not known.
    """

    points: Tensor
    note: str = ""
    log_likelihood: float | None = None


def drawn(options: SourceOptions) -> Drawn:
    """The points that the options mean; raises BadPoints for a file that cannot be used, naming the remedy."""
    if not options.file:
        points = options.data.sample(options.count, options.seed)
        density = options.data.log_density(points)
        return Drawn(points, "", None if density is None else float(density.sum()))
    file = Path(options.file).expanduser()
    read = read_points(file, seed=options.seed)
    cloud = Cloud.of(read.values, file.name)
    if len(cloud.points) <= options.count:
        return Drawn(cloud.points, read.note)
    some = f"{counted(options.count, 'point')} of {len(cloud.points):,} in “{file.name}” were drawn at random."
    return Drawn(cloud.sample(options.count, options.seed), " ".join(filter(None, (read.note, some))))
