"""Guidance scale: digits sampled with more and more guidance, and what that does to accuracy and diversity."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, cast

import numpy as np
import torch
from torch import Tensor

from engines.chart import Axis
from engines.classifiers import BUNDLED_CLASSIFIER, Classified, bundled_or_noted
from engines.component import Options, option
from engines.context import Context
from engines.data.digits import digits
from engines.denoiser import Denoiser
from engines.errors import Diverged
from engines.events import Charted, Event, Measured, Noted, Progressed, Said
from engines.formula import Explanation
from engines.guidance.classifier import NoisyClassifier
from engines.lean import ready
from engines.metrics.classifier import bundled_classifier, look
from engines.metrics.frechet import frechet
from engines.model_file import ModelSpec
from engines.model_names import spoken
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path
from engines.process.times import GridChoice, time_grid
from engines.samplers.base import SamplerChoice
from engines.samplers.ddim import DDIM
from engines.sampling import Plan, find_model, open_model, steps
from engines.studies.base import horizontal
from engines.studies.guidance import GuidanceStudy
from engines.studies.guidance_curves import FREE, PLAIN, REMARK, Found, Kind, Seen, kinds
from engines.tasks.base import Cost, Task
from engines.tasks.evaluate import check_digits
from engines.tasks.shared_options import (
    Until,
    guided_from_option,
    guided_until_option,
    model_option,
    rescale_option,
    seed_option,
    spacing_option,
)

SCALES = (0.0, 1.0, 2.0, 4.0, 8.0)
CLASSES = 10
TOGETHER = 50  # samples in the network at once, so that a pause acts soon
ACCURACY, DIVERSITY, FRECHET = "accuracy", "diversity", "frechet"
REAL = "Held-out digits"


class GuidanceScaleOptions(Options):
    """What is sampled, and which guidance bends it."""

    model: str = model_option()
    classifier: str = option(BUNDLED_CLASSIFIER, title="Classifier", widget="classifier", max_length=4096,
                             help="Name or file of a classifier made by train-classifier, which pulls the model that "
                                  "is not told the class; empty leaves that kind of guidance out.")
    guided_from: float = guided_from_option(0.2)
    guided_until: Until = guided_until_option(0.8)
    rescale: float = rescale_option(0.7)
    sampler: SamplerChoice = option(DDIM(), title="Sampler", help="How the model is walked.", group="Sampler")
    steps: int = option(12, title="Steps", help="Moves from noise to data.", ge=1, le=1000, group="Sampler")
    spacing: GridChoice = spacing_option()
    count: int = option(100, title="Count", ge=2 * CLASSES, le=10_000, group="Samples",
                        help="Samples at each scale of each kind of guidance, of all classes in turn.")
    seed: int = seed_option("Sample k uses seed + k, at every scale.")

    def classified(self, model: ModelSpec | None) -> Classified | None:
        """What a classifier has to fit; None while the model is not known."""
        return None if model is None else Classified.of(model)


class GuidanceScale(Task):
    """Sample a model of digits at several scales of every kind of guidance, and chart what comes of it."""

    name: ClassVar[str] = "guidance-scale"
    title: ClassVar[str] = "Guidance scale"
    verb: ClassVar[str] = "Measure"
    summary: ClassVar[str] = "How recognisable and how varied digits are, by the scale and the kind of guidance."
    workspace: ClassVar[str] = "images"
    place: ClassVar[int] = 70
    draws: ClassVar[bool] = False
    needs_state: ClassVar[bool] = False
    Form: ClassVar[type[Options]] = GuidanceScaleOptions
    figures: ClassVar[Mapping[str, str]] = {"runs": "how many scales were sampled", "accuracy_real": (
        "share of held-out digits that is recognised")}

    def title_of(self, options: Any) -> str:
        """“Guidance scale of digits”."""
        return f"Guidance scale of {spoken(cast(GuidanceScaleOptions, options).model)}"

    def explained(self, options: Any) -> Explanation | None:
        """The formula that guidance of every kind is a case of."""
        del options
        return Explanation.of(GuidanceStudy())

    def cost_of(self, options: Any, model: ModelSpec | None) -> Cost | None:
        """About what every kind takes at every scale; a call of the classifier counts as half of one of the model."""
        if model is None:
            return None
        chosen = cast(GuidanceScaleOptions, options)
        calls = chosen.sampler.evaluations(time_grid(model.path, chosen.steps, chosen.spacing))
        share = chosen.guided_until - chosen.guided_from
        guided = len(SCALES) - 1
        each = (1 + 2 * guided) + guided * (1 + share) + (2 * guided if chosen.rescale else 0) + 1.5 * len(SCALES)
        return Cost(chosen.count, round(calls * each))

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Yield Progressed and, after each scale, its charts; then Measured. Noted for a scale that diverged.

        Raises BadInput for a model or a classifier that knows no digits.
        """
        chosen = cast(GuidanceScaleOptions, options)
        spec = find_model(chosen.model, context).spec
        check_digits(chosen.model, spec)
        classifier, missing = bundled_or_noted(chosen.classifier, context, Classified.of(spec))
        if missing:
            yield Noted(missing)
        yield Said(f"Loading model {spoken(chosen.model)}")
        model = open_model(chosen.model, context)
        study = _Scales(chosen, ready(model, context), model.path, classifier, context)
        yield from study.run()


@dataclass(frozen=True, slots=True)
class _Scales:
    """The samples of every kind and scale."""

    options: GuidanceScaleOptions
    prior: Denoiser
    path: Path
    classifier: NoisyClassifier | None
    context: Context

    def run(self) -> Iterator[Event]:
        """Sample and measure; the charts after each scale."""
        o, found, real = self.options, Found(), real_of(self.options.count)
        ways = kinds(self.classifier, o.guided_from, o.guided_until, o.rescale)
        done, total = 0, len(SCALES) * len(ways)
        for scale in SCALES:
            for kind in ways:
                yield Said(f"{kind.name}, scale {scale:g}")
                same = found.at(FREE, scale) if kind.limited and scale == PLAIN else None
                try:
                    found.add(kind.name, scale, same or seen((yield from self._sampled(kind, scale, done, total)),
                                                             labels_of(o.count)))
                except Diverged as error:
                    yield Noted(f"{kind.name} of scale {scale:g} was left out: {error}")
                done += 1
                yield Progressed(done, total)
            yield from charts(found, real)
        runs = sum(len(rows) for rows in found.rows.values())
        yield Measured({"runs": runs, "accuracy_real": real.figures[ACCURACY]})

    def _sampled(self, kind: Kind, scale: float, done: int, total: int) -> Generator[Event, None, Tensor]:
        """Samples (N, 1, 28, 28) of every class in turn, pausing between moves; they are the generator's value."""
        o, parts = self.options, list[Tensor]()
        guided = kind.guide(scale).bent(self.prior, classes=kind.told)
        labels = [int(label) for label in labels_of(o.count)]
        times = time_grid(self.path, o.steps, o.spacing)
        for first in range(0, o.count, TOGETHER):
            part = slice(first, min(first + TOGETHER, o.count))
            noise = Noise(sample_seeds(o.seed, o.count)[part], (1, 28, 28), self.context.device.torch)
            walk = steps(Plan("", self.path, guided, o.sampler, times, noise, tuple(labels[part])))
            end = next(walk)
            for step in walk:
                end = step
                yield Progressed(done, total)
            parts.append(end.x.detach().cpu())
        return torch.cat(parts)


def labels_of(count: int) -> Tensor:
    """Every class in turn, (count,)."""
    return torch.arange(count) % CLASSES


def seen(images: Tensor, labels: Tensor) -> Seen:
    """What digits (N, 1, 28, 28) that were asked for as labels (N,) are like, at least two of a class.

    accuracy: the share that the classifier of the metrics recognises; diversity: `mean_pair_distance`; frechet: their
    Fréchet distance to the training digits in that classifier's features.
    """
    found = look(bundled_classifier(), images.float().clamp(-1, 1))
    return Seen({ACCURACY: float((torch.as_tensor(found.labels) == labels).double().mean()),
                 DIVERSITY: mean_pair_distance(torch.as_tensor(found.features), labels),
                 FRECHET: frechet(found.features, training_features())})


@cache
def training_features() -> np.ndarray:
    """Features (N, 64) of the training digits, worked out once."""
    data = digits()
    return look(bundled_classifier(), data.batch(data.train)[0]).features


def mean_pair_distance(features: Tensor, labels: Tensor) -> float:
    """The mean distance of two different rows of features (N, D) of one class, over the classes of labels (N,)."""
    distances = list[Tensor]()
    for label in sorted({int(label) for label in labels}):
        own = features[labels == label]
        n = len(own)
        if n > 1:
            # each pair stands there twice, and every row beside itself, at distance 0
            distances.append(torch.cdist(own, own).sum() / (n * (n - 1)))
    return float(torch.stack(distances).mean()) if distances else 0.0


def real_of(count: int) -> Seen:
    """What as many held-out digits are like, as far as there are so many, of each class the same number."""
    data = digits()
    images, truth = data.batch(data.test)
    each = max(2, count // CLASSES)
    chosen = torch.cat([(truth == label).nonzero()[:each, 0] for label in range(CLASSES)])
    return seen(images[chosen], truth[chosen])


def charts(found: Found, real: Seen) -> Iterator[Charted]:
    """Accuracy, diversity and Fréchet distance over the scale, beside those of real digits."""
    told = ((ACCURACY, "Accuracy by scale", "Share recognised as the digit asked for", REMARK),
            (DIVERSITY, "Diversity by scale", "Mean distance of two of a class, in features",
             "What is gained in accuracy is paid for in diversity."),
            (FRECHET, "Fréchet distance by scale", "Fréchet distance to the training digits, in features",
             "Low where samples are as good and as varied as the data; of so few samples it is above 0 for real ones "
             "too."))
    for figure, title, axis, remark in told:
        yield Charted(found.chart(title, figure, Axis(axis), remark,
                                  horizontal(REAL, real.figures[figure], found.scales)))
