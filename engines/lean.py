"""A network made ready to sample: in the device's precision, and in two halves when memory runs out."""

from __future__ import annotations

import torch
from torch import Tensor

from engines.denoiser import NetworkDenoiser
from engines.device import Device
from engines.errors import OutOfMemory
from engines.tasks.base import Context, Network
from engines.training.memory import largest_fit, ran_out, release


class Lean:
    """A network that halves its batch, once and for good, when the device runs out of memory.

    Args:
        network: (x, t, cond) -> prediction of x's shape.
        device: its precision is used for the forward pass; the result is float32.
    """

    def __init__(self, network: Network, device: Device) -> None:
        self.network = network
        self.device = device
        self.halved = False

    def __call__(self, x: Tensor, t: Tensor, cond: Tensor | None) -> Tensor:
        """The prediction (B, …) at x (B, …), t (B,), cond (B,); raises OutOfMemory with the batch that would fit."""
        if not self.halved:
            try:
                return self._forward(x, t, cond)
            except Exception as error:
                if not ran_out(error):
                    raise
                release()
                self.halved = True
        return self._in_halves(x, t, cond)

    def _forward(self, x: Tensor, t: Tensor, cond: Tensor | None) -> Tensor:
        if self.device.autocast is None:
            return self.network(x, t, cond)
        with torch.autocast(self.device.torch.type, self.device.autocast):
            return self.network(x, t, cond).float()

    def _in_halves(self, x: Tensor, t: Tensor, cond: Tensor | None) -> Tensor:
        middle = (len(x) + 1) // 2
        try:
            parts = [self._forward(x[part], t[part], None if cond is None else cond[part])
                     for part in (slice(0, middle), slice(middle, None)) if len(x[part])]
        except Exception as error:
            if not ran_out(error):
                raise
            release()
            raise OutOfMemory(self._advice(x, t, cond)) from error
        return torch.cat(parts)

    def _advice(self, x: Tensor, t: Tensor, cond: Tensor | None) -> str:
        """The sentence with the largest batch that has room."""
        fits = largest_fit(lambda n: self._forward(x[:n], t[:n], None if cond is None else cond[:n]), len(x) // 2 + 1)
        remedy = f"take at most {fits} at once" if fits else "use a smaller model or another device"
        return f"{self.device.title} has too little memory for {len(x)} images at once, even in halves; {remedy}."


def ready(denoiser: NetworkDenoiser, context: Context, *, gradients: bool = False) -> NetworkDenoiser:
    """The model's denoiser as a task samples it.

    Args:
        denoiser: of a loaded model.
        context: its `prepare` may give a faster network.
        gradients: the task differentiates through the network, so it stays the plain one.
    """
    network = denoiser.network if gradients else context.prepare(denoiser.network)
    return NetworkDenoiser(Lean(network, context.device), denoiser.path, denoiser.prediction)
