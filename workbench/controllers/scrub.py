"""Shows the present step of the run on the canvas: pictures, captions, term plots."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engines.shown import MEASURED
from widgets.drawing.colour_scale import format_value
from widgets.drawing.pixmaps import Pyramid, disagreement, heat
from widgets.formulas.equation_view import EquationView
from workbench.comparable import size_of
from workbench.controllers.captions import Captions
from workbench.controllers.known_pictures import KnownPictures
from workbench.controllers.placing import PlaceController
from workbench.controllers.result_row import ResultRow
from workbench.controllers.stage_words import LAST_MOVE, StageWords
from workbench.controllers.term_view import TermView
from workbench.controllers.wiping import Wiping
from workbench.desk import Desk
from workbench.frames import ESTIMATE, STATE
from workbench.pages.images_page import ImagesPage, Mode
from workbench.running.mailbox import LiveRun

SUBSCRIPTS = {"state": "x_t", "estimate": "x̂_0", "change": "Δ", "noise": "noise",
              "score": "∇ log p", "pull": "pull"}
RESULT, WOULD = "Result", "As it would be measured now"


class ScrubController:
    """From (run, step, view) to what is painted. It has no signals.

    Args:
        desk: shared parts.
        space: the page of the Images workspace.
        shows: whether runs of a task are shown there.
        places: where samples belong in the user's picture.
        equation: a term that is hovered there is shown in place of the view, for as long as that lasts.
        known: pictures beside the results.
    """

    def __init__(self, desk: Desk, space: ImagesPage, shows: Callable[[str], bool], places: PlaceController,
                 equation: EquationView, known: KnownPictures) -> None:
        self._desk, self._space, self._shows, self.places = desk, space, shows, places
        self._paired = False
        self._term = TermView(desk)
        self._words = StageWords(desk, self._term)
        self.captions = self._captions = Captions(desk)
        self.apart: Callable[[LiveRun], bool] = lambda _live: False  # whether its results have a strip of their own
        self.row = ResultRow(desk, space, self._captions, known, self._stripped)
        self.wiping = Wiping(desk, space, known, places)
        places.read += [self.row.fill, self.draw]
        known.foreseen.append(self.draw)
        stage = desk.stage
        stage.shown.connect(self._shown)
        stage.grown.connect(self._grown)
        for signal in (stage.moved, stage.viewed, stage.compared, stage.beside):
            signal.connect(self.draw)
        space.sample_chosen.connect(self._choose)
        equation.term_hovered.connect(self._hovered)

    def set_paired(self, paired: bool) -> None:
        """Whether the task of the form begins with a picture: it decides between one canvas and a pair."""
        self._paired = paired
        self.arrange()

    def arrange(self) -> None:
        """Show the page that suits the task and the run on the stage."""
        self._arrange()
        self.draw()

    def _hovered(self, term: str) -> None:
        self._term.turn(term)
        if self._recorded:
            self.draw()

    def _frames(self, live: LiveRun | None = None) -> np.ndarray | None:
        """Pictures of the term that is hovered, else of the view."""
        hovered = self._term.frames(live or self._desk.stage.live)
        return self._desk.stage.frames(live) if hovered is None else hovered

    @property
    def _own(self) -> bool:
        """Whether the run on the stage, if there is one, is shown here and not in another workspace."""
        live = self._desk.stage.live
        return live is None or self._shows(live.task)

    def _stripped(self) -> bool:
        """Whether the results of the run on the stage stand in the strip under the pair."""
        stage = self._desk.stage
        return (self._paired and self._own and not stage.tabled
                and not (stage.live is not None and self.apart(stage.live)))

    @property
    def _recorded(self) -> bool:
        """Whether there is a step to show here."""
        return self._desk.stage.recorded and self._own

    @property
    def mode(self) -> Mode:
        """What the canvas should show now."""
        if self._desk.stage.other is not None and self._recorded:
            return Mode.COMPARE
        if self._own and self._desk.stage.tabled:
            return Mode.TABLE
        if self._own and self._desk.stage.charted:
            return Mode.CHARTS
        if self._paired:
            return Mode.PAIR
        # while the run of last time is read, what was seen of it stays
        kept = bool(self._desk.stage.awaited) and self._space.mode is Mode.GRID
        return Mode.GRID if self._recorded or kept else Mode.EMPTY

    def _arrange(self) -> None:
        """Change the page unless the user paints on a state or looks at a wipe."""
        if self._space.mode is not self.mode:
            self._space.show_mode(self.mode, self._words.facts())

    def _shown(self) -> None:
        self._space.results.clear()
        if self._desk.stage.live is None:
            self.places.forget()
        self._arrange()
        self.row.fill()
        self.draw()

    def _grown(self) -> None:
        """New steps: the pictures follow by `moved`; the end brings the exact samples and the results."""
        stage = self._desk.stage
        if self.mode is Mode.TABLE is not self._space.mode:  # its first row
            self._arrange()
        if self.mode is Mode.CHARTS:
            self._arrange()
            return
        if self._space.mode is Mode.EMPTY or (self._space.mode is Mode.PAIR and self._space.result.pyramid is None):
            self._arrange()
            self.draw()
        if stage.live is not None and stage.live.samples is not None:
            self.row.fill()
            if stage.index == stage.last:
                self.draw()

    def _choose(self, sample: int) -> None:
        """A sample was selected somewhere: show it everywhere."""
        self._desk.stage.choose(sample)
        if self._space.mode in {Mode.PAIR, Mode.WIPE}:
            self.draw()

    def draw(self, *_: object) -> None:
        """Paint the present step."""
        mode = self._space.mode
        if self._desk.stage.awaited:
            return
        if mode is Mode.COMPARE:
            self._compare()
        elif mode is Mode.GRID and self._own:
            self._grid()
        elif mode is Mode.PAIR:
            self._pair()
        elif mode is Mode.WIPE:
            self._pair()
            self.wiping.draw()

    def _grid(self) -> None:
        """Paint all samples of the present step."""
        stage, space = self._desk.stage, self._space
        pictures = self._frames()
        if pictures is not None:
            words = self._captions
            space.grid.set_images(list(pictures), words.of(stage.live), words.together(stage.live))
            # the selection stays from run to run, so that a branch shows the same sample
            stage.choose(space.grid.selected)
        else:
            space.grid.set_empty_text("This step has no such view; go to another one, or choose another view.")
            space.grid.clear()
        space.say(self._words.facts())

    def _pair(self) -> None:
        """The right side of a pair: the selected sample, or one of the two summaries."""
        stage, space = self._desk.stage, self._space
        live = stage.live
        # asked before the frames, which the engine may finish meanwhile: a state must not pass for a result
        finished = stage.finished and not self._term.shown
        pictures = self._frames() if self._own else None
        self._middle(live if self._own else None)
        if pictures is None or live is None:
            self._desk.actions["view.crop"].setEnabled(False)
            space.show_result(None, "", tied=False)
            return
        place = self.places.of(live)
        if self.places.awaited:  # drawn once it is known where it belongs
            return
        shown, what = self._selected(live, pictures, finished)
        self._desk.actions["view.crop"].setEnabled(place is not None and place.mask is not None and not place.whole)
        tied = self.places.inside(live) is not None or (place is not None and place.whole)
        tied = tied or shown.image.size() == space.input.image_size
        beside = self.row.chosen()
        if beside is not None:
            shown, tied = beside[0], beside[0].image.size() == space.input.image_size
        plain = not what and not self._term.shown and stage.view in (STATE, ESTIMATE)
        told = "" if not plain else self.captions.beside(live, max(stage.sample, 0) if finished else None)
        caption = " · ".join(filter(None, (self._caption(what, finished), told)))
        space.show_result(shown, beside[1] if beside else caption, tied=tied)

    def _middle(self, live: LiveRun | None) -> None:
        """What a run measured, between its input and its result."""
        wanted = self._desk.actions["view.measured"].isChecked()
        measured, coming = self.row.known.named(live, MEASURED) if wanted else None, self.row.known.next
        if measured is not None and coming is not None:
            self._space.show_middle(coming, WOULD)
        else:
            self._space.show_middle(measured.picture if measured else None, measured.title if measured else "")

    def _selected(self, live: LiveRun, pictures: np.ndarray, finished: bool) -> tuple[Pyramid, str]:
        """What is selected in the strip, and what it is called where it is no sample."""
        results, count = self._space.results, len(pictures)
        if results.current >= 0 and results.current == results.mean_index:
            return self.places.result(live, pictures.mean(axis=0), "mean" if finished else None), f"Mean of {count}"
        if results.current >= 0 and results.current == results.disagreement_index:
            spread = np.nan_to_num(disagreement(pictures))
            high = float(spread.max())
            coloured = heat(spread, 0, high).transpose(2, 0, 1)
            words = f"Disagreement · 0 dark to {format_value(high)} bright"
            return self.places.result(live, coloured.astype(np.float32) / np.float32(127.5) - 1), words
        sample = min(max(self._desk.stage.sample, 0), count - 1)
        return self.places.result(live, pictures[sample], sample if finished else None), ""

    def _caption(self, what: str, finished: bool) -> str:
        """What the result side shows: “x_t · step 30 of 50”, and of which step where that is another one.

        what: the name of what was made from all samples, "" for a sample.
        """
        stage = self._desk.stage
        # known pixels are pasted at the end: what is shown then is no state of the run any more
        name = self._term.title or (RESULT if finished and stage.backward else SUBSCRIPTS[stage.view.name])
        total = stage.live.opened.total if stage.live and stage.live.opened else 0
        name = (what if name == RESULT else f"{what} · {name}") if what else name
        past = self._term.past if self._term.shown else stage.past
        return f"{name} · {LAST_MOVE if past else f'step {stage.index} of {total}'}"

    def _compare(self) -> None:
        stage = self._desk.stage
        if self.mode is not Mode.COMPARE:  # one of the two is gone: what shows a single run takes over
            self._arrange()
            self.draw()
            return
        left, right = self._frames(stage.live), self._frames(stage.other)
        if left is None or right is None:
            self._space.say("One of the two runs has no such view at this step; go to another one")
            return
        if left.shape[1:] != right.shape[1:]:
            stage.compare(None)
            self._desk.complain(f"The samples of one run are {size_of(left.shape)} and those of the other "
                                f"{size_of(right.shape)}; compare runs of one size.")
            return
        both = min(len(left), len(right))  # of runs that differ in number, those that both have
        left, right = left[:both], right[:both]
        self._space.compare.set_pair(left, right, self._words.titles(),
                                     (self._captions.of(stage.live), self._captions.of(stage.other)))
        self._space.say(self._words.facts())
