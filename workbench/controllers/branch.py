"""Branching from a recorded step, and comparing any two runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QPoint

from workbench.comparable import misfits
from workbench.controllers.branching import NO_OTHER, NO_RUN, NO_STEP, STEPLESS, changes, is_result, others, unused
from workbench.controllers.run_chooser import RunChooser
from workbench.controllers.runs import RunController
from workbench.controllers.scrub import ScrubController
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.drafts import Draft
from workbench.frames import painted_on, size
from workbench.pages.images_page import ImagesPage, Mode
from workbench.running.coming import begun, to_come
from workbench.wording.branch_words import branch_words

if TYPE_CHECKING:
    from engines.recipe import Recipe



class BranchController:
    """Paints on states, branches, compares.

    Args:
        desk: shared parts.
        panel: the task form, whose changed options a branch takes.
        runs: submits the branch.
        scrub: arranges the canvas.
        space: the page of the Images workspace.
        tasks: names of the tasks whose runs can be compared there.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, runs: RunController, scrub: ScrubController,
                 space: ImagesPage, tasks: Callable[[], frozenset[str]]) -> None:
        self._tasks = tasks
        self._desk, self._panel, self._runs, self._scrub, self._space = desk, panel, runs, scrub, space
        self._painted: tuple[str, int] | None = None  # run and sample
        self._wanted = ""  # the run to compare with that is being read, or has no step yet
        self._open_too = -1  # the sample to open in the comparison of last time
        self._strokes = 0  # states of the paint so far
        space.paint.paint_changed.connect(self._stroked)
        space.paint.not_kept.connect(lambda sentence: desk.complain(sentence))
        self.chooser = RunChooser(space, desk.library)
        self.chooser.chosen.connect(self.compare_with)
        desk.history.watch(space.paint.undo_stack)
        for signal in (desk.queue.run_opened, desk.queue.job_changed, desk.queue.job_finished):
            signal.connect(self._opened)
        desk.stage.moved.connect(lambda _index: self._follow())
        desk.stage.moved.connect(lambda _index: None if desk.stage.following else desk.move_on())
        desk.stage.shown.connect(self._turned)
        for signal in (desk.stage.compared, desk.stage.shown):  # another run on the canvas ends a comparison
            signal.connect(self.mark)

    def _turned(self) -> None:
        """Another run is on the canvas: paint and comparison were of the one before."""
        self.leave_paint()
        self._desk.move_on()
        if not self._desk.stage.turning:
            self._wanted = ""

    def paint(self) -> None:
        """Paint on the selected sample at the present step, or leave the paint aside again."""
        if not self.leave_paint():
            self._begin_paint()
        self.mark()

    def mark(self) -> None:
        """Show on the buttons what the canvas is used for."""
        self._desk.actions["run.paint"].setChecked(self._painted is not None)
        self._desk.actions["run.compare"].setChecked(self._desk.stage.other is not None)

    def _begin_paint(self) -> None:
        stage = self._desk.stage
        if not stage.recorded or stage.live is None or stage.live.trajectory is None:
            self._desk.complain("There is no step to paint on yet; run something first.")
            return
        if refusal := self._refusal("paint there"):
            self._desk.complain(refusal)
            return
        stage.following = False  # a run that goes on must not slip away under the brush
        self._painted = (stage.run, min(max(stage.sample, 0), stage.live.trajectory.shape[0] - 1))
        self._space.paint.open_image(self._state_below())
        self._space.paint.set_colour_mode(True)
        self._space.work_on(Mode.PAINT)
        self._follow()
        self._desk.say("Paint on the state, then press B to run on from it; Esc leaves the paint")

    def _refusal(self, there: str) -> str:
        """Why nothing can run on from the present step, "" where something can; there: what to do at another one."""
        if not self._desk.stage.backward:
            return "Noise is added without a model, so a branch would be a copy; change the options and press Run."
        if self._is_result(self._desk.stage.index):
            return is_result(there)
        return ""

    def _is_result(self, step: int) -> bool:
        live = self._desk.stage.live
        return live is not None and live.opened is not None and step >= live.opened.total

    def _state_below(self) -> np.ndarray:
        """The state (C, H, W) in [−1, 1] of the painted sample at the present step."""
        stage, live = self._desk.stage, self._desk.stage.live
        if self._painted is None or live is None or live.trajectory is None or live.opened is None:
            return np.zeros((1, 1, 1), np.float32)
        return np.clip(live.trajectory.x(stage.index)[self._painted[1]] / size(live.opened, stage.index), -1, 1)

    def _follow(self) -> None:
        """Another step is looked at: the paint stays, over that step's state."""
        if self._painted is None:
            return
        stage, canvas = self._desk.stage, self._space.paint
        canvas.set_image(self._state_below())
        end = " · the result: go back to branch" if self._is_result(stage.index) else ""
        canvas.set_caption(f"x_t · step {stage.index} · sample {self._painted[1] + 1}{end}")

    def leave_paint(self) -> bool:
        """Go back to the samples; the paint is left aside. False when nothing is painted on."""
        if self._painted is None:
            return False
        self._painted = None
        self._space.paint.undo_stack.clear()  # strokes that nobody sees any more
        self._space.show_mode(self._scrub.mode)
        self._scrub.draw()
        self.mark()
        return True

    def _stroked(self) -> None:
        self._strokes += 1

    # what the next start finds again

    @property
    def kept(self) -> dict[str, Any]:
        """The sample that is painted on, −1 for none, the run that is compared with and the sample opened of both."""
        other = self._desk.stage.other
        return {"painted": self._painted[1] if self._painted else -1, "other": other.run if other else self._wanted,
                "opened": self._space.compare.opened_sample if other else -1}

    def drafts(self) -> dict[str, Draft]:
        """The colours painted on a state."""
        canvas = self._space.paint
        return {"paint": Draft(self._strokes, canvas.colour_pixels)} if self._painted and canvas.has_paint else {}

    def bring_back(self, kept: Mapping[str, Any], colours: np.ndarray | None) -> None:
        """Go on with the paint (H, W, 4) or the comparison of last time, as far as both can still be found."""
        painted, other, opened = kept.get("painted"), kept.get("other"), kept.get("opened")
        if isinstance(painted, int) and painted >= 0 and not self._is_result(self._desk.stage.index):
            self._desk.stage.choose(painted)
            self._begin_paint()
            if colours is not None:
                self._space.paint.bring_back_colours(colours)
            self.mark()
        elif isinstance(other, str) and self._desk.library.has(other, trash=False):
            self._open_too = opened if isinstance(opened, int) else -1
            self.compare_with(other)

    def state(self) -> np.ndarray | None:
        """The state (B, C, H, W) to go on from: the recorded one, with paint where there is some."""
        stage, live = self._desk.stage, self._desk.stage.live
        if not stage.recorded or live is None or live.trajectory is None or live.opened is None:
            return None
        x = np.array(live.trajectory.x(stage.index), dtype=np.float32)
        if self._painted is not None and self._painted[0] == stage.run:
            k, paint = self._painted[1], self._space.paint.paint_over
            x[k] = painted_on(x[k], size(live.opened, stage.index), paint)
        return x

    def branch(self) -> None:
        """Run on from the present step with what was painted and changed in the form."""
        stage = self._desk.stage
        x = self.state()
        if x is None or stage.live is None or stage.live.opened is None:
            self._desk.complain(NO_STEP)
            return
        if refusal := self._refusal("branch there"):
            self._desk.complain(refusal)
            return
        with self._desk.guard():
            from engines.recipe import Recipe

            before = Recipe.from_json(self._desk.library.recipe(stage.run))
            own, asked = before.options.get("model"), self._panel.values().get("model")
            if self._panel.task == before.task and asked != own:
                # options that suit one model mean nothing to another
                self._desk.complain(f"A branch keeps its run’s model “{own}”, and the form is for “{asked}”; choose "
                                    f"“{own}” in the form, or branch without it.",
                                    ("Branch without the form", lambda: self._start(before, {}, x)))
                return
            self._start(before, self._changes(before), x)

    def _start(self, before: Recipe, changed: dict[str, Any], x: np.ndarray) -> None:
        """Run on from the state x (B, C, H, W) of the present step with some options changed."""
        from engines.context import Start
        step, run, painted = self._desk.stage.index, self._desk.stage.run, self._painted and self._space.paint.has_paint
        with self._desk.guard():
            past = () if painted else self._desk.stage.before(step)  # what led here is no past of what is painted
            recipe = replace(before.with_options(changed), start=Start(step, x, past))
            words = "Painted" if painted else branch_words(before, changed)
            job = self._runs.submit(recipe, title=f"{words} from step {step}", parent=run, branch_step=step)
            self._painted = None
            self._space.paint.undo_stack.clear()
            self.mark()
            self._scrub.arrange()
            if job is not None:
                self._tell_unused(job.id, before, len(x))

    def _tell_unused(self, run: str, before: Recipe, count: int) -> None:
        """Say what of the form the branch did not take over."""
        samples = "its one sample" if count == 1 else f"all {count} samples"
        if told := unused(self._form_of(before.task), before.options, samples):
            self._desk.tell_of(run, told)

    def _form_of(self, task: str) -> dict[str, Any]:
        """The form, where it is that of a task."""
        return self._panel.values() if self._panel.task == task else {}

    def _changes(self, before: Recipe) -> dict[str, Any]:
        """Options of the form that a branch may take over, where they differ from the run's own."""
        live = self._desk.stage.live
        return changes(self._form_of(before.task), before.options, live.opened.shape[0] if live and live.opened else 1)

    def compare(self) -> None:
        """Put another run of the tree beside the one on the canvas, or end the comparison."""
        self._compare()
        self.mark()

    def _compare(self) -> None:
        stage = self._desk.stage
        if stage.other is not None:
            stage.compare(None)
            self._scrub.arrange()
            return
        if not stage.run:
            self._desk.complain(NO_RUN)
            return
        found = others(self._desk.library, stage.run, {stage.run}, self._tasks())
        if len(found) == 1:
            self.compare_with(found[0].id)
        elif found:
            title = self._desk.library.run(stage.run).title
            corner = self._space.strip.mapToGlobal(QPoint(self._space.strip.width() - 12, self._space.strip.height()))
            self.chooser.ask(f"Compare “{title}” with…", found, corner,
                             misfits(self._desk.library, stage.run, found))
        else:
            self._desk.complain(NO_OTHER)

    def leave(self) -> bool:
        """Go back from paint to the samples, one pair to all, a comparison to the run; False where there is no way."""
        if self.leave_paint():
            return True
        if self._desk.stage.other is None:
            waited, self._wanted = bool(self._wanted), ""
            return waited
        if not self._space.compare.show_all():
            self.compare()
        return True

    def compare_with(self, run: str) -> None:
        """Compare the run on the canvas with another one, loading it when needed, as soon as it has steps."""
        if run == self._desk.stage.run:
            return
        live = self._desk.queue.open_run(run)
        self._wanted = run
        self._opened(run)
        if self._wanted and not live.loading:
            self._desk.say("The comparison begins with the first step of that run")

    def _opened(self, run: str) -> None:
        queue, live = self._desk.queue, self._desk.queue.live(run)
        if run != self._wanted or live is None or (to_come(queue, live) and not begun(live)):
            return
        self._wanted = ""
        if not begun(live):
            self._desk.complain(STEPLESS)
            return
        self._space.show_mode(Mode.COMPARE)
        self._desk.stage.compare(live)
        if self._open_too >= 0:
            self._space.compare.open(self._open_too)
        self._open_too = -1
