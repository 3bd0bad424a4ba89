"""Bound of images: the variational bound of a model on pictures of integer levels, term by term."""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, cast

import torch
from torch import Tensor

from engines.checkpoint import Model
from engines.component import Options, option
from engines.context import Context
from engines.counted import counted
from engines.denoiser import Denoiser
from engines.errors import Diverged
from engines.events import Charted, Event, Measured, Noted, Progressed, Saved, Stepped
from engines.files import write_atomic
from engines.formula import Letter
from engines.lean import ready
from engines.likelihood.bound import (
    Bound,
    BoundTally,
    BoundTerm,
    VarianceRule,
    bits_per_dim,
    bound_term,
    prior_term,
)
from engines.likelihood.decoders import of_levels
from engines.model_file import ModelSpec
from engines.opening import opened_along
from engines.process.chain import Chain
from engines.process.noise import Noise, sample_seeds
from engines.process.shapes import expand, norms
from engines.samplers.base import Step
from engines.sampling import conditioning, sampled
from engines.shown import BOUND, TERM
from engines.studies.bound import BoundStudy, sums_chart, terms_chart
from engines.tasks.base import Cost
from engines.tasks.bound import FILE, table_of
from engines.tasks.chain_options import ChainOptions
from engines.tasks.noise import Forward
from engines.tasks.on_subjects import OF_PICTURES, OnSubjects, SubjectOptions
from engines.tasks.subjects import LEVELS, Subjects

FIGURES = {
    "bits_per_dim": "mean of the bound on −log p, in bits for each number of a picture", **OF_PICTURES,
    "first_term": "L₀, that of the levels, in bits for each number",
    "middle_terms": "the terms between, together, in bits for each number",
    "last_term": "the term at the noise, in bits for each number"}


class Summed(Forward):
    """The bound of a picture, and the states that its terms are measured at."""

    formula: ClassVar[tuple[str, ...]] = (BoundStudy.formula[0], *Forward.formula)
    letters: ClassVar[tuple[Letter, ...]] = BoundStudy.letters


class BoundImagesOptions(ChainOptions, SubjectOptions):
    """What is measured, and the chain of the bound."""

    steps: int = option(100, title="Steps", ge=1, le=1000, group="Chain", help="Steps of the chain.")


@dataclass(frozen=True, slots=True)
class Measure:
    """All that a bound is measured by: `bound_term`'s arguments, and the pictures."""

    chain: Chain
    denoiser: Denoiser
    x0: Tensor
    noise: Noise
    variance: VarianceRule
    cond: Tensor | None = None

    def term(self, n: int) -> BoundTerm:
        """L_n, n from 0 to N, of pictures of integer levels."""
        if n == self.chain.steps:
            return prior_term(self.chain, self.x0)
        return bound_term(self.chain, n + 1, self.denoiser, self.x0, self.noise, variance=self.variance, cond=self.cond,
                          decoder=of_levels(LEVELS))

    def bits(self, nats: Tensor) -> float:
        """The mean of nats (B,) in bits for each number."""
        return bits_per_dim(float(nats.mean()), self.x0[0].numel())

    def step(self, n: int, term: BoundTerm | None) -> Step:
        """The picture at n = 0, above it the states x_n that the term of the step back was measured at."""
        x = self.x0 if term is None or term.x is None else term.x
        estimate = self.x0 if term is None or term.x0 is None else term.x0
        t, total = self.chain.times[n], self.chain.steps
        signal = expand(self.chain.alpha[n], self.x0) * self.x0
        return Step(n, total, float(t), x, estimate, n, {"prior": norms(signal), "noise": norms(x - signal)})


def walked(measure: Measure, first: int = 0) -> Generator[Event, None, Bound]:
    """Yield a Stepped for each step of the chain, from the pictures to noise; the bound is the generator's value.

    first: the step of which the first is told: what is before it was told already, and only computed again.
    """
    total = measure.chain.steps
    if not first:
        yield Stepped(measure.step(0, None))
    terms, added = list[BoundTerm](), torch.zeros(len(measure.x0), dtype=torch.float64)
    for n in range(total):
        found = measure.term(n)
        added = added + found.nats
        # the states are large, and are kept by whoever follows the steps
        terms.append(BoundTerm(n, found.nats))
        if n + 1 >= max(first, 1):
            curves = {TERM: measure.bits(found.nats), BOUND: measure.bits(added)}
            yield Stepped(measure.step(n + 1, found), curves)
        else:
            yield Progressed(n + 1, total)
    tally = BoundTally(measure.chain, measure.x0[0].numel())
    for term in [measure.term(total), *reversed(terms)]:
        tally.take(term)
    return tally.bound()


def figures_of(bound: Bound, nfe: int) -> dict[str, float]:
    """FIGURES of a bound; raises Diverged where it is not finite."""
    if not math.isfinite(bound.total):
        raise Diverged("The bound is not finite; take more steps, or another model.")
    each = {"first_term": bound.terms[0], "middle_terms": bound.terms[1:-1].sum(), "last_term": bound.terms[-1]}
    errors = {} if math.isnan(bound.total_error) else {
        "bits_error": bits_per_dim(bound.total_error, bound.dimension), "nll_error": bound.total_error}
    return {"bits_per_dim": bits_per_dim(bound.total, bound.dimension), "nll": bound.total, **errors,
            **{name: bits_per_dim(float(nats), bound.dimension) for name, nats in each.items()}, "nfe": nfe}


class BoundImages(OnSubjects):
    """The bound of DDPM's chain on pictures whose numbers are levels, and what each of its steps adds to it."""

    name: ClassVar[str] = "bound-images"
    title: ClassVar[str] = "Bound"
    summary: ClassVar[str] = "The variational bound on −log p of held-out digits or a picture, term by term, in bits."
    place: ClassVar[int] = 60
    finds: ClassVar[str] = "its bound"
    noises: ClassVar[bool] = True
    Form: ClassVar[type[Options]] = BoundImagesOptions
    figures: ClassVar[Mapping[str, str]] = FIGURES
    leaves: ClassVar[str] = FILE

    def title_of(self, options: Any) -> str:
        """“Bound of 16 held-out digits, 100 steps”."""
        chosen = cast(BoundImagesOptions, options)
        return f"Bound of {chosen.pictures.words(chosen.count)}, {counted(chosen.steps, 'step')}"

    def cost_of(self, options: Any, model: ModelSpec | None) -> Cost | None:
        """One evaluation a step."""
        chosen = cast(BoundImagesOptions, options)
        return None if model is None else Cost(chosen.count, chosen.steps)

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Yield Said, Opened, a Stepped for each step of the chain, the table, charts, Measured and Sampled."""
        chosen = cast(BoundImagesOptions, options)
        (model, found), began = (yield from self.begun(chosen, context)), time.perf_counter()
        measure = measure_of(chosen, model, found, context)
        yield opened_along(self.title_of(chosen), model.path, measure.chain.times, measure.x0.shape,
                           measure.noise.seeds, found.labels, (Summed,))
        first = context.start.index if context.start else 0
        bound = yield from walked(measure, first)
        write_atomic(context.folder / FILE, table_of(bound).encode())
        yield Saved("table", context.folder / FILE)
        yield Charted(terms_chart({"Bound": bound}))
        yield Charted(sums_chart({"Bound": bound}, None))
        values = figures_of(bound, chosen.steps)
        yield Measured(values)
        yield Noted(f"The bound is {values['bits_per_dim']:.3f} bits for each number of a picture, or "
                    f"{values['nll']:,.1f} nats; L₀ is {values['first_term']:.3f} of the bits.")
        # as the strip of the noise task ends: in the size of a picture
        last = measure.chain.noised(chosen.steps, measure.x0, measure.noise(chosen.steps))
        seen = last / expand(model.path.scale(measure.chain.times[-1]), last)
        yield sampled(seen, chosen.steps, time.perf_counter() - began)


def measure_of(chosen: BoundImagesOptions, model: Model, found: Subjects, context: Context) -> Measure:
    """What the options say, on the context's device."""
    device, denoiser = context.device.torch, ready(model, context)
    noise = Noise(sample_seeds(chosen.seed, chosen.count), model.spec.shape, device)
    return Measure(chosen.chain(model.path), denoiser, found.x0.to(device), noise, chosen.rule(),
                   conditioning(found.labels, device))
