"""The formulas of the distances to the truth, as a sweep shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from engines.formula import Formulated, Letter

MEAN = Letter("E", "the mean over all that is drawn")
SAMPLE, TRUE = Letter("X", "a sample"), Letter("Y", "a point of the truth")


class Energy(Formulated):
    """`points.energy_distance`."""

    formula: ClassVar[tuple[str, ...]] = (r"2E\|X - Y\| - E\|X - X'\| - E\|Y - Y'\|",)
    letters: ClassVar[tuple[Letter, ...]] = (
        MEAN, SAMPLE, TRUE, Letter("X'", "another sample"), Letter("Y'", "another point of the truth"))
    source: ClassVar[str] = "Székely & Rizzo 2013"


class Sliced(Formulated):
    """`points.sliced_wasserstein`."""

    formula: ClassVar[tuple[str, ...]] = (r"\sqrt{E\,W_2(e\cdot X,\ e\cdot Y)^2}",)
    letters: ClassVar[tuple[Letter, ...]] = (
        MEAN, SAMPLE, TRUE, Letter("W_2", "the Wasserstein distance"), Letter("e", "a direction"))
    source: ClassVar[str] = "Bonneel et al. 2015"


class LogLoss(Formulated):
    """`points.mean_nll`."""

    formula: ClassVar[tuple[str, ...]] = (r"-E\log q(X)",)
    letters: ClassVar[tuple[Letter, ...]] = (MEAN, SAMPLE, Letter("q(X)", "the true density at a sample"))


class ModeError(Formulated):
    """The largest error of `points.mode_weights`."""

    formula: ClassVar[tuple[str, ...]] = (r"\max_c\left|\hat w_c - w_c\right|",)
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter(r"\hat w_c", "the mean share of component c in the samples"),
        Letter("c", "a component of the mixture"), Letter("w_c", "the true weight of component c"))


class Moments(Formulated):
    """`points.moment_distance`."""

    formula: ClassVar[tuple[str, ...]] = (
        r"\|m_X - m_Y\|^2 + \mathrm{tr}\left(C_X + C_Y - 2\sqrt{C_X C_Y}\right)",)
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter("m_X", "the mean of the samples"), Letter("m_Y", "that of the truth"),
        Letter("C_X", "the covariance of the samples"), Letter("C_Y", "the covariance of the truth"),
        Letter(r"\mathrm{tr}", "the sum of the diagonal"))
    source: ClassVar[str] = "Dowson & Landau 1982"


# by the names of `truth.FIGURES`
FORMULAS: Mapping[str, Formulated] = {
    "energy": Energy(), "sliced_wasserstein": Sliced(), "nll": LogLoss(), "mode_error": ModeError(),
    "moments": Moments()}
