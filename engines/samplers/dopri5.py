"""The method of Dormand & Prince on the probability-flow ODE, with steps as small as a tolerance asks for."""

from __future__ import annotations

import math
from typing import ClassVar

from torch import Tensor

from engines.component import option
from engines.formula import Letter, Term
from engines.samplers.split import Split
from engines.samplers.stepper import Stepper
from engines.samplers.walk import Walk, at_ratio, ratio

# the tableau (Hairer, Nørsett & Wanner 1993, table II.5.2): nodes, stages, and the error of order 4 against 5
NODES = (0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1)
STAGES = ((), (1 / 5,), (3 / 40, 9 / 40), (44 / 45, -56 / 15, 32 / 9),
          (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729),
          (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656),
          (35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84))
ERROR = (71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40)
SMALLEST = 0.01  # of a move: below it a step is taken as it is


class DormandPrince(Stepper):
    """Every move of the grid is made in as many steps as keep the estimated error within the tolerance.

    The error is that of x/alpha over its scale sqrt(1 + kappa²), the largest of the batch. The last move,
    to t = 0, is Euler's. Evaluations are known only afterwards; before, seven a move are reckoned with.
    """

    name: ClassVar[str] = "dopri5"
    title: ClassVar[str] = "Dormand–Prince"
    summary: ClassVar[str] = "Adapts its steps to a tolerance; order 5, the reference for the others."
    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x = \term{prior}{\alpha_s\left(\frac{x_t}{\alpha_t} + \sum_k (\kappa_{k+1} - \kappa_k)"
        r"\sum_j b_j\hat\epsilon_j\right) - x_t}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("prior", "Prior step"),)
    letters: ClassVar[tuple[Letter, ...]] = (Letter("k", "counts the small steps within one step"),
                                             Letter("j", "counts the estimates of a small step"),
                                             Letter("b_j", "the weight of an estimate"),
                                             Letter(r"\hat\epsilon_j", "the noise seen at estimate j"))
    source: ClassVar[str] = "Dormand & Prince 1980; Hairer, Nørsett & Wanner 1993, section II.5"
    adaptive: ClassVar[bool] = True

    tolerance: float = option(1e-5, title="Tolerance", gt=0, le=0.1, widget="log-slider",
                              help="Error of a step that is let pass, over the scale of the state.")

    def cost(self, times: Tensor, i: int) -> int:
        """A guess."""
        return 7 if times[i + 1] > 0 else 1

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        """Small steps in sigma/alpha from t to s."""
        slope = walk.read(x, t).eps
        if s <= 0:
            return walk.carry(x, t, s, slope)
        level, end = float(ratio(walk.path, t)), float(ratio(walk.path, s))
        h, least = end - level, SMALLEST * (level - end)
        while level > end:
            # what would be left over is not worth a step of its own
            target = end if level + h < end + least else level + h
            after, following, error = self._tried(walk, x, slope, level, target)
            # a step whose error is no number is let pass: smaller ones would not mend it
            h = min((target - level) * _change(error), -least)
            if not error > 1 or level - target < 1.5 * least:
                x, slope, level = after, following, target
        return x

    def _tried(self, walk: Walk, x: Split, slope: Split, level: float, target: float) -> tuple[Split, Split, float]:
        """The state after one step of sigma/alpha, the noise seen there, and the error over the tolerance."""
        begin, slopes = at_ratio(walk.path, level), [slope]
        reached, end = x, begin
        for node, weights in zip(NODES[1:], STAGES[1:], strict=True):
            # carried along the weighted slope all of the way to the node: the weights of a stage add up to it
            end = at_ratio(walk.path, level + node * (target - level))
            reached = walk.carry(x, begin, end, 1 / node * _weighed(weights, slopes))
            slopes.append(walk.read(reached, end).eps)
        wrong = (target - level) * _weighed(ERROR, slopes).whole.flatten(1)
        largest = float(wrong.square().mean(dim=1).sqrt().max())
        return reached, slopes[-1], largest / (self.tolerance * math.hypot(1, target))


def _change(error: float) -> float:
    """How much longer the next step may be: by order 5, within the usual bounds; as short as can be for no number."""
    return min(5.0, max(0.2, 0.9 * max(error, 1e-10) ** -0.2)) if math.isfinite(error) else 0.2


def _weighed(weights: tuple[float, ...], slopes: list[Split]) -> Split:
    """The sum of the slopes, each by its weight."""
    first, *others = [weight * slope for weight, slope in zip(weights, slopes, strict=True) if weight]
    return sum(others, first)
