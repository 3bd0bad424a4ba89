"""Colours painted straight on the picture that Edit starts from."""

from __future__ import annotations

from workbench.actions import Spec
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.pages.images_page import ImagesPage, Mode
from workbench.pages.toolstrip import PaintTools

NEEDS = "Open a picture in Edit first"


class ScribbleController:
    """Declares what is done with the paint, and lets the brush be grey where the model is. It has no signals.

    Args:
        desk, panel: shared parts; the panel has the model.
        canvas: the page of the Images workspace, whose input takes the paint.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, canvas: ImagesPage) -> None:
        self._desk, self._panel, self._canvas = desk, panel, canvas
        desk.actions.add(Spec("brush.colour", "Colour of the brush…", "Edit", section="mask", needs=NEEDS,
                              help="The colour that is painted with in Edit or on a state; grey for a grey model"),
                         self.ask, lambda: self._tools() is not None)
        desk.actions.add(Spec("edit.clear_paint", "Clear paint", "Edit", section="mask", needs="Nothing is painted",
                              help="Take away what was painted on the picture in Edit"),
                         self.clear, lambda: canvas.input.colour_mode and canvas.input.has_paint)
        panel.changed.connect(self.look)

    def look(self) -> None:
        """Another model may be chosen."""
        model = self._desk.models.find(str(self._panel.values().get("model") or ""))
        self._canvas.colour_tools.set_grey(model is not None and model.channels == 1)

    def _tools(self) -> PaintTools | None:
        """The tools of what is painted on in colours now, None for nothing."""
        canvas = self._canvas
        if canvas.mode is Mode.PAINT:
            return canvas.paint_tools
        painted = canvas.mode is Mode.PAIR and canvas.input.colour_mode and canvas.input.image is not None
        return canvas.colour_tools if painted else None

    def ask(self) -> None:
        """Let the user choose the colour to paint with."""
        if (tools := self._tools()) is None:
            self._desk.complain(f"There is nothing to paint on in colours here. {NEEDS}.")
        else:
            tools.ask_colour()

    def clear(self) -> None:
        """Take all colours away; undo brings them back."""
        canvas = self._canvas.input
        if canvas.colour_mode and canvas.has_paint:
            canvas.clear()
            self._desk.say("The picture is as it was before it was painted on; undo brings the paint back")
        else:
            self._desk.complain(f"There is no paint to clear. {NEEDS} and paint on it.")
