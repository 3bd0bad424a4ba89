"""What the canvas shows of a model of points while it learns: layers of what it believes, and of what is exact."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from engines.shown import REACH
from widgets.fields.arrows import TYPICAL, Arrows
from widgets.fields.layer import Layer
from widgets.fields.line import Histogram, along
from widgets.fields.particles import Particles
from widgets.fields.probe import Fact
from workbench.fields.belief_course import Believed, SharedBelief
from workbench.fields.readings import place, place_facts, score, velocity

Floats = NDArray[np.float64]
TICKS = 2  # every so many states of a line carry an arrow
ESTIMATE = "x\u0302\u2080"
Layers = dict[str, Layer | None]


class Shown(StrEnum):
    """What the arrows are."""

    SCORE = "score"
    VELOCITY = "velocity"
    ESTIMATE = "estimate"
    NONE = "none"


TITLES = {Shown.SCORE: "Score", Shown.VELOCITY: "Velocity", Shown.ESTIMATE: ESTIMATE, Shown.NONE: "None"}


def meant(shown: Shown, shared: SharedBelief) -> bool:
    """Whether what a model learns has such arrows: one that learns where the flow ends has no score, say."""
    return shown in {Shown.ESTIMATE, Shown.NONE} or len(shared.score if shown is Shown.SCORE else shared.velocity) > 0


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked at: arrows, and the number of a noise level; the one behind the last is no noise at all."""

    shown: Shown
    level: int

    def seen(self, points: Floats, shared: SharedBelief | None) -> Floats:
        """Points of the data (N, d) with the noise of the level, always the same."""
        if shared is None or self.level >= len(shared.times):
            return points
        a, s = shared.levels[self.level]
        return a * points + s * np.random.default_rng(0).standard_normal(points.shape)

    def vectors(self, x0: Floats, shared: SharedBelief) -> Floats | None:
        """The arrows (M, d) that x0_hat (T, M, d) means; None without noise, or where it means none that are wanted."""
        if self.shown is Shown.NONE or self.level >= len(shared.times) or not len(x0):
            return None
        if self.shown is Shown.ESTIMATE:
            return x0[self.level].astype(np.float64) - shared.points
        if not meant(self.shown, shared):
            return None
        a, b = (shared.score if self.shown is Shown.SCORE else shared.velocity)[self.level]
        return a * x0[self.level].astype(np.float64) + b * shared.points


def learned_layers(points: Floats, believed: Believed | None, shared: SharedBelief | None, look: Look) -> Layers:
    """Samples (N, d) of the model and the arrows that it believes in."""
    if believed is None or shared is None:
        return {**_spots(points, "prior"), "arrows": None}
    arrows = look.vectors(believed.learned, shared)
    return {**_spots(look.seen(points, shared), "prior"), "arrows": _arrows(arrows, shared, look)}


def exact_layers(shared: SharedBelief, look: Look) -> Layers:
    """Points of the data and the exact arrows."""
    points = shared.data.astype(np.float64)
    return {**_spots(look.seen(points, shared), "text"),
            "arrows": _arrows(look.vectors(shared.exact, shared), shared, look)}


def _spots(points: Floats, colour: str) -> Layers:
    if points.shape[1] > 1:
        return {"samples": Particles(points, colour)}
    return {"samples": Histogram.of(points[:, 0], -REACH, REACH, colour=colour)}


def _arrows(vectors: Floats | None, shared: SharedBelief, look: Look) -> Layer | None:
    if vectors is None:
        return None
    full, scale = _unit(look, shared), 1.0 if shared.units is None else shared.units.scale
    one = 1 / scale if look.shown is Shown.SCORE else scale
    if shared.points.shape[1] > 1:
        return Arrows(shared.points, vectors, TITLES[look.shown].lower(), "accent", full, one)
    # those of the model stand as high as the exact ones, whatever its samples are
    places, moves = along(shared.points[::TICKS, 0], vectors[::TICKS, 0], highest_of(shared.data.astype(np.float64)))
    return Arrows(places, moves, TITLES[look.shown].lower(), "accent", full, one)


def _unit(look: Look, shared: SharedBelief) -> float | None:
    """The length of the exact arrows, by which those of the model are drawn as well."""
    exact = look.vectors(shared.exact, shared)
    lengths = np.zeros(0) if exact is None else np.linalg.norm(exact, axis=1)
    return max(float(np.quantile(lengths, TYPICAL)), 1e-30) if lengths.size else None


def highest_of(points: Floats) -> float:
    """The height of the histogram of values (N, 1)."""
    return float(Histogram.of(points[:, 0], -REACH, REACH).density.max())


def facts(at: tuple[float, float], x0: Floats, shared: SharedBelief, look: Look, colour: str) -> list[Fact]:
    """What is known at a place, by the nearest state that the network was asked at."""
    if look.level >= len(shared.times) or not len(x0):
        return []
    d = shared.points.shape[1]
    nearest = int(np.square(shared.points - np.array(at[:d])).sum(axis=1).argmin())
    units = shared.units
    told = [Fact(name, _vector(vectors[nearest]) if units is None else write(units, vectors[nearest]), "")
            for shown, name, write in ((Shown.SCORE, "score", score), (Shown.VELOCITY, "velocity", velocity))
            if (vectors := Look(shown, look.level).vectors(x0, shared)) is not None]
    estimate = x0[look.level, nearest]
    return [*place_facts(units, np.array(at[:d])), *told,
            Fact(ESTIMATE, _vector(estimate) if units is None else place(units, estimate), colour)]


def _vector(values: NDArray[np.floating]) -> str:
    return ", ".join(f"{value:.2f}".replace("-", "−") for value in values)


def noise_words(shared: SharedBelief | None, level: int) -> str:
    """What a title adds where what it names is seen with noise, "" at the data."""
    return "" if shared is None or level >= len(shared.times) else f", noised to t {shared.times[level]:.2f}"


def level_words(shared: SharedBelief | None, level: int) -> str:
    """A noise level in words."""
    if shared is None or level >= len(shared.times):
        return "no noise"
    a, s = shared.levels[level]
    return f"t {shared.times[level]:.2f} · log-SNR {2 * np.log(a / s):.1f}".replace("-", "−").replace("log−", "log-")
