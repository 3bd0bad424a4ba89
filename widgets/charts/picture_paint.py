"""Painting a chart of small pictures: in rows, each under its caption, heat maps with their scale."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from widgets.charts.data import ChartPicture, ChartSheet
from widgets.charts.paint import ChartPainter
from widgets.drawing.colour_scale import draw_scale
from widgets.drawing.fonts import numbers, words
from widgets.drawing.pixmaps import Pyramid, draw_image, heat, to_qimage

CAPTION, GAP, SCALE = 18, 12, 52  # px: of the words over a picture, between two, and of a scale beside one
LARGEST, LEAST = 168, 40  # px of a side of a picture


class PicturePainter(ChartPainter):
    """A chart whose sheet has pictures, which stand where axes and lines would."""

    def matter(self, painter: QPainter) -> None:
        """Every picture under its caption."""
        for picture, box in zip(self.sheet.pictures, self.boxes(), strict=True):
            painter.setFont(words(11))
            painter.setPen(QColor(self.theme.text2))
            wide = box.width() + GAP - 4 + (SCALE if picture.heat else 0)
            room = QRectF(box.left(), box.top() - CAPTION, wide, CAPTION)
            text = painter.fontMetrics().elidedText(picture.caption, Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
            draw_image(painter, box, Pyramid(to_qimage(_pixels(picture))), 2.0)
            if picture.heat:
                beside = QRectF(box.right() + 5, box.top(), SCALE - 5, box.height())
                draw_scale(painter, beside, "magma", (picture.low, picture.high), numbers(10), self.theme.text2)

    def boxes(self) -> list[QRectF]:
        """Where each picture is, in their order: px."""
        rows, side = self._laid()
        found, room = dict[int, QRectF](), self._room()
        for k, row in enumerate(rows):
            x, y = room.left(), room.top() + k * (side + CAPTION + GAP / 2) + CAPTION
            for picture in row:
                found[id(picture)] = QRectF(QPointF(x, y), QPointF(x + side, y + side))
                x += side + GAP + (SCALE if picture.heat else 0)
        return [found[id(picture)] for picture in self.sheet.pictures]

    def _laid(self) -> tuple[list[list[ChartPicture]], float]:
        """Rows as they are, or two of them in one where pictures are larger so; and the side of a picture: px."""
        apart = _rows(self.sheet)
        paired = [[one for row in apart[k:k + 2] for one in row] for k in range(0, len(apart), 2)]
        return max(((rows, self._side(rows)) for rows in (apart, paired)), key=lambda found: found[1])

    def _side(self, rows: list[list[ChartPicture]]) -> float:
        room, most = self._room(), max(len(row) for row in rows)
        scales = max(sum(GAP + (SCALE if one.heat else 0) for one in row) for row in rows)
        side = min((room.width() - scales) / most, room.height() / len(rows) - CAPTION - GAP / 2, LARGEST)
        return max(side, LEAST)

    def _room(self) -> QRectF:
        """Between title and remark, all of the width."""
        top = self.rooms.subtitle.bottom() + 4
        return QRectF(self.rooms.title.left(), top, self.rooms.title.width(), self.rooms.remark.top() - top - 6)


def _rows(sheet: ChartSheet) -> list[list[ChartPicture]]:
    numbers_of = sorted({picture.row for picture in sheet.pictures})
    return [[picture for picture in sheet.pictures if picture.row == row] for row in numbers_of]


def _pixels(picture: ChartPicture) -> np.ndarray:
    """Grey (height, width) or heat (height, width, 3), uint8."""
    if picture.heat:
        return heat(picture.values, picture.low, picture.high)
    share = (picture.values - picture.low) / max(picture.high - picture.low, 1e-300)
    return np.round(255 * np.clip(np.nan_to_num(share), 0, 1)).astype(np.uint8)
