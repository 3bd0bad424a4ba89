"""Several names at once as chips, each with a cross to take it out, and a list in which all there are can be ticked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QMenu, QWidget

from widgets.drawing.fonts import words
from widgets.drawing.icons import icon_pixmap
from widgets.drawing.painted import Painted

PAD, GAP, HIGH, CROSS = 4.0, 4.0, 20.0, 18.0  # px: around and between chips, of a chip, and of its cross
OPENS = 22.0  # px at the right, of the sign that a list opens
STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class TickMenu(QMenu):
    """A menu that stays open while its entries are ticked, by pointer or by keys. Signals: those of QMenu."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        action = self.actionAt(event.position().toPoint())
        if action is not None and action.isCheckable():
            action.trigger()
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = self.activeAction()
        if event.key() in {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter} and action is not None:
            action.trigger()
        else:
            super().keyPressEvent(event)


class NameChips(Painted):
    """A field of chips. A click on a cross takes its name out, any other opens the list.

    Keys: left and right go from chip to chip, Delete or Backspace takes one out, Space, Enter or Down opens the list.

    Signals: changed() when the user took a name in or out.

    Args:
        choices: (name, title) of all there are.
    """

    changed = Signal()

    def __init__(self, name: str, choices: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._name, self._titles, self._at = name, dict(choices), -1
        self.names = list[str]()
        self.menu = TickMenu(self)
        for key, title in choices:
            action = self.menu.addAction(title)
            action.setCheckable(True)
            action.setData(key)
            action.triggered.connect(lambda _checked=False, key=key: self.toggle(key))
        self.menu.aboutToShow.connect(self._tick)
        self.set_names(())

    def set_names(self, names: Sequence[str]) -> None:
        """Show names, in order and each once, without a signal; those that there are not stay to be seen."""
        self.names = list(dict.fromkeys(names))
        self._at = min(self._at, len(self.names) - 1)
        self._tick()
        self._lay()

    def toggle(self, name: str) -> None:
        """Take a name out, or add it behind the others."""
        kept = [other for other in self.names if other != name]
        self.set_names(kept if name in self.names else [*kept, name])
        self.changed.emit()

    def title(self, name: str) -> str:
        """A name as people write it."""
        return self._titles.get(name, name)

    def chips(self) -> list[QRectF]:
        """Where each chip is: px."""
        metrics, found, x, y = QFontMetricsF(words(12)), list[QRectF](), PAD, PAD
        right = max(self.width() - OPENS, 60.0)
        for name in self.names:
            width = min(8 + metrics.horizontalAdvance(self.title(name)) + CROSS, right - PAD)
            if x > PAD and x + width > right:
                x, y = PAD, y + HIGH + GAP
            found.append(QRectF(x, y, width, HIGH))
            x += width + GAP
        return found

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def _lay(self) -> None:
        """Be as high as the chips need."""
        chips = self.chips()
        self.setFixedHeight(round((chips[-1].bottom() if chips else PAD + HIGH) + PAD))
        told = ", ".join(map(self.title, self.names)) or "none"
        here = f". {self.title(self.names[self._at])}: Delete takes it out" if self._at >= 0 else ""
        self.setAccessibleName(f"{self._name}: {told}{here}")
        self.update()

    def _tick(self) -> None:
        for action in self.menu.actions():
            action.setChecked(action.data() in self.names)

    def open(self) -> None:
        """Open the list under the field."""
        self.menu.setMinimumWidth(self.width())
        self.menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))
        self.menu.setActiveAction(self.menu.actions()[0])

    # pointer and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        place = event.position()
        hit = next((k for k, chip in enumerate(self.chips()) if chip.contains(place)), -1)
        if hit >= 0 and place.x() > self.chips()[hit].right() - CROSS:
            self.toggle(self.names[hit])
        else:
            self.open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in STEPS and self.names:
            first = 0 if STEPS[key] > 0 else len(self.names) - 1
            self._at = min(max(self._at + STEPS[key], 0), len(self.names) - 1) if self._at >= 0 else first
            self._lay()
        elif key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace} and self.names:
            self.toggle(self.names[self._at])  # without one that is framed the last
        elif key in {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down}:
            self.open()
        else:
            super().keyPressEvent(event)

    # painting

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._lay()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self.theme
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), QColor(theme.bg1))
            wrong = bool(self.property("error"))
            painter.setPen(QPen(QColor(theme.likelihood), 1) if wrong else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.bg2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
            ratio = self.devicePixelRatioF()
            down = icon_pixmap("chevron-down", theme.text2, 14, ratio)
            painter.drawPixmap(QPointF(self.width() - OPENS + 2, PAD + 3), down)
            if not self.names:
                painter.setPen(QColor(theme.text2))
                painter.drawText(self.rect().adjusted(10, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, "Choose some")
            cross = icon_pixmap("x", theme.text2, 11, ratio)
            for k, (name, chip) in enumerate(zip(self.names, self.chips(), strict=True)):
                self._draw_chip(painter, name, chip, framed=k == self._at and self.hasFocus())
                painter.drawPixmap(QPointF(chip.right() - CROSS + 3, chip.top() + 5), cross)
            self.draw_focus(painter)

    def _draw_chip(self, painter: QPainter, name: str, chip: QRectF, *, framed: bool) -> None:
        theme = self.theme
        painter.setPen(QPen(QColor(theme.accent), 1.5) if framed else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.bg3) if self.isEnabled() else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(chip, 5, 5)
        painter.setFont(words(12))
        ink = theme.text if name in self._titles else theme.ink("likelihood", "bg3")
        painter.setPen(QColor(ink if self.isEnabled() else theme.faint))
        room = chip.adjusted(8, 0, -CROSS, 0)
        text = QFontMetricsF(painter.font()).elidedText(self.title(name), Qt.TextElideMode.ElideRight, room.width() + 1)
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
