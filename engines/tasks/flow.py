"""What tasks share that follow the probability-flow ODE from data to noise: options, grid, cost and figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor

from engines.component import Options, option
from engines.context import Context, Start
from engines.denoiser import Denoiser
from engines.events import Event, Measured, Noted, Sampled, Stepped
from engines.guidance.base import parts_of
from engines.inverse.inversion import InvertibleChoice, check_invertible
from engines.inverse.round_trip import RoundTrip, raised
from engines.model_file import ModelSpec
from engines.process.noise import NO_SEED, Noise
from engines.process.paths import Path
from engines.process.times import GridChoice, LogSNR, time_grid
from engines.samplers.base import Sampler, Step
from engines.samplers.falls import fall_remark
from engines.samplers.heun import Heun
from engines.sampling import Plan, calls_of, conditioning, guided, parse_labels, sample
from engines.shown import FROM_DATA
from engines.tasks.base import SAMPLED, Task
from engines.tasks.shared_options import guidance_option, label_option, spacing_option
from engines.units import Units

FOUND = {**SAMPLED, "noise_rms": "root mean square of the noise found over σ: 1 for noise as sampling begins with",
         "rms": "root mean square difference of the data and what came back, mean over the samples"}


class FlowOptions(Options):
    """How the ODE is solved."""

    sampler: InvertibleChoice = option(Heun(), title="Sampler", group="Sampler",
                                       help="How the ODE is walked, there and back; those with fresh noise cannot.")
    steps: int = option(25, title="Steps", ge=2, le=1000, group="Sampler", help="Moves of each way.")
    spacing: GridChoice = spacing_option(LogSNR())

    def grid(self, path: Path) -> Tensor:
        """Falling times (steps+1,) that end above 0."""
        return raised(path, time_grid(path, self.steps, self.spacing))


class FlowTask(Task):
    """A task whose sampler has to be one that can be run backwards; it says so of the form already."""

    def check_choices(self, options: Any, model: ModelSpec | None) -> None:
        """A sampler that draws fresh noise."""
        super().check_choices(options, model)
        check_invertible(cast(FlowOptions, options).sampler)

    def caution(self, options: Any, model: ModelSpec | None) -> str:
        """A model without means of the data or of other data, or a noise level that falls too far for the sampler."""
        chosen = cast(FlowOptions, options)
        path = model.path if model is not None else getattr(options, "path", None)
        falls = fall_remark(chosen.sampler, path, chosen.grid(path)) if isinstance(path, Path) else ""
        return super().caution(options, model) or self.said_of(options, model) or falls

    def said_of(self, options: Any, model: ModelSpec | None) -> str:
        """What is said of a model beside the data of the options, "" where nothing is."""
        del options, model
        return ""


class TripOptions(FlowOptions):
    """Which classes the two ways have."""

    there: str = label_option("What the data are, on the way to noise: “free” for no class, or names separated by "
                              "commas.", title="Class there")
    label: str = label_option("The same brings the data back; another one, “each” or names separated by commas, turns "
                              "them into it.", title="Class back")
    guidance: float = guidance_option(1.0, "How strongly the class is followed on the way back: 1 retraces the way, "
                                           "more is stricter and leaves it.")

    def evaluations(self, path: Path, classes: Sequence[str], count: int) -> int:
        """What each of `count` samples takes, there by the plain denoiser and back by the guided one.

        Raises BadOption for a class that there is not, and for a sampler that cannot be run backwards.
        """
        check_invertible(self.sampler)
        parse_labels(self.there, classes, count)
        labels, times = parse_labels(self.label, classes, count), self.grid(path)
        back = calls_of(classes, self.guidance, labels)
        return self.sampler.evaluations(times.flip(0)) + self.sampler.evaluations(times) * back


@dataclass(frozen=True, slots=True)
class Origin:
    """What a trip begins with: data (B, …), and the plain denoiser that carries them.

    classes: names of those that it knows; units: in which points are told.
    """

    data: Tensor
    denoiser: Denoiser
    path: Path
    classes: tuple[str, ...] = ()
    units: Units | None = None


def trip(chosen: TripOptions, origin: Origin, context: Context, title: str,
         curves: Mapping[str, Callable[[Step], float]] | None = None) -> Plan:
    """The plan of a way to noise and back; step `chosen.steps` is the noise. Raises BadRecipe for another start."""
    check_invertible(chosen.sampler)
    data, count = origin.data, len(origin.data)
    labels = parse_labels(chosen.label, origin.classes, count)
    known = conditioning(parse_labels(chosen.there, origin.classes, count), data.device)
    back = guided(origin.denoiser, origin.classes, chosen.guidance, labels)
    sampler = RoundTrip(inner=chosen.sampler, there=origin.denoiser, known=known)

    def distance(step: Step) -> float:
        return float(differences(step.x0, data).mean())

    noise = Noise((NO_SEED,) * count, tuple(data.shape[1:]), data.device)
    return Plan(title, origin.path, back, sampler, chosen.grid(origin.path), noise, labels,
                context.start or Start(0, data.float().cpu().numpy()), parts_of(back, sampler, chosen.sampler),
                {FROM_DATA: distance, **(curves or {})}, units=origin.units)


def fall_noted(sampler: Sampler, path: Path, times: Tensor) -> Iterator[Event]:
    """Noted where the noise falls too far for a sampler in one of the steps."""
    remark = fall_remark(sampler, path, times)
    if remark:
        yield Noted(remark)


def travelled(plan: Plan, inner: Sampler, data: Tensor, told: Callable[[Tensor], Iterator[Event]],
              found: Callable[[Step], Mapping[str, float]] = lambda _step: {}) -> Iterator[Event]:
    """The events of a trip, with Measured at the turn and at the end.

    inner: the sampler of both ways; told: gives what else there is to say of the results (B, …), before they are
    handed over; found: more figures of the step at the turn, which holds the noise.
    """
    if plan.start is not None and plan.start.index == 0:  # of a run that goes on it was said
        yield from fall_noted(inner, plan.path, plan.times)
    turn, sigma = plan.sampler.steps(plan.times) // 2, float(plan.path.sigma(plan.times[0]))
    for event in sample(plan):
        if isinstance(event, Sampled):
            result = torch.tensor(event.samples).to(data)
            yield Measured({"rms": float(differences(result, data).mean())})
            yield from told(result)
        yield event
        if isinstance(event, Stepped) and event.step.index == turn:
            yield Measured({"noise_rms": float(event.step.x.square().mean().sqrt()) / sigma,
                            **found(event.step)})


def rms(x: Tensor) -> Tensor:
    """Root mean square of each sample of (B, …): (B,)."""
    return x.flatten(1).square().mean(dim=1).sqrt()


def differences(x: Tensor, data: Tensor) -> Tensor:
    """Root mean square of what each sample differs by from its own data: (B,)."""
    return rms(x - data.to(x))
