"""The places of a form on the canvas: handles that the mouse drags and the form's numbers move."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from widgets.drawing.ruler import PLAIN, Ruler
from widgets.fields.axes import Axes
from widgets.fields.handles import Handle, Handles
from widgets.options.rows import FormRow
from workbench import bridge
from workbench.background import Background
from workbench.controllers.points.subjects import Subjects
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.pages.points_views.field import FieldPage

PLACE = "place"  # the hint of an option that holds the numbers of a point
HINT = "Drag it to another place; its numbers are in the form"
MOST = 4  # decimals of a number whose unit is 1
OWN = "own"  # whether the numbers beside it are those of the axes
Place = Sequence[float]


class PointsPlacesController:
    """Follows the form and what is drawn. It has no signals.

    Args:
        desk, panel, background: shared parts.
        page: the canvas.
        subjects: what is shown on it.
        active: whether runs are shown on the canvas now, and nothing is painted on it.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, background: Background, page: FieldPage, subjects: Subjects,
                 active: Callable[[], bool]) -> None:
        self._desk, self._panel, self._background = desk, panel, background
        self._page, self._subjects, self._active = page, subjects, active
        self._typical: tuple[str, list[Place]] = "", []  # of which data, and where they are
        self._rows = list[FormRow]()
        self._told = False
        self.handles = Handles(HINT, page)
        self.handles.dragged.connect(self._dragged)
        self.handles.dropped.connect(self._dropped)

    def draw(self) -> None:
        """Show the places of the form over the run of its task, or over the data where none is shown."""
        found = self._places()
        self._rows = [row for row, _ in found]
        # one that has too few or too many numbers for the data is put right by dragging it
        shown = [Handle((place[0], 0.0 if self._on_line else [*place, 0.0][1]), row.spec.title)
                 for row, place in found]
        self.handles.show(self._page.fields, shown)
        if shown and not self._told:
            self._told = True  # once: who knows it needs no line for it
            names = " and ".join(one.name.lower() for one in shown)
            self._desk.say(f"Drag {names} on the canvas, or type their numbers")

    def _places(self) -> list[tuple[FormRow, Place]]:
        """The rows of places, and where these are on the canvas; words that are no numbers have no handle."""
        form, live = self._panel.form, self._desk.stage.live
        over_time = self._page.panels is self._page.course
        if form is None or not self._active() or over_time or (live is not None and live.task != self._panel.task):
            return []
        rows = form.hinted(PLACE)
        if not rows or not self._of_form():
            return []
        texts = [str(row.editor.value()) for row in rows.values()]
        typical = self._left() if not all(text.strip() for text in texts) else []
        found = [self._at(name, text) if text.strip() else typical[k] if k < len(typical) else []
                 for k, (name, text) in enumerate(zip(rows, texts, strict=True))]
        return [(row, place) for row, place in zip(rows.values(), found, strict=True) if place]

    def _of_form(self) -> bool:
        """Whether the data that are shown are the form's: among others its numbers would mean other places."""
        live = self._desk.stage.live
        shown, data = self._subjects.subject(live), self._panel.values().get("data")
        if live is None or shown is None or shown.recipe.options.get("data") != data:
            return live is None
        # own points are told by the same words, whichever they are
        asked = self._subjects.subject(None) if shown.recipe.files else shown
        return asked is not None and asked.data == shown.data

    def _at(self, name: str, text: str) -> Place:
        """Where the numbers of an option lie, none where they are no numbers."""
        return [ruler.at(number) for ruler, number in zip(self._rulers(name), numbers_of(text), strict=False)]

    def _rulers(self, name: str) -> tuple[Ruler, Ruler]:
        """How the numbers of an option read: as the axes do, or those of an earlier version at unit scale."""
        beside, axes = self._panel.values().get(name.split(".")[0]), self._page.fields[0].layer("axes")
        plain = isinstance(beside, Mapping) and beside.get(OWN) is False
        return (PLAIN, PLAIN) if plain or not isinstance(axes, Axes) else (axes.across, axes.up)

    def _left(self) -> list[Place]:
        """The places that are left to the data, none while they are looked for."""
        subject = self._subjects.subject(self._desk.stage.live)
        data = self._subjects.data(subject)
        if subject is None or data is None:
            return []
        if self._typical[0] != subject.data:
            from engines.data.points.typical import far_apart

            key = subject.data
            self._typical = key, []
            self._background.do(lambda: far_apart(data), lambda found: self._found(key, bridge.array(found).tolist()),
                                self._desk.complain)
        return self._typical[1]

    def _found(self, key: str, places: list[Place]) -> None:
        """The places of some data are there."""
        if self._typical[0] == key:
            self._typical = key, places
            self.draw()

    @property
    def _on_line(self) -> bool:
        """Whether data on a line are shown, whose places lie at its foot."""
        return self._page.panels is self._page.line

    def _dragged(self, number: int, x: float, y: float) -> None:
        """The form's numbers follow the hand, and so does the handle."""
        if number < len(self._rows):
            frame = self._page.fields[0].frame()
            row, values = self._rows[number], (x,) if self._on_line else (x, y)
            rulers = self._rulers(self._name(row))
            row.editor.set_value(", ".join(_written(ruler, value, side) for ruler, value, side in
                                           zip(rulers, values, frame.scale, strict=False)))
            self.draw()

    def _name(self, row: FormRow) -> str:
        """The name of the option of a row."""
        form = self._panel.form
        return next((name for name, one in form.hinted(PLACE).items() if one is row), "") if form is not None else ""

    def _dropped(self, number: int) -> None:
        """One drag is one step of undo."""
        if number < len(self._rows):
            self._rows[number].editor.edited.emit()


def _written(ruler: Ruler, value: float, scale: float) -> str:
    """What a value reads, to about a pixel, of which `scale` are one unit of the data."""
    digits = min(max(round(math.log10(max(abs(scale), 1.0))), 0), MOST) - math.floor(math.log10(ruler.unit))
    return f"{round(ruler.told(value), max(digits, 0)) + 0.0:.12g}"  # no minus before a zero


def numbers_of(text: str) -> list[float]:
    """The numbers of a point as they are written, with either minus; none where one of them is no number."""
    try:
        found = [float(part) for part in text.replace("−", "-").split(",")]
    except ValueError:
        return []
    return found if all(math.isfinite(value) for value in found) else []
