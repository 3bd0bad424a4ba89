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
    return x.detach().cpu().reshape(x.shape[0], -1).double().square().sum(dim=1).sqrt()
