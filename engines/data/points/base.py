"""The contract of a point data set: samples, and whatever is known of it exactly."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from functools import partial
from typing import Annotated, ClassVar

import torch
from pydantic import BeforeValidator, SerializeAsAny
from torch import Tensor

from engines import chance
from engines.analytic import Mixture
from engines.component import Component, chosen, discover
from engines.denoiser import NO_CLASS
from engines.errors import BadOption
from engines.units import Units

MAX_COUNT = 10_000_000
MODES = 24  # components of a mixture that are told apart as classes


class PointSet(Component):
    """Points in the plane (d = 2) or on a line (d = 1), by chance from a density.

    All sets are moved to mean 0 and scaled, alike in every direction, to a mean variance of 1 a
    coordinate, exactly and not from the samples: schedules and networks expect data of unit variance.
    """

    dimension: ClassVar[int] = 2
    own: ClassVar[bool] = False  # whether it is made of the user's own points, or of a density of theirs

    @classmethod
    def listed(cls) -> str:
        """Its title, which for a set on a line says so."""
        return super().listed() if cls.dimension > 1 else f"{super().listed()} · on a line"

    def bound(self, files: Mapping[str, bytes]) -> PointSet:
        """The set with what it needs of the files that go with a recipe; raises BadPoints. Most need nothing."""
        del files
        return self

    def attached(self) -> str:
        """The name of the file that it is `bound` to, "" for none."""
        return ""

    def sample(self, count: int, seed: int = 0, use: str = "") -> Tensor:
        """(count, d) float64 independent points; the same seed and use give the same points, and no others do.

        use: what they are for, so that points to compare with are not those that are compared.
        Raises BadOption for a count below 1 or above ten million.
        """
        return self.labelled(count, seed, use)[0]

    def labelled(self, count: int, seed: int = 0, use: str = "") -> tuple[Tensor, Tensor]:
        """The points of `sample`, and the class (count,) of each, −1 where there are none."""
        if not 1 <= count <= MAX_COUNT:
            raise BadOption(f"{count:,} points cannot be drawn; choose 1 to {MAX_COUNT:,}.")
        return self.marked(count, chance.generator(seed, use))

    def marked(self, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """`labelled` with all chance from the generator; a set with classes tells them here."""
        return self.drawn(count, generator), torch.full((count,), NO_CLASS)

    def rows(self) -> Tensor | None:
        """All points (N, d) of a set that has so many and no more; None where there is no end of them."""
        return None

    def classes(self) -> tuple[str, ...]:
        """Names of what a point may be asked for: the components of a mixture of a few, by number from 1."""
        known = self.mixture()
        count = 0 if known is None else len(known.weights)
        return tuple(str(k + 1) for k in range(count)) if 1 < count <= MODES else ()

    @abstractmethod
    def drawn(self, count: int, generator: torch.Generator) -> Tensor:
        """`sample` with all chance from the generator."""

    def independent(self, count: int, generator: torch.Generator) -> Tensor:
        """`drawn` of which no point knows of the others: of so many rows any may come again, as a sampler's would."""
        rows = self.rows()
        if rows is None:
            return self.drawn(count, generator)
        return rows[torch.randint(len(rows), (count,), generator=generator)]

    def units(self) -> Units | None:
        """How the points lie to the user's own numbers; None where there are no others."""
        return None

    def mixture(self) -> Mixture | None:
        """The data as the Gaussian mixture that they are; None where they are none."""
        return None

    def oracle(self) -> Mixture | None:
        """A mixture whose density is that of the data: `mixture`, or for a noisy curve one of many small components.

        With it the exact denoiser, score and likelihood at every noise level are known; None where no mixture is.
        """
        return self.mixture()

    def log_density(self, x: Tensor) -> Tensor | None:
        """log p(x) of points (B, d) -> (B,) float64, −inf where there is no data; None where it is not known."""
        known = self.oracle()
        return None if known is None else known.log_density(x)


class MixtureSet(PointSet):
    """A data set that is a Gaussian mixture; a subclass gives it at any place and scale."""

    @abstractmethod
    def raw(self) -> Mixture:
        """The mixture before it is moved and scaled."""

    def mixture(self) -> Mixture:
        """The mixture with mean 0 and a mean variance of 1."""
        return standardised(self.raw())

    def drawn(self, count: int, generator: torch.Generator) -> Tensor:
        """Exact samples."""
        return self.marked(count, generator)[0]

    def marked(self, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        """Exact samples and their components, where these are classes."""
        x, k = self.mixture().marked(count, generator)
        return x, k if self.classes() else torch.full_like(k, NO_CLASS)


def standardised(mixture: Mixture) -> Mixture:
    """The mixture moved to mean 0 and scaled to a mean variance of 1 a coordinate."""
    scale2 = float(mixture.covariance().trace()) / mixture.dimension
    return Mixture(mixture.weights, (mixture.means - mixture.mean()) / scale2**0.5, mixture.covariances / scale2)


def normals(count: int, dimension: int, generator: torch.Generator) -> Tensor:
    """(count, dimension) float64 standard normal numbers."""
    return torch.randn(count, dimension, generator=generator, dtype=torch.float64)


def uniforms(count: int, generator: torch.Generator) -> Tensor:
    """(count,) float64 uniform numbers in [0, 1)."""
    return torch.rand(count, generator=generator, dtype=torch.float64)


def outside(inside: Tensor, level: float) -> Tensor:
    """The log-density that is `level` where `inside` (B,) holds, and −inf elsewhere: (B,) float64."""
    return torch.full(inside.shape, level, dtype=torch.float64).masked_fill(~inside, -torch.inf)


def point_sets() -> dict[str, type[PointSet]]:
    """Every point data set known, by name, in the order of their titles, under which they are looked for."""
    return dict(sorted(discover("engines.data.points", PointSet).items(), key=lambda found: found[1].title))


PointSetChoice = Annotated[SerializeAsAny[PointSet],
                           BeforeValidator(partial(chosen, base=PointSet, kinds=point_sets))]
