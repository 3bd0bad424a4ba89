"""8×8 patches as a prior of the posterior laboratory: a mixture that was fitted to them, and any linear degradation."""
# torch's linalg, tolist and from_numpy carry no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from engines.analytic import Mixture, gaussian
from engines.chart import Axis, Chart
from engines.chart_parts import Picture, rounded_rows
from engines.component import option
from engines.errors import BadOption
from engines.inverse.base import InverseMethod
from engines.operators.base import DegradationChoice, LinearOperator
from engines.operators.random_pixels import RandomPixels
from engines.studies.laboratory_prior import LaboratoryPrior, Problem
from engines.studies.patch_mixture import SIDE, patch_mixture
from engines.worded import Worded

SAMPLES = 7  # pictures in a row
TOLD = ("Bias: distance of both means. Spread: standard deviation of each pixel. Covariance: with the pixel that the "
        "exact posterior leaves most open.")


class Fitted(Worded):
    """What was fitted to the patches."""

    MIXTURE = "mixture", "mixture", "Mixture of 8 Gaussians"
    GAUSSIAN = "gaussian", "Gaussian", "One Gaussian"


class PatchPrior(LaboratoryPrior):
    """Patches of the bundled digits, in 64 dimensions, by a mixture fitted by expectation–maximisation."""

    name: ClassVar[str] = "patches"
    title: ClassVar[str] = "8×8 patches of digits"
    summary: ClassVar[str] = "Patches of pictures in 64 dimensions, by a fitted mixture, damaged in any linear way."
    source: ClassVar[str] = ("Zoran & Weiss 2011, “From learning models of natural image patches to whole image "
                             "restoration”")

    fitted: Fitted = option(Fitted.MIXTURE, title="Model",
                            help="A mixture of Gaussians that was fitted to the patches, or the one Gaussian of its "
                                 "mean and covariance.")
    degradation: DegradationChoice = option(RandomPixels(), title="Degradation", help="What happens to a patch; a "
                                            "linear one, whose exact posterior is known.")

    def mixture(self) -> Mixture:
        """The mixture that ships, or one Gaussian of its moments."""
        known = patch_mixture()
        return known if self.fitted is Fitted.MIXTURE else gaussian(known.mean(), known.covariance())

    def called(self) -> str:
        """“patches, random pixels”."""
        return f"patches, {self.degradation.called()}"

    def shape(self) -> tuple[int, ...]:
        """(1, 8, 8)."""
        return (1, SIDE, SIDE)

    def operator(self, seed: int) -> LinearOperator:
        """The degradation of a patch; raises BadOption for one that is not linear, or needs a file."""
        if self.degradation.files:
            raise BadOption(f"{self.degradation.title} needs a file, which patches of the laboratory do not have; "
                            "choose “random-pixels” or “gaussian-blur”.")
        found = self.degradation.operator(self.shape(), torch.Generator().manual_seed(seed), {})
        if not isinstance(found, LinearOperator):
            raise BadOption(f"{self.degradation.title} is not linear, so that no exact posterior is known; choose "
                            "“random-pixels” or “gaussian-blur”.")
        return found

    def refusal(self, method: InverseMethod) -> str:
        """What the method itself says of the degradation."""
        return method.unfit(self.degradation)

    def noised(self, operator: LinearOperator, x0: Tensor, noise: Tensor) -> Tensor:
        """Pixels that are lost have no noise either, as they are not measured."""
        return operator.forward(x0 + noise) if self.degradation.pixels else operator.forward(x0) + noise

    def drawn(self, title: str, x: Tensor, problem: Problem, remark: str = "") -> Chart:
        """Mean, spread and covariance of the pixels beside those of the exact posterior, and some samples of each."""
        exact, measurement = problem.exact, problem.measurement
        mean, known, points = x.double().mean(0), exact.mean(), x.double()
        seen = measurement.linear.pinv(measurement.y)[0]
        off = float((mean - known).abs().max())
        pictures = (
            _picture("Truth", problem.truth, 0), _picture("A⁺y", seen, 0), _picture("Exact mean", known, 0),
            _picture("Their mean", mean, 0), _picture("Bias", (mean - known).abs(), 0, (0.0, off)),
            *_spreads(exact.covariance(), points.T.cov()),
            *(_picture(f"Exact {k}", one, 2) for k, one in enumerate(exact.sample(SAMPLES, 1), 1)),
            *(_picture(f"Sample {k}", one, 3) for k, one in enumerate(x[:SAMPLES], 1)))
        return Chart(title, Axis("Column"), Axis("Row"), remark=remark or TOLD, pictures=pictures)


def _spreads(exact: Tensor, own: Tensor) -> tuple[Picture, ...]:
    """Standard deviations, and covariances with the pixel that the exact posterior (64, 64) leaves most open."""
    true, spread = exact.diagonal().sqrt(), own.diagonal().sqrt()
    most, pixel = float(torch.maximum(true, spread).max()), int(true.argmax())
    both = torch.cat([exact[pixel], own[pixel]])
    ends = float(both.min()), float(both.max())
    return (_picture("Exact spread", true, 1, (0.0, most)), _picture("Their spread", spread, 1, (0.0, most)),
            _picture("Exact covariance", exact[pixel], 1, ends), _picture("Their covariance", own[pixel], 1, ends))


def _picture(caption: str, values: Tensor, row: int, heat: tuple[float, float] | None = None) -> Picture:
    """A patch (64,) or (1, 8, 8) in grey from −1 to 1, or as heat between two values."""
    low, high = (-1.0, 1.0) if heat is None else heat
    rows = rounded_rows(values.double().reshape(SIDE, SIDE).tolist())
    return Picture(caption, rows, low, high, heat is not None, row)
