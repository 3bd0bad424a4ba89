"""What samples of classes aim at: the density of a class, or that which guidance bends it to."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from engines.analytic import Mixture
from engines.denoiser import NO_CLASS
from engines.labels import FREE
from engines.point_field import Marginal

RAISED = str.maketrans("0123456789.", "⁰¹²³⁴⁵⁶⁷⁸⁹˙")
Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Aim:
    """The classes that samples ask for, by their shares, and how strongly they are followed.

    With scale γ the score that guides is that of p_t(x)·p_t(c|x)^γ (Ho & Salimans 2022), which at t = 0 is what the
    samples aim at, and at γ = 1 is p_t(x|c) at every t. On the way in between they are not spread like it.

    shares: (label, share) pairs, NO_CLASS for all of the data; none at all mean that, too.
    scale: γ, ≥ 0.
    """

    shares: tuple[tuple[int, float], ...] = ()
    scale: float = 1.0

    @classmethod
    def of(cls, labels: Sequence[int], scale: float) -> Aim:
        """That of samples with labels, one each; at scale 0 the class has no say."""
        if scale == 0 or all(label == NO_CLASS for label in labels):
            return cls()
        return cls(tuple((label, count / len(labels)) for label, count in sorted(Counter(labels).items())), scale)

    @property
    def tilted(self) -> bool:
        """Whether it is another density than that of the classes, known up to its norm alone."""
        return bool(self.shares) and self.scale != 1

    def density(self, marginal: Marginal, seen: Array, cell: float, blur: float = 0.0) -> Array:
        """The density at points (N, d) of a grid that covers all of it: (N,) float64.

        marginal: of a mixture whose components are the classes; cell: the volume of a cell of the grid, by which what
        is known up to its norm is normalised. blur: of that of all data, as `Marginal.density` has it.
        """
        mixture = marginal.mixture
        if not self.shares or mixture is None:
            return marginal.density(seen, blur)
        joint = mixture.log_joint(torch.as_tensor(seen, dtype=torch.float64) * marginal.scale, *marginal.levels).numpy()
        whole = np.logaddexp.reduce(joint, axis=1)
        volume = marginal.scale ** seen.shape[1]
        parts = [share * (np.exp(whole) * volume if label == NO_CLASS else
                          self._of_class(joint[:, label], whole, float(mixture.weights[label]), volume, cell))
                 for label, share in self.shares]
        return np.sum(parts, axis=0)

    def _of_class(self, joint: Array, whole: Array, weight: float, volume: float, cell: float) -> Array:
        """That of one class, from log p(x, c) and log p(x) of x as it is, not as it is seen."""
        if not self.tilted:
            return np.exp(joint - math.log(weight)) * volume
        logs = whole + self.scale * (joint - whole)
        bent = np.exp(logs - logs.max())
        return bent / (bent.sum() * cell)

    def words(self, names: Sequence[str]) -> str:
        """What it is called: “density”, “density of class 3”, “p(x)·p(c|x)² of class 3”; names: of the classes."""
        if not self.shares:
            return "density"
        asked = [FREE if label == NO_CLASS else names[label] for label, _ in self.shares]
        if len(asked) == len(names) > 1 and FREE not in asked:
            told = "each class"
        else:
            told = f"class{'es' if len(asked) > 1 else ''} {', '.join(asked)}"
        power = f"{self.scale:g}".translate(RAISED)
        return f"p(x)·p(c|x){power} of {told}" if self.tilted else f"density of {told}"


def classed(mixture: Mixture | None, names: Sequence[str]) -> bool:
    """Whether the components of a mixture are the classes of these names."""
    return mixture is not None and len(names) == len(mixture.weights)
