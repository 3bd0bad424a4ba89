"""Explicit and implicit score matching (Hyvärinen 2005), at every noise level."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from engines.component import option
from engines.denoiser import Denoiser
from engines.errors import BadOption
from engines.formula import Letter
from engines.likelihood.trace import along, diagonal
from engines.process.prediction import to_score
from engines.process.shapes import expand
from engines.training.draws import Draws
from engines.training.objectives.base import Objective, Setting, estimate, mean_square

MOST = 16  # coordinates whose derivatives are taken one after the other


class ScoreMatching(Objective):
    """What both have in common: an error of the score at time t counts sigma², as in denoising score matching.

    All are twice what is often written, with ½ before each square: thus denoising, explicit and implicit score
    matching differ by what no network can change, and have the same gradient in the mean.
    """

    letters: ClassVar[tuple[Letter, ...]] = (
        Letter(r"\hat\psi", "the score of the noisy pictures, as the model has it"),
        Letter(r"\psi", "the score of the noisy pictures, ∇ log p_t(x_t)"))

    def score(self, network: nn.Module, setting: Setting, x: Tensor, labels: Tensor, draws: Draws) -> Tensor:
        """sigma times the model's score at states x (B, …)."""
        found = estimate(network, setting, x, draws.t, draws.cond(labels))
        return expand(setting.path.sigma(draws.t), x) * to_score(setting.path, x, found, draws.t)


class Explicit(ScoreMatching):
    """sigma²·|s_θ − ∇ log p_t|², where the true score is known."""

    name: ClassVar[str] = "explicit"
    title: ClassVar[str] = "Explicit score matching"
    summary: ClassVar[str] = "The error of the score itself, for data whose true score is known."
    formula: ClassVar[tuple[str, ...]] = (r"\term{prior}{\ell} = \frac{\sigma_t^2}{d}\left\|\hat\psi - \psi\right\|^2",)
    source: ClassVar[str] = "Hyvärinen 2005, eq. 2; Vincent 2011, section 4.2"

    def check(self, setting: Setting, shape: tuple[int, ...]) -> None:
        """Raise BadOption where the true score is not known."""
        _known(setting)

    def losses(self, network: nn.Module, setting: Setting, x0: Tensor, labels: Tensor, draws: Draws) -> Tensor:
        """The error at x_t; raises BadOption as `check`."""
        exact = _known(setting)
        x, cond = setting.path.diffuse(x0, draws.eps, draws.t), draws.cond(labels)
        true = to_score(setting.path, x, exact(x, draws.t, cond), draws.t)
        error = self.score(network, setting, x, labels, draws) - expand(setting.path.sigma(draws.t), x) * true
        return mean_square(error)


def _known(setting: Setting) -> Denoiser:
    """The exact denoiser; raises BadOption where there is none."""
    if setting.known.exact is None:
        raise BadOption("Explicit score matching needs the true score, which is not known of these data; choose "
                        "implicit or denoising score matching.")
    return setting.known.exact


class Derivatives(StrEnum):
    """How the trace of the score's derivative is found."""

    EXACT = "exact"
    HUTCHINSON = "hutchinson"


class Implicit(ScoreMatching):
    """sigma²·(|s_θ|² + 2 ∇·s_θ), which needs no true score: partial integration took it out."""

    name: ClassVar[str] = "implicit"
    title: ClassVar[str] = "Implicit score matching"
    summary: ClassVar[str] = "Needs no target at all: the size of the score and its divergence; may be negative."
    formula: ClassVar[tuple[str, ...]] = (
        r"\term{prior}{\ell} = \frac{\sigma_t^2}{d}\left(\left\|\hat\psi\right\|^2 + 2\nabla\cdot\hat\psi\right)",
        r"\nabla\cdot\hat\psi \approx z\cdot\nabla\left(z\cdot\hat\psi\right)")
    source: ClassVar[str] = "Hyvärinen 2005, theorem 1; Hutchinson 1989; Song et al. 2019, arXiv 1905.07088"

    trace: Derivatives = option(Derivatives.EXACT, title="Trace",
                                help="Derivatives of every coordinate, or along random signs.")
    probes: int = option(1, title="Probes", ge=1, le=64, advanced=True, help="Random directions for each sample.")

    def check(self, setting: Setting, shape: tuple[int, ...]) -> None:
        """Raise BadOption where the exact trace would take too many derivatives."""
        size = torch.Size(shape).numel()
        if self.trace is Derivatives.EXACT and size > MOST:
            raise BadOption(f"The exact trace takes a derivative for each of the {size:,} numbers of a sample; choose "
                            "the trace hutchinson.")

    def probe(self, shape: tuple[int, ...], chance: torch.Generator) -> Tensor | None:
        """Random signs: of all probes with unit variance they have the least spread."""
        if self.trace is Derivatives.EXACT:
            return None
        return torch.randint(0, 2, (shape[0], self.probes, *shape[1:]), generator=chance).float() * 2 - 1

    def losses(self, network: nn.Module, setting: Setting, x0: Tensor, labels: Tensor, draws: Draws) -> Tensor:
        """At x_t, for which gradients are taken also where they are otherwise switched off."""
        # the faster forms of attention have no second derivative
        with torch.enable_grad(), sdpa_kernel(SDPBackend.MATH):
            x = setting.path.diffuse(x0, draws.eps, draws.t).requires_grad_()
            score = self.score(network, setting, x, labels, draws)
            if draws.probe is None:
                trace = torch.stack(list(diagonal(score, x, again=True))).mean(0)
            else:
                probes = draws.probe.to(score.dtype).unbind(1)
                trace = torch.stack(list(along(score, x, probes, again=True))).mean(0) / score[0].numel()
            return mean_square(score) + 2 * expand(setting.path.sigma(draws.t), trace) * trace
