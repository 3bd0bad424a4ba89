"""Input, what was measured of it, and result: side by side, or one of them alone in all of the room."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QWidget

from widgets.controls.segmented import Segmented
from widgets.masks.picture_canvas import PictureCanvas
from widgets.pictures.image_view import MARGIN, ImageView
from workbench.parts import column, row

ALL, INPUT, MEASURED, RESULT = "all", "input", "measured", "result"
TITLES = ((ALL, "Side by side"), (INPUT, "Input"), (MEASURED, "Measured"), (RESULT, "Result"))
NARROW = 6  # px around a picture where three share the room


class Panes(QFrame):
    """The two or three views of a pair.

    A double click on one shows it alone and brings the others back; on the input only while nothing is painted or
    framed there. With three of them a row above says which are shown: as they share zoom and place, going from one to
    the other alone shows each difference where it is.

    Signals: alone_changed(str) with INPUT, MEASURED, RESULT or ALL.

    Args:
        left, middle, right: input, measured and result; the middle one is shown only where there is one.
    """

    alone_changed = Signal(str)

    def __init__(self, left: PictureCanvas, middle: ImageView, right: ImageView) -> None:
        super().__init__()
        self.setProperty("role", "canvas")
        self._input = left
        self.views: Mapping[str, ImageView] = {INPUT: left, MEASURED: middle, RESULT: right}
        self.alone, self._three = ALL, False
        self.choice = Segmented(TITLES, "Shown")
        self.choice.setProperty("small", True)
        self._sides = row(left, middle, right, spacing=0)
        self._head = QWidget()
        row(1, self.choice, 1, margins=(14, 6, 14, 0), parent=self._head)
        layout = column(self._head, parent=self)
        layout.addLayout(self._sides, 1)
        self.choice.chosen.connect(self.show_alone)
        for view in self.views.values():
            view.installEventFilter(self)
        self._arrange()

    @property
    def shown(self) -> tuple[ImageView, ...]:
        """The views that there are to see, from the left."""
        return tuple(view for view in self.views.values() if not view.isHidden())

    def put_beside(self, panel: QWidget) -> None:
        """Add a panel at the left, hidden at first."""
        panel.hide()
        self._sides.insertWidget(0, panel)

    def show_middle(self, on: bool) -> None:
        """Show what was measured, or have two panes."""
        if on is not self._three:
            self._three = on
            if not on and self.alone == MEASURED:
                self.show_alone(ALL)
            self._arrange()

    def show_alone(self, name: str) -> None:
        """Show one view alone, or with ALL those that there are."""
        name = ALL if name == MEASURED and not self._three else name
        if name != self.alone:
            self.alone = name
            self._arrange()
            if name != ALL:
                self.views[name].setFocus(Qt.FocusReason.OtherFocusReason)
            self.alone_changed.emit(name)

    def toggle(self) -> None:
        """Show one pane alone: measured if it has the focus, else the result, or the input while there is none; or all
        again.
        """
        chosen = MEASURED if self.views[MEASURED].hasFocus() else RESULT
        chosen = INPUT if self.views[chosen].pyramid is None else chosen
        self.show_alone(chosen if self.alone == ALL else ALL)

    def _arrange(self) -> None:
        tight = self._three and self.alone == ALL
        for view, lean in zip(self.views.values(), (1.0, 0.0, -1.0), strict=True):
            view.lean, view.margin = lean if self.alone == ALL else 0.0, NARROW if tight else MARGIN
            view.update()
        there = [name for name in self.views if (self._three or name != MEASURED) and self.alone in {ALL, name}]
        # first those that go: for a moment the others would share the room with them
        for name in sorted(self.views, key=lambda name: name in there):
            self.views[name].setVisible(name in there)
        self.choice.button(MEASURED).setVisible(self._three)
        self.choice.set_value(self.alone)
        self._head.setVisible(self._three or self.alone != ALL)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.MouseButtonDblClick and isinstance(event, QMouseEvent) \
                and event.button() == Qt.MouseButton.LeftButton:
            name = next((name for name, view in self.views.items() if view is watched), "")
            busy = watched is self._input and (self._input.masking or self._input.crop is not None)
            if name and not busy and self.views[name].pyramid is not None:
                self.show_alone(ALL if self.alone == name else name)
                return True
        return super().eventFilter(watched, event)
