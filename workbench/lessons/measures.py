"""What facts of lessons are measured with: the metrics of points, on the runs of panels."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from workbench.lessons.ran import Array, Ran

Measure = Callable[[Sequence[Ran]], float]


def of(panel: int, measure: Callable[[Ran], float]) -> Measure:
    """A measure of the run of one panel."""
    return lambda runs: measure(runs[panel])


def mode_error(ran: Ran) -> float:
    """The largest error of a mode's weight."""
    from engines.metrics.points import mode_weights

    truth = ran.data.mixture()
    return float("nan") if truth is None else mode_weights(ran.end, truth).error


def energy(ran: Ran) -> float:
    """The energy distance of the samples to fresh ones of the truth."""
    return apart(ran.end, fresh(ran, len(ran.end)))


def fresh(ran: Ran, count: int, seed: int = 999_983) -> Array:
    """Points (count, d) of the truth itself."""
    return ran.data.sample(count, seed).numpy()


def apart(a: Array, b: Array) -> float:
    """The energy distance of two sets."""
    from engines.metrics.points import energy_distance

    return energy_distance(a, b)


def noised(ran: Ran, step: int) -> Array:
    """Points (N, d) of the truth at the noise of a step."""
    if ran.opened is None:
        return fresh(ran, len(ran.end))
    x0 = fresh(ran, len(ran.end))
    z = np.random.default_rng(step).standard_normal(x0.shape)
    return float(ran.opened.alpha[step]) * x0 + float(ran.opened.sigma[step]) * z


def spread(points: Array) -> float:
    """The root of the mean variance of the coordinates."""
    return float(np.sqrt(np.asarray(points, np.float64).var(0).mean()))


def bend(ran: Ran) -> float:
    """How much longer the ways of the particles are than the straight lines between their ends, on average."""
    steps = np.stack(ran.x).astype(np.float64)
    length = np.linalg.norm(np.diff(steps, axis=0), axis=2).sum(0)
    return float((length / np.linalg.norm(steps[-1] - steps[0], axis=1)).mean())
