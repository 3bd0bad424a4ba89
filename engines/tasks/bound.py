"""Bound: the variational bound of a prior of points on fresh points, term by term."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, cast

from engines.component import Options
from engines.context import Context
from engines.counted import counted
from engines.events import Charted, Event, Measured, Noted, Progressed, Said, Saved
from engines.files import write_atomic
from engines.formula import Explanation
from engines.likelihood.bound import Bound, BoundTally, bits_per_dim, bound_terms
from engines.likelihood.formulas import BoundFormula
from engines.modality import Modality
from engines.model_file import ModelSpec
from engines.priors import check_dimension
from engines.studies.bound import sums_chart, terms_chart
from engines.tasks.base import Cost, Task
from engines.tasks.chain_options import ChainOptions
from engines.tasks.fresh_points import FIGURES, Fresh, FreshOptions

FILE = "bound-terms.csv"
ROWS = tuple(zip(BoundFormula.terms, ("middle_terms", "first_term", "last_term"), strict=True))


class BoundOptions(ChainOptions, FreshOptions):
    """What is measured, and the chain of the bound."""


class BoundTask(Task):
    """The bound of DDPM's chain beside the true −log p, and what each of its steps adds to it."""

    name: ClassVar[str] = "bound"
    title: ClassVar[str] = "Bound"
    verb: ClassVar[str] = "Measure"
    summary: ClassVar[str] = "The variational bound on −log p of fresh points, term by term."
    workspace: ClassVar[str] = "points"
    modality: ClassVar[Modality] = Modality.POINTS
    place: ClassVar[int] = 72
    shown_as: ClassVar[str] = "charts"
    finds: ClassVar[str] = "its bound"
    noises: ClassVar[bool] = True
    draws: ClassVar[bool] = False
    Form: ClassVar[type[Options]] = BoundOptions
    figures: ClassVar[Mapping[str, str]] = {
        **FIGURES, "nll": "mean of the bound on −log p of the points, in nats",
        "excess": "how much more the bound is than the true −log p, in nats", "first_term": "L₀ in nats",
        "middle_terms": "the terms between, together in nats", "last_term": "the term at the noise, in nats"}
    leaves: ClassVar[str] = FILE

    def title_of(self, options: Any) -> str:
        """“Bound of 1,000 points of Two blobs, 100 steps”."""
        chosen = cast(BoundOptions, options)
        points = f"{counted(chosen.count, 'point')} of {chosen.data.title}"
        return f"Bound of {points}, {counted(chosen.steps, 'step')}"

    def cost_of(self, options: Any, model: ModelSpec | None) -> Cost | None:
        """One evaluation a step."""
        del model
        chosen = cast(BoundOptions, options)
        return Cost(chosen.count, chosen.steps)

    def explained(self, options: Any) -> Explanation | None:
        """The bound and what its terms came to."""
        del options
        return Explanation.of(BoundFormula(), rows=ROWS)

    def caution(self, options: Any, model: ModelSpec | None) -> str:
        """A model without means of the data, or of other data."""
        return super().caution(options, model) or cast(BoundOptions, options).caution(model)

    def check(self, options: Any, files: Mapping[str, bytes], model: ModelSpec | None) -> None:
        """Refuse own points that cannot be read, and a model of another dimension."""
        chosen = cast(BoundOptions, options)
        check_dimension(chosen.data.bound(files), chosen.prior, model)

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Yield Said, a Progressed for each term of each part of the points, the table, the charts, and Measured."""
        chosen = cast(BoundOptions, options)
        fresh = Fresh.of(chosen, context)
        yield from self.unmeant(fresh.prior.learnt)
        if fresh.prior.remark:
            yield Noted(fresh.prior.remark)
        chain = chosen.chain(fresh.prior.path)
        tally = BoundTally(chain, fresh.prior.dimension)
        yield Said("Adding up the terms of the bound")
        for k, part in enumerate(fresh.parts()):
            for term in bound_terms(chain, fresh.prior.denoiser, part.x0, part.noise, variance=chosen.rule()):
                tally.take(term)
                yield Progressed((k + 1) * chosen.steps - term.step, len(fresh) * chosen.steps)
        figures, bound = fresh.figures(tally.totals, chosen.steps), tally.bound()
        write_atomic(context.folder / FILE, table_of(bound).encode())
        yield Saved("table", context.folder / FILE)
        yield Charted(terms_chart({"Bound": bound}))
        yield Charted(sums_chart({"Bound": bound}, figures.get("nll_true")))
        yield Measured({**figures, "first_term": float(bound.terms[0]), "middle_terms": float(bound.terms[1:-1].sum()),
                        "last_term": float(bound.terms[-1])})


def table_of(bound: Bound) -> str:
    """The terms as CSV: n, t, mean of L_n in nats with its standard error, and in bits for each number of a sample."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("n", "t", "nats", "error", "bits_per_dim"))
    for n in range(len(bound.terms)):
        nats = float(bound.terms[n])
        numbers = (float(bound.times[n]), nats, float(bound.errors[n]), bits_per_dim(nats, bound.dimension))
        rows.writerow((n, *(f"{number:.9g}" for number in numbers)))
    return text.getvalue()
