"""What was chosen in one task of points and comes along to the next: the data, the denoiser and the path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from engines.errors import WorkbenchError
from engines.prior_name import prior_name
from workbench.controllers.points.form import DATA, FILE, PATH, PRIOR
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.form_change import change_form
from workbench.forms import defaults

if TYPE_CHECKING:
    from engines.tasks.base import Task
    from widgets.options.form import OptionForm

CARRIED: Mapping[str, type] = {DATA: dict, FILE: str, PRIOR: str, PATH: dict}  # and what a value of each is


class PointsCarriedController:
    """Takes along what the tasks share when the user turns from one to another. It has no signals.

    What nobody has chosen stays: each task begins with data that suit it. So do the data that the user chose for a
    model that is to be made: its name tells of them.

    Args:
        desk, panel: shared parts.
        task: one of the workspace by its name, None for any other.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, task: Callable[[str], Task | None]) -> None:
        self._desk, self._panel, self._task = desk, panel, task
        self._chosen = dict[str, Any]()
        self._brought = dict[str, dict[str, Any]]()  # to each task, the last time

    def carry(self, before: str) -> None:
        """The user turned from the task `before` to the present one; undo gives back what stood here.

        What the present task cannot work with stays as it was here, which is said.
        """
        left, task, form = self._task(before), self._task(self._panel.task), self._panel.form
        if left is None or task is None or left is task or form is None:
            return
        then, here, usual = dict(self._panel.forms[before].values()), dict(form.values()), defaults(left.Form)
        idle = {PATH} if prior_name(then) else set[str]()  # a model brings its own path
        self._chosen |= {name: then[name] for name in CARRIED if name in then and name not in idle
                         and (name in self._chosen or then[name] != usual[name])}
        kept = self._kept(task, here)
        brought = {name: value for name, value in self._chosen.items()
                   if name in here and value != here[name] and name not in kept}
        if not brought:
            return
        taken, why = self._possible(task, here, brought)
        self._brought[task.name] = {**self._brought.get(task.name, {}), **taken}
        came = taken and change_form(self._desk.history, f"Take along from {left.title}", form, taken,
                                     partial(self._panel.put, form))
        told = f"{_named(form, taken)} came along from {left.title}; Ctrl+Z brings back what was here" if came else ""
        if why:
            stays = ", ".join(form_title(form, name) for name in brought if name not in taken)
            told = f"{stays} of {left.title} did not come along: {why}"
        if told:
            self._desk.say(told)

    def _kept(self, task: Task, here: Mapping[str, Any]) -> set[str]:
        """The options that stay where a task makes a model of data that the user chose there."""
        data, usual, brought = {DATA, FILE} & here.keys(), defaults(task.Form), self._brought.get(task.name, {})
        chosen = any(here[name] not in (usual[name], brought.get(name)) for name in data)
        return data if task.makes and chosen else set()

    def _possible(self, task: Task, here: Mapping[str, Any], brought: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
        """As much of it as the task can work with, and why not more: all together, else one after the other."""
        why = self._refused(task, {**here, **brought})
        if not why:
            return dict(brought), ""
        taken = dict[str, Any]()
        for name, value in brought.items():
            if not self._refused(task, {**here, **taken, name: value}):
                taken[name] = value
        return taken, "" if len(taken) == len(brought) else why

    def _refused(self, task: Task, values: dict[str, Any]) -> str:
        """Why options cannot be run, "" where they can; own points, which are not at hand here, are looked at later."""
        from engines.component import validated

        model = self._desk.models.find(prior_name(values))
        try:
            options = validated(task.Form, values)
            task.check_choices(options, model)
            if values.get(DATA, {}).get("name") != "own":
                task.check(options, {}, model)
        except WorkbenchError as error:
            return str(error)
        return ""

    # what the next start finds again

    @property
    def kept(self) -> dict[str, Any]:
        """What the user chose, and what only came along to each task."""
        return {"chosen": dict(self._chosen), "brought": {task: dict(came) for task, came in self._brought.items()}}

    def bring_back(self, kept: object) -> None:
        """Know what was chosen, and what only came along, last time; what is damaged is not known."""
        match kept:
            case {"chosen": dict() as chosen, "brought": dict() as brought}:
                self._chosen = _sound(chosen) | self._chosen
                self._brought = {str(task): _sound(came) for task, came in brought.items()
                                 if isinstance(came, dict)} | self._brought
            case _:
                pass


def _sound(values: Mapping[Any, Any]) -> dict[str, Any]:
    """As much as can be a choice."""
    return {name: values[name] for name, kind in CARRIED.items() if isinstance(values.get(name), kind)}


def form_title(form: OptionForm, name: str) -> str:
    """What an option is called in its form."""
    row = form.row(name)
    return row.spec.title if row is not None else name


def _named(form: OptionForm, names: Mapping[str, Any]) -> str:
    """“Data, denoiser and path”."""
    titles = [form_title(form, name) for name in names]
    titles = [titles[0], *(title.lower() for title in titles[1:])]
    return " and ".join([", ".join(titles[:-1]), titles[-1]]) if len(titles) > 1 else titles[0]
