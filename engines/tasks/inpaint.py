"""Inpaint: fill the painted part of a picture, several times at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, cast

import numpy as np
import torch

from engines.checkpoint import Model
from engines.component import Options, option
from engines.context import Context
from engines.counted import counted
from engines.errors import BadMask
from engines.events import Event, Measured, Noted, Said, Sampled
from engines.inverse.base import InverseChoice, Measurement
from engines.inverse.repaint import RePaint
from engines.learnt import Learnt, meaningless
from engines.modalities.image import Crop, read_mask
from engines.model_file import ModelSpec
from engines.model_names import spoken
from engines.operators.mask import Mask
from engines.process.noise import Noise
from engines.samplers.base import SamplerChoice, Step
from engines.samplers.ddpm import DDPM
from engines.sampling import Plan, check_labels, find_model, open_model, sample
from engines.shown import KNOWN, SEAM
from engines.tasks.base import SAMPLED, Cost
from engines.tasks.extent import check_extent, seen_side
from engines.tasks.generate import TOGETHER, SampleOptions, plan_of, sampling_cost
from engines.tasks.pictures import (
    Array,
    Picture,
    PictureOptions,
    PictureTask,
    Sight,
    around,
    attached,
    lacking,
    mask_input,
    open_picture,
)
from engines.tasks.seams import seam_curve, seams
from engines.tasks.shared_options import guidance_option, label_option


class InpaintOptions(PictureOptions, SampleOptions):
    """A picture, a mask, and how to fill it."""

    method: InverseChoice = option(RePaint(), title="Method", help="How the known pixels steer the model.")
    mask: str = option("mask.png", title="Mask", widget="mask", help="White where the picture is to be filled.")
    sampler: SamplerChoice = option(DDPM(), title="Sampler", help="How the model is walked.", group="Sampler")
    label: str = label_option(advanced=True)
    guidance: float = guidance_option(2.0, advanced=True)
    count: int = option(4, title="Count", help="How many variants.", ge=1, le=TOGETHER, group="Samples")


@dataclass(frozen=True, slots=True)
class Hole:
    """A picture and its mask (H, W) in [0, 1]: 1 where it is to be filled, between for an edge that fades."""

    picture: Picture
    mask: Array

    def side(self, spec: ModelSpec) -> int:
        """Of the square as the model sees it, in pixels."""
        return seen_side(spec, self.picture.crop.side)

    def known(self, spec: ModelSpec) -> Mask:
        """What is known of the square at the model's size; raises BadMask when that is nothing.

        A pixel there is known if none of the picture's pixels it stands for is painted.
        """
        side, size = self.picture.crop.side, self.side(spec)
        part = mask_input(self.mask, self.picture.crop, size)
        if (part > 0).all():
            raise BadMask(f"The paint touches all of the {size}×{size} px as which the model sees the square "
                          f"of {side} px around it; paint less, or choose a larger crop.")
        return Mask.painted(torch.tensor(part), (spec.channels, size, size))

    def measured(self, spec: ModelSpec) -> Measurement:
        """The known part of the square at the model's size: y = w ⊙ picture, (1, C, h, w)."""
        picture = torch.tensor(self.picture.model_input(spec.channels, self.side(spec)))[None]
        operator = self.known(spec)
        return Measurement(operator, operator.forward(picture))


class Inpaint(PictureTask):
    """Fill a hole; the known pixels of every result are the user's own, exactly."""

    name: ClassVar[str] = "inpaint"
    title: ClassVar[str] = "Inpaint"
    verb: ClassVar[str] = "Run"
    summary: ClassVar[str] = "Fill the painted part of a picture."
    workspace: ClassVar[str] = "images"
    place: ClassVar[int] = 20
    pairs: ClassVar[tuple[str, ...]] = ("sampler", "method")
    Form: ClassVar[type[Options]] = InpaintOptions
    figures: ClassVar[Mapping[str, str]] = {
        **SAMPLED, SEAM: "how far jumps across the edge of the hole exceed those elsewhere, at the model’s size and in "
                         "units of [−1, 1]: mean over the samples, 0 for no seam"}
    invitation: ClassVar[str] = "Open, drop or paste a picture to paint a hole in it, or take a sample."
    hint: ClassVar[str] = "Paint the hole, then press Run."
    painted_hint: ClassVar[str] = "Press Run to fill the hole."
    in_grey: ClassVar[str] = "fills it in grey"
    finds: ClassVar[str] = "its fill"

    def title_of(self, options: Any) -> str:
        """“Inpaint, 4 variants”."""
        return f"Inpaint, {counted(cast(InpaintOptions, options).count, 'variant')}"

    def cost_of(self, options: Any, model: ModelSpec | None) -> Cost | None:
        """The method's evaluations, and gradients where it differentiates."""
        chosen = cast(InpaintOptions, options)
        return sampling_cost(chosen, model, lambda path, times: chosen.method.evaluations(path, chosen.sampler, times),
                             gradients=chosen.method.differentiates)

    def course_of(self, options: Any) -> str:
        """The moves that the method adds to those of the sampler."""
        chosen = cast(InpaintOptions, options)
        return chosen.method.course(chosen.steps)

    def sight(self, options: Any, model: ModelSpec | None, channels: int) -> Sight | None:
        """As it is for a network that takes pictures of any size."""
        found = super().sight(options, model, channels)
        return replace(found, anywhere=model is not None and model.network.anywhere) if found else None

    def square(self, options: Any, extent: tuple[int, int], mask: Array | None, size: int) -> Crop | None:
        """The crop of the options, or the square around the hole; None while nothing is painted."""
        chosen = cast(InpaintOptions, options)
        if chosen.crop() is None and (mask is None or not mask.any()):
            return None
        return super().square(chosen, extent, mask, size) if mask is None or chosen.crop() else around(mask, size)

    def placed(self, options: Any, files: Mapping[str, bytes], size: int) -> tuple[Picture, Array | None]:
        """The picture, its square and its mask; raises BadImage or BadMask."""
        hole = open_hole(cast(InpaintOptions, options), files, size)
        return hole.picture, hole.mask

    def caution(self, options: Any, model: ModelSpec | None) -> str:
        """A model without the means of the data by which a method knows what is missing."""
        return "" if model is None else unfilled(cast(InpaintOptions, options), model.learnt)

    def check_choices(self, options: Any, model: ModelSpec | None) -> None:
        """A sampler that cannot walk the model, or that the method cannot use."""
        super().check_choices(options, model)
        chosen = cast(InpaintOptions, options)
        chosen.method.check(chosen.sampler)

    def check(self, options: Any, files: Mapping[str, bytes], model: ModelSpec | None) -> None:
        """Refuse a mask of nothing or everything, of no square or one too large, or that leaves the model no pixel."""
        chosen = cast(InpaintOptions, options)
        attached(files, chosen.mask, "The mask")  # before the picture is decoded, which takes longer
        if model is not None:
            bearable_hole(chosen, files, model).known(model)

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Yield Said, Noted for a surprise, Opened, a Stepped a step, the seam, and Sampled with filled pictures."""
        chosen = cast(InpaintOptions, options)
        # a bad class, picture or mask is told before the time is spent on loading the model
        check_labels(chosen.label, chosen.model, context)
        spec = find_model(chosen.model, context).spec
        hole = bearable_hole(chosen, context.files, spec)
        yield Said(f"Loading model {spoken(chosen.model)}")
        model = open_model(chosen.model, context)
        remarks = lacking(context.files, chosen), seen_remark(hole.picture, spec), chosen.method.remark(chosen.steps)
        yield from map(Noted, filter(None, remarks))
        for event in sample(conditioned(chosen, model, hole.measured(spec), context, self.title_of(chosen))):
            if isinstance(event, Sampled):
                found = float(np.mean(seams(event.samples, hole.mask, hole.picture.crop)))
                if np.isfinite(found):
                    yield Measured({SEAM: found})
                filled = tuple(hole.picture.pasted(x, hole.mask) for x in event.samples)
                event = replace(event, pictures=filled)
            yield event


def seen_remark(picture: Picture, spec: ModelSpec) -> str:
    """One sentence on how the model saw the square, and so how fine the fill is; "" when it saw it as it is."""
    side = picture.crop.side
    sight = Sight("The model saw", spec.size, spec.channels, spec.network.anywhere)
    seen = sight.of(picture.crop, (side, side), picture.pixels.shape[2])
    return seen and f"{seen}; its fill is {'scaled back into the hole' if side != seen_side(spec, side) else 'grey'}."


def open_hole(options: InpaintOptions, files: Mapping[str, bytes], size: int) -> Hole:
    """The picture and mask of the options; raises BadImage or BadMask."""
    picture = open_picture(files, options)
    height, width = picture.pixels.shape[:2]
    mask = read_mask(attached(files, options.mask, "The mask"), (width, height), options.mask)
    crop = options.crop() or around(mask, size)
    inside = np.zeros_like(mask)
    inside[crop.y:crop.y + crop.side, crop.x:crop.x + crop.side] = 1
    if (mask * (1 - inside)).any():
        raise BadMask(f"The hole reaches out of the crop of {crop.side} px at ({crop.x}, {crop.y}); "
                      "enlarge the crop or set its side to 0.")
    return Hole(Picture(picture.pixels, crop), mask)


def bearable_hole(options: InpaintOptions, files: Mapping[str, bytes], spec: ModelSpec) -> Hole:
    """The same for a model; raises BadInput, too, for a square of which the answers are too large."""
    hole = open_hole(options, files, spec.size)
    side = hole.side(spec)
    check_extent(side, side, options.count, "square")
    return hole


def unfilled(options: InpaintOptions, learnt: Learnt) -> str:
    """One sentence where the method makes nothing of a model that has learned that, else ""."""
    return meaningless(learnt, Inpaint.finds, noises=options.method.noises)


def conditioned(options: InpaintOptions, model: Model, measurement: Measurement, context: Context,
                title: str) -> Plan:
    """The plan of sampling given the known pixels."""
    plain = plan_of(options, model, context, title, gradients=options.method.differentiates)
    denoiser, sampler = options.method.posterior(model.path, plain.denoiser, options.sampler, measurement)
    noise = Noise(plain.noise.seeds, measurement.operator.shape_in, context.device.torch)
    # the known pixels correct what errors do, so nothing is said of them
    return replace(plain, denoiser=denoiser, sampler=sampler, noise=noise,
                   formulas=options.method.formulas(plain.formulas), curves=curves(measurement),
                   finish=measurement.composite, prediction=None, caution=unfilled(options, model.spec.learnt))


def curves(measurement: Measurement) -> dict[str, Callable[[Step], float]]:
    """How far each step's estimates are from the known pixels, and how far the edge of the hole is seen in them."""
    found = {KNOWN: known_error(measurement)}
    operator = measurement.operator
    return {**found, SEAM: seam_curve(measurement, operator.known)} if isinstance(operator, Mask) else found


def known_error(measurement: Measurement) -> Callable[[Step], float]:
    """RMS of a step's x0_hat against the known pixels, over all samples, in units of [−1, 1]."""

    def rms(step: Step) -> float:
        # the number of known values: free ones are 0 on both sides of the residual and must not thin the mean
        weight = measurement.operator.forward(torch.ones_like(step.x0[:1]))
        residual = measurement.residual(step.x0)
        return float(residual.square().sum().div(weight.square().sum() * len(step.x0)).sqrt())

    return rms
