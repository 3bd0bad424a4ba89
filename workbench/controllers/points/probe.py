"""The probe of the canvas of points, and the arrows of the terms at a particle."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from engines.units import Units
from widgets.fields.point_field import PointField
from widgets.fields.pointers import Pointer, Pointers, tweedie
from widgets.fields.probe import Fact
from widgets.formulas.equation_view import EquationView
from workbench.controllers.points.subjects import Subjects, scale_of
from workbench.desk import Desk
from workbench.fields import readings
from workbench.fields.store import Subject, Time
from workbench.pages.points_views.field import FieldPage
from workbench.running.mailbox import LiveRun
from workbench.term_moves import Moves, term_moves

NEAR = 0.12  # data units within which the probe means a particle
ESTIMATE = "x\u0302\u2080"
BARE = "none without noise"
FAINT = 0.02  # noise under which a network's score is its rounding
SEEN = 0.35  # data units that the longest arrow of a term has at least, as the moves of small steps are tiny


class PointsProbeController:
    """Tells what is known at the pointer, and draws the terms that move a particle. It has no signals.

    Args:
        desk: shared parts.
        page: the canvas.
        subjects: which runs are shown, and what is known of them.
        equation: a term that is hovered there stands out on the canvas.
        active: whether runs are shown on the canvas now.
    """

    def __init__(self, desk: Desk, page: FieldPage, subjects: Subjects, equation: EquationView,
                 active: Callable[[], bool]) -> None:
        self._desk, self._page, self._subjects, self._active = desk, page, subjects, active
        self._at: tuple[float, float] | None = None
        self._lit = ""
        # where time goes to the right, what is known at the pointer is of the time there
        self.time_at: Callable[[LiveRun | None, float], Time] = lambda live, _place: subjects.time(live)
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
        ground = self._subjects.ground(live, subject)
        time, over_time = self._subjects.time(live), ground.line and self._page.shows("course")
        if over_time and self._at is not None:
            time = self.time_at(live, self._at[0])
        place = None if self._at is None else np.array([[self._at[over_time]] if ground.line else list(self._at)])
        facts, arrows = self._known(subject, time, place, ground.units)
        field.set_readout(facts)
        terms = self._terms(live, place) if live is not None and not ground.line else []
        lit = next((arrow.name for arrow in terms if self._lit and arrow.colour == self._lit), "")
        steps = arrows if live is not None and not ground.line else []
        shown = terms if terms and (self._lit or place is None) else steps
        field.set_layer("pointers", Pointers(tuple(shown), lit) if shown else None)

    def _known(self, subject: Subject | None, time: Time, place: np.ndarray | None,
               units: Units | None) -> tuple[list[Fact], list[Pointer]]:
        """What is known of a place (1, d) at a time: the lines of the readout, and the steps to what is expected."""
        marginal = None if subject is None else self._subjects.store.marginal(subject, time)
        if subject is None or place is None or marginal is None:
            return [], []
        estimate, start = marginal.estimate(place)[0], (place[0, 0], place[0, -1])
        density = marginal.log_density(place)[0]
        facts = [*readings.place_facts(units, place[0]),
                 *([] if np.isnan(density) else [Fact("log p", readings.log_density(units, density))]),
                 Fact("score", readings.score(units, marginal.score(place)[0])),
                 Fact(ESTIMATE, readings.place(units, estimate), "prior")]
        arrows = [tweedie(start, (estimate[0], estimate[-1]))]
        learned = self._subjects.store.learned(subject, time)
        if learned is not None:
            believed = learned.estimate(place)[0]
            # with next to no noise it is a difference of two places divided by almost nothing
            score = readings.score(units, learned.score(place)[0]) if learned.levels[1] > FAINT else BARE
            facts += [Fact("score, learned", score),
                      Fact(f"{ESTIMATE}, learned", readings.place(units, believed), "good")]
            arrows.append(tweedie(start, (believed[0], believed[-1]), learned=True))
        return facts, arrows

    def _terms(self, live: LiveRun, place: np.ndarray | None) -> list[Pointer]:
        """The moves of the terms at the particle under the pointer, else at the selected one; none without either."""
        step, scale = self._subjects.step(live), scale_of(live, self._subjects.step(live))
        points = self._subjects.states(live, step)
        if points is None:
            return []
        sample = self._particle(points, place)
        subject = self._subjects.subject(live)
        if sample < 0 or subject is None:
            return []
        return pointers(term_moves(live, subject.recipe, step, sample, self._subjects.store.prior(subject)),
                        points[sample], scale,
                        {term.name: term.title for term in live.opened.terms} if live.opened else {})

    def _particle(self, points: np.ndarray, place: np.ndarray | None) -> int:
        sample = self._desk.stage.sample
        if place is not None:
            away = np.hypot(*(points - place).T)
            found = int(np.nan_to_num(away, nan=np.inf).argmin())
            # where a term is asked for, whatever is nearest shows it
            return found if away[found] < NEAR or (self._lit and sample < 0) else sample
        if self._lit and sample < 0:
            return 0
        return sample if sample < len(points) else -1


def pointers(moves: Moves, start: np.ndarray, scale: float, titles: dict[str, str]) -> list[Pointer]:
    """Arrows (2,) from a particle along the moves of the terms, all enlarged alike where they are too short to see."""
    lengths = {name: float(np.hypot(*move)) / scale for name, move in moves.items()}
    longest = max(lengths.values(), default=0.0)
    if longest <= 0:
        return []
    times = max(1.0, SEEN / longest) / scale
    x, y = float(start[0]), float(start[1])
    return [Pointer((x, y), (x + move[0] * times, y + move[1] * times), name, titles.get(name, name))
            for name, move in moves.items() if lengths[name] > 1e-9]
