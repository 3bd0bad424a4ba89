"""Two results side by side and where they differ, seen at the same place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QWidget

from widgets.drawing.colour_scale import format_value
from widgets.drawing.pixmaps import heat
from widgets.drawing.theme import DARK, Theme
from widgets.drawing.viewport import Viewport
from widgets.pictures.difference_view import DifferenceView, diverging_map, signed_difference
from widgets.pictures.image_grid import ImageGrid
from widgets.pictures.image_view import ImageView

MARGIN = 8  # px around an opened picture: three of them share the width
BACK = "The wheel zooms and a drag moves all three; a click or Esc goes back to all samples"


class _Pane(QStackedWidget):
    """A grid of all samples, or a view of a single one."""

    def __init__(self, name: str, view: ImageView, parent: QWidget) -> None:
        super().__init__(parent)
        self.grid = ImageGrid(name, self)
        # a click opens the sample in all three panes, not this tile in its grid
        self.grid.enlarge_on_activate, self.grid.enlarge_on_click = False, True
        self.view = view
        self.addWidget(self.grid)
        self.addWidget(self.view)


class CompareView(QWidget):
    """Left, right and their difference. One sample is shown in views that zoom and move together.

    Several samples are shown as grids with a common selection; a click or Enter opens one sample in
    the views, where the wheel zooms and a drag moves; another click or Esc (or `show_all`) goes back.

    Signals: selection_changed(int) with the selected sample, -1 = none; opened(int) with the
    sample shown in the views, -1 = all are shown as grids.
    """

    selection_changed = Signal(int)
    opened = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Compare")
        self.viewport = Viewport(self)
        self.difference = DifferenceView("Difference", self, margin=MARGIN)
        self._theme: Theme = DARK
        self._left = self._right = np.zeros((0, 1, 1, 1), np.float32)
        self._names = ("", "")
        self._captions: tuple[Sequence[str], Sequence[str]] = ((), ())
        self._opened = self._selected = -1
        self._pressed: QPointF | None = None
        self._dragged = False
        self.left = _Pane("Left samples", ImageView("Left", self, margin=MARGIN), self)
        self.right = _Pane("Right samples", ImageView("Right", self, margin=MARGIN), self)
        self.between = _Pane("Differences", self.difference, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for pane in self.panes:
            row.addWidget(pane, 1)
            pane.view.share(self.viewport)
            pane.view.installEventFilter(self)
            pane.view.setToolTip(BACK)
            pane.grid.selection_changed.connect(self.select)
            pane.grid.activated.connect(self.open)
            pane.grid.set_empty_text("Choose two runs to compare.")

    @property
    def panes(self) -> tuple[_Pane, _Pane, _Pane]:
        """Left, right and difference."""
        return self.left, self.right, self.between

    def set_theme(self, theme: Theme) -> None:
        """Repaint in the colours of a theme."""
        self._theme = theme
        for pane in self.panes:
            pane.grid.set_theme(theme)
            pane.view.set_theme(theme)
        self._show()

    def set_pair(
        self,
        left: NDArray[np.floating],
        right: NDArray[np.floating],
        names: tuple[str, str] = ("Left", "Right"),
        captions: tuple[Sequence[str], Sequence[str]] = ((), ()),
    ) -> None:
        """Compare two batches (B, C, H, W), or two pictures (C, H, W), in [-1, 1], of one shape.

        `names` go on the pictures, the `captions` of either side under its own tiles.
        Raises ValueError when the shapes differ.
        """
        if left.shape != right.shape:
            raise ValueError(f"Results of shape {left.shape} and {right.shape} differ in size; choose two of one size.")
        self._left = np.asarray(left if left.ndim == 4 else left[None], np.float32)
        self._right = np.asarray(right if right.ndim == 4 else right[None], np.float32)
        self._names, self._captions = names, captions
        for pane, title, below in zip((self.left, self.right), self._titles, captions, strict=True):
            pane.grid.set_title(title)
            pane.grid.setAccessibleName(title)
            pane.grid.set_captions(below)
        self.between.grid.set_captions([self._shared(k) for k in range(len(self._left))])
        if self._opened >= len(self._left):
            self._opened = -1
        self._show()

    @property
    def _titles(self) -> tuple[str, str]:
        """Which side is which, for the captions."""
        return f"Left · {self._names[0]}", f"Right · {self._names[1]}"

    def _caption(self, side: int, sample: int) -> str:
        """The caption of a sample on the left (0) or right (1), empty when it has none."""
        return self._captions[side][sample] if sample < len(self._captions[side]) else ""

    def _shared(self, sample: int) -> str:
        """What a sample is called on both sides, its number where they differ."""
        left, right = self._caption(0, sample), self._caption(1, sample)
        return left if left == right else f"sample {sample + 1}"

    @property
    def opened_sample(self) -> int:
        """Number of the sample shown in the views, -1 = grids are shown."""
        return 0 if len(self._left) == 1 else self._opened

    def select(self, index: int) -> None:
        """Select a sample in all grids."""
        if index == self._selected:
            return
        # Remembered first: each grid answers with its own signal, which must end here.
        self._selected = index
        for pane in self.panes:
            pane.grid.select(index)
        if self._opened >= 0 and index >= 0:
            self.open(index)
        self.selection_changed.emit(index)

    def open(self, index: int) -> None:
        """Show one sample in the views; -1 goes back to the grids."""
        self._opened = index if 0 <= index < len(self._left) else -1
        self._show()
        self.opened.emit(self._opened)

    def show_all(self) -> bool:
        """Go back to the grids; False when they are shown."""
        back = self._opened >= 0
        if back:
            self.open(-1)
        return back

    def _show(self) -> None:
        gap = signed_difference(self._left, self._right)
        # One scale for the whole batch, so that samples can be told apart by it.
        limit = float(np.abs(gap).max(initial=0.0))
        self._show_grids(gap, limit)
        at = self.opened_sample
        self.between.grid.set_title(f"Right − left, scale ±{format_value(limit)}")
        if at >= 0:
            self.left.view.set_image(self._left[at])
            self.right.view.set_image(self._right[at])
            self.difference.set_difference(gap[at], limit)
            told = (self._caption(0, at), self._caption(1, at), self._shared(at))
            for pane, title, caption in zip(self.panes, (*self._titles, "Right − left"), told, strict=True):
                pane.view.set_caption(f"{title} · {caption}" if caption else title)
        for pane in self.panes:
            # the focus would else stay in the page that is hidden, and no key would reach anything
            focused = pane.grid.hasFocus() or pane.view.hasFocus()
            shown = pane.view if at >= 0 else pane.grid
            pane.setCurrentWidget(shown)
            if focused:
                shown.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape or not self.show_all():
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Clicks and drags on the views: a click goes back to all samples, a drag moves the pictures."""
        if not isinstance(event, QMouseEvent) or not isinstance(watched, ImageView) or watched.panning:
            return super().eventFilter(watched, event)
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position(), False
        elif kind == QEvent.Type.MouseMove and self._pressed is not None:
            self._drag(watched, event.position())
        elif kind == QEvent.Type.MouseButtonRelease and self._pressed is not None:
            self._pressed = None
            watched.unsetCursor()
            if not self._dragged:
                self.show_all()
        return super().eventFilter(watched, event)

    def _drag(self, view: ImageView, point: QPointF) -> None:
        """Move the pictures with the pointer once it has gone far enough to be no click."""
        before = self._pressed or point
        far = (point - before).manhattanLength() >= QApplication.startDragDistance()
        if self._dragged or far:
            self._dragged, self._pressed = True, point
            view.setCursor(Qt.CursorShape.ClosedHandCursor)
            view.pan_by(point - before)

    def _show_grids(self, gap: NDArray[np.float32], limit: float) -> None:
        colours = diverging_map(self._theme)
        # equal results have a scale without extent
        span = limit or 1.0
        self.left.grid.set_images(list(self._left))
        self.right.grid.set_images(list(self._right))
        self.between.grid.set_images([heat(each, -span, span, colours) for each in gap])
