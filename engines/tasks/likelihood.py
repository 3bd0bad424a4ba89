"""Likelihood: how probable a prior of points finds fresh points, by the probability-flow ODE."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, cast

import torch
from torch import Tensor

from engines.component import Options, option
from engines.context import Context
from engines.counted import counted
from engines.events import Event, Measured, Noted, Progressed, Said
from engines.likelihood.flow import FINEST, Flow, FlowStep, Solver, calls_of, flowed, log_density
from engines.likelihood.trace import Exact, TraceChoice
from engines.modality import Modality
from engines.model_file import ModelSpec
from engines.priors import check_dimension
from engines.tasks.base import Cost, Task
from engines.tasks.fresh_points import FIGURES, Fresh, FreshOptions


class LikelihoodOptions(FreshOptions):
    """What is measured, and how the ODE is solved."""

    method: TraceChoice = option(Exact(), title="Divergence", group="Flow",
                                 help="How the trace of the denoiser’s Jacobian is found.")
    steps: int = option(100, title="Steps", ge=1, le=10_000, group="Flow",
                        help="From data to noise, in equal steps of the logarithm of σ/α.")
    solver: Solver = option(Solver.RK4, title="Solver", group="Flow", advanced=True,
                            help="rk4 is of order 4 with four evaluations a step, heun of order 2 with two.")
    finest: float = option(FINEST, title="Finest noise", ge=1e-5, le=1, widget="log-slider", group="Flow",
                           advanced=True, help="The noise σ/α at which the flow begins. What is found is the density "
                                               "of data with that much noise.")


class LikelihoodTask(Task):
    """−log p of fresh points beside the true one."""

    name: ClassVar[str] = "likelihood"
    title: ClassVar[str] = "Likelihood"
    verb: ClassVar[str] = "Measure"
    summary: ClassVar[str] = "How probable a model finds fresh points, exactly, along the probability-flow ODE."
    workspace: ClassVar[str] = "points"
    modality: ClassVar[Modality] = Modality.POINTS
    place: ClassVar[int] = 70
    Form: ClassVar[type[Options]] = LikelihoodOptions
    figures: ClassVar[Mapping[str, str]] = FIGURES

    def title_of(self, options: Any) -> str:
        """“Likelihood of 1,000 points of Two blobs”."""
        chosen = cast(LikelihoodOptions, options)
        return f"Likelihood of {counted(chosen.count, 'point')} of {chosen.data.title}"

    def cost_of(self, options: Any, model: ModelSpec | None) -> Cost | None:
        """The stages of every step, each with derivatives."""
        del model
        chosen = cast(LikelihoodOptions, options)
        return Cost(chosen.count, chosen.steps * calls_of(chosen.solver), gradients=True)

    def check(self, options: Any, files: Mapping[str, bytes], model: ModelSpec | None) -> None:
        """Refuse own points that cannot be read, and a model of another dimension."""
        chosen = cast(LikelihoodOptions, options)
        check_dimension(chosen.data.bound(files), chosen.prior, model)

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Yield Said, a Progressed for each step of each part of the points, and Measured; raises Diverged."""
        chosen = cast(LikelihoodOptions, options)
        fresh = Fresh.of(chosen, context)
        if fresh.prior.note:
            yield Noted(fresh.prior.note)
        yield Said("Following the flow from data to noise")
        found, nfe = list[Tensor](), 0
        for k, part in enumerate(fresh.parts()):
            flow = Flow(fresh.prior.path, fresh.prior.denoiser, chosen.method, part.noise)
            end: FlowStep | None = None
            for end in flowed(flow, part.x0, chosen.steps, solver=chosen.solver, finest=chosen.finest):
                yield Progressed(k * chosen.steps + end.index, len(fresh) * chosen.steps)
            if end is not None:
                found.append(-log_density(fresh.prior.path, end))
                nfe = end.nfe
        yield Measured(fresh.figures(torch.cat(found), nfe))
