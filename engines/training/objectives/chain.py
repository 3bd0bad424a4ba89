"""The Markov chain behind the bound, at a time of its own for every sample: where its steps end, and their laws."""

from __future__ import annotations

import torch
from torch import Tensor

from engines.process.chain import step_back
from engines.process.paths import Path


def before(path: Path, t: Tensor, steps: int) -> Tensor:
    """The end s of the chain's step from t, a length of t_max/steps below, and 0 at least; of t's shape."""
    return (t - path.t_max / steps).clamp(min=0)


def on_chain(path: Path, t: Tensor, steps: int) -> Tensor:
    """Even times from (0, t_max) as those of the chain, t_max/steps, 2 t_max/steps, …, t_max."""
    length = path.t_max / steps
    return ((t / length).ceil().clamp(1, steps) * length).clamp(max=path.t_max)


def log_variances(path: Path, s: Tensor, t: Tensor, steps: int) -> tuple[Tensor, Tensor]:
    """log of beta-tilde and of beta, of the step from t to s: both of t's shape.

    The last step has no beta-tilde: it is given that of the step before it, as the paper does.
    """
    least = torch.full_like(s, path.t_max / steps)
    first = s <= 0
    # the step before ends one length above 0
    u, v = torch.where(first, 2 * least, t).clamp(max=path.t_max), torch.where(first, least, s)
    return step_back(path, v, u).beta_tilde.log(), step_back(path, s, t).beta.log()
