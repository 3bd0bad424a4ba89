"""File dialogs that do not block: each opens, and calls back with what was chosen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

PICTURES = "Pictures (*.png *.jpg *.jpeg *.webp *.bmp *.gif *.tif *.tiff);;All files (*)"


def ask_open(parent: QWidget, title: str, kinds: str, done: Callable[[Path], object]) -> QFileDialog:
    """Let the user choose an existing file."""
    return _ask(parent, title, kinds, done, QFileDialog.FileMode.ExistingFile)


def ask_folder(parent: QWidget, title: str, done: Callable[[Path], object]) -> QFileDialog:
    """Let the user choose a folder."""
    return _ask(parent, title, "", done, QFileDialog.FileMode.Directory)


def ask_save(parent: QWidget, title: str, name: str, kinds: str, done: Callable[[Path], object]) -> QFileDialog:
    """Let the user choose where to write."""
    dialog = _ask(parent, title, kinds, done, QFileDialog.FileMode.AnyFile)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(name)
    dialog.setDefaultSuffix(Path(name).suffix.lstrip("."))
    return dialog


def _ask(parent: QWidget, title: str, kinds: str, done: Callable[[Path], object],
         mode: QFileDialog.FileMode) -> QFileDialog:
    pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    dialog = QFileDialog(parent, title, pictures or str(Path.home()))
    dialog.setFileMode(mode)
    if kinds:
        dialog.setNameFilter(kinds)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(lambda name: done(Path(name)))
    dialog.open()
    return dialog
