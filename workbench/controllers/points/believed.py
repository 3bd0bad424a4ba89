"""The density that the model of a run believes in, beside the true one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from widgets.fields.density import Contours
from widgets.fields.layer import Layer
from widgets.fields.line import DensityCurve
from workbench.background import Background
from workbench.desk import Desk
from workbench.fields.believed_store import BOX, ON_LINE, BelievedStore, WantedDensity
from workbench.fields.drawing import Ground
from workbench.fields.frames import CURVE, ENDS
from workbench.fields.known import Known
from workbench.fields.readings import rulers
from workbench.fields.store import FieldStore, Subject, Time
from workbench.pages.points_views.field import FieldPage

MODEL, COLOUR, NAME = "model", "good", "model"
ALL_EXACT = "These points are sampled with the exact density itself; choose a model or a fitted mixture as denoiser."
UNKNOWN = "There is no density of a model to show yet; run a model or a fitted mixture as denoiser."


class PointsBelievedController:
    """Which densities of models are shown, wanted and offered. It has no signals.

    Args:
        desk, background: shared parts.
        page: the canvas.
        fields: knows the models of runs.
        draw: paints the canvas again.
    """

    def __init__(self, desk: Desk, background: Background, page: FieldPage, fields: FieldStore,
                 draw: Callable[[], object]) -> None:
        self._page, self._fields, self._draw = page, fields, draw
        self.store = BelievedStore(background, self._tell, desk.complain)
        self._say = desk.say
        self._wishes, self._reasons = list[WantedDensity](), list[str]()
        self._layers = dict[int, tuple[object, Layer]]()  # by the identity of the density

    def begin(self) -> None:
        """The panels are about to be drawn."""
        self._wishes, self._reasons = [], []

    def end(self) -> None:
        """The panels are drawn: what is missing is made, and the button says where there is nothing."""
        self.store.want(self._wishes, self._draw)
        reasons = self._reasons or [UNKNOWN]
        self._page.tools.offer(MODEL, "" if "" in reasons else reasons[0])

    def layer(self, subject: Subject | None, time: Time, ground: Ground) -> Layer | None:
        """What is known for a panel at its time; what is not is wanted."""
        known = None if subject is None else self._fields.truth(subject)
        if subject is None or known is None:
            return None
        self._reasons.append(why := _lacking(known))
        if why or not self._page.shows(MODEL):
            return None
        density = self.store.known(subject, time)
        if density is None:
            self._wishes.append(WantedDensity(subject, time, known.prior))
            return None
        made = self._layers.get(id(density))
        if made is None or made[0] is not density:
            if len(self._layers) > 100:
                self._layers.clear()
            made = self._layers[id(density)] = density, _layer(density, ground)
        return made[1]

    def _tell(self, share: float) -> None:
        self._say(f"Density of the model: {100 * share:.0f} %" if share < 1 else "The density of the model is there")


def _lacking(known: Known) -> str:
    """Why what a run is sampled with has no density of its own, "" where it has."""
    from engines.learnt import no_density

    return known.amiss or ALL_EXACT if known.prior is known.truth else no_density(known.prior.learnt)


def _layer(density: np.ndarray, ground: Ground) -> Layer:
    """Lines of equal height over the plane, a curve over a line."""
    if ground.line:
        across, up = rulers(ground.units, line=True)
        return DensityCurve(np.linspace(*ENDS, CURVE)[ON_LINE], density, NAME, COLOUR, across=across, up=up)
    return Contours(density, BOX, "density of the model", colour=COLOUR, named=NAME, unit=ground.one**-2)
