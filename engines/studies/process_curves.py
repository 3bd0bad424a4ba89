"""Every path and every time grid, drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar

import torch
from torch import Tensor

from engines.chart import Axis, Chart, Role, Series
from engines.component import option
from engines.events import Charted
from engines.formula import Letter
from engines.process.chain import step_back
from engines.process.paths import Path, PathChoice, paths
from engines.process.times import grids
from engines.process.vp_cosine import VPCosine
from engines.studies.base import Study, Told, floats

POINTS = 201
TIME = Axis("Time t")


class ProcessCurves(Study):
    """The closed forms of all paths side by side; log-SNR tells that they differ in pace alone."""

    name: ClassVar[str] = "process"
    title: ClassVar[str] = "Paths and time grids"
    summary: ClassVar[str] = "What each path does to data and noise, and where each grid puts its steps."

    formula: ClassVar[tuple[str, ...]] = (
        r"x_t = \alpha_t x_0 + \sigma_t\epsilon", r"\partial x = \upsilon_t x\,\partial t + g_t\,\partial W",
        r"\upsilon = \frac{1}{\alpha}\frac{\partial\alpha}{\partial t},\ \ "
        r"g^2 = \frac{\partial\sigma^2}{\partial t} - 2\upsilon\sigma^2")
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter(r"\upsilon", "the drift f: how fast the data shrink at a time"),
        Letter("g", "how fast noise is added at a time"), Letter("W", "Brownian motion"))
    source: ClassVar[str] = "Song et al. 2021, arXiv 2011.13456, eq. 5; Kingma et al. 2021, arXiv 2107.00630, eq. 9"

    chain: int = option(1000, title="Chain steps", ge=2, le=100_000,
                        help="The number of steps of DDPM’s chain, whose β is drawn.")
    grid_path: PathChoice = option(VPCosine(), title="Grid path", help="The path whose time is divided.")
    grid_steps: int = option(20, title="Grid steps", ge=2, le=1000, help="Steps that each grid spreads.")

    def run(self, seed: int) -> Iterator[Told]:
        """Yield all charts."""
        del seed
        known = {kind().title: kind() for kind in paths().values()}
        for chart in (
                _chart(known, "Signal α", Axis("α"), lambda path, t: path.alpha(t)),
                _chart(known, "Noise σ", Axis("σ", log=True), lambda path, t: path.sigma(t)),
                _chart(known, "Signal power ᾱ", Axis("ᾱ"), lambda path, t: path.abar(t)),
                _chart(known, "Log-SNR", Axis("log α²/σ²"), lambda path, t: path.log_snr(t)),
                _chart(known, "Drift f", Axis("−f(t)", log=True), lambda path, t: -path.dlog_alpha(t),
                       "How fast the data shrink. Where variance explodes they keep their size: f is 0, which has no "
                       "place on this axis."),
                _chart(known, "Diffusion g", Axis("g(t)", log=True), lambda path, t: path.diffusion2(t).sqrt()),
                self._betas(known), *self._steps_back(), *self._grids()):
            yield Charted(chart)

    def beta(self, path: Path) -> Tensor:
        """β_i of the chain's steps, (chain,): the variance that step i adds, in units of that of x_t on a VP path."""
        times = torch.linspace(0, path.t_max, self.chain + 1, dtype=torch.float64)
        factor, variance = path.transition(times[:-1], times[1:])
        # where variance explodes, what is added is measured beside what is there: 1 − α_t²/α_s² there would be 0
        return variance / (variance + factor.square() * path.scale(times[:-1]).square())

    def _betas(self, known: dict[str, Path]) -> Chart:
        steps = range(1, self.chain + 1)
        return Chart(f"β of a chain of {self.chain:,} steps", Axis("Step i"), Axis("β", log=True), tuple(
            Series.of(title, steps, floats(self.beta(path)), (), Role.EXACT) for title, path in known.items()),
            remark="The share of the variance that each step replaces by fresh noise.")

    def _steps_back(self) -> tuple[Chart, Chart]:
        """DDPM's posterior of a step: its variance between β̃ and β, and how its mean μ̃ is made of x_t and x₀."""
        path = self.grid_path
        times = torch.linspace(0, path.t_max, self.chain + 1, dtype=torch.float64)
        # the first step back leaves no noise: its β̃ is 0
        back, steps = step_back(path, times[1:-1], times[2:]), range(2, self.chain + 1)
        variances = (("β", back.beta), ("β̃", back.beta_tilde))
        factors = (("of x_t", back.of_state), ("of x_0", back.of_data))
        lines = [tuple(Series.of(name, steps, floats(values), (), Role.EXACT) for name, values in told)
                 for told in (variances, factors)]
        return (Chart(f"Variance of a step back on {path.title}", Axis("Step i"), Axis("Variance", log=True), lines[0],
                      remark="β suits Gaussian data of variance 1, β̃ a single data point; they part near the data."),
                Chart(f"Mean μ̃ of a step back on {path.title}", Axis("Step i"), Axis("Factor", log=True), lines[1],
                      remark="μ̃ is the mean of x_s where x_t and x_0 are known: the sum of both with these factors."))

    def _grids(self) -> tuple[Chart, Chart]:
        """Where the steps of each grid are, by time and by noise."""
        steps, path = range(self.grid_steps + 1), self.grid_path
        times = {kind().title: kind().times(path, self.grid_steps) for kind in grids().values()}
        by_time = tuple(Series.of(title, steps, floats(t), (), Role.EXACT) for title, t in times.items())
        # the last time is 0, where log-SNR is infinite
        by_noise = tuple(Series.of(title, steps[:-1], floats(path.log_snr(t[:-1])), (), Role.EXACT)
                         for title, t in times.items())
        return (Chart(f"Time grids on {path.title}", Axis("Step"), Axis("Time t"), by_time),
                Chart("Time grids by log-SNR", Axis("Step"), Axis("log α²/σ²"), by_noise,
                      remark="Steps that are even here change the noise by the same factor each."))


def _chart(known: dict[str, Path], title: str, axis: Axis, curve: Callable[[Path, Tensor], Tensor],
           remark: str = "") -> Chart:
    """One quantity of every path over its time, but for t = 0, where some are infinite."""
    series = list[Series]()
    for name, path in known.items():
        # the same times on all paths, so that a table has them side by side; some end a little earlier
        t = torch.linspace(0, 1, POINTS, dtype=torch.float64)[1:].clamp(max=path.t_max)
        values = curve(path, t)
        if not axis.log or bool((values > 0).any()):
            series.append(Series.of(name, floats(t), floats(values), (), Role.EXACT))
    return Chart(title, TIME, axis, tuple(series), remark=remark)
