"""All tiles of a grid with their captions in one image, made once and shown often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from widgets.drawing.painted import Painted, fitted
from widgets.drawing.pixmaps import Pyramid, draw_image
from widgets.drawing.theme import Theme
from widgets.pictures.tile_captions import shortened
from widgets.pictures.tiles import Tiling, tiling

GAP, CAPTION, TITLE = 8, 18, 24  # px: between tiles, under each, and above all
RADIUS = 3.0
SMALLEST_CAPTIONED = 44  # px; in narrower tiles a caption would be three letters and dots


def arranged(count: int, aspect: float, size: QSize, *, titled: bool, captioned: bool,
             together: int = 1) -> Tiling:
    """Where so many pictures of an aspect (width / height) go in a widget, with room for a title and for captions.

    together: as many as this belong to one another and stand in one row.
    """
    if not count:
        return Tiling(0, 1, 0, 0, 0, 0, 0, 0)
    head = TITLE if titled else 0
    room = float(size.width()), float(size.height() - head)
    plan = tiling(count, aspect, *room, gap=GAP, caption=CAPTION if captioned else 0,
                  together=together)
    if plan.width < SMALLEST_CAPTIONED:
        plan = tiling(count, aspect, *room, gap=GAP / 2, caption=0, together=together)
    return replace(plan, top=plan.top + head)


def draw_frame(painter: QPainter, box: QRectF, colour: QColor) -> None:
    """Draw a frame around a tile; nothing around an empty one."""
    if not box.isEmpty():
        painter.setPen(QPen(colour, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(-2.5, -2.5, 2.5, 2.5), 5, 5)


def tile_sheet(size: QSize, ratio: float, theme: Theme) -> QImage:
    """An empty sheet for a widget of that size on a screen of that ratio."""
    sheet = QImage(size * ratio, QImage.Format.Format_RGB32)
    sheet.setDevicePixelRatio(ratio)
    sheet.fill(QColor(theme.bg0))
    return sheet


def cut_at(place: QPointF, plan: Tiling, title: str, captions: Sequence[str], widget: Painted) -> str:
    """The title, or the caption of a tile, that is written at a place and has no room there, else ""."""
    metrics = QFontMetricsF(widget.small_font())
    if place.y() < plan.top:
        return title if metrics.horizontalAdvance(title) > widget.width() - 2 * GAP else ""
    shown = shortened(metrics, captions, plan.width) if plan.pitch_y - plan.height > CAPTION else [""] * len(captions)
    boxes = (plan.rect(k).adjusted(0, 0, 0, CAPTION) for k in range(plan.count))
    return next((whole for box, whole, told in zip(boxes, captions, shown, strict=True)
                 if box.contains(place) and whole != told), "")


def draw_title(painter: QPainter, title: str, top: float, width: int, font: QFont) -> None:
    """Draw a title close to what it names, wherever the tiles begin (`top`)."""
    painter.setFont(font)
    heading = QRectF(GAP, max(top - TITLE - 2, 0.0), width - 2 * GAP, TITLE - 2)
    painter.drawText(heading, Qt.AlignmentFlag.AlignCenter, fitted(QFontMetricsF(font), title, heading.width()))


def draw_tiles(painter: QPainter, plan: Tiling, pictures: Sequence[Pyramid], captions: Sequence[str],
               font: QFont) -> None:
    """Draw pictures as tiles, each with its caption below where the plan has room for one; in the painter's pen."""
    painter.setFont(font)
    shown = shortened(QFontMetricsF(font), list(captions), plan.width)
    for place in range(plan.count):
        box = plan.rect(place)
        draw_image(painter, box, pictures[place], RADIUS)
        if plan.pitch_y - plan.height > CAPTION:
            below = QRectF(box.left(), box.bottom() + 3, box.width(), CAPTION - 3)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, shown[place])
