"""How the trace of a denoiser's Jacobian is found: exactly, or estimated by random probes."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import partial
from typing import Annotated, ClassVar

import torch
from pydantic import BeforeValidator, SerializeAsAny
from torch import Tensor

from engines.analytic import MixtureDenoiser
from engines.component import Component, chosen, discover, option
from engines.denoiser import Denoiser
from engines.process.noise import Noise
from engines.process.streams import PROBES


class Trace(Component):
    """tr ∂x0_hat/∂x of a denoiser, together with x0_hat itself."""

    @abstractmethod
    def __call__(self, denoiser: Denoiser, x: Tensor, t: Tensor, noise: Noise,
                 cond: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """x0_hat (B, …) and the trace (B,) float64 on the CPU, at states x (B, …) and one time t (0-d).

        noise: of the samples, for what is random; it gives the same at every call, so that an integral over time
        is one of a smooth function.
        """


class Exact(Trace):
    """Every diagonal entry, one derivative for each number of a sample; of a mixture by its formula."""

    name: ClassVar[str] = "exact"
    title: ClassVar[str] = "Exact"
    short: ClassVar[str] = "exact"
    summary: ClassVar[str] = "Every diagonal entry of the Jacobian: as many derivatives as a sample has numbers."
    source: ClassVar[str] = "Chen et al. 2018, arXiv 1806.07366, theorem 1 and section 4"

    def __call__(self, denoiser: Denoiser, x: Tensor, t: Tensor, noise: Noise,
                 cond: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """In closed form where there is one, else by reverse differentiation."""
        del noise
        if isinstance(denoiser, MixtureDenoiser):
            return denoiser(x, t, cond), denoiser.trace(x, t, cond)
        with torch.enable_grad():
            x = x.detach().requires_grad_()
            x0 = denoiser(x, t, cond)
            return x0.detach(), _summed(diagonal(x0, x))


class Law(StrEnum):
    """What a probe is made of."""

    RADEMACHER = "rademacher"
    GAUSSIAN = "gaussian"


class Hutchinson(Trace):
    """The mean of eᵀ J e over random probes e: as cheap in a million dimensions as in two."""

    name: ClassVar[str] = "hutchinson"
    title: ClassVar[str] = "Hutchinson"
    summary: ClassVar[str] = "The mean over random probes: one derivative each, however many numbers a sample has."
    source: ClassVar[str] = "Hutchinson 1990; Grathwohl et al. 2019, arXiv 1810.01367, section 3.1"

    probes: int = option(1, title="Probes", ge=1, le=1000,
                         help="How many directions are averaged; the error falls with their square root.")
    law: Law = option(Law.RADEMACHER, title="Probe numbers", advanced=True,
                      help="rademacher is ±1, of the least variance; gaussian is normal.")

    def __call__(self, denoiser: Denoiser, x: Tensor, t: Tensor, noise: Noise,
                 cond: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """One reverse derivative a probe."""
        with torch.enable_grad():
            x = x.detach().requires_grad_()
            x0 = denoiser(x, t, cond)
            drawn = [noise(k, PROBES).to(x.dtype) for k in range(self.probes)]
            probes = [e.sign() for e in drawn] if self.law is Law.RADEMACHER else drawn
            return x0.detach(), _summed(along(x0, x, probes)) / self.probes


def diagonal(field: Tensor, x: Tensor, *, again: bool = False) -> Iterator[Tensor]:
    """∂field_i/∂x_i of one coordinate after the other, (B,) each, for a field (B, …) of x (B, …).

    again: whether what is found can be derived once more.
    """
    flat = field.flatten(1)
    for i in range(flat.shape[1]):
        last = i + 1 == flat.shape[1]
        slope = torch.autograd.grad(flat[:, i].sum(), x, retain_graph=again or not last, create_graph=again)[0]
        yield slope.flatten(1)[:, i]


def along(field: Tensor, x: Tensor, probes: Sequence[Tensor], *, again: bool = False) -> Iterator[Tensor]:
    """eᵀ (∂field/∂x) e for each probe e (B, …), (B,) each: of probes of unit variance it has the trace as its mean."""
    for k, e in enumerate(probes):
        last = k + 1 == len(probes)
        slope = torch.autograd.grad((field * e).sum(), x, retain_graph=again or not last, create_graph=again)[0]
        yield (slope * e).flatten(1).sum(1)


def _summed(parts: Iterator[Tensor]) -> Tensor:
    """(B,) float64 on the CPU."""
    first, *more = (part.cpu().double() for part in parts)
    return sum(more, start=first)


def traces() -> dict[str, type[Trace]]:
    """Every way of finding a trace known, by name."""
    return discover("engines.likelihood", Trace)


TraceChoice = Annotated[SerializeAsAny[Trace], BeforeValidator(partial(chosen, base=Trace, kinds=traces))]
