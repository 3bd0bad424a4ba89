"""One picture of a grid that fills the grid's space."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QWidget

from widgets.pictures.image_view import ImageView


class Enlarged(ImageView):
    """A view over its parent, which keeps pointer and keys and hands on what is for the picture.

    Its caption stands at the bottom: the way back is at the top. Signals: those of ImageView.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Enlarged", parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._held: QPointF | None = None
        self.hide()

    def words_room(self) -> QRectF:
        """At the bottom of what is seen of the picture."""
        room = super().words_room()
        room.setTop(room.bottom() - self._badge.size(self.small_font(), room.width())[1])
        return room

    # being moved by the pointer, told by the parent

    @property
    def movable(self) -> bool:
        """Whether a drag moves the picture: not while all of it is seen."""
        return not self.isHidden() and not self.viewport.fits

    @property
    def held(self) -> bool:
        """Whether a drag moves the picture now."""
        return self._held is not None

    def hold(self, point: QPointF | None) -> None:
        """Begin to move the picture with the pointer, or end it with None."""
        self._held = point

    def follow(self, point: QPointF) -> None:
        """The pointer that holds the picture is elsewhere now."""
        if self._held is not None:
            self.pan_by(point - self._held)
            self._held = point
