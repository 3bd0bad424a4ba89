"""The one helper that lines per-sample numbers up with tensors of any trailing shape."""

from __future__ import annotations

from torch import Tensor


def expand(value: Tensor, x: Tensor) -> Tensor:
    """Reshape a scalar or (B,) tensor so that it broadcasts over x (B, …).

    The result has x's dtype and device.
    """
    value = value.to(x.dtype).to(x.device)
    return value.reshape(value.shape + (1,) * (x.ndim - value.ndim)) if value.ndim else value


def norms(x: Tensor) -> Tensor:
    """Euclidean norm of every sample: (B, …) -> (B,) float64 on the CPU."""
    # on the device, so that only (B,) numbers leave it, and in x's own precision: not every device has float64
    return x.detach().reshape(x.shape[0], -1).square().sum(dim=1).sqrt().cpu().double()
