"""Walk: what the moves of one run have in common, and the estimates that they read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import torch
from torch import Tensor

from engines.denoiser import Contribution, Denoiser
from engines.formula import TermName
from engines.process.noise import Noise
from engines.process.paths import Path
from engines.samplers.split import Split


@dataclass(frozen=True, slots=True)
class Reading:
    """What the denoiser says of a state x (B, …) at time t (0-d float64), in the forms that samplers use."""

    path: Path
    x: Split
    t: Tensor
    x0: Split

    @property
    def eps(self) -> Split:
        """The noise estimate (x − alpha·x0_hat)/sigma; t must be above 0."""
        return 1 / self.path.sigma(self.t) * (self.x - self.path.alpha(self.t) * self.x0)

    @property
    def score(self) -> Split:
        """∇ log p_t(x) = −eps_hat/sigma (Tweedie); t must be above 0."""
        return -1 / self.path.sigma(self.t) * self.eps

    def plain(self) -> Reading:
        """The same without the terms: what moved an earlier step is that step's to tell."""
        return Reading(self.path, Split(self.x.whole), self.t, Split(self.x0.whole))


@dataclass(slots=True)
class Walk:
    """One run of a sampler: where it is, and what it has read.

    Args:
        path, denoiser, noise, cond: as a sampler takes them.
        times: (N+1,) float64.
        x: the state (B, …) of step `index`.

    Attributes:
        calls: network evaluations so far; first: the first reading of the present move, and what it pushes.
        past: the first readings of the moves before, the latest first.
    """

    path: Path
    denoiser: Denoiser
    noise: Noise
    cond: Tensor | None
    times: Tensor
    x: Tensor
    index: int
    calls: int = 0
    first: Reading | None = None
    pushes: tuple[Contribution, ...] = ()
    past: list[Reading] = field(default_factory=list[Reading])

    def go_on(self, x: Tensor, remembers: int) -> None:
        """The move is made: its state is x, and its first reading joins the past."""
        if self.first is not None:
            self.past = [self.first.plain(), *self.past][:remembers]
        self.x, self.index, self.first, self.pushes = x, self.index + 1, None, ()

    def recall(self, states: Iterable[Tensor]) -> None:
        """Read the states of the moves before this one, the latest first, as they were read when they were made."""
        for back, x in enumerate(states, 1):
            t = self.times[self.index - back]
            self.past.append(Reading(self.path, Split(x), t, Split(self.denoiser.denoise(x, t, self.cond).x0)))

    def read(self, x: Split, t: Tensor) -> Reading:
        """Ask the denoiser about a state; what it pushes counts for the first reading of a move alone."""
        found = self.denoiser.denoise(x.whole, t, self.cond)
        self.calls += self.denoiser.calls(self.cond)
        # formulas show noise where it is added: what estimates make of it later is theirs, and so the prior's
        seen = Split(x.whole, {name: part for name, part in x.parts.items() if name != "noise"})
        reading = Reading(self.path, seen, t, Split(found.x0, summed(found.contributions)))
        if self.first is None:
            self.first, self.pushes = reading, found.pushes
        return reading

    def fresh(self, scale: Tensor | float, stream: int = 0) -> Split:
        """Fresh noise scale·z of this move; another stream for each draw of one move, and no draw for a scale of 0."""
        if float(scale) <= 0:
            return Split(torch.zeros_like(self.x))
        z = float(scale) * self.noise(self.index, stream)
        return Split(z, {"noise": z})

    def carry(self, x: Split, t: Tensor, s: Tensor, eps: Split) -> Split:
        """Move x from time t to s along a noise estimate: the ODE d(x/alpha) = eps·d(sigma/alpha), eps held constant.

        In these coordinates every path is the same ODE, and it is straight where the data are a single point
        (Song, Meng & Ermon 2021, eq. 14; Karras et al. 2022, section 4).
        """
        alpha_s = self.path.alpha(s)
        return alpha_s / self.path.alpha(t) * x + alpha_s * (self.path.kappa(s) - self.path.kappa(t)) * eps


def summed(contributions: Iterable[Contribution]) -> dict[TermName, Tensor]:
    """What each term contributed in all."""
    parts = dict[TermName, Tensor]()
    for part in contributions:
        parts[part.term] = parts[part.term] + part.delta if part.term in parts else part.delta
    return parts
