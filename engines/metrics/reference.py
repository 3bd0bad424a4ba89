"""What points are measured against: points of the truth, its density and its modes, as far as they are known."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean

import torch
from torch import Tensor

from engines.metrics.points import EnergyTo, MeanNLL, Points, mean_nll, mode_weights, sliced_wasserstein
from engines.mixture import Mixture


@dataclass(frozen=True, slots=True)
class Figures:
    """How far points are from the truth; NaN for what is not known of it.

    energy, sliced_wasserstein: the distances, of order 2 the latter; as many exact points have some above 0 too.
    mode_error: the largest error of a mode's weight, in [0, 1]; modes_missed: modes with less than a tenth of theirs.
    nll: −log p under the true density in nats, the mean of points that have one; outside: the share of the others.
    """

    energy: float
    sliced_wasserstein: float
    mode_error: float = math.nan
    modes_missed: int = 0
    nll: float = math.nan
    outside: float = 0.0


def mean(found: Sequence[Figures]) -> Figures:
    """The mean of the figures of several sets of points, one at least; of a single one they are its own."""
    if len(found) == 1:
        return found[0]
    return Figures(fmean(one.energy for one in found), fmean(one.sliced_wasserstein for one in found),
                   fmean(one.mode_error for one in found), round(fmean(one.modes_missed for one in found)),
                   fmean(one.nll for one in found), fmean(one.outside for one in found))


class Reference:
    """Measures points (N, d) against one truth.

    Args:
        points: (M, d) of it.
        log_density: log p of points (B, d) -> (B,), −inf where there is none; None where the truth has no density.
        modes: the mixture whose components are told apart, None where there are no modes.
        most: how many of the points that are measured count for the distances, the first ones; None for all.
    """

    def __init__(self, points: Tensor, log_density: Callable[[Tensor], Tensor | None] | None = None,
                 modes: Mixture | None = None, most: int | None = None) -> None:
        self.points, self._log_density, self._modes, self._most = points, log_density, modes, most
        self._energy = EnergyTo(points)

    def energy(self, x: Points) -> float:
        """The energy distance."""
        return self._energy.distance(x[:self._most])

    def sliced_wasserstein(self, x: Points) -> float:
        """The sliced Wasserstein distance of order 2."""
        return sliced_wasserstein(x[:self._most], self.points)

    def mean_nll(self, x: Points) -> MeanNLL | None:
        """−log p of the points, of which those that are not finite are outside; None where no density is known."""
        points = torch.as_tensor(x).detach().double().cpu()
        finite = points.isfinite().all(1)
        # a density need not take NaN; what it says of the points in their place is masked
        logs = None if self._log_density is None else self._log_density(torch.where(finite[:, None], points, 0.0))
        return None if logs is None else mean_nll(logs.masked_fill(~finite, -torch.inf))

    def metrics(self) -> dict[str, Callable[[Points], float]]:
        """What can be measured, one by one, by the names of `Figures`."""
        modes = self._modes
        found: dict[str, Callable[[Points], float]] = {
            "energy": self.energy, "sliced_wasserstein": self.sliced_wasserstein}
        if self.mean_nll(self.points[:1]) is not None:
            found["nll"] = lambda x: self._told(x).nats
            found["outside"] = lambda x: self._told(x).outside
        if modes is not None:
            found["mode_error"] = lambda x: mode_weights(x, modes).error
            found["modes_missed"] = lambda x: float(mode_weights(x, modes).missed)
        return found

    def figures(self, x: Points) -> Figures:
        """All that is known of the points."""
        told = self._told(x)
        weights = mode_weights(x, self._modes) if self._modes is not None else None
        return Figures(self.energy(x), self.sliced_wasserstein(x),
                       math.nan if weights is None else weights.error, 0 if weights is None else weights.missed,
                       told.nats, told.outside)

    def _told(self, x: Points) -> MeanNLL:
        return self.mean_nll(x) or MeanNLL(math.nan, 0.0)
