"""Samplers and models that do not go together: what is said, and what goes better."""

from __future__ import annotations

from torch import Tensor

from engines.learnt import Learnt
from engines.process.paths import Path
from engines.samplers.base import Sampler, listed
from engines.samplers.consistency import Consistency
from engines.samplers.fresh import draws_noise


def suited_remark(sampler: Sampler, learnt: Learnt, path: Path, times: Tensor, start: int = 0) -> str:
    """One sentence where a sampler reads a model as what it has not learned, else "".

    Args:
        sampler, path, times: as `Sampler` takes them.
        learnt: by the model; the mean by an exact denoiser.
        start: index of the first move that is made.
    """
    if learnt is Learnt.PAIRED and listed(sampler) and draws_noise(sampler, path):
        return (f"The model was trained with noise near its data, by optimal pairs, and {sampler.title} adds noise of "
                "its own, for which it knows no data; choose a sampler without fresh noise, such as Heun or DDIM.")
    ends = isinstance(sampler, Consistency)
    if learnt is Learnt.ENDS and not ends and not _only_jumps(sampler, times, start):
        return (f"The model has learned where the flow ends and no mean of the data, which {sampler.title} takes it "
                "for; choose the sampler Consistency, with a few steps.")
    if learnt is not Learnt.ENDS and ends:
        return ("The sampler Consistency takes each estimate for a sample, and this denoiser’s are means of the data; "
                "choose another sampler, such as DDIM, or a model that was trained by a consistency objective.")
    return ""


def _only_jumps(sampler: Sampler, times: Tensor, start: int) -> bool:
    """Whether a run is one jump to the estimate, as every sampler's last move from a single estimate is."""
    return not sampler.adaptive and sampler.evaluations(times, start) == 1


def step_remark(sampler: Sampler) -> str:
    """One sentence where a sampler has a step size that is too large whatever the data, else ""."""
    return f"{sampler.title} can leave the data for good; choose {sampler.calmer()}." if sampler.calmed() else ""
