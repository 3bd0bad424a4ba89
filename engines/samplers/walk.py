"""Walk: what the moves of one run have in common, and the estimates that they read."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import torch
from torch import Tensor

from engines.denoiser import Contribution, Denoiser
from engines.formula import TermName
from engines.process.noise import Noise
from engines.process.paths import Path
from engines.samplers.split import Split


@dataclass(frozen=True)
class Level:
    """What a path has at time t (0-d float64), as numbers, each asked once."""

    path: Path
    t: Tensor

    @cached_property
    def alpha(self) -> float:
        """Factor of the data."""
        return float(self.path.alpha(self.t))

    @cached_property
    def sigma(self) -> float:
        """Standard deviation of the noise."""
        return float(self.path.sigma(self.t))

    @cached_property
    def one_over_sigma(self) -> float:
        """1/sigma, infinite at t = 0."""
        return 1 / self.sigma if self.sigma else math.inf

    @cached_property
    def kappa(self) -> float:
        """sigma/alpha."""
        return float(self.path.kappa(self.t))

    @cached_property
    def log_snr(self) -> float:
        """log(alpha²/sigma²)."""
        return float(self.path.log_snr(self.t))


@dataclass(frozen=True)
class Reading:
    """What the denoiser says of a state x (B, …) at a level, in the forms that samplers use."""

    level: Level
    x: Split
    x0: Split

    @cached_property
    def eps(self) -> Split:
        """The noise estimate (x − alpha·x0_hat)/sigma; t must be above 0."""
        return self.level.one_over_sigma * (self.x - self.level.alpha * self.x0)

    @property
    def score(self) -> Split:
        """∇ log p_t(x) = −eps_hat/sigma (Tweedie); t must be above 0."""
        return -self.level.one_over_sigma * self.eps

    def plain(self) -> Reading:
        """The same without the terms: what moved an earlier step is that step's to tell."""
        return Reading(self.level, Split(self.x.whole), Split(self.x0.whole))


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
    _levels: dict[float, Level] = field(default_factory=dict[float, Level])

    def at(self, t: Tensor) -> Level:
        """The level of time t (0-d float64), the same one whenever it is asked for."""
        return self._levels.setdefault(float(t), Level(self.path, t))

    def go_on(self, x: Tensor, remembers: int) -> None:
        """The move is made: its state is x, and its first reading joins the past."""
        if self.first is not None:
            self.past = [self.first.plain(), *self.past][:remembers]
        self.x, self.index, self.first, self.pushes = x, self.index + 1, None, ()

    def recall(self, states: Iterable[Tensor]) -> None:
        """Read the states of the moves before this one, the latest first, as they were read when they were made."""
        for back, x in enumerate(states, 1):
            t = self.times[self.index - back]
            self.past.append(Reading(self.at(t), Split(x), Split(self.denoiser.denoise(x, t, self.cond).x0)))

    def read(self, x: Split, t: Tensor) -> Reading:
        """Ask the denoiser about a state; what it pushes counts for the first reading of a move alone."""
        found = self.denoiser.denoise(x.whole, t, self.cond)
        self.calls += self.denoiser.calls(self.cond)
        # formulas show noise where it is added: what estimates make of it later is theirs, and so the prior's
        seen = Split(x.whole, {name: part for name, part in x.parts.items() if name != "noise"})
        reading = Reading(self.at(t), seen, Split(found.x0, summed(found.contributions)))
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
        here, there = self.at(t), self.at(s)
        return there.alpha / here.alpha * x + there.alpha * (there.kappa - here.kappa) * eps


def root(x: float) -> float:
    """The square root as torch rounds it, in which it differs from Python's at times: recipes repeat to the bit."""
    return float(torch.tensor(x, dtype=torch.float64).sqrt())


def summed(contributions: Iterable[Contribution]) -> dict[TermName, Tensor]:
    """What each term contributed in all."""
    parts = dict[TermName, Tensor]()
    for part in contributions:
        parts[part.term] = parts[part.term] + part.delta if part.term in parts else part.delta
    return parts
