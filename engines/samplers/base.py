"""The sampler contract, the recorded step, and the loop that samplers of one Gaussian move share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any, ClassVar

import numpy as np
import torch
from pydantic import BeforeValidator, SerializeAsAny
from torch import Tensor

from engines.component import Component, chosen, discover
from engines.denoiser import Contribution, Denoiser
from engines.errors import BadOption
from engines.formula import Letter
from engines.process.noise import Noise
from engines.process.paths import Path
from engines.process.shapes import expand, norms
from engines.samplers.walk import summed

Array = np.ndarray[Any, np.dtype[Any]]
UNLEARNED = ("The variance “learned” needs a model that learned it; choose beta or beta-tilde, or a model trained by "
             "the objective learned-variance.")


@dataclass(frozen=True, slots=True)
class Step:
    """One recorded moment of sampling: the state *before* the move at time t.

    Step 0 holds the starting noise, step `total` the result (t = 0, x0 = x; of a chain that ends above 0, its x0_hat).
    `terms` are the norms (B,) of what moved x from here to the next step, by the
    name of the term; `deltas` the same moves as tensors (B, …) for the terms that
    a guidance or measurement contributed. What is left of a move is the prior's and fresh noise's: where there
    is noise, `drift` (a, b) tells them apart, the move without it being a·x + b·x0, or else `fresh` is that noise.
    `nfe` counts network evaluations up to and including this step's, those before a resumed start included. `past`
    are the states of the steps before, the latest first, that the sampler needs beside x to go on from here.
    """

    index: int
    total: int
    t: float
    x: Tensor
    x0: Tensor
    nfe: int
    terms: Mapping[str, Tensor] = field(default_factory=dict[str, Tensor])
    deltas: Mapping[str, Tensor] = field(default_factory=dict[str, Tensor])
    past: tuple[Tensor, ...] = ()
    drift: tuple[float, float] | None = None
    fresh: Tensor | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A Gaussian move x -> keep·x + pull·x0_hat + noise·z by one evaluation (0-d float64), or (N,) of them.

    With `most` the size of z is the model's to say: between noise and most, in logarithms.
    """

    keep: Tensor
    pull: Tensor
    noise: Tensor
    most: Tensor | None = None

    def __getitem__(self, i: int) -> Move:
        """Move i of several."""
        return Move(self.keep[i], self.pull[i], self.noise[i], None if self.most is None else self.most[i])

    def size(self, x: Tensor, share: Tensor | None) -> Tensor:
        """Factor of z that broadcasts to x (B, …); share: of the model, as in `Denoised`.

        Raises BadOption where the move asks for it and the model says nothing of variances.
        """
        least = expand(self.noise, x)
        if self.most is None or float(self.most) <= 0:
            return least
        if share is None:
            raise BadOption(UNLEARNED)
        # Nichol & Dhariwal 2021, eq. 15
        return least * (share * float((self.most / self.noise).log())).exp()


class Sampler(Component):
    """Walks a denoiser along decreasing times, yielding every step.

    Calling a sampler gives a generator: cancel is closing it, pause is not asking
    for the next step, branching is calling it with a recorded `Step`'s x and index.
    """

    letters: ClassVar[tuple[Letter, ...]] = (Letter("v", "the variance of fresh noise"),)
    remembers: ClassVar[int] = 0  # states before the present one that a move needs
    order: ClassVar[int] = 0  # of its error by the length of the steps, by its defaults; 0 with fresh noise
    exact: ClassVar[bool] = True  # whether many steps with the exact denoiser give the law of the data
    by_level: ClassVar[bool] = False  # whether it weighs slopes along sigma/alpha, which may then not fall far at once
    grid: ClassVar[str] = "uniform"  # name of the time grid that was measured to be best with 10 to 20 steps
    adaptive: ClassVar[bool] = False  # by a `tolerance` for errors: its evaluations are known only afterwards

    def check(self, outputs: int) -> None:
        """Refuse a model that it cannot walk; asked before a run, and of every choice that a form offers.

        Args:
            outputs: numbers that the model gives for each coordinate: 2 with learned variance, 1 without, or exact.

        Raises:
            BadOption: which choice they allow instead.
        """
        del outputs

    def steps(self, times: Tensor) -> int:
        """How many moves a run over these times (N+1,) makes."""
        return len(times) - 1

    def visited(self, times: Tensor) -> Tensor:
        """The time of every Step of a run over these times: (steps+1,) float64.

        Decreasing for most samplers; RePaint goes up and down.
        """
        return times

    def evaluations(self, times: Tensor, start: int = 0) -> int:
        """How often a run over these times calls the denoiser from step `start` on: once a move for most samplers.

        It is what the run's last Step reports as `nfe`; a sampler that adapts its steps gives a fair guess.
        """
        return self.steps(times) - start

    def calmer(self) -> str:
        """What to choose where a state leaves the finite numbers."""
        return "less guidance, a smaller step size of the method or another model"

    def calmed(self) -> Mapping[str, float]:
        """What `calmer` names, by option, with a value that is low enough; nothing where it names no number."""
        return {}

    @abstractmethod
    def __call__(self, path: Path, denoiser: Denoiser, x: Tensor, times: Tensor, *, noise: Noise,
                 cond: Tensor | None = None, start: int = 0, past: Sequence[Tensor] = ()) -> Iterator[Step]:
        """Sample.

        Args:
            path: the process the denoiser belongs to.
            denoiser: the prior, guided or not; what it `pushes` is added to every move.
            x: state (B, …) at step `start`.
            times: the whole decreasing grid (N+1,) float64, ending at 0.
            noise: fresh noise by step number.
            cond: class labels (B,) or None.
            start: index of the step x is the state of.
            past: states (B, …) of the steps before `start`, the latest first, for a sampler that remembers some:
                with them a resumed run is the same; without, it begins like a new one.

        Yields:
            `Step`s start, start+1, …, total; tensors are never updated in place.
        """


class OneStep(Sampler):
    """A sampler that is one Gaussian move per denoiser call; a subclass only gives `move`."""

    @abstractmethod
    def move(self, path: Path, t: Tensor, s: Tensor) -> Move:
        """Coefficients of the move from time t to the earlier time s.

        t and s are float64 of one shape, 0-d or (N,): a run asks for all of its moves at once.
        """

    def drift(self, path: Path, t: float, s: float, x: Array, x0: Array) -> Array:
        """The move of a state x with its estimate x0, of any one shape, from t to s without fresh noise."""
        move = self.move(path, torch.tensor(t, dtype=torch.float64), torch.tensor(s, dtype=torch.float64))
        return (float(move.keep) - 1) * x + float(move.pull) * x0

    # as a decorator it is off while the consumer holds the generator; a `with` would stay on across each yield
    @torch.no_grad()
    def __call__(self, path: Path, denoiser: Denoiser, x: Tensor, times: Tensor, *, noise: Noise,
                 cond: Tensor | None = None, start: int = 0, past: Sequence[Tensor] = ()) -> Iterator[Step]:
        """One move after the other, each from the estimate at its own beginning."""
        del past  # a move is made of its own state alone
        total, calls = self.steps(times), denoiser.calls(cond)
        moves = self.move(path, times[:-1], times[1:])
        for i in range(start, total):
            after = advance(denoiser, x, times[i], moves[i], noise, i, cond)
            yield after.step(i, total, float(times[i]), x, (i + 1) * calls)
            x = after.x
        # the result is a step too: nothing moves it any more and it is its own estimate
        yield Step(total, total, float(times[-1]), x, x, total * calls)


@dataclass(frozen=True, slots=True)
class Advance:
    """What a move gave: the next state x, the x0_hat believed at its start, and its terms as in `Step`."""

    x: Tensor
    x0: Tensor
    terms: dict[str, Tensor]
    deltas: dict[str, Tensor]
    fresh: Tensor | None = None
    drift: tuple[float, float] | None = None

    def step(self, index: int, total: int, t: float, x: Tensor, nfe: int, past: tuple[Tensor, ...] = ()) -> Step:
        """The step that this move goes on from, at the state x; the noise is left out where it can be worked out."""
        fresh = self.fresh if self.drift is None else None
        return Step(index, total, t, x, self.x0, nfe, self.terms, self.deltas, past, self.drift, fresh)


def advance(denoiser: Denoiser, x: Tensor, t: Tensor, move: Move, noise: Noise, draw: int,
            cond: Tensor | None = None) -> Advance:
    """Evaluate the denoiser at (x, t), apply a move with noise number `draw`, and measure its terms.

    x0_hat is not clipped to the data's range, as some implementations do: the papers'
    formulas have no clipping, and with it the move is no longer linear in the terms shown.

    The prior term is the whole move less what guidance, measurements and fresh noise added to it.
    """
    found = denoiser.denoise(x, t, cond)
    pull = expand(move.pull, x)
    # noise is drawn by number, so a move without any leaves later draws as they are
    fresh = move.size(x, found.share) * noise(draw) if float(move.noise) > 0 else None
    mean = expand(move.keep, x) * x + pull * found.x0
    for push in found.pushes:
        mean = mean + push.delta
    # contributions were made to x0_hat and move x by `pull` of them; pushes are moves of x already
    moved = (Contribution(part.term, pull * part.delta) for part in found.contributions)
    deltas = {str(name): delta for name, delta in summed((*moved, *found.pushes)).items()}
    after = mean if fresh is None else mean + fresh
    # what is pushed comes on top of x and x0_hat
    told = None if fresh is None or found.pushes else (float(move.keep) - 1, float(move.pull))
    return Advance(after, found.x0, sizes(mean - x, [*deltas.values()], deltas, fresh), deltas, fresh, told)


def sizes(moved: Tensor, others: Sequence[Tensor], deltas: Mapping[str, Tensor], fresh: Tensor | None,
          ) -> dict[str, Tensor]:
    """The terms of a `Step`.

    Args:
        moved: (B, …) of which the prior's is what is left without `others`.
        deltas: moves by guidance and measurements, by term.
        fresh: the noise of the move, None for none.
    """
    prior = moved - sum(others[1:], others[0]) if others else moved
    noise = torch.zeros(len(moved), dtype=torch.float64) if fresh is None else norms(fresh)
    return {"prior": norms(prior), **{name: norms(delta) for name, delta in deltas.items()}, "noise": noise}


def samplers() -> dict[str, type[Sampler]]:
    """Every sampler known, by name."""
    return discover("engines.samplers", Sampler)


def listed(sampler: Sampler) -> bool:
    """Whether it is for any data: one that is made for a run has a picture or a network of its own in it."""
    return samplers().get(sampler.name) is type(sampler)


def unlisted() -> dict[str, type[Sampler]]:
    """Those that lessons run by their names and no list offers, since they are wrong or of no use, by name."""
    return discover("engines.samplers.unlisted", Sampler)


SamplerChoice = Annotated[SerializeAsAny[Sampler],
                          BeforeValidator(partial(chosen, base=Sampler, kinds=samplers, besides=unlisted))]
