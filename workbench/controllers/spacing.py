"""The spacing follows the sampler that the user chooses, unless it was chosen otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.form_change import change_form

if TYPE_CHECKING:
    from widgets.options.form import OptionForm

SAMPLER, SPACING = "sampler", "spacing"


class SpacingController:
    """Puts the time grid that suits a sampler into the form as the user chooses it. It has no signals.

    What recipes, presets and lessons bring stays as it is, and so does a grid that no sampler asks for, such as EDM.

    Args:
        desk, panel: shared parts.
    """

    def __init__(self, desk: Desk, panel: TaskPanel) -> None:
        self._desk, self._panel = desk, panel
        self._followed = set[str]()  # tasks whose choice of a sampler is heard of
        panel.changed.connect(self._follow)

    def _follow(self) -> None:
        """Hear of a sampler that the user chooses; once for each form."""
        form, task = self._panel.form, self._panel.task
        if form is None or task in self._followed or not self._desk.ready:
            return
        row = form.row(SAMPLER)
        if row is not None and form.row(SPACING) is not None:
            self._followed.add(task)
            row.editor.edited.connect(lambda: self._suit(form))

    def _suit(self, form: OptionForm) -> None:
        from engines.process.times import grids
        from engines.samplers.base import samplers

        kind = samplers().get(_name(form.values().get(SAMPLER)))
        usual = {one.grid for one in samplers().values()}
        if kind is None or _name(form.values().get(SPACING)) not in usual - {kind.grid}:
            return

        change_form(self._desk.history, f"Take the spacing of {kind.title}", form, {SPACING: {"name": kind.grid}},
                    partial(self._panel.put, form))
        self._desk.say(f"Spacing is {grids()[kind.grid].title} now, which suits {kind.title}")


def _name(component: object) -> str:
    """What a component of a form is called."""
    return str(component.get("name", "")) if isinstance(component, Mapping) else str(component)
