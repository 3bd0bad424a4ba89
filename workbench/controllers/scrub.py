"""Shows the present step of the run on the canvas: pictures, captions, term plots."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from engines.errors import BadInput
from workbench.controllers.captions import Captions
from workbench.desk import Desk
from workbench.frames import STATE, View
from workbench.mailbox import LiveRun
from workbench.stage import SHOWN
from workbench.workspaces.images_page import ImagesPage, Mode

SUBSCRIPTS = {"state": "x_t", "estimate": "x̂_0", "change": "Δ", "noise": "noise",
              "score": "∇ log p", "pull": "pull"}


class ScrubController:
    """From (run, step, view) to what is painted. It has no signals.

    Args:
        desk: shared parts.
        space: the page of the Images workspace.
        shows: whether runs of a task are shown there.
    """

    def __init__(self, desk: Desk, space: ImagesPage, shows: Callable[[str], bool]) -> None:
        self._desk, self._space, self._shows = desk, space, shows
        self._paired = False
        self._captions = Captions(desk)
        stage = desk.stage
        stage.shown.connect(self._shown)
        stage.grown.connect(self._grown)
        for signal in (stage.moved, stage.viewed, stage.compared):
            signal.connect(self.draw)
        space.sample_chosen.connect(self._choose)

    def set_paired(self, paired: bool) -> None:
        """Whether the task of the form begins with a picture: it decides between one canvas and a pair."""
        self._paired = paired
        self.arrange()

    def arrange(self) -> None:
        """Show the page that suits the task and the run on the stage."""
        self._arrange()
        self.draw()

    @property
    def _own(self) -> bool:
        """Whether the run on the stage, if there is one, is shown here and not in another workspace."""
        live = self._desk.stage.live
        return live is None or self._shows(live.task)

    @property
    def _recorded(self) -> bool:
        """Whether there is a step to show here."""
        return self._desk.stage.recorded and self._own

    @property
    def mode(self) -> Mode:
        """What the canvas should show now."""
        if self._desk.stage.other is not None and self._recorded:
            return Mode.COMPARE
        if self._paired:
            return Mode.PAIR
        return Mode.GRID if self._recorded else Mode.EMPTY

    def _arrange(self) -> None:
        """Change the page unless the user paints on a state or looks at a wipe."""
        if self._space.mode is not self.mode:
            self._space.show_mode(self.mode, self._facts())

    def _shown(self) -> None:
        self._space.results.clear()
        self._arrange()
        self._results()
        self.draw()

    def _grown(self) -> None:
        """New steps: the pictures follow by `moved`; the end brings the exact samples and the results."""
        stage = self._desk.stage
        if self._space.mode is Mode.EMPTY or (self._space.mode is Mode.PAIR and self._space.result.image is None):
            self._arrange()
            self.draw()
        if stage.live is not None and stage.live.samples is not None:
            self._results()
            if stage.index == stage.last:
                self.draw()

    def _results(self) -> None:
        """The strip under a pair: finished samples, their mean and disagreement."""
        live = self._desk.stage.live
        samples = live.samples if live else None
        shown = samples if samples is not None and self._paired and self._own else None
        self._space.show_results(shown, self._captions.of(live))

    def _choose(self, sample: int) -> None:
        """A sample was selected somewhere: show it everywhere."""
        self._desk.stage.choose(sample)
        if self._space.mode in {Mode.PAIR, Mode.WIPE}:
            self.draw()

    def draw(self, *_: object) -> None:
        """Paint the present step."""
        stage, space = self._desk.stage, self._space
        if space.mode is Mode.COMPARE:
            self._compare()
        elif space.mode is Mode.GRID and self._own:
            pictures = stage.frames()
            if pictures is not None:
                space.grid.set_images(list(pictures), self._captions.of(stage.live))
                # the selection stays from run to run, so that a branch shows the same sample
                stage.choose(space.grid.selected)
            else:
                space.grid.set_empty_text("This step has no such view; go to another one, or choose another view.")
                space.grid.clear()
            space.say(self._facts())
        elif space.mode is Mode.PAIR:
            self._pair()
        elif space.mode is Mode.WIPE:
            self._pair()
            if space.input.image is not None and space.result.image is not None:
                space.wipe.set_pair(space.input.image, space.result.image, ("before", "after"))

    def _pair(self) -> None:
        """The right side of a pair: the selected sample, or one of the two summaries."""
        stage, space = self._desk.stage, self._space
        pictures = stage.frames() if self._own else None
        if pictures is None:
            space.result.set_image(None)
            space.result.set_caption("")
            return
        chosen = space.results.current
        if chosen == space.results.mean_index and chosen >= 0:
            space.result.set_image(pictures.mean(axis=0))
        elif chosen == space.results.disagreement_index and chosen >= 0:
            spread = pictures.std(axis=0).mean(axis=0, keepdims=True)
            space.result.set_image(2 * spread / max(float(spread.max()), 1e-6) - 1)
        else:
            space.result.set_image(pictures[min(max(stage.sample, 0), len(pictures) - 1)])
        total = stage.live.opened.total if stage.live and stage.live.opened else 0
        space.result.set_caption(f"{SUBSCRIPTS[stage.view.name]} · step {stage.index} of {total}")

    def _compare(self) -> None:
        stage = self._desk.stage
        left, right = stage.frames(stage.live), stage.frames(stage.other)
        if left is None or right is None or left.shape != right.shape:
            self._desk.complain("These two runs differ in number or size of samples; compare runs of one shape.")
            stage.compare(None)
            self._arrange()
            return
        self._space.compare.set_pair(left, right, (self._title(stage.live), self._title(stage.other)),
                                     self._captions.of(stage.live))
        self._space.say(self._facts())

    def _title(self, live: LiveRun | None) -> str:
        """What a run is called now; a run that is gone from the library keeps the name it began with."""
        if live is None:
            return ""
        try:
            return self._desk.library.run(live.run).title
        except BadInput:
            return live.opened.title if live.opened else ""

    def _facts(self) -> str:
        """A few words on the run for the tool strip."""
        stage = self._desk.stage
        if not stage.recorded or stage.live is None or stage.live.opened is None:
            return ""
        if stage.other is not None:
            return f"{stage.view.title} at step {stage.index} of {stage.live.opened.total}, in both runs"
        count, channels, height, width = (*stage.live.opened.shape, 1, 1)[:4]
        colour = "grey" if channels == 1 else "colour"
        shown = f" · the first {SHOWN} shown" if count > SHOWN else ""
        return f"{self._title(stage.live)} · {count} × {height} × {width} {colour}{shown}"


def available(live: LiveRun | None, views: Sequence[View]) -> list[View]:
    """The views that a run has something to show for."""
    if live is None or live.trajectory is None:
        return [STATE]
    pulled = bool(live.trajectory.deltas)
    return [view for view in views if view.name != "pull" or pulled]


def term_means(live: LiveRun) -> dict[str, np.ndarray]:
    """Mean size of each term over the batch by step: (recorded,)."""
    if live.trajectory is None:
        return {}
    return {name: values.mean(axis=1) for name, values in live.trajectory.terms.items()}
