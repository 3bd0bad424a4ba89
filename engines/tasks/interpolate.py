"""Interpolate: images on the way from one to another, through the noise that both come from."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Annotated, Any, ClassVar, cast

import numpy as np
import torch
from pydantic import BeforeValidator, SerializeAsAny
from torch import Tensor

from engines.component import Component, Options, chosen, option
from engines.context import Context
from engines.events import Event, Said
from engines.lean import ready
from engines.model_file import ModelSpec
from engines.model_names import spoken
from engines.process.noise import Noise
from engines.process.paths import Path
from engines.sampling import check_labels, find_model, open_model
from engines.tasks.base import Cost, Task
from engines.tasks.between import FOUND, BetweenOptions, Ends, interpolated
from engines.tasks.generate import TOGETHER
from engines.tasks.pictures import CANVAS, SAMPLE, PictureOptions, open_picture


class ImageEnds(Component):
    """What the images go between."""

    data: ClassVar[bool] = False  # whether they are images, which have to be inverted

    @abstractmethod
    def states(self, path: Path, spec: ModelSpec, files: Mapping[str, bytes]) -> Tensor:
        """(2, C, H, W) float32: noise at t_max, or images in [−1, 1]. Raises BadImage."""


class Seeds(ImageEnds):
    """The noise of two seeds."""

    name: ClassVar[str] = "seeds"
    title: ClassVar[str] = "Two seeds"
    summary: ClassVar[str] = "The noise that two seeds give, as in Generate."

    first: int = option(7, title="First seed", ge=0, le=2**31 - 1, help="The first image is that of this seed.")
    last: int = option(8, title="Last seed", ge=0, le=2**31 - 1, help="The last image is that of this seed.")

    def states(self, path: Path, spec: ModelSpec, files: Mapping[str, bytes]) -> Tensor:
        """As sampling begins."""
        del files
        return path.initial(Noise((self.first, self.last), spec.shape).initial())


class Pictures(ImageEnds):
    """Two pictures."""

    name: ClassVar[str] = "pictures"
    title: ClassVar[str] = "Two pictures"
    summary: ClassVar[str] = "The middle square of two pictures, whose noise is found by inversion."
    data: ClassVar[bool] = True

    begin: str = option(CANVAS, title="First picture", widget="picture",
                        help="The picture on the canvas, the selected sample, or a file.")
    end: str = option(SAMPLE, title="Last picture", widget="picture",
                      help="The picture on the canvas, the selected sample, or a file.")

    def states(self, path: Path, spec: ModelSpec, files: Mapping[str, bytes]) -> Tensor:
        """As the model sees them."""
        seen = [open_picture(files, PictureOptions(image=name)).model_input(spec.channels, spec.size)
                for name in (self.begin, self.end)]
        return torch.tensor(np.stack(seen))


def image_ends() -> dict[str, type[ImageEnds]]:
    """Every kind of ends, by name."""
    return {kind.name: kind for kind in (Seeds, Pictures)}


EndsChoice = Annotated[SerializeAsAny[ImageEnds],
                       BeforeValidator(partial(chosen, base=ImageEnds, kinds=image_ends))]


class InterpolateOptions(BetweenOptions):
    """A model, two ends, and how many images there are in all."""

    model: str = option("digits", title="Model", widget="model",
                        help="Its name, “run/name” where several share one, its file, or the folder it lies in.")
    ends: EndsChoice = option(Seeds(), title="Between", help="What the first and the last image are.")
    count: int = option(9, title="Count", ge=2, le=TOGETHER, group="Samples", help="How many images, the ends among "
                                                                                     "them.")


class Interpolate(Task):
    """Sample from states of noise between two others."""

    name: ClassVar[str] = "interpolate"
    title: ClassVar[str] = "Interpolate"
    verb: ClassVar[str] = "Run"
    summary: ClassVar[str] = "Images on the way from one seed or picture to another, through the noise of both."
    workspace: ClassVar[str] = "images"
    place: ClassVar[int] = 36
    Form: ClassVar[type[Options]] = InterpolateOptions
    in_order: ClassVar[bool] = True
    figures: ClassVar[Mapping[str, str]] = FOUND

    def title_of(self, options: Any) -> str:
        """“9 images from seed 7 to seed 8”, “9 images between two pictures”."""
        chosen = cast(InterpolateOptions, options)
        ends, straight = chosen.ends, ", straight" if chosen.kind.value == "linear" else ""
        way = f"from seed {ends.first} to seed {ends.last}" if isinstance(ends, Seeds) else "between two pictures"
        return f"{chosen.count} images {way}{straight}"

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
            chosen.ends.states(model.path, model, files)

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Yield Said, Progressed while pictures are inverted, Opened, a Stepped for each step, figures and Sampled."""
        chosen = cast(InterpolateOptions, options)
        check_labels(chosen.label, chosen.model, context)
        # a bad picture is told before the time is spent on loading the model
        spec = find_model(chosen.model, context).spec
        states = chosen.ends.states(spec.path, spec, context.files).to(context.device.torch)
        yield Said(f"Loading model {spoken(chosen.model)}")
        model = open_model(chosen.model, context)
        ends = Ends(states, chosen.ends.data, ready(model, context), model.path, spec.classes)
        yield from interpolated(chosen, ends, chosen.count, context, self.title_of(chosen))
