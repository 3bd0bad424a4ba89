"""Restore: what a picture may have been before it was damaged, drawn several times from the posterior."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from math import isnan
from typing import Annotated, Any, ClassVar, cast

import numpy as np
import torch
from pydantic import BeforeValidator, SerializeAsAny
from torch import Tensor

from engines.chance import generator
from engines.checkpoint import Model
from engines.component import Options, chosen, inherited, option
from engines.context import Context
from engines.counted import counted
from engines.errors import BadInput, BadOption
from engines.events import Event, Measured, Noted, Said, Sampled, Shown
from engines.inverse.base import InverseChoice, Measurement
from engines.inverse.dps import DPS, StepRule
from engines.learnt import Learnt, meaningless
from engines.metrics.likeness import courses, similarity
from engines.metrics.pictures import psnr
from engines.modalities.image import to_uint8
from engines.model_file import ModelSpec
from engines.model_names import spoken
from engines.operators.base import Degradation, DegradationChoice, NoiseChoice, degradations
from engines.operators.gaussian_blur import GaussianBlur
from engines.operators.gaussian_noise import GaussianNoise
from engines.process.noise import Noise
from engines.samplers.base import SamplerChoice, Step
from engines.samplers.ddim import DDIM
from engines.samplers.divergence import FAR
from engines.sampling import Plan, check_labels, find_model, open_model, sample
from engines.shown import MEASURED, NOISE_SIZE, RESIDUAL, TRUTH
from engines.tasks.base import SAMPLED, Cost
from engines.tasks.damage_files import FILES, DamageFiles, needed, read_files
from engines.tasks.extent import check_header, reduced, seen_by
from engines.tasks.generate import TOGETHER, SampleOptions, plan_of, sampling_cost
from engines.tasks.pictures import Picture, PictureOptions, PictureTask, Sight, lacking, open_picture, picture_of
from engines.tasks.problem import Problem
from engines.tasks.shared_options import PHOTOS, guidance_option, label_option, model_option

DAMAGE = "degradation"  # what the chance of a measurement is for


def offered() -> dict[str, type[Degradation]]:
    """Every degradation that needs no file beside the picture, by name."""
    return {name: kind for name, kind in degradations().items() if not kind.files}


OfferedDegradation = Annotated[SerializeAsAny[Degradation],
                               BeforeValidator(partial(chosen, base=Degradation, kinds=offered))]


class DamagedOptions(SampleOptions):
    """What happened to a picture, and the model that knows how such pictures look."""

    model: str = model_option(PHOTOS)
    degradation: OfferedDegradation = option(GaussianBlur(), title="Degradation", help="What happened to the picture.")
    noise: NoiseChoice = option(GaussianNoise(), title="Noise", help="The noise that came with it.")
    clean: bool = option(True, title="Damage first",
                         help="The picture is whole: it is damaged as chosen, and the results are compared with it. "
                              "Turn it off for a picture that is damaged already.")
    sampler: SamplerChoice = option(DDIM(eta=1.0), title="Sampler", help="How the model is walked.", group="Sampler")
    # of a photograph more steps find nothing more, and two answers of 512×512 px are there within a minute
    steps: int = inherited(SampleOptions, "steps", 15)
    label: str = label_option(advanced=True)
    guidance: float = guidance_option(2.0, advanced=True)


class RestoringOptions(DamagedOptions):
    """And how to find what it was."""

    method: InverseChoice = option(DPS(rule=StepRule.AUTOMATIC), title="Method",
                                   help="How the measurement steers the model.")
    count: int = option(2, title="Count", help="How many plausible answers.", ge=1, le=TOGETHER, group="Samples")


class RestoreOptions(DamageFiles, PictureOptions, RestoringOptions):
    """All of that for one picture, which may have a hole painted on it, or a kernel drawn beside it."""

    degradation: DegradationChoice = option(GaussianBlur(), title="Degradation", help="What happened to the picture.")


class Restore(PictureTask):
    """Draw from the posterior of a damaged picture."""

    name: ClassVar[str] = "restore"
    title: ClassVar[str] = "Restore"
    verb: ClassVar[str] = "Run"
    summary: ClassVar[str] = "What a picture may have been before it was blurred, reduced, masked or made noisy."
    workspace: ClassVar[str] = "images"
    place: ClassVar[int] = 25
    pairs: ClassVar[tuple[str, ...]] = ("sampler", "method", "degradation")
    Form: ClassVar[type[Options]] = RestoreOptions
    figures: ClassVar[Mapping[str, str]] = {
        **SAMPLED, "psnr": "mean of the samples’ peak signal-to-noise ratios in dB, where the picture was whole",
        "psnr_mean": "that of the mean of all samples",
        "ssim_mean": "structural similarity of the mean and the picture, at most 1",
        "psnr_measured": "peak signal-to-noise ratio of what the measurement alone says",
        "residual": "root mean square of y − A(x) over the samples, in units of [−1, 1]"}
    invitation: ClassVar[str] = "Open, drop or paste a picture to restore, or take a sample."
    hint: ClassVar[str] = "Choose what happened to the picture, then press Run."
    in_grey: ClassVar[str] = "restores it in grey"
    finds: ClassVar[str] = "what it restores"
    foresees: ClassVar[bool] = True

    def title_of(self, options: Any) -> str:
        """“Restore gaussian blur by DPS, 4 answers”."""
        made = cast(RestoreOptions, options)
        return f"Restore {made.degradation.called()} by {made.method.word()}, {counted(made.count, 'answer')}"

    def cost_of(self, options: Any, model: ModelSpec | None) -> Cost | None:
        """The method's evaluations, and gradients where it differentiates."""
        made = cast(RestoreOptions, options)
        return sampling_cost(made, model, lambda path, times: made.method.evaluations(path, made.sampler, times),
                             gradients=made.method.differentiates)

    def course_of(self, options: Any) -> str:
        """The moves that the method adds to those of the sampler."""
        made = cast(RestoreOptions, options)
        return made.method.course(made.steps)

    def sight(self, options: Any, model: ModelSpec | None, channels: int) -> Sight | None:
        """None for a network that takes pictures of any size as they are."""
        return None if model is not None and model.network.anywhere else super().sight(options, model, channels)

    def spares(self, values: Mapping[str, Any]) -> frozenset[str]:
        """Mask and kernel, as far as the degradation needs none."""
        return FILES - needed(values.get("degradation"))

    def users_of(self, kind: str) -> tuple[str, tuple[str, ...]]:
        """Degradations that need such a file by themselves, whatever their options."""
        return "degradation", tuple(name for name, found in degradations().items() if found.files == (kind,))

    def check(self, options: Any, files: Mapping[str, bytes], model: ModelSpec | None) -> None:
        """Refuse a picture that is too large, and a mask or a kernel that is missing or does not fit."""
        made = cast(RestoreOptions, options)
        if model is not None:
            check_header(files, made, model, made.count)
            if made.degradation.files:
                posed(made, open_picture(files, made), model, files)

    def caution(self, options: Any, model: ModelSpec | None) -> str:
        """A model without the means of the data by which a method knows what is missing."""
        return "" if model is None else unfound(cast(RestoreOptions, options), model.learnt)

    def check_choices(self, options: Any, model: ModelSpec | None) -> None:
        """A sampler that cannot walk the model, or that the method cannot use; a degradation that it cannot take."""
        super().check_choices(options, model)
        made = cast(RestoreOptions, options)
        made.method.check(made.sampler)
        if why := made.method.unfit(made.degradation):
            raise BadOption(why)

    def foreseen(self, options: Any, pixels: np.ndarray[Any, np.dtype[Any]], model: ModelSpec | None,
                 files: Mapping[str, bytes] | None = None) -> np.ndarray[Any, np.dtype[Any]] | None:
        """What will be measured of the picture."""
        made = cast(RestoreOptions, options)
        if model is None or not (made.clean or made.degradation.files):
            return None
        problem = posed(made, picture_of(pixels, made), model, files)
        return to_uint8(problem.looked()[0].numpy())

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Yield Said, Shown for what was measured, Opened, a Stepped for each step, Sampled, Shown and Measured."""
        made = cast(RestoreOptions, options)
        check_labels(made.label, made.model, context)
        self.check_choices(made, None)
        spec = find_model(made.model, context).spec
        check_header(context.files, made, spec, made.count)
        picture = open_picture(context.files, made)
        problem = posed(made, picture, spec, context.files)
        remarks = (lacking(context.files, made), reduced(made.model, spec, picture),
                   made.noise.remark(problem.measurement.noise))
        yield from map(Noted, filter(None, remarks))
        yield Said(f"Loading model {spoken(made.model)}")
        model = open_model(made.model, context)
        if remark := made.method.remark(made.steps):
            yield Noted(remark)
        yield Shown(MEASURED, to_uint8(problem.looked()[0].numpy()))
        if problem.truth is not None:
            yield Shown(TRUTH, to_uint8(problem.truth[0].numpy()))
        for event in sample(conditioned(made, model, problem, context, self.title_of(made))):
            yield event
            if isinstance(event, Sampled):
                yield from judged(torch.as_tensor(event.samples), problem, made.method.calmer())


def posed(options: RestoreOptions, picture: Picture, spec: ModelSpec, files: Mapping[str, bytes] | None = None,
          ) -> Problem:
    """The problem that a picture makes with the options.

    files: the mask or kernel of a degradation that needs one, by the names that the options have for it.

    Raises:
        BadInput: for a picture that is too large, or a degradation that leaves no picture of one that is damaged
            already.
    """
    seen = torch.as_tensor(seen_by(spec, picture, options.crop_side, options.count))[None]
    draws = generator(options.seed, DAMAGE)
    tensors = read_files(options.degradation.files, options, files or {}, picture, spec)
    operator = options.degradation.operator(tuple(seen.shape[1:]), draws, tensors)
    if options.clean:
        y = options.noise.added(operator.forward(seen), draws)
        return Problem(Measurement(operator, y, options.noise.sigma(y)), seen)
    if operator.shape_out != operator.shape_in:
        raise BadInput(f"What {options.degradation.word()} makes of a picture has another shape {operator.shape_out} "
                       f"than the picture {operator.shape_in}, which cannot be it then; turn on “Damage first”.")
    # what stands in a hole was not measured
    y = operator.forward(seen) if options.degradation.pixels else seen
    return Problem(Measurement(operator, y, options.noise.sigma(y)), None)


def conditioned(options: RestoreOptions, model: Model, problem: Problem, context: Context, title: str) -> Plan:
    """The plan of sampling given the measurement."""
    plain = plan_of(options, model, context, title, gradients=options.method.differentiates)
    denoiser, sampler = options.method.posterior(model.path, plain.denoiser, options.sampler, problem.measurement)
    return replace(plain, denoiser=denoiser, sampler=sampler, noise=Noise(plain.noise.seeds, problem.shape,
                                                                         context.device.torch),
                   formulas=options.method.formulas(plain.formulas), curves=curves(problem), prediction=None,
                   caution=unfound(options, model.spec.learnt), bounded=True, calmer=options.method.calmer())


def unfound(options: RestoreOptions, learnt: Learnt) -> str:
    """One sentence where the method makes nothing of a model that has learned that, else ""."""
    return meaningless(learnt, Restore.finds, noises=options.method.noises)


def curves(problem: Problem) -> dict[str, Callable[[Step], float]]:
    """How far each step's estimates are from the measurement, beside its noise, and how near to a truth that is known.
    """
    noise = problem.measurement.noise
    found: dict[str, Callable[[Step], float]] = {RESIDUAL: lambda step: rms(problem.measurement.residual(step.x0))}
    found |= {NOISE_SIZE: lambda _step: noise} if noise > 0 else {}
    return found if problem.truth is None else {**found, **courses(problem.truth)}


def rms(x: Tensor) -> float:
    """Root mean square of all numbers."""
    return float(x.double().square().mean().sqrt())


def judged(x: Tensor, problem: Problem, calmer: str) -> Iterator[Event]:
    """The mean of the samples (B, C, H, W) and where they disagree, and how near all of it is to the truth.

    calmer: what to choose where the samples are no pictures.
    """
    if (size := rms(x)) >= FAR:
        yield Noted(f"The answers are {size:,.0f} times as large as pictures are; choose {calmer}.")
    mean, deviation = x.mean(0, keepdim=True), x.std(0, correction=0, keepdim=True)
    yield Shown("mean", to_uint8(mean[0].numpy()))
    if len(x) > 1:
        # from black for none to white for a standard deviation of a quarter of the range
        yield Shown("deviation", to_uint8((4 * deviation.mean(1) - 1).clamp(-1, 1).numpy()))
    values = {"residual": rms(problem.measurement.residual(x))}
    if problem.truth is not None:
        of = {"psnr": x, "psnr_mean": mean, "psnr_measured": problem.least()}
        values |= {name: float(psnr(one, problem.truth.expand_as(one), 2.0).mean()) for name, one in of.items()}
        alike = float(similarity(mean, problem.truth))
        values |= {} if isnan(alike) else {"ssim_mean": alike}
    yield Measured(values)
