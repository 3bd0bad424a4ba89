"""Likelihood: how probable a prior of points finds fresh points, by the probability-flow ODE."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, cast

import torch
from torch import Tensor

from engines.chart import Axis, Chart, Role, Series
from engines.component import Options, option
from engines.context import Context
from engines.counted import counted
from engines.events import Charted, Event, Measured, Noted, Progressed, Said
from engines.formula import Explanation
from engines.likelihood.flow import FINEST, Flow, FlowStep, Solver, flowed, log_density
from engines.likelihood.formulas import FlowFormula
from engines.likelihood.trace import Exact, TraceChoice
from engines.modality import Modality
from engines.model_file import ModelSpec
from engines.priors import check_dimension
from engines.studies.base import floats
from engines.tasks.base import Cost, Task
from engines.tasks.fresh_points import FIGURES, Fresh, FreshOptions

ROWS = tuple(zip(FlowFormula.terms, ("nll", "nll_true"), strict=True))
QUANTILES, GROUPS = 51, 20  # values of a curve over the points, and groups of points that are about as likely
LEAST = 0.001  # nats, below which two means are told as one


class LikelihoodOptions(FreshOptions):
    """What is measured, and how the ODE is solved."""

    method: TraceChoice = option(Exact(), title="Trace", group="Flow",
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
    shown_as: ClassVar[str] = "charts"
    finds: ClassVar[str] = "its likelihood"
    draws: ClassVar[bool] = False
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
        return Cost(chosen.count, chosen.steps * chosen.solver.calls, gradients=True)

    def explained(self, options: Any) -> Explanation | None:
        """The flow, and what −log p came to."""
        del options
        return Explanation.of(FlowFormula(), rows=ROWS)

    def caution(self, options: Any, model: ModelSpec | None) -> str:
        """A model without means of the data, or of other data."""
        return super().caution(options, model) or cast(LikelihoodOptions, options).caution(model)

    def check(self, options: Any, files: Mapping[str, bytes], model: ModelSpec | None) -> None:
        """Refuse own points that cannot be read, and a model of another dimension."""
        chosen = cast(LikelihoodOptions, options)
        check_dimension(chosen.data.bound(files), chosen.prior, model)

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Yield Said, a Progressed for each step of each part of the points, charts, and Measured; raises Diverged."""
        chosen = cast(LikelihoodOptions, options)
        fresh = Fresh.of(chosen, context)
        yield from self.unmeant(fresh.prior.learnt)
        if fresh.prior.remark:
            yield Noted(fresh.prior.remark)
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
        nll, true = torch.cat(found), fresh.data.log_density(fresh.points)
        figures = fresh.figures(nll, nfe)
        yield from map(Charted, charts_of(nll, None if true is None else -true, figures))
        yield Measured(figures)


def charts_of(nll: Tensor, true: Tensor | None, figures: Mapping[str, float]) -> Iterator[Chart]:
    """−log p of points (N,) in nats by the model: group by group beside the true one, and spread over all points."""
    share, nats = torch.linspace(0, 1, QUANTILES, dtype=torch.float64), Axis("−log p", "nats")
    spread = [Series.of("Model", floats(share), floats(nll.quantile(share)))]
    if true is not None and bool(true.isfinite().all()):
        yield _beside(nll, true, figures)
        exact = floats(true.quantile(share))
        spread.append(Series.of("True", floats(share), exact, (), Role.EXACT, "Model"))
    yield Chart("−log p over the points, the likeliest first", Axis("Share of the points"), nats, tuple(spread),
                remark=f"Mean {figures['nll']:.3f} ± {figures['nll_error']:.3f} nats, or {figures['bits_per_dim']:.3f} "
                       "bits for each number of a point.")


def _beside(nll: Tensor, true: Tensor, figures: Mapping[str, float]) -> Chart:
    """Means of groups of points that are about as likely, with their standard errors; on the line model is truth."""
    groups = true.argsort().tensor_split(max(1, min(GROUPS, len(true) // 2)))
    x = [float(true[group].mean()) for group in groups]
    rows = [nll[group] for group in groups]
    error = [float(row.std()) / len(row) ** 0.5 for row in rows]
    found = Series.of("Model", x, [float(row.mean()) for row in rows], error)
    return Chart("−log p by the model against the true one", Axis("True −log p", "nats"), Axis("−log p", "nats"),
                 (found, Series.of("As true", x, x, (), Role.EXACT, "Model")),
                 remark=excess_remark(figures["excess"], figures["excess_error"]))


def excess_remark(excess: float, error: float) -> str:
    """How far a mean −log p lies from the true one, in nats; less than the figures show is not told as 0 ± 0."""
    if max(abs(excess), error) < LEAST:
        return f"The mean is the true one to within {LEAST:g} nats."
    told = f"{excess:z.3f} ± {error:.3f}".replace("-", "−")
    return f"The mean is {told} nats above the true one; 0 for a perfect model."
