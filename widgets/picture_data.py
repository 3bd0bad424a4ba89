"""A picture as clipboard or drag data."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, QUrl
from PySide6.QtGui import QImage


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
