"""Generate: new images from a model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Sized
from dataclasses import replace
from typing import Any, ClassVar, cast

from pydantic import field_validator, model_validator
from torch import Tensor

from engines.checkpoint import Model
from engines.classifiers import Classified, open_classifier
from engines.component import Options, option
from engines.context import Context
from engines.counted import counted
from engines.errors import BadOption
from engines.events import Event, Said
from engines.guidance.base import parts_of
from engines.guidance.choice import Guide
from engines.guiding import evaluations_of
from engines.inverse.sdedit import first_move
from engines.labels import EACH, FREE, IN_TURN, classes
from engines.lean import ready
from engines.model_file import ModelSpec
from engines.model_names import spoken
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path
from engines.process.times import GridChoice, time_grid
from engines.samplers.base import SamplerChoice
from engines.samplers.ddim import DDIM
from engines.samplers.remarks import walk_remark
from engines.sampling import (
    Plan,
    calls_of,
    check_labels,
    guided,
    open_model,
    parse_labels,
    sample,
    sample_in_parts,
)
from engines.tasks.base import SAMPLED, Cost, Task
from engines.tasks.shared_options import (
    LARGEST_SEED,
    Until,
    classifier_option,
    classifier_scale_option,
    guidance_option,
    guided_from_option,
    guided_until_option,
    label_option,
    model_option,
    rescale_option,
    seed_option,
    spacing_option,
)
from engines.tiles import tiled

TOGETHER = 64  # samples in the network at once: more are no faster, and cost memory


class SampleOptions(Options):
    """What every task that samples a model asks for."""

    model: str = model_option()
    sampler: SamplerChoice = option(DDIM(), title="Sampler", help="How the model is walked.", group="Sampler")
    steps: int = option(50, title="Steps", help="Moves from noise to data.", ge=1, le=1000, group="Sampler")
    spacing: GridChoice = spacing_option()
    label: str = label_option("“each” class in turn, “free” for none, or class names separated by commas.",
                              default=EACH)
    guidance: float = guidance_option(2.0)
    count: int = option(16, title="Count", help="How many samples.", ge=1, le=10_000, group="Samples")
    seed: int = seed_option("Sample k uses seed + k, whatever the count.")
    seeds: tuple[int, ...] = option((), title="Seed list", group="Samples", advanced=True,
                                    help="One seed for each sample, instead of seed and count. A seed may come "
                                         "twice: with the same class it gives the same sample.", max_length=10_000)

    guided_from: float = guided_from_option()
    guided_until: Until = guided_until_option()
    rescale: float = rescale_option()
    classifier: str = classifier_option()
    classifier_scale: float = classifier_scale_option(
        4.0, " One that was trained on pictures needs more than 1, since it is unsure where there is much noise.")

    supersedes: ClassVar[Mapping[str, tuple[str, ...]]] = {"seeds": ("seed", "count")}

    @model_validator(mode="before")
    @classmethod
    def _counted(cls, values: Any) -> Any:
        # whatever reads the count (a title, a limit on memory) then finds what will be sampled
        if not isinstance(values, dict):
            return values
        given = cast(dict[str, Any], values)
        seeds = given.get("seeds")
        return {**given, "count": len(cast(Sized, seeds))} if isinstance(seeds, list | tuple) and seeds else given

    @field_validator("seeds")
    @classmethod
    def _in_range(cls, seeds: tuple[int, ...]) -> tuple[int, ...]:
        for seed in seeds:
            if not 0 <= seed <= LARGEST_SEED:
                raise BadOption(f"Seed {seed} in the list is out of range; use numbers from 0 to {LARGEST_SEED:,}.")
        return seeds

    @property
    def guide(self) -> Guide:
        """How the class is followed, but for the classifier, which has to be loaded."""
        return Guide(self.guidance, self.guided_from, self.guided_until, self.rescale)

    def classified(self, model: ModelSpec | None) -> Classified | None:
        """What a classifier has to fit; None while the model is not known."""
        return None if model is None else Classified.of(model)

    def chosen_seeds(self) -> tuple[int, ...]:
        """One seed a sample: those of the list, else counted up from the seed."""
        return self.seeds or sample_seeds(self.seed, self.count)


class Generate(Task):
    """Sample a model; more than 64 samples go through the network in parts of 64, all at the same step."""

    name: ClassVar[str] = "generate"
    title: ClassVar[str] = "Generate"
    verb: ClassVar[str] = "Run"
    summary: ClassVar[str] = "New images from a model, watched step by step."
    workspace: ClassVar[str] = "images"
    place: ClassVar[int] = 10
    Form: ClassVar[type[Options]] = SampleOptions
    figures: ClassVar[Mapping[str, str]] = SAMPLED

    def title_of(self, options: Any) -> str:
        """“16 samples of digits, class 3”."""
        chosen = cast(SampleOptions, options)
        wanted = "" if chosen.label.strip() in {*IN_TURN, FREE, ""} else f", {classes(chosen.label)}"
        return f"{counted(chosen.count, 'sample')} of {spoken(chosen.model)}{wanted}"

    def cost_of(self, options: Any, model: ModelSpec | None) -> Cost | None:
        """The sampler's evaluations, twice as many where and when a class guides."""
        if model is None:
            return None
        chosen = cast(SampleOptions, options)
        labels = labels_of(chosen, model.classes)
        times = time_grid(model.path, chosen.steps, chosen.spacing)
        calls = evaluations_of(chosen.sampler, model.path, times, model.classes, chosen.guide, labels)
        return Cost(chosen.count, calls)

    def caution(self, options: Any, model: ModelSpec | None) -> str:
        """What `walk_remark` says of the sampler with its steps and the model."""
        return "" if model is None else walk_caution(cast(SampleOptions, options), model)

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Yield Said, Opened, a Stepped for each step (with Progressed in between for many samples), and Sampled."""
        chosen = cast(SampleOptions, options)
        if not chosen.classifier:  # which may know classes that the model does not
            check_labels(chosen.label, chosen.model, context)
        yield Said(f"Loading model {spoken(chosen.model)}")
        plan = plan_of(chosen, open_model(chosen.model, context), context, self.title_of(chosen))
        yield from sample(plan) if len(plan.noise.seeds) <= TOGETHER else sample_in_parts(plan, TOGETHER)


def labels_of(options: SampleOptions, classes: Sequence[str]) -> tuple[int, ...]:
    """Labels before anything is loaded: none where a classifier alone knows the classes, as its cost is not counted.

    Raises BadOption for a class that the model does not know.
    """
    alone = options.classifier and not classes
    return parse_labels(FREE if alone else options.label, classes, options.count)


def sampling_cost(options: SampleOptions, model: ModelSpec | None, denoiser_calls: Callable[[Path, Tensor], int], *,
                  gradients: bool = False) -> Cost | None:
    """What sampling a model takes, None for no model; at the most where guidance acts in an interval only.

    Args:
        options, model: of the run.
        denoiser_calls: how often a walk along a path, over times (N+1,), calls the denoiser for each sample.
        gradients: the run differentiates through the network.

    Raises:
        BadOption: for a class that the model does not know.
    """
    if model is None:
        return None
    labels = labels_of(options, model.classes)
    times = time_grid(model.path, options.steps, options.spacing)
    calls = calls_of(model.classes, options.guide, labels)
    return Cost(options.count, denoiser_calls(model.path, times) * calls, gradients)


def walk_caution(options: SampleOptions, model: ModelSpec, strength: float = 1) -> str:
    """What `walk_remark` says of a sampler with its steps and a model, from some share of the path on."""
    times = time_grid(model.path, options.steps, options.spacing)
    start = first_move(model.path, times, strength)
    return walk_remark(options.sampler, model.path, times, model.prediction, model.learnt, start)


def plan_of(options: SampleOptions, model: Model, context: Context, title: str, *, gradients: bool = False) -> Plan:
    """The plan of plain sampling; other tasks change parts of it.

    title: of the run; gradients: the task differentiates through the network.
    """
    seeds = options.chosen_seeds()
    classifier = open_classifier(options.classifier, context, Classified.of(model.spec))
    classes = model.spec.classes or (classifier.classes if classifier else ())
    labels = parse_labels(options.label, classes, len(seeds))
    prior = tiled(ready(model, context, gradients=gradients), model.spec.network)
    guide = replace(options.guide, classifier=classifier, strength=options.classifier_scale)
    denoiser = guided(prior, model.spec.classes, guide, labels)
    times = time_grid(model.path, options.steps, options.spacing)
    noise = Noise(seeds, model.spec.shape, context.device.torch)
    return Plan(title, model.path, denoiser, options.sampler, times, noise, labels, context.start,
                parts_of(denoiser, options.sampler), prediction=model.spec.prediction,
                learnt=model.spec.learnt)
