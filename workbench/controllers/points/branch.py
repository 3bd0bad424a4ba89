"""Runs of points that go on from a step of another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from workbench.controllers.branch import FIXED, FREE
from workbench.controllers.runs import RunController
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.wording.branch_words import branch_words
from workbench.wording.run_words import plain, said

if TYPE_CHECKING:
    from engines.recipe import Recipe

LAST = "The last step is the result; move the slider to an earlier one and branch there."


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
            self._desk.complain("There is no step to branch from yet; run something first.")
            return
        if stage.index >= live.opened.total:
            self._desk.complain(LAST)
            return
        with self._desk.guard():
            from engines.recipe import Recipe

            before = Recipe.from_json(self._desk.library.recipe(stage.run))
            self._start(before, self._changes(before))

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
        values = self._panel.values() if self._panel.task == before.task else {}
        unused = [name for name in FIXED if name in values and plain(values[name]) != plain(before.options.get(name))]
        if job is not None and unused:
            told = " and ".join(f"{name.capitalize()} {said(values[name], name)}" for name in unused)
            self._desk.tell_of(job.id, f"A branch goes on with all its points over the steps of its run; {told} of the "
                                       f"form {'is' if len(unused) == 1 else 'are'} for new runs.")

    def _changes(self, before: Recipe) -> dict[str, Any]:
        """Options of the form that a branch may take over, where they differ from the run's own."""
        values = self._panel.values() if self._panel.task == before.task else {}
        return {name: values[name] for name in FREE if name in values and name in before.options
                and plain(values[name]) != plain(before.options[name])}
