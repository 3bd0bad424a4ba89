"""Gradients: what classifiers pull a noisy digit by, step by step, beside what the model itself knows of the class."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, cast

import torch
from torch import Tensor, nn

from engines.classifiers import BUNDLED_CLASSIFIER, Classified, bundled_or_noted
from engines.component import Options, inherited, option
from engines.context import Context
from engines.counted import counted
from engines.denoiser import Denoiser
from engines.events import Event, Noted, Said, Stepped
from engines.formula import Formulated, Letter, Term
from engines.guidance.classifier import CLASS, NetworkClassifier, NoisyClassifier, gradient_of, implied_gradient
from engines.lean import ready
from engines.metrics.classifier import bundled_classifier
from engines.model_file import ModelSpec
from engines.model_names import spoken
from engines.opening import opened_along
from engines.process.paths import Path
from engines.process.shapes import norms
from engines.process.times import time_grid
from engines.samplers.base import Step
from engines.sampling import find_model, open_model, sampled, steps
from engines.shown import CLEAN, NOISY
from engines.tasks.base import Cost, Task
from engines.tasks.generate import Generate, SampleOptions, labels_of, plan_of

MOST = 16  # samples
DIGITS = tuple("0123456789")
OF_NOISE, OF_CLEAN, IMPLIED = "noisy classifier", "clean classifier", "model (CFG)"
SHOWN = ("estimate", OF_NOISE, OF_CLEAN, IMPLIED)
CURVES = {OF_NOISE: NOISY, OF_CLEAN: CLEAN}


class ClassGradient(Formulated):
    """What is shown."""

    formula: ClassVar[tuple[str, ...]] = (
        r"\term{guidance}{\nabla_{x_t} \log p(c|x_t)}",
        r"\nabla_{x_t} \log p(c|x_t) = \frac{\alpha}{\sigma^2}\left(\hat x_0 - \hat x_0^{\varnothing}\right)")
    terms: ClassVar[tuple[Term, ...]] = (Term("guidance", "Gradient of the class"),)
    letters: ClassVar[tuple[Letter, ...]] = (
        CLASS, Letter(r"\hat x_0^{\varnothing}", "the model’s estimate without a class"))
    source: ClassVar[str] = "Dhariwal & Nichol 2021, section 4.1; Ho & Salimans 2022, section 3.1"


class GradientsOptions(SampleOptions):
    """The run whose steps are looked at, and the classifier that is held against the model."""

    classifier: str = option(BUNDLED_CLASSIFIER, title="Classifier", widget="classifier", max_length=4096,
                             help="Name or file of a classifier made by train-classifier, whose gradient is shown; it "
                                  "pulls the run as well, by Classifier scale.")
    classifier_scale: float = inherited(SampleOptions, "classifier_scale", 0.0)
    steps: int = inherited(SampleOptions, "steps", 30)
    count: int = option(4, title="Count", help="How many samples are looked at.", ge=1, le=MOST, group="Samples")


class Gradients(Task):
    """Walk a model of digits and show at every step three gradients that should point to the class."""

    name: ClassVar[str] = "gradients"
    title: ClassVar[str] = "Gradients"
    verb: ClassVar[str] = "Show"
    summary: ClassVar[str] = "What classifiers pull a digit by, beside what the model itself knows of its class."
    workspace: ClassVar[str] = "images"
    place: ClassVar[int] = 75
    draws: ClassVar[bool] = False
    shows_course: ClassVar[bool] = True
    needs_state: ClassVar[bool] = False
    Form: ClassVar[type[Options]] = GradientsOptions
    figures: ClassVar[Mapping[str, str]] = {
        "nfe": "network evaluations that each sample took", "sha256": "fingerprint of the last pictures",
        "times": "t of each column of the strip"}

    def title_of(self, options: Any) -> str:
        """“Gradients of 4 samples”."""
        return f"Gradients of {counted(cast(GradientsOptions, options).count, 'sample')}"

    def cost_of(self, options: Any, model: ModelSpec | None) -> Cost | None:
        """That of sampling, and two evaluations more at each step with noise."""
        chosen = cast(GradientsOptions, options)
        cost = Generate().cost_of(chosen, model)
        if cost is None or model is None:
            return None
        times = chosen.sampler.visited(time_grid(model.path, chosen.steps, chosen.spacing))
        if max(labels_of(chosen, model.classes)) < 0:
            return cost
        return replace(cost, evaluations=cost.evaluations + 2 * int((model.path.sigma(times) > 0).sum()))

    def run(self, options: Any, context: Context) -> Iterator[Event]:
        """Yield Said, Opened, a Stepped for each step of the walk with the cosines of the gradients, and Sampled.

        Of each sample there are the pictures of `SHOWN`: the estimate, and gradients on a scale of their own with grey
        for zero. Noted, and without that of the noisy classifier, where there is none; that of the clean one is of
        digits alone. Samples of no class are pulled towards none, and their gradients are zero.
        """
        chosen = cast(GradientsOptions, options)
        spec = find_model(chosen.model, context).spec
        labels = labels_of(chosen, spec.classes)
        noisy, missing = bundled_or_noted(chosen.classifier, context, Classified.of(spec))
        if missing:
            yield Noted(missing)
        yield Said(f"Loading model {spoken(chosen.model)}")
        model = open_model(chosen.model, context)
        first, began = context.start.index if context.start else 0, time.perf_counter()
        # what is before the first step was told already, and is computed again
        walked = chosen if noisy is not None else chosen.model_copy(update={"classifier": ""})
        plan = plan_of(walked, model, replace(context, start=None), self.title_of(chosen))
        look = Looked(plan.path, ready(model, context), noisy, clean_of(model.spec), torch.tensor(labels))
        opened = opened_along(plan.title, plan.path, plan.sampler.visited(plan.times),
                              (len(look.shown) * len(labels), *plan.noise.shape), look.each(plan.noise.seeds),
                              look.each(labels), (ClassGradient,))
        names = [spec.classes[label] if label >= 0 else "no class" for label in labels]
        captions = tuple(f"{name} · {what}" for name in names for what in look.shown)
        yield replace(opened, captions=captions)
        last, beside = None, 0
        for step in steps(plan):
            beside += look.calls(step.t)
            last = look.at(step, beside)
            if step.index >= first:
                yield last
        if last is not None and not look.calls(last.step.t):
            yield Noted("No noise is left at the last step, so the model implies no gradient there; look at earlier "
                        "steps.")
        if last is not None:
            yield sampled(last.step.x0, last.step.nfe, time.perf_counter() - began)


@dataclass(frozen=True, slots=True)
class Looked:
    """Classifiers of the states of a walk: a noisy one, a clean one, and the one that the prior implies.

    noisy, clean: None where there is none to be had. cond: classes (B,).
    """

    path: Path
    prior: Denoiser
    noisy: NoisyClassifier | None
    clean: NoisyClassifier | None
    cond: Tensor

    @property
    def shown(self) -> tuple[str, ...]:
        """What the pictures of a sample are."""
        missing = {OF_NOISE: self.noisy is None, OF_CLEAN: self.clean is None}
        return tuple(name for name in SHOWN if not missing.get(name))

    def each(self, values: tuple[int, ...]) -> tuple[int, ...]:
        """Each value once for every picture of its sample."""
        return tuple(value for value in values for _ in self.shown)

    def gradients(self, x: Tensor, t: Tensor) -> dict[str, Tensor]:
        """∇ log p(c | x_t) by each of them, all (B, C, H, W), in the order of `SHOWN`."""
        cond = self.cond.to(x.device)
        asked = {OF_NOISE: self.noisy, OF_CLEAN: self.clean}
        told = {name: gradient_of(one, x, t, cond) for name, one in asked.items() if one is not None}
        with torch.no_grad():
            # a network without classes takes no labels at all
            implied = (implied_gradient(self.prior, self.path, x, t, cond) if self.calls(float(t))
                       else torch.zeros_like(x))
        found = {**told, IMPLIED: implied}
        return {name: gradient.detach().float() for name, gradient in found.items()}

    def calls(self, t: float) -> int:
        """Evaluations of the prior for its gradient at a time: none without noise, or where no sample has a class."""
        noise = self.path.sigma(torch.tensor(t, dtype=torch.float64)) > 0
        return 2 if bool(noise) and bool((self.cond >= 0).any()) else 0

    def at(self, step: Step, beside: int) -> Stepped:
        """The pictures of a step, those of a sample one after the other, with the cosines of the gradients.

        beside: evaluations of the prior for gradients so far, which count as well.
        """
        t = torch.tensor(step.t, dtype=torch.float64)
        found = self.gradients(step.x.detach(), t)
        shown = torch.stack([step.x0.detach().float(), *map(signed, found.values())], 1).flatten(0, 1)
        sizes = torch.stack([torch.zeros(len(self.cond)), *(norms(one).cpu() for one in found.values())], 1)
        implied, scale = found[IMPLIED], float(self.path.scale(t))
        # where no noise is left the model implies none
        classed = self.cond >= 0
        curves = {curve: cosine(found[name][classed], implied[classed]) for name, curve in CURVES.items()
                  if name in found and bool(implied.any())}
        return Stepped(Step(step.index, step.total, step.t, shown * scale, shown, step.nfe + beside,
                            {"guidance": sizes.flatten()}), curves)


class Unaware(nn.Module):
    """A network that is not told the time, as one that is."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor, t: Tensor, cond: Tensor | None) -> Tensor:
        """Its logits of x (B, …)."""
        del t, cond
        return self.network(x)


def clean_of(spec: ModelSpec) -> NoisyClassifier | None:
    """The classifier of the metrics, which never saw noise, asked of noisy states all the same; None but for digits."""
    if (spec.shape, spec.classes) != ((1, 28, 28), DIGITS):
        return None
    return NetworkClassifier(Unaware(bundled_classifier()), spec.path, DIGITS)


def signed(gradient: Tensor) -> Tensor:
    """A gradient (B, …) of each sample on a scale of its own, from −1 to 1; zero stays zero."""
    most = gradient.flatten(1).abs().amax(1).clamp(min=1e-12)
    return gradient / most.reshape(-1, *[1] * (gradient.ndim - 1))


def cosine(one: Tensor, other: Tensor) -> float:
    """The mean over samples of the cosine of the angle between two gradients (B, …)."""
    return float(nn.functional.cosine_similarity(one.flatten(1), other.flatten(1)).mean())
