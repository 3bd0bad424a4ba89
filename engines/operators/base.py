"""What damages a sample: degradations a user chooses, and the operators that they become on samples of a shape."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from typing import Annotated, ClassVar

import torch
from pydantic import BeforeValidator, SerializeAsAny
from torch import Tensor

from engines.component import Component, chosen, discover
from engines.formula import Letter
from engines.operators.solve import least_squares, ridge_solve

MEASURED = (  # letters of every formula about a measurement
    Letter("y", "what was measured"),
    Letter("A", "what the measurement does to the data"),
)
SIGMA_Y = Letter(r"\sigma_y", "the standard deviation of the measurement’s noise")
NEGLIGIBLE = 1e-12  # share of the largest eigenvalue of A Aᵀ below which one counts as 0


class Operator(ABC):
    """A map A from samples (B, *shape_in) to measurements (B, *shape_out), differentiable by autograd.

    Tensors of any device and dtype: what an operator holds is brought to those of its argument. `consistent`: A⁺ y is
    measured as y again wherever y = A(x) for some x, which what is searched for or regularised is not quite.
    """

    linear: ClassVar[bool] = False
    consistent: ClassVar[bool] = True

    @property
    @abstractmethod
    def shape_in(self) -> tuple[int, ...]:
        """Shape of one sample."""

    @property
    @abstractmethod
    def shape_out(self) -> tuple[int, ...]:
        """Shape of one measurement."""

    @abstractmethod
    def forward(self, x: Tensor) -> Tensor:
        """A(x): (B, *shape_in) -> (B, *shape_out)."""

    @abstractmethod
    def pinv(self, y: Tensor) -> Tensor:
        """A sample that would be measured so: (B, *shape_out) -> (B, *shape_in); of a linear map that of least norm."""

    def blend(self, known: Tensor, x: Tensor) -> Tensor:
        """x with what A sees of it replaced by that of `known`; both (B, *shape_in).

        A⁺A known + (x − A⁺A x); an operator that can be exact to the bit overrides it.
        """
        return x + self.pinv(self.forward(known)) - self.pinv(self.forward(x))


@dataclass(frozen=True, slots=True)
class Spectrum:
    """An orthonormal basis of measurements in which A Aᵀ is diagonal.

    values: eigenvalues of A Aᵀ, the squares of A's singular values, float64, that broadcast to coefficients;
    analyse: measurements (B, *shape_out) -> coefficients, perhaps complex; synthesise: back again.
    """

    values: Tensor
    analyse: Callable[[Tensor], Tensor]
    synthesise: Callable[[Tensor], Tensor]

    def scaled(self, y: Tensor, factor: Tensor) -> Tensor:
        """The measurement with each of its coefficients times a real factor that broadcasts like `values`."""
        coefficients = self.analyse(y)
        real = coefficients.real.dtype if coefficients.is_complex() else coefficients.dtype
        return self.synthesise(coefficients * factor.to(coefficients.device, real))

    @property
    def seen(self) -> Tensor:
        """Which coefficients a measurement has at all: 1 or 0, like `values`."""
        return (self.values > NEGLIGIBLE * self.values.max()).double()


class LinearOperator(Operator):
    """A linear map, with ⟨A x, y⟩ = ⟨x, adjoint(y)⟩; a test walks all of them."""

    linear: ClassVar[bool] = True

    @abstractmethod
    def adjoint(self, y: Tensor) -> Tensor:
        """Aᵀ y: (B, *shape_out) -> (B, *shape_in)."""

    def spectrum(self) -> Spectrum | None:
        """Where A Aᵀ is diagonal, None where that is not known in a closed form."""
        return None

    def solve(self, y: Tensor, ridge: float) -> Tensor:
        """(A Aᵀ + ridge·I)⁻¹ y: (B, *shape_out) -> (B, *shape_out); ridge > 0.

        Exact where the spectrum is known, else by conjugate gradients to a relative residual of 1e-6.
        """
        spectrum = self.spectrum()
        if spectrum is None:
            return ridge_solve(lambda v: self.forward(self.adjoint(v)), y, ridge)
        return spectrum.scaled(y, 1 / (spectrum.values + ridge))

    def pinv(self, y: Tensor) -> Tensor:
        """A⁺ y, of least norm among those that are nearest to y."""
        spectrum = self.spectrum()
        if spectrum is None:
            return least_squares(self.forward, self.adjoint, y)
        inverse = torch.where(spectrum.seen > 0, 1 / spectrum.values.clamp(min=torch.finfo(torch.float64).tiny), 0.0)
        return self.adjoint(spectrum.scaled(y, inverse))

    def blend(self, known: Tensor, x: Tensor) -> Tensor:
        """x + A⁺A(known − x): what A sees is that of `known`, and the null space that of x."""
        return x + self.pinv(self.forward(known - x))

    def prox(self, x: Tensor, y: Tensor, weight: float) -> Tensor:
        """argmin_z ‖A z − y‖² + weight·‖z − x‖², for weight > 0: (B, *shape_in)."""
        # by the matrix inversion lemma the inverse is taken in the smaller space of measurements
        return x + self.adjoint(self.solve(y - self.forward(x), weight))

    def dense(self) -> Tensor:
        """A as a float64 matrix (numbers out, numbers in), column by column: for small problems."""
        size = int(torch.Size(self.shape_in).numel())
        basis = torch.eye(size, dtype=torch.float64).reshape(size, *self.shape_in)
        return self.forward(basis).reshape(size, -1).T


class Family(IntEnum):
    """What a degradation does to a picture, in the order in which lists tell of them."""

    LOST = 0
    BLURRED = 1
    FEWER = 2
    CHANGED = 3
    MEASURED = 4
    TOGETHER = 5


class Degradation(Component):
    """What a user chooses: options that become an operator on samples of a shape. One file each in this package.

    `family`: those like it stand beside it in a list;
    `linear`: its operators are `LinearOperator`s; `spectral`: of which `spectrum` is known; `pixels`: that keep some
    pixels as they are and lose the others; `files`: the attachments it needs ("mask", "kernel"). All chance comes from
    a generator, so that the same seed damages a picture in the same way.
    """

    letters: ClassVar[tuple[Letter, ...]] = MEASURED
    family: ClassVar[int] = Family.TOGETHER
    linear: ClassVar[bool] = True
    spectral: ClassVar[bool] = True
    pixels: ClassVar[bool] = False
    files: ClassVar[tuple[str, ...]] = ()

    def called(self) -> str:
        """What it is called within a line, by what was chosen."""
        return self.word()

    @abstractmethod
    def operator(self, shape: tuple[int, ...], draws: torch.Generator, files: Mapping[str, Tensor]) -> Operator:
        """The operator on samples (C, H, W).

        Args:
            shape: of one sample.
            draws: decides which pixels, lines or directions are measured.
            files: attachments by the names in `files`: a mask (H, W) in [0, 1], a kernel (h, w).

        Raises:
            BadInput: when the options do not fit the shape, naming the value and what would fit.
        """


    @classmethod
    def example(cls, shape: tuple[int, ...], seed: int = 0) -> Operator:
        """One by its defaults on samples of that shape (C, H, W), half of them masked: for tests and previews."""
        draws = torch.Generator().manual_seed(seed)
        paint, kernel = torch.rand(shape[-2:], generator=draws) < 0.5, torch.rand(3, 3, generator=draws)
        files = {"mask": paint.double(), "kernel": kernel.double()}
        return cls().operator(shape, draws, {name: files[name] for name in cls.files})


class MeasurementNoise(Component):
    """What noise a measurement has beside what A does to it. One file each in this package.

    `gaussian`: it is what methods take it for.
    """

    gaussian: ClassVar[bool] = False

    letters: ClassVar[tuple[Letter, ...]] = (
        *MEASURED, SIGMA_Y, Letter(r"\xi", "the measurement’s noise, with variance 1"))

    @abstractmethod
    def added(self, y: Tensor, draws: torch.Generator) -> Tensor:
        """The measurement (B, …) of samples in [−1, 1] with noise; all chance comes from the generator."""

    @abstractmethod
    def sigma(self, y: Tensor) -> float:
        """The standard deviation that methods for Gaussian noise take for it: the root mean square over y (B, …)."""

    def remark(self, sigma: float) -> str:
        """What methods make of it where it is not Gaussian, as a sentence; sigma: as they take it."""
        taken = f"Gaussian noise of the same size, σ_y = {sigma:.3g}"
        return "" if self.gaussian else f"{self.title} is taken for {taken}, as the methods know no other."


def noises() -> dict[str, type[MeasurementNoise]]:
    """Every noise of a measurement known, by name."""
    return discover("engines.operators", MeasurementNoise)


def degradations() -> dict[str, type[Degradation]]:
    """Every degradation known, by name: in order of families and, in each, of titles."""
    found = discover("engines.operators", Degradation)
    return dict(sorted(found.items(), key=lambda one: (one[1].family, one[1].title)))


NoiseChoice = Annotated[SerializeAsAny[MeasurementNoise],
                        BeforeValidator(partial(chosen, base=MeasurementNoise, kinds=noises))]
DegradationChoice = Annotated[SerializeAsAny[Degradation],
                              BeforeValidator(partial(chosen, base=Degradation, kinds=degradations))]
