"""How much an error counts at each time: weights of the squared error of x0_hat, the same for every prediction."""

from __future__ import annotations

from abc import abstractmethod
from functools import partial
from typing import Annotated, ClassVar

import torch
from pydantic import BeforeValidator, SerializeAsAny
from torch import Tensor

from engines.component import Component, chosen, discover, option
from engines.formula import Letter
from engines.process.paths import Path
from engines.process.prediction import Prediction


class Weight(Component):
    """A weight w(t) of |x0 − x0_hat|²; a subclass gives it in `of_x0`.

    A network's output that is off by e makes x0_hat off by gain·e, so that w·gain² is the weight of its own
    error: what is minimised is then the same whatever is predicted.
    """

    letters: ClassVar[tuple[Letter, ...]] = (
        Letter(r"\omega", "how much an error of x̂_0 counts"),
        Letter(r"\mathrm{SNR}", "ᾱ/σ²: the power of the data beside that of the noise"))

    @abstractmethod
    def of_x0(self, path: Path, prediction: Prediction, t: Tensor) -> Tensor:
        """The weight of an error of x0_hat at t above 0, of t's shape."""

    def of_output(self, path: Path, prediction: Prediction, t: Tensor) -> Tensor:
        """The weight of an error of the network's output at t above 0, of t's shape."""
        return self.of_x0(path, prediction, t) * prediction.gain(path, t).square()


class AsPredicted(Weight):
    """1 for the network's own error: SNR for eps and score, 1 for x0, SNR + 1 for v where variance is preserved."""

    name: ClassVar[str] = "as-predicted"
    title: ClassVar[str] = "As predicted"
    summary: ClassVar[str] = "Errors of what the network outputs count the same at every time."
    formula: ClassVar[tuple[str, ...]] = (r"\omega = \left(\frac{\partial \hat x_0}{\partial\hat\phi}\right)^{-2}",)
    letters: ClassVar[tuple[Letter, ...]] = (Letter(r"\hat\phi", "what the network outputs"),)
    source: ClassVar[str] = "Ho et al. 2020, arXiv 2006.11239, eq. 14; Salimans & Ho 2022, arXiv 2202.00512, section 4"

    def of_x0(self, path: Path, prediction: Prediction, t: Tensor) -> Tensor:
        """1/gain²."""
        return 1 / prediction.gain(path, t).square()

    def of_output(self, path: Path, prediction: Prediction, t: Tensor) -> Tensor:
        """Exactly 1."""
        return torch.ones_like(t)


class Constant(Weight):
    """1: the error of x0_hat itself."""

    name: ClassVar[str] = "constant"
    title: ClassVar[str] = "1"
    summary: ClassVar[str] = "Errors of the estimated data count the same at every time."
    formula: ClassVar[tuple[str, ...]] = (r"\omega = 1",)
    source: ClassVar[str] = "Salimans & Ho 2022, arXiv 2202.00512, section 4"

    def of_x0(self, path: Path, prediction: Prediction, t: Tensor) -> Tensor:
        """1."""
        return torch.ones_like(t)


class SNR(Weight):
    """alpha²/sigma²: the error of the noise."""

    name: ClassVar[str] = "snr"
    title: ClassVar[str] = "SNR"
    summary: ClassVar[str] = "The loss of DDPM whatever is predicted: errors of the noise count the same."
    formula: ClassVar[tuple[str, ...]] = (r"\omega = \mathrm{SNR} = \frac{\bar\alpha_t}{\sigma_t^2}",)
    source: ClassVar[str] = "Ho et al. 2020, arXiv 2006.11239, eq. 14"

    def of_x0(self, path: Path, prediction: Prediction, t: Tensor) -> Tensor:
        """alpha²/sigma²."""
        return _snr(path, t)


class InverseNoise(Weight):
    """1/sigma², which is 1/(1 − alpha-bar) where variance is preserved."""

    name: ClassVar[str] = "inverse-noise"
    title: ClassVar[str] = "1/(1 − ᾱ)"
    summary: ClassVar[str] = "Errors of the estimated data count beside the noise that hides them."
    formula: ClassVar[tuple[str, ...]] = (r"\omega = \frac{1}{\sigma_t^2} = \frac{1}{1-\bar\alpha_t}",)
    source: ClassVar[str] = "Song et al. 2021, arXiv 2011.13456, eq. 7: sigma² for scores, here for data and over ᾱ"

    def of_x0(self, path: Path, prediction: Prediction, t: Tensor) -> Tensor:
        """1/sigma²."""
        return 1 / path.sigma(t).square()


class MinSNR(Weight):
    """min(SNR, gamma): that of eps, but for times of little noise."""

    name: ClassVar[str] = "min-snr"
    title: ClassVar[str] = "Min-SNR"
    summary: ClassVar[str] = "As the SNR, but no more than a bound where there is little noise."
    formula: ClassVar[tuple[str, ...]] = (r"\omega = \min\left(\mathrm{SNR}, m\right)",)
    source: ClassVar[str] = "Hang et al. 2023, arXiv 2303.09556, section 3.4"

    # the paper writes gamma, which is the scale of guidance here
    bound: float = option(5.0, title="Bound", symbol="m", gt=0, le=1e6, help="The most that an error counts.")

    def of_x0(self, path: Path, prediction: Prediction, t: Tensor) -> Tensor:
        """min(alpha²/sigma², bound)."""
        return _snr(path, t).clamp(max=self.bound)


class OfV(Weight):
    """SNR + 1: the error of v where variance is preserved."""

    name: ClassVar[str] = "v"
    title: ClassVar[str] = "SNR + 1"
    summary: ClassVar[str] = "As errors of v count, whatever is predicted: never less than 1."
    formula: ClassVar[tuple[str, ...]] = (r"\omega = \mathrm{SNR} + 1",)
    source: ClassVar[str] = "Salimans & Ho 2022, arXiv 2202.00512, section 4"

    def of_x0(self, path: Path, prediction: Prediction, t: Tensor) -> Tensor:
        """alpha²/sigma² + 1."""
        return _snr(path, t) + 1


class Likelihood(Weight):
    """½ g² alpha²/sigma⁴ = −½ dSNR/dt: the loss is then the bound in nats, but for what no network can change.

    The error of the score is alpha/sigma² times that of x0_hat, and counts ½ g². It is the rate of the bound
    per unit of time; times are drawn evenly from (0, t_max), so the mean is multiplied by t_max.
    """

    name: ClassVar[str] = "likelihood"
    title: ClassVar[str] = "Likelihood"
    summary: ClassVar[str] = "Errors count as they do in the bound of the log-likelihood, mostly where noise is faint."
    formula: ClassVar[tuple[str, ...]] = (
        r"\omega = t_{\max}\frac{g_t^2\bar\alpha_t}{2\sigma_t^4}",)
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter(r"t_{\max}", "where sampling starts"), Letter("g", "how fast noise is added at a time"))
    source: ClassVar[str] = ("Song et al. 2021, arXiv 2101.09258, eq. 7 (lambda = g²); Kingma et al. 2021, arXiv "
                             "2107.00630, eq. 17")

    def of_x0(self, path: Path, prediction: Prediction, t: Tensor) -> Tensor:
        """½ t_max g² alpha²/sigma⁴."""
        return path.t_max / 2 * path.diffusion2(t) * path.abar(t) / path.sigma(t) ** 4


def _snr(path: Path, t: Tensor) -> Tensor:
    return (path.alpha(t) / path.sigma(t)).square()


def weights() -> dict[str, type[Weight]]:
    """Every weight known, by name."""
    return discover("engines.training.objectives", Weight)


WeightChoice = Annotated[SerializeAsAny[Weight], BeforeValidator(partial(chosen, base=Weight, kinds=weights))]
