"""How each term of a run moved its samples at a step, as vectors."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from engines.recipe import Recipe
    from engines.trajectory import Trajectory
    from workbench.running.mailbox import LiveRun

Moves = dict[str, np.ndarray]
ALIKE = 0.02  # how far, of itself, the size of fresh noise that was worked out may be from that recorded


def move_step(run: Trajectory, step: int) -> int:
    """The step whose move is shown at a step: nothing moves the newest yet, so that is the one before it."""
    return max(run.first, min(step, run.last - 1))


def term_moves(live: LiveRun, recipe: Callable[[], Recipe | None], step: int, most: int | None = None) -> Moves:
    """The moves (B, …) of samples by each term from a step to the next one, by the term's name; they add up.

    At the newest step, which nothing moves yet, they are those of the move that led there. Of a run from data to
    noise, whose terms are the parts of a state, these parts. Only the moves of guidance and measurements where a run
    of before did not record what tells the prior from fresh noise, and its recipe does not either.

    Args:
        live: a run with its recorded steps.
        recipe: of the run, asked of a run of before alone.
        step: from 0.
        most: samples wanted at most.
    """
    run = live.trajectory
    if run is None or not run.first <= step <= run.last or "prior" not in run.terms:
        return {}
    parts = _parts(live, run, step, most)
    step = move_step(run, step)
    if parts or run.last <= run.first:
        return parts
    # in float64, as these are differences of what may be far larger
    x, x0, after = (np.asarray(part[:most], np.float64) for part in (run.x(step), run.x0(step), run.x(step + 1)))
    moves = {name: np.asarray(delta[:most], np.float64) for name in run.deltas
             if (delta := run.delta(name, step)) is not None}
    rest = after - x - sum(moves.values(), np.zeros_like(x))
    sizes = run.terms.get("noise")
    if sizes is None or not np.nan_to_num(sizes[step - run.first]).any():
        return {"prior": rest, **moves, **({} if sizes is None else {"noise": np.zeros_like(x)})}
    noise = _noise(live, run, recipe, step, (x, x0, after))
    return moves if noise is None else {"prior": rest - noise, **moves, "noise": noise}


def _parts(live: LiveRun, run: Trajectory, step: int, most: int | None) -> Moves:
    """What a state is made of, where the terms are its signal and its noise and not moves; {} elsewhere."""
    sizes, opened = run.terms, live.opened
    if opened is None or opened.times[0] >= opened.times[-1] or set(sizes) != {"prior", "noise"}:
        return {}
    signal = float(opened.alpha[step]) * np.asarray(run.x0(step)[:most], np.float64)
    parts = {"prior": signal, "noise": np.asarray(run.x(step)[:most], np.float64) - signal}
    return parts if all(_of_size(part, sizes[name][step - run.first]) for name, part in parts.items()) else {}


def _noise(live: LiveRun, run: Trajectory, recipe: Callable[[], Recipe | None], step: int,
           states: tuple[np.ndarray, np.ndarray, np.ndarray]) -> np.ndarray | None:
    """The fresh noise (B, …) in the move of a step, from x and x0 to the x after; None where nobody knows."""
    x, x0, after = states
    told = run.drift(step)
    if told is not None:
        return after - x - told[0] * x - told[1] * x0
    fresh, size = run.delta("noise", step), run.terms["noise"][step - run.first]
    if fresh is not None and fresh.any():  # all zeros for steps of before, which a branch or a run that went on took
        return np.asarray(fresh[:len(x)], np.float64)
    drift = _drift(live, recipe(), step, x, x0)
    found = None if drift is None else after - x - drift
    return found if found is not None and _of_size(found, size) else None


def _drift(live: LiveRun, recipe: Recipe | None, step: int, x: np.ndarray, x0: np.ndarray) -> np.ndarray | None:
    """The move without fresh noise by a recipe, guidance included; None where its sampler makes no Gaussian move."""
    from engines.samplers.base import OneStep
    from engines.tasks.base import options_of

    options = None if recipe is None else options_of(recipe)
    sampler, path, opened = getattr(options, "sampler", None), getattr(options, "path", None), live.opened
    if not isinstance(sampler, OneStep) or path is None or opened is None:
        return None
    return sampler.drift(path, float(opened.times[step]), float(opened.times[step + 1]), x, x0)


def _of_size(noise: np.ndarray, size: np.ndarray) -> bool:
    """Whether noise (B, …) has the size (B,) that was recorded, or (1,) on the mean: the recipe is then to be trusted.

    It is not where the model had a path of its own, where a mask was pasted, or where a branch took other steps over.
    """
    found = np.sqrt(np.square(noise.reshape(len(noise), -1)).sum(axis=1))
    found = found.mean(keepdims=True) if len(size) == 1 else found
    return bool(np.allclose(found, size[:len(found)], rtol=ALIKE, atol=1e-4 * max(1.0, float(size.max()))))
