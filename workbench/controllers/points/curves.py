"""The curves of runs of points in the plots' dock: sizes of terms, and the distance to the truth, of all panels."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from engines.shown import FROM_FLOW
from widgets.charts.curve_plot import Curve
from workbench.controllers.points.subjects import Subjects, scale_of
from workbench.desk import Desk
from workbench.docks.plots import finite, means
from workbench.fields.measures import COUNTED, CURVES, FAIR_SEED, MeasureStore, Wish
from workbench.pages.point_plots import DISTANCE, SCALED, TERMS, PointPlots
from workbench.pages.points_views.field import FieldPage
from workbench.running.mailbox import LiveRun

VALUES = 24  # steps of a run that are measured for its curve
COLOURS = ("prior", "likelihood", "guidance", "good")  # of the panels
AWAY = "Distance from the exact flow, RMS"  # the curve of a run that knows it


class PointsCurvesController:
    """Fills the plots as figures come in. It has no signals.

    Args:
        desk: shared parts.
        plots: what is filled.
        page: knows what tells the panels apart.
        subjects: which runs are shown.
        store: measures them.
        active: whether runs are shown on the canvas now.
    """

    def __init__(self, desk: Desk, plots: PointPlots, page: FieldPage, subjects: Subjects, store: MeasureStore,
                 active: Callable[[], bool]) -> None:
        self._desk, self._plots, self._page, self._subjects = desk, plots, page, subjects
        self._store, self._active = store, active
        self._wishes = dict[str, list[Wish]]()  # by run
        self._drawn: object = None
        for plot in (plots.terms, plots.distance):
            plot.picked.connect(lambda x: desk.stage.move(round(x)))
        desk.queue.job_finished.connect(lambda _: self.draw())

    def draw(self) -> None:
        """Show the curves of all panels and ask for what is missing; while scrubbing only the cursor moves."""
        if not self._active():
            return
        self._cursor()
        runs = self._subjects.runs()
        going = {job.id for job in self._desk.queue.alive()}
        wishes = {live.run: self._wanted(live) for live in runs if live.run not in going}
        state = [self._desk.stage.run, *((live.run, self._extent(live)) for live in runs),
                 *self._page.titles.items(), *wishes]
        if state != self._drawn:
            self._drawn = state
            self._fill()
            exact = self._exact(wishes.get(self._desk.stage.run, []))
            self._store.want(CURVES, [*(wish for run in wishes.values() for wish in run), *exact], self._fill)
        else:
            self._store.rest()

    @staticmethod
    def _extent(live: LiveRun) -> int:
        return live.trajectory.last if live.trajectory is not None else -1

    def _cursor(self) -> None:
        at = float(self._desk.stage.index) if self._desk.stage.recorded else None
        self._plots.terms.set_cursor(at)
        self._plots.distance.set_cursor(at)

    def _wanted(self, live: LiveRun) -> list[Wish]:
        """What is measured of a run that is over, be it early, found once."""
        known = self._wishes.get(live.run)
        if known is not None and (not known or known[-1].step == self._extent(live)):  # it may have gone on since
            return known
        if len(self._wishes) > 16:
            self._wishes.clear()
        steps, subject = live.trajectory, self._subjects.subject(live)
        if steps is None or subject is None or live.opened is None:
            return []
        found = list[Wish]()
        for step in sorted({round(x) for x in np.linspace(steps.first, steps.last, VALUES).tolist()}):
            points = self._subjects.states(live, step)
            if points is not None:
                time = float(live.opened.times[step]), scale_of(live, step)
                found.append(Wish(live.run, step, subject, time, points[:COUNTED].copy(), rough=True))
        self._wishes[live.run] = found
        return found

    @staticmethod
    def _exact(wishes: list[Wish]) -> list[Wish]:
        """The same of exact points, at fewer steps."""
        return [Wish("", FAIR_SEED, wish.subject, wish.time, wish.points, rough=True, fair=True)
                for wish in wishes[::3]]

    def _fill(self) -> None:
        runs, live = self._subjects.runs(), self._desk.stage.live
        span = (0.0, float(live.opened.total)) if live is not None and live.opened is not None else None
        several = len(runs) > 1
        one = self._subjects.one(live)
        # the numbers of the equation, which computes with these
        words = (TERMS if one == 1 else SCALED, f"panel {self._subjects.active + 1}" * several)
        self._plots.terms.set_title(" · ".join(filter(None, words)))
        self._plots.terms.set_curves(self._terms(live), span)
        exact = _from_flow(live, one)
        self._plots.distance.set_title(AWAY if exact else self._distance_title(runs, live))
        self._plots.distance.set_curves(exact or self._distances(runs, live), span)

    def refill(self) -> None:
        """The table has measured a step, whose figure belongs to the curve, too."""
        if self._active() and self._drawn is not None:
            self._fill()

    def _distance_title(self, runs: list[LiveRun], live: LiveRun | None) -> str:
        """What the curves are of, and while they are not complete how far they are."""
        title = DISTANCE if self._common(runs) else f"{DISTANCE}, unit scale"
        wishes = [wish for run in runs for wish in self._wishes.get(run.run, [])]
        done = sum(self._store.figures(wish.key) is not None for wish in wishes)
        missing = self._store.waiting(CURVES) and done < len(wishes)
        return f"{title}, {done} of {len(wishes)} steps" if missing else title

    @staticmethod
    def _terms(live: LiveRun | None) -> list[Curve]:
        if live is None or live.opened is None or live.trajectory is None:
            return []
        sizes, first = means(live), live.trajectory.first
        return [Curve(term.title, term.name, *finite(sizes[term.name], first))
                for term in live.opened.terms if term.name in sizes]

    def _distances(self, runs: list[LiveRun], live: LiveRun | None) -> list[Curve]:
        """A curve for each panel over the steps of the active one, and that of exact points."""
        if live is None:
            return []
        found, one = list[Curve](), self._common(runs) or 1.0
        for k, run in enumerate(runs):
            reached = self._reached(self._wishes.get(run.run, []))
            known = {step: value for step, value in self._store.energies(run.run).items() if step < reached}
            if known:
                x, y = self._placed(run, live, list(known.items()))
                name = self._page.titles.get(run.run, "") if len(runs) > 1 else ""  # one alone needs none
                found.append(Curve(name, COLOURS[k % len(COLOURS)], y * one, x, silent=run is not live,
                                   sparse=reached < math.inf))
        values = self._of_exact(live)
        if values:
            x, y = np.array(values, float).T
            found.append(Curve("exact points", "text2", y * one, x, dashed=True, silent=len(runs) > 1))
        return found

    def _common(self, runs: list[LiveRun]) -> float | None:
        """What 1 is told as in all panels; None where they have units of their own, and one axis cannot tell both."""
        ones = {self._subjects.one(run) for run in runs}
        return ones.pop() if len(ones) == 1 else None if ones else 1.0

    def _of_exact(self, live: LiveRun) -> list[tuple[int, float]]:
        """Steps and distances of exact points, those that the table has measured among them."""
        wishes = self._wishes.get(live.run, [])
        if not wishes or live.opened is None:
            return []
        found, awaited = list[tuple[int, float]](), {wish.step for wish in wishes[::3]}
        for step in range(wishes[0].step, wishes[-1].step + 1):
            at = replace(wishes[0], run="", step=FAIR_SEED, fair=True,
                         time=(float(live.opened.times[step]), scale_of(live, step)))
            known = self._store.figures(at.key) or self._store.figures(replace(at, rough=False).key)
            if known is not None:
                found.append((step, known.energy))
            elif step in awaited and self._store.waiting(CURVES):
                break
        return found

    def _reached(self, wishes: Sequence[Wish]) -> float:
        """The first step of a curve that is still to be measured, ∞ where all are: it grows up to there, since a line
        on to a later step that the table has measured would look like a result.
        """
        missing = (wish.step for wish in wishes if self._store.figures(wish.key) is None)
        return next(missing, math.inf) if self._store.waiting(CURVES) else math.inf

    @staticmethod
    def _placed(run: LiveRun, live: LiveRun, known: list[tuple[int, float]]) -> tuple[np.ndarray, np.ndarray]:
        """Steps and values; those of another run lie where the active one has the same time, or is as far on its way
        where one of them stays at a time."""
        x, y = np.array(known, float).T
        if run is live or run.opened is None or live.opened is None or np.array_equal(run.opened.times,
                                                                                     live.opened.times):
            return x, y
        if any(len(np.unique(one.times)) < len(one.times) for one in (run.opened, live.opened)):
            return x * (live.opened.total / max(run.opened.total, 1)), y
        times, own = live.opened.times, run.opened.times[x.astype(int)]
        order = np.argsort(times, kind="stable")
        placed = np.interp(own, times[order], np.arange(len(times), dtype=float)[order])
        kept = np.argsort(placed, kind="stable")
        return placed[kept], y[kept]


def _from_flow(live: LiveRun | None, one: float) -> list[Curve]:
    """How far an inversion is from the exact flow at every step; none of other runs. one: what 1 is told as."""
    if live is None or live.trajectory is None or FROM_FLOW not in live.trajectory.curves:
        return []
    return [Curve(AWAY, COLOURS[0], *finite(one * live.trajectory.curves[FROM_FLOW], live.trajectory.first))]
