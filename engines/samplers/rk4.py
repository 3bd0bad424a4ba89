"""The classical Runge–Kutta method of order 4 on the probability-flow ODE."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from engines.formula import Letter, Term
from engines.samplers.split import Split
from engines.samplers.stepper import Stepper
from engines.samplers.walk import Walk


class RungeKutta4(Stepper):
    """Four noise estimates a step, weighted 1, 2, 2, 1; the last step, to t = 0, is Euler's."""

    name: ClassVar[str] = "rk4"
    title: ClassVar[str] = "Runge–Kutta 4"
    short: ClassVar[str] = "RK4"
    summary: ClassVar[str] = "Four estimates a step; order 4, for smooth ODEs."
    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x = \term{prior}{\alpha_s\left(\frac{x_t}{\alpha_t} + (\kappa_s - \kappa_t)"
        r"\frac{\hat\epsilon + 2\hat\epsilon_2 + 2\hat\epsilon_3 + \hat\epsilon_4}{6}\right) - x_t}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("prior", "Prior step"),)
    letters: ClassVar[tuple[Letter, ...]] = (Letter(r"\hat\epsilon_2", "the noise seen half-way, along ε̂"),
                                             Letter(r"\hat\epsilon_3", "the noise seen half-way, along ε̂_2"),
                                             Letter(r"\hat\epsilon_4", "the noise seen at the end, along ε̂_3"))
    source: ClassVar[str] = "Kutta 1901; Hairer, Nørsett & Wanner 1993, section II.1"
    order: ClassVar[int] = 4
    by_level: ClassVar[bool] = True
    grid: ClassVar[str] = "log-snr"

    def cost(self, times: Tensor, i: int) -> int:
        """Four, and one at the end."""
        return 4 if times[i + 1] > 0 else 1

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        """`runge_kutta`; at t = 0 there is no noise to estimate."""
        return runge_kutta(walk, x, t, s) if s > 0 else walk.carry(x, t, s, walk.read(x, t).eps)


def runge_kutta(walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
    """The state at s above 0: stages at the beginning, twice in the middle of sigma/alpha, and at the end."""
    first = walk.read(x, t).eps
    middle = walk.path.t_at_kappa((walk.at(t).kappa + walk.at(s).kappa) / 2)
    second = walk.read(walk.carry(x, t, middle, first), middle).eps
    third = walk.read(walk.carry(x, t, middle, second), middle).eps
    fourth = walk.read(walk.carry(x, t, s, third), s).eps
    return walk.carry(x, t, s, 1 / 6 * (first + 2 * second + 2 * third + fourth))
