"""How each term of a run moved one of its samples at a step, as vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.running.mailbox import LiveRun

if TYPE_CHECKING:
    from engines.recipe import Recipe

Moves = dict[str, np.ndarray]


def term_moves(live: LiveRun, recipe: Recipe, step: int, sample: int) -> Moves:
    """The move (d,) of a sample by each term from a step to the next one, by the term's name.

    Empty at the last step, and where the sampler's own formula does not tell the prior from fresh noise.
    """
    steps = live.trajectory
    if steps is None or not steps.first <= step < steps.last:
        return {}
    x, x0, after = (np.asarray(a[sample], np.float64) for a in (steps.x(step), steps.x0(step), steps.x(step + 1)))
    moves = {name: np.asarray(delta[sample], np.float64) for name in steps.deltas
             if (delta := steps.delta(name, step)) is not None}
    rest = after - x - sum(moves.values(), np.zeros_like(x))
    noise = steps.terms.get("noise")
    if noise is None or not np.abs(np.nan_to_num(noise[step - steps.first])).max() > 0:
        return {"prior": rest, **moves}
    known = _prior(recipe, live, step, x, x0)
    if known is None:
        return moves
    prior = known - sum(moves.values(), np.zeros_like(x))
    return {"prior": prior, **moves, "noise": rest - prior}


def _prior(recipe: Recipe, live: LiveRun, step: int, x: np.ndarray, x0: np.ndarray) -> np.ndarray | None:
    """The move without fresh noise, guidance included; None where the sampler makes no single Gaussian move."""
    from engines.samplers.base import OneStep
    from engines.tasks.base import options_of

    sampler, opened = getattr(options_of(recipe), "sampler", None), live.opened
    path = getattr(options_of(recipe), "path", None)
    if not isinstance(sampler, OneStep) or path is None or opened is None:
        return None
    return sampler.drift(path, float(opened.times[step]), float(opened.times[step + 1]), x, x0)
