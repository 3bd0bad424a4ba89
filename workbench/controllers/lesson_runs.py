"""The runs of lessons: begun before all that waits, and gone from the library once the lessons are left."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import QTimer

from workbench.controllers.runs import RunController
from workbench.desk import Desk
from workbench.lessons.base import Lesson, Panel
from workbench.lessons.registry import lessons
from workbench.library.records import State

USABLE = frozenset({State.DONE, State.RUNNING, State.WAITING, State.PAUSED})


def called(panel: Panel) -> str:
    """What the run of a panel is called in the library."""
    return f"{panel.caption}, lesson"


class LessonRuns:
    """Owns which runs were made for which lesson. It has no signals.

    Args:
        desk, runs: shared parts.

    Attributes: made, the runs by lesson, in the order of its panels.
    """

    def __init__(self, desk: Desk, runs: RunController) -> None:
        self._desk, self._runs = desk, runs
        self.made = dict[str, tuple[str, ...]]()
        self._ending = set[str]()  # runs that leave the library as soon as all have heard that they are over
        self._over = set[str]()  # of which all have
        desk.queue.job_finished.connect(self._ended)

    def of(self, lesson: Lesson) -> tuple[str, ...]:
        """The runs of a lesson; none where one of them is gone or failed."""
        known = self.made.get(lesson.name, ())
        return known if all(self._there(run) for run in known) else ()

    def _there(self, run: str) -> bool:
        """Whether a run is done, or will be."""
        library = self._desk.library
        return run not in self._ending and library.has(run, trash=False) and library.run(run).state in USABLE

    def take_up(self, lesson: Lesson, spared: Collection[str]) -> tuple[str, ...]:
        """The runs of a lesson that is set up, of which the paused ones go on; none where one is gone or failed.

        Another lesson of which a run is paused leaves the library, see `clear`: nobody would know what the job is for,
        and it is made again when it is turned to.
        """
        paused = [name for name, runs in self.made.items() if name != lesson.name and any(map(self._rests, runs))]
        self.clear({name: lessons()[name] for name in paused}, spared)
        known, queue = self.of(lesson), self._desk.queue
        for place, run in enumerate(run for run in known if self._rests(run)):
            queue.resume(run)
            queue.move(run, place)
        return known

    def _rests(self, run: str) -> bool:
        return self._desk.queue.has(run) and self._desk.queue.job(run).rests

    def begin(self, lesson: Lesson, spared: Collection[str]) -> tuple[str, ...]:
        """Run the panels before all that waits, the first of them first, for it is the one on the stage.

        What is left of those that were made before goes, but for the `spared` ones and what the user kept, see `clear`.
        None of them where one could not be begun, which was told.
        """
        from workbench.lessons.running import recipe_of

        self.clear({lesson.name: lesson}, spared)
        queue, made = self._desk.queue, list[str]()
        for panel in lesson.panels:
            job = self._runs.submit(recipe_of(panel), show=not made, title=called(panel))
            if job is None:
                self._end(made)
                return ()
            queue.move(job.id, len(made))
            made.append(job.id)
        for job in queue.alive():
            if job.until == made[0]:  # a training that rests meanwhile does so for all of them
                queue.pause(job.id, until=made[-1])
        self.made[lesson.name] = tuple(made)
        return tuple(made)

    # after the lessons

    def clear(self, left: Mapping[str, Lesson], spared: Collection[str]) -> int:
        """Take the runs of some lessons out of the library, those that go on as soon as they have stopped.

        Those that the user starred, renamed or branched from stay, and the `spared` ones. Returns how many of them are
        left.
        """
        titles = {run: called(panel) for name in self.made.keys() & left.keys()
                  for run, panel in zip(self.made[name], left[name].panels, strict=True)}
        there = [run for run in titles if self._desk.library.has(run, trash=False)]
        going = [run for run in there if run not in spared and not self._kept(run, titles[run])]
        self.made = {name: runs for name, runs in self.made.items() if not set(runs) & set(going)}
        self._end(going)
        return len(there) - len(going)

    def _end(self, runs: Sequence[str]) -> None:
        """Take runs out of the library, those that go on as soon as they have stopped."""
        for run in reversed(runs):  # those that wait first, or the next would begin when the one before it ends
            if self._goes_on(run):
                self._ending.add(run)
                self._desk.queue.cancel(run)
        self._remove([run for run in runs if run not in self._ending])

    def _goes_on(self, run: str) -> bool:
        """Whether it is not over, or not said to be yet."""
        unsaid = self._desk.queue.has(run) and run not in self._over
        return unsaid or self._desk.library.run(run).state.alive

    def _kept(self, run: str, title: str) -> bool:
        """Whether the user did something with it that says that it is wanted."""
        found, family = self._desk.library.run(run), self._desk.library.tree(run)
        return found.starred or found.title != title or any(one.parent == run for one in family)

    def _ended(self, run: str) -> None:
        # once all have heard it, for some ask the queue about it
        QTimer.singleShot(0, self._desk.window, lambda: self._all_heard(run))

    def _all_heard(self, run: str) -> None:
        self._over.add(run)
        if run in self._ending:
            self._ending.discard(run)
            self._remove([run])

    def _remove(self, runs: list[str]) -> None:
        """Delete runs for good: a lesson makes the same ones again at any time."""
        queue, library, stage = self._desk.queue, self._desk.library, self._desk.stage
        if stage.run in runs:
            stage.show(None)
        stage.part(runs)
        with self._desk.guard():
            for run in runs:
                queue.release(run)
        for run in runs:
            if queue.has(run):
                queue.remove(run)  # before it is gone: the progress bar paints at once, and with it the library's rows
        with self._desk.guard():
            library.empty_trash(library.delete(runs))
        self._desk.runs_changed()
