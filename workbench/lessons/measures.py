"""What facts of lessons are measured with: the metrics of points, on the runs of panels."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from workbench import bridge
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
    return bridge.array(ran.data.sample(count, seed))


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
    """The length of the ways of all particles over that of the straight lines between their ends."""
    steps = np.stack(ran.x).astype(np.float64)
    length = np.linalg.norm(np.diff(steps, axis=0), axis=2).sum()
    return float(length / np.linalg.norm(steps[-1] - steps[0], axis=1).sum())


def value_at(ran: Ran, chart: str, series: str, x: float) -> float:
    """The value of a series at the x nearest to one, by the beginnings of the titles."""
    found = ran.series(series, chart)
    return found.y[int(np.abs(np.array(found.x) - x).argmin())]


def score_of_density(ran: Ran, x: Array, step: int, width: float = 1e-4) -> Array:
    """∇ log p_t at points (N, d) of a step by differences of the exact log p_t: (N, d)."""
    from engines.point_field import Marginal
    from engines.priors import exact_prior

    prior, times = exact_prior(ran.data, ran.options.path), ran.opened.times if ran.opened else np.zeros(1)
    marginal, found = Marginal(prior.denoiser, prior.path, float(times[step])), np.zeros_like(x)
    for k in range(x.shape[1]):
        shift = np.zeros(x.shape[1])
        shift[k] = width
        found[:, k] = (marginal.log_density(x + shift) - marginal.log_density(x - shift)) / (2 * width)
    return found


def posterior_mean(ran: Ran, x: Array, alpha: float, sigma: float, count: int = 50_000) -> Array:
    """E[x₀ | x_t = x] of points (N, d), by draws of the data, each weighted by its likelihood: (N, d)."""
    draws = np.asarray(fresh(ran, count), np.float64)
    means = list[Array]()
    for point in x:
        logs = -((point - alpha * draws) ** 2).sum(1) / (2 * sigma**2)
        weights = np.exp(logs - logs.max())
        means.append(weights @ draws / weights.sum())
    return np.stack(means)


def velocity_gap(ran: Ran, share: float = 0.5, count: int = 200) -> float:
    """The largest gap of the marginal velocity and the mean of those of all modes, weighted by how likely each is."""
    from engines.point_field import Marginal
    from engines.priors import exact_prior

    x, _, _, sigma = ran.moment(share, count)
    prior, times = exact_prior(ran.data, ran.options.path), ran.opened.times if ran.opened else np.zeros(1)
    marginal = Marginal(prior.denoiser, prior.path, float(times[ran.step(share)]))
    weights = marginal.responsibilities(x)
    # on the straight path x_t = (1 − t) x₀ + t eps, whose velocity towards the data is x₀ − eps = (x₀ − x_t)/t
    each = np.stack([(marginal.estimate(x, k) - x) / sigma for k in range(weights.shape[1])], 1)
    return float(np.abs((weights[:, :, None] * each).sum(1) - marginal.velocity(x)).max())
