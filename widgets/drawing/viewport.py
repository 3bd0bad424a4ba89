"""Zoom and position of a picture on screen, shared by views that move together."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, Signal

SMALLEST = 0.01  # of the size that fits: where a picture of a few pixels stands pixel for pixel
LARGEST = 400.0  # at which a 4,000 px picture shows ten of its pixels


class Viewport(QObject):
    """Where one or more views look.

    Signals: changed() after the zoom or the centre moved.

    The zoom is relative to the size at which the whole picture fits its view and the
    centre is a fraction of the picture, so that views of different sizes and pictures
    of different resolutions show the same part.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.zoom = 1.0
        self.centre = QPointF(0.5, 0.5)

    def move(self, zoom: float, centre: QPointF) -> None:
        """Look at `centre` (fractions of the picture, kept inside it) with `zoom` (1 = the whole picture fits)."""
        self.zoom = min(max(zoom, SMALLEST), LARGEST)
        self.centre = QPointF(min(max(centre.x(), 0.0), 1.0), min(max(centre.y(), 0.0), 1.0))
        self.changed.emit()

    def fit(self) -> None:
        """Show the whole picture."""
        self.move(1.0, QPointF(0.5, 0.5))

    @property
    def fits(self) -> bool:
        """Whether the whole picture is shown and centred."""
        return self.zoom == 1.0 and self.centre == QPointF(0.5, 0.5)
