"""The probe of the canvas of points, and the arrows of the terms at a particle."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from widgets.fields.point_field import PointField
from widgets.fields.pointers import Pointer, Pointers
from widgets.fields.probe import Fact
from widgets.formulas.equation_view import EquationView
from workbench.controllers.points.course import PointsCourseController
from workbench.controllers.points.subjects import Subjects, scale_of
from workbench.desk import Desk
from workbench.fields import readings
from workbench.fields.drawing import Ground
from workbench.fields.known import FLOW, SCORE
from workbench.fields.pointed import Stand, pointers
from workbench.fields.store import Subject
from workbench.pages.points_views.field import FieldPage
from workbench.running.mailbox import LiveRun
from workbench.term_moves import move_step, term_moves

if TYPE_CHECKING:
    from engines.point_field import Marginal
    from engines.units import Units

NEAR = 0.12  # data units within which the probe means a particle
ESTIMATE = "x\u0302\u2080"
LEARNED, LEARNED_SCORE = "x\u0302\u03b8", "s\u03b8"  # where there is little room
BARE = "none without noise"
UNMEANT, END = "means nothing", "end of flow"  # of a model that has learned no mean of the data
FAINT = 0.02  # noise under which a network's score is its rounding
LANE = 0.03  # of the highest density between arrows that lie beside one another on a line


class PointsProbeController:
    """Tells what is known at the pointer, and draws the terms that move a particle. It has no signals.

    Args:
        desk: shared parts.
        page: the canvas.
        subjects: which runs are shown, and what is known of them.
        equation: a term that is hovered there stands out on the canvas.
        active: whether runs are shown on the canvas now.
        course: what of data of one dimension is where, while time goes to the right.
    """

    def __init__(self, desk: Desk, page: FieldPage, subjects: Subjects, equation: EquationView,
                 active: Callable[[], bool], course: PointsCourseController) -> None:
        self._course = course
        self._desk, self._page, self._subjects, self._active = desk, page, subjects, active
        self._at: tuple[float, float] | None = None
        self._lit = ""
        page.probed.connect(self._probed)
        page.unprobed.connect(self._left)
        equation.term_hovered.connect(self._hovered)

    def draw(self) -> None:
        """Show what is known at the pointer in every panel, and the arrows at it or at the selected particle."""
        if not self._active():
            return
        fields = self._page.fields
        hovered = self._hovered_particle(fields) if len(fields) > 1 else -1
        for field, live in zip(fields, self._subjects.runs() or [None], strict=False):
            field.hover(hovered)
            self._draw(field, live)

    def _hovered_particle(self, fields: Sequence[PointField]) -> int:
        """The particle under the pointer, in whichever panel that is: the same one is pointed out in all of them."""
        probing = self._page.panels.probing
        return fields[probing].nearest(*self._at) if self._at is not None and probing < len(fields) else -1

    def _probed(self, x: float, y: float) -> None:
        self._at = x, y
        self.draw()

    def _left(self) -> None:
        self._at = None
        self.draw()

    def _hovered(self, term: str) -> None:
        self._lit = term
        self.draw()

    def _draw(self, field: PointField, live: LiveRun | None) -> None:
        if self._at is None and not self._lit and self._desk.stage.sample < 0:  # as while scrubbing
            field.set_readout(())
            field.set_layer("pointers", None)
            return
        subject = self._subjects.subject(live)
        ground = self._ground(live, subject)
        facts, arrows = self._known(live, subject, ground)
        field.set_readout(facts)
        terms = self._terms(live, subject, ground) if live is not None else []
        lit = next((arrow.name for arrow in terms if self._lit and arrow.colour == self._lit), "")
        shown = terms if terms and (self._lit or self._at is None) else arrows if live is not None else []
        field.set_layer("pointers", Pointers(tuple(shown), lit) if shown else None)

    def _ground(self, live: LiveRun | None, subject: Subject | None) -> Ground:
        """That of the first panel, on which all are drawn, in the units of a panel."""
        first = next(iter(self._subjects.runs()), None)
        ground = self._subjects.ground(first, self._subjects.subject(first))
        return replace(ground, units=self._subjects.units(live, subject))

    def _over_time(self, ground: Ground) -> bool:
        """Whether time goes to the right."""
        return self._course.on(ground)

    def _place(self, ground: Ground) -> np.ndarray | None:
        """The data (1, d) that the pointer is at, None while it is elsewhere."""
        if self._at is None:
            return None
        return np.array([[self._at[self._over_time(ground)]] if ground.line else list(self._at)])

    def _known(self, live: LiveRun | None, subject: Subject | None, ground: Ground) -> tuple[list[Fact], list[Pointer]]:
        """What is known at the pointer: the lines of the readout, and the steps to what is expected there."""
        place, time, units = self._place(ground), self._subjects.time(live), ground.units
        if subject is None or place is None or self._at is None:
            return [], []
        if self._over_time(ground):
            time = self._course.time_at(live, self._at[0])
        marginal = self._subjects.store.marginal(subject, time)
        if marginal is None:
            return [], []
        stand = self._probe_stand(live, ground, self._at)
        estimate, density = marginal.estimate(place)[0], marginal.log_density(place)[0]
        facts = [*readings.place_facts(units, place[0]),
                 *([] if np.isnan(density) else [Fact("log p", readings.log_density(units, density))]),
                 Fact("score", readings.score(units, marginal.score(place)[0])),
                 Fact(ESTIMATE, readings.place(units, estimate), "prior")]
        arrows = [stand.estimate(estimate - place[0])]
        learned = self._subjects.store.learned(subject, time)
        if learned is not None:
            believed = learned.estimate(place)[0]
            known = self._subjects.store.truth(subject)
            facts += _learned(learned, place, believed, units, {} if known is None else known.unmeant)
            arrows.append(stand.estimate(believed - place[0], learned=True))
        return facts, arrows

    def _probe_stand(self, live: LiveRun | None, ground: Ground, at: tuple[float, float]) -> Stand:
        """Where the arrows at the pointer begin."""
        if not ground.line:
            return Stand(at)
        over_time = self._over_time(ground)
        return Stand(at, 1, self._course.lane(live, at[0])) if over_time else Stand(at, 0, LANE * ground.highest)

    def _terms(self, live: LiveRun, subject: Subject | None, ground: Ground) -> list[Pointer]:
        """The moves of the terms at the particle under the pointer, else at the selected one; none without either.

        At the end of a run, which nothing moves, they are those of the last move, and begin where that did.
        """
        run = live.trajectory
        points = self._subjects.states(live, self._subjects.step(live))
        if points is None or run is None or subject is None or run.last <= run.first:
            return []
        sample = self._particle(points, self._place(ground))
        step = move_step(run, self._subjects.step(live))
        before = self._subjects.states(live, step)
        if sample < 0 or before is None:
            return []
        moves = {name: move[sample] for name, move in term_moves(live, lambda: subject.recipe, step).items()}
        return pointers(moves, self._stand(live, ground, step, before, sample), scale_of(live, step),
                        {term.name: term.title for term in live.opened.terms} if live.opened else {})

    def _stand(self, live: LiveRun, ground: Ground, step: int, points: np.ndarray, sample: int) -> Stand:
        """Where the arrows of a particle of a step begin."""
        if self._over_time(ground):
            return self._course.stand(live, step, sample, float(points[sample, 0]))
        x, y = ground.placed(points)[sample]
        return Stand((float(x), float(y)), 0 if ground.line else None, LANE * ground.highest)

    def _particle(self, points: np.ndarray, place: np.ndarray | None) -> int:
        sample = self._desk.stage.sample
        if place is not None:
            away = np.linalg.norm(points - place, axis=1)
            found = int(np.nan_to_num(away, nan=np.inf).argmin())
            # where a term is asked for, whatever is nearest shows it
            return found if away[found] < NEAR or (self._lit and sample < 0) else sample
        if self._lit and sample < 0:
            return 0
        return sample if sample < len(points) else -1


def _learned(learned: Marginal, place: np.ndarray, believed: np.ndarray, units: Units | None,
             unmeant: Container[str]) -> list[Fact]:
    """What a model says of a place (1, d) and believes (d,) of it: an end of the flow is no mean of the data."""
    if SCORE in unmeant:
        score, briefly = UNMEANT, "none"
    elif learned.levels[1] <= FAINT:
        # with next to no noise it is a difference of two places divided by almost nothing
        score, briefly = BARE, "none"
    else:
        score, briefly = readings.score(units, learned.score(place)[0]), ""
    name, brief = (END, END) if FLOW in unmeant else (f"{ESTIMATE}, learned", LEARNED)
    return [Fact("score, learned", score, brief=LEARNED_SCORE, briefly=briefly),
            Fact(name, readings.place(units, believed), "good", brief)]
