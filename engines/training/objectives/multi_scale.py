"""Denoising score matching at many noise levels (Song & Ermon 2019)."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import ClassVar

import torch
from torch import Tensor, nn

from engines.component import option
from engines.process.paths import Path
from engines.process.shapes import expand
from engines.training.draws import Draws
from engines.training.objectives.base import Setting
from engines.training.objectives.denoising import denoising_error
from engines.training.objectives.score_matching import ScoreMatching


class MultiScale(ScoreMatching):
    """sigma^p·|s_θ + eps/sigma|² at levels of sigma/alpha that grow by one factor, each as often as the others."""

    name: ClassVar[str] = "multi-scale"
    title: ClassVar[str] = "Multi-scale score matching"
    summary: ClassVar[str] = "Denoising score matching at some levels of noise, from faint to as much as the path has."
    formula: ClassVar[tuple[str, ...]] = (
        r"\term{prior}{\ell} = \frac{\sigma_t^r}{d}\left\|\hat\psi + \frac{\epsilon}{\sigma_t}\right\|^2",)
    source: ClassVar[str] = "Song & Ermon 2019, arXiv 1907.05600, eq. 5 and 6, section 4.2"

    levels: int = option(10, title="Levels", ge=1, le=10_000, help="How many amounts of noise.")
    finest: float = option(0.01, title="Finest noise", ge=1e-4, le=1, widget="log-slider", advanced=True,
                           help="The least noise, σ/α: beside data of size 1.")
    # 2 as in the paper: the loss then has about the same size at every level
    power: float = option(2.0, title="Power", symbol="r", ge=0, le=4, advanced=True,
                          help="The weight of a level is its noise to this power.")

    def prepared(self, setting: Setting, x0: Tensor, labels: Tensor, draws: Draws) -> Draws:
        """An even time in (0, t_max) becomes the level in its place: as even as times are."""
        place = (draws.t / setting.path.t_max * self.levels).long().clamp(0, self.levels - 1)
        return replace(draws, t=self.times(setting.path)[place])

    def times(self, path: Path) -> Tensor:
        """The times of the levels, rising: (levels,) float64; a single one is where sampling starts."""
        ends = float(path.kappa(path.end).log()), math.log(self.finest)
        times = path.t_at_kappa(torch.linspace(*ends, self.levels, dtype=torch.float64).exp()).clamp(max=path.t_max)
        return times.flip(0)

    def losses(self, network: nn.Module, setting: Setting, x0: Tensor, labels: Tensor, draws: Draws) -> Tensor:
        """At the times of the draws."""
        error = denoising_error(self, network, setting, x0, labels, draws)
        return expand(setting.path.sigma(draws.t) ** (self.power - 2), error) * error
