"""What the covariances of a fitted mixture may be: any, with axes along the coordinates, round, or one for all."""

from __future__ import annotations

from abc import abstractmethod
from functools import partial
from typing import Annotated, ClassVar

import torch
from pydantic import BeforeValidator, SerializeAsAny
from torch import Tensor

from engines.analytic import Mixture
from engines.component import Component, chosen, discover
from engines.formula import Letter

SOURCE = "Celeux & Govaert 1995, “Gaussian parsimonious clustering models”; names as in scikit-learn"

MOMENTS = (
    Letter("n", "a point"), Letter("c", "a component of the mixture"), Letter("x_n", "where point n is"),
    Letter("r_{nc}", "the share of point n that component c has; the E step"),
    Letter("R_c", "how many points component c has"), Letter("m_c", "the mean of component c"),
    Letter("C_c", "the covariance of component c"))


class Covariances(Component):
    """A family of covariances. Its likeliest member for given shares is a mean of the full ones of the M step."""

    letters: ClassVar[tuple[Letter, ...]] = (*MOMENTS, Letter("d", "how many coordinates a sample has"))
    source: ClassVar[str] = SOURCE

    def of(self, mixture: Mixture) -> Mixture:
        """The M step within the family, from the one without bounds; a mixture of the family stays as it is."""
        return Mixture(mixture.weights, mixture.means, self.likeliest(mixture.weights, mixture.covariances))

    @abstractmethod
    def likeliest(self, weights: Tensor, full: Tensor) -> Tensor:
        """Covariances (K, d, d) of the family, from the weights (K,) and the full ones (K, d, d) of an M step."""

    @abstractmethod
    def free(self, components: int, dimension: int) -> int:
        """How many numbers tell the covariances of so many components."""


class Full(Covariances):
    """Each component its own."""

    name: ClassVar[str] = "full"
    title: ClassVar[str] = "Full"
    summary: ClassVar[str] = "An ellipse of any direction for each component."
    formula: ClassVar[tuple[str, ...]] = (
        r"C_c \leftarrow \sum_n r_{nc}\,(x_n - m_c)(x_n - m_c)^\top / R_c",)

    def likeliest(self, weights: Tensor, full: Tensor) -> Tensor:
        """Those of the M step."""
        del weights
        return full

    def free(self, components: int, dimension: int) -> int:
        """K·d(d+1)/2."""
        return components * dimension * (dimension + 1) // 2


class Diagonal(Covariances):
    """Each component its own, with axes along the coordinates."""

    name: ClassVar[str] = "diagonal"
    title: ClassVar[str] = "Diagonal"
    summary: ClassVar[str] = "An ellipse for each component, its axes along the coordinates."
    formula: ClassVar[tuple[str, ...]] = (
        r"C_c \leftarrow \mathrm{diag}\,\sum_n r_{nc}\,(x_n - m_c)(x_n - m_c)^\top / R_c",)
    letters: ClassVar[tuple[Letter, ...]] = (Letter(r"\mathrm{diag}", "what is on the diagonal, and 0 beside it"),)

    def likeliest(self, weights: Tensor, full: Tensor) -> Tensor:
        """Their diagonals."""
        del weights
        return torch.diag_embed(full.diagonal(dim1=1, dim2=2))

    def free(self, components: int, dimension: int) -> int:
        """K·d."""
        return components * dimension


class Spherical(Covariances):
    """Each component one variance, alike in every direction."""

    name: ClassVar[str] = "spherical"
    title: ClassVar[str] = "Spherical"
    summary: ClassVar[str] = "A circle for each component, of its own size."
    formula: ClassVar[tuple[str, ...]] = (
        r"C_c \leftarrow \sum_n r_{nc}\left\|x_n - m_c\right\|^2 I / (d\,R_c)",)
    letters: ClassVar[tuple[Letter, ...]] = (Letter("I", "the covariance that is 1 in every direction"),)

    def likeliest(self, weights: Tensor, full: Tensor) -> Tensor:
        """The mean of their variances, in every direction."""
        del weights
        variances = full.diagonal(dim1=1, dim2=2).mean(1)
        return variances[:, None, None] * torch.eye(full.shape[1], dtype=full.dtype)

    def free(self, components: int, dimension: int) -> int:
        """K."""
        del dimension
        return components


class Tied(Covariances):
    """One covariance that all components share."""

    name: ClassVar[str] = "tied"
    title: ClassVar[str] = "Tied"
    summary: ClassVar[str] = "The same ellipse for all components."
    formula: ClassVar[tuple[str, ...]] = (
        r"C_c \leftarrow \sum_{nc} r_{nc}\,(x_n - m_c)(x_n - m_c)^\top / \sum_c R_c",)

    def likeliest(self, weights: Tensor, full: Tensor) -> Tensor:
        """Their mean by weight, for all."""
        shared = (weights[:, None, None] * full).sum(0) / weights.sum()
        return shared.expand(full.shape).clone()

    def free(self, components: int, dimension: int) -> int:
        """d(d+1)/2."""
        del components
        return dimension * (dimension + 1) // 2


def covariances() -> dict[str, type[Covariances]]:
    """Every family known, by name."""
    return discover("engines.representation", Covariances)


CovariancesChoice = Annotated[SerializeAsAny[Covariances],
                              BeforeValidator(partial(chosen, base=Covariances, kinds=covariances))]
