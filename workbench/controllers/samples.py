"""Take a sample: a bundled picture that goes with the model of the form, from a menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtGui import QCursor, QIcon, QPixmap
from PySide6.QtWidgets import QMenu

from widgets.drawing.pixmaps import to_qimage
from workbench.actions import Spec
from workbench.controllers.picture import PictureController
from workbench.controllers.which import Opened
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.pages.images_page import ImagesPage

if TYPE_CHECKING:
    from engines.data.samples import SamplePicture

ACTION = "file.sample"


class SamplesController:
    """Offers them. It has no signals.

    Args:
        desk, panel: shared parts; the panel has the model.
        canvas: the page of the Images workspace, on whose empty input a button asks for them.
        picture: takes the one that is chosen.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, canvas: ImagesPage, picture: PictureController) -> None:
        self._desk, self._panel, self._canvas, self._picture = desk, panel, canvas, picture
        desk.actions.add(Spec(ACTION, "Take a sample…", "File", section="open",
                              help="A bundled picture to try things on, which no bundled model was trained on: "
                                   "photographs, or digits for a model of digits"), self.ask)

    def offered(self) -> tuple[SamplePicture, ...]:
        """Those that go with the model of the form."""
        from engines.data.samples import samples_for

        return samples_for(self._desk.models.find(str(self._panel.values().get("model") or "")))

    def ask(self) -> QMenu | None:
        """Open the menu of samples; None before the engine is there, or where one cannot be read."""
        if not self._desk.ready:
            self._desk.say("The samples are there in a moment, with the engine")
            return None
        with self._desk.guard():
            icons = [(sample, _icon(sample)) for sample in self.offered()]
            menu = QMenu(self._canvas)
            for sample, icon in icons:
                menu.addAction(icon, sample.title).triggered.connect(lambda _on=False, sample=sample: self.take(sample))
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(self._place())
            return menu
        return None

    def _place(self) -> QPoint:
        """Under the button that asked, or where the pointer is."""
        button = self._canvas.invitation.buttons[ACTION]
        return button.mapToGlobal(button.rect().bottomLeft()) if button.isVisible() else QCursor.pos()

    def take(self, sample: SamplePicture) -> None:
        """Put one onto the canvas."""
        with self._desk.guard():
            self._picture.put(Opened.of(sample.pixels(), sample.title))


def _icon(sample: SamplePicture) -> QIcon:
    """Its picture, small; raises what reading it raises."""
    pixels = sample.pixels()
    return QIcon(QPixmap.fromImage(to_qimage(pixels[..., 0] if pixels.shape[2] == 1 else pixels)))
