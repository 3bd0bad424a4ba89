"""The time line: transport, branch tree, film strip and slider over the steps of the run on the canvas."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from engines.counted import counted
from widgets.controls.film_strip import FilmStrip
from widgets.controls.step_scrubber import StepScrubber
from widgets.drawing.numerals import written
from widgets.lists.branch_tree import ALONE, Branch, BranchTree
from workbench.beginning import Beginning
from workbench.desk import Desk
from workbench.docks.dock import Dock, TitleRow
from workbench.docks.plots import endless
from workbench.fields.fit_course import FitCourse
from workbench.frames import ESTIMATE, PULL, VIEWS
from workbench.library.records import Run
from workbench.parts import column
from workbench.running.mailbox import History
from workbench.wording.run_words import STEPS, more_moves
from workbench.wording.view_words import ViewWords

FILM_LEAST, FILM_MOST = 44, 160  # px of the film: it takes what the tree leaves, so that the slider stays where it is
ROOMY = 800  # pixels from where time and calls fit beside the transport
BRANCHED = "Steps of the run it branches from"
NO_BRANCHES = "No branches here: noise is added without a model, so each would be a copy."
NO_WAYS = "No branches here: from one start a fit goes one way; choose another start or seed for another."
NO_COURSES = "No branches here: a training goes one way; continue it, or train anew with other options."
BATCH_LOSS = ("The loss that the update of this step was made from. It is of one batch, so that it goes up and down "
              "from step to step; the plot has it smoothed, and the validation loss beside it.")
UNKEPT = "Steps that were not kept"
BY_NAME = {view.name: view for view in VIEWS}


class TimelineDock(Dock):
    """Follows the stage and moves it. Signals: those of QDockWidget.

    Args:
        desk: its stage is shown, and the branches that its library has.
        show_run, compare: called with the id of a branch that was clicked, plainly or with Ctrl.
        picture: a recorded step as a picture of the film strip, None where the view has none.
        words: what the views show, as the workspace of the run has it.
    """

    def __init__(self, desk: Desk, show_run: Callable[[str], object], compare: Callable[[str], object],
                 picture: Callable[[int], QImage | None], words: Callable[[], ViewWords]) -> None:
        self._stage, self._library, self._picture = desk.stage, desk.library, picture
        self._engines, self._words = lambda: desk.queue.engines, words
        self._filmed = 0  # index of the last step that the film was made for
        self._counted = "", -1  # the run whose steps were told of, and how many they were
        self._known: tuple[tuple[str, int], list[Run]] = ("", -1), []
        self.scrubber, self.tree, self.film = StepScrubber(), BranchTree(), FilmStrip(along=True)
        self.scrubber.set_views([(view.name, view.label) for view in VIEWS])
        self._offer_views()
        desk.changed_canvas.append(self._offer_views)
        desk.refilm = self._film
        self.film.setMinimumHeight(FILM_LEAST)
        self.film.setMaximumHeight(FILM_MOST)
        self._beginning = Beginning(desk.queue, desk.stage, self.film)
        self._beginning.changed.connect(self._invite)
        self._invite()
        self.scrubber.more_comes = self._goes_on
        self.scrubber.add_strip(self.tree, aligned=True)
        self.scrubber.add_strip(self.film)
        self.film.inset_changed.connect(self.scrubber.set_inset)
        page = QWidget()
        column(self.scrubber, margins=(14, 6, 14, 6), parent=page)
        self.pages = QStackedWidget()
        self.pages.addWidget(page)
        super().__init__("timelineDock", "Steps", self.pages, TitleRow("", 4))
        self.pages.setMinimumWidth(320)
        self._connect(show_run, compare)

    def _connect(self, show_run: Callable[[str], object], compare: Callable[[str], object]) -> None:
        stage = self._stage
        stage.shown.connect(self._shown)
        stage.grown.connect(self._grown)
        stage.moved.connect(self._moved)
        stage.compared.connect(lambda: self.tree.set_compared(stage.other.run if stage.other else ""))
        for signal in (stage.viewed, stage.chosen):
            signal.connect(self._film)
        stage.viewed.connect(lambda: self.scrubber.views.set_value(stage.view.name))  # a lesson chooses it as well
        self.scrubber.step_changed.connect(self._scrubbed)
        self.scrubber.view_changed.connect(lambda name: stage.look(BY_NAME[name]))
        self.film.picked.connect(stage.move)
        self.tree.chosen.connect(show_run)
        self.tree.compare_asked.connect(compare)

    def _invite(self) -> None:
        self.film.set_empty_text(self._beginning.sentence or "Every step of a run appears here.")

    def _scrubbed(self, step: int) -> None:
        """The slider moved; steps before a branch began do not exist, so it may have to come back."""
        self._stage.move(step)
        if self._stage.index != step:
            self.scrubber.set_step(self._stage.index)

    def _shown(self) -> None:
        """Another run: its tree, its film, its range; a comparison with the one before has ended."""
        self.tree.set_compared("")
        self._film()
        self._grown()

    def _grown(self) -> None:
        """The run has new steps."""
        stage = self._stage
        total = self._total
        self.scrubber.views.setVisible(not stage.fitting and not stage.learning)
        self.scrubber.set_run(total, max(stage.last, 0), stage.index, stage.first)
        self.film.set_absent(stage.first, self._why_later())
        self._offer_views()
        self._branches()
        self._tell_course(total)
        # how many half steps a fit takes is known at its end
        if total and (not self.film.shown or total != self._filmed):
            self._film()
        self.film.refresh()
        self._moved(stage.index)

    def _tell_course(self, total: int) -> None:
        """Say under the pointer why there are more steps than the form asked for, where there are."""
        live, engines = self._stage.live, self._engines()
        if (self._stage.run, total) == self._counted or engines is None:
            return
        self._counted = self._stage.run, total
        run = next((run for run in self._tree() if live is not None and run.id == live.run), None)
        task = engines.tasks.get(run.task) if run else None
        more = more_moves(task, run.options) if run and task else ""
        self.scrubber.readout.setToolTip(f"{run.options.get(STEPS)} steps, {more}" if run and more else "")

    def _why_later(self) -> str:
        """Why the run on the canvas has no step before its first one."""
        live, engines = self._stage.live, self._engines()
        if live is None or not self._stage.first:
            return ""
        if any(run.parent for run in self._tree() if run.id == live.run):
            return BRANCHED
        task = engines.tasks.get(live.task) if engines else None
        return (task.skips if task else "") or UNKEPT

    def _goes_on(self) -> bool:
        """Whether more steps come."""
        return any(run.state.alive for run in self._tree() if run.id == self._stage.run)

    def _offer_views(self) -> None:
        """Say what each view shows, and grey out those that this run has nothing for."""
        live, words = self._stage.live, self._words()
        pulled = live is None or live.trajectory is None or bool(live.trajectory.deltas)
        why_not = {PULL: "" if pulled else words.unpulled,
                   ESTIMATE: "" if self._stage.backward else words.unbelieved}
        for view in VIEWS:
            why = why_not.get(view, "")
            self.scrubber.views.set_available(view.name, not why, why or words.told(view))

    def _film(self, *_: object) -> None:
        self._filmed = self._total
        self.film.set_frames(list(range(self._filmed + 1)) if self._filmed else [], self._frame)

    def _frame(self, index: int) -> QImage | None:
        """A step, None while it is not recorded."""
        stage = self._stage
        there = (stage.recorded or stage.fitting or stage.learning) and stage.first <= index <= stage.last
        return self._picture(index) if there else None

    @property
    def _total(self) -> int:
        """Index of the last step that the run on the canvas will have, 0 before it is known."""
        live = self._stage.live
        if live is None:
            return 0
        if self._stage.learning:
            return max(self._stage.last, 0)
        return live.opened.total if live.opened is not None else live.fit.total if self._stage.fitting else 0

    def _branches(self) -> None:
        """The tree of the run, each line over its share of the steps."""
        runs = self._tree()
        self.tree.set_branches([self._branch(run, {r.id: r for r in runs}) for run in runs], self._stage.run,
                               self._alone())
        self.scrubber.set_markers(sorted({r.branch_step for r in runs if r.branch_step is not None
                                          and r.parent == self._stage.run}))

    def _alone(self) -> str:
        """What is said of a run without branches."""
        if self._stage.learning:
            return NO_COURSES
        return NO_WAYS if self._stage.fitting else ALONE if self._stage.backward else NO_BRANCHES

    def _tree(self) -> list[Run]:
        """The runs of the tree; steps come 30 times a second, so the library is asked only when it changed."""
        key = (self._stage.run, self._library.version)
        if key != self._known[0]:
            self._known = key, self._library.tree(self._stage.run) if self._stage.run else []
        return self._known[1]

    def _branch(self, run: Run, known: Mapping[str, Run]) -> Branch:
        # a branch that waits or starts has no steps of its own yet: it has those of the run it leaves
        left = known.get(run.parent or "")
        total = max(run.total or (left.total if left else 0), 1)
        start = (run.branch_step or 0) / total if run.parent in known else 0.0
        done = self._stage.last / max(total, 1) if run.id == self._stage.run else run.done / total
        return Branch(run.id, run.title, min(start, 1.0), min(max(done, start), 1.0),
                      run.parent if run.parent in known else None)

    def _moved(self, index: int) -> None:
        """The step changed somewhere: readout, film and tree follow."""
        stage = self._stage
        self.scrubber.set_step(index)
        self.film.set_current(index)
        if stage.live is not None and stage.fitting:
            self._fitted(stage.live.fit, min(index, stage.last))
            return
        if stage.live is not None and stage.learning:
            self._learned(stage.live.history, index)
            return
        opened = stage.live.opened if stage.live else None
        steps = stage.live.trajectory if stage.live else None
        if opened is None or steps is None or not stage.recorded:
            self.scrubber.set_ends("", "")  # the next run may go the other way
            self.scrubber.set_facts(())
            self.scrubber.set_caption("")
            return
        self.tree.set_position(index / max(opened.total, 1))
        at = min(max(index, stage.first), stage.last)
        time, noise = f"{steps.t(at):.2f}", f"log-SNR {level(float(opened.log_snr[at]))}"
        wide = self.scrubber.width() >= ROOMY
        calls = counted(steps.nfe(at), "call")
        number, word = calls.split(" ")
        self.scrubber.set_facts((("t", time), (word, number)) if wide else ())
        self.scrubber.set_caption(noise if wide else f"t {time} · {noise} · {calls}")
        first, last = stage.ends
        self.scrubber.set_ends(first, last)

    def _fitted(self, fit: FitCourse, index: int) -> None:
        """The half step of a fit: which one it is, and how likely the points are."""
        step, wide = fit.steps[index], self.scrubber.width() >= ROOMY
        level = f"log-likelihood {written(step.log_likelihood, ',.1f')} nats"
        self.tree.set_position(index / max(fit.total, 1))
        self.scrubber.set_facts(((fit.told(index), ""),) if wide else ())
        self.scrubber.set_caption(level if wide else f"{fit.told(index)} · {level}")
        self.scrubber.set_ends("start", "fitted")

    def _learned(self, history: History, index: int) -> None:
        """A preview of a training: after which step, and how large the loss was there."""
        steps, wide = history.preview_steps, self.scrubber.width() >= ROOMY
        step = steps[min(index, len(steps) - 1)]
        at, losses = history.trained.columns("step", "loss")
        known = losses[at <= step]
        told = f"after step {step:,}"
        loss = f"loss of its batch {written(float(known[-1]), '.4f')}" if len(known) else ""
        self.scrubber.set_facts(((told, ""),) if wide else ())
        self.scrubber.set_caption(loss if wide else " · ".join(filter(None, (told, loss))), BATCH_LOSS)
        self.scrubber.set_ends("untrained", "trained")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._moved(self._stage.index)


def level(log_snr: float) -> str:
    """A log-SNR with a true minus; without noise it is infinite."""
    return "∞" if np.isinf(endless(np.array(log_snr))) else written(round(log_snr, 1) + 0.0, ".1f")
