"""Where two pictures differ, signed, with the scale of its colours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QRegion
from PySide6.QtWidgets import QWidget

from widgets.drawing.colour_scale import ROOM, SIGN, draw_scale
from widgets.drawing.painted import tinted
from widgets.drawing.pixmaps import DIVERGING_ON_DARK, DIVERGING_ON_LIGHT, heat
from widgets.drawing.theme import DARK, Theme
from widgets.pictures.image_view import MARGIN, ImageView

WITHIN = 99  # per cent of the differences


def diverging_map(theme: Theme) -> str:
    """The signed colour map whose middle is dark on a dark theme and light on a light one."""
    return DIVERGING_ON_DARK if theme.name == DARK.name else DIVERGING_ON_LIGHT


def signed_difference(left: NDArray[np.floating], right: NDArray[np.floating]) -> NDArray[np.float32]:
    """right − left, averaged over channels: (…, C, H, W) to (…, H, W), in image units."""
    return np.nan_to_num(np.asarray(right - left, np.float32)).mean(axis=-3)


def usual_limit(difference: NDArray[np.floating]) -> float:
    """What all but a hundredth of the differences are within, so that a few large ones do not hide the others."""
    sizes = np.abs(difference)
    return float(np.percentile(sizes, WITHIN) or sizes.max()) if sizes.size else 0.0


def exceeds(difference: NDArray[np.floating] | None, limit: float) -> bool:
    """Whether some differences lie beyond the ends of the scale."""
    return difference is not None and bool(np.abs(difference).max(initial=0) > limit)


class DifferenceView(ImageView):
    """Shows right − left of two pictures by a diverging map. Signals: those of ImageView."""

    def __init__(self, name: str = "Difference", parent: QWidget | None = None, *, margin: int = MARGIN) -> None:
        super().__init__(name, parent, margin=margin)
        self._difference: NDArray[np.float32] | None = None
        self._limit = 0.0
        self.set_empty_text("Choose two results to see where they differ.")

    @property
    def difference(self) -> NDArray[np.float32]:
        """What is shown, (H, W) in image units; empty where nothing is."""
        return np.zeros((0, 0), np.float32) if self._difference is None else self._difference

    @property
    def limit(self) -> float:
        """The value at either end of the scale, in image units."""
        return self._limit

    def set_difference(self, difference: NDArray[np.float32] | None, limit: float | None = None) -> None:
        """Show a signed array (H, W); `limit` is the value at either end of the scale, default its largest."""
        self._difference = difference
        self._limit = 0.0
        if difference is not None:
            self._limit = float(np.abs(difference).max()) if limit is None else limit
        self._colour()

    def set_theme(self, theme: Theme) -> None:
        """Repaint in the colours of a theme."""
        super().set_theme(theme)
        self._colour()

    def _colour(self) -> None:
        if self._difference is None:
            self.set_image(None)
            return
        # Equal pictures give the middle colour, hence a scale that is never empty.
        limit = self._limit or 1.0
        self.set_image(heat(self._difference, -limit, limit, diverging_map(self.theme)))

    def draw_overlay(self, painter: QPainter, region: QRegion) -> None:
        """Draw the scale of the differences over the picture."""
        target = self.image_rect().intersected(QRectF(self.rect()))
        tall = min(96.0, target.height() - 48)
        if tall < 32:
            return
        beyond = exceeds(self._difference, self._limit)
        wide = ROOM + SIGN * beyond
        place = QRectF(target.right() - wide - 12, target.bottom() - tall - 14, wide, tall)
        painter.fillRect(place.adjusted(-6, -6, 4, 6), tinted(DARK.bg0, 0.78))
        ends = (-self._limit, self._limit)
        draw_scale(painter, place, diverging_map(self.theme), ends, self.small_font(10), DARK.text, beyond=beyond)
