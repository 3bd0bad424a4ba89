"""Where the canvas of images looks, and with which brush it is painted on, as a session keeps them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QPointF

from widgets.drawing.viewport import Viewport
from widgets.masks.canvas import MaskCanvas
from workbench.pages.images_page import ImagesPage
from workbench.session import finite


def kept(page: ImagesPage) -> dict[str, object]:
    """What the next start finds again of where the views looked, and of their brushes."""
    return {"looks": looks(page), "brushes": brushes(page)}


def bring_back(page: ImagesPage, place: Mapping[str, Any]) -> None:
    """Let views and brushes be as they were `kept`."""
    bring_back_looks(page, place.get("looks"))
    bring_back_brushes(page, place.get("brushes"))


def looks(page: ImagesPage) -> dict[str, list[float]]:
    """Zoom and centre of each view that does not show all of its picture, by the view's name."""
    return {name: [view.zoom, view.centre.x(), view.centre.y()] for name, view in _viewports(page).items()
            if not view.fits}


def bring_back_looks(page: ImagesPage, kept: object) -> None:
    """Let the views look where they did; what is damaged shows all of its picture."""
    found: Mapping[str, Any] = kept if isinstance(kept, dict) else {}
    for name, viewport in _viewports(page).items():
        match found.get(name):
            case [int() | float() as zoom, int() | float() as x, int() | float() as y] if finite(zoom, x, y):
                viewport.move(zoom, QPointF(x, y))
            case _:
                pass


def watch_looks(page: ImagesPage, changed: Callable[[], object]) -> None:
    """Call `changed` whenever a view looks elsewhere, at another one of several pictures, or gets another brush."""
    for viewport in _viewports(page).values():
        viewport.changed.connect(changed)
    page.grid.enlarged_changed.connect(changed)
    page.compare.opened.connect(changed)
    for canvas in _canvases(page).values():
        canvas.brush_changed.connect(changed)


def brushes(page: ImagesPage) -> dict[str, list[float]]:
    """Size and soft edge of the brush of each canvas, as shares of its picture, by the canvas's name."""
    return {name: [canvas.brush_share.size, canvas.brush_share.soft] for name, canvas in _canvases(page).items()}


def bring_back_brushes(page: ImagesPage, kept: object) -> None:
    """Let each canvas have the brush it had; a damaged one stays as it is."""
    found: Mapping[str, Any] = kept if isinstance(kept, dict) else {}
    for name, canvas in _canvases(page).items():
        match found.get(name):
            case [size, soft]:
                canvas.bring_back_brush(size, soft)
            case _:
                pass


def _canvases(page: ImagesPage) -> dict[str, MaskCanvas]:
    return {"picture": page.input, "paint": page.paint}


def _viewports(page: ImagesPage) -> dict[str, Viewport]:
    return {"picture": page.input.viewport, "result": page.alone, "paint": page.paint.viewport,
            "wipe": page.wipe.viewport, "compare": page.compare.viewport, "enlarged": page.grid.large.viewport}
