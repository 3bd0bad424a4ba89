"""Priors of the posterior laboratory: mixtures of Gaussians with a linear problem, whose exact posterior is known."""
# torch's linalg, tolist and from_numpy carry no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass
from functools import partial
from typing import Annotated, ClassVar

import torch
from pydantic import BeforeValidator, SerializeAsAny
from torch import Tensor

from engines.analytic import Mixture
from engines.chart import Axis, Chart, Role, Series
from engines.chart_parts import Shade, rounded_rows
from engines.component import Component, chosen, discover, option
from engines.counted import counted
from engines.data.points.base import PointSetChoice
from engines.data.points.mixtures import TwoBlobs
from engines.errors import BadOption
from engines.formula import Letter
from engines.inverse.base import InverseMethod, Measurement
from engines.operators.base import MEASURED, LinearOperator, Spectrum
from engines.studies.walks import exact_mixture

PARTS, DOTS = 40, 400  # cells of a side of a density, and points of a cloud
REACH = 3.5  # standard deviations about the mean of the posterior that are drawn at least
FURTHEST, WITHIN, ROOM = 5.0, 0.99, 1.1  # times as many at most; the share of the samples in sight, and beyond them
WIDTHS = (1.0, 2.0)  # standard deviations at which ellipses of a component are drawn
CORNERS = 48
ARM = 0.12  # standard deviations from the middle of a cross to its ends
MOMENTS = "Crosses: means, whose distance is the bias. Ellipses of the same colours: one standard deviation."
LIGHT = 0.02  # weight below which a component has no ellipse


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """What was measured of one sample. truth: the sample (*shape), float64; exact: p(x0 | y)."""

    measurement: Measurement
    truth: Tensor
    exact: Mixture


class LaboratoryPrior(Component):
    """A mixture of Gaussians and what is measured of its samples; one class with a name is found by `priors`."""

    letters: ClassVar[tuple[Letter, ...]] = MEASURED

    @abstractmethod
    def mixture(self) -> Mixture:
        """The prior, in as many dimensions as a sample has numbers; raises BadOption."""

    @abstractmethod
    def called(self) -> str:
        """Of what problem it is the prior, within the title of a run."""

    @abstractmethod
    def shape(self) -> tuple[int, ...]:
        """Of one sample."""

    @abstractmethod
    def operator(self, seed: int) -> LinearOperator:
        """What is measured of a sample; raises BadInput, BadOption."""

    @abstractmethod
    def refusal(self, method: InverseMethod) -> str:
        """Why a method cannot take this problem, as a sentence, "" where it can."""

    @abstractmethod
    def drawn(self, title: str, x: Tensor, problem: Problem, remark: str = "") -> Chart:
        """The chart that shows samples x (N, d) over the exact posterior."""

    def noised(self, operator: LinearOperator, x0: Tensor, noise: Tensor) -> Tensor:
        """The measurement of samples (B, *shape) with noise (B, *shape_out) that has its standard deviation."""
        return operator.forward(x0) + noise

    def problems(self, count: int, noise: float, seed: int) -> list[Problem]:
        """So many samples of the prior, what is measured of each, and the exact posterior of each."""
        data, operator = self.mixture(), self.operator(seed)
        x0 = data.sample(count, seed).reshape(count, *self.shape())
        chance = torch.Generator().manual_seed(seed + 1)
        n = torch.randn(count, *operator.shape_out, generator=chance, dtype=torch.float64)
        y, dense = self.noised(operator, x0, noise * n), operator.dense()
        return [Problem(Measurement(operator, each[None], noise), truth, data.posterior(dense, each.flatten(), noise))
                for each, truth in zip(y, x0, strict=True)]


@dataclass(frozen=True, eq=False)
class Direction(LinearOperator):
    """y = e·x of points (B, d): one number along a unit vector e (d,)."""

    along: Tensor

    @property
    def shape_in(self) -> tuple[int, ...]:
        """(d,)."""
        return tuple(self.along.shape)

    @property
    def shape_out(self) -> tuple[int, ...]:
        """(1,)."""
        return (1,)

    def forward(self, x: Tensor) -> Tensor:
        """(B, d) -> (B, 1)."""
        return (x * self.along.to(x)).sum(-1, keepdim=True)

    def adjoint(self, y: Tensor) -> Tensor:
        """(B, 1) -> (B, d)."""
        return y * self.along.to(y)

    def spectrum(self) -> Spectrum:
        """A single eigenvalue, |e|² = 1."""
        return Spectrum(self.along.double().square().sum().reshape(1), lambda y: y, lambda c: c)


class PlanePrior(LaboratoryPrior):
    """Points of the plane, of which one number is measured along a direction."""

    name: ClassVar[str] = "plane"
    title: ClassVar[str] = "Points of the plane"
    summary: ClassVar[str] = "A mixture or a Gaussian in the plane, of which one direction is measured."
    formula: ClassVar[tuple[str, ...]] = (r"A x_0 = e \cdot x_0",)
    letters: ClassVar[tuple[Letter, ...]] = (Letter("e", "a direction"),)

    data: PointSetChoice = option(TwoBlobs(), title="Data", help="The prior; one whose density is known.")
    angle: float = option(30.0, title="Direction", unit="°", ge=0, le=180,
                          help="y is measured along this direction of the plane, counted from the first coordinate.")

    def mixture(self) -> Mixture:
        """That of the data; raises BadOption for data without one, and on a line."""
        found = exact_mixture(self.data)
        if found.dimension != 2:
            raise BadOption(f"{self.data.title} lies on a line, where nothing is left to find; choose one in the "
                            "plane.")
        return found

    def called(self) -> str:
        """“two blobs”."""
        return self.data.word().lower()

    def shape(self) -> tuple[int, ...]:
        """(2,)."""
        return (2,)

    def operator(self, seed: int) -> Direction:
        """The direction, whatever the seed."""
        del seed
        turn = math.radians(self.angle)
        return Direction(torch.tensor([math.cos(turn), math.sin(turn)], dtype=torch.float64))

    def refusal(self, method: InverseMethod) -> str:
        """Methods that paste pixels have none here."""
        return f"{method.begun()} pastes known pixels, and a direction is none; it is for masks." if method.pixels \
            else ""

    def drawn(self, title: str, x: Tensor, problem: Problem, remark: str = "") -> Chart:
        """Points over the exact density with ellipses of its components, and what bias and covariance come to."""
        exact = problem.exact
        centre, half, outside = around(exact, x)
        (left, right), (low, high) = ((float(c - half), float(c + half)) for c in centre)
        cloud = Series.of("Samples", *x[:DOTS].T.tolist(), role=Role.CLOUD)
        series = (cloud, ellipses(exact), moments(x), exact_moments(exact))
        told = f" {counted(outside, 'sample')} of {len(x):,} {'lies' if outside == 1 else 'lie'} further out."
        return Chart(title, Axis("First coordinate"), Axis("Second coordinate"), series,
                     (remark or MOMENTS) + told * (outside > 2 * (1 - WITHIN) * len(x)),
                     shade=density(exact, (left, right), (low, high)))


def around(exact: Mixture, x: Tensor) -> tuple[Tensor, float, int]:
    """The square that shows a posterior of the plane and samples x (N, 2): its centre, half its side, and how many lie
    outside of it.

    A hundredth of the samples may, and where they are far away all of them, so that the posterior stays to be seen.
    """
    centre, least = exact.mean(), REACH * float(exact.covariance().diagonal().max().sqrt())
    far = (x.double() - centre).abs().amax(1)
    half = min(max(least, ROOM * float(far.quantile(WITHIN))), FURTHEST * least)
    return centre, half, int((far > half).sum())


def density(mixture: Mixture, x: tuple[float, float], y: tuple[float, float]) -> Shade:
    """The density of a mixture of the plane in the middles of the cells of a rectangle."""
    across, up = (torch.linspace(0.5, PARTS - 0.5, PARTS, dtype=torch.float64) / PARTS * (high - low) + low
                  for low, high in (x, y))
    places = torch.stack(torch.meshgrid(across, up, indexing="xy"), -1).reshape(-1, 2)
    values = mixture.log_density(places).exp().reshape(PARTS, PARTS)
    return Shade(rounded_rows(values.tolist()), x, y)


def ellipses(mixture: Mixture) -> Series:
    """Ellipses of each component of a mixture of the plane that counts, at each of `WIDTHS` of its deviations.

    One outline of them all, with no number between two.
    """
    turn = torch.linspace(0, 2 * math.pi, CORNERS + 1, dtype=torch.float64)
    circle, gap = torch.stack([turn.cos(), turn.sin()]), torch.full((2, 1), math.nan, dtype=torch.float64)
    parts = [part for k in (mixture.weights >= LIGHT).nonzero()[:, 0].tolist() for width in WIDTHS
             for part in (mixture.means[k][:, None] + width * _root(mixture.covariances[k]) @ circle, gap)]
    corners = torch.cat(parts[:-1], 1)
    return Series.of("Exact components, 1 and 2 sd", *corners.tolist(), role=Role.OUTLINE)


def moments(x: Tensor) -> Series:
    """Mean and covariance of samples x (N, 2), N ≥ 2: a cross and the ellipse at one standard deviation."""
    points = x.double()
    return _cross_and_ellipse("Their mean and 1 sd", points.mean(0), points.T.cov(), Role.FIT)


def exact_moments(exact: Mixture) -> Series:
    """Those of a mixture of the plane."""
    return _cross_and_ellipse("Exact mean and 1 sd", exact.mean(), exact.covariance(), Role.EXACT)


def _cross_and_ellipse(name: str, mean: Tensor, covariance: Tensor, role: Role) -> Series:
    """An outline in three parts with no number between two: the arms of a cross, and an ellipse."""
    turn = torch.linspace(0, 2 * math.pi, CORNERS + 1, dtype=torch.float64)
    ellipse = mean[:, None] + _root(covariance) @ torch.stack([turn.cos(), turn.sin()])
    arm, gap = ARM * covariance.diagonal().max().sqrt(), torch.full((2, 1), math.nan, dtype=torch.float64)
    ends = torch.stack([-arm, arm])
    across, up = torch.stack([ends, torch.zeros_like(ends)]), torch.stack([torch.zeros_like(ends), ends])
    corners = torch.cat([mean[:, None] + across, gap, mean[:, None] + up, gap, ellipse], 1)
    return Series.of(name, *corners.tolist(), role=role)


def _root(covariance: Tensor) -> Tensor:
    """R with R Rᵀ = C, of a covariance (d, d) that may be singular."""
    values, vectors = torch.linalg.eigh(covariance)
    return vectors * values.clamp(min=0).sqrt()


def priors() -> dict[str, type[LaboratoryPrior]]:
    """Every prior of the laboratory, by name, the plane first."""
    found = discover("engines.studies", LaboratoryPrior)
    return {name: found[name] for name in sorted(found, key=lambda name: (name != PlanePrior.name, name))}


LaboratoryPriorChoice = Annotated[SerializeAsAny[LaboratoryPrior],
                                  BeforeValidator(partial(chosen, base=LaboratoryPrior, kinds=priors))]
