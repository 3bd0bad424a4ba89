"""What is on the canvas: a run, one of its steps, one way to look at it, and what it is compared with."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from PySide6.QtCore import QObject, Signal

from engines.figure_rows import TABLE
from workbench.frames import STATE, View, frames, is_finished, source
from workbench.running.mailbox import LiveRun

SHOWN = 64  # samples drawn at once: thousands would be specks, and slow to scrub


class Stage(QObject):
    """The shown run and step.

    Signals: shown() when another run is on the canvas; grown() when it has new steps or is done;
    moved(int) with the step; viewed() when the way to look changed; compared() when the other
    run changed; beside() when that one has new steps or is done; chosen(int) with the selected sample, −1 for none.

    Attributes: live (None when empty), other (the run compared with), further (runs beside those two), index, view,
    sample (−1 for all);
    awaited: id of a run that is still being read to be shown, "" for none; standing: where the run stands of several;
    turning: while `shown` tells of one of the runs that are compared, beside which the others stay.
    """

    shown = Signal()
    grown = Signal()
    moved = Signal(int)
    viewed = Signal()
    compared = Signal()
    beside = Signal()
    chosen = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.live: LiveRun | None = None
        self.other: LiveRun | None = None
        self.further: tuple[LiveRun, ...] = ()
        self.view: View = STATE
        self.index = 0
        self.sample = -1
        self.following = True
        self.awaited = ""
        self.standing = "Left"
        self.turning = False

    @property
    def run(self) -> str:
        """Id of the run on the canvas, "" when there is none."""
        return self.live.run if self.live else ""

    @property
    def first(self) -> int:
        """The first recorded step; a branch may begin after 0, a fit begins with its start."""
        return self.live.trajectory.first if self.live and self.live.trajectory else 0

    @property
    def last(self) -> int:
        """The last recorded step, −1 before there is one; of a fit its last half step, of a training its last preview.
        """
        if self.live is None:
            return -1
        if self.learning:
            return len(self.live.history.preview_steps) - 1
        return self.live.trajectory.last if self.live.trajectory else self.live.fit.last

    @property
    def tabled(self) -> bool:
        """Whether it came to a table of results, and not to steps."""
        return self.live is not None and self.live.opened is None and self.live.file(TABLE) is not None

    @property
    def recorded(self) -> bool:
        """Whether there is a step to show."""
        return self.live is not None and self.live.opened is not None and self.last >= self.first

    @property
    def fitting(self) -> bool:
        """Whether its steps are the half steps of a fit, which have no states to look at, branch from or export."""
        return self.live is not None and self.live.opened is None and len(self.live.fit) > 0

    @property
    def charted(self) -> bool:
        """Whether it came to charts, and not to steps."""
        live = self.live
        return live is not None and live.opened is None and bool(live.charts) and not self.fitting

    @property
    def learning(self) -> bool:
        """Whether its steps are the previews of a training on points, which have no states either."""
        return self.live is not None and self.live.opened is None and self.live.history.pointed

    @property
    def pictured(self) -> bool:
        """Whether there is a step to show whose samples are pictures, and not points."""
        live = self.live
        return self.recorded and live is not None and live.opened is not None and len(live.opened.shape) == 4

    @property
    def finished(self) -> bool:
        """Whether the present step and view show the finished samples of the run, and not a state on the way."""
        live = self.live
        return live is not None and live.samples is not None and live.opened is not None \
            and is_finished(self.view, self.index, live.opened.total)

    @property
    def past(self) -> bool:
        """Whether the view shows the last move, since nothing moves at the present step: the run has ended there."""
        live = self.live
        return self.recorded and live is not None and live.opened is not None and live.trajectory is not None \
            and self.index == live.opened.total and self.first <= self.index <= self.last \
            and source(live.trajectory, live.opened, self.index, self.view) != self.index

    def before(self, index: int) -> tuple[np.ndarray, ...]:
        """States (B, …) of the steps before one, the latest first, as far as the sampler of the run remembers them."""
        live = self.live
        if live is None or live.trajectory is None or live.opened is None:
            return ()
        return live.trajectory.before(index, live.opened.remembers)

    @property
    def whose(self) -> str:
        """Which run is told of where only one can be: "Left" beside another one, "" alone."""
        return self.standing if self.other is not None else ""

    @property
    def backward(self) -> bool:
        """Whether the run on the canvas goes from noise to data; Noise goes the other way, and ends in a state."""
        opened = self.live.opened if self.live else None
        return opened is None or bool(opened.times[0] >= opened.times[-1])

    @property
    def ends(self) -> tuple[str, str]:
        """What the run on the canvas begins and ends with; one that goes to noise and back has data at both ends.

        A chain that stays at one noise level ends with the data as they are there.
        """
        opened = self.live.opened if self.live else None
        if opened is None or opened.times[0] > opened.times[-1]:
            return "noise", "data"
        if opened.times[0] < opened.times[-1]:
            return "data", "noise"
        return ("data", "data again") if opened.times.max() > opened.times[0] else ("noise", "noisy data")

    def show(self, live: LiveRun | None) -> None:
        """Put a run on the canvas, at its latest step."""
        self.live, self.other, self.further, self.sample = live, None, (), -1
        self.following, self.awaited, self.standing = True, "", "Left"
        self.index = max(self.last, 0)
        self.shown.emit()
        self.moved.emit(self.index)

    def refresh(self) -> None:
        """The run on the canvas went on: follow it unless the user looks at an earlier step."""
        # previews of a long training make room for others: then the last one has a lower number
        if self.following and (self.last > self.index or (self.learning and self.last < self.index)):
            self.index = self.last
            self.moved.emit(self.index)
        self.grown.emit()

    def move(self, index: int) -> None:
        """Look at a step; the last one recorded keeps following a run that goes on."""
        index = min(max(index, self.first), max(self.last, self.first))
        # whoever moves to the end wants to see what comes; whoever looks back is left in peace
        self.following = index >= self.last
        if index != self.index:
            self.index = index
            self.moved.emit(index)

    def look(self, view: View) -> None:
        """Choose what of a step is shown."""
        self.view = view
        self.viewed.emit()

    def choose(self, sample: int) -> None:
        """Select a sample of the batch; −1 and numbers it does not have select none."""
        count = self.live.opened.shape[0] if self.live and self.live.opened else 0
        sample = sample if 0 <= sample < count else -1
        if sample != self.sample:
            self.sample = sample
            self.chosen.emit(sample)

    def step_sample(self, offset: int) -> bool:
        """Select the sample so many numbers on, at most the last; False where that is the same."""
        before = self.sample
        if self.live is not None and self.live.opened is not None:
            self.choose(min(max(before + offset, 0), self.live.opened.shape[0] - 1))
        return self.sample != before

    def compare(self, other: LiveRun | None) -> None:
        """Compare with another run, None ends it."""
        self.other = other
        self.further = () if other is None else self.further
        self.compared.emit()

    def add(self, live: LiveRun) -> None:
        """Compare with one more run."""
        if self.other is None:
            self.other = live
        else:
            self.further = (*self.further, live)
        self.compared.emit()

    @property
    def together(self) -> tuple[LiveRun, ...]:
        """The runs that are compared, the present one first; none where one stands alone."""
        return () if self.live is None or self.other is None else (self.live, self.other, *self.further)

    def turn(self, live: LiveRun, rest: Sequence[LiveRun]) -> None:
        """Look at another of the runs that are compared, at the step that stands for the present one; the `rest` stands
        beside it.
        """
        index, sample = self.kept_step(live), self.sample
        self.live, self.other, self.further, self.index = live, next(iter(rest), None), tuple(rest[1:]), index
        self.following = index >= self.last
        self.sample = sample if live.opened is not None and sample < live.opened.shape[0] else -1
        self.turning = True
        try:
            self.shown.emit()
        finally:
            self.turning = False
        self.moved.emit(index)
        self.compared.emit()

    def part(self, runs: Collection[str]) -> None:
        """Look at some runs no more, since they are gone; what stood beside them stays."""
        rest = [live for live in self.together if live.run not in runs]
        if self.run in runs and rest:
            self.turn(rest[0], rest[1:])
        elif self.run in runs:
            self.show(None)
        elif len(rest) < len(self.together):
            self.other, self.further = next(iter(rest[1:]), None), tuple(rest[2:])
            self.compared.emit()

    def renew(self, live: LiveRun) -> None:
        """A run that is shown goes on in a new view: it takes the place of the one before, and all else stays."""
        rest = [live if one.run == live.run else one for one in self.together[1:]]
        if live.run != self.run:
            self.other, self.further = rest[0], tuple(rest[1:])
            self.compared.emit()
            return
        followed = self.following
        self.turn(live, rest)
        self.following = followed  # from the last step of before, though there may be more by now
        self.refresh()

    def step_of(self, live: LiveRun) -> int:
        """The step of a run that stands for the present one: the same where the times of both agree, else the step
        whose time is nearest, so that runs of 10 and of 50 steps are seen at the same noise. Of steps at one time,
        as Langevin makes them, it is the one that is as far on its way.
        """
        shown = self.live.opened if self.live else None
        if live is self.live or shown is None or live.opened is None:
            return self.index
        own, other = shown.times, live.opened.times
        if np.array_equal(own, other):  # a walk that goes to and fro passes a time more than once
            return self.index
        at = min(self.index, len(own) - 1)
        alike = np.flatnonzero(other == other[np.abs(other - own[at]).argmin()])
        far = at / max(len(own) - 1, 1) * (len(other) - 1)
        return int(alike[np.abs(alike - far).argmin()])

    def kept_step(self, live: LiveRun) -> int:
        """The same, or the nearest step that was recorded; only the last one is of a run whose steps were not kept."""
        steps = live.trajectory
        return self.step_of(live) if steps is None else min(max(self.step_of(live), steps.first), steps.last)

    def frames(self, live: LiveRun | None = None) -> np.ndarray | None:
        """Images (B, C, H, W) of the present step and view of a run (default the shown one), or None.

        Of a larger batch only the first SHOWN.
        """
        live = live or self.live
        if live is None or live.trajectory is None or live.opened is None:
            return None
        steps = live.trajectory
        if steps.last < steps.first:
            return None
        return self._frames(live, self.kept_step(live))

    def frames_at(self, index: int) -> np.ndarray | None:
        """Images (B, C, H, W) of any recorded step of the shown run in the present view, or None."""
        live = self.live
        if live is None or live.trajectory is None or live.opened is None or not self.first <= index <= self.last:
            return None
        return self._frames(live, index)

    def _frames(self, live: LiveRun, index: int) -> np.ndarray | None:
        """Images of a recorded step of a run; None for one of points, which its own workspace shows."""
        if live.trajectory is None or live.opened is None or len(live.opened.shape) != 4:
            return None
        # at the end the finished samples: a task may have changed the last state, as when known pixels are pasted
        if live.samples is not None and is_finished(self.view, index, live.opened.total):
            return live.samples[:SHOWN]
        return frames(live.trajectory, live.opened, index, self.view, SHOWN)
