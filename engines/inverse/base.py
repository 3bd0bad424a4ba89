"""Inverse problems y = A(x0) + noise: the measurement, and methods that condition a prior on it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, ClassVar

import torch
from pydantic import BeforeValidator, SerializeAsAny
from torch import Tensor

from engines.component import Component, chosen, discover
from engines.denoiser import Denoiser
from engines.errors import BadInput
from engines.formula import Formulated, Letter
from engines.operators.base import MEASURED, Degradation, LinearOperator, Operator
from engines.process.paths import Path
from engines.samplers.base import Sampler


@dataclass(frozen=True, slots=True)
class Measurement:
    """What was measured: y = operator(x0) + noise·n with n ~ N(0, I).

    Args:
        operator: A.
        y: (B, *operator.shape_out), or (1, …) when all samples share it.
        noise: sigma_y ≥ 0, in units of the data, where images reach from −1 to 1.

    Raises BadInput when y's shape is not the operator's.
    """

    operator: Operator
    y: Tensor
    noise: float = 0.0

    def __post_init__(self) -> None:
        """Check the shape."""
        # told here, where the shapes are known, rather than as a broadcast deep inside a sampler
        if tuple(self.y.shape[1:]) != self.operator.shape_out:
            raise BadInput(f"The measurement has shape {tuple(self.y.shape[1:])}; "
                           f"give one of shape {self.operator.shape_out}.")

    @property
    def linear(self) -> LinearOperator:
        """The operator of a linear problem; raises BadInput for another one."""
        if not isinstance(self.operator, LinearOperator):
            raise BadInput("What was measured does not depend on the data linearly; choose a method that takes any "
                           "degradation, such as DPS.")
        return self.operator

    def of(self, part: slice) -> Measurement:
        """The measurement of some of the samples; one that all share stays as it is."""
        return self if len(self.y) == 1 else replace(self, y=self.y[part])

    def residual(self, x0: Tensor) -> Tensor:
        """y − A x0: (B, *shape_in) -> (B, *shape_out)."""
        return self.y.to(x0) - self.operator.forward(x0)

    def known(self, x: Tensor) -> Tensor:
        """A⁺ y, what the measurement alone says of a sample, on x's device and in its dtype."""
        return self.operator.pinv(self.y.to(x)).expand_as(x)

    def tikhonov(self, x: Tensor) -> Tensor:
        """What a noisy measurement alone says of a sample, on x's device and in its dtype: (B, *shape_in).

        argmin_z ‖A z − y‖² + sigma_y²·‖z‖² of a linear A, for A⁺ would magnify the noise; A⁺y of all others, and
        without noise.
        """
        if self.noise == 0 or not isinstance(self.operator, LinearOperator):
            return self.known(x)
        return self.operator.prox(torch.zeros_like(x), self.y.to(x), self.noise**2)

    def composite(self, x: Tensor) -> Tensor:
        """x with its measured part replaced by the measurement's; fully known pixels bit for bit.

        Methods that only pull towards y end with this, so that a user's own
        pixels come back exactly. A soft edge of a mask is no matter of the measurement:
        it is blended where the fill is pasted into the picture.
        """
        return self.operator.blend(self.known(x), x)


class InverseMethod(Component):
    """A way to condition a diffusion prior on a measurement.

    A method bends the denoiser or wraps the sampler; both are then used as usual,
    so that it works with every prior, guided or not. `differentiates` says whether
    it needs gradients through the network, which a compiled one cannot give; `noises`
    whether it puts noise of its own on what is known; `linear`, `spectral` and `pixels` whether
    it is for degradations that are so only; `walks` whether its moves are its own, so that
    the sampler that was chosen plays no part.
    """

    letters: ClassVar[tuple[Letter, ...]] = MEASURED
    differentiates: ClassVar[bool] = True
    noises: ClassVar[bool] = False
    linear: ClassVar[bool] = False
    spectral: ClassVar[bool] = False
    pixels: ClassVar[bool] = False
    walks: ClassVar[bool] = False

    @classmethod
    def begun(cls) -> str:
        """What it is called at the beginning of a sentence."""
        word = cls.word()
        return f"{word[:1].upper()}{word[1:]}"

    def unfit(self, degradation: Degradation) -> str:
        """Why the method cannot take what a degradation makes of a picture, and what it takes; "" when it can."""
        method, damage = self.begun(), degradation.called()
        if self.pixels and not degradation.pixels:
            return f"{method} pastes known pixels, and {damage} leaves none as it was; choose a mask."
        if self.linear and not degradation.linear:
            return f"{method} needs a linear degradation, which {damage} is not; choose DPS."
        if self.spectral and not degradation.spectral:
            return (f"{method} needs the singular values of the degradation, which are not known for {damage}; choose "
                    "DDNM or DPS.")
        return ""

    def check(self, sampler: Sampler) -> None:
        """Raise BadOption for a sampler that the method cannot work with, naming what can; most take any."""
        del sampler

    def formulas(self, chosen: Sequence[type[Formulated] | Formulated],
                 ) -> tuple[type[Formulated] | Formulated, ...]:
        """Whose formulas tell of a run by this method; chosen: of the sampler, and of guidance after it."""
        return (self, *chosen[1:]) if self.walks else (*chosen, self)

    @abstractmethod
    def posterior(self, path: Path, denoiser: Denoiser, sampler: Sampler, measurement: Measurement,
                  ) -> tuple[Denoiser, Sampler]:
        """The denoiser and sampler that draw from an approximation of p(x0 | y).

        Args:
            path: the process of the prior.
            denoiser: the prior.
            sampler: the sampler the user chose.
            measurement: what is known.

        Raises:
            BadOption: when the method cannot work with this sampler or operator.
        """

    def evaluations(self, path: Path, sampler: Sampler, times: Tensor) -> int:
        """How often sampling over these times calls the denoiser for each sample; the sampler's own figure here."""
        del path
        return sampler.evaluations(times)

    def course(self, steps: int) -> str:
        """How many moves so many steps take, in words, where they are more: "130 with resampling", else ""."""
        del steps
        return ""

    def calmer(self) -> str:
        """What to choose where a run by this method diverges, as the end of a sentence."""
        return "more steps, less guidance or another method, such as DPS with its automatic step"

    def remark(self, steps: int) -> str:
        """What a user should know who runs this method over so many steps: one sentence, or ""."""
        del steps
        return ""

    def within(self, calls: int) -> InverseMethod:
        """The method as it is best tried with so many network calls in all; itself where these change nothing."""
        del calls
        return self


def methods() -> dict[str, type[InverseMethod]]:
    """Every inverse method known, by name."""
    return discover("engines.inverse", InverseMethod)


InverseChoice = Annotated[SerializeAsAny[InverseMethod],
                          BeforeValidator(partial(chosen, base=InverseMethod, kinds=methods))]
