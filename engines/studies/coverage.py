"""How many modes samples find, against network calls."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from engines.analytic import MixtureDenoiser
from engines.chart import Axis, Chart, Role, Series
from engines.component import option
from engines.data.points.base import PointSetChoice
from engines.data.points.mixtures import Grid
from engines.errors import BadInput, BadOption, Diverged
from engines.events import Charted, Noted
from engines.formula import Letter
from engines.metrics.formulas import ModeError
from engines.metrics.points import mode_weights
from engines.process.paths import PathChoice
from engines.process.times import time_grid
from engines.process.vp_cosine import VPCosine
from engines.studies.base import Study, Told, horizontal
from engines.studies.walks import SamplerNames, progress, samplers_of, walked

STEPS = (1, 2, 3, 5, 8, 12, 20, 35, 60)


class Coverage(Study):
    """The weights of the modes of many samples beside the true ones."""

    name: ClassVar[str] = "coverage"
    title: ClassVar[str] = "Modes found"
    summary: ClassVar[str] = "Modes are found first, their weights later; Langevin keeps those it began with."
    formula: ClassVar[tuple[str, ...]] = (r"\sum_c\max\left(w_c - \hat w_c,\, 0\right)",)
    letters: ClassVar[tuple[Letter, ...]] = ModeError.letters

    data: PointSetChoice = option(Grid(), title="Data", help="A mixture whose modes are counted.")
    path: PathChoice = option(VPCosine(), title="Path", help="How data turns into noise.")
    samplers: SamplerNames = option("ddim, ddpm, langevin, annealed-langevin", title="Samplers", widget="samplers",
                           max_length=500, help="Their names, separated by commas.")
    count: int = option(2000, title="Samples", ge=100, le=100_000, help="Samples of each run.")

    def run(self, seed: int) -> Iterator[Told]:
        """Yield the modes found and the error of their weights, one run after the other."""
        mixture = self.data.mixture()
        if mixture is None or len(mixture.weights) < 2:
            raise BadOption(f"{self.data.title} has no modes to count; choose a mixture such as “grid”.")
        chance = expected_distance(mixture.weights.numpy(), self.count)
        found, samplers = dict[str, list[tuple[float, float, float]]](), samplers_of(self.samplers)
        done, total = 0, sum(STEPS) * len(samplers)
        for title, sampler in samplers.items():
            for steps in STEPS:
                times = time_grid(self.path, steps)
                walk = walked(MixtureDenoiser(mixture, self.path), self.path, sampler, times, self.count, seed,
                              (mixture.dimension,))
                try:
                    end = yield from progress(walk, done, total)
                    weights = mode_weights(end.points, mixture)
                    found.setdefault(title, []).append((
                        end.calls, len(weights.true) - weights.missed, weights.wrong))
                except (BadInput, Diverged) as error:
                    yield Noted(f"{title} with {steps} steps was left out: {error}")
                done += steps
                if found:
                    yield Charted(_modes(found, len(mixture.weights)))
                    yield Charted(_weights(found, chance))


def expected_distance(weights: np.ndarray, count: int) -> float:
    """The mean of Σ max(w − ŵ, 0) that as many exact samples have: each ŵ is nearly normal about w."""
    return float(np.sqrt(2 * weights * (1 - weights) / (math.pi * count)).sum() / 2)


def _modes(found: dict[str, list[tuple[float, float, float]]], modes: int) -> Chart:
    series = [Series.of(title, [row[0] for row in rows], [row[1] for row in rows]) for title, rows in found.items()]
    every = horizontal("All there are", float(modes), [x for one in series for x in one.x])
    return Chart("Modes found", Axis("Network calls of each sample", log=True), Axis("Modes"), (*series, every),
                 remark="A mode counts as found with a tenth of its weight.")


def _weights(found: dict[str, list[tuple[float, float, float]]], chance: float) -> Chart:
    series = [Series.of(title, [row[0] for row in rows], [row[2] for row in rows]) for title, rows in found.items()]
    exact = horizontal("Exact samples, by chance alone", chance, [x for one in series for x in one.x], Role.EXACT)
    return Chart("Error of the weights", Axis("Network calls of each sample", log=True),
                 Axis("Share of samples in the wrong mode", log=True), (*series, exact),
                 remark="The sum of what modes lack of their weights: how many samples would have to change to it.")
