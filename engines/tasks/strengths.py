"""What tasks share that bring data back from several strengths at once, from the same noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from torch import Tensor

from engines.component import option
from engines.context import Start
from engines.inverse.sdedit import first_move
from engines.inverse.staggered import Staggered
from engines.process.paths import Path
from engines.samplers.base import Sampler
from engines.sampling import Plan

PERCENT = 100
USUAL = (10, 20, 30, 40, 50, 60, 70, 80, 90)  # in percent


def shares(percent: Sequence[int]) -> tuple[float, ...]:
    """Strengths in [0, 1] of those in percent."""
    return tuple(one / PERCENT for one in percent)


def strengths_option(default: tuple[int, ...], help: str, *, most: int, least: int = 0, advanced: bool = False) -> Any:
    """Several strengths; at most and at least so many."""
    return option(default, title="Strengths", unit="%", help=help, min_length=least, max_length=most,
                  advanced=advanced)


def joined_at(path: Path, times: Tensor, strengths: Sequence[float]) -> tuple[int, ...]:
    """The step of a grid (N+1,) at which each strength takes over."""
    return tuple(first_move(path, times, strength) for strength in strengths)


def work(sampler: Sampler, path: Path, times: Tensor, strengths: Sequence[float]) -> tuple[int, int]:
    """What bringing back takes: calls of the denoiser by the strongest, and how many such walks all are together."""
    calls = [sampler.evaluations(times, first) for first in joined_at(path, times, strengths)]
    return max(calls), -(-sum(calls) // max(1, *calls))


def brought_back(plan: Plan, data: Tensor, strengths: Sequence[float]) -> Plan:
    """A plan of sampling turned into one that brings data back, each sample from its own strength.

    Args:
        plan: of as many samples as there are strengths, each of which has the class of the first.
        data: (1, …) or (B, …).
        strengths: (B,) in [0, 1].
    """
    joins = joined_at(plan.path, plan.times, strengths)
    first, eps = min(joins), plan.noise.initial()
    x = plan.path.diffuse(data.to(eps).expand_as(eps), eps, plan.times[first])
    return replace(plan, sampler=Staggered(inner=plan.sampler, data=data, joins=joins), skipped=first,
                   start=plan.start or Start(first, x.cpu().numpy()))
