"""Denoising score matching at one noise level (Vincent 2011)."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from torch import Tensor, nn

from engines.component import option
from engines.errors import BadOption
from engines.training.draws import Draws
from engines.training.objectives.base import Setting, mean_square
from engines.training.objectives.score_matching import ScoreMatching


class Denoising(ScoreMatching):
    """sigma²·|s_θ + eps/sigma|² at one time: the score of data blurred by so much, and of no other."""

    name: ClassVar[str] = "denoising"
    title: ClassVar[str] = "Denoising score matching"
    summary: ClassVar[str] = "The score at one amount of noise only, as before diffusion models; no use for sampling."
    formula: ClassVar[tuple[str, ...]] = (
        r"\term{prior}{\ell} = \frac{\sigma_t^2}{d}\left\|\hat\psi + \frac{\epsilon}{\sigma_t}\right\|^2",)
    source: ClassVar[str] = "Vincent 2011, section 4.3"

    noise: float = option(0.3, title="Noise", ge=1e-3, le=100, widget="log-slider",
                          help="The only amount of noise, σ/α: beside data of size 1.")

    def check(self, setting: Setting, shape: tuple[int, ...]) -> None:
        """Raise BadOption for more noise than the path has."""
        most = float(setting.path.kappa(setting.path.end))
        if self.noise > most:
            raise BadOption(f"This path has no more noise than {most:,.3g}, not {self.noise:g}; choose less.")

    def prepared(self, setting: Setting, x0: Tensor, labels: Tensor, draws: Draws) -> Draws:
        """One time for all."""
        t = setting.path.t_at_kappa(self.noise).clamp(max=setting.path.t_max)
        return replace(draws, t=t.expand(len(x0)).clone())

    def losses(self, network: nn.Module, setting: Setting, x0: Tensor, labels: Tensor, draws: Draws) -> Tensor:
        """At the times of the draws."""
        return denoising_error(self, network, setting, x0, labels, draws)


def denoising_error(kind: ScoreMatching, network: nn.Module, setting: Setting, x0: Tensor, labels: Tensor,
                    draws: Draws) -> Tensor:
    """sigma²·|s_θ + eps/sigma|² of every sample, per coordinate: (B,)."""
    x = setting.path.diffuse(x0, draws.eps, draws.t)
    return mean_square(kind.score(network, setting, x, labels, draws) + draws.eps)
