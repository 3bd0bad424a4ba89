"""The places of a form on the canvas: handles that the mouse drags and the form's numbers move."""

from __future__ import annotations

import math
from collections.abc import Callable

from widgets.fields.handles import Handle, Handles
from widgets.options.fields import number_text
from widgets.options.rows import FormRow
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.pages.points_views.field import FieldPage

PLACE = "place"  # the hint of an option that holds the numbers of a point
HINT = "Drag it to another place; its numbers are in the form"
MOST = 4  # decimals


class PointsPlacesController:
    """Follows the form and what is drawn. It has no signals.

    Args:
        desk, panel: shared parts.
        page: the canvas.
        active: whether runs are shown on the canvas now, and nothing is painted on it.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, page: FieldPage, active: Callable[[], bool]) -> None:
        self._desk, self._panel, self._page, self._active = desk, panel, page, active
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
        shown = [Handle((numbers[0], 0.0 if self._on_line else [*numbers, 0.0][1]), row.spec.title)
                 for row, numbers in found]
        self.handles.show(self._page.fields, shown)
        if shown and not self._told:
            self._told = True  # once: who knows it needs no line for it
            names = " and ".join(one.name.lower() for one in shown)
            self._desk.say(f"Drag {names} on the canvas, or type their numbers")

    def _places(self) -> list[tuple[FormRow, list[float]]]:
        """The rows of places with their numbers; words that are no numbers have no handle."""
        form, live = self._panel.form, self._desk.stage.live
        over_time = self._page.panels is self._page.course
        if form is None or not self._active() or over_time or (live is not None and live.task != self._panel.task):
            return []
        found = [(row, numbers_of(str(row.editor.value()))) for row in form.hinted(PLACE).values()]
        return [(row, numbers) for row, numbers in found if numbers]

    @property
    def _on_line(self) -> bool:
        """Whether data on a line are shown, whose places lie at its foot."""
        return self._page.panels is self._page.line

    def _dragged(self, number: int, x: float, y: float) -> None:
        """The form's numbers follow the hand, and so does the handle."""
        if number < len(self._rows):
            frame = self._page.fields[0].frame()
            values = (x,) if self._on_line else (x, y)
            written = ", ".join(_written(value, side) for value, side in zip(values, frame.scale, strict=False))
            self._rows[number].editor.set_value(written)
            self.draw()

    def _dropped(self, number: int) -> None:
        """One drag is one step of undo."""
        if number < len(self._rows):
            self._rows[number].editor.edited.emit()


def _written(value: float, scale: float) -> str:
    """A number to about a pixel, of which `scale` are one unit of the data."""
    digits = min(max(round(math.log10(max(abs(scale), 1.0))), 0), MOST)
    return number_text(round(value, digits) + 0.0)  # no minus before a zero


def numbers_of(text: str) -> list[float]:
    """The numbers of a point as they are written, none where one of them is no number."""
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        return []
    return found if all(math.isfinite(value) for value in found) else []
