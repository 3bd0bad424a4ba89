"""How straight paths are, by how data and noise are paired: at random, or by optimal transport in mini-batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import torch
from torch import Tensor

from engines.chart import Axis, Chart, Role, Series, slope
from engines.component import option
from engines.data.points.base import PointSetChoice
from engines.data.points.curve import Moons
from engines.events import Charted, Progressed
from engines.formula import Letter
from engines.studies.base import Study, Told, horizontal
from engines.training.objectives.coupling import assignment

PAIRS = 2048  # of data and noise, whose mean velocity is taken
BATCHES = (1, 4, 16, 64, 256)  # pairs among which noise is dealt out; of 1 there is no choice
STEPS = (1, 2, 4, 8, 16, 32)
FINE = 64  # steps of the reference, by Heun’s method


class Couplings(Study):
    """The exact marginal velocity of pairs, each blurred a little, followed from noise to data.

    The velocity of a pair is eps − x₀ all the way, so that only the mean over those which could be at x bends paths.
    """

    name: ClassVar[str] = "couplings"
    title: ClassVar[str] = "Straightness by pairs"
    summary: ClassVar[str] = ("Noise paired with data near it gives straighter paths, which take Euler’s method fewer "
                              "steps.")
    formula: ClassVar[tuple[str, ...]] = (
        r"\bar v(x, t) = \sum_l w_l (\epsilon_l - x_{0,l})",
        r"w_l = \frac{1}{Z}\exp\left(-\frac{\|x - (1 - t)\, x_{0,l} - t\,\epsilon_l\|^2}{2 \varrho^2}\right)")
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter(r"\bar v", "the mean velocity of all pairs that could be at x"), Letter("l", "counts the pairs"),
        Letter("w_l", "how likely pair l is at x"), Letter("Z", "what makes these add up to 1"),
        Letter(r"\varrho", "the standard deviation by which each pair is blurred"))
    source: ClassVar[str] = "Tong et al. 2024, arXiv 2302.00482, propositions 3.3 and 3.4"

    data: PointSetChoice = option(Moons(), title="Data", help="What noise is paired with.")
    blur: float = option(0.1, title="Blur", symbol=r"\varrho", ge=0.02, le=1, widget="log-slider",
                         help="Standard deviation about the straight line of each pair.")
    count: int = option(256, title="Samples", ge=10, le=5000, help="Particles whose paths are measured.")

    def run(self, seed: int) -> Iterator[Told]:
        """Yield the bend of paths by the size of batches, then Euler’s error at random and for the largest."""
        draw, total = torch.Generator().manual_seed(seed), len(BATCHES) + 2
        x0 = self.data.sample(PAIRS, seed).double()
        eps = torch.randn(x0.shape, dtype=torch.float64, generator=draw)
        which = torch.randint(PAIRS, (self.count,), generator=draw)
        blur = self.blur * torch.randn((self.count, x0.shape[1]), dtype=torch.float64, generator=draw)
        found, ends = list[float](), dict[int, Tensor]()
        flows = {size: PairFlow(x0, dealt(x0, eps, size), self.blur) for size in BATCHES}
        for size, flow in flows.items():
            path = flow.path(flow.eps[which] + blur, FINE)
            found.append(bend(path))
            ends[size] = path[-1]
            yield Charted(_bends(found))
            yield Progressed(len(found), total)
        errors = dict[str, list[float]]()
        for done, (name, size) in enumerate((("Pairs at random", 1), ("Optimal pairs", BATCHES[-1])), 1):
            begun = flows[size].eps[which] + blur
            errors[name] = [rms_length(flows[size].path(begun, steps, euler=True)[-1] - ends[size]) for steps in STEPS]
            yield Charted(_errors(errors))
            yield Progressed(len(BATCHES) + done, total)


class PairFlow:
    """The exact marginal velocity of pairs x0, eps (n, d) on straight paths, each blurred by `blur`."""

    def __init__(self, x0: Tensor, eps: Tensor, blur: float) -> None:
        self.x0, self.eps, self.blur = x0, eps, blur

    def velocity(self, x: Tensor, t: float) -> Tensor:
        """dx/dt at states x (N, d) and a time from 0, the data, to 1."""
        at = (1 - t) * self.x0 + t * self.eps
        # of the square of x − at what differs between pairs
        less = x @ at.T - at.square().sum(1) / 2
        return (less / self.blur**2).softmax(1) @ (self.eps - self.x0)

    def path(self, x: Tensor, steps: int, *, euler: bool = False) -> Tensor:
        """The states from x (N, d) at t = 1 to t = 0 in equal steps of Heun’s method, or Euler’s: (steps + 1, N, d)."""
        states, length = [x], 1 / steps
        for k in range(steps):
            t = 1 - k * length
            rate = self.velocity(x, t)
            if not euler:
                rate = (rate + self.velocity(x - length * rate, t - length)) / 2
            x = x - length * rate
            states.append(x)
        return torch.stack(states)


def dealt(x0: Tensor, eps: Tensor, size: int) -> Tensor:
    """The noise (n, d) dealt out anew within each batch of a size, so that Σ |x0 − eps|² is least there."""
    if size == 1:
        return eps
    batches = (slice(k, k + size) for k in range(0, len(x0), size))
    return torch.cat([eps[batch][assignment(x0[batch], eps[batch])] for batch in batches])


def bend(path: Tensor) -> float:
    """The length of paths (T, N, d) over the distance of their ends, of all together: 1 for straight ones."""
    return float(lengths(path[1:] - path[:-1]).sum() / lengths(path[-1] - path[0]).sum())


def lengths(x: Tensor) -> Tensor:
    """Of vectors (…, d): (…)."""
    return x.square().sum(-1).sqrt()


def rms_length(gap: Tensor) -> float:
    """The root mean square length of vectors (N, d)."""
    return float(gap.square().sum(1).mean().sqrt())


def _bends(found: list[float]) -> Chart:
    sizes = [float(size) for size in BATCHES[: len(found)]]
    series = Series.of("Paths of the mean velocity", sizes, found)
    return Chart("Bend of the paths", Axis("Pairs in a batch", log=True), Axis("Length over distance"),
                 (series, horizontal("A straight line", 1.0, sizes, Role.BOUND)),
                 remark="A batch of one pair leaves no choice: data and noise at random.")


def _errors(errors: dict[str, list[float]]) -> Chart:
    series, told = list[Series](), list[str]()
    for name, values in errors.items():
        power, factor = slope(list(STEPS[-3:]), values[-3:])
        series += [Series.of(name, STEPS, values),
                   Series.of(f"{name}, order {-power:.2f}", STEPS[-3:], [factor * n**power for n in STEPS[-3:]], (),
                             Role.FIT, name)]
        told.append(f"{name.lower()} {values[2]:.2g}")
    return Chart("Euler’s error", Axis("Steps", log=True), Axis("Distance from the flow", log=True), tuple(series),
                 remark=f"With {STEPS[2]} steps: {', '.join(told)}.")
