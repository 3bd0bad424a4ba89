"""The slope of what a measurement says of x0_hat, by the state: one gradient through the network."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from engines.denoiser import Contribution, Denoised, Denoiser

Measure = Callable[[Tensor], Tensor]


@dataclass(frozen=True, slots=True)
class Sloped:
    """found: what a prior says of states x (B, …); slope: ∇_x of a measure of its x0_hat, (B, …); along: the measure's
    gradient by x0_hat itself, (B, …). None of them has a graph."""

    found: Denoised
    slope: Tensor
    along: Tensor


def sloped(prior: Denoiser, x: Tensor, t: Tensor, cond: Tensor | None, measure: Measure) -> Sloped:
    """What a prior says of states, and how a measure of its x0_hat falls off there.

    Args:
        prior, x, t, cond: as a `Denoiser` takes them.
        measure: x0_hat (B, …) with its graph -> a number for each sample (B,), of that sample alone; what is to be
            held constant in it is detached there.
    """
    with torch.enable_grad():  # a sampler runs under no_grad
        point = x.detach().requires_grad_()
        found = prior.denoise(point, t, cond)
        # samples do not see each other, so the gradient of the sum is that of each one's own
        along, slope = torch.autograd.grad(measure(found.x0).sum(), (found.x0, point))
    # the graph would keep every step's activations
    plain = replace(found, x0=found.x0.detach(), contributions=_detached(found.contributions),
                    pushes=_detached(found.pushes), share=None if found.share is None else found.share.detach())
    return Sloped(plain, slope, along)


def _detached(parts: tuple[Contribution, ...]) -> tuple[Contribution, ...]:
    return tuple(Contribution(part.term, part.delta.detach()) for part in parts)
