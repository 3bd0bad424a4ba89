"""A prior and what guides it towards classes, and what that costs before anything is loaded."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from engines.denoiser import Denoised, Denoiser
from engines.guidance.choice import Guide
from engines.process.paths import Path
from engines.samplers.base import Sampler
from engines.samplers.meter import spared_before


def conditioning(labels: Sequence[int], device: torch.device) -> Tensor | None:
    """Labels (B,) as denoisers take them."""
    # None rather than all free: a network without classes takes no labels at all
    return torch.tensor(labels, device=device) if any(label >= 0 for label in labels) else None


def guided(prior: Denoiser, classes: Sequence[str], guide: float | Guide, labels: Sequence[int]) -> Denoiser:
    """A prior with guidance where any sample has a class; guide: how, or the scale of classifier-free guidance alone.

    Guidance by scale 1, or of a model that knows no classes, is the prior itself.
    """
    if not any(label >= 0 for label in labels):
        return prior
    return (guide if isinstance(guide, Guide) else Guide(guide)).bent(prior, classes=bool(classes))


class _Unloaded(Denoiser):
    """Stands for a network that is not loaded: it can say what it costs, and nothing else."""

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        raise RuntimeError("there is no network behind this prior")


def calls_of(classes: Sequence[str], guide: float | Guide, labels: Sequence[int]) -> int:
    """Network evaluations in one call of a guided prior, asked of the guidance itself before anything is loaded."""
    return guided(_Unloaded(), classes, guide, labels).calls(conditioning(labels, torch.device("cpu")))


def evaluations_of(sampler: Sampler, path: Path, times: Tensor, classes: Sequence[str], guide: Guide,
                   labels: Sequence[int]) -> int:
    """What each sample of a plain run over times (N+1,) takes, also where guidance acts in an interval only."""
    denoiser, cond = guided(_Unloaded(), classes, guide, labels), conditioning(labels, torch.device("cpu"))
    (spared,) = spared_before(sampler, path, times, denoiser, (1,), cond, sampler.steps(times) + 1)
    return sampler.evaluations(times) * denoiser.calls(cond) - spared
