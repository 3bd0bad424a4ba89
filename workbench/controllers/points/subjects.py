"""Which runs the canvas of points shows, and what their fields are of."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engines.errors import WorkbenchError
from engines.process.sight import sight
from engines.units import Units
from widgets.drawing.plane import Box
from workbench.background import Background
from workbench.desk import Desk
from workbench.fields.drawing import Ground
from workbench.fields.frames import ENDS, EXTENT
from workbench.fields.known import Known
from workbench.fields.own_rows import Rows
from workbench.fields.store import FieldStore, Subject, Time
from workbench.frames import size
from workbench.preparing import Packing
from workbench.running.mailbox import LiveRun

if TYPE_CHECKING:
    from engines.data.points.base import PointSet
    from engines.recipe import Recipe
    from engines.tasks.base import Task
    from workbench.controllers.runs import RunController

HIGH = 0.6  # the highest density of a line before it is known
AT_DATA: Time = (0.0, 1.0)
ROOM, FARTHEST = 1.05, 40.0  # of what is looked at: beyond the farthest point, and the most from 0 to an edge
KEPT = 40  # subjects of runs that are remembered


class Subjects:
    """The runs of the panels and their fields. It has no signals.

    Args:
        desk, background: shared parts.
        form: what the form asks for, with its files, None where that cannot be.

    Attributes: order, ids of runs as their panels stand.
    """

    def __init__(self, desk: Desk, background: Background, form: Callable[[], Recipe | None]) -> None:
        self._desk, self._form = desk, form
        self.store = FieldStore(background, lambda why: desk.say(why))
        self.order: tuple[str, ...] = ()
        self._known = dict[str, Subject]()  # by run
        self._seen: tuple[str, Known] | None = None  # the key of the data that were seen last, and what is known

    def runs(self) -> list[LiveRun]:
        """The runs of the panels as these stand; none where the form alone is shown."""
        stage, order = self._desk.stage, self.order
        shown = stage.together or (stage.live,)
        found = [live for live in shown if live is not None and live.opened is not None]
        return sorted(found, key=lambda live: order.index(live.run) if live.run in order else len(order))

    @property
    def active(self) -> int:
        """The panel whose run is on the stage; −1 without one."""
        return next((k for k, live in enumerate(self.runs()) if live is self._desk.stage.live), -1)

    def subject(self, live: LiveRun | None) -> Subject | None:
        """What the fields of a run are of, without one those of the form; None where that cannot be."""
        known = None if live is None else self._known.get(live.run)
        if known is not None:
            return known
        recipe = self._form() if live is None else self._recipe(live)
        if recipe is None:
            return None
        made = Subject(replace(recipe, start=None), tuple(self._desk.library.home.model_folders()))
        if live is None:
            return made
        if len(self._known) > KEPT:
            self._known.clear()
        return self._known.setdefault(live.run, made)

    def _recipe(self, live: LiveRun) -> Recipe | None:
        from engines.recipe import Recipe

        try:
            return Recipe.from_json(self._desk.library.recipe(live.run))
        except WorkbenchError:
            return None

    def step(self, live: LiveRun) -> int:
        """The step of a run that is looked at."""
        return self._desk.stage.kept_step(live)

    def time(self, live: LiveRun | None) -> Time:
        """Time and scale at the present step of a run, those of the data without one."""
        if live is None or live.opened is None:
            return AT_DATA
        step = self.step(live)
        return float(live.opened.times[step]), scale_of(live, step)

    def ground(self, live: LiveRun | None, subject: Subject | None) -> Ground:
        """What a run or the form is drawn on."""
        dimension = live.opened.shape[-1] if live is not None and live.opened is not None else self._dimension(subject)
        frame = self.store.known(subject, AT_DATA) if subject is not None else None
        high = HIGH if dimension > 1 or frame is None or frame.density is None else float(frame.density.max())
        rows = self.rows(subject).reach
        reach = rows if len(rows) == dimension else ()
        if dimension == 1:
            return Ground(1, high, self.units(live, subject), far=max((ENDS[1], *reach)))
        return Ground(dimension, high, self.units(live, subject), self.extent(reach))

    def data(self, subject: Subject | None) -> PointSet | None:
        """The data of the form or a run, bound to their files; None before they are known."""
        known = self._of_data(subject)
        return None if known is None else known.data

    def rows(self, subject: Subject | None) -> Rows:
        """How these data are seen where they are so many points and no more; of none before they are known."""
        known = self._of_data(subject)
        return Rows() if known is None else known.rows

    def stand_in(self, subject: Subject | None) -> str:
        """What is drawn as the density of so many points and no more, which have none, as a sentence; else ""."""
        known = self._of_data(subject)
        return known.truth.note if known is not None and known.rows.count else ""

    def _of_data(self, subject: Subject | None) -> Known | None:
        """What is known of the data of a subject, also while what is true of them on another path is made."""
        known = self.store.truth(subject) if subject is not None else None
        if subject is not None and known is not None:
            self._seen = subject.data, known
        seen = self._seen
        return seen[1] if seen is not None and subject is not None and seen[0] == subject.data else None

    def extent(self, rows: Sequence[float] = ()) -> Box:
        """What is looked at of the plane: what sets take, and more where the samples of a run are a way that leaves it.

        Of other runs what lies outside are few points of many, and so much more room for them would make all small.
        rows: how far from 0 the data lie in x and y where they are all to be in sight.
        """
        reach = max((self._reach(live) for live in self.runs() if self._in_order(live)), default=0.0)
        wide = min(math.ceil(2 * ROOM * reach) / 2, FARTHEST)  # in steps, so that it rests while a run goes on
        x, y = (max(usual, wide, far) for usual, far in zip(EXTENT[2:], rows or EXTENT[2:], strict=True))
        return -x, -y, x, y

    def _reach(self, live: LiveRun) -> float:
        """How far from 0 the first and the last states of a run lie, between which all others do."""
        steps = live.trajectory
        ends = (self.states(live, i) for i in (steps.first, steps.last)) if steps is not None else ()
        return max((float(np.abs(x[np.isfinite(x)]).max(initial=0)) for x in ends if x is not None), default=0.0)

    def _in_order(self, live: LiveRun) -> bool:
        engines = self._desk.queue.engines
        return engines is not None and live.task in engines.tasks and engines.tasks[live.task].in_order

    def units(self, live: LiveRun | None, subject: Subject | None) -> Units | None:
        """In which a run or the form is told: those it recorded, else those of what it is sampled with."""
        recorded = live.opened.units if live is not None and live.opened is not None else None
        prior, data = self.store.prior(subject) if subject is not None else None, self.data(subject)
        return recorded or (prior.units if prior is not None else data.units() if data is not None else None)

    def _dimension(self, subject: Subject | None) -> int:
        from engines.data.points.base import point_sets

        data = self.data(subject)
        if data is not None or subject is None:
            return data.dimension if data is not None else 2
        known = point_sets().get(str((subject.recipe.options.get("data") or {}).get("name")))
        return known.dimension if known else 2

    def one(self, live: LiveRun | None) -> float:
        """What a distance of 1 is told as."""
        units = self.units(live, self.subject(live))
        return 1.0 if units is None else units.scale

    def states(self, live: LiveRun, step: int, *, estimate: bool = False) -> np.ndarray | None:
        """States, or estimates of the data, (N, d) of a recorded step as they are seen; None where there are none."""
        steps = live.trajectory
        if steps is None or not steps.first <= step <= steps.last:
            return None
        return steps.x0(step) if estimate else steps.x(step) / np.float32(scale_of(live, step))


def scale_of(live: LiveRun, step: int) -> float:
    """What the states of a step are divided by to be seen."""
    return 1.0 if live.opened is None else sight(size(live.opened, step))


def asked(runs: RunController, task_of: Callable[[str], Task | None], files: Callable[[str], Packing]) -> Recipe | None:
    """What the form asks for with its files, None where that cannot be run, or has no field.

    A field is one of a density and a denoiser; tasks without a prior have none.
    """
    try:
        recipe = runs.bare()
        task = task_of(recipe.task)
        sampled = task is not None and "prior" in task.Form.model_fields
        return replace(recipe, files=files(recipe.task).pack()) if sampled else None
    except WorkbenchError:
        return None
