"""The form of a classifier's training, and the way from a trained one to samples that it guides."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from engines.file_names import free_name, root_of
from engines.labels import EACH, FREE
from engines.prior_name import EXACT
from workbench.controllers.training.data import taken
from workbench.controllers.training.more import MoreTraining
from workbench.controllers.training.words import CLASSIFIER, TASK
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.form_change import change_form

SAMPLED = {"digits": "generate", "points": "sample-points"}  # by what is classified


class Guide(Protocol):
    """What leads from a training to what it made."""

    def choose_task(self, name: str) -> None:
        """Show a task's form and the workspace it belongs to."""
        ...

    def sample_from(self, name: str) -> None:
        """Draw samples with a model."""
        ...


class ClassifierForm:
    """Names the next classifier, and says what its training goes on from. It has no signals.

    Args:
        desk, panel: shared parts.
        more: continues trainings.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, more: MoreTraining) -> None:
        self._desk, self._panel, self._more = desk, panel, more
        panel.changed.connect(self._changed)
        panel.form_made.connect(self._name)
        desk.queue.job_added.connect(self._next_name)
        desk.queue.job_finished.connect(lambda _run: self._changed())

    def _name(self, task: str) -> None:
        """The form exists, or a training has its name: offer one that is free."""
        form = self._panel.forms.made.get(CLASSIFIER)
        if task != CLASSIFIER or form is None:
            return
        name, others = str(form.values()["name"]), taken(self._desk.library)
        if name in others:
            form.set_values({"name": free_name(root_of(name), others)})

    def _next_name(self, run: str) -> None:
        self._name(self._desk.queue.job(run).task)
        self._changed()

    def _changed(self) -> None:
        """The form changed: what it continues, and whether there is anything left to do."""
        form = self._panel.form if self._panel.task == CLASSIFIER else None
        if form is None or not self._desk.ready:
            return
        values = form.values()
        resume, steps = str(values.get("resume") or ""), values.get("steps")
        done = self._more.done(resume)
        over = resume and isinstance(steps, int) and steps <= done
        form.set_error("steps", f"It already has {done:,} steps; choose more than that." if over else "")
        self._panel.say(self._more.described(resume))


def used(desk: Desk, panel: TaskPanel, go: Guide, run: str, name: str) -> None:
    """Draw samples with the model that a training made, or with a model that its classifier guides.

    Args:
        desk, panel: shared parts.
        go: leads there.
        run: id of the training.
        name: of what it made.
    """
    stored = desk.library.run(run)
    if stored.task == TASK:
        go.sample_from(name)
        return
    options = stored.options
    task = SAMPLED[str(options.get("subject", "digits"))]
    go.choose_task(task)
    form = panel.form
    if form is None or panel.task != task:
        return
    # the classifier alone: its pull is not on top of that of a class the model is told
    wanted: dict[str, object] = {"classifier": name, "guidance": 0.0}
    if task == SAMPLED["points"]:
        wanted |= {"prior": EXACT, **{what: options[what] for what in ("data", "path") if what in options}}
    if form.values().get("label") in {FREE, ""}:
        wanted["label"] = EACH
    change_form(desk.history, "Guide by a classifier", form, wanted, partial(panel.put, form))
    desk.actions["run.start"].trigger()
