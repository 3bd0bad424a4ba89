"""The Train workspace: the data as the network will see it, then what the model makes of it.

Its `timeline` and `plots` are shown in docks of the window, where the steps and plots of images are otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QStackedWidget, QToolButton, QWidget

from widgets.charts.board import ChartBoard
from widgets.charts.data import ChartSheet
from widgets.controls.empty_state import EmptyState
from widgets.controls.readout import Readout
from widgets.controls.segmented import Segmented
from widgets.drawing.fonts import words as word_font
from widgets.pictures.data_sheet import DataSheet, SheetFacts
from widgets.pictures.image_grid import ImageGrid
from workbench.actions import Actions, Spec
from workbench.pages.toolstrip import HEIGHT
from workbench.pages.train_panels import TrainPlots, TrainTimeline
from workbench.parts import IconButton, column, frame, line, note_line, row

UNSEEN = "Samples of the model appear here while it learns."
TELLING = "How well the classifier tells the classes at each noise level appears here while it learns."


class Page(Enum):
    """What the canvas shows."""

    EMPTY = "empty"
    DATA = "data"
    SAMPLES = "samples"


class TrainPage(QWidget):
    """Sheet of the data, or sheet of the samples.

    Signals: folder_asked() and digits_asked() from the buttons; folder_dropped(str); page_chosen(object) by the user;
    stored_asked() before the menu of stored runs opens (fill `stored`); page_shown() when another page is.
    """

    folder_asked = Signal()
    digits_asked = Signal()
    folder_dropped = Signal(str)
    page_chosen = Signal(object)
    stored_asked = Signal()
    page_shown = Signal()

    def __init__(self, actions: Actions) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        actions.add(Spec("train.folder", "Train on a folder…", "File", "Ctrl+Shift+T", "folder-open", "open",
                         "A folder of images; its sub-folders become classes"), self.folder_asked.emit)
        actions.add(Spec("train.digits", "Train on the digits", section="open", icon="database",
                         help="The bundled 10,000 handwritten digits"), self.digits_asked.emit)
        self.page, self._name = Page.EMPTY, ""
        self.timeline, self.plots = TrainTimeline(), TrainPlots()
        self.data, self.samples, self.board = DataSheet(), ImageGrid("Samples"), ChartBoard()
        self.samples.set_empty_text(UNSEEN)
        self.board.set_empty_text(TELLING)
        self.note = note_line("What there is to know of this training")
        self.start = EmptyState("Choose a folder of images to train on, drop one here, or take the bundled digits.",
                                "Choose folder", "folder-open")
        self.start.activated.connect(self.folder_asked)
        self._arrange(actions)
        self.show_page(Page.EMPTY)

    def _arrange(self, actions: Actions) -> None:
        """The tool strip over the pages of the canvas."""
        strip, ground = self._make_strip(actions), frame("canvas")
        self._stack = QStackedWidget()
        samples, self._made = QWidget(), QStackedWidget()
        for made in (self.samples, self.board):
            self._made.addWidget(made)
        column(self._made, self.note, parent=samples).setStretch(0, 1)
        self._holders = {Page.EMPTY: self.start, Page.DATA: self.data, Page.SAMPLES: samples}
        for page in self._holders.values():
            self._stack.addWidget(page)
        column(self._stack, parent=ground)
        column(strip, ground, parent=self).setStretchFactor(ground, 1)

    def _make_strip(self, actions: Actions) -> QWidget:
        """The choice of pages, the name of the training, and the ways to data and stored trainings."""
        self.pages = Segmented([("data", "Data"), ("samples", "Samples")], "What the canvas shows")
        self.pages.chosen.connect(lambda name: self.page_chosen.emit(Page(name)))
        # what is left of the strip is theirs, so that a long name never pushes the docks aside
        self._words = Readout(word_font(), quiet=True)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._words.setMinimumWidth(0)
        self.stored = QMenu(self)
        self.stored.aboutToShow.connect(self.stored_asked)
        self._stored = QToolButton()
        self._stored.setText("Stored trainings")
        self._stored.setToolTip("Open a training of before: look at its samples, sample from it or continue it")
        self._stored.setMenu(self.stored)
        self._stored.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._stored.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        strip, bar = frame("bar"), QWidget()
        strip.setFixedHeight(HEIGHT)
        buttons = [IconButton(image, actions[name], words=True)
                   for image, name in (("database", "train.digits"), ("folder-open", "train.folder"))]
        for button, short in zip(buttons, ("Digits", "Folder…"), strict=True):
            button.setText(short)  # so that there is room for the name of a training beside them
        tools = row(self.pages, self._words, self._stored, *buttons, margins=(10, 0, 12, 0), parent=bar)
        tools.setStretchFactor(self._words, 1)
        tools.setAlignment(self.pages, Qt.AlignmentFlag.AlignVCenter)
        column(bar, line(), parent=strip)
        return strip

    def suit(self, classifier: bool) -> None:
        """Show what a classifier tells right in place of samples, of which it makes none."""
        self._made.setCurrentWidget(self.board if classifier else self.samples)
        self.pages.button("samples").setText("Accuracy" if classifier else "Samples")
        self.timeline.suit(classifier)
        self.plots.suit(classifier)

    def clear(self, classifier: bool) -> None:
        """Show that there is no training of a kind yet."""
        self.suit(classifier)
        self.board.set_sheets([])
        self.samples.set_empty_text(UNSEEN)
        self.samples.clear()
        self.say("")
        self.timeline.clear()
        self.plots.clear()
        self.show_page(Page.SAMPLES if classifier else Page.DATA)

    def show_charts(self, sheets: Sequence[ChartSheet]) -> None:
        """Show how well a classifier tells the classes, as far as it is known."""
        self.board.set_sheets(sheets)

    def show_page(self, page: Page) -> None:
        """Show a page of the canvas."""
        self.page = page
        self.pages.set_value(page.value)
        self._name_run()
        self._stack.setCurrentWidget(self._holders[page])
        self.page_shown.emit()

    def say(self, words: str, note: str = "") -> None:
        """Write a few words into the tool strip, and under the samples what there is to know of them."""
        if note != self.note.text():
            self.note.setText(note)
            self.note.setVisible(bool(note))
        self._name = words
        self._name_run()

    def _name_run(self) -> None:
        # the training's name says nothing about the data
        self._words.say(self._name if self.page is Page.SAMPLES else "")

    def show_samples(self, samples: np.ndarray | None, captions: list[str], empty: str = "") -> None:
        """Show a sheet of samples (B, C, H, W) in [−1, 1], or the sentence that says when there will be one."""
        if samples is None:
            self.samples.set_empty_text(empty)
            self.samples.clear()
        else:
            self.samples.set_images(list(samples), captions)

    def show_data(self, pictures: np.ndarray, captions: list[str], facts: SheetFacts) -> None:
        """Show pictures (K, C, H, W) uint8 as the network will see them."""
        self.data.show_sheet([picture.transpose(1, 2, 0) for picture in pictures], captions, facts)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _local(event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        found = _local(event.mimeData().urls())
        if found:
            event.acceptProposedAction()
            self.folder_dropped.emit(found)


def _local(urls: list) -> str:  # pyright: ignore
    """The first local file of a drop, "" when there is none."""
    return next((url.toLocalFile() for url in urls if url.isLocalFile()), "")
