"""Consistency distillation from a trained denoiser (Song et al. 2023)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from engines.component import option
from engines.denoiser import Denoiser
from engines.errors import BadOption
from engines.formula import Letter
from engines.learnt import Learnt
from engines.process.paths import Path
from engines.process.prediction import to_eps
from engines.process.shapes import expand
from engines.training.draws import Draws
from engines.training.objectives.base import Objective, Setting
from engines.training.objectives.consistency import (
    check_boundary,
    consistency,
    curve_times,
    neighbour,
    place_of,
    pseudo_huber,
    time_at,
)


class Times(StrEnum):
    """Where the teacher steps."""

    EVERY = "every"
    LEVELS = "levels"


class ConsistencyDistillation(Objective):
    """f(x_t, t) is to equal f(x̂_s, s), with x̂_s one step of Heun's method with the teacher from x_t.

    The target is the network itself, taken as given; the teacher is a model on the same path, or the exact denoiser.
    Algorithm 2 of the paper has t and s neighbours of a grid and counts all pairs alike. A second call then asks the
    network at a time that it never learned, and near the data, where losses are small, it learns next to nothing: with
    each further call samples get worse. So here t is any time, s as far below it as levels are apart, and each pair
    counts 1/(difference of noise), as in consistency training.
    """

    name: ClassVar[str] = "consistency-distillation"
    title: ClassVar[str] = "Consistency distillation"
    summary: ClassVar[str] = "Learns where a trained model’s flow ends from any noise, for sampling in one step."
    formula: ClassVar[tuple[str, ...]] = (
        r"\term{prior}{\ell} = \frac{1}{\kappa_t - \kappa_s}\left(\sqrt{\frac{1}{d}\left\|\hat x_0(x_t) - "
        r"\hat x_0(\hat x_s)\right\|^2 + a^2} - a\right)",)
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter(r"\kappa", "σ/α: the noise beside what is left of the data"),
        Letter(r"\hat x_s", "where the teacher takes x_t in one step"),
        Letter("a", "a small number that rounds the distance off at 0"))
    source: ClassVar[str] = ("Song et al. 2023, arXiv 2303.01469, algorithm 2; distance and weights of "
                             "arXiv 2310.14189, eq. 7 and table 1")
    earlier: ClassVar[Mapping[str, Any]] = {"times": Times.LEVELS}

    teacher: str = option("", title="Teacher", widget="teacher", max_length=4096,
                          help="Name or file of a model on the same path; empty for the exact denoiser, where there is "
                               "one.")
    # the paper's
    levels: int = option(18, title="Levels", ge=2, le=10_000, help="Noise levels between which the teacher steps.")
    times: Times = option(Times.EVERY, title="Times", advanced=True,
                          help="“every”: the teacher steps from any time as far as levels are apart, and small steps "
                               "count as much as large ones, so that more calls give better samples. “levels”: from "
                               "the levels alone, all counting the same, as first published: for a single call.")

    @property
    def taught_by(self) -> str:
        """The option."""
        return self.teacher

    @property
    def learnt(self) -> Learnt:
        """Where the flow ends."""
        return Learnt.ENDS

    def check(self, setting: Setting, shape: tuple[int, ...]) -> None:
        """Raise BadOption without a teacher, or for a prediction that does not end at the data."""
        _teacher(setting)
        check_boundary(setting)

    def prepared(self, setting: Setting, x0: Tensor, labels: Tensor, draws: Draws) -> Draws:
        """Times along the curve of the levels, each place as often as the others, or those of the levels alone."""
        place = draws.t / setting.path.t_max
        if self.times is Times.EVERY:
            return replace(draws, t=time_at(setting.path, place))
        level = (place * self.levels).long().clamp(0, self.levels - 1)
        return replace(draws, t=curve_times(setting.path, self.levels)[1:][level])

    def losses(self, network: nn.Module, setting: Setting, x0: Tensor, labels: Tensor, draws: Draws) -> Tensor:
        """The distance of both ends; raises BadOption as `check`."""
        teacher = _teacher(setting)
        path, t, cond = setting.path, draws.t, draws.cond(labels)
        s, x = self._below(path, t), path.diffuse(x0, draws.eps, t)
        with torch.no_grad():
            wanted = consistency(network, setting, heun(path, teacher, x, t, s, cond), s, cond)
        found = pseudo_huber(consistency(network, setting, x, t, cond), wanted)
        return found if self.times is Times.LEVELS else found / expand(path.kappa(t) - path.kappa(s), found)

    def _below(self, path: Path, t: Tensor) -> Tensor:
        """Where the teacher's step from each t (B,) ends."""
        if self.times is Times.LEVELS:
            return neighbour(curve_times(path, self.levels), t)
        return time_at(path, place_of(path, t) - 1 / (self.levels - 1))


def _teacher(setting: Setting) -> Denoiser:
    """The model that was named, or else the exact denoiser; raises BadOption without either."""
    teacher = setting.known.teacher or setting.known.exact
    if teacher is None:
        raise BadOption("Consistency distillation needs a teacher; name a model that was trained on this path, or "
                        "choose consistency training.")
    return teacher


def heun(path: Path, teacher: Denoiser, x: Tensor, t: Tensor, s: Tensor, cond: Tensor) -> Tensor:
    """One step of the flow of states x (B, …) from t to s below it, both (B,) (Karras et al. 2022, algorithm 1).

    Along the flow x/alpha moves by eps_hat for each unit of sigma/alpha. A step to 0 is Euler's.
    """
    length = expand(path.kappa(s) - path.kappa(t), x)
    below, begun = expand(path.alpha(s), x), x / expand(path.alpha(t), x)
    first = to_eps(path, x, teacher(x, t, cond), t)
    guess = below * (begun + length * first)
    # where s is 0 there is no noise left to estimate
    inside = s.clamp(min=1e-9)
    second = to_eps(path, guess, teacher(guess, inside, cond), inside)
    slope = torch.where(expand(s, x) > 0, (first + second) / 2, first)
    return below * (begun + length * slope)
