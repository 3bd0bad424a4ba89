"""What guidance gains in accuracy it loses in diversity: both against its scale, for several kinds of guidance."""
# torch.linalg carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import ClassVar

import torch
from torch import Tensor

from engines.analytic import Mixture, MixtureDenoiser
from engines.chart import Axis
from engines.component import option
from engines.data.points.base import PointSetChoice
from engines.data.points.mixtures import Ring
from engines.denoiser import Denoiser
from engines.errors import BadOption, Diverged
from engines.events import Charted, Noted, Progressed
from engines.formula import Letter
from engines.guidance.cfg import SCALE
from engines.guidance.classifier import CLASS, ExactClassifier
from engines.guidance.interval import HIGH, LOW
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import PathChoice
from engines.process.times import time_grid
from engines.process.vp_cosine import VPCosine
from engines.samplers.base import SamplerChoice
from engines.samplers.heun import Heun
from engines.sampling import Plan, steps
from engines.studies.base import Study, Told, horizontal
from engines.studies.guidance_curves import REMARK, Found, Seen, kinds
from engines.studies.walks import Walked, progress

SCALES = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0)
ACCURACY, DIVERSITY = "accuracy", "diversity"
EXACTLY = "Exact samples of the classes"
PAID = "What is gained in accuracy beyond the plain model is paid for in diversity."


class GuidanceStudy(Study):
    """Samples of every class in turn, by the exact denoiser and the exact classifier."""

    name: ClassVar[str] = "guidance"
    title: ClassVar[str] = "Guidance: accuracy and diversity"
    summary: ClassVar[str] = "More guidance puts more samples into their class, and makes them more alike."
    formula: ClassVar[tuple[str, ...]] = (
        r"\nabla_{x_t} \log p_t(x_t) + \gamma\,\nabla_{x_t} \log p(c|x_t)",)
    letters: ClassVar[tuple[Letter, ...]] = (SCALE, CLASS, Letter("p_t", "the law of x_t"))

    data: PointSetChoice = option(Ring(spread=0.3), title="Data", help="A mixture whose modes are the classes.")
    path: PathChoice = option(VPCosine(), title="Path", help="How data turns into noise.")
    sampler: SamplerChoice = option(Heun(), title="Sampler", help="How the guided denoisers are walked.")
    steps: int = option(40, title="Steps", ge=2, le=1000, help="Moves of each run.")
    low: float = option(0.2, title="Guided from", ge=0, lt=1, symbol=LOW.latex,
                        help="Where the interval of the guidance that acts in one alone begins.")
    high: float = option(0.8, title="Guided until", gt=0, le=1, symbol=HIGH.latex,
                         help="Where that interval ends.")
    count: int = option(2000, title="Samples", ge=50, le=100_000, help="Samples of each run, of all classes in turn.")

    def run(self, seed: int) -> Iterator[Told]:
        """Yield both charts after each scale; raises BadOption for data without classes."""
        mixture = self.data.mixture()
        if mixture is None or len(mixture.weights) < 2:
            raise BadOption(f"{self.data.title} has no modes to ask for; choose a mixture such as “ring”.")
        if self.low >= self.high:
            raise BadOption(f"The interval from {self.low:g} to {self.high:g} is empty; choose a larger end.")
        prior, classifier = MixtureDenoiser(mixture, self.path), ExactClassifier(mixture, self.path)
        labels, found = torch.arange(self.count) % len(mixture.weights), Found()
        truth = seen(mixture, drawn(mixture, labels, seed), labels)
        ways = kinds(classifier, self.low, self.high)
        done, total = 0, len(SCALES) * len(ways) * self.steps
        for scale in SCALES:
            for kind in ways:
                walk = progress(self._walk(kind.guide(scale).bent(prior, classes=kind.told), labels, seed), done, total)
                done += self.steps
                try:
                    found.add(kind.name, scale, seen(mixture, (yield from walk).points.double(), labels))
                except Diverged as error:
                    yield Noted(f"{kind.name} of scale {scale:g} was left out: {error}")
            yield Progressed(done, total)
            yield from _charts(found, truth)

    def _walk(self, guided: Denoiser, labels: Tensor, seed: int) -> Generator[None, None, Walked]:
        """Sample every label in turn, pausing after each move; the samples are the generator's value."""
        times = time_grid(self.path, self.steps)
        noise = Noise(sample_seeds(seed, self.count), (self.data.dimension,))
        walk = steps(Plan("", self.path, guided, self.sampler, times, noise, tuple(int(k) for k in labels)))
        last = next(walk)
        for step in walk:
            last = step
            yield
        return Walked(last.x, last.nfe)


def _charts(found: Found, truth: Seen) -> Iterator[Charted]:
    """Both figures over the scale, beside those of the classes themselves."""
    exact = horizontal(EXACTLY, truth.figures[ACCURACY], found.scales)
    yield Charted(found.chart("Accuracy by scale", ACCURACY, Axis("Share in the class asked for"), REMARK, exact))
    exact = horizontal("The classes themselves", 1.0, found.scales)
    yield Charted(found.chart("Diversity by scale", DIVERSITY, Axis("Spread within a class, of that of the data"), PAID,
                              exact))


def drawn(mixture: Mixture, labels: Tensor, seed: int) -> Tensor:
    """Exact samples (N, d) of the components that labels (N,) name."""
    z = torch.randn(len(labels), mixture.dimension, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    values, vectors = torch.linalg.eigh(mixture.covariances)  # as a covariance may be singular
    roots = vectors * values.clamp(min=0).sqrt()[:, None]
    return mixture.means[labels] + torch.einsum("nij,nj->ni", roots[labels], z)


def seen(mixture: Mixture, points: Tensor, labels: Tensor) -> Seen:
    """What points (N, d) of labels (N,) are like; every label has some.

    accuracy: the share that lies in the class asked for, by the exact classifier of the data; diversity: their
    root mean square distance from the mean of their class, over the classes, as a share of that of the data.
    """
    accuracy = (mixture.responsibilities(points).argmax(1) == labels).double().mean()
    means = torch.stack([points[labels == k].mean(0) for k in range(len(mixture.weights))])
    spread = (points - means[labels]).square().sum(1).mean()
    true = mixture.covariances.diagonal(dim1=1, dim2=2).sum(1)[labels].mean()
    return Seen({ACCURACY: float(accuracy), DIVERSITY: float((spread / true).sqrt())})
