"""Compare at the seam: a hole filled by the naive paste, RePaint without and with resampling, and DPS, side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from engines.errors import BadInput
from engines.shown import SEAM
from widgets.drawing.pixmaps import Pyramid, to_qimage
from widgets.pictures.choice_strip import Choice
from workbench.actions import Spec
from workbench.controllers.picture import PictureController
from workbench.controllers.runs import RunController
from workbench.controllers.scrub import ScrubController
from workbench.controllers.strengths import Loader
from workbench.controllers.task_strip import TaskStrip
from workbench.controllers.which import Which
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.form_change import change_form
from workbench.pages.images_page import ImagesPage
from workbench.running.jobs import Job
from workbench.running.mailbox import LiveRun

INPAINT, ACTION = "inpaint", "run.seam"
HEIGHT = 96  # px
ONCE = "RePaint, not resampled"
METHODS: Mapping[str, Mapping[str, object]] = {
    "Naive paste": {"name": "naive"}, ONCE: {"name": "repaint", "resample": 1},
    "RePaint": {"name": "repaint"}, "DPS": {"name": "dps"}}


class SeamMethodsController:
    """Runs the form of Inpaint by four methods from the same noise, and keeps their results in a strip.

    Under each stands its seam's error. A click takes the method into the form and shows its run. Beside any result of
    Inpaint the seam's error stands too. It has no signals.

    Args:
        desk, panel: shared parts.
        canvas: the page of the Images workspace.
        picture: the user's picture.
        runs: starts runs of the form.
        scrub: draws the run on the stage; its captions are told the seams.
        load: puts a run of the library on the stage again, with its options in the form unless told otherwise.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, canvas: ImagesPage, picture: PictureController,
                 runs: RunController, scrub: ScrubController, load: Loader) -> None:
        self._desk, self._panel, self._canvas, self._picture = desk, panel, canvas, picture
        self._runs, self._scrub, self._load = runs, scrub, load
        self._which: Which | None = None
        self._made = dict[str, str]()  # run by method, in the order of the strip
        self._pictures = dict[str, Pyramid]()  # the first result, by run
        self._tried: Mapping[str, Mapping[str, object]] = METHODS
        self._known = dict[str, tuple[float, ...]]()  # seams of finished samples, by run
        self._shown = TaskStrip(desk, panel, canvas, "Methods", INPAINT, "method", ACTION, HEIGHT)
        self.strip = self._shown.strip
        self.strip.picked.connect(self.pick)
        scrub.captions.remarks, scrub.captions.beside = self.remarks, self.beside
        desk.actions.add(Spec(ACTION, "Compare at the seam", "Run", section="run",
                              needs="Paint a hole in Inpaint first",
                              help="Fill the hole by pasting at the end, by RePaint without and with resampling and by "
                                   "DPS, from the same noise, with the error of the seam under each"),
                         self.start, self._able)
        self._follow()

    def _follow(self) -> None:
        self._picture.changed.append(self._other_picture)
        for signal in (self._desk.queue.job_finished, self._desk.queue.run_opened):
            signal.connect(self._filled)
        self._desk.stage.shown.connect(self._frame)

    def _able(self) -> bool:
        return self._panel.task == INPAINT and self._canvas.input.coverage > 0

    def start(self) -> None:
        """Run the form by each method; options of a method that is chosen in the form are the form's."""
        if not self._able():
            self._desk.complain("Methods are compared at the edge of a hole; paint one in Inpaint first.")
            return
        chosen = cast(Mapping[str, object], self._panel.values().get("method", {}))
        self._tried = {title: self._as_chosen(title, method, chosen) for title, method in METHODS.items()}
        self._made, self._pictures = {}, {}
        self._which = self._picture.which
        self._runs.start_with([{"method": dict(method)} for method in self._tried.values()], self._began,
                              [f"Inpaint by {title}" for title in METHODS])
        self._fill()

    @staticmethod
    def _as_chosen(title: str, method: Mapping[str, object], chosen: Mapping[str, object]) -> Mapping[str, object]:
        """A method with the options that it has in the form."""
        fits = chosen.get("name") == method["name"] and (title != "RePaint" or chosen.get("resample") != 1)
        return {**chosen, **method} if fits else method

    def _began(self, job: Job) -> None:
        title = list(METHODS)[len(self._made)]
        self._made[title] = job.id
        self._fill()

    def _filled(self, run: str) -> None:
        if run in self._made.values():
            self._fill()

    def _fill(self) -> None:
        """Show the first result of each method that is done, and its seam's error."""
        self.strip.set_choices("Seam" if self._made else "", [self._choice(title, run)
                                                            for title, run in self._made.items()])
        self._frame()
        self._shown.show()

    def _choice(self, title: str, run: str) -> Choice:
        live, found = self._desk.queue.live(run), math.nan
        try:
            found = float(self._desk.library.run(run).metrics.get(SEAM, math.nan))
        except BadInput:  # gone from the library
            live = None
        if live is not None and live.samples is not None:  # seen again when its steps have been let go
            self._pictures[run] = Pyramid(to_qimage(live.samples[0]))
        caption = title if math.isnan(found) else f"{title} · {found:.3f}"
        told = "" if math.isnan(found) else f": the seam’s error is {found:.3f}, mean over the samples"
        return Choice(caption, self._pictures.get(run), 0.0, f"{title}{told}")

    def _other_picture(self) -> None:
        """The strip was of another picture."""
        if self._made and self._picture.which is not self._which:
            self._made = {}
            self._fill()

    def _frame(self) -> None:
        """Frame the method whose run is shown."""
        runs = list(self._made.values())
        self.strip.set_current(runs.index(self._desk.stage.run) if self._desk.stage.run in runs else -1)

    def pick(self, index: int) -> None:
        """Take a method into the form, which undo takes back, and show its run."""
        form, title = self._panel.form, list(self._made)[index]
        if form is not None:
            values: Mapping[str, Any] = {"method": dict(self._tried[title])}
            change_form(self._desk.history, "Take method", form, values, partial(self._panel.put, form))
        if self._desk.stage.run != self._made[title]:
            self._load(self._made[title], fill=False)

    # the number beside a result

    def remarks(self, live: LiveRun) -> tuple[str, ...]:
        """What stands under each finished sample of a run of Inpaint: “seam 0.213”; () for any other."""
        return tuple("" if math.isnan(one) else f"seam {one:.3f}" for one in self._seams(live))

    def beside(self, live: LiveRun, sample: int | None) -> str:
        """The same of one finished sample, or for None the mean over the estimates of the present step."""
        if sample is not None:
            told = self.remarks(live)
            return told[sample] if 0 <= sample < len(told) else ""
        stage, steps = self._desk.stage, live.trajectory
        curve = steps.curves.get(SEAM) if steps is not None else None
        at = stage.index - steps.first if steps is not None else -1
        return f"seam of x̂_0 {curve[at]:.3f}" if curve is not None and 0 <= at < len(curve) else ""

    def _seams(self, live: LiveRun) -> tuple[float, ...]:
        """The seam's error of the finished samples, worked out once."""
        if live.task != INPAINT or live.samples is None or not self._desk.ready:
            return ()
        if live.run not in self._known:
            from engines.tasks.seams import seams

            place = self._scrub.places.of(live)
            if place is None or place.mask is None:
                return ()
            self._known[live.run] = seams(live.samples, place.mask, place.picture.crop)
        return self._known[live.run]
