"""Draws the present step of the runs of points: particles, densities and vectors."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engines.errors import WorkbenchError
from widgets.field_arrows import Arrows
from widgets.field_density import Heat
from widgets.field_layer import Layer
from widgets.field_line import DensityCurve, along, rug
from widgets.field_particles import Particles
from widgets.field_paths import Streamlines
from widgets.point_field import PointField
from workbench.background import Background
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.field_frames import CURVE, REACH, TICKS, FieldFrame
from workbench.field_store import FieldStore, Subject, Time
from workbench.mailbox import LiveRun
from workbench.pages.points_views.field import FieldPage

if TYPE_CHECKING:
    from engines.recipe import Recipe

HIGH = 0.6  # the highest density of a line before it is known
DATA: Time = (0.0, 1.0)


class PointsFieldController:
    """From run, step and form to what is painted. It has no signals.

    Args:
        desk, panel, background: shared parts.
        page: the canvas.
        recipe: what the form asks for, with its files, None where it asks for nothing that can be.
        active: whether runs are shown there now.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, background: Background, page: FieldPage,
                 recipe: Callable[[], Recipe | None], active: Callable[[], bool]) -> None:
        self._desk, self._page, self._recipe, self._active = desk, page, recipe, active
        self.store = FieldStore(background, lambda why: desk.say(why))
        self._subjects = dict[str, Subject]()  # by run
        stage = desk.stage
        stage.shown.connect(self._shown)
        for signal in (stage.grown, stage.moved, stage.viewed, stage.compared, panel.changed):
            signal.connect(self.draw)

    # what is shown

    def runs(self) -> list[LiveRun]:
        """The runs of the panels, the one on the stage first; none where the form alone is shown."""
        stage = self._desk.stage
        return [live for live in (stage.live, stage.other) if live is not None and live.opened is not None]

    def subject(self, live: LiveRun | None) -> Subject | None:
        """What the fields of a run are of, None of the form; None where that cannot be."""
        if live is None:
            recipe = self._recipe()
            return None if recipe is None else Subject(recipe, self._folders)
        if live.run not in self._subjects:
            from engines.recipe import Recipe

            try:
                recipe = Recipe.from_json(self._desk.queue.recipe(live.run))
            except WorkbenchError:
                return None
            self._subjects[live.run] = Subject(replace(recipe, start=None), self._folders)
        return self._subjects[live.run]

    @property
    def _folders(self) -> tuple:  # pyright: ignore
        return tuple(self._desk.library.home.model_folders())

    def time(self, live: LiveRun | None, index: int = -1) -> Time:
        """Time and scale at a step of a run (default the present one), those of the data without one."""
        if live is None or live.opened is None:
            return DATA
        step = self._desk.stage.kept_step(live) if index < 0 else index
        return float(live.opened.times[step]), scale_of(live, step)

    def _shown(self) -> None:
        live = self._desk.stage.live
        if live is None:
            self._subjects.clear()
        self.draw()

    # drawing

    def draw(self, *_: object) -> None:
        """Paint the present step of every panel."""
        if not self._active() or not self._desk.ready:
            return
        runs = self.runs()
        captions = [live.opened.title if live.opened else "" for live in runs] if len(runs) > 1 else [""]
        subject = self.subject(runs[0] if runs else None)
        dimension = runs[0].opened.shape[-1] if runs and runs[0].opened else self._dimension(subject)
        self._page.show_dimension(dimension, self._highest(subject))
        self._page.panels.set_captions(captions)
        for field, live in zip(self._page.fields, runs or [None], strict=True):
            self._draw(field, live, dimension)

    def _dimension(self, subject: Subject | None) -> int:
        from engines.data.points.base import point_sets

        prior = self.store.prior(subject) if subject is not None else None
        if prior is not None:
            return prior.dimension
        known = point_sets().get(str((subject.recipe.options.get("data") or {}).get("name"))) if subject else None
        return known.dimension if known else 2

    def _highest(self, subject: Subject | None) -> float:
        """The highest density of data on a line."""
        frame = self.store.known(subject, DATA) if subject is not None else None
        return HIGH if frame is None or frame.density is None else float(frame.density.max())

    def _draw(self, field: PointField, live: LiveRun | None, dimension: int) -> None:
        subject, time = self.subject(live), self.time(live)
        frame = None
        if subject is not None:
            frame = self.store.known(subject, time)
            self.store.want(subject, (time,) if dimension > 1 else (DATA, time), self.draw)
        layers = self._still(frame, dimension, self._highest(subject)) if frame is not None or live is None else {}
        field.set_layers({**layers, **self._moving(live, dimension, self._highest(subject))})

    def _still(self, frame: FieldFrame | None, dimension: int, highest: float) -> dict[str, Layer | None]:
        """Density and vectors."""
        if frame is None:
            return {"density": None, "score": None, "velocity": None}
        if dimension > 1:
            density = None if frame.density is None else Heat(frame.density, REACH, "density", bands=8)
            return {"density": density, "score": Arrows(frame.points, frame.score),
                    "velocity": Streamlines(frame.lines)}
        xs, every = frame.points[:, 0], slice(None, None, CURVE // TICKS)
        curve = None if frame.density is None else DensityCurve(xs, frame.density, "density", filled=True)
        return {"density": curve, "score": Arrows(*along(xs[every], frame.score[every, 0], highest)),
                "velocity": Arrows(*along(xs[every], frame.velocity[every, 0], highest), title="velocity")}

    def _moving(self, live: LiveRun | None, dimension: int, highest: float) -> dict[str, Layer | None]:
        """Particles."""
        if live is None or live.trajectory is None or live.trajectory.last < live.trajectory.first:
            return {"particles": None}
        step = self._desk.stage.kept_step(live)
        points = live.trajectory.x(step) / np.float32(scale_of(live, step))
        return {"particles": Particles(points if dimension > 1 else rug(points[:, 0], highest))}


def scale_of(live: LiveRun, step: int) -> float:
    """What the states of a step are divided by to be seen: 1, but for paths on which variance explodes."""
    if live.opened is None:
        return 1.0
    return max(1.0, math.hypot(float(live.opened.alpha[step]), float(live.opened.sigma[step])))
