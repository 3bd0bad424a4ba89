"""The layers of a field: those that rest are drawn once on a sheet, those that move with every step over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from widgets.controls.badge import GAP, Badge
from widgets.drawing.painted import draw_shadow
from widgets.drawing.sheet import Key, Sheet
from widgets.fields.axes import FOOT, LEFT, Axes
from widgets.fields.dots import Dots
from widgets.fields.layer import Layer, Sketch, plaque
from widgets.fields.view import RADIUS, FieldView

BETWEEN, BASE = 18.0, 13.0  # px between two scales, and from the lower edge of the plate to their base line
AXES = "axes"


class LayeredField(FieldView):
    """Shows layers by name, each of which can be hidden. It has no signals of its own.

    ground, rest, whole: the sheets: the plate alone; with the layers that rest; with all layers.
    """

    def __init__(self, name: str, parent: QWidget | None = None, *, line: bool = False) -> None:
        super().__init__(name, parent, line=line)
        self._layers: dict[str, Layer] = {AXES: Axes(line)}
        self._hidden: frozenset[str] = frozenset()
        self._badge = Badge()
        self.dots = Dots()
        self.ground, self.rest, self.whole = Sheet(), Sheet(), Sheet()
        self._resting: Key = ()  # what the layers that rest were drawn for last
        self._edges = Sheet(clear=True), Sheet(clear=True)  # the numbers of the axes at the left, and below
        self.set_empty_text("No points yet.")

    # What is shown

    def set_layer(self, name: str, layer: Layer | None) -> None:
        """Show a layer under a name, in place of the one that had it; None takes it away."""
        self.set_layers({name: layer})

    def set_layers(self, layers: Mapping[str, Layer | None]) -> None:
        """Show several layers at once, as a step of a scrub has them; those of other names stay."""
        if all(self._layers.get(name) is layer for name, layer in layers.items()):
            return
        for name, layer in layers.items():
            if layer is not None:
                self._layers[name] = layer
            else:
                self._layers.pop(name, None)
        self.tell()

    def bare(self) -> None:
        """Take away all layers but the axes, which are plain then."""
        self.set_layers({**dict.fromkeys(self._layers), AXES: Axes(self.plane.line)})

    def layer(self, name: str) -> Layer | None:
        """The layer of a name, hidden or not."""
        return self._layers.get(name)

    def show_layer(self, name: str, on: bool) -> None:
        """Show the layer of a name, now and whenever it is set again, or hide it."""
        self._hidden = self._hidden - {name} if on else self._hidden | {name}
        self.tell()

    def set_caption(self, text: str, among: tuple[str, ...] = ()) -> None:
        """Write a caption on the upper left corner; “x_t” gets a subscript.

        Where it must be shortened, it stays apart from the captions `among` which it is, those of fields beside it.
        """
        if (text, among) != (self._badge.text, self._badge.among):
            self._badge = Badge(text, flat=True, among=among)
            self.tell()

    def caption_box(self, plate: QRectF) -> QRectF:
        """What the caption covers of the plate, empty without one."""
        return self._badge.box(plate.adjusted(GAP, GAP, -GAP, -GAP), self.small_font())

    def tip_at(self, place: QPointF) -> str:
        """The whole caption where it is shortened."""
        plate = self.plate()
        cut = self._badge.cut(self.small_font(), plate.adjusted(GAP, GAP, -GAP, -GAP).width())
        return self._badge.text if cut and self.caption_box(plate).contains(place) else ""

    @property
    def empty(self) -> bool:
        """Whether there is nothing but axes."""
        return set(self._layers) <= {AXES}

    @property
    def blank(self) -> bool:
        """Whether not even the axes are drawn: where nothing lies among them, they tell nothing. For subclasses."""
        return self.empty

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
            # hovering draws nothing but the probe: all else is on the sheet already
            painter.drawImage(0, 0, self._picture(plate))
            if self.empty:
                self.draw_empty(painter)
            self.draw_hand(painter, plate)
            self.draw_focus(painter)

    def draw_empty(self, painter: QPainter) -> None:
        """The sentence, over axes on a plate of its own."""
        if not self.blank:
            box = QFontMetricsF(self.font()).boundingRect(self.empty_text)
            box.moveCenter(QRectF(self.rect()).center())
            plaque(painter, box.adjusted(-8, -4, 8, 4), self.theme)
        super().draw_empty(painter)

    def _picture(self, plate: QRectF) -> QImage:
        """Everything but what the pointer holds."""
        shown = [] if self.blank else self.layers_shown()
        resting, moving = [x for x in shown if x.still], [x for x in shown if not x.still]
        size, ratio, plane = self.size(), self.devicePixelRatioF(), self.plane
        ground: Key = size, plate.getRect(), ratio, self.theme.name
        still: Key = *ground, plane.zoom, plane.centre, plane.extent, *resting

        def lower(painter: QPainter) -> None:
            painter.drawImage(0, 0, self.ground.image(ground, size, ratio, self._draw_ground))
            self._draw_layers(painter, resting)

        def upper(painter: QPainter) -> None:
            # layers that were others a frame ago may be others in the next: those are not worth a sheet
            if still == self._resting:
                painter.drawImage(0, 0, self.rest.image(still, size, ratio, lower))
            else:
                self._resting = still
                lower(painter)
            self._draw_layers(painter, moving)
            if shown:
                self._draw_numbers(painter, still[: -len(resting) or None])
                self._draw_legends(painter, plate)
                self._badge.draw(painter, plate.adjusted(GAP, GAP, -GAP, -GAP), self.small_font())

        return self.whole.image((*still, *moving, self._badge), size, ratio, upper)

    def draw_whole(self, painter: QPainter, scale: int = 1) -> None:
        """Draw plate, layers, scales and caption as they are now with any painter, as that of a drawing for print.

        scale: pixels that the painter has for one of the screen.
        """
        plate = self.plate()
        painter.fillRect(plate, QColor(self.theme.bg1))
        painter.setClipRect(plate)
        frame = self.frame()
        sketch = Sketch(painter, replace(frame, ratio=scale * frame.ratio), self.theme, Dots())
        for layer in [] if self.blank else self.layers_shown():
            layer.draw(sketch)
        painter.setClipping(False)
        for axes in self._axes():
            axes.draw_numbers(painter, self.frame(), self.theme)
            axes.draw_names(painter, self.frame(), self.theme)
        self._draw_legends(painter, plate)
        self._badge.draw(painter, plate.adjusted(GAP, GAP, -GAP, -GAP), self.small_font())

    def _axes(self) -> list[Axes]:
        """Those that are shown."""
        return [] if self.blank else [layer for layer in self.layers_shown() if isinstance(layer, Axes)]

    def _draw_numbers(self, painter: QPainter, key: Key) -> None:
        """The numbers of the axes over all layers; they stay while what is looked at does."""
        room, ratio = self.plate().toRect(), self.devicePixelRatioF()
        beside = QRect(room.left(), room.top(), LEFT, room.height() - FOOT)
        below = QRect(room.left(), room.bottom() + 1 - FOOT, room.width(), FOOT)
        for axes in self._axes():
            for sheet, part in zip(self._edges, (beside, below), strict=True):
                def draw(on: QPainter, part: QRect = part, axes: Axes = axes) -> None:
                    on.translate(-part.topLeft())
                    axes.draw_numbers(on, self.frame(), self.theme)

                painter.drawImage(part.topLeft(), sheet.image((*key, axes), part.size(), ratio, draw))
            axes.draw_names(painter, self.frame(), self.theme)

    def _draw_ground(self, painter: QPainter) -> None:
        """The plate on the canvas."""
        plate = self.plate()
        painter.fillRect(self.rect(), QColor(self.theme.bg0))
        draw_shadow(painter, plate, self.theme.bg0, RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.bg1))
        painter.drawRoundedRect(plate, RADIUS, RADIUS)

    def _draw_layers(self, painter: QPainter, layers: Sequence[Layer]) -> None:
        """Layers over what was drawn before them."""
        painter.setClipRect(self.plate())
        sketch = Sketch(painter, self.frame(), self.theme, self.dots)
        for layer in layers:
            layer.draw(sketch)
        painter.setClipping(False)

    def _draw_legends(self, painter: QPainter, plate: QRectF) -> None:
        """The scales below the plate, from the right, as many as there is room for: there they hide nothing."""
        right, base, frame = plate.right(), plate.bottom() + BASE, self.frame()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for legend in filter(None, (layer.legend(frame) for layer in self.layers_shown())):
            width, draw = legend
            if right - width < plate.left():
                return
            draw(painter, QPointF(right - width, base), self.theme)
            right -= width + BETWEEN

    def draw_hand(self, painter: QPainter, plate: QRectF) -> None:
        """Draw what the pointer holds, over everything; for subclasses."""
