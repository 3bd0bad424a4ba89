"""A strip of choices under the pair of one task, and the button that fills it beside a row of its form."""

from __future__ import annotations

from widgets.options.beside import put_beside
from widgets.pictures.choice_strip import ChoiceStrip
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.pages.images_page import ImagesPage, Mode


class TaskStrip:
    """Shows a strip while its task is in the form, its pair on the canvas, and something in it. It has no signals.

    Args:
        desk, panel, canvas: shared parts.
        name: what the strip is called.
        task: whose pair it stands under.
        row, action: the row of the form that the button stands beside, and what it triggers.
        height: of the strip, px.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, canvas: ImagesPage, name: str, task: str, row: str, action: str,
                 height: int) -> None:
        self._desk, self._panel, self._canvas = desk, panel, canvas
        self._task, self._row, self._action = task, row, action
        self.strip = ChoiceStrip(name)
        self.strip.setFixedHeight(height)
        self.strip.hide()
        canvas.add_strip(self.strip)
        panel.form_made.connect(self._button)
        panel.changed.connect(self.show)
        canvas.mode_changed.connect(self.show)

    def _button(self, task: str) -> None:
        """Put the button beside the row."""
        row = self._panel.forms[task].row(self._row) if task == self._task else None
        if row is not None:
            put_beside(row, "All", self._desk.actions[self._action])

    def show(self, *_: object) -> None:
        """Show it or not, as everything stands now."""
        paired = self._canvas.mode in {Mode.PAIR, Mode.WIPE}
        self.strip.setVisible(self._panel.task == self._task and paired and self.strip.count > 0)
