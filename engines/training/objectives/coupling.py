"""Which noise goes with which datum of a batch."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor


class Coupling(StrEnum):
    """How data and noise are paired."""

    INDEPENDENT = "independent"
    OPTIMAL = "optimal"


def optimal(x0: Tensor, eps: Tensor, labels: Tensor) -> Tensor:
    """The noise (B, …) dealt out anew so that Σ |x0 − eps|² is least: optimal transport within the batch.

    Noise stays among samples of one class (B,), or noise would tell the class.
    """
    dealt = eps.clone()
    for label in set(cast("list[int]", cast(Any, labels).tolist())):
        own = labels == label
        dealt[own] = eps[own][assignment(x0[own], eps[own])]
    return dealt


def assignment(x0: Tensor, eps: Tensor) -> Tensor:
    """The permutation p (B,) for which Σ |x0_i − eps_{p(i)}|² is least, exactly (Jonker & Volgenant 1987)."""
    # imported late: the start of the window should not pay for it
    from scipy.optimize import linear_sum_assignment  # pyright: ignore

    # the squares do not depend on who is paired with whom
    cost = -(x0.flatten(1).double() @ eps.flatten(1).double().T)
    found = cast("tuple[Any, np.ndarray[Any, np.dtype[np.int64]]]", linear_sum_assignment(cost.cpu().numpy()))
    return torch.as_tensor(found[1], device=x0.device)
