"""Samples that each join one walk at a time of their own: data brought back from several strengths at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import ClassVar

import torch
from pydantic import Field, SkipValidation
from torch import Tensor

from engines.denoiser import Denoiser
from engines.process.noise import Noise
from engines.process.paths import Path
from engines.samplers.base import Sampler, Step


class Staggered(Sampler):
    """SDEdit (Meng et al. 2022) with a strength for each sample: each joins the sampler's walk at its own step.

    Before that its state is the data with the noise of the step's time, of the one draw that a run from pure noise
    begins with, which costs nothing. From there it is, bit for bit, what a run of SDEdit by its strength alone makes:
    those that join together walk together, and the others beside them. So all strengths cost what as many short runs
    do. What was changed in the state of a sample that has not joined yet, as by a brush, is carried along until then.

    Args:
        inner: what makes the moves.
        data: (1, …) or (B, …), what is brought back.
        joins: the step at which each of the B samples joins. A batch of another size, which is only asked for to
            count what a walk costs, joins with the first of them.
    """

    title: ClassVar[str] = "SDEdit at several strengths"
    remembers: ClassVar[int] = 3  # as many as any sampler needs; each takes what it needs of them

    inner: SkipValidation[Sampler]
    data: SkipValidation[Tensor] = Field(exclude=True, repr=False)
    joins: tuple[int, ...]

    def steps(self, times: Tensor) -> int:
        """The sampler's."""
        return self.inner.steps(times)

    def visited(self, times: Tensor) -> Tensor:
        """The sampler's."""
        return self.inner.visited(times)

    def evaluations(self, times: Tensor, start: int = 0) -> int:
        """The sampler's: those of a sample that has joined by step `start`."""
        return self.inner.evaluations(times, start)

    def calmer(self) -> str:
        """The sampler's."""
        return self.inner.calmer()

    @torch.no_grad()
    def __call__(self, path: Path, denoiser: Denoiser, x: Tensor, times: Tensor, *, noise: Noise,
                 cond: Tensor | None = None, start: int = 0, past: Sequence[Tensor] = ()) -> Iterator[Step]:
        """The steps of all samples: those that have joined, and those that wait with more and more of the data."""
        eps, total, visited = noise.initial(), self.steps(times), self.visited(times)
        data, before, calls = self.data.to(eps).expand_as(eps), list(past), denoiser.calls(cond)
        # nothing, to the last bit, unless the state was changed by hand
        changed = x - path.diffuse(data, eps, visited[start])
        groups, walks = self._groups(len(x)), list[Iterator[Step]]()
        for i in range(start, total + 1):
            waiting = x if i == start else path.diffuse(data, eps, visited[i]) + changed
            for first, rows in groups[len(walks):]:
                if first > i:
                    break
                part = replace(noise, seeds=tuple(noise.seeds[k] for k in rows))
                walks.append(self.inner(
                    path, denoiser, waiting[rows], times, noise=part, cond=None if cond is None else cond[rows],
                    start=i, past=tuple(state[rows] for state in before[:i - first])))
            # the samples that joined first are asked first: it is their evaluations that are counted
            moved = [next(walk) for walk in walks]
            made = (self.inner.evaluations(times) - self.inner.evaluations(times, i)) * calls
            wait = Step(i, total, float(visited[i]), waiting, data, moved[0].nfe if moved else made)
            whole = _together(wait, [(rows, step) for (_, rows), step in zip(groups, moved, strict=False)])
            yield replace(whole, past=tuple(before))
            before = [whole.x, *before][:self.inner.remembers]

    def _groups(self, count: int) -> list[tuple[int, list[int]]]:
        """When samples join, and their numbers, the first in front."""
        joins = self.joins if count == len(self.joins) else (min(self.joins),) * count
        return [(first, [k for k, join in enumerate(joins) if join == first]) for first in sorted(set(joins))]


def _together(waiting: Step, moved: Sequence[tuple[list[int], Step]]) -> Step:
    """One step of all samples: the step of those that wait, with the rows of those that have joined put in."""
    if not moved:
        return waiting
    first = moved[0][1]
    nothing, still = torch.zeros_like(waiting.x), torch.zeros(len(waiting.x), dtype=torch.float64)
    terms = {name: still for name in first.terms}
    fresh = None if all(step.fresh is None for _, step in moved) else nothing
    return replace(
        waiting, drift=first.drift,
        x=_put(waiting.x, [(rows, step.x) for rows, step in moved]),
        x0=_put(waiting.x0, [(rows, step.x0) for rows, step in moved]),
        terms={name: _put(zero, [(rows, step.terms[name]) for rows, step in moved if name in step.terms])
               for name, zero in terms.items()},
        deltas={name: _put(nothing, [(rows, step.deltas[name]) for rows, step in moved if name in step.deltas])
                for name in first.deltas},
        fresh=None if fresh is None else _put(fresh, [(rows, step.fresh) for rows, step in moved
                                                      if step.fresh is not None]))


def _put(whole: Tensor, parts: Sequence[tuple[list[int], Tensor]]) -> Tensor:
    """A copy of a batch with some of its rows replaced."""
    result = whole.clone()
    for rows, part in parts:
        result[rows] = part.to(result)
    return result
