"""How often each noise level is trained on: the noise distribution of a training."""

from __future__ import annotations

from abc import abstractmethod
from functools import partial
from typing import Annotated, Any, ClassVar, cast

import torch
from pydantic import BeforeValidator, SerializeAsAny
from torch import Tensor

from engines.component import Component, chosen, discover, option
from engines.formula import Letter
from engines.process.paths import Path

EDGE = 1e-5  # the least share of the times: at t = 0 there is no noise to predict


class TimeLaw(Component):
    """Where the times of a training step lie; a subclass gives them in `times`."""

    letters: ClassVar[tuple[Letter, ...]] = (Letter(r"t_{\max}", "where sampling starts"),)

    @abstractmethod
    def times(self, path: Path, t: Tensor) -> Tensor:
        """Times of this law from even ones: t (B,) float64 in (0, t_max] -> (B,) in (0, t_max], in the same order."""


class Even(TimeLaw):
    """All times alike."""

    name: ClassVar[str] = "even"
    title: ClassVar[str] = "Even times"
    summary: ClassVar[str] = "All times count alike, as many of much noise as the path has."
    formula: ClassVar[tuple[str, ...]] = (r"\text{density of } t = \frac{1}{t_{\max}}",)
    source: ClassVar[str] = "Ho et al. 2020, arXiv 2006.11239, algorithm 1"

    def times(self, path: Path, t: Tensor) -> Tensor:
        """t itself."""
        del path
        return t


class LogNormal(TimeLaw):
    """sigma/alpha is log-normal, so that training is spent where an estimate can be wrong in a way that is seen.

    In little noise the estimate is nearly the state itself, in much it is nearly the mean of all data: with the paper's
    numbers two thirds of all steps have noise between 0.1 and 1 beside the data.
    """

    name: ClassVar[str] = "log-normal"
    title: ClassVar[str] = "Log-normal levels"
    summary: ClassVar[str] = "Mostly levels between hardly any noise and as much as data: for restoring pictures."
    formula: ClassVar[tuple[str, ...]] = (r"\log\kappa = P_{\mathrm{mean}} + P_{\mathrm{std}}\,z",)
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter(r"\kappa", "σ/α: the noise beside what is left of the data"),)
    source: ClassVar[str] = "Karras et al. 2022, arXiv 2206.00364, table 1"

    # both as in the paper
    mean: float = option(-1.2, title="Mean", symbol=r"P_{\mathrm{mean}}", ge=-5, le=5, widget="slider",
                         help="Of the logarithm of the noise beside the data: −1.2 is noise of 0.3.")
    spread: float = option(1.2, title="Spread", symbol=r"P_{\mathrm{std}}", gt=0, le=5, widget="slider",
                           help="Standard deviation of the logarithm of the noise beside the data.")

    def times(self, path: Path, t: Tensor) -> Tensor:
        """The quantiles of the law, so that times spread over a batch stay so."""
        share = (t / path.t_max).clamp(EDGE, 1 - EDGE)
        normal = cast(Tensor, cast(Any, torch.special).ndtri(share))  # which carries no types
        kappa = (self.mean + self.spread * normal).exp()
        return path.t_at_kappa(kappa).clamp(EDGE * path.t_max, path.t_max)


def time_laws() -> dict[str, type[TimeLaw]]:
    """Every law of times known, by name."""
    return discover("engines.training.objectives", TimeLaw)


LawChoice = Annotated[SerializeAsAny[TimeLaw], BeforeValidator(partial(chosen, base=TimeLaw, kinds=time_laws))]
