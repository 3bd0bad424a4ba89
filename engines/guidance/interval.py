"""Guidance within an interval of noise levels only (Kynkäänniemi et al. 2024)."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import torch
from torch import Tensor

from engines.denoiser import Contribution, Denoised, Denoiser
from engines.formula import Letter, TermName
from engines.guidance.base import Guidance, Part
from engines.process.shapes import expand

LOW, HIGH = Letter(r"t_{\text{lo}}", "the option Guided from"), Letter(r"t_{\text{hi}}", "the option Guided until")


class Interval(Guidance):
    """A guidance at times low < t ≤ high, and the bare prior at all others, where a call costs that of the prior.

    The paper gives the interval as (sigma_lo, sigma_hi] of its noise beside the data, which is kappa = sigma/alpha
    here and rises with time on every path, so that an interval of times is one of noise. Times are what a run shows at
    each of its steps: `Path.kappa` tells the paper's numbers of them, and `Path.t_at_kappa` the times of its numbers.

    Args:
        guided: the guidance.
        prior: what it guides.
        low, high: times, 0 ≤ low < high ≤ 1; 0 and 1 are all there are.
    """

    varies: ClassVar[bool] = True
    formula: ClassVar[tuple[str, ...]] = (r"\text{guided where } t_{\text{lo}} < t \le t_{\text{hi}}",)
    letters: ClassVar[tuple[Letter, ...]] = (LOW, HIGH)
    source: ClassVar[str] = "Kynkäänniemi et al. 2024, arXiv 2404.07724, eq. 5"

    def __init__(self, guided: Denoiser, prior: Denoiser, low: float, high: float) -> None:
        self.guided, self.prior = guided, prior
        self.low, self.high = low, high

    def parts(self) -> tuple[Part, ...]:
        """Those of the guidance, and when it acts."""
        return (*(self.guided.parts() if isinstance(self.guided, Guidance) else ()), type(self))

    def calls(self, cond: Tensor | None = None) -> int:
        """Those of the guidance, which is the most."""
        return max(self.guided.calls(cond), self.prior.calls(cond))

    def calls_at(self, t: Tensor, cond: Tensor | None = None) -> int:
        """Those of the prior where no time is within the interval; where only some are, both are asked."""
        inside = self._inside(t)
        guided = self.guided.calls_at(t, cond) if bool(inside.any()) else 0
        return guided + (0 if bool(inside.all()) else self.prior.calls_at(t, cond))

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        """The guided estimate or the plain one; outside, a guidance of zero is reported, as all steps have one."""
        inside = self._inside(t)
        if bool(inside.all()):
            return self.guided.denoise(x, t, cond)
        plain = self.prior.denoise(x, t, cond)
        plain = replace(plain, contributions=(*plain.contributions, Contribution("guidance", torch.zeros_like(x))))
        return _chosen(inside, self.guided.denoise(x, t, cond), plain) if bool(inside.any()) else plain

    def _inside(self, t: Tensor) -> Tensor:
        return (t > self.low) & (t <= self.high)


def _chosen(inside: Tensor, guided: Denoised, plain: Denoised) -> Denoised:
    """Sample by sample one or the other: inside (B,)."""

    def either(one: Tensor, other: Tensor) -> Tensor:
        return torch.where(expand(inside, one).bool(), one, other)

    def parts(ones: tuple[Contribution, ...], others: tuple[Contribution, ...]) -> tuple[Contribution, ...]:
        nothing = torch.zeros_like(guided.x0)
        names: list[TermName] = list(dict.fromkeys(part.term for part in (*ones, *others)))
        return tuple(Contribution(name, either(*(sum((part.delta for part in of if part.term == name), nothing)
                                                 for of in (ones, others)))) for name in names)

    return Denoised(either(guided.x0, plain.x0), parts(guided.contributions, plain.contributions),
                    parts(guided.pushes, plain.pushes), plain.share)
