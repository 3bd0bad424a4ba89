"""Classifier-free guidance (Ho & Salimans 2022)."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import torch
from torch import Tensor

from engines.component import Term
from engines.denoiser import NO_CLASS, Contribution, Denoiser


class ClassifierFree(Denoiser):
    """x0_u + s·(x0_c − x0_u) with guidance scale s: 1 is the plain conditional model, 0 the free one.

    The paper writes (1+w)·eps_c − w·eps_u; its w is s − 1. Because x0 is affine in
    eps at a given x_t, combining x0 or eps comes to the same. Both halves run in
    one batch of twice the size; a batch without any class, or scale 1, costs one call.
    A sample without a class (NO_CLASS) is left exactly as the prior has it.

    Args:
        prior: a class-conditional denoiser, itself guided or not.
        scale: s ≥ 0; typical values are 1 to 8.
    """

    formula: ClassVar[tuple[str, ...]] = (
        r"\hat x_0 = \hat x_0^{c} + \term{guidance}{(s-1)\left(\hat x_0^{c} - \hat x_0^{\varnothing}\right)}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("guidance", "Class guidance"),)
    source: ClassVar[str] = "Ho & Salimans 2022, arXiv 2207.12598, eq. 6"

    def __init__(self, prior: Denoiser, scale: float) -> None:
        self.prior = prior
        self.scale = scale
        self.calls = 2 * prior.calls

    def __call__(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Tensor:
        if cond is None or self.scale == 1 or bool((cond < 0).all()):
            return self._plain(x, t, cond)
        doubled = torch.cat([cond, torch.full_like(cond, NO_CLASS)])
        times = t if t.ndim == 0 else torch.cat([t, t])
        given, free = self.prior(torch.cat([x, x]), times, doubled).chunk(2)
        self.calls = 2 * self.prior.calls
        delta = own = self._push(given, free, cond)
        nested: list[Contribution] = []
        for inner in self.prior.contributions:
            # of the whole push, what a nested guidance caused is reported under its own name
            with_class, without = inner.delta.chunk(2)
            push = self._push(with_class, without, cond)
            nested.append(replace(inner, delta=with_class + push))
            own = own - push
        self.contributions = (*nested, Contribution("guidance", own.detach()))
        return given + delta

    def aim(self, pull: Tensor) -> None:
        """Pass the coming move on to the prior; see `Denoiser.aim`."""
        self.prior.aim(pull)

    def _plain(self, x: Tensor, t: Tensor, cond: Tensor | None) -> Tensor:
        """One call of the prior; the guidance is reported as zero so that every step has the same terms."""
        x0 = self.prior(x, t, cond)
        self.calls = self.prior.calls
        self.contributions = (*self.prior.contributions, Contribution("guidance", torch.zeros_like(x0)))
        return x0

    def _push(self, given: Tensor, free: Tensor, cond: Tensor) -> Tensor:
        """(s − 1)(given − free), exactly zero for samples without a class."""
        has_class = (cond >= 0).reshape(-1, *[1] * (given.ndim - 1))
        return torch.where(has_class, (self.scale - 1) * (given - free), 0.0)
