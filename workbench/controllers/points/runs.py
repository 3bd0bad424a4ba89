"""Runs of points beside one another: up to four panels at the same time, one of which is worked with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QPoint

from engines.errors import BadInput
from widgets.fields.panels import MOST_PANELS
from workbench.actions import RUN_FIRST, Spec
from workbench.comparable import misfits
from workbench.controllers.branching import NO_OTHER, NO_RUN, others
from workbench.controllers.points.beside import FULL, as_known, begins, misfit
from workbench.controllers.points.subjects import Subjects
from workbench.controllers.run_chooser import RunChooser
from workbench.controllers.runs import RunController
from workbench.desk import Desk
from workbench.pages.points_page import PointsPage
from workbench.pages.points_views.field import FieldPage
from workbench.running.coming import to_come
from workbench.running.mailbox import LiveRun
from workbench.wording.run_words import apart

TWO_FIRST = "Put two runs beside one another first"
BESIDE = "panels"  # under which the queue knows whose runs are looked at


class PointsRunsController:
    """Panels. It has no signals.

    Args:
        desk, runs: shared parts.
        sheet, page: the workspace's page and its canvas.
        subjects: is told of the runs of further panels.
        tasks: names of the tasks whose runs can stand there.
        draw: shows them.
    """

    def __init__(self, desk: Desk, runs: RunController, sheet: PointsPage, page: FieldPage,
                 subjects: Subjects, tasks: Callable[[], frozenset[str]], draw: Callable[[], object]) -> None:
        self._desk, self._runs, self._sheet, self._page = desk, runs, sheet, page
        self._subjects, self._tasks, self._draw = subjects, tasks, draw
        self._known_order = tuple[str, ...]()
        self._wanted = list[str]()  # runs that will stand in a panel, once they and the one on the stage have steps
        self.captions = dict[str, str]()  # of runs that have one of their own, in the order of their panels
        self.chooser = RunChooser(page, desk.library)
        self.chooser.chosen.connect(self.add)
        desk.queue.run_opened.connect(self._opened)
        for signal in (desk.queue.job_changed, desk.queue.job_finished):
            signal.connect(self._grown)
        desk.stage.shown.connect(self._alone)
        desk.stage.compared.connect(self._stand)
        desk.stage.grown.connect(self._look)
        page.pressed.connect(self.activate)
        add = desk.actions.add
        add(Spec("points.beside", "Run beside", "Run", "Alt+Return", "columns-2", section="run", needs=RUN_FIRST,
                 help="Run the form from the same noise, in a panel beside what is shown"), self.run_beside,
            lambda: desk.stage.recorded)
        add(Spec("points.panel", "Add panel…", "View", "Shift+C", section="wipe", needs=RUN_FIRST,
                 help=f"Put one more run beside those that are shown, up to {MOST_PANELS}"), self.choose,
            lambda: desk.stage.recorded)
        add(Spec("points.next", "Next panel", "View", "Shift+N", section="wipe", needs=TWO_FIRST,
                 help="Let time line and equation be about the run of the next panel"), self.turn_on, self._several)
        add(Spec("points.remove", "Remove panel", "View", "Ctrl+Shift+W", section="wipe", needs=TWO_FIRST,
                 help="Take the active panel away; its run stays in the library"), self.remove, self._several)

    # panels

    def _several(self) -> bool:
        return self._desk.stage.other is not None

    @property
    def shown(self) -> list[LiveRun]:
        """The runs of all panels."""
        return self._subjects.runs()

    def compare(self) -> None:
        """Put another run beside the one that is shown, or end the comparison."""
        if self._desk.stage.other is not None:
            self.end()
        else:
            self.choose()
        self._mark()

    def activate(self, panel: int) -> None:
        """Let time line, equation and form's branch be about the run of a panel; all panels stay where they are."""
        runs = self.shown
        if not 0 <= panel < len(runs) or runs[panel] is self._desk.stage.live or len(runs) < 2:
            return
        live, rest = runs[panel], [run for k, run in enumerate(runs) if k != panel]
        self._turn(live, rest)
        self._desk.say(f"Panel {panel + 1} is active: {self._page.titles.get(live.run, '')}")

    def _turn(self, live: LiveRun, rest: Sequence[LiveRun]) -> None:
        """Put a run on the stage, and others beside it."""
        self._desk.stage.standing = self._standing(live)
        self._desk.stage.turn(live, rest)

    def turn_on(self) -> None:
        """Activate the next panel."""
        runs = self.shown
        if len(runs) < 2:
            self._desk.say("There is only one panel")
        else:
            self.activate((self._subjects.active + 1) % len(runs))

    def remove(self) -> None:
        """Take the active panel away; the others stay."""
        runs, active = self.shown, self._subjects.active
        if len(runs) < 2:
            self._desk.complain("There is only one panel; close the run to clear the canvas.")
            return
        gone, rest = runs[active], [run for k, run in enumerate(runs) if k != active]
        next_one = rest[min(active, len(rest) - 1)]
        self._subjects.order = tuple(run.run for run in rest)
        self._turn(next_one, [run for run in rest if run is not next_one])
        self._desk.say(f"The panel of “{self._titled(gone)}” is taken away; its run stays in the library")

    def _titled(self, live: LiveRun) -> str:
        return self._page.titles.get(live.run) or self._desk.library.run(live.run).title

    def end(self) -> bool:
        """Show the run on the stage alone; False when it is."""
        if self._desk.stage.other is None and not self._wanted:
            return False
        self._wanted, self._subjects.order = [], ()
        self._desk.stage.compare(None)
        self._hold()
        return True

    def choose(self) -> None:
        """Let the user choose a run for one more panel."""
        stage = self._desk.stage
        if not stage.run:
            self._desk.complain(NO_RUN)
        elif len(self.shown) >= MOST_PANELS:
            self._desk.complain(FULL)
        elif found := others(self._desk.library, stage.run, {live.run for live in self.shown}, self._tasks()):
            title = self._desk.library.run(stage.run).title
            strip = self._sheet.strip
            corner = strip.mapToGlobal(QPoint(strip.width() - 12, strip.height()))
            self.chooser.ask(f"Beside “{title}”", found, corner, misfits(self._desk.library, stage.run, found))
        else:
            self._desk.complain(NO_OTHER)
        self._mark()

    def unfit(self, run: str) -> str:
        """Why there is no panel for a run, "" where there is."""
        if run in {live.run for live in self.shown}:
            return "That run is shown already; choose another to compare."
        return FULL if len(self.shown) >= MOST_PANELS else ""

    def add(self, run: str) -> None:
        """Put a run into a panel of its own, loading it when needed."""
        if run in {live.run for live in self.shown}:
            return
        live = self._desk.queue.open_run(run)
        self._wanted.append(run)
        self._hold()
        if not live.loading:
            self._opened(run)

    def _opened(self, run: str) -> None:
        """Give a run its panel, unless it or the one on the stage has no steps yet: then it is looked at again."""
        queue, live, first = self._desk.queue, self._desk.queue.live(run), self._desk.stage.live
        if run not in self._wanted or any(one is not None and one.opened is None and to_come(queue, one)
                                          for one in (live, first)):
            return
        self._wanted.remove(run)
        why = misfit(first, live)
        if why:
            self._desk.complain(why)
        elif first is not None and live is not None:
            self._place(first, live)
        self._hold()

    def _place(self, first: LiveRun, live: LiveRun) -> None:
        """Show a run beside the first one, as the last panel where nothing tells its place."""
        stage, subjects = self._desk.stage, self._subjects
        if len(self.shown) < MOST_PANELS:
            beside = (first.run,) if stage.other is None else subjects.order
            # of a lesson or of last time: the others of them may still be on their way
            subjects.order = as_known((*beside, live.run), tuple(self.captions) or self._known_order)
            stage.standing = self._standing(first)
            stage.add(live)

    def _standing(self, live: LiveRun) -> str:
        """Where a run stands among the panels."""
        order = self._subjects.order
        return f"Panel {order.index(live.run) + 1 if live.run in order else 1}"

    def _name(self) -> None:
        """What tells the panels apart."""
        known = dict[str, Any]()
        for live in self.shown:
            try:
                known[live.run] = self._desk.library.run(live.run).options
            except BadInput:  # gone from the library meanwhile
                continue
        told = apart(known)
        self._page.titles = {run: self.captions.get(run) or told[run] or f"Run {k + 1}" for k, run in enumerate(told)}

    def _hold(self) -> None:
        """Keep the runs that will have a panel in memory."""
        self._desk.queue.look_at(BESIDE, self._wanted)
        self._mark()

    def _look(self) -> None:
        """The run on the stage has more steps, or its first ones, for which others wait."""
        for run in tuple(self._wanted):
            self._opened(run)

    def _grown(self, run: str) -> None:
        """A run beside the one on the stage, which tells by itself, has more steps, its first ones, or ended."""
        live, queue = self._desk.queue.live(run), self._desk.queue
        if run == self._desk.stage.run:
            self._look()
        elif run in self._wanted and live is not None and live.opened is None and not to_come(queue, live):
            self._wanted.remove(run)  # it ended before its first step, which is told as of any other run
            self._hold()
        elif run in self._wanted:
            self._opened(run)
        elif run in {live.run for live in self._others_shown()}:
            self._draw()

    def _alone(self) -> None:
        """Another run is on the stage: the panels beside the one before it end, unless it is one of them."""
        if self._desk.stage.turning:
            return
        self._wanted, self._subjects.order = [], ()
        self._hold()

    def _stand(self) -> None:
        """Runs came or went: panels stand in their order and are called by what tells them apart."""
        stage, subjects = self._desk.stage, self._subjects
        if stage.live is None or stage.live.task not in self._tasks():
            return
        subjects.order = tuple(run for run in subjects.order if run in {live.run for live in stage.together})
        before, stage.standing = stage.standing, self._standing(stage.live)
        self._name()
        self._mark()
        if stage.standing != before:
            stage.compared.emit()  # it went to another place, which all say who tell of it
        else:
            self._draw()

    def _mark(self) -> None:
        """Say that a comparison is on; where there is room again, nothing says that there is none."""
        if len(self.shown) < MOST_PANELS:
            self._desk.withdraw(FULL)
        self._desk.actions["run.compare"].setChecked(self._desk.stage.other is not None)

    def run_beside(self) -> None:
        """Run the form and show it beside what is shown; with the same seed it begins from the same noise."""
        if not self._desk.stage.recorded:
            self._runs.start()
            return
        if len(self.shown) + len(self._wanted) >= MOST_PANELS:
            self._desk.complain(FULL)
            return
        job = self._runs.enqueue()
        if job is not None:
            own, before = (self._desk.library.run(one).options for one in (job.id, self._desk.stage.run))
            if said := begins(own, before):
                self._desk.tell_of(self._desk.stage.run, f"The new panel has {said}.")
            self.add(job.id)

    @property
    def kept(self) -> list[str]:
        """The runs of the panels beside that of the stage."""
        return [live.run for live in self._others_shown()] or list(self._wanted)

    @property
    def order(self) -> list[str]:
        """The runs of all panels as these stand."""
        return [live.run for live in self.shown]

    def _others_shown(self) -> list[LiveRun]:
        """The runs beside that of the stage."""
        return [live for live in self.shown if live is not self._desk.stage.live]

    def bring_back(self, runs: Sequence[object], order: Sequence[object]) -> None:
        """Put runs of last time beside that of the stage again, as far as they can be found, in their order."""
        self._known_order = tuple(run for run in order if isinstance(run, str))
        for run in runs[: MOST_PANELS - 1]:
            if isinstance(run, str) and self._desk.library.has(run, trash=False):
                self.add(run)
