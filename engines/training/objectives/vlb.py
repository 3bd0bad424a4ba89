"""The variational bound of the chain (Ho et al. 2020), all of it."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import torch
from torch import Tensor, nn

from engines.component import option
from engines.formula import Letter
from engines.likelihood.gaussians import kl, surprise
from engines.process.chain import Fixed, step_back
from engines.process.shapes import expand
from engines.training.draws import Draws
from engines.training.objectives.base import Objective, Setting, estimate
from engines.training.objectives.chain import before, log_variances, on_chain


class VariationalBound(Objective):
    """−log p(x0) ≤ L_T + Σ L_{t−1} + L_0, each step of the chain with a given variance.

    One term is drawn for each sample and multiplied by their number, which leaves the mean as it is.
    """

    name: ClassVar[str] = "vlb"
    title: ClassVar[str] = "Variational bound"
    summary: ClassVar[str] = "The bound of −log p in nats per coordinate, from one random step of the chain at a time."
    formula: ClassVar[tuple[str, ...]] = (
        r"\term{prior}{\ell} = \frac{1}{d}\left(L_T + T L_{t-1}\right)",
        r"L_{t-1} = \mathrm{KL}\left(q(x_s|x_t, x_0)\,\|\,p(x_s|x_t)\right)", r"L_0 = -\log p(x_0|x_1)")
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter(r"L_{t-1}", "what a step of the chain adds to the bound"), Letter("L_T", "what its start adds"),
        Letter("L_0", "what its last step adds"),
        Letter("q(x_s|x_t, x_0)", "the step back if the picture were known"),
        Letter("p(x_s|x_t)", "the model’s step back"), Letter("p(x_0|x_1)", "the model’s last step"),
        Letter(r"\mathrm{KL}", "how far one law is from another"))
    source: ClassVar[str] = "Ho et al. 2020, arXiv 2006.11239, eq. 5 to 8 and 13"

    chain: int = option(1000, title="Chain", symbol="T", unit="steps", ge=2, le=100_000, help="Steps of the chain.")
    variance: Fixed = option(
        Fixed.BETA_TILDE, title="Variance", advanced=True,
        help="beta-tilde is exact for a single data point; beta gives the tighter bound for data that are spread out.")

    def prepared(self, setting: Setting, x0: Tensor, labels: Tensor, draws: Draws) -> Draws:
        """The times of the chain."""
        return replace(draws, t=on_chain(setting.path, draws.t, self.chain))

    def losses(self, network: nn.Module, setting: Setting, x0: Tensor, labels: Tensor, draws: Draws) -> Tensor:
        """L_T + T·L_{t−1}, or L_T + T·L_0 for the last step."""
        path, t = setting.path, draws.t
        x = path.diffuse(x0, draws.eps, t)
        found = estimate(network, setting, x, t, draws.cond(labels))
        tilde, beta = log_variances(path, before(path, t, self.chain), t, self.chain)
        log_p = expand(tilde if self.variance is Fixed.BETA_TILDE else beta, x)
        return start_term(setting, x0) + self.chain * step_term(setting, x, x0, found, log_p, t, self.chain)


def step_term(setting: Setting, x: Tensor, x0: Tensor, found: Tensor, log_p: Tensor, t: Tensor, steps: int) -> Tensor:
    """L_{t−1} of states x (B, …) in nats per coordinate, (B,), and L_0 where the step from t (B,) ends at the data.

    found: x0_hat, of x's shape. log_p: log of the variance of the model's step, which broadcasts with x.
    """
    path, s = setting.path, before(setting.path, t, steps)
    back = step_back(path, s, t)
    mean, log_q = back.mean(x, found), expand(log_variances(path, s, t, steps)[0], x)
    # what both share is subtracted, not left out: with another rounding earlier recipes would not repeat to the bit
    inner = kl(mean - back.mean(x, x0), log_p, log_q)
    last = surprise(mean - x0, log_p, x0, setting.known.grain)
    return torch.where(expand(s, x) > 0, inner, last).flatten(1).mean(1)


def start_term(setting: Setting, x0: Tensor) -> Tensor:
    """L_T in nats per coordinate, (B,): how far the end of the path is from the noise that sampling starts with."""
    # both have the variance sigma², and the means are alpha·x0 apart
    return (setting.path.log_snr(setting.path.end).exp() / 2).to(x0) * x0.square().flatten(1).mean(1)
