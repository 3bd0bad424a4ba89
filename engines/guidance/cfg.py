"""Classifier-free guidance (Ho & Salimans 2022)."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import torch
from torch import Tensor

from engines.denoiser import NO_CLASS, Contribution, Denoised, Denoiser
from engines.formula import Letter, Term
from engines.guidance.base import Guidance

SCALE = Letter(r"\gamma", "the option Guidance")
# both conventions; the paper's w has an index here, as the letter alone is a mask
CONVENTIONS = (
    r"\hat x_0^{\gamma} = \hat x_0^{\varnothing} + \gamma\left(\hat x_0 - \hat x_0^{\varnothing}\right)",
    r"\hat\epsilon^{\gamma} = (1 + w_\gamma)\,\hat\epsilon - w_\gamma\,\hat\epsilon^{\varnothing}, "
    r"\quad w_\gamma = \gamma - 1")
COUNTED = (
    Letter(r"\hat x_0^{\gamma}", "the guided estimate of the data"),
    Letter(r"\hat\epsilon^{\varnothing}", "the noise that the model sees without a class"),
    Letter(r"\hat\epsilon^{\gamma}", "the noise by the guided estimate"),
    Letter(r"w_\gamma", "the scale as Ho & Salimans count it, 0 for the plain model"))


class ClassifierFree(Guidance):
    """x0_u + gamma·(x0_c − x0_u) of the estimates with (c) and without (u) a class, with guidance scale gamma.

    1 is the plain conditional model, 0 the free one.

    The paper writes (1+w)·eps_c − w·eps_u; its w is gamma − 1, and s is a time here. Because x0 is affine in
    eps at a given x_t, combining x0 or eps comes to the same. Both halves run in
    one batch of twice the size; a batch without any class, or scale 1, costs one call.
    A sample without a class (NO_CLASS) is left exactly as the prior has it.

    Args:
        prior: a class-conditional denoiser, itself guided or not.
        scale: gamma ≥ 0; typical values are 1 to 8.
    """

    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x \leftarrow \Delta x + \term{guidance}{\frac{\partial x_s}{\partial \hat x_0}"
        r"(\gamma-1)\left(\hat x_0 - \hat x_0^{\varnothing}\right)}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("guidance", "Class guidance"),)
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter(r"\hat x_0^{\varnothing}", "the model’s estimate without a class"), SCALE)
    source: ClassVar[str] = "Ho & Salimans 2022, arXiv 2207.12598, eq. 6"

    def __init__(self, prior: Denoiser, scale: float) -> None:
        self.prior = prior
        self.scale = scale

    def calls(self, cond: Tensor | None = None) -> int:
        """Twice the prior's where any sample is guided."""
        return self.prior.calls(cond) * (2 if self._guides(cond) else 1)

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        """The guided x0_hat; of the whole push, what a nested guidance caused is reported under its own name."""
        if cond is None or not self._guides(cond):
            return self._plain(x, t, cond)
        # the half with classes first; `chunk` below and `_extend` rely on it
        doubled = torch.cat([cond, torch.full_like(cond, NO_CLASS)])
        times = t if t.ndim == 0 else torch.cat([t, t])
        both = self.prior.denoise(torch.cat([x, x]), times, doubled)
        given, free = both.x0.chunk(2)
        # x0_c + (gamma − 1)(x0_c − x0_u) = x0_u + gamma·(x0_c − x0_u)
        delta = self._push(given, free, cond)
        own = delta
        # a guidance inside the prior differs between the halves too: that part of the push is its own
        for inner in both.contributions:
            with_class, without = inner.delta.chunk(2)
            own = own - self._push(with_class, without, cond)
        nested = self._extended(both.contributions, cond)
        return Denoised(given + delta, (*nested, Contribution("guidance", own.detach())),
                        self._extended(both.pushes, cond),
                        # the variance is that of the model with the class, as in Dhariwal & Nichol's code
                        None if both.share is None else both.share.chunk(2)[0])

    def _guides(self, cond: Tensor | None) -> bool:
        return cond is not None and self.scale != 1 and not bool((cond < 0).all())

    def _extended(self, parts: tuple[Contribution, ...], cond: Tensor) -> tuple[Contribution, ...]:
        """What a doubled batch's parts come to once the guidance extends them as it does x0_hat."""
        return tuple(self._extend(part, cond) for part in parts)

    def _extend(self, part: Contribution, cond: Tensor) -> Contribution:
        given, free = part.delta.chunk(2)
        return Contribution(part.term, given + self._push(given, free, cond))

    def _plain(self, x: Tensor, t: Tensor, cond: Tensor | None) -> Denoised:
        """One call of the prior; the guidance is reported as zero so that every step has the same terms."""
        found = self.prior.denoise(x, t, cond)
        nothing = Contribution("guidance", torch.zeros_like(found.x0))
        return replace(found, contributions=(*found.contributions, nothing))

    def _push(self, given: Tensor, free: Tensor, cond: Tensor) -> Tensor:
        """(gamma − 1)(given − free), exactly zero for samples without a class."""
        has_class = (cond >= 0).reshape(-1, *[1] * (given.ndim - 1))
        return torch.where(has_class, (self.scale - 1) * (given - free), 0.0)

