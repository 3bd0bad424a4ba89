"""Learned variance with the hybrid loss (Nichol & Dhariwal 2021)."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from torch import Tensor, nn

from engines.component import option
from engines.denoiser import split_output
from engines.formula import Letter
from engines.process.shapes import expand
from engines.training.draws import Draws
from engines.training.objectives.base import Objective, Setting, mean_square, output_of
from engines.training.objectives.chain import before, log_variances, on_chain
from engines.training.objectives.vlb import step_term


class LearnedVariance(Objective):
    """L_simple + lambda·L_vlb: the network also outputs where between beta-tilde and beta the variance lies.

    It is interpolated in logarithms by the second half of the output, −1 for beta-tilde and 1 for beta. The
    bound teaches the variance alone: the mean is taken as given there.
    """

    name: ClassVar[str] = "learned-variance"
    title: ClassVar[str] = "Learned variance"
    summary: ClassVar[str] = "The simple loss, and a second output for the variance of DDPM’s steps."
    formula: ClassVar[tuple[str, ...]] = (
        r"\term{prior}{\ell} = \frac{1}{d}\left(\left\|\hat\phi - \phi\right\|^2 + \lambda T L_{t-1}\right)",
        r"v = \exp\left(\nu\log\beta + (1-\nu)\log\tilde\beta\right)")
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter(r"\hat\phi", "what the network outputs"), Letter(r"\phi", "what the network should output"),
        Letter(r"L_{t-1}", "what a step of the chain adds to the bound"),
        Letter("v", "the variance of fresh noise"), Letter(r"\nu", "where the model puts the variance, from 0 to 1"),
        Letter(r"\tilde\beta", "the variance of a step back if the picture were known"),
        Letter(r"\beta", "the variance of a step of the chain"))
    source: ClassVar[str] = "Nichol & Dhariwal 2021, arXiv 2102.09672, eq. 15 and 16"
    outputs: ClassVar[int] = 2

    chain: int = option(1000, title="Chain", symbol="T", unit="steps", ge=2, le=100_000, help="Steps of the chain.")
    # the paper's
    share: float = option(1e-3, title="Share of the bound", symbol=r"\lambda", gt=0, le=1, widget="log-slider",
                          advanced=True, help="How much the bound counts beside the simple loss.")

    def prepared(self, setting: Setting, x0: Tensor, labels: Tensor, draws: Draws) -> Draws:
        """The times of the chain."""
        return replace(draws, t=on_chain(setting.path, draws.t, self.chain))

    def losses(self, network: nn.Module, setting: Setting, x0: Tensor, labels: Tensor, draws: Draws) -> Tensor:
        """Both parts, in nats per coordinate."""
        path, kind, t = setting.path, setting.prediction, draws.t
        x = path.diffuse(x0, draws.eps, t)
        output, share = split_output(output_of(network, path, x, t, draws.cond(labels)))
        simple = mean_square(output - kind.wanted(path, x0, draws.eps, t))
        tilde, beta = (expand(log, x) for log in log_variances(path, before(path, t, self.chain), t, self.chain))
        # detached: or the bound would pull at the mean too, with its own and noisier weights
        found = kind.read(path, x, output.detach(), t)
        bound = step_term(setting, x, x0, found, tilde + share * (beta - tilde), t, self.chain)
        return simple + self.share * self.chain * bound
