"""Blur by a kernel that the user draws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from torch import Tensor

from engines.errors import BadInput
from engines.operators.blur import Blurring

BALANCED = 1e-6  # share of the sum of absolute weights below which a sum counts as 0


class KernelBlur(Blurring):
    """The kernel is the one that is attached, scaled to the sum 1."""

    name: ClassVar[str] = "kernel-blur"
    title: ClassVar[str] = "Drawn blur"
    short: ClassVar[str] = "drawn blur"
    summary: ClassVar[str] = "Spreads every point as a drawn kernel shows; opposite edges meet."
    files: ClassVar[tuple[str, ...]] = ("kernel",)

    def kernel(self, shape: tuple[int, ...], files: Mapping[str, Tensor]) -> Tensor:
        """As it was drawn.

        Raises:
            BadInput: when there is none, or it has no two axes, no finite numbers or the sum 0, or is larger than the
                picture.
        """
        if "kernel" not in files:
            raise BadInput("The blur has no kernel; draw one, or choose a file of one.")
        kernel, (height, width) = files["kernel"], shape[-2:]
        if kernel.ndim != 2 or not kernel.numel():
            raise BadInput(f"The kernel has the shape {tuple(kernel.shape)}; give one of rows and columns.")
        if kernel.shape[0] > height or kernel.shape[1] > width:
            raise BadInput(f"The kernel of {kernel.shape[1]}×{kernel.shape[0]} px is larger than the picture of "
                           f"{width}×{height} px; draw a smaller one.")
        _check_weights(kernel)
        return kernel


def _check_weights(kernel: Tensor) -> None:
    """Raise BadInput for weights (h, w) that cannot be scaled to the sum 1."""
    broken = int((~kernel.isfinite()).sum())
    if broken:
        raise BadInput(f"The kernel has {broken} weights that are not finite; give it finite ones.")
    if float(kernel.double().sum().abs()) <= BALANCED * float(kernel.double().abs().sum()):
        raise BadInput("The kernel sums to 0, so that it cannot be scaled to keep the brightness; draw one that is "
                       "brighter than it is dark.")
