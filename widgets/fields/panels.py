"""Up to four fields side by side that look at the same part of the plane, for comparing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, QObject, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from widgets.drawing.painted import Painted
from widgets.drawing.plane import Plane
from widgets.drawing.theme import Theme
from widgets.fields.point_field import PointField
from widgets.fields.view import MARGIN
from widgets.pictures.tiles import tiling

MOST_PANELS = 4
GAP = 14  # px between plates
FLAT = 2.0  # width over height of the plates of one-dimensional data


class FieldPanels(Painted):
    """Fields that zoom, move and probe together; a single one takes all the room, several are squares.

    Signals: probed(float, float) with a point of the data, whichever field the pointer is on; unprobed() when it left;
    selected(int, int) with the number of a field and of its particle, −1 for none; pressed(int) with the number of a
    field that a button of the mouse was pressed on.

    Attributes: probing, the number of the field that the pointer is on, or was last.
    """

    probed = Signal(float, float)
    unprobed = Signal()
    selected = Signal(int, int)
    pressed = Signal(int)

    def __init__(self, name: str = "Fields", parent: QWidget | None = None, *, line: bool = False) -> None:
        super().__init__(name, parent)
        self._line = line
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plane = Plane(self, line=line)
        self._fields: list[PointField] = []
        self.probing = 0
        self.set_captions([""])

    @property
    def fields(self) -> tuple[PointField, ...]:
        """The fields, from left to right and down."""
        return tuple(self._fields)

    def set_captions(self, captions: Sequence[str]) -> None:
        """Show as many fields as there are captions; those that stay keep their layers.

        Raises ValueError for none and for more than four.
        """
        if not 1 <= len(captions) <= MOST_PANELS:
            raise ValueError(f"{len(captions)} fields cannot be compared; choose 1 to {MOST_PANELS}.")
        before = len(self._fields)
        while len(self._fields) > len(captions):
            gone = self._fields.pop()
            gone.hide()
            gone.deleteLater()
        while len(self._fields) < len(captions):
            self._fields.append(self._made(len(self._fields)))
        for field, caption in zip(self._fields, captions, strict=True):
            field.set_caption(caption, tuple(captions))
            field.setAccessibleName(caption or "Points")
        if len(captions) != before:
            self._arrange()

    def _made(self, index: int) -> PointField:
        """A field of the common view."""
        field = PointField(parent=self, line=self._line)
        field.set_theme(self.theme)
        field.set_empty_text(self.empty_text)
        field.share(self.plane)
        field.installEventFilter(self)
        field.probed.connect(lambda x, y: self._probe(index, x, y))
        field.unprobed.connect(self._unprobe)
        field.selected.connect(lambda particle: self.selected.emit(index, particle))
        field.show()
        return field

    def set_theme(self, theme: Theme) -> None:
        """Repaint in the colours of a theme, the fields too."""
        super().set_theme(theme)
        for field in self._fields:
            field.set_theme(theme)

    def set_empty_text(self, text: str) -> None:
        """Choose the sentence that a field shows while there is nothing to show."""
        super().set_empty_text(text)
        for field in self._fields:
            field.set_empty_text(text)

    def mark(self, index: int) -> None:
        """Mark the field of a number as the one that is worked with; of a single one that goes without saying."""
        for number, field in enumerate(self._fields):
            field.mark(number == index and len(self._fields) > 1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(watched, PointField) and watched in self._fields:
            self.pressed.emit(self._fields.index(watched))
        return super().eventFilter(watched, event)

    def _probe(self, index: int, x: float, y: float) -> None:
        self.probing = index
        for field in self._fields:
            field.set_probe((x, y))
        self.probed.emit(x, y)

    def _unprobe(self) -> None:
        for field in self._fields:
            field.set_probe(None)
            field.set_readout(())
            field.hover(-1)
        self.unprobed.emit()

    def svg(self) -> bytes:
        """The fields as they are shown, as a drawing whose lines and words stay such."""
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)  # the earlier one has no clipping
        generator.setOutputDevice(buffer)
        generator.setSize(self.size())
        generator.setViewBox(self.rect())
        generator.setTitle(self.accessibleName())
        generator.setDescription(". ".join(field.accessibleDescription() for field in self._fields))
        with QPainter(generator) as painter:
            self._draw_whole(painter, 1)
        buffer.close()
        return bytes(data.data())

    def picture(self, scale: int) -> QImage:
        """The fields as they are shown, drawn anew with so many pixels for one of the screen in each direction."""
        image = QImage(self.size() * scale, QImage.Format.Format_RGB32)
        image.fill(QColor(self.theme.bg0))
        with QPainter(image) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.scale(scale, scale)
            self._draw_whole(painter, scale)
        return image

    def _draw_whole(self, painter: QPainter, scale: int) -> None:
        for field in self._fields:
            painter.save()
            painter.translate(field.pos())
            field.draw_whole(painter, scale)
            painter.restore()

    def _arrange(self) -> None:
        """Give every field its part: plates as large as they can be, the gap between two of them narrow."""
        count = len(self._fields)
        if count == 1:
            self._fields[0].set_margin(MARGIN)
            self._fields[0].setGeometry(self.rect())
            return
        rim, half = MARGIN - GAP, GAP // 2
        # the scales stand below the plates
        made = tiling(count, FLAT if self._line else 1.0, self.width() - 2 * rim, self.height() - 2 * rim, gap=GAP,
                      caption=MARGIN - half)
        for index, field in enumerate(self._fields):
            field.set_margin(half)
            plate = made.rect(index).translated(rim, rim)
            field.setGeometry(plate.adjusted(-half, -half, half, MARGIN).toRect())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), QColor(self.theme.bg0))
