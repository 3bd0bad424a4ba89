"""Inversion: the probability-flow ODE run from data to noise (Song, Meng & Ermon 2021, section 4.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Annotated

from pydantic import BeforeValidator, SerializeAsAny
from torch import Tensor

from engines.component import chosen
from engines.denoiser import Denoiser
from engines.errors import BadOption
from engines.process.noise import Noise
from engines.process.paths import Path
from engines.process.vp_cosine import VPCosine
from engines.samplers.base import Sampler, Step, samplers
from engines.samplers.fresh import draws_noise


def inverted(sampler: Sampler, path: Path, denoiser: Denoiser, x: Tensor, times: Tensor, *,
             cond: Tensor | None = None, start: int = 0, past: Sequence[Tensor] = ()) -> Iterator[Step]:
    """The steps from states x (B, …) at the first of rising times (N+1,) above 0; the last state is their noise.

    Sampling from there along the same times downwards gives x again, but for an error of the sampler's order.
    start, past: where it goes on, as a sampler takes them.

    Raises:
        BadOption: the sampler draws fresh noise, so that it cannot be run backwards.
    """
    check_invertible(sampler)
    silent = Noise(tuple(range(len(x))), tuple(x.shape[1:]), x.device, x.dtype)
    return sampler(path, denoiser, x, times, noise=silent, cond=cond, start=start, past=past)


def check_invertible(sampler: Sampler) -> None:
    """Raise BadOption for a sampler that draws fresh noise: only an ODE can be run backwards."""
    if draws_noise(sampler, VPCosine()):
        raise BadOption("A sampler that draws fresh noise cannot be run backwards; choose DDIM with eta 0, Euler, Heun "
                        "or another of the ODE.")


def invertible() -> dict[str, type[Sampler]]:
    """The samplers that can be run backwards, by name: those of the ODE, by steps that are given beforehand."""
    return {name: kind for name, kind in samplers().items() if kind.order and not kind.adaptive}


InvertibleChoice = Annotated[SerializeAsAny[Sampler],
                             BeforeValidator(partial(chosen, base=Sampler, kinds=invertible))]
