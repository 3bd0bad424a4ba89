"""Lessons: sets up their runs in the panels, shows what to look at, and brings back what was there before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from engines.counted import counted
from workbench.actions import Spec
from workbench.controllers.lesson_runs import LessonRuns
from workbench.controllers.lesson_wait import LessonWaitController
from workbench.controllers.points.runs import PointsRunsController
from workbench.controllers.runs import RunController
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.frames import view_named
from workbench.lessons.base import Lesson
from workbench.lessons.kept import Before, KeptLesson
from workbench.lessons.registry import after, lessons
from workbench.pages.points_page import PointsPage
from workbench.pages.points_views.charts import Charts
from workbench.pages.points_views.field import FieldPage

FIRST = "Begin a lesson first"
TABLE = "points.distances"  # the action that shows the table of distances


class LessonController:
    """Owns which lesson is on. It has no signals.

    Args:
        desk, panel, runs: shared parts.
        turn: shows the form of a task; load: puts a run of the library on the stage, the form as it is.
        sheet, page: the workspace's page and its canvas.
        panels: puts runs beside one another.

    Attributes: lesson, the one that is on; menu, all of them.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, runs: RunController, turn: Callable[[str], object],
                 load: Callable[[str], object], sheet: PointsPage, page: FieldPage,
                 panels: PointsRunsController) -> None:
        self._desk, self._panel, self._turn, self._load = desk, panel, turn, load
        self._runs = LessonRuns(desk, runs)
        self._sheet, self._page, self._panels = sheet, page, panels
        self.lesson: Lesson | None = None
        self._before: Before | None = None
        self._then = dict[str, Callable[[], object]]()  # what is done when a run is on the stage
        self._first = ""  # the lesson that waits for the engine
        self._due = ""  # the run on whose end the time line goes to its place
        self.menu = QMenu("Lessons", desk.window)
        self._declare()
        self._waits = LessonWaitController(desk, sheet.lesson, lambda: self.runs)
        sheet.lesson.add(desk.actions)
        sheet.lessons_asked.connect(self._ask)
        desk.stage.shown.connect(self._shown)
        desk.queue.job_finished.connect(self._finished)

    def _declare(self) -> None:
        add, on = self._desk.actions.add, lambda: self.lesson is not None
        for name, one in lessons().items():
            action = add(Spec(f"lesson.{name}", f"Lesson: {one.title}", section="lesson", help=one.words),
                         lambda name=name: self.begin(name))
            action.setText(one.title)
            self.menu.addAction(action)
        add(Spec("lesson.previous", "Previous lesson", section="lesson", icon="arrow-left", needs=FIRST),
            lambda: self._go_on(-1), on)
        add(Spec("lesson.reset", "Reset lesson", section="lesson", icon="repeat", needs=FIRST,
                 help="Set the lesson up again, as it was when it began"), self.reset, on)
        add(Spec("lesson.next", "Next lesson", section="lesson", icon="chevron-right", needs=FIRST),
            lambda: self._go_on(1), on)
        add(Spec("lesson.close", "Leave lesson", section="lesson", icon="x", needs=FIRST,
                 help="Bring back what there was before the lessons"), self.leave, on)

    def _ask(self) -> None:
        """Show the menu under the tool strip, which is shown first where another workspace is."""
        strip = self._sheet.strip
        if not strip.isVisible():
            if not self._desk.ready:
                self._desk.say("Lessons can be begun as soon as the engine has started")
                return
            self._turn(next(iter(lessons().values())).panels[0].task)
        corner = strip.mapToGlobal(QPoint(strip.width() - 12 - self.menu.sizeHint().width(), strip.height()))
        self.menu.popup(corner)

    # coming and going

    def begin(self, name: str) -> None:
        """Set a lesson up; undo goes back to the one before it, or to what there was before all lessons."""
        if not self._desk.ready:
            if not self._first:
                self._desk.queue.ready.connect(lambda: self.begin(self._first))
            self._first = name  # whichever was asked for last
            self._desk.say("The lesson begins as soon as the engine has started")
            return
        chosen, before = lessons()[name], self.lesson
        self._set_up(chosen)
        self._desk.history.push(f"Lesson “{chosen.title}”", lambda: self._back_to(before),
                                lambda: self._set_up(chosen))

    def _back_to(self, lesson: Lesson | None) -> None:
        if lesson is None:
            self._leave()
        else:
            self._set_up(lesson)

    def reset(self) -> None:
        """Set the lesson up again."""
        if self.lesson is None:
            self._desk.complain(f"No lesson is on. {FIRST}: they are in the tool strip of Points.")
        else:
            if self._set_up(self.lesson):
                self._desk.say("The lesson is as it was at its beginning")

    def _go_on(self, steps: int) -> None:
        if self.lesson is None:
            self._desk.complain(f"No lesson is on. {FIRST}: they are in the tool strip of Points.")
        else:
            self.begin(after(self.lesson.name, steps).name)

    def leave(self) -> None:
        """End the lesson; what there was before it is there again, and nothing more."""
        left = self.lesson
        if left is None:
            self._desk.complain("No lesson is on, so there is none to leave.")
            return
        stay = self._leave()
        self._desk.history.push("Leave lesson", lambda: self._set_up(left), self._leave)
        self._desk.say("The lesson is over, and its runs are gone; undo makes them again" if not stay else
                       f"The lesson is over; {counted(stay, 'run')} that you kept of it "
                       f"{'stays' if stay == 1 else 'stay'} in the library")

    # setting up

    def _set_up(self, lesson: Lesson) -> bool:
        """Whether it is as it begins; what was missing is told."""
        self._desk.begin()
        self._before = self._before or self._present()
        self.lesson = lesson
        with self._desk.guard():
            self._form(lesson)
            self._tell(lesson)
            self._page.tools.bring_back(sorted(lesson.layers))
            self._table(lesson.table)
            self._desk.stage.look(view_named(lesson.view))
            self._page.panels.plane.fit()
            known = self._runs.take_up(lesson, self._before.runs)
            if known:
                self._bring_up(lesson, known)
                return True
            return self._run(lesson)
        return False

    def _tell(self, lesson: Lesson) -> None:
        """Say what to look at, over the charts that show it where it has more."""
        names = list(lessons())
        self._sheet.lesson.show_lesson(lesson, names.index(lesson.name) + 1, len(names))
        self._sheet.view_of(Charts).board.prefer(*lesson.charts)

    def _form(self, lesson: Lesson) -> None:
        """Show the task of the first panel, with its options."""
        from workbench.lessons.running import recipe_of

        recipe = recipe_of(lesson.panels[0])
        written = self._panel.forms.get(recipe.task)
        if self._before is not None and written is not None:
            self._before.spare(recipe.task, written)
        self._fill(recipe.task, dict(recipe.options))

    def _fill(self, task: str, values: dict[str, Any]) -> None:
        self._turn(task)
        if self._panel.form is not None and self._panel.task == task:
            self._panel.put(self._panel.form, values)

    def _run(self, lesson: Lesson) -> bool:
        """Run its panels; what is missing was told."""
        made = self._runs.begin(lesson, self._before.runs if self._before is not None else ())
        if made:
            self._due = made[0]
            self._name(lesson)
            self._add(made)
            self._waits.tell()
            self._desk.say(f"Lesson: {lesson.title}")
        return bool(made)

    def _bring_up(self, lesson: Lesson, known: tuple[str, ...]) -> None:
        """Show the runs that were made for it before."""
        self._name(lesson)
        self._due = known[0]  # it may go on still

        def shown() -> None:
            self._add(known)
            self._scrub()

        if self._desk.stage.run == known[0]:
            self._panels.end()
            shown()
        else:
            self._show(known[0], shown)

    def _name(self, lesson: Lesson) -> None:
        runs = self._runs.made[lesson.name]
        self._panels.captions = {run: panel.caption for run, panel in zip(runs, lesson.panels, strict=True)}

    def _add(self, runs: Sequence[str]) -> None:
        for run in runs[1:]:
            self._panels.add(run)

    def _finished(self, run: str) -> None:
        """The first run is done: go to where its point is seen."""
        if run == self._due:
            self._due = ""
            if self._desk.stage.run == run:
                self._scrub()

    def _scrub(self) -> None:
        stage = self._desk.stage
        if self.lesson is not None and stage.last > 0:
            stage.move(stage.first + round(self.lesson.at * (stage.last - stage.first)))

    def _table(self, on: bool) -> None:
        action = self._desk.actions[TABLE]
        if action.isChecked() is not on:
            action.trigger()

    def _show(self, run: str, then: Callable[[], object]) -> None:
        self._then = {run: then}
        self._load(run)

    def _shown(self) -> None:
        then = self._then.pop(self._desk.stage.run, None)
        if then is not None:
            then()

    def _present(self) -> Before:
        stage, form = self._desk.stage, self._panel.form
        return Before(self._panel.task, dict(form.values()) if form is not None else {}, stage.run,
                      -1 if stage.following else stage.index, tuple(self._panels.kept), tuple(self._panels.order),
                      tuple(self._page.tools.kept), self._desk.actions[TABLE].isChecked(), stage.view.name,
                      sample=stage.sample)

    def _leave(self) -> int:
        """Bring back what there was before all lessons; returns how many of their runs stay in the library."""
        before, self.lesson, self._before = self._before, None, None
        self._due, self._panels.captions = "", {}
        self._sheet.lesson.show_lesson(None)
        self._sheet.view_of(Charts).board.prefer()
        stay = self._runs.clear(lessons(), before.runs if before is not None else ())
        if before is not None:
            with self._desk.guard():
                self._bring_all_back(before)
        return stay

    def _bring_all_back(self, before: Before) -> None:
        stage = self._desk.stage
        self._page.tools.bring_back(list(before.layers))
        self._table(before.table)
        stage.look(view_named(before.view))
        self._fill(before.task, before.values)
        before.bring_back(self._panel.forms)
        if not (before.run and self._desk.library.has(before.run, trash=False)):
            stage.show(None)
        elif stage.run == before.run:
            self._panels.end()
            self._back(before)
        else:
            self._show(before.run, lambda: self._back(before))

    def _back(self, before: Before) -> None:
        self._panels.bring_back(before.beside, before.order)
        stage = self._desk.stage
        stage.move(before.index if before.index >= 0 else stage.last)  # at the last it follows a run that goes on
        stage.choose(before.sample)

    # what the next start finds again

    @property
    def runs(self) -> tuple[str, ...]:
        """Those of the lesson that is on, in the order of its panels."""
        return self._runs.made.get(self.lesson.name, ()) if self.lesson is not None else ()

    @property
    def kept(self) -> dict[str, Any] | None:
        """The lesson that is on, None for none."""
        return None if self.lesson is None else KeptLesson(self.lesson, self.runs, self._before,
                                                                  self._runs.made).told()

    def bring_back(self, told: object) -> None:
        """Have the lesson of last time on, as far as its runs are there; what is on the canvas comes by itself."""
        kept = KeptLesson.read(told)
        if kept is None or not all(self._desk.library.has(run, trash=False) for run in kept.runs):
            return
        self.lesson, self._before, self._runs.made = kept.lesson, kept.before, dict(kept.made)
        self._tell(kept.lesson)
        self._name(kept.lesson)
