"""L_simple (Ho et al. 2020), with a weight for every time."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from torch import Tensor, nn

from engines.component import option
from engines.formula import Letter
from engines.process.shapes import expand
from engines.training.draws import Draws
from engines.training.objectives.base import Objective, Setting, mean_square, output_of
from engines.training.objectives.laws import Even, LawChoice
from engines.training.objectives.weights import AsPredicted, WeightChoice


class Simple(Objective):
    """Mean over the coordinates of (wanted − output)², weighted by the time.

    By default with weight 1. In terms of the error of x0_hat that is a weight of SNR for eps and score, 1 for x0
    and 1 + SNR for v on a variance-preserving path (Salimans & Ho 2022, section 4), so losses of different
    predictions cannot be compared; with any other weight they can.
    """

    name: ClassVar[str] = "simple"
    title: ClassVar[str] = "Simple"
    summary: ClassVar[str] = "The squared error of what the network outputs, at a random time."
    formula: ClassVar[tuple[str, ...]] = (
        r"\term{prior}{\ell} = \frac{1}{d}\left\|\hat\phi - \phi\right\|^2",
        r"\term{prior}{\ell} = \frac{\omega}{d}\left\|\hat x_0 - x_0\right\|^2")
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter(r"\hat\phi", "what the network outputs"), Letter(r"\phi", "what the network should output"),
        Letter(r"\omega", "how much an error of x̂_0 counts"))
    source: ClassVar[str] = "Ho et al. 2020, arXiv 2006.11239, eq. 14"

    weight: WeightChoice = option(AsPredicted(), title="Weight", help="How much an error counts at each time.")
    law: LawChoice = option(Even(), title="Noise levels", advanced=True,
                            help="How often each noise level is trained on.")

    def lines(self) -> tuple[str, ...]:
        """The error of the output where every one counts the same, else that of x0_hat with its weight; the times."""
        plain, weighted = self.formula
        drawn = () if isinstance(self.law, Even) else self.law.formula
        return ((plain,) if isinstance(self.weight, AsPredicted) else (weighted, *self.weight.formula)) + drawn

    def line_letters(self) -> tuple[Letter, ...]:
        """What `lines` are written with."""
        return (*self.own_letters(), *self.weight.own_letters(), *self.law.own_letters())

    def prepared(self, setting: Setting, x0: Tensor, labels: Tensor, draws: Draws) -> Draws:
        """With times of the chosen law."""
        del x0, labels
        return replace(draws, t=self.law.times(setting.path, draws.t))

    def losses(self, network: nn.Module, setting: Setting, x0: Tensor, labels: Tensor, draws: Draws) -> Tensor:
        """The squared error of the output, times its weight."""
        path, kind, t = setting.path, setting.prediction, draws.t
        output = output_of(network, path, path.diffuse(x0, draws.eps, t), t, draws.cond(labels))
        error = mean_square(output - kind.wanted(path, x0, draws.eps, t))
        return expand(self.weight.of_output(path, kind, t), error) * error
