"""Starting runs: from the form, from a recipe, from a step; and how long they will take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from workbench.actions import Spec
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.jobs import Job
from workbench.library.records import Query, State
from workbench.refusals import refuse_bad
from workbench.words import duration

if TYPE_CHECKING:
    from engines.recipe import Recipe

FIRST_GUESS = 0.004  # seconds a sample and step, until a run has been measured


class RunController:
    """Makes recipes and gives them to the queue.

    Args:
        desk: shared parts.
        panel: the task form.
        attachments: files that a run of a task needs, by task.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, attachments: Callable[[str], dict[str, bytes]]) -> None:
        self._desk, self._panel, self._attachments = desk, panel, attachments
        self._cost = float(desk.session.extra.get("seconds_per_step", FIRST_GUESS) or FIRST_GUESS)
        self._shown_next = True
        add = desk.actions.add
        add(Spec("run.start", "Run", "Run", "Ctrl+Return; Ctrl+Enter", "play", "run"), self.start)
        add(Spec("run.queue", "Add to queue", "Run", "Ctrl+Shift+Return", section="run",
                 help="Run it after what runs now, without showing it"), self.enqueue)
        add(Spec("run.pause", "Pause or go on", "Run", "Ctrl+P", "pause", "run"), self.toggle_pause)
        add(Spec("run.cancel", "Stop", "Run", "Ctrl+.", "square", "run", "Stop what runs; what is done is kept"),
            self.cancel)
        add(Spec("run.cancel_all", "Stop all jobs", "Run", section="run"), desk.queue.cancel_all)
        panel.run.clicked.connect(self.start)
        panel.queue.clicked.connect(self.enqueue)
        panel.changed.connect(self.estimate)
        desk.queue.job_finished.connect(self._finished)

    @property
    def seconds_per_step(self) -> float:
        """Measured seconds for one sample and one step, kept between sessions."""
        return self._cost

    def recipe(self) -> Recipe:
        """The recipe of the form as it stands; raises BadInput for an option out of range."""
        from engines.recipe import Recipe

        task, values = self._panel.task, self._panel.values()
        problems = self._panel.form.problems() if self._panel.form else {}
        if problems:
            from engines.errors import BadOption

            raise BadOption(next(iter(problems.values())))
        recipe = Recipe(task, values, self._attachments(task))
        parsed = recipe.parsed()
        return Recipe(task, parsed.model_dump(mode="json"), recipe.files)

    def start(self) -> Job | None:
        """Run the form and show the run."""
        return self._submit(show=True)

    def enqueue(self) -> Job | None:
        """Run the form after what runs now, and stay where we are."""
        return self._submit(show=False)

    def _submit(self, *, show: bool) -> Job | None:
        job = None
        with self._desk.guard():
            job = self.submit(self.recipe(), show=show)
            if self._panel.form is not None:
                self._panel.form.advance_seeds(int(self._panel.values().get("count", 1)))
        return job

    def submit(self, recipe: Recipe | str, *, show: bool = True, title: str = "", parent: str | None = None,
               branch_step: int | None = None) -> Job:
        """Put a recipe in the queue, on the canvas too unless told otherwise; raises WorkbenchError."""
        from engines.recipe import Recipe as Parsed

        queue = self._desk.queue
        whole = Parsed.from_json(recipe) if isinstance(recipe, str) else recipe
        refuse_bad(whole, self._desk.library.home.model_folders())
        job = queue.submit(recipe, title or self._title(recipe), parent=parent, branch_step=branch_step)
        self._desk.settle()  # what was wrong before is mended
        if show and job.task != "train":
            if not [other for other in queue.alive() if other.state is State.RUNNING and other.task == "train"]:
                queue.move(job.id, 0)
            self._desk.stage.show(queue.live(job.id))
        self._desk.say(f"{job.title} is in the queue")
        return job

    def _title(self, recipe: Recipe | str) -> str:
        """A title in the user's words: "16 digits", "Inpaint, 4 variants"."""
        if isinstance(recipe, str):
            return ""
        options = recipe.options
        count, model = len(options.get("seeds") or ()) or options.get("count", 1), options.get("model", "")
        if recipe.task == "generate":
            label = str(options.get("label", ""))
            wanted = f", class {label}" if label not in {"", "each", "free"} else ""
            return f"{count} {'sample' if count == 1 else 'samples'} of {model}{wanted}"
        if recipe.task == "train":
            return str(options.get("name", "Training"))
        return f"{recipe.task.capitalize()}, {count} {'variant' if count == 1 else 'variants'}"

    def estimate(self) -> None:
        """Write on the button how long a run will take."""
        values = self._panel.values()
        steps, count = values.get("steps"), values.get("count", 1)
        verb = "Train" if self._panel.task == "train" else "Run"
        if not isinstance(steps, int) or not isinstance(count, int):
            self._panel.show_button(verb)
            return
        seconds = self._seconds(self._panel.task, values, steps, count)
        self._panel.show_button(f"{verb} · about {duration(seconds)}" if seconds else verb)

    def _seconds(self, task: str, values: Mapping[str, Any], steps: int, count: int) -> float:
        """Seconds a run will take, from what the last ones took."""
        if task == "noise":
            return 1.0
        if task == "train":
            return 0.0
        moves = float(steps)
        method = values.get("method")
        if isinstance(method, dict):
            table: dict[str, Any] = method
            # RePaint walks every jump forward again; DPS needs the gradient, about twice the work
            moves *= float(table.get("resample", 1)) if table.get("name") == "repaint" else 2.5
        guided = task == "generate" and values.get("label") != "free" and values.get("guidance", 1) != 1
        return self._cost * moves * count * (2 if guided else 1)

    def _finished(self, run: str) -> None:
        """Learn from a finished run how long a step takes."""
        live = self._desk.queue.live(run)
        if live is None or live.opened is None or live.nfe <= 0 or live.seconds <= 0:
            return
        measured = live.seconds / (live.nfe * live.opened.shape[0])
        self._cost = 0.5 * (self._cost + measured)
        self.estimate()

    def toggle_pause(self) -> None:
        """Pause what runs, or go on with what is paused."""
        queue = self._desk.queue
        alive = queue.alive()
        running = [job for job in alive if job.state is State.RUNNING]
        for job in running or alive[:1]:
            (queue.pause if job.state is State.RUNNING else queue.resume)(job.id)

    def cancel(self) -> None:
        """Stop what runs; what is done is kept."""
        running = [job for job in self._desk.queue.alive() if job.state is State.RUNNING]
        for job in running or self._desk.queue.alive()[:1]:
            self._desk.queue.cancel(job.id)

    def first_launch(self) -> None:
        """With an empty library, let the bundled model draw at once."""
        if not self._desk.library.runs(Query(limit=1)) and "generate" in self._panel.forms:
            self._panel.show_task("generate")
            self.start()

    def resume(self, runs: list[str], show: Callable[[str], object]) -> None:
        """Go on with interrupted runs (at least one); `show` puts the first of them where its task is shown."""
        with self._desk.guard():
            for run in runs:
                self._desk.queue.resume(run)
            show(runs[0])
