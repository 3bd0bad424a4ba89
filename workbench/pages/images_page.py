"""The Images workspace: tool strip, canvas and results."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from widgets.charts.board import ChartBoard
from widgets.controls.empty_state import EmptyState
from widgets.drawing.pixmaps import Pyramid
from widgets.drawing.viewport import Viewport
from widgets.masks.canvas import MaskCanvas
from widgets.masks.picture_canvas import PictureCanvas
from widgets.pictures.compare_view import CompareView
from widgets.pictures.difference_view import DifferenceView
from widgets.pictures.image_grid import ImageGrid
from widgets.pictures.image_view import ImageView
from widgets.pictures.result_strip import ResultStrip
from widgets.pictures.wipe_view import WipeView
from workbench.actions import Actions
from workbench.pages.invitation import Invitation
from workbench.pages.panes import Panes
from workbench.pages.table_page import TablePage
from workbench.pages.toolstrip import PaintTools, PictureTools, ToolStrip
from workbench.pages.wipe_tools import WipeTools
from workbench.parts import IconButton, column, frame, note_line

STRIP, LOW, LINE = 112, 84, 14  # px of the strip, in a low window, and of one more line of captions
START = "Press Run to draw samples, or open a picture to inpaint, edit or noise it."
PICTURE_TOOLS = (("file.open", "folder-open"), ("edit.paste", "clipboard-paste"), ("edit.take", "images"),
                 ("view.wipe", "blend"), ("edit.undo", "undo-2"), ("edit.redo", "redo-2"))


class Mode(Enum):
    """What the canvas shows."""

    EMPTY = "empty"
    GRID = "grid"
    PAIR = "pair"
    PAINT = "paint"
    COMPARE = "compare"
    WIPE = "wipe"
    TABLE = "table"
    CHARTS = "charts"


class ImagesPage(QWidget):
    """What the user works on, as large as can be.

    Signals: mode_changed(object) with the Mode; sample_chosen(int) from grid, strip or comparison.

    Attributes: alone, the viewport of a result that does not move with the input.
    """

    mode_changed = Signal(object)
    sample_chosen = Signal(int)

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.mode = Mode.EMPTY
        self.grid = ImageGrid("Samples")
        self.grid.enlarge_on_click = True
        self.input, self.result = PictureCanvas("Input"), ImageView("Result")
        self.paint = MaskCanvas("State")
        self.paint.set_colour_mode(True)
        self.middle = ImageView("Measured")
        self.compare, self.wipe, self.difference = CompareView(), WipeView(), DifferenceView()
        self.table, self.board = TablePage(), ChartBoard()
        self.difference.share(self.wipe.viewport)
        self.start, self._invited = EmptyState(START, "Run", "sparkles"), (START, "Run")
        self.note = note_line("What there is to know of this run")
        self.results = ResultStrip()
        self.results.setFixedHeight(STRIP)
        self.strip = ToolStrip(actions, (("run.paint", "pencil"), ("run.compare", "columns-2"),
                                         ("run.branch", "git-branch")))
        self.mask_tools = PaintTools(self.input, actions, colours=False, crop=self.input.crop_action)
        self.colour_tools = PaintTools(self.input, actions, colours=True, crop=self.input.crop_action)
        self.paint_tools = PaintTools(self.paint, actions, colours=True)
        self.wipe_tools = WipeTools()
        self._picture_tools: QWidget | None = None
        self._pair_tools: QWidget | None = self.mask_tools
        self.alone = Viewport(self)
        for tools in (self.mask_tools, self.colour_tools, self.paint_tools, self.wipe_tools):
            self.strip.add_tools(tools)
        self._arrange()
        self._wire()
        self.show_mode(Mode.EMPTY)

    def add_picture_tools(self, actions: Actions) -> None:
        """Add the tools whose actions are the controllers', once these are there."""
        self._picture_tools = PictureTools(actions, PICTURE_TOOLS)
        self.strip.add_tools(self._picture_tools)
        self.wipe_tools.add(IconButton("download", actions["file.export_wipe"]))
        self.mask_tools.add(IconButton("maximize", actions["view.crop"]))
        self.invitation = Invitation(self.input, actions)

    def put_beside(self, panel: QWidget) -> None:
        """Add a panel at the left of the pair, hidden at first."""
        self.panes.put_beside(panel)

    def add_strip(self, strip: QWidget) -> None:
        """Put one more strip under the canvas, over that of the results."""
        self._below.insertWidget(self._below.indexOf(self.results), strip)

    def _arrange(self) -> None:
        self.panes = Panes(self.input, self.middle, self.result)
        self._wiped = QStackedWidget()
        for view in (self.wipe, self.difference):
            self._wiped.addWidget(view)
        self.stack = QStackedWidget()
        self._pages: dict[Mode, QWidget] = {
            Mode.EMPTY: self.start, Mode.GRID: self.grid, Mode.PAIR: self.panes, Mode.PAINT: self.paint,
            Mode.COMPARE: self.compare, Mode.WIPE: self._wiped, Mode.TABLE: self.table, Mode.CHARTS: self.board}
        for page in self._pages.values():
            self.stack.addWidget(page)
        ground = frame("canvas")
        layout = column(self.stack, self.note, self.results, parent=ground)
        layout.setStretchFactor(self.stack, 1)
        self._below = layout
        whole = column(self.strip, ground, parent=self)
        whole.setStretchFactor(ground, 1)

    def _wire(self) -> None:
        self.grid.selection_changed.connect(self.sample_chosen)
        self.compare.selection_changed.connect(self.sample_chosen)
        self.results.current_changed.connect(self.sample_chosen)
        for view in (self.input, self.middle, self.result, self.paint, self.wipe, self.difference, self.grid.large):
            view.zoom_changed.connect(lambda percent, view=view: self._zoomed(view, percent))
        self.grid.enlarged_changed.connect(lambda _index: self._tell_zoom())
        self.panes.alone_changed.connect(lambda _name: self._tell_zoom())
        self.strip.zoom_asked.connect(self.fit)

    def _tell_zoom(self) -> None:
        """Show the zoom of what can be zoomed now, if there is something."""
        views = self.zoomable
        self.strip.show_zoom(views[0].zoom_percent if views and views[0].image else None)

    def _zoomed(self, view: ImageView, percent: float) -> None:
        if view.isVisible() and view in self.zoomable[:1]:
            self.strip.show_zoom(percent)

    @property
    def zoomable(self) -> tuple[ImageView, ...]:
        """The views of the present mode that can be zoomed."""
        views: dict[Mode, tuple[ImageView, ...]] = {
            Mode.PAIR: self.panes.shown, Mode.PAINT: (self.paint,),
            Mode.WIPE: (self.difference if self._wiped.currentWidget() is self.difference else self.wipe,),
            Mode.COMPARE: tuple(pane.view for pane in self.compare.panes),
            Mode.GRID: (self.grid.large,) if self.grid.enlarged >= 0 else ()}
        return views.get(self.mode, ())

    def fit(self) -> bool:
        """Show whole pictures; False where none can be zoomed."""
        views = self._moved_apart()
        for view in views:
            view.fit()
        return bool(views)

    def zoom(self, factor: float) -> bool:
        """Zoom the pictures of the present mode by a factor; False where none can be."""
        if self.mode is Mode.GRID and self.grid.count == 1:
            self.grid.enlarge(0)
        views = self._moved_apart()
        for view in views:
            view.zoom_by(factor)
        return bool(views)

    def _moved_apart(self) -> list[ImageView]:
        """One view for each viewport of the present mode: those that share one move together."""
        seen = [view for view in self.zoomable if view.pyramid is not None]
        return list({view.viewport: view for view in reversed(seen)}.values())

    def step_sample(self, offset: int) -> bool:
        """Select the sample so many places on, in whatever shows the samples now; False where there is none."""
        if self.mode in {Mode.GRID, Mode.COMPARE}:
            grid = self.grid if self.mode is Mode.GRID else self.compare.left.grid
            before = grid.selected
            grid.step(offset)
            return grid.selected != before
        before = self.results.current
        if self.results.count:
            self.results.step(offset)
        return self.results.current != before

    def choose_sample(self, sample: int) -> None:
        """Select a sample by its number in whatever shows the samples now."""
        if self.mode is Mode.GRID:
            self.grid.select(sample)
        elif self.mode is Mode.PAIR and 0 <= sample < self.results.count:
            self.results.select(sample)

    def show_beginning(self, sentence: str) -> None:
        """Say in place of the invitation what goes on with a run that has no step yet; "" invites again."""
        words, button = self._invited
        self.start.set_sentence(sentence or words, "" if sentence else button)

    def invite(self, words: str, button: str) -> None:
        """Choose what the empty canvas of a task without a picture says, and its button."""
        if (words, button) != self._invited:
            self._invited = words, button
            self.show_beginning("")

    def foreshow(self, samples: np.ndarray | None, captions: list[str]) -> None:
        """Show samples (B, C, H, W) before there is a run to take them from, None where they are not known yet."""
        self.grid.set_empty_text("Opening the run that was shown.")
        if self.mode is not Mode.PAIR:
            self.grid.set_images([] if samples is None else list(samples), captions)
            self.show_mode(Mode.GRID)
        elif samples is not None and len(samples):
            self.result.set_image(samples[0])

    def show_mode(self, mode: Mode, words: str = "") -> None:
        """Show a page with its tools; `words` stand in the strip where there are no tools."""
        self.mode = mode
        tools = {Mode.PAIR: self._pair_tools, Mode.PAINT: self.paint_tools, Mode.WIPE: self.wipe_tools}.get(mode)
        self.strip.show_tools(tools, words)
        self.stack.setCurrentWidget(self._pages[mode])
        self.results.setVisible(mode in {Mode.PAIR, Mode.WIPE} and self.results.count > 0)
        self._tell_zoom()
        self.mode_changed.emit(mode)

    def work_on(self, mode: Mode) -> None:
        """Show a page of pictures with the keyboard on the first: the keys of its tools count at once."""
        self.show_mode(mode)
        self.zoomable[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def suit(self, *, masked: bool, coloured: bool, invitation: str, hint: str) -> None:
        """Offer what a task that begins with a picture needs: tools to paint, or those of the picture alone.

        Args:
            masked: a mask is painted; coloured: colours are.
            invitation: asks for a picture; hint: what to do with it.
        """
        self._pair_tools = self.mask_tools if masked else self.colour_tools if coloured else self._picture_tools
        self.input.set_masking(masked or coloured, colours=coloured)
        self.input.set_empty_text(invitation)
        self.result.set_empty_text(hint)
        if self.mode is Mode.PAIR:
            self.show_mode(Mode.PAIR)

    def show_result(self, picture: Pyramid | None, caption: str, *, tied: bool) -> None:
        """Show a picture on the right of a pair; `tied`: it shows what the input does, and moves with it."""
        self.result.set_image(picture)
        self.result.set_caption(caption)
        self._share(self.result, tied=tied)

    def show_middle(self, picture: Pyramid | None, caption: str = "") -> None:
        """Show a picture between input and result, or nothing there with None."""
        if picture is not self.middle.pyramid:
            self.middle.set_image(picture)
            self._share(self.middle, tied=picture is not None and picture.image.size() == self.input.image_size)
        self.middle.set_caption(caption)
        self.panes.show_middle(picture is not None)

    def _share(self, view: ImageView, *, tied: bool) -> None:
        viewport = self.input.viewport if tied else self.alone
        if view.viewport is not viewport:
            view.share(viewport)

    def show_wipe(self, *, differs: bool) -> None:
        """Show the difference in place of the divider, or that."""
        self._wiped.setCurrentWidget(self.difference if differs else self.wipe)
        self._tell_zoom()

    def say(self, words: str) -> None:
        """Write a few words into the tool strip, where no tools stand."""
        if self.mode not in {Mode.PAIR, Mode.PAINT, Mode.WIPE}:
            self.strip.show_tools(None, words)

    def tell(self, note: str) -> None:
        """Say under the canvas what there is to know of the run on it, "" for nothing."""
        if note != self.note.text():
            self.note.setText(note)
            self.note.setVisible(bool(note))

    def show_results(self, images: np.ndarray | None, captions: list[str],
                     beside: Sequence[tuple[Pyramid, str]] = ()) -> None:
        """Fill the strip under the canvas with a batch (B, C, H, W), or hide it with None; see `ResultStrip`."""
        if images is None or not len(images):
            self.results.clear()
        else:
            self.results.set_results(images, captions, beside)
            if self.results.current < 0:
                self.results.select(0)
        self.results.setVisible(self.mode in {Mode.PAIR, Mode.WIPE} and self.results.count > 0)
        self._fit_results()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_results()

    def _fit_results(self) -> None:
        # a low window leaves the canvas the room
        self.results.setFixedHeight((STRIP if self.height() > 480 else LOW) + LINE * (self.results.lines - 1))
