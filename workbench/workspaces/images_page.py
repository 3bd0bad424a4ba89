"""The Images workspace: tool strip, canvas and results."""

from __future__ import annotations

from enum import Enum

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from widgets.compare_view import CompareView
from widgets.empty_state import EmptyState
from widgets.image_grid import ImageGrid
from widgets.image_view import ImageView
from widgets.mask_canvas import MaskCanvas
from widgets.result_strip import ResultStrip
from widgets.wipe_view import WipeView
from workbench.actions import Actions
from workbench.parts import column, frame, row
from workbench.workspaces.toolstrip import PaintTools, ToolStrip

STRIP = 112


class Mode(Enum):
    """What the canvas shows."""

    EMPTY = "empty"
    GRID = "grid"
    PAIR = "pair"
    PAINT = "paint"
    COMPARE = "compare"
    WIPE = "wipe"


class ImagesPage(QWidget):
    """What the user works on, as large as can be.

    Signals: mode_changed(object) with the Mode; sample_chosen(int) from grid, strip or comparison.
    """

    mode_changed = Signal(object)
    sample_chosen = Signal(int)

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.mode = Mode.EMPTY
        self.grid = ImageGrid("Samples")
        self.grid.enlarge_on_click = True
        self.input, self.result = MaskCanvas("Input"), ImageView("Result")
        self.input.lean, self.result.lean = 1.0, -1.0
        self.paint = MaskCanvas("State")
        self.paint.set_colour_mode(True)
        self.compare, self.wipe = CompareView(), WipeView()
        self.start = EmptyState("Press Run to draw samples, or open a picture to inpaint, edit or noise it.", "Run",
                                "sparkles")
        self.results = ResultStrip()
        self.results.setFixedHeight(STRIP)
        self.strip = ToolStrip(actions, (("run.paint", "pencil"), ("run.compare", "columns-2"),
                                         ("run.branch", "git-branch")))
        self.mask_tools = PaintTools(self.input, actions, colours=False)
        self.paint_tools = PaintTools(self.paint, actions, colours=True)
        for tools in (self.mask_tools, self.paint_tools):
            self.strip.add_tools(tools)
        self._arrange()
        self._wire()
        self.show_mode(Mode.EMPTY)

    def _arrange(self) -> None:
        self._pair = frame("canvas")
        row(self.input, self.result, spacing=0, parent=self._pair)
        self.stack = QStackedWidget()
        self._pages: dict[Mode, QWidget] = {
            Mode.EMPTY: self.start, Mode.GRID: self.grid, Mode.PAIR: self._pair, Mode.PAINT: self.paint,
            Mode.COMPARE: self.compare, Mode.WIPE: self.wipe}
        for page in self._pages.values():
            self.stack.addWidget(page)
        ground = frame("canvas")
        layout = column(self.stack, self.results, parent=ground)
        layout.setStretchFactor(self.stack, 1)
        whole = column(self.strip, ground, parent=self)
        whole.setStretchFactor(ground, 1)

    def _wire(self) -> None:
        self.grid.selection_changed.connect(self.sample_chosen)
        self.compare.selection_changed.connect(self.sample_chosen)
        self.results.current_changed.connect(self.sample_chosen)
        for view in (self.input, self.paint, self.wipe):
            view.zoom_changed.connect(lambda percent, view=view: self._zoomed(view, percent))
        self.strip.zoom_asked.connect(self.fit)
        self.result.set_empty_text("Paint the hole, then press Run.")
        self.input.set_empty_text("Open, drop or paste a picture, or take a sample (right-click one).")

    def _zoomed(self, view: ImageView, percent: float) -> None:
        if view.isVisible():
            self.strip.show_zoom(percent)

    @property
    def zoomable(self) -> tuple[ImageView, ...]:
        """The views of the present mode that can be zoomed."""
        views: dict[Mode, tuple[ImageView, ...]] = {
            Mode.PAIR: (self.input, self.result), Mode.PAINT: (self.paint,), Mode.WIPE: (self.wipe,),
            Mode.COMPARE: tuple(pane.view for pane in self.compare.panes)}
        return views.get(self.mode, ())

    def fit(self) -> None:
        """Show whole pictures."""
        for view in self.zoomable:
            view.fit()

    def zoom(self, factor: float) -> None:
        """Zoom the pictures of the present mode by a factor."""
        for view in self.zoomable[:1 if self.mode is Mode.COMPARE else None]:
            view.zoom_by(factor)

    def step_sample(self, offset: int) -> None:
        """Select the sample so many places on, in whatever shows the samples now."""
        if self.mode is Mode.GRID:
            self.grid.step(offset)
        elif self.mode is Mode.COMPARE:
            self.compare.left.grid.step(offset)
        elif self.results.count:
            self.results.step(offset)

    def show_mode(self, mode: Mode, words: str = "") -> None:
        """Show a page with its tools; `words` stand in the strip where there are no tools."""
        self.mode = mode
        tools = {Mode.PAIR: self.mask_tools, Mode.PAINT: self.paint_tools}.get(mode)
        self.strip.show_tools(tools, words)
        self.stack.setCurrentWidget(self._pages[mode])
        self.results.setVisible(mode in {Mode.PAIR, Mode.WIPE} and self.results.count > 0)
        views = self.zoomable
        self.strip.show_zoom(views[0].zoom_percent if views and views[0].image else None)
        self.mode_changed.emit(mode)

    def say(self, words: str) -> None:
        """Write a few words into the tool strip, where no tools stand."""
        if self.mode not in {Mode.PAIR, Mode.PAINT}:
            self.strip.show_tools(None, words)

    def show_results(self, images: np.ndarray | None, captions: list[str]) -> None:
        """Fill the strip under the canvas with a batch (B, C, H, W), or hide it with None."""
        if images is None or not len(images):
            self.results.clear()
        else:
            self.results.set_results(images, captions)
            if self.results.current < 0:
                self.results.select(0)
        self.results.setVisible(self.mode in {Mode.PAIR, Mode.WIPE} and self.results.count > 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # a low window leaves the canvas the room
        self.results.setFixedHeight(STRIP if self.height() > 480 else 84)
