"""One training on the canvas: its course while it runs, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from workbench.chart_shown import sheet_of
from workbench.controllers.training.more import MoreTraining
from workbench.controllers.training.words import CLASSIFIER, TASK, TASKS, first_levels, first_samples, sentence_of
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.library.records import Query, Run, State
from workbench.pages.train_page import Page, TrainPage
from workbench.running.mailbox import LiveRun
from workbench.wording.words import continuation, state_word

if TYPE_CHECKING:
    from workbench.running.jobs import Job

OFFERS = {TASK: ("“{}” is trained and in the model list.", "Sample from it"),
          CLASSIFIER: ("“{}” is trained and in the lists of classifiers.", "Guide with it")}
BEAT = 150  # milliseconds between two drawings: losses change faster than anyone reads


class TrainRunController(QObject):
    """Follows one training. It has no signals.

    Args:
        desk, panel: shared parts.
        space: the Train workspace.
        use: draws samples with what a run (its id) made, by its name.
        classes: names of the classes of a data set.
        open_run: opens a stored training, its options in the form too.
        more: continues trainings.
        explain: shows the formula of a training and its losses at a step, None for the newest.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, space: TrainPage, use: Callable[[str, str], object],
                 classes: Callable[[str], tuple[str, ...]], open_run: Callable[[str], object],
                 more: MoreTraining, explain: Callable[[LiveRun, int | None], object]) -> None:
        super().__init__(desk.window)
        self._desk, self._panel, self._space, self._more = desk, panel, space, more
        self._use, self._classes, self._open, self._explain = use, classes, open_run, explain
        self.run, self.live = "", None
        self._last = dict[str, str]()  # the run last looked at, by task
        self._step: int | None = None  # of the sheet looked at, None for the newest
        self._ran = False  # whether the training on the canvas ran there
        self._shown: tuple[Any, ...] = ()
        self._announced = set[str]()
        self._offered = ""  # that a training is done, as the bar says it
        self._beat = QTimer(self)
        self._beat.setSingleShot(True)
        self._beat.setInterval(BEAT)
        self._beat.timeout.connect(self.draw)
        self._wire()

    run: str
    live: LiveRun | None

    def _wire(self) -> None:
        queue, timeline = self._desk.queue, self._space.timeline
        queue.job_added.connect(self._added)
        queue.job_changed.connect(self._changed)
        queue.job_finished.connect(self._finished)
        queue.run_opened.connect(lambda run: self.draw() if run == self.run else None)
        timeline.step_picked.connect(self.pick)
        timeline.pause_asked.connect(self.toggle_pause)
        timeline.stop_asked.connect(lambda: queue.cancel(self.run))
        timeline.continue_asked.connect(lambda: self._more.go_on(self.run))
        timeline.sample_asked.connect(lambda: self.sample())
        self._space.stored_asked.connect(self._list)
        # a run that is shown or begins is what the user is about now
        self._desk.stage.shown.connect(self._turned)
        self._desk.changed_canvas.append(self._turned)
        queue.job_added.connect(self._turned)

    def close(self) -> None:
        """Draw nothing more."""
        self._beat.stop()

    # which run

    def show(self, run: str) -> None:
        """Put a training on the canvas."""
        self.run, self.live, self._step, self._shown = run, self._desk.queue.open_run(run), None, ()
        self._last[self.task] = run
        self._ran = self.alive
        self._desk.queue.look_at("training", {run})
        self._space.show_page(Page.SAMPLES)
        self.draw()
        self._desk.canvas_changed()

    @property
    def task(self) -> str:
        """Whose run is on the canvas, "" for none."""
        return self.live.task if self.live is not None else ""

    def turn(self, task: str) -> None:
        """The form of a task is shown: the canvas shows the training of that task that was last looked at."""
        if task not in TASKS or (self.task or TASK) == task:
            return
        run = self._last.get(task, "")
        if self._desk.library.has(run):
            self.show(run)
            return
        self.run, self.live, self._step, self._shown = "", None, None, ()
        self._space.clear(task == CLASSIFIER)
        self._desk.canvas_changed()

    @property
    def alive(self) -> bool:
        """Whether the training on the canvas has a job that waits, runs or is paused."""
        job = self._job()
        return job is not None and job.state.alive

    def _added(self, run: str) -> None:
        """A new training comes to the canvas unless another one runs there."""
        job = self._desk.queue.job(run)
        current = self._job()
        if job.task in TASKS:
            self._withdraw()
        if job.task not in TASKS or (current is not None and current.state is State.RUNNING and current.id != run):
            return
        self.show(run)
        form = self._panel.forms.get(job.task)
        if form is not None and form.values().get("resume"):
            form.set_values({"resume": ""})  # the next one starts anew

    def _job(self, run: str = "") -> Job | None:
        """The job of a run in this session, of the shown one if none is named."""
        return next((job for job in self._desk.queue.jobs() if job.id == (run or self.run)), None)

    def _changed(self, run: str) -> None:
        self._announce(run)
        if run == self.run:
            self._ran = True
        else:
            self._follow(run)
        if run == self.run and not self._beat.isActive():
            self._beat.start()

    def _follow(self, run: str) -> None:
        """A queued training begins once the one that ran on the canvas is over: show it, whatever page is looked at.

        Whoever looks at an older step, or came back to a training that was over, is left in peace.
        """
        job = self._job(run)  # it may be out of the list by now
        begun = job is not None and job.task in TASKS and job.state is State.RUNNING
        if begun and self._ran and self._step is None and not self.alive:
            page = self._space.page
            self._withdraw()
            self.show(run)
            self._space.show_page(page)

    def _announce(self, run: str) -> None:
        """Tell of a model the moment its file exists."""
        live = self._desk.queue.live(run)
        if run not in self._announced and live is not None and live.file("model") is not None:
            self._announced.add(run)
            self._desk.models_changed()

    def _finished(self, run: str) -> None:
        self._announce(run)
        if run != self.run:
            return
        self.draw()
        job, live = self._job(), self.live
        if job is not None and job.state is State.DONE and live is not None and live.file("model") is not None:
            self._withdraw()
            self._offered, do = OFFERS[job.task]
            self._offered = self._offered.format(job.title)
            self._desk.offer(self._offered, (do, lambda: self.sample(run)))

    def _turned(self, *_: object) -> None:
        """Something else is looked at: that a training is done was told, and its buttons say what can be done."""
        self._desk.withdraw(self._offered)

    def _withdraw(self) -> None:
        """Take back that a training is done, and the offer to continue one: something else goes on now."""
        self._desk.withdraw(self._offered)
        self._more.withdraw()

    # what can be done

    def toggle_pause(self) -> None:
        """Pause the shown training, or go on with it."""
        job = self._job()
        if job is not None:
            (self._desk.queue.resume if job.state is State.PAUSED else self._desk.queue.pause)(job.id)
            self.draw()

    def sample(self, run: str = "") -> None:
        """Draw samples with what a training made, the one on the canvas by default."""
        run = run or self.run
        self._withdraw()
        model = self._model(run)
        if model is None:
            self._desk.complain("This training has no model yet; stop it to keep what it has learned so far.")
            return
        trainings = self._desk.library.runs(Query(tasks=TASKS))
        same = [other for other in trainings if other.options.get("name") == model.stem]
        # a name that several runs share means none of them alone
        self._use(run, model.stem if len(same) < 2 else f"{run}/{model.stem}")

    def _model(self, run: str = "") -> Path | None:
        live = self._desk.queue.live(run) if run and run != self.run else self.live
        file = live.file("model") if live else None
        return file if file is not None and file.exists() else None

    def _list(self) -> None:
        """Fill the menu of stored runs."""
        menu = self._space.stored
        menu.clear()
        runs = self._desk.library.runs(Query(tasks=TASKS, limit=20))
        for run in runs:
            word = state_word(run) or "done"
            menu.addAction(f"{run.title} · step {run.done:,} · {word}", lambda run=run: self._open(run.id))
        if not runs:
            menu.addAction("No training yet; press Train to make a model").setEnabled(False)

    # drawing

    def pick(self, step: int) -> None:
        """Look at the sheet nearest to a step; the newest one keeps following."""
        steps = self.live.history.preview_steps if self.live else ()
        if steps:
            nearest = min(steps, key=lambda s: abs(s - step))
            self._step = None if nearest == steps[-1] else nearest
            self._space.show_page(Page.SAMPLES)
            self.draw()

    def draw(self) -> None:
        """Show the present state of the training."""
        live = self.live
        if live is None or live.loading:
            return
        # a resumed run has a new view
        live = self.live = self._desk.queue.live(self.run) or live
        with self._desk.guard():
            stored = self._desk.library.run(self.run)
            self._draw(live, stored, self._job())

    def _draw(self, live: LiveRun, stored: Run, job: Job | None) -> None:
        state = job.state if job is not None else stored.state
        history, total = live.history, int(stored.options.get("steps", 1))
        timeline = self._space.timeline
        self._space.suit(live.task == CLASSIFIER)
        timeline.sentence.say(sentence_of(live, state, job, total))
        timeline.sentence.setToolTip(timeline.sentence.text())
        timeline.show_buttons(state.alive, paused=state is State.PAUSED, model=self._model() is not None)
        timeline.show_loss(history, total)
        self._space.plots.say(first_levels(history, stored))
        self._space.plots.show_history(history, total)
        self._space.say(" · ".join(filter(None, (stored.title, continuation(stored)))), live.notice)
        self._explain(live, self._step)
        if live.task == CLASSIFIER:
            self._space.show_charts([sheet_of(chart) for chart in live.charts])
        else:
            self._sheet(live, stored)

    def _sheet(self, live: LiveRun, stored: Run) -> None:
        """The film, and the sheet of the chosen step; drawn only when they changed."""
        steps = live.history.preview_steps
        step = self._step if self._step in steps else steps[-1] if steps else None
        if (self.run, steps, step) == self._shown:
            return
        samples = None if step is None else live.history.preview_of(step)
        if step is not None and samples is None:
            return  # it just made room for others, which are drawn in a moment
        if (self.run, steps) != self._shown[:2]:
            self._space.timeline.show_film(live.history)
        self._shown = (self.run, steps, step)
        self._space.timeline.mark_step(step)
        if step is None or samples is None:
            self._space.show_samples(None, [], self._first_samples(live, stored))
            return
        names = self._classes(str(stored.options.get("data", ""))) or self._named_in_model()
        captions = [names[k % len(names)] for k in range(len(samples))] if names else []
        self._space.samples.set_title(f"Step {step:,}, averaged weights, always from the same noise")
        self._space.show_samples(samples, captions)

    def _first_samples(self, live: LiveRun, stored: Run) -> str:
        return first_samples(live.history, stored, alive=self.alive, model=self._model() is not None)

    def _named_in_model(self) -> tuple[str, ...]:
        """Names of the classes as the model's file has them, () without one."""
        spec = self._desk.models.find(str(self._model() or ""))
        return spec.classes if spec else ()
