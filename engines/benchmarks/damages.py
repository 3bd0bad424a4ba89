"""What happens to the pictures that are restored beside deepinv, and how deepinv is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from engines.operators.base import Degradation, LinearOperator
from engines.operators.blur import Blurring
from engines.operators.box import Box
from engines.operators.downsampling import Downsampled, Reduction, weights
from engines.operators.fourier import FourierSampling, Frequencies
from engines.operators.gaussian_blur import GaussianBlur
from engines.operators.kernel_blur import KernelBlur
from engines.operators.mask import Mask
from engines.operators.random_pixels import RandomPixels

SEED = 1  # of which pixels are lost
FILES = {"kernel": torch.tensor([[0.0, 1, 2], [0, 3, 1], [4, 0, 0], [1, 0, 0], [0, 0, 1]])}  # no mirror image of itself


@dataclass(frozen=True, slots=True)
class Exported:
    """A problem for the peer: what it is, as JSON, and its arrays, float32 with black at 0 and white at 1."""

    about: Mapping[str, object]
    arrays: Mapping[str, Tensor]


@dataclass(frozen=True, slots=True)
class Damage:
    """A degradation by its title in a list of them."""

    title: str
    degradation: Degradation

    def operator(self, shape: tuple[int, ...]) -> LinearOperator:
        """On pictures (C, H, W)."""
        found = self.degradation.operator(shape, torch.Generator().manual_seed(SEED), FILES)
        assert isinstance(found, LinearOperator)  # all of these are
        return found

    def exported(self, operator: LinearOperator, x: Tensor, y: Tensor, noise: float = 0.0) -> Exported:
        """With pictures x (B, C, H, W) and measurements y (B, …), which have noise of that standard deviation."""
        kind, arrays, factor = self._counterpart(operator)
        about = {"kind": kind, "shape": list(operator.shape_in), "noise": noise, "factor": factor}
        arrays = {"x": x, "y": y, **arrays}
        return Exported(about, {name: array.to(torch.float32) for name, array in arrays.items()})

    def _counterpart(self, operator: LinearOperator) -> tuple[str, dict[str, Tensor], int]:
        """Which of deepinv's operators it is, the arrays that make it, and how many pixels of a side become one."""
        match self.degradation, operator:
            case Downsampled() as made, _:
                return "downsampling", {"kernel": _scaled(weights(made.kernel, made.factor))}, made.factor
            case Blurring() as made, _:
                return "blur", {"kernel": _scaled(made.kernel(operator.shape_in, FILES))}, 1
            case _, Mask() as made:
                return "mask", {"mask": made.known}, 1
            case _, Frequencies() as made:
                return "frequencies", {"mask": _measured(made)}, 1
            case _:
                raise ValueError(f"The other program has nothing like {self.title}; compare another degradation.")


DAMAGES = (Damage("half of the pixels", RandomPixels(share=50)), Damage("a box", Box(side=40)),
           Damage("a Gaussian blur", GaussianBlur(width=1.5)), Damage("a fourth of each side", Downsampled(factor=4)))
# which deepinv has too, but for which nothing is restored
OTHERS = (Damage("a drawn blur", KernelBlur()), Damage("some of the frequencies", FourierSampling()),
          Damage("half of each side", Downsampled(factor=2, kernel=Reduction.BOX)))


def _scaled(kernel: Tensor) -> Tensor:
    """A kernel (h, w) of the sum 1."""
    return kernel.double() / kernel.double().sum()


def _measured(operator: Frequencies) -> Tensor:
    """Which coefficients of a Fourier transform are measured, with their negatives: (H, W) of 0 and 1."""
    height, width = operator.shape_in[-2:]
    measured = torch.zeros(height * width, dtype=torch.float64)
    measured[torch.cat([operator.own, operator.pairs])] = 1
    places = measured.reshape(height, width)
    return torch.maximum(places, places.flip(0, 1).roll((1, 1), (0, 1)))
