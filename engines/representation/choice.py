"""How many components: the information criteria of fits with one K after the other."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from torch import Tensor

from engines.analytic import Mixture
from engines.representation.covariances import Covariances, Full
from engines.representation.em import EM, EMStep
from engines.representation.starts import Start


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted mixture and how well it does.

    components: those asked for; the mixture may have lost empty ones. log_likelihood: of all points, in nats.
    points: how many there were. settled: whether the likelihood had stopped growing. covariances: what they may be.
    """

    components: int
    mixture: Mixture
    log_likelihood: float
    points: int
    settled: bool
    covariances: Covariances = Full()

    @property
    def parameters(self) -> int:
        """Free numbers: K − 1 weights, K·d means, and those of the covariances."""
        k, d = self.mixture.means.shape
        return k - 1 + k * d + self.covariances.free(k, d)

    @property
    def bic(self) -> float:
        """parameters·log N − 2 log-likelihood; the lowest is best (Schwarz 1978)."""
        return self.parameters * math.log(self.points) - 2 * self.log_likelihood

    @property
    def aic(self) -> float:
        """2·parameters − 2 log-likelihood; the lowest is best (Akaike 1974)."""
        return 2 * self.parameters - 2 * self.log_likelihood


def fitted(points: Tensor, components: int, em: EM, start: Start, *, seed: int = 0, restarts: int = 3) -> Fit:
    """The likeliest of several fits, which differ in the seed of their start: seed, seed + 1, …

    Raises BadInput when there are fewer points than components.
    """
    return deque(fits(points, components, em, start, seed=seed, restarts=restarts), maxlen=1)[0]


def fits(points: Tensor, components: int, em: EM, start: Start, *, seed: int = 0,
         restarts: int = 3) -> Iterator[Fit]:
    """The same while it goes on: after every half step the likeliest fit so far, the last one being the answer."""
    best: EMStep | None = None
    for restart in range(max(restarts, 1)):
        reached = best
        for step in em(points, start(points, components, seed + restart)):
            # a fit that goes on only gets likelier, so its own last step is what it comes to
            best = step if reached is None or step.log_likelihood > reached.log_likelihood else reached
            yield Fit(components, best.mixture, best.log_likelihood, len(points), best.settled,
                      em.covariances)


def sweep(points: Tensor, counts: Iterable[int], em: EM, start: Start, *, seed: int = 0,
          restarts: int = 3) -> Iterator[Fit]:
    """A fit for each number of components, as it is done; `min(fits, key=lambda fit: fit.bic)` is the one to take."""
    for components in counts:
        yield fitted(points, components, em, start, seed=seed, restarts=restarts)
