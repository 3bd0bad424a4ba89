"""A network made ready to sample: in the device's precision, and in two halves when memory runs out."""

from __future__ import annotations

import torch
from torch import Tensor

from engines.checkpoint import Model
from engines.context import Context, Network
from engines.denoiser import NetworkDenoiser
from engines.device import Device
from engines.halving import Halving


class Lean:
    """A network that halves its batch, once and for good, when the device runs out of memory.

    Args:
        network: (x, t, cond) -> prediction of x's shape.
        device: its precision is used for the forward pass; the result is float32.
        halves: False where gradients are needed: the activations of both halves would be kept,
            so a method that differentiates splits its own work and hears that memory ran out.
        noun: what one of its samples is called where there is no room for it.
    """

    def __init__(self, network: Network, device: Device, *, halves: bool = True, noun: str = "image") -> None:
        self.network = network
        self.device = device
        self._halving = Halving(device.title, noun) if halves else None

    def __call__(self, x: Tensor, t: Tensor, cond: Tensor | None) -> Tensor:
        """The prediction (B, …) at x (B, …), t (B,), cond (B,); raises OutOfMemory with the batch that would fit."""
        if self._halving is None:
            return self._forward(x, t, cond)
        parts = self._halving(lambda k: self._forward(x[k], t[k], None if cond is None else cond[k]), len(x))
        return parts[0] if len(parts) == 1 else torch.cat(parts)

    def _forward(self, x: Tensor, t: Tensor, cond: Tensor | None) -> Tensor:
        if self.device.autocast is None:
            return self.network(x, t, cond)
        with torch.autocast(self.device.torch.type, self.device.autocast):
            # the sampler's own arithmetic stays in float32: its small moves would be lost in 16 bits
            return self.network(x, t, cond).float()


def ready(model: Model, context: Context, *, gradients: bool = False) -> NetworkDenoiser:
    """The model's denoiser as a task samples it.

    Args:
        model: as loaded.
        context: its `prepare` may give a faster network.
        gradients: the task differentiates through the network, so it stays the plain one.
    """
    network = model.network if gradients else context.prepare(model)
    lean = Lean(network, context.device, halves=not gradients, noun=model.spec.modality.single)
    return NetworkDenoiser(lean, model.path, model.spec.prediction)
