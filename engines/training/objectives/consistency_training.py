"""Consistency training, with the improved constants (Song & Dhariwal 2024)."""
# torch.special carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import math
from dataclasses import replace
from typing import ClassVar

import torch
from torch import Tensor, nn

from engines.component import option
from engines.formula import Letter
from engines.learnt import Learnt
from engines.process.shapes import expand
from engines.training.draws import Draws
from engines.training.objectives.base import Objective, Setting
from engines.training.objectives.consistency import check_boundary, consistency, curve_times, neighbour, pseudo_huber

# of log sigma, for data of standard deviation 0.5 in the paper and of 1 here
MEAN, SPREAD = -1.1 + math.log(2), 2.0


class ConsistencyTraining(Objective):
    """f(x_t, t) is to equal f(x_s, s) at the next lower noise level, with the same data and the same noise.

    The target is the network itself, taken as given (no average of it). Levels are few at first, and double
    until they are `finest`; each pair counts 1/(difference of noise).
    """

    name: ClassVar[str] = "consistency-training"
    title: ClassVar[str] = "Consistency training"
    summary: ClassVar[str] = "Learns where the flow ends from any noise, for sampling in one step; needs no teacher."
    formula: ClassVar[tuple[str, ...]] = (
        r"\term{prior}{\ell} = \frac{1}{\kappa_t - \kappa_s}\left(\sqrt{\frac{1}{d}"
        r"\left\|\hat x_0(x_t) - \hat x_0(x_s)\right\|^2 + a^2} - a\right)",)
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter(r"\kappa", "σ/α: the noise beside what is left of the data"),
        Letter("a", "a small number that rounds the distance off at 0"))
    source: ClassVar[str] = ("Song et al. 2023, arXiv 2303.01469, algorithm 3, with the schedule, weights and distance "
                             "of Song & Dhariwal 2024, arXiv 2310.14189, table 1")

    coarsest: int = option(10, title="First levels", ge=2, le=10_000, advanced=True, help="Noise levels at first.")
    finest: int = option(1280, title="Last levels", ge=2, le=10_000, help="Noise levels at the end.")

    @property
    def learnt(self) -> Learnt:
        """Where the flow ends."""
        return Learnt.ENDS

    def check(self, setting: Setting, shape: tuple[int, ...]) -> None:
        """Raise BadOption for a prediction that does not end at the data."""
        check_boundary(setting)

    def count(self, step: int, steps: int) -> int:
        """N(k) − 1 levels above 0 after `step` of `steps` updates: doubled at even intervals."""
        doublings = math.floor(math.log2(max(1, self.finest // self.coarsest))) + 1
        interval = max(1, steps // doublings)
        return min(self.coarsest * 2 ** min(step // interval, 64), max(self.finest, self.coarsest))

    def prepared(self, setting: Setting, x0: Tensor, labels: Tensor, draws: Draws) -> Draws:
        """Times of the levels, most often those of middling noise: log-normal."""
        times = curve_times(setting.path, self.count(setting.step, setting.steps))
        logs = setting.path.kappa(times[1:]).log()
        edges = torch.special.erf((logs - MEAN) / (math.sqrt(2) * SPREAD))
        # each level as often as the normal law has numbers between the level below and it
        shares = torch.cat([edges[:1] + 1, edges[1:] - edges[:-1]]).cumsum(0)
        # an even time in (0, t_max) becomes the level in its place
        place = torch.searchsorted(shares / shares[-1], draws.t / setting.path.t_max)
        return replace(draws, t=times[1:][place.clamp(max=len(times) - 2)])

    def losses(self, network: nn.Module, setting: Setting, x0: Tensor, labels: Tensor, draws: Draws) -> Tensor:
        """The distance of both ends."""
        path, t, cond = setting.path, draws.t, draws.cond(labels)
        s = neighbour(curve_times(path, self.count(setting.step, setting.steps)), t)
        with torch.no_grad():
            wanted = consistency(network, setting, path.diffuse(x0, draws.eps, s), s, cond)
        found = pseudo_huber(consistency(network, setting, path.diffuse(x0, draws.eps, t), t, cond), wanted)
        return found / expand(path.kappa(t) - path.kappa(s), found)
