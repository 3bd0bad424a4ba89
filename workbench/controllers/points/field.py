"""Draws the present step of the runs of points: particles, densities, vectors and paths."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import replace

import numpy as np

from widgets.fields.arrows import Arrows
from widgets.fields.layer import Layer
from widgets.fields.links import Links
from widgets.fields.point_field import PointField
from workbench import bridge
from workbench.background import Background
from workbench.controllers.points.believed import PointsBelievedController
from workbench.controllers.points.course import PointsCourseController
from workbench.controllers.points.projected import projected
from workbench.controllers.points.subjects import AT_DATA, Subjects, scale_of
from workbench.controllers.points.unmeant import UnmeantFields
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.fields.drawing import (
    FLOW_ARROWS,
    HISTOGRAM,
    RESTING,
    SCORE_LINES,
    WAYS,
    Ground,
    Layers,
    moving,
    on_one_scale,
    resting,
    trails,
)
from workbench.fields.frames import FieldFrame
from workbench.fields.known import FLOW
from workbench.fields.marks import MARKS, marks, read
from workbench.fields.store import Subject, Time
from workbench.fields.ways import Ways
from workbench.frames import ESTIMATE, STATE, source
from workbench.pages.points_views.field import FieldPage
from workbench.running.coming import to_come
from workbench.running.mailbox import LiveRun

ROOMY = 220  # px of a panel from which on its caption tells its step
LINKED = 80  # particles that are linked with their estimates
MARKED = 400  # particles that carry an arrow of a view at once
ROWS = 20_000  # points of a file that are drawn
MOVING = ("particles", HISTOGRAM, "paths", "marks")
AHEAD = 200  # times of a run that are made ready while nothing else is to do


class PointsFieldController:
    """From run, step and form to what is painted. It has no signals.

    Args:
        desk, panel: shared parts.
        background: makes what takes a while.
        page: the canvas.
        subjects: which runs are shown, and what their fields are of.
        active: whether runs are shown there now.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, background: Background, page: FieldPage, subjects: Subjects,
                 active: Callable[[], bool]) -> None:
        self._desk, self._page, self.subjects, self._active = desk, page, subjects, active
        self.believed = PointsBelievedController(desk, background, page, subjects.store, self.draw)
        self.course = PointsCourseController(desk, background, page, subjects, self.draw)
        self.unmeant = UnmeantFields(page, subjects.store)
        self._layers = dict[int, tuple[FieldFrame, tuple[object, ...], Layers]]()  # by the identity of the frame
        self._ways = Ways()
        self._prepared: tuple[str, ...] = ()  # runs whose fields are made ahead
        self.drawn = list[Callable[[], object]]()
        self.paused: Callable[[], bool] = lambda: False  # while something else is painted on the canvas
        stage = desk.stage
        for signal in (stage.shown, stage.grown, stage.moved, stage.viewed, stage.compared, stage.chosen,
                       panel.changed):
            signal.connect(self.draw)
        desk.changed_models.append(self._forgive)
        page.layers_changed.connect(self.draw)
        page.selected.connect(lambda _panel, particle: stage.choose(particle))

    @property
    def busy(self) -> bool:
        """Whether something that belongs on the canvas is still being made."""
        return self.subjects.store.busy or self.believed.store.busy or self.course.busy

    def _forgive(self) -> None:
        """The models are others: what could not be made of one of them may be now."""
        for one in (self.subjects.store, self.believed.store, self.course):
            one.forgive()

    def draw(self, *_: object) -> None:
        """Paint the present step of every panel."""
        if not self._active() or not self._desk.ready or self.paused():
            return
        runs = self.subjects.runs()
        first = runs[0] if runs else None
        ground = self.subjects.ground(first, self.subjects.subject(first))
        self._page.show_ground(ground)
        self._page.set_captions([self._caption(live, len(runs)) for live in runs] or ["data"])
        self._ask_lines()
        self.believed.begin()
        self.unmeant.begin()
        self.course.begin(ground)
        panels = [self._found(field, live, self._read(live, ground))
                  for field, live in zip(self._page.fields, runs or [None], strict=True)]
        for field, layers in zip(self._page.fields, on_one_scale(panels), strict=True):
            field.set_layers(layers)
            field.select(self._desk.stage.sample)
        self.believed.end()
        self.unmeant.end()
        self._prepare(runs)
        self._page.panels.mark(self.subjects.active)
        self._page.invite(not runs and not self._coming())
        # a run says itself what stands in for the density of the user's own points
        stand_in = "" if runs else self.subjects.stand_in(self.subjects.subject(None))
        notes = *(live.notice for live in runs), self.unmeant.told, self._beyond(first), stand_in
        self._page.tell(" ".join(dict.fromkeys(filter(None, notes))))
        for tell in self.drawn:
            tell()

    def _ask_lines(self) -> None:
        """Have fields made with streamlines while these are looked at."""
        lined = self._page.shows(FLOW) and not self._page.shows(FLOW_ARROWS)
        if lined != self.subjects.store.lined:
            self.subjects.store.lined, self._prepared = lined, ()

    def _beyond(self, live: LiveRun | None) -> str:
        """What of the data is not in sight at first, "" for nothing."""
        return self.subjects.rows(self.subjects.subject(live)).remark(self._page.first_view)

    def _coming(self) -> bool:
        """Whether the run on the stage waits for its turn, or has just begun."""
        live = self._desk.stage.live
        return live is not None and to_come(self._desk.queue, live)

    def _read(self, live: LiveRun | None, ground: Ground) -> Ground:
        """The common ground, read in the units of a panel of its own."""
        return replace(ground, units=self.subjects.units(live, self.subjects.subject(live)))

    def _caption(self, live: LiveRun, panels: int) -> str:
        """What a panel shows: its step, and beside others what tells it apart."""
        name = "x̂_0" if self._desk.stage.view is ESTIMATE else "x_t"
        total, first = live.opened.total if live.opened else 0, self._desk.stage.live
        step = f"step {self.subjects.step(live):,} of {total:,}"
        if panels == 1:
            return f"{name} · {step}"
        # the time line says which step of the first one it is
        roomy = self._page.fields[0].width() >= ROOMY
        other = roomy and first is not None and first.opened is not None and first.opened.total != total
        return " · ".join(filter(None, (self._page.titles.get(live.run, ""), step if other else "")))

    def _found(self, field: PointField, live: LiveRun | None, ground: Ground) -> Layers:
        """The layers of a panel."""
        subject, time = self.subjects.subject(live), self.subjects.time(live)
        store, frame = self.subjects.store, None
        if subject is not None:
            exact = store.known(subject, time)
            frame = exact or store.near(subject, time)
            store.want(subject, (time,) if not ground.line else (AT_DATA, time), self.draw, rest=frame is not None)
        if self.course.on(ground):
            step = self.subjects.step(live) if live is not None else 0
            ways = np.zeros((0, 0, 1)) if live is None else self._way(live, step)
            return self.course.layers(live, subject, ways, ground)
        layers = self._moving(live, ground, frame) if live is not None else self._rows(subject, ground, frame)
        unmeant = self.unmeant.of(subject)
        # while the field of a step is made, that of the step before stays
        if frame is not None or live is None or all(field.layer(name) is None for name in RESTING):
            layers |= self._resting(frame, ground, unmeant)
        return layers | {"axes": ground.axes, "model": self.believed.layer(subject, time, ground)}

    def _resting(self, frame: FieldFrame | None, ground: Ground, unmeant: Container[str]) -> Layers:
        """Density and vectors, but for the unmeant; the same layers for the same frame: they are not drawn again."""
        def shows(name: str) -> bool:
            return name not in unmeant and self._page.shows(name)

        shown = [name for name in RESTING if shows(name)]
        if frame is None:
            return dict.fromkeys(RESTING)
        asked = ground, *(self._page.shows(name) for name in (HISTOGRAM, SCORE_LINES, FLOW_ARROWS)), *shown
        known = self._layers.get(id(frame))
        if known is None or known[0] is not frame or known[1] != asked:
            if len(self._layers) > AHEAD:
                self._layers.clear()
            known = self._layers[id(frame)] = frame, asked, resting(frame, ground, shows)
        return known[2]

    def _prepare(self, runs: list[LiveRun]) -> None:
        """Have the fields of all steps of the runs that are over made while nothing else is to do."""
        over = tuple(live.run for live in runs if live.opened is not None and live.samples is not None)
        if over and over != self._prepared:
            self._prepared = over
            self.subjects.store.ahead([wish for live in runs if live.run in over for wish in self._ahead(live)])

    def _ahead(self, live: LiveRun) -> list[tuple[Subject, Time]]:
        """Times of a run."""
        subject, opened = self.subjects.subject(live), live.opened
        if subject is None or opened is None:
            return []
        return [(subject, (float(opened.times[i]), scale_of(live, i))) for i in evenly(opened.total)]

    def _rows(self, subject: Subject | None, ground: Ground, frame: FieldFrame | None) -> Layers:
        """Points of a file or drawing themselves, where no run is shown."""
        none: Layers = dict.fromkeys(MOVING)
        data = self.subjects.data(subject)
        rows = None if data is None else data.rows()
        return none if rows is None else none | moving(bridge.array(rows[:ROWS]), ground, frame,
                                                       histogram=self._page.shows(HISTOGRAM))

    def _moving(self, live: LiveRun, ground: Ground, frame: FieldFrame | None) -> Layers:
        """Particles, how often they are where, their paths, and the arrows of a view."""
        found: Layers = dict.fromkeys(MOVING)
        step, view = self.subjects.step(live), self._desk.stage.view
        points = self.subjects.states(live, step, estimate=view is ESTIMATE)
        if points is None:
            return found
        found |= moving(points, ground, frame, histogram=self._page.shows(HISTOGRAM))
        if self._page.shows("paths"):
            ended = live.opened is not None and step == live.opened.total
            found["paths"] = (projected(self._desk, live, points, ground) if ended else None) or (
                self._links(live, step, points, ground) if view is ESTIMATE else trails(self._way(live, step), ground))
        if view not in (STATE, ESTIMATE):
            found["marks"] = self._marks(live, step, points, ground)
        return found

    def _links(self, live: LiveRun, step: int, estimates: np.ndarray, ground: Ground) -> Layer | None:
        """From the first particles to their estimates; None on a line, where they would lie on one another."""
        states = self.subjects.states(live, step)
        return None if states is None or ground.line else Links(states[:LINKED], estimates[:LINKED], "xₜ → x\u0302₀")

    def _marks(self, live: LiveRun, step: int, points: np.ndarray, ground: Ground) -> Layer | None:
        """What the view shows of the first particles, as arrows at them."""
        if live.trajectory is None or live.opened is None:
            return None
        view = self._desk.stage.view
        vectors = marks(live.trajectory, live.opened, source(live.trajectory, live.opened, step, view), view, MARKED)
        if vectors is None:
            return None
        places, moves = ground.placed(points)[:MARKED], vectors / scale_of(live, step)
        if ground.line:
            moves = np.concatenate([moves, np.zeros_like(moves)], axis=1)
        return Arrows(places, moves, MARKS[view], "accent", one=read(view, ground.one))

    def _way(self, live: LiveRun, step: int) -> np.ndarray:
        """Places (T, K, d) of a few particles from the first step up to one; of the selected one among them."""
        steps = live.trajectory
        if steps is None or steps.last < steps.first:
            return np.zeros((0, 0, 2))
        engines, every = self._desk.queue.engines, 1
        if engines is not None and live.task in engines.tasks and engines.tasks[live.task].in_order:
            every = max(1, (steps.shape[0] - 1) // (WAYS - 1))  # neighbours go one way: a few from end to end tell more
        chosen = tuple(dict.fromkeys((max(self._desk.stage.sample, 0), *range(0, every * WAYS, every))))[:WAYS]
        which = tuple(k for k in chosen if k < steps.shape[0])
        known = self._ways.of(steps, which, lambda i: scale_of(live, i))
        return known[: step - steps.first + 1]


def evenly(total: int) -> range:
    """Steps of a run whose fields are made ready: as many as there is room for, and its end is not left out."""
    return range(0, total + 1, max(1, -(-total // AHEAD)))
