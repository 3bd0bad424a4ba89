"""Runs of points that go on from a step of another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from workbench.controllers.branching import NO_STEP, changes, is_result, unused
from workbench.controllers.runs import RunController
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.wording.branch_words import branch_words

if TYPE_CHECKING:
    from engines.recipe import Recipe


class PointsBranchController:
    """Branches from the step that is shown. It has no signals.

    Args:
        desk, panel, runs: shared parts.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, runs: RunController) -> None:
        self._desk, self._panel, self._runs = desk, panel, runs

    def branch(self) -> None:
        """Run on from the present step with what was changed in the form."""
        stage = self._desk.stage
        live = stage.live
        if not stage.recorded or live is None or live.trajectory is None or live.opened is None:
            self._desk.complain(NO_STEP)
            return
        if stage.index >= live.opened.total:
            self._desk.complain(is_result("branch there"))
            return
        with self._desk.guard():
            from engines.recipe import Recipe

            before = Recipe.from_json(self._desk.library.recipe(stage.run))
            self._start(before, changes(self._form_of(before.task), before.options, live.opened.shape[0]))

    def _start(self, before: Recipe, changed: dict[str, Any]) -> None:
        from engines.context import Start

        stage = self._desk.stage
        live, step, run = stage.live, stage.index, stage.run
        if live is None or live.trajectory is None:
            return
        start = Start(step, live.trajectory.x(step).copy(), stage.before(step))
        recipe = replace(before.with_options(changed), start=start)
        words = branch_words(before, changed)
        job = self._runs.submit(recipe, title=f"{words} from step {step}", parent=run, branch_step=step)
        told = unused(self._form_of(before.task), before.options, "all its points")
        if job is not None and told:
            self._desk.tell_of(job.id, told)

    def _form_of(self, task: str) -> dict[str, Any]:
        """The form, where it is that of a task."""
        return self._panel.values() if self._panel.task == task else {}
