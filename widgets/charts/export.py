"""Charts as files: a picture for slides, a drawing for print."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSize, QSizeF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from widgets.charts.data import ChartSheet
from widgets.charts.painters import painter_of
from widgets.drawing.theme import LIGHT, Theme

FIGURE = QSize(760, 480)
SHARP = 2.0  # pixels of the picture for one of the screen


def chart_png(sheet: ChartSheet, hidden: Collection[str] = (), size: QSize = FIGURE, theme: Theme = LIGHT) -> bytes:
    """A chart as PNG, on white by default, as paper is."""
    image = QImage(size * SHARP, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(SHARP)
    with QPainter(image) as painter:
        painter_of(sheet, theme, QSizeF(size), hidden).draw(painter)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # pyright: ignore - the stubs know only file names
    return bytes(buffer.data().data())


def chart_svg(sheet: ChartSheet, hidden: Collection[str] = (), size: QSize = FIGURE, theme: Theme = LIGHT) -> bytes:
    """A chart as SVG, with words that stay words."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)  # the earlier one has no clipping
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRect(0, 0, size.width(), size.height()))
    generator.setTitle(sheet.title)
    generator.setDescription(sheet.told(hidden))
    with QPainter(generator) as painter:
        painter_of(sheet, theme, QSizeF(size), hidden).draw(painter)
    buffer.close()
    return bytes(data.data())
