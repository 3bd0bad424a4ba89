"""One-dimensional points over time: which axis, which density, and what a step shows of them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import numpy as np

from engines.units import Units
from workbench.background import Background
from workbench.controllers.points.subjects import Subjects, scale_of
from workbench.desk import Desk
from workbench.fields.course import CourseFrame, TimeAxis, beside, course_of, moving, resting
from workbench.fields.drawing import Ground, Layers
from workbench.fields.known import Known
from workbench.fields.pointed import Stand
from workbench.fields.store import Subject, Time
from workbench.pages.points_views.field import FieldPage
from workbench.running.mailbox import LiveRun

OVER_TIME, BY_SNR = "course", "snr"  # what is switched on for lines
LINE = Ground(1)
Key = tuple[str, TimeAxis, Units | None]
LANE = 0.014  # of the axis between arrows that lie beside one another
KEPT = 24  # images and their layers
EVERY = np.linspace(1.0, 0.0, 200)  # of the times of a path, where no run has its own


class PointsCourseController:
    """Draws lines over time. It has no signals.

    Args:
        desk, background: shared parts.
        page: the canvas.
        subjects: which runs are shown, and what is known of them.
        draw: paints the canvas again.
    """

    def __init__(self, desk: Desk, background: Background, page: FieldPage, subjects: Subjects,
                 draw: Callable[[], object]) -> None:
        self._desk, self._background, self._page, self._subjects, self._draw = desk, background, page, subjects, draw
        self._known = OrderedDict[Key, tuple[CourseFrame, Layers]]()
        self._asked, self._refused = set[Key](), set[Key]()

    def begin(self, ground: Ground) -> None:
        """The panels are about to be drawn: offer the switches where data are of one dimension."""
        self._page.tools.turn(line=ground.line)

    def on(self, ground: Ground) -> bool:
        """Whether panels show the course of time."""
        return ground.line and self._page.shows(OVER_TIME)

    def layers(self, live: LiveRun | None, subject: Subject | None, ways: np.ndarray, ground: Ground) -> Layers:
        """What a panel shows; ways (T, K, 1): of a few particles up to the present step."""
        known = None if subject is None else self._subjects.store.truth(subject)
        none: Layers = dict.fromkeys(("cursor", "particles", "marginal", "paths", "density", "histogram", "score",
                                      "flow", "marks", "model"))
        if subject is None or known is None:
            return none
        axis = self._axis(live, known)
        self._page.show_course(axis.box)
        shown = none | self._resting(subject, known, axis, ground)
        if live is None or live.opened is None or live.trajectory is None:
            return shown
        step, first = self._subjects.step(live), live.trajectory.first
        points = self._subjects.states(live, step)
        if points is None:
            return shown
        time = self._subjects.time(live)
        frame = self._subjects.store.known(subject, time) or self._subjects.store.near(subject, time)
        return shown | moving(axis, self.places(axis, live)[first:], step - first, points, ways, frame, ground)

    def _axis(self, live: LiveRun | None, known: Known) -> TimeAxis:
        if live is not None and live.opened is not None:
            return self._axis_of(live)
        return TimeAxis.of(*times_of(known), by_snr=self._page.shows(BY_SNR))

    @staticmethod
    def places(axis: TimeAxis, live: LiveRun) -> np.ndarray:
        """Where the steps of a run are on its axis."""
        opened = live.opened
        return np.zeros(0) if opened is None else axis.places(opened.times, opened.alpha, opened.sigma)

    def time_at(self, live: LiveRun | None, place: float) -> Time:
        """Time and scale of the step that is nearest to a place on the axis; of the data without a run."""
        if live is None or live.opened is None:
            return self._subjects.time(live)
        opened = live.opened
        step = int(np.abs(self.places(self._axis_of(live), live) - place).argmin())
        return float(opened.times[step]), scale_of(live, step)

    def stand(self, live: LiveRun, step: int, sample: int, value: float) -> Stand:
        """Where the arrows of a particle begin that has a value at a step; they lie beside one another in its past."""
        axis = self._axis_of(live)
        at = float(self.places(axis, live)[step])
        return Stand((float(beside(axis, at, sample + 1)[sample]), value), 1, self.lane(live, at))

    def lane(self, live: LiveRun | None, place: float) -> float:
        """How far beside an arrow at a place of the axis the next one begins: away from the density there."""
        axis = self._axis_of(live)
        return LANE * (axis.last - axis.first) * (1.0 if axis.ending(place) else -1.0)

    def _axis_of(self, live: LiveRun | None) -> TimeAxis:
        """That of a run, or of t from 1 to 0 without one."""
        opened, by_snr = (live.opened if live is not None else None), self._page.shows(BY_SNR)
        if opened is None:
            return TimeAxis.of(EVERY, 1 - EVERY, EVERY, by_snr=by_snr)
        return TimeAxis.of(opened.times, opened.alpha, opened.sigma, by_snr=by_snr)

    def _resting(self, subject: Subject, known: Known, axis: TimeAxis, ground: Ground = LINE) -> Layers:
        """Axes and image, once this is made."""
        key = subject.shown, axis, ground.units
        found = self._known.get(key)
        if found is not None:
            return found[1]
        if key not in self._asked | self._refused:
            self._asked.add(key)
            self._background.do(lambda: course_of(known, axis, known.aim(subject.recipe)),
                                lambda made: self._keep(key, made, ground), lambda why: self._give_up(key, why))
        return resting(None, axis, ground)

    def _give_up(self, key: Key, why: str) -> None:
        """Tell it once, not at every step that is drawn."""
        self._asked.discard(key)
        self._refused.add(key)
        self._desk.complain(why)

    def forgive(self) -> None:
        """Try again what could not be: the models are others."""
        self._refused.clear()

    def _keep(self, key: Key, made: CourseFrame, ground: Ground) -> None:
        self._known[key] = made, resting(made, key[1], ground)
        while len(self._known) > KEPT:
            self._asked.discard(self._known.popitem(last=False)[0])
        self._draw()

    @property
    def busy(self) -> bool:
        """Whether an image is being made."""
        return any(key not in self._known for key in self._asked)


def times_of(known: Known) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All times of a path from noise to data, with alpha and sigma there."""
    from engines.point_field import levels_at

    times = EVERY * known.truth.path.t_max
    return times, *levels_at(known.truth.path, times)
