"""Files in memory that Qt finds by path."""

from __future__ import annotations

from PySide6.QtCore import QFile
from PySide6.QtWidgets import QApplication, QCheckBox

from widgets.drawing.icons import icon_file, icon_svg
from widgets.drawing.memory_files import memory_file


def read(path: str) -> bytes:
    """What Qt reads."""
    file = QFile(path)
    assert file.open(QFile.OpenModeFlag.ReadOnly), path
    return bytes(file.readAll().data())


def test_files_in_memory_are_read_as_they_were_written(qapp: QApplication) -> None:
    """Each beside those made before it, whatever its name and size."""
    made = {memory_file(name, data): data for name, data in (
        ("a.txt", b"one"), ("größe.svg", b"two" * 5000), ("empty", b""), ("a longer name.bin", bytes(range(256))))}
    assert {path: read(path) for path in made} == made


def test_icons_of_a_style_sheet_need_no_disk(qapp: QApplication) -> None:
    """A style sheet draws them from there: in red, the box has red in it."""
    path = icon_file("check", "#ff0000")
    assert read(path) == icon_svg("check", "#ff0000")
    box = QCheckBox()
    box.setStyleSheet(f"QCheckBox::indicator:checked {{ width: 24px; height: 24px; image: url({path}); }}")
    box.setChecked(True)
    image = box.grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert "#ff0000" in colours
