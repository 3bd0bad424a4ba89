"""Stepper: samplers whose moves take several evaluations, or those of earlier moves."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import ClassVar

import torch
from torch import Tensor

from engines.denoiser import Denoiser
from engines.formula import Letter
from engines.process.noise import Noise
from engines.process.paths import Path
from engines.samplers.base import Advance, Sampler, Step, sizes
from engines.samplers.split import Split
from engines.samplers.walk import Walk, summed


class Stepper(Sampler):
    """A sampler that is a formula in the denoiser's readings; a subclass gives `step` and says what it costs.

    The estimate that a Step shows is that of its first reading.
    """

    letters: ClassVar[tuple[Letter, ...]] = (Letter(r"\kappa", "σ/α: the noise beside what is left of the data"),)

    @abstractmethod
    def step(self, walk: Walk, x: Split, t: Tensor, s: Tensor) -> Split:
        """The state at time s, of the state x at t (0-d float64): at least one reading of the walk, and its formula."""

    def cost(self, times: Tensor, i: int) -> int:
        """Calls of the denoiser in move i of a run over these times."""
        del times, i
        return 1

    def evaluations(self, times: Tensor, start: int = 0) -> int:
        """The cost of every move from step `start` on."""
        return sum(self.cost(times, i) for i in range(start, self.steps(times)))

    # as a decorator it is off while the consumer holds the generator; a `with` would stay on across each yield
    @torch.no_grad()
    def __call__(self, path: Path, denoiser: Denoiser, x: Tensor, times: Tensor, *, noise: Noise,
                 cond: Tensor | None = None, start: int = 0, past: Sequence[Tensor] = ()) -> Iterator[Step]:
        """One move after the other."""
        total, visited = self.steps(times), self.visited(times)
        before = (self.evaluations(times) - self.evaluations(times, start)) * denoiser.calls(cond)
        walk = Walk(path, denoiser, noise, cond, visited, x, start, before)
        walk.recall(past[:self.remembers])
        for i in range(start, total):
            after = _split(walk, self.step(walk, Split(walk.x), visited[i], visited[i + 1]))
            past = tuple(reading.x.whole for reading in walk.past)
            yield after.step(i, total, float(visited[i]), walk.x, walk.calls, past)
            walk.go_on(after.x, self.remembers)
        yield Step(total, total, float(visited[-1]), walk.x, _believed(walk, visited[-1], times[-1]), walk.calls)


def _believed(walk: Walk, t: Tensor, end: Tensor) -> Tensor:
    """The estimate of the result, which is a step too: itself where the times end, else asked for show, outside `nfe`.

    Times that end above 0 are those of somebody who takes the states there for data.
    """
    return walk.denoiser.denoise(walk.x, t, walk.cond).x0 if t > end else walk.x


def _split(walk: Walk, moved: Split) -> Advance:
    """A move by its terms: what is pushed comes on top, and the prior's is what no other term has."""
    if walk.first is None:
        raise RuntimeError("a sampler's step asks the denoiser at least once")
    after, pushed = moved, summed(walk.pushes)
    if pushed:
        after = moved + Split(sum(pushed.values(), torch.zeros_like(walk.x)), pushed)
    deltas = {str(name): part for name, part in after.parts.items() if name != "noise"}
    fresh = after.parts.get("noise")
    others = [*([] if fresh is None else [fresh]), *deltas.values()]
    terms = sizes(after.whole - walk.x, others, deltas, fresh)
    return Advance(after.whole, walk.first.x0.whole, terms, deltas, fresh)
