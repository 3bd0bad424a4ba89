"""Invert: the noise that a picture comes from, and the picture that comes back from it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, cast

import torch
from torch import Tensor

from engines.component import Options, option
from engines.context import Context
from engines.counted import counted
from engines.events import Event, Measured, Noted, Said
from engines.labels import FREE
from engines.lean import ready
from engines.model_file import ModelSpec
from engines.model_names import spoken
from engines.sampling import check_labels, find_model, open_model, parse_labels
from engines.shown import CANVAS
from engines.tasks.base import Cost
from engines.tasks.edit import fitting_remark
from engines.tasks.flow import FOUND, FlowTask, Origin, TripOptions, differences, travelled, trip
from engines.tasks.generate import TOGETHER
from engines.tasks.pictures import PictureOptions, PictureTask, open_picture
from engines.tasks.shared_options import model_option

LEAST = 1e-6  # of an error whose decibels are told


class InvertOptions(PictureOptions, TripOptions):
    """A picture, and how it is taken to noise and back."""

    image: str = option(CANVAS, title="Picture", widget="image",
                        help="The picture to invert. Its middle square, or the crop, is scaled to the size of the "
                             "model’s images, which the results have too.")
    model: str = model_option()
    count: int = option(1, title="Count", ge=1, le=TOGETHER, group="Samples",
                        help="How many results: one for each of the classes on the way back, which come in turn.")


class Invert(FlowTask, PictureTask):
    """Carry a picture along the ODE to its noise and back (Song, Meng & Ermon 2021)."""

    name: ClassVar[str] = "invert"
    title: ClassVar[str] = "Invert"
    verb: ClassVar[str] = "Run"
    summary: ClassVar[str] = "The noise that a picture comes from, and the picture again, of its class or another."
    workspace: ClassVar[str] = "images"
    finds: ClassVar[str] = "its inversion"
    place: ClassVar[int] = 34
    ways: ClassVar[int] = 2
    Form: ClassVar[type[Options]] = InvertOptions
    figures: ClassVar[Mapping[str, str]] = {**FOUND, "psnr": "the same as a peak signal-to-noise ratio in dB"}
    invitation: ClassVar[str] = "Open, drop or paste a picture to find the noise it comes from, or take a sample."
    hint: ClassVar[str] = "Press Run to take the picture to noise and back."

    def title_of(self, options: Any) -> str:
        """“Inversion by Heun”, “Inversion by Heun, class 3 to class 8”."""
        chosen = cast(InvertOptions, options)
        ways = [label.strip() or FREE for label in (chosen.there, chosen.label)]
        turned = "" if ways[0] == ways[1] else f", class {ways[0]} to {ways[1]}"
        return f"Inversion by {chosen.sampler.title}{turned}"

    def cost_of(self, options: Any, model: ModelSpec | None) -> Cost | None:
        """The sampler's evaluations of both ways, twice as many back where a class guides."""
        chosen = cast(InvertOptions, options)
        return None if model is None else Cost(chosen.count, chosen.evaluations(model.path, model.classes,
                                                                                chosen.count))

    def course_of(self, options: Any) -> str:
        """Those of both ways."""
        return f"{2 * cast(InvertOptions, options).steps:,} there and back"

    def check(self, options: Any, files: Mapping[str, bytes], model: ModelSpec | None) -> None:
        """Refuse a sampler that cannot be run backwards, and classes that there are not."""
        chosen = cast(InvertOptions, options)
        if model is not None:
            chosen.evaluations(model.path, model.classes, chosen.count)

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Yield Noted for a fitted picture, Said, Opened, a Stepped for each step of both ways, figures and Sampled."""
        chosen = cast(InvertOptions, options)
        for label in (chosen.there, chosen.label):
            check_labels(label, chosen.model, context)
        picture, spec = open_picture(context.files, chosen), find_model(chosen.model, context).spec
        yield from self.unmeant(spec.learnt)
        if remark := fitting_remark(picture, spec):
            yield Noted(remark)
        yield Said(f"Loading model {spoken(chosen.model)}")
        model = open_model(chosen.model, context)
        image = torch.tensor(picture.model_input(spec.channels, spec.size))[None].to(context.device.torch)
        origin = Origin(image.expand(chosen.count, *spec.shape), ready(model, context), model.path, spec.classes)
        plan = trip(chosen, origin, context, self.title_of(chosen))
        known, labels = (parse_labels(text, spec.classes, chosen.count) for text in (chosen.there, chosen.label))
        # the same way back has no name of its own
        names = [spec.classes[k] if k >= 0 else "no class" for k in labels] if known != labels else [""]
        yield from travelled(plan, chosen.sampler, origin.data, lambda result: _told(result, origin.data, names))


def _told(result: Tensor, data: Tensor, names: list[str]) -> Iterator[Event]:
    """How far results are from the picture, one by one, by the names of their classes; [""] for its own."""
    levels = [decibels(float(error)) for error in differences(result, data)]
    yield Measured({"psnr": sum(levels) / len(levels)})
    if names == [""]:
        yield Noted(f"The picture came back with a PSNR of {min(levels):.1f} dB.")
        return
    each = ", ".join(f"{name} at {level:.1f} dB" for name, level in zip(names, levels, strict=True))
    yield Noted(f"PSNR of {counted(len(levels), 'result')} against the picture, by class: {each}.")


def decibels(error: float) -> float:
    """The peak signal-to-noise ratio of a root mean square error of values in [−1, 1]."""
    return 20 * math.log10(2 / max(error, LEAST))
