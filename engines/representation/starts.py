"""Where expectation–maximisation starts: a mixture of K components for given points."""

from __future__ import annotations

from abc import abstractmethod
from functools import partial
from typing import Annotated, ClassVar

import torch
from pydantic import BeforeValidator, SerializeAsAny
from torch import Tensor

from engines.analytic import Mixture, rounds
from engines.component import Component, chosen, discover, option
from engines.representation.gaussian import checked, scale2


class Start(Component):
    """A first guess of a mixture; a subclass says where its means are."""

    @abstractmethod
    def means(self, points: Tensor, components: int, generator: torch.Generator) -> Tensor:
        """(K, d) means for points (N, d) float64 with N ≥ K; all chance from the generator."""

    def __call__(self, points: Tensor, components: int, seed: int = 0) -> Mixture:
        """Equal weights, and round covariances as wide as the points lie from their nearest mean.

        Raises BadInput when there are fewer points than components.
        """
        data = checked(points, components)
        means = self.means(data, components, torch.Generator().manual_seed(seed))
        d = data.shape[1]
        # the likeliest variance that all clusters share, once each point belongs to its nearest mean
        variance = float(torch.cdist(data, means).amin(1).square().mean()) / d or scale2(data)
        return rounds(torch.ones(components), means, variance)


class KMeansPlusPlus(Start):
    """Means at points, each drawn with probability ∝ its squared distance to the nearest mean so far."""

    name: ClassVar[str] = "k-means++"
    title: ClassVar[str] = "k-means++"
    summary: ClassVar[str] = "Means at points that lie far from each other; seldom misses a cluster."
    source: ClassVar[str] = "Arthur & Vassilvitskii 2007, “k-means++: the advantages of careful seeding”"

    def means(self, points: Tensor, components: int, generator: torch.Generator) -> Tensor:
        """The first mean is any point; points that are all taken are taken again."""
        means = points[_row(points.new_ones(len(points)), generator)][None]
        distance = (points - means).square().sum(1)
        for _ in range(1, components):
            # where every point has a mean already, the distances are all 0 and any point will do
            odds = distance if float(distance.sum()) > 0 else torch.ones_like(distance)
            mean = points[_row(odds, generator)]
            means = torch.cat([means, mean[None]])
            distance = distance.minimum((points - mean).square().sum(1))
        return means


class RandomPoints(Start):
    """Means at K different points, all equally likely."""

    name: ClassVar[str] = "random-points"
    title: ClassVar[str] = "Random points"
    summary: ClassVar[str] = "Means at points drawn by chance; often two in one cluster and none in another."
    source: ClassVar[str] = "Forgy 1965, “Cluster analysis of multivariate data”"

    def means(self, points: Tensor, components: int, generator: torch.Generator) -> Tensor:
        """K rows without repetition."""
        return points[torch.randperm(len(points), generator=generator)[:components]]


class OnePlace(Start):
    """All means at one point, or nearly: the start to be shown what a start is for.

    Components that are equal get equal shares of every point and stay equal for ever:
    all become the one Gaussian of maximum likelihood, a saddle of the likelihood.
    """

    name: ClassVar[str] = "one-place"
    title: ClassVar[str] = "All at one place"
    summary: ClassVar[str] = "A bad start on purpose: equal components never part."
    source: ClassVar[str] = "Bishop 2006, section 9.2: where all components are one, the likelihood is stationary"

    spread: float = option(0.0, title="Spread", ge=0, le=1, zero="none",
                           help="Distance of the means from the place, as a share of the data’s standard deviation.")

    def means(self, points: Tensor, components: int, generator: torch.Generator) -> Tensor:
        """A point drawn by chance, K times, each with an offset of its own."""
        place = points[_row(points.new_ones(len(points)), generator)]
        offsets = torch.randn(components, points.shape[1], generator=generator, dtype=torch.float64)
        return place + self.spread * scale2(points) ** 0.5 * offsets


def starts() -> dict[str, type[Start]]:
    """Every start known, by name; one that is given is a `Mixture` itself."""
    return discover("engines.representation", Start)


StartChoice = Annotated[SerializeAsAny[Start], BeforeValidator(partial(chosen, base=Start, kinds=starts))]


def _row(odds: Tensor, generator: torch.Generator) -> int:
    """The index of a row that chance takes, with odds (N,) ≥ 0 that are not all 0."""
    # by the running sum, as torch.multinomial takes 2²⁴ categories at most and only sums that are finite
    total = (odds / odds.max()).cumsum(0)
    ball = torch.rand(1, generator=generator, dtype=torch.float64) * total[-1]
    return min(int(torch.searchsorted(total, ball, right=True)), len(odds) - 1)
