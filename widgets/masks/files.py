"""Masks in files: any picture Qt reads, white where the hole is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSaveFile
from PySide6.QtGui import QImage, QImageReader

from widgets.drawing.pixmaps import from_qimage, to_qimage
from widgets.masks.shapes import Bytes


class MaskFileError(ValueError):
    """A mask file cannot be used: one sentence with value and remedy."""


def read_mask(path: Path, width: int, height: int) -> Bytes:
    """Read a mask uint8 (height, width), 255 = hole. Raises MaskFileError for another size or no picture.

    The size is taken from the file's header, so that a huge picture is refused before it is decoded.
    """
    if not path.is_file():
        raise MaskFileError(f"“{path.name}” does not exist; choose another mask.")
    reader = QImageReader(str(path))
    size = reader.size()
    if not size.isValid():
        raise MaskFileError(f"“{path.name}” is not a picture that can be read; give a PNG of {width} × {height}.")
    if (size.width(), size.height()) != (width, height):
        raise MaskFileError(
            f"The mask “{path.name}” is {size.width()} × {size.height()} but the picture is {width} × {height}; "
            "give a mask of the same size."
        )
    image = reader.read()
    if image.isNull():
        raise MaskFileError(f"“{path.name}” cannot be decoded ({reader.errorString()}); save the mask again as PNG.")
    return from_qimage(image.convertToFormat(QImage.Format.Format_Grayscale8))


def write_mask(path: Path, mask: Bytes) -> None:
    """Write a mask as a grey PNG, whole or not at all. Raises MaskFileError when the file cannot be written."""
    file = QSaveFile(str(path))
    image = to_qimage(mask).convertToFormat(QImage.Format.Format_Grayscale8)
    # PySide accepts an open device here although its stubs name only a file name.
    written = file.open(QSaveFile.OpenModeFlag.WriteOnly) and image.save(file, "PNG")  # pyright: ignore
    if not (written and file.commit()):
        raise MaskFileError(f"“{path}” cannot be written ({file.errorString()}); choose another folder.")
