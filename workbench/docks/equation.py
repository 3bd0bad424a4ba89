"""The Equation panel: the update formula of the run on the canvas and the size of its terms at the step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from widgets.controls.readout import Readout
from widgets.drawing.fonts import numbers
from widgets.drawing.tips import ColumnTip, wrapped
from widgets.formulas.equation_view import EquationView
from workbench.docks.dock import Dock, TitleRow
from workbench.docks.loss_course import LossCourse
from workbench.docks.plots import means
from workbench.fields.fit_course import FitCourse
from workbench.parts import column
from workbench.running.mailbox import LiveRun
from workbench.stage import Stage
from workbench.wording.words import NATS, OF_THE_RUN, SIZE, size_words

if TYPE_CHECKING:
    from engines.formula import Explanation

ROOMY = 10_000  # nats up to which there is room for decimals


class EquationDock(Dock):
    """Follows the stage, or a training that has a page of its own. Signals: those of QDockWidget."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._known, self._courses = ("", 0, -1), dict[str, np.ndarray]()
        self._losses = LossCourse()
        self._training: tuple[LiveRun, int | None] | None = None  # the last that was explained, and its step
        self._turned = False  # whether that is what is looked at
        self._step = Readout(numbers(), Qt.AlignmentFlag.AlignRight)
        title = TitleRow("Equation", 26)
        title.add(self._step)
        title.row.setContentsMargins(14, 4, 14, 0)  # it ends where the values below it end
        title.setToolTip(wrapped(SIZE))
        self.view = EquationView(SIZE)
        ColumnTip(self.view)  # hovering a term shows its arrows on the canvas
        page = QWidget()
        column(self.view, margins=(14, 0, 14, 4), parent=page)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the view in it takes the keys
        scroll.setWidget(page)
        super().__init__("equationDock", "Equation", scroll, title)
        for signal in (stage.shown, stage.grown):
            signal.connect(self._equation)
        stage.moved.connect(self._values)
        stage.compared.connect(lambda: self._values(stage.index))

    @property
    def words(self) -> str:
        """Which step of which run the sizes are of."""
        return self._step.text()

    def explain(self, live: LiveRun, step: int | None) -> None:
        """A training is shown, or went on: its losses at a step, None for the newest."""
        self._training = live, step
        if self._turned:
            self._equation()

    def turn(self, *, training: bool) -> None:
        """Follow the training that was explained last, or the stage."""
        self._turned = training
        self._equation()

    def _equation(self) -> None:
        live = self._stage.live if not self._turned else self._training[0] if self._training else None
        opened = (live.opened or live.fit.opened or live.explained) if live else None
        note = SIZE if opened is None or live is None else size_words(live.opened.shape) if live.opened else \
            NATS if opened is live.fit.opened else OF_THE_RUN
        self.titleBarWidget().setToolTip(wrapped(note))
        if opened is None:
            self.view.set_equation((), ())
            self._step.say("")
        else:
            self.view.set_equation(opened.formula, [(term.name, term.title) for term in opened.terms],
                                   [(letter.latex, letter.meaning) for letter in opened.letters], note)
            self._values(self._stage.index)

    def _values(self, index: int) -> None:
        if self._turned:
            if self._training is not None and self._training[0].explained is not None:
                self._worked_out(self._training[0], self._training[0].explained, self._training[1])
            return
        live = self._stage.live
        if live is not None and self._stage.fitting:
            self._fitted(live.fit, min(index, self._stage.last))
            return
        if live is not None and live.opened is None and live.explained is not None:
            steps = live.history.preview_steps
            looked_at = steps[index] if self._stage.learning and index < len(steps) else None
            self._worked_out(live, live.explained, looked_at)
            return
        if not self._stage.recorded or self._stage.live is None or self._stage.live.trajectory is None:
            return
        at = index - self._stage.first
        rows = {name: course for name, course in self._means(self._stage.live).items() if 0 <= at < len(course)}
        # nothing moves the result, nor yet the newest step of a run: the move that led there is shown
        ended = at > 0 and bool(rows) and all(np.isnan(course[at]) for course in rows.values())
        at -= ended
        self._step.say(" · ".join(filter(None, (self._stage.whose, "last move" if ended else f"step {index:,}"))))
        # values, not gradients: a term is full where any term was largest
        largest = [float(course[np.isfinite(course)].max(initial=0)) for course in rows.values()]
        self.view.set_values({name: float(course[at]) for name, course in rows.items()}, max(largest, default=1.0))
        self.view.set_courses(rows, at)

    def _means(self, live: LiveRun) -> dict[str, np.ndarray]:
        """The mean size of each term by step, found once for as many steps as there are: scrubbing must not wait."""
        steps = live.trajectory
        known = live.run, id(steps), -1 if steps is None else steps.last
        if known != self._known:
            room = 0 if steps is None else steps.total + 1 - steps.first
            self._known, self._courses = known, {name: _padded(course, room) for name, course in means(live).items()}
        return self._courses

    def _fitted(self, fit: FitCourse, index: int) -> None:
        """The log-likelihood at a half step of a fit, its bound and the gap between them."""
        step = fit.steps[index]
        self._step.say(fit.told(index))
        gap = float(fit.curve("gap")[index])
        values = {"likelihood": step.log_likelihood, "prior": step.bound, "noise": gap}
        largest = max(abs(value) for value in values.values())
        self.view.set_courses({}, 0)
        self.view.set_values(values, largest, 2 if largest < ROOMY else 0)  # the gap is small beside the two

    def _worked_out(self, live: LiveRun, explained: Explanation, step: int | None) -> None:
        """Of a training the losses at a step, None for the newest; of any other run the figures it came to."""
        if len(live.history.trained):
            self._losses = self._losses.of(live)
            at, values, courses = self._losses.at(step), self._losses.values(step), self._losses.courses
            self._step.say(f"step {self._losses.step(step):,}")
        else:
            values = {term: live.measured[name] for term, name in explained.figures.items() if name in live.measured}
            courses, at = {}, 0
            self._step.say("")
        sizes = [abs(value) for value in values.values() if np.isfinite(value)]
        self.view.set_values(values, max([*sizes, *(float(np.nanmax(c)) for c in courses.values())], default=1.0))
        self.view.set_courses(courses, at)


def _padded(course: np.ndarray, room: int) -> np.ndarray:
    """With NaN for steps to come, so that a run that goes on is seen as far as it is."""
    return np.pad(course, (0, max(0, room - len(course))), constant_values=np.nan)
