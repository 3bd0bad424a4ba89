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
from workbench.fields.belief_course import Believed, Ground
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


def meant(shown: Shown, ground: Ground) -> bool:
    """Whether what a model learns has such arrows: one that learns where the flow ends has no score, say."""
    return shown in {Shown.ESTIMATE, Shown.NONE} or len(ground.score if shown is Shown.SCORE else ground.velocity) > 0


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked at: arrows, and the number of a noise level; the one behind the last is no noise at all."""

    shown: Shown
    level: int

    def seen(self, points: Floats, ground: Ground | None) -> Floats:
        """Points of the data (N, d) with the noise of the level, always the same."""
        if ground is None or self.level >= len(ground.times):
            return points
        a, s = ground.levels[self.level]
        return a * points + s * np.random.default_rng(0).standard_normal(points.shape)

    def vectors(self, x0: Floats, ground: Ground) -> Floats | None:
        """The arrows (M, d) that x0_hat (T, M, d) means; None without noise, or where it means none that are wanted."""
        if self.shown is Shown.NONE or self.level >= len(ground.times) or not len(x0):
            return None
        if self.shown is Shown.ESTIMATE:
            return x0[self.level].astype(np.float64) - ground.points
        if not meant(self.shown, ground):
            return None
        a, b = (ground.score if self.shown is Shown.SCORE else ground.velocity)[self.level]
        return a * x0[self.level].astype(np.float64) + b * ground.points


def learned_layers(points: Floats, believed: Believed | None, ground: Ground | None, look: Look) -> Layers:
    """Samples (N, d) of the model and the arrows that it believes in."""
    if believed is None or ground is None:
        return {**_spots(points, "prior"), "arrows": None}
    arrows = look.vectors(believed.learned, ground)
    return {**_spots(look.seen(points, ground), "prior"), "arrows": _arrows(arrows, ground, look)}


def exact_layers(ground: Ground, look: Look) -> Layers:
    """Points of the data and the exact arrows."""
    points = ground.data.astype(np.float64)
    return {**_spots(look.seen(points, ground), "text"),
            "arrows": _arrows(look.vectors(ground.exact, ground), ground, look)}


def _spots(points: Floats, colour: str) -> Layers:
    if points.shape[1] > 1:
        return {"samples": Particles(points, colour)}
    return {"samples": Histogram.of(points[:, 0], -REACH, REACH, colour=colour)}


def _arrows(vectors: Floats | None, ground: Ground, look: Look) -> Layer | None:
    if vectors is None:
        return None
    full, scale = _unit(look, ground), 1.0 if ground.units is None else ground.units.scale
    one = 1 / scale if look.shown is Shown.SCORE else scale
    if ground.points.shape[1] > 1:
        return Arrows(ground.points, vectors, TITLES[look.shown].lower(), "accent", full, one)
    # those of the model stand as high as the exact ones, whatever its samples are
    places, moves = along(ground.points[::TICKS, 0], vectors[::TICKS, 0], highest_of(ground.data.astype(np.float64)))
    return Arrows(places, moves, TITLES[look.shown].lower(), "accent", full, one)


def _unit(look: Look, ground: Ground) -> float | None:
    """The length of the exact arrows, by which those of the model are drawn as well."""
    exact = look.vectors(ground.exact, ground)
    lengths = np.zeros(0) if exact is None else np.linalg.norm(exact, axis=1)
    return max(float(np.quantile(lengths, TYPICAL)), 1e-30) if lengths.size else None


def highest_of(points: Floats) -> float:
    """The height of the histogram of values (N, 1)."""
    return float(Histogram.of(points[:, 0], -REACH, REACH).density.max())


def facts(at: tuple[float, float], x0: Floats, ground: Ground, look: Look, colour: str) -> list[Fact]:
    """What is known at a place, by the nearest state that the network was asked at."""
    if look.level >= len(ground.times) or not len(x0):
        return []
    d = ground.points.shape[1]
    nearest = int(np.square(ground.points - np.array(at[:d])).sum(axis=1).argmin())
    units = ground.units
    told = [Fact(name, _vector(vectors[nearest]) if units is None else write(units, vectors[nearest]), "")
            for shown, name, write in ((Shown.SCORE, "score", score), (Shown.VELOCITY, "velocity", velocity))
            if (vectors := Look(shown, look.level).vectors(x0, ground)) is not None]
    estimate = x0[look.level, nearest]
    return [*place_facts(units, np.array(at[:d])), *told,
            Fact(ESTIMATE, _vector(estimate) if units is None else place(units, estimate), colour)]


def _vector(values: NDArray[np.floating]) -> str:
    return ", ".join(f"{value:.2f}".replace("-", "−") for value in values)


def level_words(ground: Ground | None, level: int) -> str:
    """A noise level in words."""
    if ground is None or level >= len(ground.times):
        return "no noise"
    a, s = ground.levels[level]
    return f"t {ground.times[level]:.2f} · log-SNR {2 * np.log(a / s):.1f}".replace("-", "−").replace("log−", "log-")
