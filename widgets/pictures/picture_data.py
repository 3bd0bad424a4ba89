"""A picture as clipboard or drag data."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QImage, QPixmap
from PySide6.QtWidgets import QWidget


def picture_data(image: QImage, file: Path | None = None) -> QMimeData:
    """A picture for the clipboard or a drag: as image, as PNG bytes and, when given, as a file."""
    packed = QByteArray()
    buffer = QBuffer(packed)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # pyright: ignore - the stubs know only file names
    data = QMimeData()
    data.setImageData(image)
    data.setData("image/png", packed)
    if file is not None:
        data.setUrls([QUrl.fromLocalFile(str(file))])
    return data


def start_drag(source: QWidget, data: QMimeData, picture: QImage) -> None:
    """Let the user drag data out of a widget, with a small picture under the pointer; returns after the drop."""
    drag = QDrag(source)
    drag.setMimeData(data)
    drag.setPixmap(QPixmap.fromImage(picture.scaled(64, 64, Qt.AspectRatioMode.KeepAspectRatio)))
    drag.exec(Qt.DropAction.CopyAction)
