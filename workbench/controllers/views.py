"""Looking at pictures: the brush, before and after; and what a right click on one offers."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from widgets.controls.step_scrubber import StepScrubber
from widgets.masks.tools import Fill
from workbench.actions import Spec
from workbench.controllers.scrub import ScrubController
from workbench.desk import Desk
from workbench.pages.images_page import ImagesPage, Mode

ON_SAMPLE = ("run.branch", "run.paint", "run.compare", "edit.take", "run.keep_step", "file.export_picture",
             "file.export_film", "edit.copy")
ON_RESULT = ("edit.keep", "view.wipe", "edit.take", "file.export_picture", "file.export_sides", "edit.copy")
ON_INPUT = ("file.open", "file.sample", "edit.paste", "edit.load_mask", "edit.save_mask", "edit.invert", "edit.clear",
            "brush.colour", "edit.clear_paint", "view.alone")


class ViewController:
    """Declares what can be done on the canvas of images and opens its right-click menus.

    Args:
        desk: shared parts.
        space: the page of the Images workspace.
        scrub: draws the present step.
        scrubber: the time line.
    """

    def __init__(self, desk: Desk, space: ImagesPage, scrub: ScrubController, scrubber: StepScrubber) -> None:
        self._desk, self._space, self._scrub = desk, space, scrub
        desk.actions.add(Spec("view.wipe", "Before and after", "View", "W", "split", "wipe",
                              "Picture and result under one divider",
                              needs="Open a picture and run something first"), self.wipe,
                         lambda: space.input.image is not None and space.result.image is not None)
        desk.actions.add(Spec("view.crop", "Only the square", "View", "Shift+X", "maximize", "wipe",
                              "Show the square that the model works on, or all of the picture around it",
                              checkable=True, needs="Inpaint a part of a picture first"),
                         self.show_crop, lambda: space.input.image is not None)
        desk.actions.add(Spec("view.measured", "Measured picture between", "View", section="wipe",
                              help="Show what a run of Restore measured between the picture and the result",
                              checkable=True), self.show_measured)
        desk.actions["view.measured"].setChecked(True)
        for view in (space.input, space.middle, space.result, space.paint):
            view.space_tapped.connect(scrubber.toggle_play)
        self._declare_brush()
        space.grid.context_requested.connect(lambda index, point: self.menu(ON_SAMPLE, point, index >= 0))
        space.results.context_requested.connect(lambda index, point: self.menu(ON_RESULT, point, index >= 0))
        space.input.context_requested.connect(lambda point: self.menu(ON_INPUT, point, True))
        space.paint.context_requested.connect(lambda point: self.menu(("run.branch", "edit.undo"), point, True))

    def _declare_brush(self) -> None:
        """The keys of the brush, wherever the focus is: the canvas has them too, for its own."""
        add = self._desk.actions.add
        keys = (("smaller", "Smaller brush", "[", -1, 0), ("larger", "Larger brush", "]", 1, 0),
                ("harder", "Harder edge", "Shift+{", 0, -1), ("softer", "Softer edge", "Shift+}", 0, 1))
        for name, title, key, size, soft in keys:
            add(Spec(f"brush.{name}", title, section="brush", plain=key),
                lambda size=size, soft=soft: self._brush(size, soft))

    def _brush(self, size: int, soft: int) -> None:
        """Change the brush of the canvas that is painted on now, if there is one."""
        canvas = {Mode.PAIR: self._space.input, Mode.PAINT: self._space.paint}.get(self._space.mode)
        if canvas is None or canvas.image is None:
            self._desk.say("There is nothing to paint on here; open a picture, or paint on a state with Shift+B")
            return
        if size:
            canvas.grow_brush(size)
        else:
            canvas.set_brush(soft=canvas.brush_soft + soft)
        if size and isinstance(canvas.tool, Fill):
            self._desk.say(f"Fill takes colours within {canvas.tolerance} grey levels of the one clicked")
            return
        edge = f"a soft edge of {canvas.brush_soft:.0f} px" if canvas.brush_soft else "a hard edge"
        self._desk.say(f"The brush is {canvas.brush_size:.0f} px wide, with {edge}")

    def wipe(self) -> None:
        """Show picture and result under one divider, or end that."""
        space = self._space
        if not space.isVisible():
            self._desk.say("Before and after lays a result over its picture; both are in Images")
        elif space.mode is Mode.WIPE:
            space.show_mode(self._scrub.mode)
            self._scrub.draw()
        elif self._scrub.wiping.draw():
            space.show_mode(Mode.WIPE)
        else:
            self._desk.complain("There is no result to compare with yet; paint a hole and press Run.")

    def show_measured(self) -> None:
        """Show what a run measured between picture and result, or not."""
        self._scrub.draw()
        shown = self._desk.actions["view.measured"].isChecked()
        self._desk.say("What Restore measured stands between picture and result" if shown else
                       "What Restore measured is in the strip alone")

    def show_crop(self) -> None:
        """Show the samples by themselves, or inside of the user's picture."""
        alone = self._scrub.places.cropped = self._desk.actions["view.crop"].isChecked()
        self._scrub.draw()
        self._desk.say("Results of Inpaint are shown as their square alone" if alone else
                       "Results of Inpaint are shown inside of the whole picture")

    def menu(self, names: tuple[str, ...], point: QPoint, useful: bool) -> QMenu | None:
        """Open a menu of actions at a global point; None where there is nothing under the pointer."""
        if not useful:
            return None
        menu = QMenu(self._space)
        self._desk.actions.open_in(menu)
        for name in names:
            menu.addAction(self._desk.actions[name])
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(point)
        return menu
