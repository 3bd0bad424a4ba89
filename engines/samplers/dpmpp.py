"""DPM-Solver++ 2M (Lu et al. 2022): two steps of estimates of the data, one evaluation a step."""

from __future__ import annotations

from typing import ClassVar

from torch import Tensor

from engines.component import option
from engines.formula import Letter, Term
from engines.samplers.split import Split
from engines.samplers.stepper import Stepper
from engines.samplers.walk import Walk, root


class DPMSolverPP(Stepper):
    """The estimate of the data is carried on along its change since the last step; `noisy` solves the SDE instead.

    The first step and the last, to t = 0, are of order 1.
    """

    name: ClassVar[str] = "dpm++2m"
    title: ClassVar[str] = "DPM-Solver++ 2M"
    summary: ClassVar[str] = "Uses the estimate of the last step too: order 2 at one evaluation a step."
    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x = \term{prior}{q\frac{\sigma_s}{\sigma_t}x_t + "
        r"\alpha_s\left(1 - q\frac{\kappa_s}{\kappa_t}\right)D - x_t} + "
        r"\term{noise}{\sqrt{v}\,z}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("prior", "Prior step"), Term("noise", "Fresh noise"))
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter("D", "x̂_0 carried on by its change since the last step, as far as log-SNR gains until the middle of "
                    "this one"),
        Letter("q", "1 for the ODE; κ_s/κ_t for the SDE"))
    source: ClassVar[str] = "Lu et al. 2022, arXiv 2211.01095, algorithm 2 and eq. 18 to 20"
    order: ClassVar[int] = 2
    remembers: ClassVar[int] = 1

    noisy: bool = option(False, title="Fresh noise",
                         help="Solves the SDE, which adds noise and forgets earlier errors.")

    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        """e^−h of the paper is kappa_s/kappa_t."""
        here, there = walk.at(t), walk.at(s)
        decay = there.kappa / here.kappa
        q = decay if self.noisy else 1.0
        found = self._extrapolated(walk, walk.read(x, t).x0, t, s)
        kept = q * there.sigma / here.sigma * x + there.alpha * (1 - q * decay) * found
        return kept + walk.fresh(there.sigma * root(1 - q * q)) if self.noisy else kept

    @staticmethod
    def _extrapolated(walk: Walk, x0: Split, t: Tensor, s: Tensor) -> Split:
        """D = x0_hat + (x0_hat − that of the last step)/(2r), with r the last gain of log-SNR over the present one."""
        if not walk.past or s <= 0:
            return x0
        last, here = walk.past[0], walk.at(t).log_snr
        share = (walk.at(s).log_snr - here) / (here - last.level.log_snr) / 2
        return x0 + share * (x0 - last.x0)
