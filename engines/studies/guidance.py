"""What guidance gains in accuracy it loses in diversity: both against its scale, for two kinds of guidance."""
# torch.linalg carries no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from engines.analytic import Mixture, MixtureDenoiser
from engines.chart import Axis, Chart, Series
from engines.component import option
from engines.data.points.base import PointSetChoice
from engines.data.points.mixtures import Ring
from engines.denoiser import Denoiser
from engines.errors import BadOption, Diverged
from engines.events import Charted, Noted, Progressed
from engines.formula import Letter
from engines.guidance.cfg import SCALE, ClassifierFree
from engines.guidance.classifier import CLASS, ClassifierGuided, ExactClassifier, Untold
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import PathChoice
from engines.process.times import time_grid
from engines.process.vp_cosine import VPCosine
from engines.samplers.base import SamplerChoice
from engines.samplers.heun import Heun
from engines.sampling import Plan, steps
from engines.studies.base import Study, Told, horizontal
from engines.studies.walks import Walked, progress

SCALES = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 8.0)
FREE, PULLED = "Classifier-free guidance", "Classifier guidance"


@dataclass(frozen=True, slots=True)
class Seen:
    """What samples of classes are like.

    accuracy: the share that lies in the class asked for, by the exact classifier of the data; diversity: their
    root mean square distance from the mean of their class, over the classes, as a share of that of the data.
    """

    accuracy: float
    diversity: float


Found = dict[str, list[tuple[float, Seen]]]


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
    count: int = option(2000, title="Samples", ge=50, le=100_000, help="Samples of each run, of all classes in turn.")

    def run(self, seed: int) -> Iterator[Told]:
        """Yield both charts after each scale; raises BadOption for data without classes."""
        mixture = self.data.mixture()
        if mixture is None or len(mixture.weights) < 2:
            raise BadOption(f"{self.data.title} has no modes to ask for; choose a mixture such as “ring”.")
        prior = MixtureDenoiser(mixture, self.path)
        exact = ExactClassifier(mixture, self.path)
        labels = torch.arange(self.count) % len(mixture.weights)
        found: Found = {FREE: [], PULLED: []}
        truth = seen(mixture, drawn(mixture, labels, seed), labels)
        done, total = 0, len(SCALES) * 2 * self.steps
        for scale in SCALES:
            for name, guided in ((FREE, ClassifierFree(prior, scale)),
                                 (PULLED, ClassifierGuided(Untold(prior), exact, scale))):
                walk = progress(self._walk(guided, labels, seed), done, total)
                done += self.steps
                try:
                    found[name].append((scale, seen(mixture, (yield from walk).points.double(), labels)))
                except Diverged as error:
                    yield Noted(f"{name} of scale {scale:g} was left out: {error}")
            yield Progressed(done, total)
            if all(found.values()):
                yield Charted(_accuracy(found, truth))
                yield Charted(_diversity(found))

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


def drawn(mixture: Mixture, labels: Tensor, seed: int) -> Tensor:
    """Exact samples (N, d) of the components that labels (N,) name."""
    z = torch.randn(len(labels), mixture.dimension, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    values, vectors = torch.linalg.eigh(mixture.covariances)  # as a covariance may be singular
    roots = vectors * values.clamp(min=0).sqrt()[:, None]
    return mixture.means[labels] + torch.einsum("nij,nj->ni", roots[labels], z)


def seen(mixture: Mixture, points: Tensor, labels: Tensor) -> Seen:
    """What points (N, d) of labels (N,) are like; every label has some."""
    accuracy = (mixture.responsibilities(points).argmax(1) == labels).double().mean()
    means = torch.stack([points[labels == k].mean(0) for k in range(len(mixture.weights))])
    spread = (points - means[labels]).square().sum(1).mean()
    true = mixture.covariances.diagonal(dim1=1, dim2=2).sum(1)[labels].mean()
    return Seen(float(accuracy), float((spread / true).sqrt()))


def _series(found: Found, value: Callable[[Seen], float]) -> list[Series]:
    return [Series.of(name, [scale for scale, _ in rows], [value(row) for _, row in rows])
            for name, rows in found.items()]


def _accuracy(found: Found, truth: Seen) -> Chart:
    series = _series(found, lambda row: row.accuracy)
    exact = horizontal("Exact samples of the classes", truth.accuracy, [x for one in series for x in one.x])
    return Chart("Accuracy by scale", Axis("Scale of guidance"), Axis("Share in the class asked for"), (*series, exact),
                 remark="Scale 0 ignores the class, and 1 samples it as it is.")


def _diversity(found: Found) -> Chart:
    series = _series(found, lambda row: row.diversity)
    exact = horizontal("The classes themselves", 1.0, [x for one in series for x in one.x])
    return Chart("Diversity by scale", Axis("Scale of guidance"), Axis("Spread within a class, of that of the data"),
                 (*series, exact), remark="What is gained in accuracy beyond scale 1 is paid for in diversity.")
