"""One-dimensional data over time: the density of every time as an image, the ways of single particles, and the present.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from widgets.drawing.plane import Box
from widgets.fields.course import CourseAxes, Cursor, SideCurve
from widgets.fields.density import Heat, Levels, levels_of
from widgets.fields.line import GOLDEN
from widgets.fields.particles import Particles
from widgets.fields.paths import Trails
from workbench.fields.drawing import Ground, Layers
from workbench.fields.frames import BANDS, CURVE, ENDS, FieldFrame, centres
from workbench.fields.known import Known
from workbench.fields.readings import rulers

if TYPE_CHECKING:
    from engines.aim import Aim

Floats = NDArray[np.floating]
COLUMNS, ROWS = 240, 180  # times and values of the image
CLIPPED = 12.0  # of log-SNR, which has no end at the data
BRIGHT = 99.0  # percentile of the densities that has the strongest shade: at the data they rise without end
CROWD = 0.012  # of the axis over which the present particles are spread, or they would hide one another


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """The axis of time: t or log-SNR, noise at the left of a run that goes to the data, as its steps go.

    first, last: where the run begins and ends on it; sign: −1 where the written number falls to the right.
    """

    by_snr: bool
    first: float
    last: float
    sign: float

    @classmethod
    def of(cls, times: Floats, alpha: Floats, sigma: Floats, *, by_snr: bool) -> TimeAxis:
        """That of a run's times, or of all times of a path, in their order."""
        values = written(times, alpha, sigma, by_snr)
        sign = 1.0 if values[-1] >= values[0] else -1.0
        return cls(by_snr, float(values.min() if sign > 0 else -values.max()),
                   float(values.max() if sign > 0 else -values.min()), sign)

    def ending(self, place: float) -> bool:
        """Whether a place is near the end: the density there is drawn to the left, and the particles to the right."""
        return place > self.first + 0.75 * (self.last - self.first)

    @property
    def box(self) -> Box:
        """What there is to see."""
        return self.first, ENDS[0], max(self.last, self.first + 1e-6), ENDS[1]

    def places(self, times: Floats, alpha: Floats, sigma: Floats) -> Floats:
        """Where times are on it."""
        return np.clip(self.sign * written(times, alpha, sigma, self.by_snr), self.first, self.last)


@dataclass(frozen=True, slots=True)
class CourseFrame:
    """The density over an axis: (ROWS, COLUMNS), the lowest value first.

    levels: its shades; bright: the strongest; title: which density it is.
    """

    axis: TimeAxis
    density: Floats
    levels: Levels
    bright: float
    title: str = "density"


def written(times: Floats, alpha: Floats, sigma: Floats, by_snr: bool) -> Floats:
    """The numbers that an axis has at times: t itself, or log(alpha²/sigma²)."""
    if not by_snr:
        return np.asarray(times, np.float64)
    with np.errstate(divide="ignore"):
        ratio = 2 * (np.log(np.asarray(alpha, np.float64)) - np.log(np.asarray(sigma, np.float64)))
    return np.clip(ratio, -CLIPPED, CLIPPED)


def course_of(known: Known, axis: TimeAxis, aim: Aim) -> CourseFrame:
    """The densities of all times of an axis as they are seen; some tenths of a second. aim: of which classes."""
    from engines.point_field import Marginal, time_of
    from engines.process.seen import seen_scale

    values, columns, truth = centres(*ENDS, ROWS)[:, None], list[Floats](), known.truth
    cell = (ENDS[1] - ENDS[0]) / ROWS
    for place in centres(axis.box[0], axis.box[2], COLUMNS):
        t = time_of(truth.path, axis.sign * float(place)) if axis.by_snr else axis.sign * float(place)
        marginal = Marginal(truth.denoiser, truth.path, t, seen_scale(truth.path, t))
        columns.append(aim.density(marginal, values, cell))
    density = np.stack(columns, axis=1)
    bright = float(np.percentile(density.max(axis=0), BRIGHT) * 0.6 + np.median(density.max(axis=0)) * 0.4)
    return CourseFrame(axis, density, levels_of(density, BANDS, (0.0, bright)), bright,
                       aim.words(known.data.classes()))


def resting(course: CourseFrame | None, axis: TimeAxis, ground: Ground) -> Layers:
    """The axes, and the image once it is there."""
    heat = None if course is None else Heat(course.density, axis.box, course.title, (0.0, course.bright), BANDS,
                                            levels=course.levels, unit=1 / ground.one)
    up, _ = rulers(ground.units, line=True)
    return {"axes": CourseAxes(up=up, title="log-SNR" if axis.by_snr else "t", sign=axis.sign), "density": heat}


def moving(axis: TimeAxis, places: Floats, step: int, points: Floats, ways: Floats, frame: FieldFrame | None,
           ground: Ground) -> Layers:
    """What a step shows: the particles (N, 1) and the exact density where it is in time, the ways (T, K, 1) up to it.

    places: where the steps of `ways` and those after it are on the axis; step: of them the present one.
    """
    at = float(places[step])
    to_left = axis.ending(at)
    curve = None
    if frame is not None and frame.density is not None:
        curve = SideCurve(at, np.linspace(*ENDS, CURVE), frame.density, to_left, rulers(ground.units, line=True)[0])
    particles = Particles(np.stack([beside(axis, at, len(points)), points[:, 0]], axis=1))
    return {"cursor": Cursor(at), "particles": particles, "marginal": curve,
            "paths": trails(places, ways)}


def beside(axis: TimeAxis, at: float, count: int) -> Floats:
    """Where the particles of a step at a place are drawn on the axis, (count,)."""
    away = CROWD * (axis.last - axis.first) * (1.0 if axis.ending(at) else -1.0)
    return at + away * (np.arange(count) * GOLDEN % 1.0)


def trails(places: Floats, ways: Floats) -> Trails | None:
    """The ways (T, K, 1) of particles over time; None before there is a step."""
    if len(ways) < 2:
        return None
    steps = np.broadcast_to(places[: len(ways), None], ways.shape[:2])
    return Trails(np.stack([steps, ways[..., 0]], axis=2).transpose(1, 0, 2))
