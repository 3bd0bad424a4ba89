"""The driver that all sampling tasks share: from a plan to the events of one run."""

from __future__ import annotations

import difflib
import hashlib
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engines.checkpoint import Model, load_model
from engines.context import Context, Start
from engines.denoiser import NO_CLASS, Denoiser
from engines.errors import BadOption, BadRecipe
from engines.events import Event, Noted, Opened, Progressed, Sampled, Stepped
from engines.formula import Formulated
from engines.guiding import calls_of as calls_of  # sampling is asked for with what guides it
from engines.guiding import conditioning as conditioning
from engines.guiding import guided as guided
from engines.labels import EACH, FREE, IN_TURN
from engines.learnt import Learnt
from engines.modality import Modality
from engines.model_file import ModelFile, check_modality
from engines.model_list import known_model
from engines.opening import opened_along
from engines.process.noise import Noise
from engines.process.paths import Path
from engines.process.prediction import Prediction
from engines.samplers.base import Sampler, Step
from engines.samplers.divergence import Watch
from engines.samplers.meter import Meter, metered, spared_before
from engines.samplers.remarks import walk_remark
from engines.units import Units

Array = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True, slots=True)
class Plan:
    """One run of sampling, all choices made.

    Args:
        title: of the run, for people.
        path, denoiser, sampler, times: as `Sampler` takes them.
        noise: decides the number and shape of the samples.
        labels: one a sample, −1 for free.
        start: state and index to begin with; None begins at noise.
        formulas: whose formulas, terms and letters the equation panel shows.
        curves: figures to compute at each step, by name.
        finish: turns the last state into the result; the identity by default.
        skipped: moves at the beginning that this run never makes, as an edit that starts midway.
        prediction: what the network outputs whose errors the sampler carries; None for an exact denoiser.
        units: in which points are told; None for no others than their own.
        learnt: by the network; the mean by an exact denoiser.
        caution: what is said of the run instead of what its walk is like, "" for nothing.
        bounded: the data are of unit size at most, see `Watch`.
        calmer: what to choose where the walk diverges, "" for what the sampler says.
    """

    title: str
    path: Path
    denoiser: Denoiser
    sampler: Sampler
    times: Tensor
    noise: Noise
    labels: tuple[int, ...]
    start: Start | None = None
    formulas: tuple[type[Formulated] | Formulated, ...] = ()
    curves: Mapping[str, Callable[[Step], float]] = field(default_factory=dict[str, Callable[[Step], float]])
    finish: Callable[[Tensor], Tensor] = torch.Tensor.detach
    skipped: int = 0
    prediction: Prediction | None = None
    units: Units | None = None
    learnt: Learnt = Learnt.MEAN
    caution: str = ""
    bounded: bool = False
    calmer: str = ""

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the batch: (B, C, H, W), or (B, d) of points."""
        return (len(self.noise.seeds), *self.noise.shape)


def opened(plan: Plan) -> Opened:
    """What a scrubber needs to know of a plan before its first step."""
    return opened_along(plan.title, plan.path, plan.sampler.visited(plan.times), plan.shape, plan.noise.seeds,
                        plan.labels, plan.formulas, remembers=plan.sampler.remembers, units=plan.units)


def sample(plan: Plan) -> Iterator[Event]:
    """Run a plan: Noted for what does not suit its sampler, Opened, one Stepped a step, Sampled."""
    yield from _remarks(plan)
    yield opened(plan)
    began, last = time.perf_counter(), None
    for step in steps(plan):
        last = step
        yield Stepped(step, {name: curve(step) for name, curve in plan.curves.items()})
    if last is not None:
        yield sampled(plan.finish(last.x), last.nfe, time.perf_counter() - began, plan.units)


def _remarks(plan: Plan) -> Iterator[Event]:
    """What is to be known before a run begins; of one that goes on it was said."""
    if plan.start is None and (
            remark := plan.caution or walk_remark(plan.sampler, plan.path, plan.times, plan.prediction, plan.learnt)):
        yield Noted(remark)


def sample_in_parts(plan: Plan, most: int) -> Iterator[Event]:
    """Like `sample`, with at most `most` samples in the network at once.

    The parts walk in lockstep, so that there is one Stepped for all samples: it is recorded,
    resumed and branched from like that of a small run. A Progressed after each part's
    move lets a pause or a stop act long before a step of thousands of samples is over.
    Every sample has the bits it would have in a run of its part alone.
    """
    yield from _remarks(plan)
    yield opened(plan)
    began, last = time.perf_counter(), None
    # generators side by side, each with the states of its part; no network call happens before `next`
    walks = [steps(part) for part in _parts(plan, most)]
    while moved := (yield from _in_lockstep(walks)):
        last = _joined(moved)
        yield Stepped(last, {name: curve(last) for name, curve in plan.curves.items()})
    if last is not None:
        yield sampled(plan.finish(last.x), last.nfe, time.perf_counter() - began, plan.units)


def _parts(plan: Plan, most: int) -> list[Plan]:
    """Plans of at most `most` samples each, in order; raises BadRecipe for a start state that does not fit."""
    start = plan.start and replace(plan.start, x=_state(plan).numpy())
    parts = [slice(k, k + most) for k in range(0, len(plan.noise.seeds), most)]
    return [replace(plan, noise=replace(plan.noise, seeds=plan.noise.seeds[part]), labels=plan.labels[part],
                    start=start and Start(start.index, start.x[part], tuple(x[part] for x in start.past)))
            for part in parts]


def _in_lockstep(walks: list[Iterator[Step]]) -> Generator[Event, None, list[Step]]:
    """The next step of every walk, as the generator's value; none when they have ended."""
    moved = list[Step]()
    for walk in walks:
        step = next(walk, None)
        if step is not None:
            moved.append(step)
            if len(moved) < len(walks):
                # this step is not done before the last part is there
                yield Progressed(max(0, step.index - 1), step.total)
    return moved


def _joined(parts: list[Step]) -> Step:
    """One step of all samples, on the CPU: thousands of states need not fit on a device."""
    first = parts[0]
    return replace(
        first, x=_cat([p.x for p in parts]), x0=_cat([p.x0 for p in parts]), nfe=max(p.nfe for p in parts),
        terms={name: _cat([p.terms[name] for p in parts]) for name in first.terms},
        past=tuple(_cat(list(states)) for states in zip(*(p.past for p in parts), strict=True)),
        deltas={name: _cat([p.deltas[name] for p in parts]) for name in first.deltas},
        fresh=None if first.fresh is None else _cat([p.fresh for p in parts if p.fresh is not None]))


def _cat(parts: list[Tensor]) -> Tensor:
    return torch.cat([part.detach().cpu() for part in parts])


def steps(plan: Plan) -> Iterator[Step]:
    """The steps of a plan, from its start; raises Diverged at the first state that says so, see `Watch`."""
    device = plan.noise.device
    x = plan.path.initial(plan.noise.initial()) if plan.start is None else _state(plan).to(device)
    cond = conditioning(plan.labels, device)
    index = 0 if plan.start is None else plan.start.index
    past = () if plan.start is None else tuple(torch.tensor(state, device=device) for state in plan.start.past)
    denoiser = Meter(plan.denoiser, cond) if plan.denoiser.varies else plan.denoiser
    walk = plan.sampler(plan.path, denoiser, x, plan.times, noise=plan.noise, cond=cond, start=index, past=past)
    never, before = (_unmade(plan, first, cond) for first in (plan.skipped, index))
    if isinstance(denoiser, Meter):
        walk = metered(walk, denoiser, before[0], before[1], len(past[:plan.sampler.remembers]))
    watch = Watch(plan.path, plan.sampler, plan.times, bounded=plan.bounded, calmer=plan.calmer)
    for step in walk:
        watch.look(step)
        # a sampler counts from the start of the grid; an edit never made the moves before its own start
        yield replace(step, nfe=step.nfe - (never[0] - never[1])) if plan.skipped else step


def _unmade(plan: Plan, first: int, cond: Tensor | None) -> tuple[int, int]:
    """What a sampler counts for the moves before step `first`, and what they cost less than that."""
    made, all_made = (plan.sampler.evaluations(plan.times, index) for index in (first, 0))
    (spared,) = spared_before(plan.sampler, plan.path, plan.times, plan.denoiser, plan.noise.shape, cond, first)
    return (all_made - made) * plan.denoiser.calls(cond), spared


def sampled(x: Tensor, nfe: int, seconds: float, units: Units | None = None) -> Sampled:
    """The result event of finished samples (B, C, H, W), or (B, d) of points with the units they are told in."""
    samples = np.ascontiguousarray(x.detach().float().cpu().numpy())
    return Sampled(samples, nfe, seconds, sha256(samples), units=units)


def sha256(samples: Array) -> str:
    """Fingerprint of an array: SHA-256 of its little-endian float32 bytes."""
    # one byte order on every machine: fingerprints are compared between machines
    return hashlib.sha256(np.ascontiguousarray(samples, dtype="<f4").tobytes()).hexdigest()


def find_model(name: str, context: Context, modality: Modality = Modality.IMAGE) -> ModelFile:
    """What the model of that name or file is, the recorded one where the context knows it, without loading it.

    Raises BadCheckpoint where there is none, BadInput for one that makes other data than the modality wanted.
    """
    found = known_model(name, context.models, context.fingerprints.get(name, ""))
    check_modality(found.spec, name, modality)
    return found


def open_model(name: str, context: Context, modality: Modality = Modality.IMAGE) -> Model:
    """Load the model that `find_model` finds; raises what it raises."""
    return load_model(find_model(name, context, modality).file, context.device)


def parse_labels(text: str, classes: Sequence[str], count: int) -> tuple[int, ...]:
    """Labels of `count` samples from what a user wrote.

    Args:
        text: "free", "each" or "each in turn" (every class), or class names separated by
            commas, repeated in turn.
        classes: names of the model's classes.

    Raises:
        BadOption: for a name that is not a class of the model.
    """
    if text.strip() in {"", FREE} or (text.strip() in IN_TURN and not classes):
        return (NO_CLASS,) * count
    if text.strip() in IN_TURN:
        return tuple(k % len(classes) for k in range(count))
    chosen = [_label(part.strip(), classes) for part in text.split(",")]
    return tuple(chosen[k % len(chosen)] for k in range(count))


def check_labels(text: str, model: str, context: Context) -> None:
    """Raise BadOption for a class that the model of that name does not know; reads its header only."""
    parse_labels(text, find_model(model, context).spec.classes, 1)


def _label(name: str, classes: Sequence[str]) -> int:
    """The index of a class by name; "free" is no class."""
    if name == FREE:
        return NO_CLASS
    if name not in classes:
        if not classes:
            raise BadOption(f"The model knows no classes, so none is “{name}”; choose “{FREE}”.")
        near = difflib.get_close_matches(name, [*classes, *IN_TURN, FREE], 1)
        meant = f" (did you mean “{near[0]}”?)" if near else ""
        raise BadOption(f"Class “{name}” is not one of this model’s{meant}; choose “{EACH}”, “{FREE}” or from: "
                        f"{', '.join(classes)}.")
    return list(classes).index(name)


def _state(plan: Plan) -> Tensor:
    """The start state, checked against the plan; raises BadRecipe."""
    start = plan.start
    fits = start is not None and all(state.shape == plan.shape for state in (start.x, *start.past))
    if start is None or not fits or not len(start.past) <= start.index <= plan.sampler.steps(plan.times):
        shape = None if start is None else start.x.shape
        raise BadRecipe(f"The start state of shape {shape} does not fit a run of shape {plan.shape}; "
                        "branch with the same model and count.")
    # a painted or damaged state would else end as a black picture without a word
    if not np.isfinite(start.x).all():
        raise BadRecipe("The start state holds values that are not numbers; branch from another step.")
    return torch.tensor(start.x, dtype=torch.float32)
