"""Models of points that were made here: told of once their file is there, and each under a name of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from engines.file_names import free_name, root_of
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.library.records import Query, State

if TYPE_CHECKING:
    from engines.tasks.base import Task


class PointsMadeController:
    """Follows the queue. It has no signals.

    Args:
        desk, panel: shared parts.
        task: a task of the workspace by its name, None for any other.
        sample_from: draws samples with a model, by the name that chooses it.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, task: Callable[[str], Task | None],
                 sample_from: Callable[[str], object]) -> None:
        self._desk, self._panel, self._task, self._sample = desk, panel, task, sample_from
        self._offered = ""  # that a model is made, as the bar says it
        desk.queue.job_finished.connect(self._finished)
        desk.queue.job_added.connect(self._added)
        desk.stage.shown.connect(self._withdraw)

    def _added(self, run: str) -> None:
        """A model is on its way: the form's next one gets a name that none has."""
        self._withdraw()
        task = self._task(self._desk.queue.job(run).task)
        form = self._panel.forms.get(task.name) if task is not None and task.makes else None
        if task is None or form is None:
            return
        name, runs = str(form.values()[task.makes]), self._desk.library.runs(Query(tasks=frozenset({task.name})))
        taken = {str(other.options.get(task.makes, "")) for other in runs}
        if name in taken:
            self._panel.put(form, {task.makes: free_name(root_of(name), taken)})

    def _finished(self, run: str) -> None:
        job, live = self._desk.queue.job(run), self._desk.queue.live(run)
        task = self._task(job.task)
        file = live.file("model") if live is not None and task is not None and task.makes else None
        if file is None or job.state not in {State.DONE, State.CANCELLED}:
            return
        self._withdraw()
        self._offered = f"“{file.stem}” is in the model list."  # as it is listed, whatever the run is called by now
        self._desk.offer(self._offered, ("Sample from it", lambda: self._begin(file)))

    def _begin(self, file: Path) -> None:
        """Draw with a model; a name that several have means none of them alone, so it is chosen as the list has it."""
        from engines.model_list import find_models

        self._withdraw()
        known = find_models(self._desk.library.home.model_folders())
        found = next((model for model in known if model.file == file), None)
        if found is None:
            self._desk.complain("The model’s file is not there any more; train it again.")
            return
        self._sample(found.choice)

    def _withdraw(self) -> None:
        """Take the offer back: something else is looked at."""
        self._desk.withdraw(self._offered)
