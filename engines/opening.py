"""How a run along a path opens: the one maker of `Opened`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from torch import Tensor

from engines.events import Opened
from engines.formula import Formulated, Term, TermName, legend
from engines.process.paths import Path
from engines.units import Units

CLIPPED = 60  # of log-SNR, which is infinite at t = 0, where no plot can show it

Part = type[Formulated] | Formulated


def opened_along(title: str, path: Path, times: Tensor, shape: Sequence[int], seeds: tuple[int, ...],
                 labels: tuple[int, ...], parts: Sequence[Part], *, remembers: int = 0,
                 units: Units | None = None) -> Opened:
    """What a scrubber and an equation panel need to know of a run before its first step.

    Args:
        title: of the run, for people.
        path, times: of every step, (N+1,) float64.
        shape: of the batch.
        seeds, labels: one a sample, as in `Opened`.
        parts: whose formulas, terms and letters the panel shows.
        remembers, units: as in `Opened`.
    """
    log_snr = path.log_snr(times).clamp(-CLIPPED, CLIPPED).numpy()
    formula = tuple(line for part in parts for line in _lines(part))
    letters = legend(formula, (letter for part in parts for letter in part.own_letters()))
    return Opened(title, len(times) - 1, tuple(shape), times.numpy(), log_snr, seeds, labels, formula, _terms(parts),
                  path.alpha(times).numpy(), path.sigma(times).numpy(), letters, remembers, units)


def _lines(part: Part) -> tuple[str, ...]:
    """The formula of a part as its options make it; a class has none."""
    return part.formula if isinstance(part, type) else part.lines()


def _terms(parts: Sequence[Part]) -> tuple[Term, ...]:
    """The terms of all parts, each name once; a later part's title wins, as it says more."""
    merged = {term.name: term for part in parts for term in part.terms}
    return tuple(merged[name] for name in get_args(TermName) if name in merged)
