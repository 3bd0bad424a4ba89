"""Likelihood of images: how probable a model finds pictures, along the probability-flow ODE."""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterator, Mapping
from typing import Any, ClassVar, cast

import torch
from torch import Tensor

from engines.checkpoint import Model
from engines.component import Options, option
from engines.context import Context
from engines.errors import Diverged
from engines.events import Event, Measured, Noted, Progressed, Stepped
from engines.lean import ready
from engines.likelihood.bound import bits_per_dim
from engines.likelihood.flow import FINEST, Flow, FlowStep, Solver, flowed, log_density, times_of
from engines.likelihood.trace import Hutchinson, TraceChoice
from engines.model_file import ModelSpec
from engines.opening import opened_along
from engines.process.noise import Noise, sample_seeds
from engines.process.paths import Path
from engines.process.shapes import norms
from engines.process.streams import WITHIN_LEVELS
from engines.samplers.base import Step
from engines.samplers.heun import Heun
from engines.samplers.rk4 import RungeKutta4
from engines.sampling import conditioning, sampled
from engines.shown import GAINED
from engines.tasks.base import Cost
from engines.tasks.on_subjects import OF_PICTURES, OnSubjects, SubjectOptions, count_option
from engines.tasks.subjects import LEVELS, Subjects

WALKED = {Solver.HEUN: Heun, Solver.RK4: RungeKutta4}  # whose formulas a step of the flow has
GRAIN = 2 / (LEVELS - 1)  # between neighbouring levels

FIGURES = {
    "bits_per_dim": "mean of −log P of the levels, in bits for each number of a picture: a bound, as levels are spread",
    **OF_PICTURES}


class LikelihoodImagesOptions(SubjectOptions):
    """What is measured, and how the ODE is solved."""

    count: int = count_option(4)
    steps: int = option(40, title="Steps", ge=1, le=1000, group="Flow",
                        help="From data to noise, in equal steps of the logarithm of σ/α.")
    method: TraceChoice = option(Hutchinson(), title="Trace", group="Flow",
                                 help="How the trace of the denoiser’s Jacobian is found; exactly it takes as many "
                                      "derivatives as a picture has numbers.")
    solver: Solver = option(Solver.HEUN, title="Solver", group="Flow", advanced=True,
                            help="rk4 is of order 4 with four evaluations a step, heun of order 2 with two.")
    finest: float = option(FINEST, title="Finest noise", ge=1e-5, le=1, widget="log-slider", group="Flow",
                           advanced=True, help="The noise σ/α at which the flow begins.")


def spread_levels(x0: Tensor, noise: Noise) -> Tensor:
    """Pictures (B, …) of levels with each number anywhere in the interval of its level, evenly by chance.

    Theis et al. 2016, arXiv 1511.01844, section 3.1: the mean of −log p of the density there is a bound of −log P of
    the level, plus the logarithm of the interval's width.
    """
    # what the normal law has below a normal number is even between 0 and 1
    evenly = (1 + torch.erf(noise(0, WITHIN_LEVELS).double() / math.sqrt(2))) / 2
    return x0 + GRAIN * (evenly - 0.5).to(x0)


def walked(flow: Flow, x0: Tensor, chosen: LikelihoodImagesOptions, first: int = 0) -> Generator[Event, None, FlowStep]:
    """Yield a Stepped for each step of the flow from x0 (B, …) to noise; the last one is the generator's value.

    first: the step of which the first is told: what is before it was told already, and only computed again.
    """
    before: FlowStep | None = None
    for now in flowed(flow, x0, chosen.steps, solver=chosen.solver, finest=chosen.finest):
        if before is not None:
            yield from _told(flow.path, x0, before, now, first)
        before = now
    assert before is not None  # the start at least
    yield from _told(flow.path, x0, before, None, first)
    return before


def _told(path: Path, x0: Tensor, step: FlowStep, after: FlowStep | None, first: int) -> Iterator[Event]:
    """A step of the flow, with the size of the move to the one after; where the flow from it ends is the picture."""
    if step.index < first:
        yield Progressed(step.index, step.total)
        return
    x = _state(path, step)
    moved = torch.full((len(x),), math.nan) if after is None else norms(_state(path, after) - x)
    shown = Step(step.index, step.total, step.t, x, x0, step.nfe, {"prior": moved})
    yield Stepped(shown, {GAINED: float(step.gained.mean())})


def _state(path: Path, step: FlowStep) -> Tensor:
    return float(path.alpha(torch.tensor(step.t, dtype=torch.float64))) * step.y


def figures_of(log_p: Tensor, numbers: int, nfe: int) -> dict[str, float]:
    """FIGURES of the log-density (B,) of spread levels, of so many numbers each; raises Diverged."""
    nll = -log_p - numbers * math.log(GRAIN)
    if not bool(nll.isfinite().all()):
        raise Diverged("−log p is not finite; take more steps, or another model.")
    found = {"bits_per_dim": bits_per_dim(float(nll.mean()), numbers), "nll": float(nll.mean()), "nfe": nfe}
    if len(nll) > 1:
        error = float(nll.std()) / math.sqrt(len(nll))
        found |= {"nll_error": error, "bits_error": bits_per_dim(error, numbers)}
    return found


def remark_on(values: Mapping[str, float]) -> str:
    """The figures as a sentence, with what is amiss where they are none that a chance can have."""
    bits, nats = f"{values['bits_per_dim']:.3f} bits", f"{values['nll']:,.1f} nats"
    told = f"−log P is {bits} for each number of a picture at most, or {nats}"
    amiss = "" if values["nll"] >= 0 else "; no chance is above 1, so take more steps"
    return f"{told}{amiss}.".replace("-", "−")


class LikelihoodImages(OnSubjects):
    """−log P of pictures whose numbers are levels, by the flow of a model (Song et al. 2021)."""

    name: ClassVar[str] = "likelihood-images"
    title: ClassVar[str] = "Likelihood"
    summary: ClassVar[str] = "How probable a model finds held-out digits or a picture, along the probability-flow ODE."
    place: ClassVar[int] = 58
    finds: ClassVar[str] = "its likelihood"
    Form: ClassVar[type[Options]] = LikelihoodImagesOptions
    figures: ClassVar[Mapping[str, str]] = FIGURES

    def title_of(self, options: Any) -> str:
        """“Likelihood of 4 held-out digits”."""
        chosen = cast(LikelihoodImagesOptions, options)
        return f"Likelihood of {chosen.pictures.words(chosen.count)}"

    def cost_of(self, options: Any, model: ModelSpec | None) -> Cost | None:
        """The stages of every step, each with derivatives."""
        chosen = cast(LikelihoodImagesOptions, options)
        return None if model is None else Cost(chosen.count, chosen.steps * chosen.solver.calls, gradients=True)

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Yield Said, Opened, a Stepped for each step of the flow, Measured, Noted and Sampled; raises Diverged."""
        chosen = cast(LikelihoodImagesOptions, options)
        (model, found), began = (yield from self.begun(chosen, context)), time.perf_counter()
        flow, x0 = flow_of(chosen, model, found, context)
        times = times_of(model.path, chosen.steps, chosen.finest)
        yield opened_along(self.title_of(chosen), model.path, times, x0.shape, flow.noise.seeds, found.labels,
                           (WALKED[chosen.solver],))
        end = yield from walked(flow, x0, chosen, context.start.index if context.start else 0)
        values = figures_of(log_density(model.path, end), x0[0].numel(), end.nfe)
        yield Measured(values)
        yield Noted(remark_on(values))
        scale = float(model.path.scale(torch.tensor(end.t, dtype=torch.float64)))
        yield sampled(_state(model.path, end) / scale, end.nfe, time.perf_counter() - began)


def flow_of(chosen: LikelihoodImagesOptions, model: Model, found: Subjects, context: Context) -> tuple[Flow, Tensor]:
    """The flow of the model, and the pictures with their levels spread, on the context's device."""
    device = context.device.torch
    noise = Noise(sample_seeds(chosen.seed, chosen.count), model.spec.shape, device)
    flow = Flow(model.path, ready(model, context, gradients=True), chosen.method, noise,
                conditioning(found.labels, device))
    return flow, spread_levels(found.x0.to(device), noise)
