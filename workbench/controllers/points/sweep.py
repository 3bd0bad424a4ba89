"""From a run of points, or what the form asks for, to a sweep around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from workbench.actions import RUN_FIRST, Spec
from workbench.controllers.points.subjects import Subjects
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.form_change import change_form
from workbench.wording.component_words import word

SWEEP = "sweep"
SHARED = ("data", "prior", "path", "spacing", "seed")  # options that a sweep has under the same names
FEWEST = 10  # points of a run of a sweep
SHARES = (8, 4, 2, 1)  # of the steps of a single run that are tried


class PointsSweepController:
    """Fills the form of the sweep; the user starts it. It has no signals.

    Args:
        desk, panel: shared parts.
        subjects: which runs are shown.
        turn: shows the form of the sweep.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, subjects: Subjects, turn: Callable[[], object]) -> None:
        self._desk, self._panel, self._subjects, self._turn = desk, panel, subjects, turn
        add = desk.actions.add
        add(Spec("points.sweep", "Sweep", "Run", icon="repeat", section="run",
                 help="Samplers × steps × seeds around what the form asks for, as quality against network calls"),
            self.sweep)
        add(Spec("points.repeat_sweep", "Repeat as sweep", "Run", section="again", needs=RUN_FIRST,
                 help="A sweep over the samplers and steps of the panels"), self.repeat,
            lambda: bool(subjects.runs()))

    def sweep(self) -> None:
        """Show the form of a sweep with the options of the present one."""
        values = self._panel.values()
        self._fill([values] if "sampler" in values and "data" in values else [])

    def repeat(self) -> None:
        """Show the form of a sweep over what the panels show."""
        found = (self._subjects.subject(live) for live in self._subjects.runs())
        options = [subject.recipe.options for subject in found if subject is not None]
        if not options:
            self._desk.complain("There is no run of points to repeat yet; run something first.")
            return
        self._fill(options)

    def _fill(self, options: Sequence[Mapping[str, Any]]) -> None:
        self._turn()
        form = self._panel.form
        if self._panel.task != SWEEP or form is None or not options:
            return

        if change_form(self._desk.history, "Sweep", form, swept(options), partial(self._panel.put, form)):
            spaced = word("spacing", str(_named(form.values().get("spacing"))))
            self._desk.say(f"The options are in the form of Sweep, with spacing {spaced} for all samplers; "
                           "Ctrl+Z brings those that were there back")


def swept(options: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Options of a sweep from those of runs: all of their samplers and steps; of one run also fewer steps."""
    first = options[0]
    samplers = dict.fromkeys(str(_named(run.get("sampler"))) for run in options)
    steps = {int(run.get("steps") or 1) for run in options}
    if len(options) == 1:
        steps = {max(1, number // share) for number in steps for share in SHARES}
    found = {name: first[name] for name in SHARED if name in first}
    count = max(FEWEST, int(first.get("count") or FEWEST))
    return {**found, "samplers": ", ".join(samplers), "steps": sorted(steps), "count": count}


def _named(component: object) -> object:
    """The name of a component as options have it, or as earlier recipes do."""
    return component.get("name") if isinstance(component, Mapping) else component
