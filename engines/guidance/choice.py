"""How a prior is guided, all choices made."""

from __future__ import annotations

from dataclasses import dataclass

from engines.denoiser import Denoiser
from engines.guidance.cfg import ClassifierFree
from engines.guidance.classifier import ClassifierGuided, NoisyClassifier, Untold
from engines.guidance.interval import Interval
from engines.guidance.rescale import Rescaled


@dataclass(frozen=True, slots=True)
class Guide:
    """What bends a prior that is asked for classes.

    scale: gamma of classifier-free guidance, 1 for none. low, high: guided at times low < t ≤ high only, all of them by
    0 and 1. rescale: phi, 0 for none. classifier: one that pulls towards the class, by the factor `strength`.
    """

    scale: float = 1.0
    low: float = 0.0
    high: float = 1.0
    rescale: float = 0.0
    classifier: NoisyClassifier | None = None
    strength: float = 1.0

    def bent(self, prior: Denoiser, *, classes: bool) -> Denoiser:
        """The guided prior, or itself where nothing guides it; classes: whether it knows any."""
        if self.classifier is not None and not classes:
            prior = Untold(prior)
        guided = prior
        if self.scale != 1 and classes:
            guided = ClassifierFree(guided, self.scale)
            guided = Rescaled(guided, self.rescale) if self.rescale else guided
        if self.classifier is not None and self.strength:
            guided = ClassifierGuided(guided, self.classifier, self.strength)
        everywhere = (self.low, self.high) == (0, 1)
        return guided if guided is prior or everywhere else Interval(guided, prior, self.low, self.high)
