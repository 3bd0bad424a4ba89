"""Looking: steps, zoom, before and after; and what a right click on a picture offers."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from widgets.film_strip import FilmStrip
from widgets.step_scrubber import StepScrubber
from workbench.actions import Spec
from workbench.controllers.scrub import ScrubController
from workbench.desk import Desk
from workbench.workspaces.images import ImagesWorkspace, Mode

ON_SAMPLE = ("run.branch", "run.paint", "run.compare", "edit.take", "run.keep_step", "file.export_picture",
             "file.export_film", "edit.copy")
ON_RESULT = ("edit.keep", "view.wipe", "edit.take", "file.export_picture", "edit.copy")
MANY = 1_000_000  # steps: past any end
ON_INPUT = ("file.open", "edit.paste", "edit.load_mask", "edit.save_mask", "edit.invert", "edit.clear")


class ViewController:
    """Declares the actions of the View menu and opens the right-click menus.

    Args:
        desk: shared parts.
        space: the Images workspace.
        scrub: draws the present step.
        scrubber: the time line.
        film: the samples over a training, which takes the place of the time line in its workspace.
    """

    def __init__(self, desk: Desk, space: ImagesWorkspace, scrub: ScrubController, scrubber: StepScrubber,
                 film: FilmStrip) -> None:
        self._desk, self._space, self._scrub = desk, space, scrub
        self._scrubber, self._film = scrubber, film
        self._declare_steps(scrubber)
        self._declare_zoom()
        self._declare_brush()
        space.grid.context_requested.connect(lambda index, point: self.menu(ON_SAMPLE, point, index >= 0))
        space.results.context_requested.connect(lambda index, point: self.menu(ON_RESULT, point, index >= 0))
        space.input.context_requested.connect(lambda point: self.menu(ON_INPUT, point, True))
        space.paint.context_requested.connect(lambda point: self.menu(("run.branch", "edit.undo"), point, True))

    def _declare_steps(self, scrubber: StepScrubber) -> None:
        add = self._desk.actions.add
        add(Spec("step.next", "Next step", "View", ".", plain="Right"), lambda: self._step(1))
        add(Spec("step.previous", "Previous step", "View", ",", plain="Left"), lambda: self._step(-1))
        add(Spec("step.on", "Ten steps on", "View", plain="Ctrl+Right; PgUp"), lambda: self._step(10))
        add(Spec("step.back", "Ten steps back", "View", plain="Ctrl+Left; PgDown"), lambda: self._step(-10))
        add(Spec("step.first", "First step", "View", "Ctrl+Home", plain="Home"), lambda: self._step(-MANY))
        add(Spec("step.last", "Last step", "View", "Ctrl+End", plain="End"), lambda: self._step(MANY))
        add(Spec("step.play", "Play or pause the steps", "View", "Ctrl+Space", "play", plain="Space"),
            scrubber.toggle_play)
        add(Spec("sample.next", "Next sample", "View", section="sample", plain="Shift+Right"),
            lambda: self._space.step_sample(1))
        add(Spec("sample.previous", "Previous sample", "View", section="sample", plain="Shift+Left"),
            lambda: self._space.step_sample(-1))
        for view in (self._space.input, self._space.result, self._space.paint):
            view.space_tapped.connect(scrubber.toggle_play)

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
        if canvas is not None and size:
            canvas.grow_brush(size)
        elif canvas is not None:
            canvas.set_brush(soft=canvas.brush_soft + soft)

    def _step(self, steps: int) -> None:
        """Go through the steps of what is shown: of the run, or the sheets of the training."""
        (self._film.step if self._film.isVisible() else self._scrubber.nudge)(steps)

    def _declare_zoom(self) -> None:
        add, space = self._desk.actions.add, self._space
        add(Spec("view.fit", "Fit picture", "View", "Ctrl+0", "maximize", "zoom"), space.fit)
        add(Spec("view.zoom_in", "Zoom in", "View", "Ctrl++; Ctrl+=", "zoom-in", "zoom"), lambda: space.zoom(1.25))
        add(Spec("view.zoom_out", "Zoom out", "View", "Ctrl+-", "zoom-out", "zoom"), lambda: space.zoom(0.8))
        add(Spec("view.wipe", "Before and after", "View", "W", "split", "wipe",
                 "Picture and result under one divider"), self.wipe)

    def wipe(self) -> None:
        """Show picture and result under one divider, or end that."""
        space = self._space
        if space.mode is Mode.WIPE:
            space.show_mode(self._scrub.mode)
            self._scrub.draw()
        elif space.input.image is None or space.result.image is None:
            self._desk.complain("There is no result to compare with yet; paint a hole and press Run.")
        else:
            space.wipe.set_pair(space.input.image, space.result.image, ("before", "after"))
            space.show_mode(Mode.WIPE)

    def menu(self, names: tuple[str, ...], point: QPoint, useful: bool) -> QMenu | None:
        """Open a menu of actions at a global point; None where there is nothing under the pointer."""
        if not useful:
            return None
        menu = QMenu(self._space)
        for name in names:
            menu.addAction(self._desk.actions[name])
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(point)
        return menu
