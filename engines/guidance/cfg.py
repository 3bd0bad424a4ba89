"""Classifier-free guidance (Ho & Salimans 2022)."""

from __future__ import annotations

import torch
from torch import Tensor

from engines.denoiser import Contribution, Denoiser


class ClassifierFree(Denoiser):
    """x0_u + scale·(x0_c − x0_u): scale 1 is the plain conditional model, 0 the free one.

    Because x0 is affine in eps this equals the usual combination of eps. Both
    halves run in one batch of twice the size.
    """

    def __init__(self, prior: Denoiser, scale: float) -> None:
        self.prior = prior
        self.scale = scale
        self.calls = 2 * prior.calls

    def __call__(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Tensor:
        if cond is None:
            self.contributions = ()
            return self.prior(x, t, None)
        doubled = torch.cat([cond, torch.full_like(cond, -1)])
        times = t if t.ndim == 0 else torch.cat([t, t])
        given, free = self.prior(torch.cat([x, x]), times, doubled).chunk(2)
        delta = (self.scale - 1) * (given - free)
        self.contributions = (Contribution("guidance", delta),)
        return given + delta
