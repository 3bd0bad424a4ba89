"""The user's kept point sets in the forms: where data are own points, each set can be chosen by its name."""

from __future__ import annotations

from pathlib import Path
from weakref import WeakSet

from widgets.options.editors import Editor
from widgets.options.fields import Kind
from workbench.controllers.points.data import FILE, PointsDataController
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.kept_points import KeptPoints, kept_file

NONE_YET, UNKEPT = "none yet", "{} (not kept yet)"


class NamedPointSets:
    """Offers the kept sets in the row of own points, and takes up the one that is chosen. It has no signals.

    Args:
        desk, panel: shared parts.
        data: has the points that are the data now, which stand first.
        kept: the sets.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, data: PointsDataController, kept: KeptPoints) -> None:
        self._desk, self._panel, self._data, self._kept = desk, panel, data, kept
        self._editor: Editor | None = None
        self._heard = WeakSet[Editor]()  # every form has one of its own
        self._offered = list[tuple[str, str]]()
        panel.changed.connect(self.offer)
        data.changed.append(self.offer)

    def offer(self) -> None:
        """Offer what is kept in the form that is shown, where it has such a row."""
        form = self._panel.form
        name = next(iter(form.named(Kind.POINTS)), "") if form is not None else ""
        row = form.row(name) if form is not None else None
        if form is None or row is None:
            return
        files = self._kept.files()
        now = self._name([file.stem for file in files])
        choices = [(FILE, now), *((str(file), file.stem) for file in files if file.stem != now)]
        if row.editor is self._editor and choices == self._offered:
            return
        if row.editor not in self._heard:
            self._heard.add(row.editor)
            row.editor.edited.connect(self._chosen)
        self._editor, self._offered = row.editor, choices
        row.editor.set_value(FILE)
        row.editor.set_choices(choices)

    def _name(self, kept: list[str]) -> str:
        """What the present points are called: as they are kept, whatever they were called when they came."""
        if self._data.kept_as in kept:
            return self._data.kept_as
        if self._data.values is None:
            return NONE_YET
        came = Path(self._data.title).stem  # which another set may be called by now
        return UNKEPT.format(came) if came in kept else came

    def _chosen(self) -> None:
        """The user chose a set; the form goes on naming the present points, which are those from now on."""
        key = str(self._editor.value()) if self._editor is not None else ""
        if self._editor is None or not kept_file(key) or key == FILE:
            return
        self._editor.set_value(FILE)
        with self._desk.guard():
            self._data.open(Path(key))
