"""Sample points: draw from a density of the plane or the line, and see every step beside the exact answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar, cast

from engines.classifiers import Classified, open_classifier
from engines.component import Options, option
from engines.context import Context
from engines.counted import counted
from engines.errors import BadOption, BadRecipe
from engines.events import Event, Noted
from engines.guidance.base import parts_of
from engines.guidance.choice import Guide
from engines.guidance.classifier import ExactClassifier, NoisyClassifier
from engines.guiding import evaluations_of
from engines.labels import FREE, IN_TURN, classes
from engines.learnt import Learnt
from engines.modality import Modality
from engines.model_file import ModelSpec
from engines.model_names import spoken
from engines.prior_name import EXACT
from engines.priors import Prior, prior_of
from engines.process.noise import Noise, sample_seeds
from engines.process.times import GridChoice, time_grid
from engines.samplers.base import SamplerChoice
from engines.samplers.ddim import DDIM
from engines.samplers.remarks import walk_remark
from engines.sampling import Plan, guided, parse_labels, sample, sample_in_parts
from engines.tasks.base import SAMPLED, Cost, Task
from engines.tasks.point_prior import PointPriorOptions
from engines.tasks.shared_options import (
    Until,
    classifier_option,
    classifier_scale_option,
    guidance_option,
    guided_from_option,
    guided_until_option,
    label_option,
    seed_option,
    spacing_option,
)

TOGETHER = 20_000  # points in the denoiser at once, so that a pause acts soon


class SamplePointsOptions(PointPriorOptions):
    """What is true, what is sampled with, and how."""

    sampler: SamplerChoice = option(DDIM(), title="Sampler", help="How the denoiser is walked.", group="Sampler")
    steps: int = option(60, title="Steps", help="Moves from noise to data.", ge=1, le=10_000, group="Sampler")
    spacing: GridChoice = spacing_option()
    label: str = label_option("“free” for all of the data, “each” mode in turn, or numbers of modes separated by "
                              "commas.")
    guidance: float = guidance_option(1.0)
    count: int = option(1000, title="Points", help="How many are drawn.", ge=1, le=100_000, group="Samples")
    seed: int = seed_option("Point k uses seed + k, whatever the count.")
    guided_from: float = guided_from_option()
    guided_until: Until = guided_until_option()
    classifier: str = classifier_option(", or “exact” for that of the data")
    classifier_scale: float = classifier_scale_option()

    @property
    def guide(self) -> Guide:
        """How the class is followed, but for the classifier.

        Without rescaling: the two numbers of a point have no contrast to keep.
        """
        return Guide(self.guidance, self.guided_from, self.guided_until)

    def classified(self, model: ModelSpec | None) -> Classified | None:
        """What a classifier has to fit: the model, or the data that the exact denoiser is of."""
        path, known = self.known(model)
        return Classified(Modality.POINTS, (self.data.dimension,), path, known)

    def asked(self, known: tuple[str, ...]) -> tuple[str, ...]:
        """The classes that can be asked for: those of the denoiser, or where a classifier is used of the data."""
        return known or (self.data.classes() if self.classifier else ())


class SamplePoints(Task):
    """Walk a density's own denoiser, or a model of points, from noise to data."""

    name: ClassVar[str] = "sample-points"
    title: ClassVar[str] = "Sample"
    verb: ClassVar[str] = "Run"
    summary: ClassVar[str] = "Points from a density, watched step by step beside the exact answer."
    workspace: ClassVar[str] = "points"
    modality: ClassVar[Modality] = Modality.POINTS
    shown_as: ClassVar[str] = "field"
    place: ClassVar[int] = 10
    Form: ClassVar[type[Options]] = SamplePointsOptions
    figures: ClassVar[Mapping[str, str]] = SAMPLED

    def title_of(self, options: Any) -> str:
        """“1,000 points of Two moons, class 2”; of a model its name."""
        chosen = cast(SamplePointsOptions, options)
        wanted = "" if chosen.label.strip() in {*IN_TURN, FREE, ""} else f", {classes(chosen.label)}"
        origin = chosen.data.title if chosen.prior == EXACT else spoken(chosen.prior)
        return f"{counted(chosen.count, 'point')} of {origin}{wanted}"

    def cost_of(self, options: Any, model: ModelSpec | None) -> Cost | None:
        """The sampler's evaluations, twice as many where and when a class guides."""
        chosen = cast(SamplePointsOptions, options)
        path, known = chosen.known(model)
        labels = parse_labels(chosen.label, chosen.asked(known), chosen.count)
        times = time_grid(path, chosen.steps, chosen.spacing)
        evaluations = evaluations_of(chosen.sampler, path, times, known, chosen.guide, labels)
        return chosen.cost(chosen.count, evaluations)

    def caution(self, options: Any, model: ModelSpec | None) -> str:
        """A model of other data, or what `walk_remark` says of the sampler with its steps and the model."""
        chosen = cast(SamplePointsOptions, options)
        path, _ = chosen.known(model)
        prediction = model.prediction if model is not None else None
        times = time_grid(path, chosen.steps, chosen.spacing)
        learnt = Learnt.MEAN if model is None else model.learnt
        return chosen.caution(model) or walk_remark(chosen.sampler, path, times, prediction, learnt)

    def check(self, options: Any, files: Mapping[str, bytes], model: ModelSpec | None) -> None:
        """Own points that cannot be read, a model of another dimension, and classes that there are not."""
        chosen = cast(SamplePointsOptions, options)
        _, known = chosen.checked(files, model)
        parse_labels(chosen.label, chosen.asked(known), 1)

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Yield Opened, a Stepped for each step, and Sampled; Noted where a close mixture stands in for the data."""
        chosen = cast(SamplePointsOptions, options)
        prior = prior_of(chosen.data.bound(context.files), chosen.prior, chosen.path, context)
        if prior.note:
            yield Noted(prior.note)
        plan = _plan(chosen, prior, context, self.title_of(chosen))
        yield from sample(plan) if chosen.count <= TOGETHER else sample_in_parts(plan, TOGETHER)


def _plan(chosen: SamplePointsOptions, prior: Prior, context: Context, title: str) -> Plan:
    """The plan of a run; raises BadRecipe for a start state of other points."""
    classifier = _classifier(chosen, prior, context)
    labels = parse_labels(chosen.label, prior.classes or (classifier.classes if classifier else ()), chosen.count)
    guide = replace(chosen.guide, classifier=classifier, strength=chosen.classifier_scale)
    denoiser = guided(prior.denoiser, prior.classes, guide, labels)
    place = prior.place(context.device.torch)
    noise = Noise(sample_seeds(chosen.seed, chosen.count), (prior.dimension,), place)
    if context.start is not None and context.start.x.shape != (chosen.count, prior.dimension):
        raise BadRecipe(f"The step to go on from holds points {context.start.x.shape} and the options ask for "
                        f"{(chosen.count, prior.dimension)}; branch with the run’s own data and count.")
    return Plan(title, prior.path, denoiser, chosen.sampler, time_grid(prior.path, chosen.steps, chosen.spacing),
                noise, labels, context.start, parts_of(denoiser, chosen.sampler), prediction=prior.prediction,
                units=prior.units, learnt=prior.learnt)


def _classifier(chosen: SamplePointsOptions, prior: Prior, context: Context) -> NoisyClassifier | None:
    """The classifier of the options, on the path of the denoiser; raises BadOption for data without an exact one."""
    if chosen.classifier != EXACT:
        about = Classified(Modality.POINTS, (prior.dimension,), prior.path, prior.classes)
        return open_classifier(chosen.classifier, context, about)
    data = chosen.data.bound(context.files)
    mixture, names = data.mixture(), data.classes()
    if mixture is None or len(names) != len(mixture.weights):
        raise BadOption(f"“{data.title}” has no exact classifier; choose data of modes, such as “ring”, or train one.")
    if prior.classes and prior.classes != names:
        raise BadOption(f"The classes of “{data.title}” are not those that the denoiser knows; choose the data that it "
                        "learned.")
    return ExactClassifier(mixture, prior.path, names)
