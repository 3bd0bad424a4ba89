"""What the form of points offers, as the data and the denoiser decide: modes as classes, and denoisers by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from engines.errors import WorkbenchError
from engines.labels import EACH, FREE
from workbench.controllers.checks import GUIDANCE, UNGUIDED
from workbench.desk import Desk
from workbench.docks.task import TaskPanel

if TYPE_CHECKING:
    from widgets.option_form import OptionForm

EXACT = ("exact", "Exact")
ALL, TURN = (FREE, "all of the data"), (EACH, "each mode in turn")
LABEL, DATA, PRIOR = "label", "data", "prior"


class PointsFormController:
    """Follows the form. It has no signals.

    Args:
        desk, panel: shared parts.
        own: whether a task is one of the workspace.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, own: Callable[[str], bool]) -> None:
        self._desk, self._panel, self._own = desk, panel, own
        self._offered: tuple[str, object] = ("", None)
        self._busy = False
        panel.changed.connect(self.offer)

    def offer(self) -> None:
        """Offer the classes of the data, and grey what the choice leaves without effect."""
        form = self._panel.form
        if form is None or self._busy or not self._desk.ready or not self._own(self._panel.task):
            return
        values = form.values()
        if PRIOR in values and form.row(PRIOR) is not None and self._offered[0] != self._panel.task:
            form.set_choices(PRIOR, [EXACT, *self._models()])
        key = self._panel.task, values.get(DATA)
        self._busy = True
        try:
            if LABEL in values and key != self._offered:
                self._classes(form, values.get(DATA))
            self._grey(form)
        finally:
            self._busy = False
        self._offered = key

    def _models(self) -> list[tuple[str, str]]:
        """The models of points there are."""
        from engines.modality import Modality
        from engines.model_list import find_models

        found = find_models(self._desk.library.home.model_folders())
        return [(model.choice, model.choice) for model in found if model.spec.modality is Modality.POINTS]

    def _classes(self, form: OptionForm, data: object) -> None:
        from engines.component import build
        from engines.data.points.base import PointSet, point_sets

        try:
            spec = dict(data) if isinstance(data, Mapping) else data
            names = build(PointSet, spec, point_sets).classes()
        except WorkbenchError:  # the form says what is wrong
            return
        modes = [(name, f"mode {name}") for name in names]
        before = str(form.values()[LABEL])
        form.set_choices(LABEL, [ALL, TURN, *modes] if modes else [ALL])
        known = {FREE, EACH, *names} if modes else {FREE}
        form.set_values({LABEL: before if all(part.strip() in known for part in before.split(",")) else FREE})

    @staticmethod
    def _grey(form: OptionForm) -> None:
        row = form.row(GUIDANCE)
        if row is not None:
            row.editor.set_decided(UNGUIDED if str(form.values().get(LABEL)) in {FREE, ""} else "")
