"""Film strip: pictures of the run at even steps; a click goes there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy

from widgets.drawing.afterwards import afterwards
from widgets.drawing.fonts import words
from widgets.drawing.painted import Painted
from widgets.drawing.sheet import Key, Sheet
from widgets.drawing.theme import Theme

GAP, LABEL = 4, 15
EDGE = 2  # px
ALL = 0.7  # of their size frames give up where every step of a short run then has one
FEWEST = 9  # frames there is room for at least, however high the strip is
_WRAPPED = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)
Frame = Callable[[int], QImage | None]


class FilmStrip(Painted):
    """Thumbnails over the steps of a run, or over any numbered sheets.

    Args:
        name: accessible name.
        captions: write each frame's number below it.
        along: frames stand evenly along a slider from the first to the last number, each within half a step of
            its own; else they follow one another.

    Signals:
        picked(step): a frame was clicked, or chosen by the arrow keys.
        inset_changed(int): the middles of the end frames are so many px from the edges, where a slider should end.
    """

    picked = Signal(int)
    inset_changed = Signal(int)

    def __init__(self, name: str = "Film strip", *, captions: bool = False, along: bool = False) -> None:
        super().__init__(name)
        self._captions, self._along, self._inset = captions, along, -1
        self._numbers: list[int] = []
        self._frame: Frame = _nothing
        self._current = -1
        self._absent = 0, ""
        self._kept: dict[int, QImage] = {}
        self.sheet = Sheet()
        self.setMinimumHeight(28)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def shown(self) -> list[int]:
        """Numbers of the frames that the width has room for, evenly spread, first and last included."""
        return self._spread(max(1, int((self.width() + GAP) // (self._side() + GAP))))

    def _spread(self, room: int) -> list[int]:
        """So many numbers, or all where there are fewer."""
        count = len(self._numbers)
        if count <= room:
            return self._numbers
        if room == 1:
            return self._numbers[-1:]
        return [self._numbers[round(k * (count - 1) / (room - 1))] for k in range(room)]

    def _middle(self, k: int, count: int) -> float:
        """x of the k-th of `count` frames along a slider, in px.

        Even gaps: where the numbers cannot be quite even, a frame stands up to half a step beside its own.
        """
        inset = self._inset_now()
        return inset + (self.width() - 2 * inset) * k / max(count - 1, 1)

    def _inset_now(self) -> int:
        """Pixels from either edge to the middle of the frame there, whole ones so that a slider can follow."""
        return EDGE + (self._side() + 1) // 2

    def _announce(self) -> None:
        inset = self._inset_now() if self._along and self._numbers else 0
        if inset != self._inset:
            self._inset = inset
            self.inset_changed.emit(inset)

    def set_frames(self, numbers: list[int], frame: Frame) -> None:
        """Show frames.

        Args:
            numbers: of all frames there can be, e.g. range(total + 1), increasing.
            frame: picture of a number, None where it is not recorded yet.
        """
        self._numbers, self._frame = list(numbers), frame
        self._kept.clear()
        self._announce()
        self.update()

    def set_absent(self, before: int, why: str) -> None:
        """Say in place of frames with smaller numbers than `before`, which there are none of, why that is so."""
        if (before, why) != self._absent:
            self._absent = before, why
            self.setAccessibleDescription(why or self.empty_text)
            self.update()

    def refresh(self) -> None:
        """Ask again for the frames that were missing."""
        self.update()

    def set_current(self, number: int) -> None:
        """Frame the picture nearest to a number, of those that there are."""
        if number != self._current:
            self._current = number
            afterwards().paint(self)

    def sizeHint(self) -> QSize:
        return QSize(400, 50 + (LABEL if self._captions else 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._kept.clear()
        self._announce()
        super().resizeEvent(event)

    def set_theme(self, theme: Theme) -> None:
        """Repaint in the colours of a theme, with pictures asked for anew: some are drawn in them."""
        self._kept.clear()
        super().set_theme(theme)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            if not self._numbers:
                painter.fillRect(self.rect(), QColor(self.theme.bg1))
                self.draw_empty(painter)
                self.draw_focus(painter)
                return
            shown = self.shown
            nearest = self._nearest(shown) if self._current >= 0 else -1
            images = [self._image(number) for number in shown]
            key: Key = (self.size(), self.devicePixelRatioF(), self.theme.name, self._absent, *shown,
                        *(0 if image is None else image.cacheKey() for image in images))
            # while scrubbing only the frame around one of them moves
            painter.drawImage(0, 0, self.sheet.image(key, self.size(), self.devicePixelRatioF(), self._draw_cells))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if nearest in shown and nearest >= self._absent[0]:
                self._cell(painter, self._box(shown.index(nearest), len(shown)), nearest, framed=True)
            self.draw_focus(painter)

    def _draw_cells(self, painter: QPainter) -> None:
        """All frames, none of which is the present one."""
        painter.fillRect(self.rect(), QColor(self.theme.bg1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = self.shown
        none = sum(number < self._absent[0] for number in shown)
        if none:
            self._draw_absent(painter, self._absent_box())
        for k, number in list(enumerate(shown))[none:]:
            self._cell(painter, self._box(k, len(shown)), number, framed=False)

    def _nearest(self, shown: list[int]) -> int:
        """The frame that stands for the present number: an empty one only where all are."""
        made = [number for number in shown if self._image(number) is not None]
        return min(made or shown, key=lambda number: abs(number - self._current))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        shown = self.shown
        for k, number in enumerate(shown):
            if self._box(k, len(shown)).adjusted(-GAP / 2, 0, GAP / 2, LABEL).contains(event.position()):
                self.picked.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if not step or not self._numbers:
            super().keyPressEvent(event)
        else:
            self.step(step)

    @property
    def empty(self) -> bool:
        """Whether there is no frame to pick."""
        return not self._numbers

    def step(self, offset: int) -> None:
        """Pick the frame so many places on in the whole film, shown here or not."""
        numbers = self._numbers
        if numbers:
            at = min(range(len(numbers)), key=lambda k: abs(numbers[k] - self._current))
            self.picked.emit(numbers[min(len(numbers) - 1, max(0, at + offset))])

    def _side(self) -> int:
        high = self.height() - 4 - (LABEL if self._captions else 0)
        if not self._along:
            return max(20, min(high, (self.width() - 4) // FEWEST - GAP))
        # one more than there must be: at their own places frames need some slack
        side = max(20, min(high, (self.width() - 4) // (FEWEST + 1) - GAP))
        whole = (self.width() - 2 * EDGE) // max(len(self._numbers), 1) - GAP
        return whole if ALL * side <= whole < side else side

    def _box(self, k: int, count: int) -> QRectF:
        """Place of the k-th of `count` frames; spread over the width when they nearly fill it."""
        side = self._side()
        if self._along:
            # at the bottom, close to the slider
            return QRectF(self._middle(k, count) - side / 2, max(self.height() - side - 2, 2), side, side)
        # frames that nearly fill the width are spread to its end; a few stay together at the left
        loose = (self.width() - 4 - count * side) / max(1, count - 1)
        gap = loose if GAP <= loose < 3 * GAP else GAP
        return QRectF(2 + k * (side + gap), 2, side, side)

    def _cell(self, painter: QPainter, box: QRectF, number: int, *, framed: bool) -> None:
        path = QPainterPath()
        path.addRoundedRect(box, 4, 4)
        image = self._image(number)
        painter.fillPath(path, QColor(self.theme.bg2))
        if image is not None:
            painter.setClipPath(path)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, image.width() > 2 * box.width())
            painter.drawImage(box, image)
            painter.setClipping(False)
        if framed:
            painter.setPen(QPen(QColor(self.theme.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-1, -1, 1, 1), 5, 5)
        if self._captions:
            painter.setPen(QColor(self.theme.text if framed else self.theme.text2))
            painter.setFont(words(10))
            below = QRectF(box.left() - GAP, box.bottom() + 1, box.width() + 2 * GAP, LABEL)
            painter.fillRect(below, QColor(self.theme.bg1))
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, f"{number:,}")

    def _draw_absent(self, painter: QPainter, box: QRectF) -> None:
        painter.setPen(QPen(QColor(self.theme.line), 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setPen(QColor(self.theme.text2))
        painter.setFont(words(11))
        painter.drawText(_inside(box), _WRAPPED, self._absent[1] if self._has_room(box) else "…")

    def _has_room(self, box: QRectF) -> bool:
        """Whether the words in place of the first frames can be read there, no word cut."""
        metrics, room = QFontMetricsF(words(11)), _inside(box)
        longest = max((metrics.horizontalAdvance(word) for word in self._absent[1].split()), default=0.0)
        high = metrics.boundingRect(room, _WRAPPED, self._absent[1]).height()
        return longest <= room.width() and high <= room.height()

    def _absent_box(self) -> QRectF:
        """Where the words in place of the first frames stand; empty where no frame is missing."""
        shown = self.shown
        none = sum(number < self._absent[0] for number in shown)
        return self._box(0, len(shown)).united(self._box(none - 1, len(shown))) if none else QRectF()

    def tip_at(self, place: QPointF) -> str:
        """Why the first frames are missing, where that has no room."""
        box = self._absent_box()
        return self._absent[1] if box.contains(place) and not self._has_room(box) else ""

    def _image(self, number: int) -> QImage | None:
        """The picture of a number, asked for once."""
        if number not in self._kept:
            found = self._frame(number)
            if found is None:
                return None
            self._kept[number] = found
        return self._kept[number]


def _inside(box: QRectF) -> QRectF:
    """The part of a box that words stand in."""
    return box.adjusted(6, 2, -6, -2)


def _nothing(number: int) -> QImage | None:
    """The frame of a strip without a source."""
    return None
