"""The layers of a field: those that rest are drawn once on a sheet, those that move with every step over it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from widgets.badge import GAP, Badge
from widgets.dots import Dots
from widgets.field_axes import Axes
from widgets.field_layer import Layer, Sketch
from widgets.field_view import RADIUS, FieldView
from widgets.painted import draw_shadow

BETWEEN, FOOT = 18.0, 22.0  # px between the scales, and from the lower edge of the plate to their base line
AXES = "axes"
Key = tuple[object, ...]


class LayeredField(FieldView):
    """Shows layers by name, each of which can be hidden. It has no signals of its own.

    sheets: how many times what rests was drawn, to see that it is drawn no oftener than it changes.
    """

    def __init__(self, name: str, parent: QWidget | None = None, *, line: bool = False, square: bool = False) -> None:
        super().__init__(name, parent, line=line, square=square)
        self._layers: dict[str, Layer] = {AXES: Axes(line)}
        self._hidden: frozenset[str] = frozenset()
        self._badge = Badge()
        self._sheet: tuple[Key, QImage] | None = None
        self.dots = Dots()
        self.sheets = 0
        self.set_empty_text("No points yet.")

    # What is shown

    def set_layer(self, name: str, layer: Layer | None) -> None:
        """Show a layer under a name, in place of the one that had it; None takes it away."""
        if layer is not None:
            self._layers[name] = layer
        else:
            self._layers.pop(name, None)
        self.tell()

    def layer(self, name: str) -> Layer | None:
        """The layer of a name, hidden or not."""
        return self._layers.get(name)

    def show_layer(self, name: str, on: bool) -> None:
        """Show the layer of a name, now and whenever it is set again, or hide it."""
        self._hidden = self._hidden - {name} if on else self._hidden | {name}
        self.tell()

    def layer_shown(self, name: str) -> bool:
        """Whether there is a layer of a name, and it is not hidden."""
        return name in self._layers and name not in self._hidden

    def set_caption(self, text: str) -> None:
        """Write a caption on the upper left corner; “x_t” gets a subscript."""
        if text != self._badge.text:
            self._badge = Badge(text)
            self.tell()

    @property
    def empty(self) -> bool:
        """Whether there is nothing but axes."""
        return set(self._layers) <= {AXES}

    def layers_shown(self) -> list[Layer]:
        """The layers that are drawn, from below."""
        return sorted((layer for name, layer in self._layers.items() if name not in self._hidden),
                      key=lambda layer: layer.order)

    def told_more(self) -> list[str]:
        """What to say in words besides the layers; for subclasses."""
        return []

    def tell(self) -> None:
        """Say in words what is shown, and show it."""
        layers = [] if self.empty else self.layers_shown()
        words = [self._badge.text, *(layer.told() for layer in layers)] if layers else [self.empty_text]
        self.setAccessibleDescription(" · ".join(word for word in (*words, *self.told_more()) if word))
        self.update()

    def set_empty_text(self, text: str) -> None:
        """Choose the sentence shown while there is nothing to show."""
        self.empty_text = text
        self.tell()

    # Painting on screen

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            plate = self.plate()
            painter.drawImage(0, 0, self._still(plate))
            if self.empty:
                self.draw_empty(painter)
            else:
                painter.setClipRect(plate)
                self._draw_moving(painter)
                painter.setClipping(False)
                self._badge.draw(painter, plate.adjusted(GAP, GAP, -GAP, -GAP), self.small_font())
            self.draw_hand(painter, plate)
            self.draw_focus(painter)

    def _sketch(self, painter: QPainter) -> Sketch:
        return Sketch(painter, self.frame(), self.theme, self.dots)

    def _still(self, plate: QRectF) -> QImage:
        """The plate with all that does not move at every step; kept while none of it changes."""
        layers = [layer for layer in self.layers_shown() if layer.still]
        ratio = self.devicePixelRatioF()
        # layers themselves, not their addresses: one that is gone could have left its address to another
        key: Key = (self.size(), ratio, self.theme.name, self.plane.zoom, self.plane.centre, self.plane.extent, *layers)
        if self._sheet is None or self._sheet[0] != key:
            sheet = QImage(self.size() * ratio, QImage.Format.Format_RGB32)
            sheet.setDevicePixelRatio(ratio)
            sheet.fill(QColor(self.theme.bg0))
            with QPainter(sheet) as painter:
                self._draw_still(painter, plate, layers)
            self._sheet = key, sheet
            self.sheets += 1
        return self._sheet[1]

    def _draw_still(self, painter: QPainter, plate: QRectF, layers: Sequence[Layer]) -> None:
        draw_shadow(painter, plate, self.theme.bg0, RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.bg1))
        painter.drawRoundedRect(plate, RADIUS, RADIUS)
        if self.empty:
            return
        painter.setClipRect(plate)
        sketch = self._sketch(painter)
        for layer in layers:
            layer.draw(sketch)
        # the scales stand in the lower right corner, as many as there is room for
        right = plate.right() - GAP - 2
        for legend in filter(None, (layer.legend(sketch.frame) for layer in layers)):
            width, draw = legend
            if right - width < plate.left() + GAP:
                break
            draw(painter, QPointF(right - width, plate.bottom() - FOOT), self.theme)
            right -= width + BETWEEN

    def _draw_moving(self, painter: QPainter) -> None:
        sketch = self._sketch(painter)
        for layer in self.layers_shown():
            if not layer.still:
                layer.draw(sketch)

    def draw_hand(self, painter: QPainter, plate: QRectF) -> None:
        """Draw what the pointer holds, over everything; for subclasses."""
