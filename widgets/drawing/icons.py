"""Outline icons of one set, coloured by the theme and sharp on every screen."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from widgets.drawing.memory_files import memory_file
from widgets.drawing.resources import resource

SIZES = (16, 20, 24, 32, 48, 64)  # device pixels: 16 to 24 px on screens of one to nearly three times the density
STROKE = 1.8  # on the 24 unit grid of the set


@lru_cache(maxsize=512)
def icon_svg(name: str, colour: str, filled: bool = False) -> bytes:
    """SVG of an icon by its name in `resources/icons`, drawn in "#RRGGBB".

    Raises FileNotFoundError for a name that is not bundled.
    """
    text = resource(f"icons/{name}.svg").read_text(encoding="utf-8")
    text = text.replace("currentColor", colour).replace('stroke-width="2"', f'stroke-width="{STROKE}"')
    return (text.replace('fill="none"', f'fill="{colour}"', 1) if filled else text).encode()


@lru_cache(maxsize=2048)
def _image(name: str, colour: str, size: int, filled: bool) -> QImage:
    """An icon as a square picture; kept as QImage, which may outlive the application object."""
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as painter:
        QSvgRenderer(QByteArray(icon_svg(name, colour, filled))).render(painter, QRectF(0, 0, size, size))
    return image


def icon(name: str, colour: str, *, on: str = "", disabled: str = "", filled: bool = False) -> QIcon:
    """An icon in one colour.

    Args:
        name: file name without ending, e.g. "skip-back".
        colour: "#RRGGBB" of a theme.
        on: colour while the button is checked; the same when empty.
        disabled: colour while the button is disabled; the style fades `colour` when empty.
        filled: paint the inside too, as for a star that is set.
    """
    made = QIcon()
    states = [(colour, QIcon.Mode.Normal, QIcon.State.Off)]
    states += [(on, QIcon.Mode.Normal, QIcon.State.On)] if on else []
    states += [(disabled, QIcon.Mode.Disabled, QIcon.State.Off)] if disabled else []
    for shade, mode, state in states:
        for size in SIZES:
            made.addPixmap(QPixmap.fromImage(_image(name, shade, size, filled)), mode, state)
    return made


def icon_pixmap(name: str, colour: str, size: int, ratio: float, *, filled: bool = False) -> QPixmap:
    """An icon for a painter: `size` logical pixels on a screen with `ratio` device pixels each."""
    pixmap = QPixmap.fromImage(_image(name, colour, round(size * ratio), filled))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def icon_size() -> QSize:
    """Size of icons on buttons in logical pixels."""
    return QSize(16, 16)


def icon_file(name: str, colour: str) -> str:
    """Path of a coloured icon for `url(…)` in a style sheet; it lies in memory, so no disk has to take it."""
    return memory_file(f"{name}-{colour.lstrip('#')}.svg", icon_svg(name, colour))
