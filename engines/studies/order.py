"""The order of each sampler: how its error falls with the length of its steps."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import ClassVar

import torch
from torch import Tensor

from engines.analytic import MixtureDenoiser
from engines.chart import Axis, Chart, Role, Series, slope
from engines.component import option
from engines.data.points.base import PointSetChoice
from engines.data.points.mixtures import TwoBlobs
from engines.errors import BadOption
from engines.events import Charted, Progressed
from engines.formula import Letter
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path, PathChoice
from engines.process.vp_cosine import VPCosine
from engines.samplers.base import Sampler
from engines.samplers.rk4 import RungeKutta4
from engines.studies.base import Study, Told
from engines.studies.walks import SamplerNames, exact_mixture, samplers_of

FROM, TO = 5.0, 0.2  # levels sigma/alpha between which it is measured; runs that go on to 0 end with a step of order 1
STEPS = (4, 8, 16, 32, 64)
FINE = 400  # steps of the reference, by the sampler of the highest order
FINEST = 3  # step counts from the end of which a slope is taken


class Order(Study):
    """Root mean square distance of where a sampler and the flow itself take the same noise."""

    name: ClassVar[str] = "order"
    title: ClassVar[str] = "Order of discretisation"
    summary: ClassVar[str] = "Half the step leaves 2⁻ᵖ of the error: the slope of each line is the order p."
    formula: ClassVar[tuple[str, ...]] = (r"\sqrt{E\|\hat x - x\|^2} \approx C\,|\Delta t|^p",)
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter("E", "the mean over all that is drawn"), Letter(r"\hat x", "where a sampler ends"),
        Letter("C", "a number that is the sampler’s own"), Letter("p", "the order of the sampler"))
    source: ClassVar[str] = "Hairer, Nørsett & Wanner, Solving Ordinary Differential Equations I, section II.3"

    data: PointSetChoice = option(TwoBlobs(), title="Data", help="The prior; one whose density is known.")
    path: PathChoice = option(VPCosine(), title="Path", help="How data turns into noise.")
    samplers: SamplerNames = option("ddim, heun, dpm++2m, rk4", title="Samplers", widget="samplers", max_length=500,
                           help="Their names, separated by commas; samplers of the ODE.")
    count: int = option(64, title="Samples", ge=1, le=10_000, help="How many begin at the same noise.")

    def run(self, seed: int) -> Iterator[Told]:
        """Yield the chart after each run. Raises BadOption for a sampler that draws fresh noise."""
        walks = samplers_of(self.samplers)
        for title, sampler in walks.items():
            if sampler.order == 0:
                raise BadOption(f"{title} draws fresh noise, so it has no order along the flow; name samplers of the "
                                "ODE, such as ddim, heun or rk4.")
        denoiser = MixtureDenoiser(exact_mixture(self.data), self.path)
        noise = Noise(sample_seeds(seed, self.count), (denoiser.mixture.dimension,), dtype=torch.float64)
        exact = self._end(RungeKutta4(), denoiser, noise, FINE)
        found, done, total = dict[str, list[tuple[float, float]]](), 0, len(walks) * len(STEPS)
        for title, sampler in walks.items():
            rows = found.setdefault(title, [])
            for steps in STEPS:
                error = float((self._end(sampler, denoiser, noise, steps) - exact).square().sum(1).mean().sqrt())
                rows.append((sampler.evaluations(self._times(steps)), error))
                done += 1
                yield Charted(self._chart(found, walks))
                yield Progressed(done, total)

    def _times(self, steps: int) -> Tensor:
        levels = torch.linspace(math.log(FROM), math.log(TO), steps + 1, dtype=torch.float64).exp()
        return self.path.t_at_kappa(levels)

    def _end(self, sampler: Sampler, denoiser: MixtureDenoiser, noise: Noise, steps: int) -> Tensor:
        """The states (count, d) at the lowest level, all of which began with the same noise at the highest."""
        times, path = self._times(steps), self.path
        whole = torch.cat([times, torch.zeros_like(times[:1])])
        walk = sampler(path, denoiser, _begun(path, times[0], noise), whole, noise=noise)
        return next(step.x for step in walk if step.index == steps)

    def _chart(self, found: dict[str, list[tuple[float, float]]], walks: dict[str, Sampler]) -> Chart:
        series, told = list[Series](), list[str]()
        for title, rows in found.items():
            calls, errors = [row[0] for row in rows], [row[1] for row in rows]
            series.append(Series.of(title, calls, errors))
            if len(rows) == len(STEPS):
                power, order = slope(calls[-FINEST:], errors[-FINEST:])[0], walks[title].order
                told.append(f"{title} {-power:.2f} of {order}")
                # through the last value, where steps are short enough for the order to tell all
                law = [errors[-1] * (calls[-1] / n)**order for n in calls]
                series.append(Series.of(f"{title}, order {order}", calls, law, (), Role.EXACT, title))
        remark = f"Orders measured: {', '.join(told)}." if told else ""
        return Chart("Error against network calls", Axis("Network calls of each sample", log=True),
                     Axis("Distance from the flow", log=True), tuple(series), remark=remark)


def _begun(path: Path, t: Tensor, noise: Noise) -> Tensor:
    return path.scale(t) * noise.initial()
