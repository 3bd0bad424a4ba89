"""Time grids: where along the path a sampler stops."""

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


class TimeGrid(Component):
    """How the steps of a run are spread over time."""

    letters: ClassVar[tuple[Letter, ...]] = (
        Letter("i", "the number of the step, from 0"), Letter("N", "how many steps there are"),
        Letter(r"t_{\max}", "where sampling starts"))

    @abstractmethod
    def times(self, path: Path, steps: int) -> Tensor:
        """Decreasing times (steps+1,) float64 from path.t_max to exactly 0; steps is at least 1."""


class Uniform(TimeGrid):
    """Equal steps of time."""

    name: ClassVar[str] = "uniform"
    title: ClassVar[str] = "Uniform"
    short: ClassVar[str] = "uniform"
    summary: ClassVar[str] = "Equal steps of time."
    formula: ClassVar[tuple[str, ...]] = (r"t_i = t_{\max}\left(1 - \frac{i}{N}\right)",)
    source: ClassVar[str] = "Song, Meng & Ermon 2021, arXiv 2010.02502, appendix D.2 (linear)"

    def times(self, path: Path, steps: int) -> Tensor:
        """t_max·u for equal steps of u from 1 to 0."""
        return path.t_max * _falling(steps)


class Quadratic(TimeGrid):
    """Squares of equal steps: many small ones near the data, where a long one would lose detail."""

    name: ClassVar[str] = "quadratic"
    title: ClassVar[str] = "Quadratic"
    short: ClassVar[str] = "quadratic"
    summary: ClassVar[str] = "Small steps near the data, where a long one would lose detail."
    formula: ClassVar[tuple[str, ...]] = (r"t_i = t_{\max}\left(1 - \frac{i}{N}\right)^2",)
    source: ClassVar[str] = "Song, Meng & Ermon 2021, arXiv 2010.02502, appendix D.2 (quadratic)"

    def times(self, path: Path, steps: int) -> Tensor:
        """t_max·u² for equal steps of u from 1 to 0."""
        return path.t_max * _falling(steps).square()


class LogSNR(TimeGrid):
    """Equal steps of log-SNR from t_max to t = 1e-3, then one to 0."""

    name: ClassVar[str] = "log-snr"
    title: ClassVar[str] = "Log-SNR"
    short: ClassVar[str] = "log-SNR"
    summary: ClassVar[str] = "Each step but the last lowers the noise by the same factor beside the data."
    formula: ClassVar[tuple[str, ...]] = (
        r"\log\frac{\alpha_i}{\sigma_i} = \log\frac{\alpha_0}{\sigma_0} + \frac{i}{N-1}\left("
        r"\log\frac{\alpha_{N-1}}{\sigma_{N-1}} - \log\frac{\alpha_0}{\sigma_0}\right)",)
    source: ClassVar[str] = "Lu et al. 2022, arXiv 2206.00927, section 3.3 and appendix E"

    def times(self, path: Path, steps: int) -> Tensor:
        """`t_at` of equal steps, and 0."""
        # log-SNR is infinite at t = 0: the equal steps stop short of it
        ends = path.log_snr(torch.tensor([path.t_max, 1e-3], dtype=torch.float64))
        return _at(path, torch.linspace(float(ends[0]), float(ends[1]), steps, dtype=torch.float64))


class EDM(TimeGrid):
    """Equal steps of (sigma/alpha)^(1/rho), from t_max to the finest noise, then one to 0.

    sigma/alpha is the paper's sigma: the noise beside data of their own size.
    """

    name: ClassVar[str] = "edm"
    title: ClassVar[str] = "EDM"
    summary: ClassVar[str] = "Shortens the steps towards the data by a power of the noise, as far as rho says."
    formula: ClassVar[tuple[str, ...]] = (
        r"\frac{\sigma_i}{\alpha_i} = \left(\left(\frac{\sigma_0}{\alpha_0}\right)^{1/\rho} + \frac{i}{N-1}\left("
        r"b^{1/\rho} - \left(\frac{\sigma_0}{\alpha_0}\right)^{1/\rho}\right)\right)^\rho",)
    source: ClassVar[str] = "Karras et al. 2022, arXiv 2206.00364, eq. 5"

    # both as in the paper
    rho: float = option(7.0, title="Rho", symbol=r"\rho", ge=1, le=100, widget="slider",
                        help="1 is equal steps of noise; the larger, the more of the steps are near the data.")
    finest: float = option(0.002, title="Finest noise", symbol="b", ge=1e-4, le=1, widget="log-slider", advanced=True,
                           help="The noise beside the data from which the last step goes to none.")

    def times(self, path: Path, steps: int) -> Tensor:
        """`t_at` of the paper's noise levels, and 0."""
        # by log-SNR, which `kappa` rounds otherwise: recipes repeat to the bit
        coarsest = float((-path.log_snr(path.end) / 2).exp())
        ends = coarsest ** (1 / self.rho), self.finest ** (1 / self.rho)
        return _at(path, -2 * self.rho * torch.linspace(*ends, steps, dtype=torch.float64).log())


def _falling(steps: int) -> Tensor:
    """Equal steps from 1 to 0: (steps+1,) float64."""
    return torch.linspace(1, 0, steps + 1, dtype=torch.float64)


def _at(path: Path, log_snr: Tensor) -> Tensor:
    """The times of levels (steps,) that begin with that of t_max, and 0 behind them."""
    times = path.t_at(log_snr)
    # t_at inverts only up to rounding, and a time above t_max is off the path
    times[0] = path.t_max
    return torch.cat([times, times.new_zeros(1)])


def grids() -> dict[str, type[TimeGrid]]:
    """Every time grid known, by name."""
    return discover("engines.process", TimeGrid)


GridChoice = Annotated[SerializeAsAny[TimeGrid], BeforeValidator(partial(chosen, base=TimeGrid, kinds=grids))]


def time_grid(path: Path, steps: int, grid: TimeGrid | None = None) -> Tensor:
    """Decreasing times (steps+1,) float64 from path.t_max to exactly 0; equal steps of time without a grid."""
    return (grid or Uniform()).times(path, steps)


def move_at(times: Tensor, t: float) -> int:
    """The index of that move over times (N+1,) which begins nearest to t."""
    return int((times[:-1] - t).abs().argmin())
