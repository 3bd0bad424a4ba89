"""Interpolate: images on the way from one to another, through the noise that both come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, cast

from engines.component import Options, option
from engines.context import Context
from engines.events import Event, Said
from engines.lean import ready
from engines.model_file import ModelSpec
from engines.model_names import spoken
from engines.sampling import check_labels, find_model, open_model
from engines.tasks.base import Cost
from engines.tasks.between import FOUND, Between, BetweenOptions, Way, interpolated
from engines.tasks.ends import ImageEnds, Seeds
from engines.tasks.flow import FlowTask
from engines.tasks.generate import TOGETHER
from engines.tasks.shared_options import model_option


class InterpolateOptions(BetweenOptions):
    """A model, two ends, and how many images there are in all."""

    model: str = model_option()
    ends: ImageEnds = option(Seeds(), title="Between", help="What the first and the last image are.")
    count: int = option(9, title="Count", ge=2, le=TOGETHER, group="Samples", help="How many images, the ends among "
                                                                                     "them.")


class Interpolate(FlowTask):
    """Sample from states of noise between two others."""

    name: ClassVar[str] = "interpolate"
    title: ClassVar[str] = "Interpolate"
    verb: ClassVar[str] = "Run"
    summary: ClassVar[str] = "Images on the way from one seed or picture to another, through the noise of both."
    workspace: ClassVar[str] = "images"
    finds: ClassVar[str] = "its interpolation"
    place: ClassVar[int] = 36
    Form: ClassVar[type[Options]] = InterpolateOptions
    in_order: ClassVar[bool] = True
    figures: ClassVar[Mapping[str, str]] = FOUND

    def title_of(self, options: Any) -> str:
        """“9 images from seed 7 to seed 8”, “9 images between two pictures”."""
        chosen = cast(InterpolateOptions, options)
        return f"{chosen.count} images {chosen.ends.words}{', straight' if chosen.kind is Way.LINEAR else ''}"

    def cost_of(self, options: Any, model: ModelSpec | None) -> Cost | None:
        """The sampler's evaluations, twice as many where a class guides, and those of the inversion of pictures."""
        chosen = cast(InterpolateOptions, options)
        return None if model is None else Cost(chosen.count, chosen.evaluations(
            model.path, model.classes, chosen.count, data=chosen.ends.data))

    def check(self, options: Any, files: Mapping[str, bytes], model: ModelSpec | None) -> None:
        """Refuse a sampler that cannot be run backwards, classes that there are not, and pictures that are none."""
        chosen = cast(InterpolateOptions, options)
        if model is not None:
            chosen.evaluations(model.path, model.classes, chosen.count, data=chosen.ends.data)
            chosen.ends.states(model.path, model.shape, files)

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Yield Said, Progressed while pictures are inverted, Opened, a Stepped for each step, figures and Sampled."""
        chosen = cast(InterpolateOptions, options)
        check_labels(chosen.label, chosen.model, context)
        # a bad picture is told before the time is spent on loading the model
        spec = find_model(chosen.model, context).spec
        states = chosen.ends.states(spec.path, spec.shape, context.files).to(context.device.torch)
        yield from self.unmeant(spec.learnt)
        yield Said(f"Loading model {spoken(chosen.model)}")
        model = open_model(chosen.model, context)
        ends = Between(states, chosen.ends.data, ready(model, context), model.path, spec.classes)
        yield from interpolated(chosen, ends, chosen.count, context, self.title_of(chosen))
