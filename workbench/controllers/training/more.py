"""Training a model further: one that ended early, that diverged, or that was finished and wants more steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from engines.errors import BadOption, Diverged
from engines.file_names import free_name, root_of
from widgets.controls.error_bar import Remedy
from workbench.controllers.training.data import taken
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.form_change import change_form
from workbench.library.rows import continued
from workbench.running.gone import refuse_trashed
from workbench.running.interrupted import TRAINING, trained
from workbench.running.jobs import Job
from workbench.running.mailbox import Series

JUDGED = 5  # losses whose mean tells how good weights are


class MoreTraining:
    """What continues a stored training. It has no signals.

    Args:
        desk, panel: shared parts.
        fill: puts values into the form of a training, by the name of its task.
        start: runs the form.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, fill: Callable[[str, Mapping[str, Any]], object],
                 start: Callable[[], object]) -> None:
        self._desk, self._panel, self._fill, self._start = desk, panel, fill, start
        self._offered = ""
        self._known: tuple[tuple[str, int], int | None] = ("", 0), None

    def go_on(self, run: str) -> None:
        """Continue a training: one that ended early at once, a finished one with more steps once the form agrees."""
        with self._desk.guard():
            stored = self._desk.library.run(run)
            refuse_trashed(stored)  # its sheets are still looked at
            if stored.state.resumable:
                self._desk.queue.resume(run)
                return
            folder = self._desk.library.folder(run)
            done = trained(folder)
            if done is None:
                raise BadOption(f"The state of “{stored.title}” is lost, so it cannot be continued; train it anew.")
            # a name of its own: the model there is stays, and nobody has to ask which of two is meant
            name = free_name(root_of(str(stored.options["name"])), taken(self._desk.library))
            self.refill(run, {"steps": 2 * done, "resume": str(folder), "name": name})
            self.withdraw()
            self._offered = (f"“{stored.title}” has {done:,} steps. {done:,} more make “{name}”, and “{stored.title}” "
                             "stays as it is; change “Steps” for more or fewer.")
            self._desk.offer(self._offered, ("Continue training", self._start))

    def withdraw(self) -> None:
        """Take the offer to continue a training back: one has begun."""
        self._desk.withdraw(self._offered)

    def remedies(self, job: Job) -> tuple[Remedy, ...]:
        """What can be done about a training that failed: only one that diverged needs more than going on."""
        change = "Change options", lambda: self.refill(job.id, {})
        if job.error is Diverged:
            return ("Go on with a smaller rate", lambda: self.gentler(job.id)), change
        return ("Go on", lambda: self._desk.resume(job.id)), change

    def gentler(self, run: str) -> None:
        """Go on with a diverged training at the learning rate that its sentence names.

        From its last checkpoint, unless what that holds is worse than what the training began with: then anew.
        """
        from engines.training.plan import gentler

        with self._desk.guard():
            folder = self._desk.library.folder(run)
            sound = self._sound(run, trained(folder) or 0)
            rate = gentler(float(self._desk.library.run(run).options["learning_rate"]))
            name = free_name(root_of(self._desk.library.run(run).options["name"]), taken(self._desk.library))
            self.refill(run, {"learning_rate": rate, "resume": str(folder) if sound else "", "name": name})
            self._start()

    def _sound(self, run: str, step: int) -> bool:
        """Whether the weights of a training at a step are better than those it began with."""
        live = self._desk.queue.live(run)
        course = live.history.trained if live is not None else Series("step", "loss")
        losses = course["loss"][course["step"] <= step]
        return step > 0 and len(losses) > 0 and bool(losses[-JUDGED:].mean() <= losses[:JUDGED].mean())

    def refill(self, run: str, changes: dict[str, Any]) -> None:
        """Fill the form with the options of a run, changed; undo brings back what was there."""
        stored = self._desk.library.run(run)
        form = self._panel.forms.get(stored.task)
        if form is None:
            return
        self._panel.show_task(stored.task)
        change_form(self._desk.history, "Take options of a run", form, {**stored.options, **changes},
                    partial(self._fill, stored.task))

    def described(self, resume: str) -> str:
        """Which training the form continues, and from where; "" where it begins one anew."""
        if not resume:
            return ""
        path = Path(resume).expanduser()
        run, library = continued({"resume": resume}), self._desk.library
        title = library.run(run).title if library.has(run) else path.name
        return f"Continues “{title}” from step {self.done(resume):,}."

    def done(self, resume: str) -> int:
        """Steps that the training named in the form has already, 0 without one."""
        if not resume:
            return 0
        path = Path(resume).expanduser()
        folder = path if path.is_dir() else path.parent
        state = folder / TRAINING
        # read again only when that run went on
        key = str(state), state.stat().st_mtime_ns if state.exists() else 0
        if key != self._known[0]:
            self._known = key, trained(folder)
        return self._known[1] or 0
