"""Classifier guidance: a classifier of noisy data pulls every estimate towards a class (Dhariwal & Nichol 2021)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import ClassVar

import torch
from torch import Tensor, nn

from engines.analytic import Mixture
from engines.denoiser import NO_CLASS, Contribution, Denoised, Denoiser
from engines.formula import Letter, Term
from engines.guidance.base import Guidance, Part
from engines.process.paths import Path
from engines.process.shapes import expand

STRENGTH = Letter(r"\gamma_{\mathrm{c}}", "the option Classifier scale")
CLASS = Letter("p(c|x_t)", "how likely the class is by the state")


class NoisyClassifier(ABC):
    """What tells the class of a noisy state: p(c | x_t) along a path.

    path: the process whose states it knows. classes: their names, in order of their labels.
    """

    path: Path
    classes: tuple[str, ...]

    @abstractmethod
    def log_probabilities(self, x: Tensor, t: Tensor) -> Tensor:
        """log p(c | x_t) of every class: states (B, …) at times t, scalar or (B,), to (B, K); differentiable in x."""


class ExactClassifier(NoisyClassifier):
    """The exact one of a mixture whose components are the classes: the responsibilities of the noised mixture.

    Args:
        mixture: of K components.
        path: the process.
        classes: names of the components; numbers from 1 where none are given.
    """

    def __init__(self, mixture: Mixture, path: Path, classes: tuple[str, ...] = ()) -> None:
        self.mixture, self.path = mixture, path
        self.classes = classes or tuple(str(k + 1) for k in range(len(mixture.weights)))

    def log_probabilities(self, x: Tensor, t: Tensor) -> Tensor:
        """Exactly, in float64 on the CPU."""
        t = t.cpu()
        return self.mixture.log_joint(x.flatten(1).cpu(), self.path.alpha(t), self.path.sigma(t)).log_softmax(1)


def as_seen(path: Path, x: Tensor, t: Tensor) -> Tensor:
    """States x (B, …) as networks of classifiers see them: x·alpha/(alpha² + sigma²).

    That is E[x0 | x_t] of data of unit variance. A pull is sigma²/alpha times a gradient, and would multiply the errors
    of a network without bound where alpha goes to 0; of what is seen so, the factor is below 1 at every time.
    """
    return expand(path.alpha(t) / path.scale(t).square(), x) * x


class NetworkClassifier(NoisyClassifier):
    """A trained network as a classifier.

    Args:
        network: (x, t, None) -> logits (B, K), x as `as_seen` gives it and t (B,) float32.
        path: the process it was trained on.
        classes: K names.
    """

    def __init__(self, network: nn.Module, path: Path, classes: tuple[str, ...]) -> None:
        self.network, self.path, self.classes = network, path, classes

    def log_probabilities(self, x: Tensor, t: Tensor) -> Tensor:
        """The logarithms of the softmax of its logits."""
        times = t.to(torch.float32).to(x.device).expand(x.shape[0])
        return self.network(as_seen(self.path, x, t).float(), times, None).log_softmax(1)


class ClassifierGuided(Guidance):
    """x0_hat + scale·(sigma²/alpha)·∇_x log p(c | x_t) of the class c that is asked for.

    The paper adds scale·∇ log p(c | x_t) to the score, which by Tweedie's formula is this. On a model that is not told
    the class, and with the exact classifier, scale 1 gives the denoiser of the class, by Bayes' rule at every noise
    level; scale s gives the score of p_t(x)·p_t(c | x)^s. On one that is told the class the pull comes on top. The
    gradient is that of the classifier alone, so the model is never differentiated, and a trained classifier
    pulls towards what it mistakes for the class as well: such directions are seen in the term "guidance".

    Args:
        prior: a denoiser on the path of the classifier; one that knows no classes comes as `Untold`.
        classifier: of noisy states.
        scale: ≥ 0, 0 for the prior itself.
    """

    formula: ClassVar[tuple[str, ...]] = (
        r"\Delta x \leftarrow \Delta x + \term{guidance}{\frac{\partial x_s}{\partial \hat x_0}\,"
        r"\gamma_{\mathrm{c}}\,\frac{\sigma^2}{\alpha}\,\nabla_{x_t} \log p(c|x_t)}",)
    terms: ClassVar[tuple[Term, ...]] = (Term("guidance", "Class guidance"),)
    letters: ClassVar[tuple[Letter, ...]] = (
        STRENGTH, CLASS)
    source: ClassVar[str] = "Dhariwal & Nichol 2021, arXiv 2105.05233, algorithm 1 and eq. 14"

    def __init__(self, prior: Denoiser, classifier: NoisyClassifier, scale: float) -> None:
        self.prior, self.classifier = prior, classifier
        self.scale = scale

    def parts(self) -> tuple[Part, ...]:
        """Those of a guidance inside, and its own."""
        return (*(self.prior.parts() if isinstance(self.prior, Guidance) else ()), type(self))

    def calls(self, cond: Tensor | None = None) -> int:
        """The prior's: the classifier is another and smaller network, and gradients are not counted anywhere."""
        return self.prior.calls(cond)

    def calls_at(self, t: Tensor, cond: Tensor | None = None) -> int:
        """The prior's."""
        return self.prior.calls_at(t, cond)

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        """The pulled estimate; the pull is reported as guidance, zero for samples without a class."""
        found = self.prior.denoise(x, t, cond)
        pull = torch.zeros_like(x) if cond is None or bool((cond < 0).all()) else self._pull(x, t, cond)
        return replace(found, x0=found.x0 + pull,
                       contributions=(*found.contributions, Contribution("guidance", pull.detach())))

    def _pull(self, x: Tensor, t: Tensor, cond: Tensor) -> Tensor:
        """scale·(sigma²/alpha)·∇_x log p(c | x_t), (B, …)."""
        path = self.classifier.path
        factor = self.scale * path.sigma(t).square() / path.alpha(t)
        return expand(factor, x) * gradient_of(self.classifier, x, t, cond)


def gradient_of(classifier: NoisyClassifier, x: Tensor, t: Tensor, cond: Tensor) -> Tensor:
    """∇_x log p(c | x_t) at states x (B, …) and times t, of classes cond (B,): (B, …), zero for samples without one."""
    graph = x.requires_grad
    with torch.enable_grad():  # a sampler runs under no_grad
        # a method around this, such as DPS, differentiates through the gradient as well
        point = x if graph else x.detach().requires_grad_()
        logs = classifier.log_probabilities(point, t)
        own = logs.gather(1, cond.clamp(min=0).to(logs.device)[:, None])[:, 0]
        asked = torch.where(cond.to(logs.device) >= 0, own, 0.0)
        # samples do not see each other, so the gradient of the sum is each one's own
        (gradient,) = torch.autograd.grad(asked.sum(), point, create_graph=graph)
    return gradient


def implied_gradient(prior: Denoiser, path: Path, x: Tensor, t: Tensor, cond: Tensor) -> Tensor:
    """∇_x log p(c | x_t) of the classifier that a conditional denoiser implies: what guidance without one follows.

    By Bayes' rule it is the score with the class less that without one, (alpha/sigma²)(x0_c − x0_u); zero where there
    is no noise, as nothing is left to estimate there (Ho & Salimans 2022, section 3.1).
    """
    sigma = path.sigma(t)
    if not bool((sigma > 0).all()):
        return torch.zeros_like(x)
    gap = prior(x, t, cond) - prior(x, t, torch.full_like(cond, NO_CLASS))
    return expand(path.alpha(t) / sigma.square(), x) * gap


class Untold(Denoiser):
    """A denoiser that is never told a class, for one that knows none."""

    def __init__(self, inner: Denoiser) -> None:
        self.inner = inner

    def calls(self, cond: Tensor | None = None) -> int:
        """Those without a class."""
        del cond
        return self.inner.calls(None)

    def denoise(self, x: Tensor, t: Tensor, cond: Tensor | None = None) -> Denoised:
        """The estimate without a class."""
        del cond
        return self.inner.denoise(x, t, None)
