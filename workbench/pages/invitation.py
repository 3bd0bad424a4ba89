"""The buttons that give an empty canvas its picture, under the words that ask for one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from widgets.masks.picture_canvas import PictureCanvas
from workbench.actions import Actions
from workbench.parts import IconButton, column

WAYS = (("file.open", "folder-open"), ("file.sample", "image"), ("edit.take", "images"))
BELOW = 36  # px from the middle of the canvas, where the words stand in up to three lines


class Invitation(QWidget):
    """Lies over a canvas while it has no picture. It has no signals.

    Args:
        canvas: what the buttons fill.
        actions: has what they do.
    """

    def __init__(self, canvas: PictureCanvas, actions: Actions) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.buttons = {name: IconButton(image, actions[name], words=True) for name, image in WAYS}  # by their action
        column(*self.buttons.values(), spacing=2, parent=self)
        canvas.installEventFilter(self)
        canvas.mask_changed.connect(self._follow)  # every change of picture is one of the mask, too
        self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _follow(self) -> None:
        self.setVisible(self._canvas.pyramid is None)
        self._place()

    def _place(self) -> None:
        self.adjustSize()
        room = self._canvas.rect().center()
        self.move(room.x() - self.width() // 2, room.y() + BELOW)
