"""How each term of a run moved one of its samples at a step, as vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.running.mailbox import LiveRun

if TYPE_CHECKING:
    from engines.priors import Prior
    from engines.recipe import Recipe

Moves = dict[str, np.ndarray]


def term_moves(live: LiveRun, recipe: Recipe, step: int, sample: int, prior: Prior | None = None) -> Moves:
    """The move (d,) of a sample by each term from a step to the next one, by the term's name.

    prior: what the run is sampled with, None while that is not known. Empty at the last step, and where nothing tells
    the prior's share from fresh noise.
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
    known = _drift(recipe, live, step, x, x0, prior)
    if known is None:
        return _again(live, recipe, step, sample, prior) or moves
    own = known - sum(moves.values(), np.zeros_like(x))
    return {"prior": own, **moves, "noise": rest - own}


def _again(live: LiveRun, recipe: Recipe, step: int, sample: int, prior: Prior | None) -> Moves:
    """The move of a sampler of several readings, made again; {} where that does not lead to what was recorded."""
    from engines.tasks.base import options_of
    from engines.tasks.sample_points import SamplePointsOptions, parts_again

    options, steps = options_of(recipe), live.trajectory
    if prior is None or steps is None or not isinstance(options, SamplePointsOptions):
        return {}
    first = max(steps.first, step - options.sampler.remembers)
    states = np.stack([steps.x(k)[sample] for k in range(step, first - 1, -1)])
    found = parts_again(options, prior, sample, step, states)
    after = sum(found.values(), np.asarray(states[0], np.float64))
    return found if np.allclose(after, steps.x(step + 1)[sample], rtol=1e-3, atol=1e-3) else {}


def _drift(recipe: Recipe, live: LiveRun, step: int, x: np.ndarray, x0: np.ndarray,
           prior: Prior | None) -> np.ndarray | None:
    """The move without fresh noise, guidance included; None where the sampler makes no single Gaussian move."""
    from engines.samplers.base import OneStep
    from engines.tasks.base import options_of

    sampler, opened = getattr(options_of(recipe), "sampler", None), live.opened
    path = prior.path if prior is not None else getattr(options_of(recipe), "path", None)  # a model has its own
    if not isinstance(sampler, OneStep) or path is None or opened is None:
        return None
    return sampler.drift(path, float(opened.times[step]), float(opened.times[step + 1]), x, x0)
