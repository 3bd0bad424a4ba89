"""The method of Dormand & Prince on the probability-flow ODE, with steps as small as a tolerance asks for."""

from __future__ import annotations

import math
from typing import ClassVar

import torch
from torch import Tensor

from engines.component import option
from engines.errors import BadOption
from engines.formula import Letter, Term
from engines.samplers.split import Split
from engines.samplers.stepper import Stepper
from engines.samplers.walk import Walk

# the tableau (Hairer, Nørsett & Wanner 1993, table II.5.2): nodes, stages, and the error of order 4 against 5
NODES = (0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1)
STAGES = ((), (1 / 5,), (3 / 40, 9 / 40), (44 / 45, -56 / 15, 32 / 9),
          (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729),
          (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656),
          (35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84))
ERROR = (71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40)
LEAST = 0.02  # of the level kappa: no step is shorter, and one as short is taken as it is
ROUNDING = 16  # units in the last place of the state: an error that arithmetic alone may make
GROWTH = 5.0  # of a step over the last one at the most; none after one that was refused
MOST_CALLS = 1200  # evaluations within one move of the grid


class DormandPrince(Stepper):
    """Every move of the grid is made in as many steps as keep the estimated error within the tolerance.

    The error is that of x/alpha over its scale sqrt(1 + kappa²), the largest of the batch: all samples share
    the steps of the worst, so that a sample made with others may differ by about the tolerance. No accuracy is
    asked for that the number format has not, and the steps have a least length, so that every move ends.
    The last move, to t = 0, is Euler's. Evaluations are known only afterwards; before, seven a move are
    reckoned with. Raises BadOption when a move takes more than MOST_CALLS evaluations.
    """

    name: ClassVar[str] = "dopri5"
    title: ClassVar[str] = "Dormand–Prince"
    summary: ClassVar[str] = "Adapts its steps to a tolerance; order 5, the reference for the others."
    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x = \term{prior}{\frac{\alpha_s}{\alpha_t}x_t + \alpha_s\sum_k (\kappa_{k+1} - \kappa_k)"
        r"\sum_j b_j\hat\epsilon_j - x_t}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("prior", "Prior step"),)
    letters: ClassVar[tuple[Letter, ...]] = (Letter("k", "counts the small steps within one step"),
                                             Letter("j", "counts the estimates of a small step"),
                                             Letter("b_j", "the weight of an estimate"),
                                             Letter(r"\hat\epsilon_j", "the noise seen at estimate j"))
    source: ClassVar[str] = "Dormand & Prince 1980; Hairer, Nørsett & Wanner 1993, section II.5"
    order: ClassVar[int] = 5
    adaptive: ClassVar[bool] = True

    tolerance: float = option(1e-4, title="Tolerance", gt=0, le=0.1, widget="log-slider",
                              help="Error of a step that is let pass, over the scale of the state.")

    def cost(self, times: Tensor, i: int) -> int:
        """A guess: one step of the method, and one evaluation where the last move begins."""
        return 7 if times[i + 1] > 0 else 1

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        """Small steps in sigma/alpha from t to s."""
        slope = walk.read(x, t).eps
        if s <= 0:
            return walk.carry(x, t, s, slope)
        level, end = walk.at(t).kappa, walk.at(s).kappa
        h, spent, growth = level - end, 0, GROWTH
        while level > end:
            # a rest of hardly more than a step is made in one; were it much more, a refused step could come again
            target = level - h if h * 1.01 < level - end else end
            spent += len(NODES) - 1
            if spent > MOST_CALLS:
                raise BadOption(f"{self.title} needs more than {MOST_CALLS:,} evaluations from t = {float(t):.3g} to "
                                f"{float(s):.3g}; choose a larger tolerance, more steps or another sampler.")
            after, following, error = self._tried(walk, x, slope, level, target)
            # `not … > 1`, so that a step whose error is NaN is let pass: smaller ones would not mend it
            passed = not error > 1 or level - target < 1.02 * LEAST * level
            h, growth = (level - target) * min(growth, _change(error)), GROWTH if passed else 1.0
            if passed:
                x, slope, level = after, following, target
            h = max(h, LEAST * level)
        return x

    def _tried(self, walk: Walk, x: Split, slope: Split, level: float, target: float) -> tuple[Split, Split, float]:
        """The state after one step of sigma/alpha, the noise seen there, and the error over what is allowed."""
        begin, slopes = walk.path.t_at_kappa(level), [slope]
        reached, end = x, begin
        for node, weights in zip(NODES[1:], STAGES[1:], strict=True):
            # carried along the weighted slope all of the way to the node: the weights of a stage add up to it
            end = walk.path.t_at_kappa(level + node * (target - level))
            reached = walk.carry(x, begin, end, 1 / node * _weighed(weights, slopes))
            slopes.append(walk.read(reached, end).eps)
        wrong = (target - level) * largest(_weighed(ERROR, slopes).whole)
        size = largest(x.whole) / walk.at(begin).alpha
        rounding = ROUNDING * torch.finfo(x.whole.dtype).eps * size
        return reached, slopes[-1], abs(wrong) / max(self.tolerance * math.hypot(1, target), rounding)


def largest(x: Tensor) -> float:
    """The largest root mean square of a sample of x (B, …)."""
    return float(x.flatten(1).square().mean(dim=1).sqrt().max())


def _change(error: float) -> float:
    """How much longer the next step may be: by order 5, a fifth at the least, which is for no number too."""
    return max(0.2, 0.9 * max(error, 1e-10) ** -0.2) if math.isfinite(error) else 0.2


def _weighed(weights: tuple[float, ...], slopes: list[Split]) -> Split:
    """The sum of the slopes, each by its weight."""
    first, *others = [weight * slope for weight, slope in zip(weights, slopes, strict=True) if weight]
    return sum(others, first)
