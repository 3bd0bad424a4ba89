"""Denoiser: (x, t, cond) -> x0_hat, the one contract between networks, guidance and samplers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from engines.component import TermName
from engines.process.paths import Path
from engines.process.prediction import Prediction, to_x0

NO_CLASS = -1


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a guidance added to x0_hat: a tensor of x's shape under the name of its term.

    `of_move` says that it is a push on the sampler's move, written as one on x0_hat only so
    that every sampler can apply it (DPS); it is no belief about x0, and is not shown as one.
    """

    term: TermName
    delta: Tensor
    of_move: bool = False


class Denoiser(ABC):
    """A prior, bent or not: the posterior mean E[x0 | x_t] or an estimate of it.

    `calls` is the number of network evaluations one call costs. After a call,
    `contributions` holds what guidance added to the bare prior's x0_hat, so that
    a sampler can report the size of each term; it is () for a bare prior.
    """

    calls: int = 1
    contributions: tuple[Contribution, ...] = ()

    @abstractmethod
    def __call__(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Tensor:
        """Denoise.

        Args:
            x: states (B, …).
            t: times, scalar or (B,), float64 in (0, 1].
            cond: class labels (B,) long, NO_CLASS for free; None means all free.

        Returns:
            x0_hat of x's shape.
        """

    def aim(self, pull: Tensor) -> None:
        """Hear, before a call, how much of x0_hat the coming move takes up.

        A one-evaluation sampler moves x -> keep·x + pull·x0_hat + noise and says its
        pull (0-d float64, above 0) here. Guidance that is defined on the move and not
        on x0_hat (DPS) divides by it; a wrapper passes it on; a bare prior ignores it.
        """
        _ = pull


class NetworkDenoiser(Denoiser):
    """A trained network and what it predicts, as a denoiser.

    Args:
        network: (x, t, cond) -> prediction of x's shape, t as (B,) float32 in [0, 1].
        path: the path the network was trained on.
        prediction: what the network outputs.
    """

    def __init__(self, network: Callable[[Tensor, Tensor, Tensor | None], Tensor], path: Path,
                 prediction: Prediction) -> None:
        self.network = network
        self.path = path
        self.prediction = prediction

    def __call__(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Tensor:
        times = t.to(device=x.device, dtype=torch.float32).expand(x.shape[0])
        return to_x0(self.prediction, self.path, x, self.network(x, times, cond), t)
