"""From anywhere to the posterior laboratory: its form, with the prior that suits the workspace."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from workbench.actions import Spec
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.form_change import change_form

TASK, STUDY = "study", "posterior"
OPEN = "view.laboratory"  # the action
ICON = "flask-conical"
PICTURES = "images"  # the workspace from which patches are what one comes for


class LaboratoryController:
    """Shows the form of the laboratory; the user starts it. It has no signals.

    Args:
        desk, panel: shared parts.
        turn: shows the form of a task.
        workspace: name of the one that is shown.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, turn: Callable[[str], object],
                 workspace: Callable[[], str]) -> None:
        self._desk, self._panel, self._turn, self._workspace = desk, panel, turn, workspace
        desk.actions.add(Spec(OPEN, "Posterior laboratory", "View", icon=ICON, section="space",
                              help="Bias, spread and calibration of every inverse method beside the exact posterior, "
                                   "in the plane and on patches of pictures"), self.open)

    def open(self) -> None:
        """Show the form, with patches where pictures were looked at; what is in it of a laboratory already stays."""
        if not self._desk.ready:
            self._desk.say("The laboratory opens as soon as the engine has started")
            self._desk.queue.ready.connect(self.open)
            return
        pictures = self._workspace() == PICTURES
        self._turn(TASK)
        form = self._panel.form
        if form is None or self._panel.task != TASK:
            return
        there = form.values().get("study")
        if not pictures and isinstance(there, dict) and there.get("name") == STUDY:
            return
        values = {**form.values(), "study": {"name": STUDY, "prior": {"name": "patches" if pictures else "plane"}}}
        change_form(self._desk.history, "Open the posterior laboratory", form, values, partial(self._panel.put, form))
