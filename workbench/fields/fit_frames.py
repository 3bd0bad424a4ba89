"""What the canvas shows of a half step of a fit: layers of the plane or of a line."""

from __future__ import annotations

import numpy as np

from widgets.drawing.plane import Box
from widgets.fields.ellipses import Ellipses, Single
from widgets.fields.hills import Hills
from widgets.fields.layer import Layer
from widgets.fields.line import DensityCurve, Histogram, line_extent, rug
from widgets.fields.particles import Particles
from workbench import bridge
from workbench.fields.fit_course import FitCourse
from workbench.fields.readings import axes, rulers

SHOWN = 5000  # points drawn at most: more would be one blot
MARGIN = 0.08  # of the points' extent, around it
COLOUR = "accent"  # of the first component; the others have hues of their own
ALONE = "one Gaussian"
FINE = 400  # values of a density on a line
COMPONENTS, POINTS, SINGLE, WHOLE = "components", "points", "single", "whole"


def points_of(fit: FitCourse) -> np.ndarray:
    """The points that are drawn: (n, d) float64, evenly taken where there are many."""
    points = fit.opened.points if fit.opened else np.empty((0, 2))
    return points[:: -(-len(points) // SHOWN)] if len(points) > SHOWN else points


def shares_of(fit: FitCourse, index: int, points: np.ndarray) -> np.ndarray:
    """What share each component has in points (n, d) after a half step: (n, K), each row of sum 1.

    They are not recorded, as they follow from the components: the E step gives the posterior of those in force, the
    M step keeps the shares and leaves out a component that was dropped, and the start has equal ones.
    """
    step, before = fit.steps[index], fit.steps[fit.in_force(index)]
    if step.half == "start":
        return np.full((len(points), len(step.weights)), 1 / len(step.weights))
    shares = bridge.responsibilities(points, before.weights, before.means, before.covariances)
    kept = np.where(step.weights > 0, shares, 0.0)
    return kept / np.maximum(kept.sum(axis=1, keepdims=True), 1e-300)


def layers(fit: FitCourse, index: int, points: np.ndarray, *, labelled: bool = True) -> dict[str, Layer | None]:
    """The layers of a half step by name: points in the colours of their components, the components with their
    weights where they are to be labelled, and on a line the density of the whole.
    """
    step, shares = fit.steps[index], shares_of(fit, index, points)
    if points.shape[1] == 1:
        spots = Particles(rug(points[:, 0], highest(fit)), COLOUR, shares)
        hills = Hills(step.weights, step.means[:, 0], step.covariances[:, 0, 0], COLOUR)
        return {POINTS: spots, COMPONENTS: hills, WHOLE: _whole(hills, *_ends(points[:, 0]))}
    labels = tuple(f"{weight:.2f}" for weight in step.weights) if labelled else ()
    return {POINTS: Particles(points, COLOUR, shares),
            COMPONENTS: Ellipses(step.means, step.covariances, COLOUR, labels)}


def resting(fit: FitCourse) -> dict[str, Layer | None]:
    """The layers that stay: axes, the one Gaussian of maximum likelihood, and on a line the histogram of the points."""
    opened = fit.opened
    if opened is None:
        return {SINGLE: None, "histogram": None}
    if opened.points.shape[1] == 2:
        return {SINGLE: Single(opened.mean, opened.covariance, ALONE), "histogram": None,
                "axes": axes(opened.units, line=False)}
    across, up = rulers(opened.units, line=True)
    left, _, right, _ = extent(fit)
    xs, variance = np.linspace(left, right, FINE), float(opened.covariance[0, 0])
    density = np.exp(-0.5 * (xs - opened.mean[0]) ** 2 / variance) / np.sqrt(2 * np.pi * variance)
    return {SINGLE: DensityCurve(xs, density, ALONE, "text2", across=across, up=up),
            "histogram": Histogram.of(opened.points[:, 0], left, right), "axes": axes(opened.units, line=True)}


def _whole(hills: Hills, left: float, right: float) -> DensityCurve:
    """The density of the mixture, the sum of its hills."""
    xs = np.linspace(left, right, FINE)
    return DensityCurve(xs, hills.density(xs).sum(axis=0), "mixture", "text")


def highest(fit: FitCourse) -> float:
    """The height that a line's plate is made for: that of the histogram of the points."""
    if fit.opened is None:
        return 1.0
    left, right = _ends(fit.opened.points[:, 0])
    return float(Histogram.of(fit.opened.points[:, 0], left, right).density.max()) or 1.0


def extent(fit: FitCourse) -> Box:
    """The box of the data that holds all points."""
    points = fit.opened.points if fit.opened else np.zeros((1, 2))
    if points.shape[1] == 1:
        return line_extent(*_ends(points[:, 0]), highest(fit))
    (left, right), (bottom, top) = _ends(points[:, 0]), _ends(points[:, 1])
    return left, bottom, right, top


def _ends(values: np.ndarray) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    room = MARGIN * (high - low) or 1.0
    return low - room, high + room
