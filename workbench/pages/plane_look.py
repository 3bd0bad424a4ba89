"""Where fields of points look, as a session keeps it and the status line tells it."""

from __future__ import annotations

from widgets.drawing.plane import Plane
from workbench.session import finite


def look_of(plane: Plane) -> list[float]:
    """Zoom and centre, in units of the data; empty where the whole extent is shown."""
    return [] if plane.fits else [plane.zoom, *plane.centre]


def look_again(plane: Plane, kept: object) -> None:
    """Look as `look_of` told; what is damaged shows the whole extent."""
    match kept:
        case [int() | float() as zoom, int() | float() as x, int() | float() as y] if finite(zoom, x, y):
            plane.move(zoom, (x, y))
        case _:
            plane.fit()


def shown_whole(plane: Plane) -> str:
    """What is said where the whole extent is shown."""
    return f"The whole {'line' if plane.line else 'plane'} is shown"
