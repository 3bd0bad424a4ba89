"""What tasks share that go from one state of noise to another, and sample from every state between them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import ClassVar

import torch
from torch import Tensor

from engines.component import option
from engines.context import Context, Start
from engines.denoiser import Denoiser
from engines.events import Event, Measured, Noted, Opened, Progressed, Said, Sampled, Stepped
from engines.formula import Formulated, Letter
from engines.guidance.base import parts_of
from engines.inverse.inversion import check_invertible, inverted
from engines.process.noise import NO_SEED, Noise
from engines.process.paths import Path
from engines.process.slerp import linear, slerp
from engines.process.times import time_grid
from engines.sampling import Plan, calls_of, conditioning, guided, opened, parse_labels, sample
from engines.tasks.base import SAMPLED
from engines.tasks.flow import FlowOptions, differences, fall_noted, rms
from engines.tasks.shared_options import FOLLOWED, guidance_option, label_option
from engines.units import Units

FOUND = {**SAMPLED, "noise_rms": "the least root mean square of the noise of a sample, over σ: near 1 on the arc, and "
                                 "in the middle of a straight line about 0.7",
         "rms": "root mean square difference of the two ends and what came of them, where they were given as data"}


class Way(StrEnum):
    """The way between two states: along the sphere that noise lies on, or straight."""

    SLERP = "slerp"
    LINEAR = "linear"


class BetweenOptions(FlowOptions):
    """Which way is gone, and what is sampled with on it."""

    kind: Way = option(Way.SLERP, title="Way", group="Samples",
                        help="slerp goes along the sphere that noise lies on. linear goes straight and has too little "
                             "noise in the middle, which blurs what comes of it.")
    label: str = label_option()
    guidance: float = guidance_option(1.0, f"{FOLLOWED}, and ends that are data then do not come back.")

    def walked(self, path: Path, *, data: bool) -> Tensor:
        """Falling times (steps+1,): to 0, or above it where the ends are data, which have to be inverted."""
        return self.grid(path) if data else time_grid(path, self.steps, self.spacing)

    def evaluations(self, path: Path, classes: Sequence[str], count: int, *, data: bool) -> int:
        """What each of `count` samples takes, the inversion of the ends included; raises BadOption."""
        check_invertible(self.sampler)
        labels, times = parse_labels(self.label, classes, count), self.walked(path, data=data)
        up = self.sampler.evaluations(times.flip(0)) if data else 0
        return up + self.sampler.evaluations(times) * calls_of(classes, self.guidance, labels)


class ArcFormula(Formulated):
    """The formula of the states on the arc between those of the ends."""

    formula: ClassVar[tuple[str, ...]] = (
        r"x = \frac{\sin((1-\varphi)\vartheta)}{\sin\vartheta}\,x_A + "
        r"\frac{\sin(\varphi\vartheta)}{\sin\vartheta}\,x_B",)
    letters: ClassVar[tuple[Letter, ...]] = (
        Letter("x_A", "the noise of the first end"), Letter("x_B", "the noise of the last end"),
        Letter(r"\varphi", "the share of the way from the first end to the last"),
        Letter(r"\vartheta", "the angle between the noise of the ends"))
    source: ClassVar[str] = "Shoemake 1985"


class LineFormula(ArcFormula):
    """The formula of the states on the straight line between those of the ends."""

    formula: ClassVar[tuple[str, ...]] = (r"x = (1-\varphi)\,x_A + \varphi\,x_B",)
    source: ClassVar[str] = ""


WAYS: Mapping[Way, tuple[Callable[[Tensor, Tensor, float], Tensor], type[Formulated]]] = {
    Way.SLERP: (slerp, ArcFormula), Way.LINEAR: (linear, LineFormula)}


@dataclass(frozen=True, slots=True)
class Between:
    """What an interpolation goes between, and what it is sampled with.

    states: (2, …), noise at the first time, or data; data: whether they are that, and have to be inverted.
    denoiser: the plain one. classes: names of those that it knows; units: in which points are told.
    """

    states: Tensor
    data: bool
    denoiser: Denoiser
    path: Path
    classes: tuple[str, ...] = ()
    units: Units | None = None


def sequence(first: Tensor, last: Tensor, count: int, kind: Way) -> Tensor:
    """(count, …) states from the first to the last, evenly spread over the way; the ends are these, bit for bit."""
    way, _ = WAYS[kind]
    between = [way(first, last, k / (count - 1)) for k in range(1, count - 1)]
    return torch.stack([first, *between, last])


def interpolated(chosen: BetweenOptions, ends: Between, count: int, context: Context, title: str) -> Iterator[Event]:
    """Yield Opened, Said and Progressed while ends that are data are inverted, the events of sampling, and figures."""
    check_invertible(chosen.sampler)
    plan = _plan(chosen, ends, count, context, title)
    if plan.start is None:
        yield from fall_noted(chosen.sampler, ends.path, plan.times)
    yield opened(plan)
    if plan.start is None:
        found = ends.states
        if ends.data:
            known = conditioning((plan.labels[0], plan.labels[-1]), found.device)
            found = yield from _noise_of(chosen, ends, plan.times, known)
        states = sequence(found[0], found[1], count, chosen.kind)
        yield Measured({"noise_rms": float(rms(states).min()) / float(ends.path.sigma(plan.times[0]))})
        plan = replace(plan, start=Start(0, states.float().cpu().numpy()))
    calls = chosen.sampler.evaluations(plan.times.flip(0)) if ends.data else 0
    yield from _sampled(plan, ends, calls)


def _plan(chosen: BetweenOptions, ends: Between, count: int, context: Context, title: str) -> Plan:
    """The plan of sampling, which begins where the context says, or nowhere yet."""
    labels = parse_labels(chosen.label, ends.classes, count)
    denoiser = guided(ends.denoiser, ends.classes, chosen.guidance, labels)
    noise = Noise((NO_SEED,) * count, tuple(ends.states.shape[1:]), ends.states.device)
    return Plan(title, ends.path, denoiser, chosen.sampler, chosen.walked(ends.path, data=ends.data), noise, labels,
                context.start, parts_of(denoiser, WAYS[chosen.kind][1], chosen.sampler),
                units=ends.units)


def _noise_of(chosen: BetweenOptions, ends: Between, times: Tensor,
              cond: Tensor | None) -> Generator[Event, None, Tensor]:
    """The noise (2, …) that the ends come from, as the generator's value."""
    yield Said("Finding the noise that the ends come from")
    x = ends.states
    for step in inverted(chosen.sampler, ends.path, ends.denoiser, x, times.flip(0), cond=cond):
        x = step.x
        yield Progressed(step.index, 2 * step.total)
    return x


def _returned(away: Tensor) -> Iterator[Event]:
    """How far the two ends (2,) are from what they were given as, as a figure and in words."""
    yield Measured({"rms": float(away.mean())})
    first, last = (f"{float(one):.2g}" for one in away)
    yield Noted(f"The first end came back with a root mean square difference of {first} and the last with {last}; 0 "
                "is exactly what was given.")


def _sampled(plan: Plan, ends: Between, calls: int) -> Iterator[Event]:
    """The events of a plan that is opened, with the evaluations of the inversion, and how well ends came back."""
    for event in sample(plan):
        match event:
            case Opened():
                pass  # before the inversion, which takes a part of the time
            case Stepped(step):
                yield replace(event, step=replace(step, nfe=step.nfe + calls))
            case Sampled():
                if ends.data:
                    result = torch.tensor(event.samples)[[0, -1]].to(ends.states)
                    yield from _returned(differences(result, ends.states))
                yield replace(event, nfe=event.nfe + calls)
            case _:
                yield event
