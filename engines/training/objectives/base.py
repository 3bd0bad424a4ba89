"""The contract of a training objective, and what several of them need."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from functools import partial
from typing import Annotated, ClassVar

import torch
from pydantic import BeforeValidator, SerializeAsAny
from torch import Tensor, nn

from engines.component import Component, chosen, discover
from engines.denoiser import Denoiser
from engines.formula import Letter
from engines.learnt import Learnt
from engines.process.paths import Path
from engines.process.prediction import Prediction
from engines.process.shapes import expand
from engines.training.draws import Draws


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the samples.

    exact: the exact denoiser of the data on the path, where there is one. teacher: a trained denoiser on it,
    where one was named. grain: how far neighbouring values of the data are apart (2/255 for pixels), 0 for
    continuous ones.
    """

    exact: Denoiser | None = None
    teacher: Denoiser | None = None
    grain: float = 0.0


PIXELS = Known(grain=2 / 255)  # of images: grey levels, and nothing else


@dataclass(frozen=True, slots=True)
class Setting:
    """What is learnt, and all that an objective may know beside the batch.

    path: the process. prediction: what the network outputs on it, from which x0_hat follows. step: updates done
    before this one, of `steps` in all. known: beside the samples.
    """

    path: Path
    prediction: Prediction
    step: int = 0
    steps: int = 1
    known: Known = Known()


class Objective(Component):
    """The loss of a sample; a training minimises its mean.

    Every loss is a mean over the coordinates of a sample, so that it does not grow with their number.
    `losses` is a function of its arguments alone: what chance decides is in the draws.
    """

    outputs: ClassVar[int] = 1  # numbers that the network outputs for each coordinate
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter(r"\ell", "the loss of a sample, per coordinate"),
        Letter("d", "how many coordinates a sample has"),
        Letter("T", "how many steps the chain has"))

    @property
    def learnt(self) -> Learnt:
        """What x0_hat is to be: the mean of the data that may lie behind a state, where nothing else is said."""
        return Learnt.MEAN

    @property
    def taught_by(self) -> str:
        """The name of the model that it learns from, "" for none."""
        return ""

    def check(self, setting: Setting, shape: tuple[int, ...]) -> None:
        """Raise BadOption where samples of this shape cannot be learnt so; called before a training begins."""
        del setting, shape

    def prepared(self, setting: Setting, x0: Tensor, labels: Tensor, draws: Draws) -> Draws:
        """The draws of a whole batch as training wants them: other times, or noise dealt out in another way."""
        del setting, x0, labels
        return draws

    def probe(self, shape: tuple[int, ...], chance: torch.Generator) -> Tensor | None:
        """The probes (B, P, …) of a batch of this shape (B, …); None for an objective without any."""
        del shape, chance
        return None

    @abstractmethod
    def losses(self, network: nn.Module, setting: Setting, x0: Tensor, labels: Tensor, draws: Draws) -> Tensor:
        """The loss of every sample: (B,).

        Args:
            network: (x, t, cond) -> output, with x and output of unit size as `Prediction` says.
            setting: what is learnt.
            x0: data (B, …).
            labels: classes (B,).
            draws: chance, of the samples of x0; any times are allowed.
        """


def output_of(network: nn.Module, path: Path, x: Tensor, t: Tensor, cond: Tensor) -> Tensor:
    """What the network outputs at states x (B, …) of the path, at least in x's precision."""
    # also where the network computed in bfloat16: squares of small errors have no digits left there
    return network(x / expand(path.scale(t), x), t.float(), cond).to(x.dtype)


def estimate(network: nn.Module, setting: Setting, x: Tensor, t: Tensor, cond: Tensor) -> Tensor:
    """x0_hat (B, …) at states x (B, …)."""
    return setting.prediction.read(setting.path, x, output_of(network, setting.path, x, t, cond), t)


def mean_square(error: Tensor) -> Tensor:
    """The mean square over the coordinates of every sample: (B, …) -> (B,)."""
    return error.square().flatten(1).mean(1)


def objectives() -> dict[str, type[Objective]]:
    """Every objective known, by name."""
    return discover("engines.training.objectives", Objective)


ObjectiveChoice = Annotated[SerializeAsAny[Objective],
                            BeforeValidator(partial(chosen, base=Objective, kinds=objectives))]
