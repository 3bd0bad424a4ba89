"""Evaluate: how often the asked digit is recognised, and how far the samples are from real digits."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, cast

import numpy as np
import torch

from engines.component import Options, option
from engines.context import Context
from engines.counted import counted
from engines.data.digits import digits
from engines.errors import BadInput
from engines.events import Event, Measured, Noted, Opened, Previewed, Said, Sampled
from engines.metrics.classifier import Seen, bundled_classifier, look
from engines.metrics.frechet import frechet
from engines.model_file import ModelSpec
from engines.model_names import spoken
from engines.sampling import find_model, parse_labels
from engines.tasks.base import Cost, Task
from engines.tasks.generate import Generate, SampleOptions

SHEET = 100
ENOUGH = 1000  # samples for figures to compare


class EvaluateOptions(SampleOptions):
    """What is sampled to judge a model: the options of sampling, with 1,000 samples, each class in turn."""

    count: int = option(1000, title="Count", help="How many samples; 1,000 for figures to compare.", ge=20, le=10_000,
                        group="Samples")


class Evaluate(Task):
    """Sample a model of digits and measure the samples with the bundled classifier."""

    name: ClassVar[str] = "evaluate"
    title: ClassVar[str] = "Evaluate"
    verb: ClassVar[str] = "Evaluate"
    summary: ClassVar[str] = "Measure how recognisable and how varied a model’s digits are."
    Form: ClassVar[type[Options]] = EvaluateOptions
    figures: ClassVar[Mapping[str, str]] = {
        "accuracy": "share of samples recognised as the digit that was asked for",
        "accuracy_error": "its standard error",
        "frechet": "distance of the samples to the training digits in the classifier’s features",
        "frechet_real": "the same of as many real digits nobody trained on",
        "accuracy_real": "share of those that is recognised", "seconds_per_image": "time of sampling one"}

    def title_of(self, options: Any) -> str:
        """“Evaluate digits on 1,000 samples”."""
        chosen = cast(EvaluateOptions, options)
        return f"Evaluate {spoken(chosen.model)} on {counted(chosen.count, 'sample')}"

    def cost_of(self, options: Any, model: ModelSpec | None) -> Cost | None:
        """What generating the samples takes; measuring them is quick beside it."""
        return Generate().cost_of(options, model)

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Yield the steps of sampling and a sheet of the first samples, then `Measured`:

        accuracy (share of asked digits recognised) with its standard error, frechet (distance to the
        training digits in the classifier's features), frechet_real (that of as many real digits nobody
        trained on), accuracy_real (the classifier's on them), seconds_per_image; before it Noted where
        samples are few.
        Raises BadInput for a model that does not make digits.
        """
        chosen = cast(EvaluateOptions, options)
        spec = find_model(chosen.model, context).spec
        check_digits(chosen.model, spec)
        finished = None
        for event in Generate().run(options, context):
            if isinstance(event, Sampled):
                finished = event  # a thousand samples are measured, not kept; the first fill a sheet
                yield Previewed(chosen.steps, event.samples[:SHEET])
            elif not isinstance(event, Opened):  # the steps are there to resume from; without Opened nobody draws them
                yield event
        if finished is not None:
            yield Said("Measuring the samples")
            labels = parse_labels(chosen.label, spec.classes, len(finished.samples))
            values = measure(finished, np.array(labels))
            if context.start is not None:
                del values["seconds_per_image"]  # known of the steps since the resume alone
            if len(labels) < ENOUGH:
                yield Noted(rough_remark(len(labels), values.get("accuracy_error")))
            yield Measured(values)


def rough_remark(count: int, error: float | None) -> str:
    """One sentence on how far figures of so few samples can be trusted; error: of the accuracy, None without one."""
    known = "" if error is None else f"the accuracy has a standard error of {error:.2g}, and "
    return (f"Figures of {count} samples are rough: {known}Fréchet distances fall as samples grow in number; take "
            f"{ENOUGH:,} samples for figures to compare.")


def standard_error(hits: int, count: int) -> float:
    """Of a share, by the count of hits; two of either kind are added, or all of a few would look certain."""
    share = (hits + 2) / (count + 4)  # Agresti & Coull 1998
    return math.sqrt(share * (1 - share) / (count + 4))


def check_digits(name: str, spec: ModelSpec) -> None:
    """Raise BadInput unless the model makes the digits that the classifier knows."""
    if (spec.channels, spec.size, spec.classes) != (1, 28, tuple("0123456789")):
        raise BadInput(f"Model “{name}” makes {spec.size} px images of {len(spec.classes)} classes, and only models of "
                       "the ten digits can be measured; choose one trained on “digits”.")


def measure(finished: Sampled, labels: np.ndarray) -> dict[str, float]:
    """The figures of finished samples with asked labels (N,), −1 where none was asked."""
    data, classifier = digits(), bundled_classifier()
    seen = look(classifier, torch.as_tensor(finished.samples).clamp(-1, 1))
    known = look(classifier, data.batch(data.train)[0])
    images, truth = data.batch(data.test)
    real = look(classifier, images)
    # the Fréchet distance falls as samples grow in number: only equal numbers can be compared
    size = min(len(seen.labels), len(real.labels))
    asked = labels >= 0
    values = {
        "frechet": _distance(seen, known, size),
        "frechet_real": _distance(real, known, size),
        "accuracy_real": float((real.labels == truth.numpy()).mean()),
        "seconds_per_image": finished.seconds / len(seen.labels),
    }
    if not asked.any():
        return values
    hits = (seen.labels == labels)[asked]
    return {"accuracy": float(hits.mean()), "accuracy_error": standard_error(int(hits.sum()), len(hits)), **values}


def _distance(seen: Seen, known: Seen, size: int) -> float:
    """Fréchet distance of the first `size` images, so that both sets compared are equally large."""
    return frechet(seen.features[:size], known.features)
