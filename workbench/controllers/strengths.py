"""All strengths: the picture of Edit brought back from several at once, in a strip that stays under it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Protocol

import numpy as np

from engines.errors import BadInput
from widgets.drawing.pixmaps import Pyramid, to_qimage
from widgets.pictures.choice_strip import Choice
from workbench.actions import Spec
from workbench.controllers.picture import PictureController
from workbench.controllers.runs import RunController
from workbench.controllers.scrub import ScrubController
from workbench.controllers.task_strip import TaskStrip
from workbench.controllers.which import Which
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.form_change import change_form
from workbench.pages.images_page import ImagesPage
from workbench.running.mailbox import LiveRun

EDIT, ACTION = "edit", "run.strengths"
HEIGHT = 88  # px
TITLE = "Strength"


class Loader(Protocol):
    """Puts a run on the stage; `fill`: its options in the form."""

    def __call__(self, run: str, *, fill: bool = True) -> object:
        """Do so."""
        ...


class StrengthsController:
    """Runs the form of Edit with all strengths, and keeps the strip of the last such run of the picture.

    A click in the strip takes the strength into the form and shows its result; a mark follows the form's slider. It has
    no signals.

    Args:
        desk, panel: shared parts.
        canvas: the page of the Images workspace.
        picture: the user's picture.
        runs: starts runs of the form.
        scrub: draws the run on the stage.
        load: puts a run of the library on the stage again, with its options in the form unless told otherwise.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, canvas: ImagesPage, picture: PictureController,
                 runs: RunController, scrub: ScrubController, load: Loader) -> None:
        self._desk, self._panel, self._canvas, self._picture = desk, panel, canvas, picture
        self._runs, self._load = runs, load
        self._live: LiveRun | None = None
        self._which: Which | None = None  # the picture that the strip is of
        self._strengths: tuple[float, ...] = ()
        self._known = dict[str, tuple[float, ...]]()  # strengths by run, which never change
        self._wanted, self._seen = -1, (-1, False)  # the tile to show once its run is there; what the tiles show
        self._shown = TaskStrip(desk, panel, canvas, "Strengths", EDIT, "strength", ACTION, HEIGHT)
        self.strip = self._shown.strip
        self.strip.picked.connect(self.pick)
        scrub.apart = lambda live: bool(self.of(live))
        scrub.captions.names = lambda live: tuple(f"strength {strength:g}" for strength in self.of(live))
        desk.actions.add(Spec(ACTION, "All strengths", "Run", section="run", needs="Open a picture in Edit first",
                              help="Bring the picture back from many strengths with the same noise; a click in their "
                                   "strip takes one"), self.start, self._able)
        self._follow()

    def _follow(self) -> None:
        """Follow the stage, the form and the picture."""
        stage = self._desk.stage
        for signal in (stage.shown, stage.grown):
            signal.connect(self._take)
        stage.chosen.connect(self._frame)
        self._panel.changed.connect(self._mark)
        self._picture.changed.append(self._other_picture)

    def _able(self) -> bool:
        return self._panel.task == EDIT and self._picture.pixels is not None

    def start(self) -> None:
        """Run the form with the strengths it names, or else the usual ones."""
        from engines.tasks.strengths import USUAL

        if not self._able():
            self._desk.complain("All strengths are tried of a picture in Edit; open one there first.")
        else:
            self._runs.start_with(({"strengths": self._panel.values().get("strengths") or list(USUAL)},))

    def of(self, live: LiveRun) -> tuple[float, ...]:
        """The strengths of a run in [0, 1], () for one that has no several."""
        if live.task != EDIT:
            return ()
        if live.run not in self._known:
            try:
                named = self._desk.library.run(live.run).options.get("strengths", ())
            except BadInput:  # gone from the library
                return ()
            self._known[live.run] = tuple(percent / 100 for percent in named)
        return self._known[live.run]

    def _take(self) -> None:
        """The run on the stage is another, or has new steps: one of several strengths is in the strip from now on."""
        live = self._desk.stage.live
        if live is not None and (strengths := self.of(live)):
            if live is not self._live:
                self._live, self._which, self._strengths = live, self._picture.which, strengths
                self._seen = -1, False
            self._fill(live)
        self._frame()
        self._shown.show()
        if self._wanted >= 0 and self._own:
            wanted, self._wanted = self._wanted, -1
            self._look(wanted)

    @property
    def _own(self) -> bool:
        """Whether the run of the strip is on the stage."""
        return self._live is not None and self._desk.stage.run == self._live.run

    def _fill(self, live: LiveRun) -> None:
        """Show what the run has: its results, or as long as there are none the states it has come to."""
        samples, last = live.samples, self._desk.stage.last
        if self._seen == (last, samples is not None):
            return
        self._seen = last, samples is not None
        found = samples if samples is not None else self._desk.stage.frames_at(last)
        self.strip.set_choices(TITLE, [self._choice(k, strength, found) for k, strength in enumerate(self._strengths)])
        self._mark()

    @staticmethod
    def _choice(k: int, strength: float, found: np.ndarray | None) -> Choice:
        picture = None if found is None or k >= len(found) else Pyramid(to_qimage(found[k]))
        return Choice(f"{strength:.2g}", picture, strength, f"Strength {strength:g}: click to take it")

    def _other_picture(self) -> None:
        """The strip was of another picture."""
        if self._live is not None and self._picture.which is not self._which:
            self._live, self._strengths = None, ()
            self.strip.set_choices("", [])
            self._shown.show()

    def _mark(self) -> None:
        """The slider may stand elsewhere."""
        value = self._panel.values().get("strength") if self._panel.task == EDIT else None
        self.strip.set_position(value if isinstance(value, float | int) else None)
        self._shown.show()

    def _frame(self, *_: object) -> None:
        """Frame the strength whose result is shown."""
        self.strip.set_current(max(self._desk.stage.sample, 0) if self._own else -1)

    def pick(self, index: int) -> None:
        """Take a strength into the form, which undo takes back, and show its result."""
        form = self._panel.form
        if form is None or self._live is None or not index < len(self._strengths):
            return
        values: Mapping[str, Any] = {"strength": self._strengths[index], "strengths": []}
        change_form(self._desk.history, "Take strength", form, values, partial(self._panel.put, form))
        self._desk.say(f"Strength {self._strengths[index]:g} is in the form")
        if self._own:
            self._look(index)
        else:
            self._wanted = index
            self._load(self._live.run, fill=False)

    def _look(self, index: int) -> None:
        """Show one of the results at full size."""
        self._desk.stage.move(self._desk.stage.last)
        self._canvas.sample_chosen.emit(index)
        self._frame()
