"""From anywhere to the posterior laboratory: its form, with the prior that suits the workspace, and what it last found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from workbench.actions import Spec
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.form_change import change_form
from workbench.library.records import Query

TASK, STUDY = "study", "posterior"
OPEN = "view.laboratory"  # the action
ICON = "flask-conical"
LOOKED_AT = 300  # newest runs among which one of the laboratory is looked for
PICTURES = "images"  # the workspace from which patches are what one comes for


class LaboratoryController:
    """Shows the form of the laboratory, and its newest run; the user starts another. It has no signals.

    Args:
        desk, panel: shared parts.
        turn: shows the form of a task.
        workspace: name of the one that is shown.
        look: shows a run.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, turn: Callable[[str], object],
                 workspace: Callable[[], str], look: Callable[[str], object]) -> None:
        self._desk, self._panel, self._turn, self._workspace, self._look = desk, panel, turn, workspace, look
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
        wanted = {"name": STUDY, "prior": {"name": "patches" if pictures else "plane"}}
        change_form(self._desk.history, "Open the posterior laboratory", form, {**form.values(), "study": wanted},
                    partial(self._panel.put, form))
        found = next((run.id for run in self._desk.library.runs(Query(tasks=frozenset({TASK}), limit=LOOKED_AT))
                      if alike(run.options.get("study"), wanted)), "")
        if found:
            self._look(found)
        else:
            self._desk.stage.show(None)  # what another study found is none of this one's


def alike(study: object, wanted: Mapping[str, Any]) -> bool:
    """Whether a study is one of the laboratory with the prior that is wanted."""
    match study:
        case {"name": name, "prior": {"name": prior}}:
            return (name, prior) == (wanted["name"], wanted["prior"]["name"])
        case _:
            return False
