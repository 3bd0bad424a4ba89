"""EDM’s stochastic sampler (Karras et al. 2022): a little noise is added before each Heun step."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from engines.component import option
from engines.formula import Letter, Term
from engines.samplers.heun import Heun
from engines.samplers.split import Split
from engines.samplers.walk import Walk

MOST_CHURN = 2**0.5 - 1  # of the noise there is, as in the paper: never more than doubles its variance


class EDM(Heun):
    """Up to a noisier level by fresh noise ("churn"), then down by Heun; levels are kappa = sigma/alpha."""

    name: ClassVar[str] = "edm"
    title: ClassVar[str] = "EDM stochastic"
    short: ClassVar[str] = "EDM"
    summary: ClassVar[str] = "Heun with a little fresh noise before each step, which corrects earlier errors."
    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x = \term{prior}{\alpha_s\left(\frac{x_t}{\alpha_t} + (\kappa_s - \kappa_u)"
        r"\frac{\hat\epsilon_u + \hat\epsilon_s}{2}\right) - x_t} + \term{noise}{\sqrt{v}\,z}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("prior", "Prior step"), Term("noise", "Fresh noise"))
    letters: ClassVar[tuple[Letter, ...]] = (Letter("u", "the noisier time, churn before time t"),
                                             Letter(r"\hat\epsilon_u", "the noise seen at time u"))
    source: ClassVar[str] = "Karras et al. 2022, arXiv 2206.00364, algorithm 2"
    order: ClassVar[int] = 0  # its noise is fresh

    churn: float = option(40.0, title="Churn", ge=0, le=1000, widget="slider",
                          help="How much noise a whole run adds; 0 is Heun. It is spread over the steps.")
    churn_from: float = option(0.05, title="Churn from", ge=0, le=1000, advanced=True,
                               help="Noise level σ/α below which none is added.")
    churn_to: float = option(50.0, title="Churn to", gt=0, le=100_000, advanced=True,
                             help="Noise level σ/α above which none is added.")
    inflate: float = option(1.003, title="Inflate", ge=0.9, le=1.1, advanced=True,
                            help="Factor of the added noise; a little above 1 makes up for estimates that are too "
                                 "smooth.")

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        """Lines 4 to 11 of the algorithm; v = alpha_s²·inflate²·(kappa_u² − kappa_t²), as u is left for s at once."""
        path, level = walk.path, walk.path.kappa(t)
        # by a tensor, which makes the share float32: with another rounding earlier recipes would not repeat to the bit
        share = min(self.churn / (len(walk.times) - 1), MOST_CHURN) * (self.churn_from <= level <= self.churn_to)
        raised = (level * (1 + share)).clamp(max=path.kappa(path.end))  # a path has no noise beyond its end
        if raised <= level:
            return super().step(walk, x, t, s)
        up = path.t_at_kappa(raised)
        added = self.inflate * walk.at(up).alpha * (raised.square() - level.square()).sqrt()
        return super().step(walk, walk.at(up).alpha / walk.at(t).alpha * x + walk.fresh(added), up, s)
