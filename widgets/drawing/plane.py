"""Where in the plane one or more fields look, and the map between data and pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, QRectF, Signal

Floats = NDArray[np.floating]
Box = tuple[float, float, float, float]  # left, bottom, right, top in data units

FAR = 1e6  # px
SMALLEST, LARGEST = 0.02, 2000.0  # zoom: from fifty times the data's extent to where doubles still tell pixels apart


@dataclass(frozen=True, slots=True)
class Frame:
    """The map between data and pixels of one view: y grows upwards in data and downwards in pixels.

    room: the plate on screen, in logical pixels of the widget.
    origin: where the data's (0, 0) is, in the same pixels; it may lie outside.
    scale: logical pixels per data unit along x and y; equal in the plane, not on a line.
    ratio: device pixels per logical pixel.
    """

    room: QRectF
    origin: tuple[float, float]
    scale: tuple[float, float]
    ratio: float = 1.0

    def pixels(self, points: Floats) -> Floats:
        """Data (…, 2) to logical pixels (…, 2), none farther off than FAR, as what diverged is.

        Qt counts in numbers that end well before those of a double.
        """
        known = np.asarray(points)
        # coordinate by coordinate: numpy takes several times as long over pairs
        made = np.empty((2, *known.shape[:-1]))
        with np.errstate(over="ignore", invalid="ignore"):
            made[0] = known[..., 0] * np.float64(self.scale[0]) + self.origin[0]
            made[1] = known[..., 1] * np.float64(-self.scale[1]) + self.origin[1]
        return np.moveaxis(np.clip(made, -FAR, FAR, out=made), 0, -1)

    def place(self, x: float, y: float) -> QPointF:
        """One point of the data in logical pixels."""
        return QPointF(self.origin[0] + x * self.scale[0], self.origin[1] - y * self.scale[1])

    def point(self, place: QPointF) -> tuple[float, float]:
        """Logical pixels to data."""
        return (place.x() - self.origin[0]) / self.scale[0], (self.origin[1] - place.y()) / self.scale[1]

    def points(self, pixels: Floats) -> Floats:
        """Logical pixels (…, 2) to data (…, 2)."""
        return (np.asarray(pixels) - np.array(self.origin)) / np.array((self.scale[0], -self.scale[1]))

    def rect(self, box: Box) -> QRectF:
        """A box of the data in logical pixels."""
        return QRectF(self.place(box[0], box[3]), self.place(box[2], box[1]))

    def visible(self) -> Box:
        """The box of the data that the plate shows."""
        left, top = self.point(self.room.topLeft())
        right, bottom = self.point(self.room.bottomRight())
        return left, bottom, right, top


class Plane(QObject):
    """Where one or more fields look: the extent that fits, the zoom over it and the point in the middle.

    Signals: changed() after any of them changed.

    Zoom and centre are in data units, so that fields of different sizes show the same part.

    Args:
        line: the data is one-dimensional: x is a value and y a density. Then zooming and moving change x alone, and
            the extent's y runs from below the base line, where particles lie, to above the highest density.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None, *, line: bool = False) -> None:
        super().__init__(parent)
        self.line = line
        self.extent: Box = (-1.0, -1.0, 1.0, 1.0)
        self.zoom = 1.0
        self.centre = (0.0, 0.0)

    def set_extent(self, extent: Box) -> None:
        """Choose the box that fits (left, bottom, right, top), and look at all of it.

        Where on a line only the height is another one, what is looked at stays; the box that it is changes nothing.
        Raises ValueError for a box without extent or with numbers that are not finite.
        """
        if not (np.isfinite(extent).all() and extent[0] < extent[2] and extent[1] < extent[3]):
            raise ValueError(f"The box {extent} has no extent; give left < right and bottom < top, all finite.")
        if extent == self.extent:
            return
        same = self.line and (extent[0], extent[2]) == (self.extent[0], self.extent[2])
        self.extent = extent
        self.move(*((self.zoom, (self.centre[0], self.middle[1])) if same else (1.0, self.middle)))

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of the extent."""
        left, bottom, right, top = self.extent
        return (left + right) / 2, (bottom + top) / 2

    def move(self, zoom: float, centre: tuple[float, float]) -> None:
        """Look at a point of the data, kept inside the extent, with a zoom (1 = the extent fits)."""
        left, bottom, right, top = self.extent
        self.zoom = min(max(zoom, SMALLEST), LARGEST)
        self.centre = min(max(centre[0], left), right), min(max(centre[1], bottom), top)
        self.changed.emit()

    def fit(self) -> None:
        """Show the whole extent."""
        self.move(1.0, self.middle)

    @property
    def fits(self) -> bool:
        """Whether the whole extent is shown, in the middle."""
        return self.zoom == 1.0 and self.centre == self.middle

    def scale(self, room: QRectF) -> tuple[float, float]:
        """Logical pixels per data unit along x and y on a plate."""
        left, bottom, right, top = self.extent
        across, up = max(room.width(), 1.0) / (right - left), max(room.height(), 1.0) / (top - bottom)
        # on a line the height is a density's, which is another unit than the value's
        both = min(across, up) * self.zoom
        return (across * self.zoom, up) if self.line else (both, both)

    def frame(self, room: QRectF, ratio: float = 1.0) -> Frame:
        """The map of a plate."""
        scale, centre = self.scale(room), self.centre
        at = centre[0], self.middle[1] if self.line else centre[1]
        origin = room.center().x() - at[0] * scale[0], room.center().y() + at[1] * scale[1]
        return Frame(QRectF(room), origin, scale, ratio)
