"""Denoiser: (x, t, cond) -> x0_hat, the one contract between networks, guidance and samplers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from engines.formula import TermName
from engines.process.paths import Path
from engines.process.prediction import Prediction
from engines.process.shapes import expand

NO_CLASS = -1


def split_output(output: Tensor) -> tuple[Tensor, Tensor]:
    """The two halves (B, c, …) of an output (B, 2c, …) with learned variance.

    What is predicted, and where the variance of a reverse step lies between beta-tilde (0) and beta (1), in logarithms.
    """
    predicted, share = output.chunk(2, 1)
    return predicted, (share + 1) / 2


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a guidance or measurement added: a tensor of x's shape under the name of its term."""

    term: TermName
    delta: Tensor


@dataclass(frozen=True, slots=True)
class Denoised:
    """All that a denoiser says of a state x (B, …).

    Args:
        x0: x0_hat of x's shape, guidance included.
        contributions: what guidance added to the bare prior's x0_hat; x0 holds them already.
        pushes: moves of the state itself, in units of x, that a sampler adds to its own next move.
            For methods defined on the move and not on the estimate (DPS): x0 stays an
            estimate that can be shown and measured, whatever the size of the pushes.
        share: of x's shape, for a model with learned variance: where the variance of a reverse step lies between
            beta-tilde (0) and beta (1), in logarithms.
    """

    x0: Tensor
    contributions: tuple[Contribution, ...] = ()
    pushes: tuple[Contribution, ...] = ()
    share: Tensor | None = None


class Denoiser(ABC):
    """A prior, bent or not: the posterior mean E[x0 | x_t] or an estimate of it.

    Nothing of a call is kept in the object: all it has to say is in what it returns. `varies` says whether a call
    costs less at some times than at others.
    """

    varies: ClassVar[bool] = False

    @abstractmethod
    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        """Denoise, and say what guidance did; arguments as for a call."""

    def calls(self, cond: Tensor | None = None) -> int:
        """How many network evaluations of a sample one call with these labels costs, at the most."""
        del cond
        return 1

    def calls_at(self, t: Tensor, cond: Tensor | None = None) -> int:
        """`calls` at times t, scalar or (B,); another number only where it `varies`."""
        del t
        return self.calls(cond)

    def __call__(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Tensor:
        """The estimate alone.

        Args:
            x: states (B, …).
            t: times, scalar or (B,), float64 in (0, 1].
            cond: class labels (B,) long, NO_CLASS for free; None means all free.

        Returns:
            x0_hat of x's shape.
        """
        return self.denoise(x, t, cond).x0


def joined(parts: Sequence[Denoised]) -> Denoised:
    """One batch from consecutive parts of it, at least one; every part has the same terms."""
    if len(parts) == 1:
        return parts[0]
    # the parts ran the same methods, so their terms come in the same order and can be zipped
    return Denoised(torch.cat([p.x0 for p in parts]), _stacked([p.contributions for p in parts]),
                    _stacked([p.pushes for p in parts]), _shares([p.share for p in parts]))


def _shares(parts: Sequence[Tensor | None]) -> Tensor | None:
    known = [part for part in parts if part is not None]
    return torch.cat(known) if known else None


def _stacked(parts: Sequence[tuple[Contribution, ...]]) -> tuple[Contribution, ...]:
    return tuple(Contribution(same[0].term, torch.cat([c.delta for c in same])) for same in zip(*parts, strict=True))


class NetworkDenoiser(Denoiser):
    """A trained network and what it predicts, as a denoiser.

    Args:
        network: (x, t, cond) -> prediction of x's shape, t as (B,) float32 in [0, 1]. It sees x, and gives
            its prediction, at unit size: see `Prediction`. With learned variance it gives twice as much: see
            `split_output`.
        path: the path the network was trained on.
        prediction: what the network outputs.
    """

    def __init__(self, network: Callable[[Tensor, Tensor, Tensor | None], Tensor], path: Path,
                 prediction: Prediction) -> None:
        self.network = network
        self.path = path
        self.prediction = prediction

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        """The network's prediction turned into x0_hat."""
        # expanded, not copied: its stride of 0 tells a faster network that the whole batch is at one time
        times = t.to(torch.float32).to(x.device).expand(x.shape[0])
        output, share = self.network(x / expand(self.path.scale(t), x), times, cond), None
        if output.shape[1] == 2 * x.shape[1]:
            output, share = split_output(output)
        return Denoised(self.prediction.read(self.path, x, output, t), share=share)
