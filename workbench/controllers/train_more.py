"""Training a model further: one that ended early, that diverged, or that was finished and wants more steps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from engines.errors import BadOption
from workbench.controllers.train_data import free_name, root_of, taken
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.interrupted import TRAINING, trained

TASK = "train"
SLOWER = 4  # a diverged training goes on with this part of its learning rate


class MoreTraining:
    """What continues a stored training. It has no signals.

    Args:
        desk, panel: shared parts.
        fill: puts values into the form of training.
        start: runs the form.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, fill: Callable[[dict[str, Any]], object],
                 start: Callable[[], object]) -> None:
        self._desk, self._panel, self._fill, self._start = desk, panel, fill, start
        self._known: tuple[tuple[str, int], int | None] = ("", 0), None

    def go_on(self, run: str) -> None:
        """Continue a training: one that ended early at once, a finished one with more steps once the form agrees."""
        with self._desk.guard():
            stored = self._desk.library.run(run)
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
            self._desk.offer(f"“{stored.title}” has {done:,} steps. {done:,} more make “{name}”, and “{stored.title}” "
                             "stays as it is; change “Steps” for more or fewer.", ("Continue training", self._start))

    def gentler(self, run: str) -> None:
        """Go on with a diverged training at a quarter of its learning rate, from its last checkpoint."""
        with self._desk.guard():
            folder = self._desk.library.folder(run)
            rate = float(self._desk.library.run(run).options.get("learning_rate", 1e-3)) / SLOWER
            name = free_name(root_of(self._desk.library.run(run).options["name"]), taken(self._desk.library))
            self.refill(run, {"learning_rate": rate, "resume": str(folder) if (folder / TRAINING).exists() else "",
                              "name": name})
            self._start()

    def refill(self, run: str, changes: dict[str, Any]) -> None:
        """Fill the form with the options of a run, changed; undo brings back what was there."""
        form = self._panel.forms.get(TASK)
        if form is None:
            return
        self._panel.show_task(TASK)
        before, values = dict(form.values()), {**self._desk.library.run(run).options, **changes}
        self._fill(values)
        self._desk.history.push("Take options of a run", lambda: self._fill(before), lambda: self._fill(values))

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
