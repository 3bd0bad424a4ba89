"""File dialogs that do not block: each opens where the last one ended, and calls back with what was chosen."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog

from workbench.desk import Desk

PICTURES = "Pictures (*.png *.jpg *.jpeg *.webp *.bmp *.gif *.tif *.tiff);;All files (*)"
FOLDER = "folder"  # under which a session keeps where the last file was chosen


def ask_open(desk: Desk, title: str, kinds: str, done: Callable[[Path], object]) -> QFileDialog:
    """Let the user choose an existing file."""
    return _ask(desk, title, kinds, lambda path, _kind: done(path), QFileDialog.FileMode.ExistingFile)


def ask_folder(desk: Desk, title: str, done: Callable[[Path], object]) -> QFileDialog:
    """Let the user choose a folder."""
    return _ask(desk, title, "", lambda path, _kind: done(path), QFileDialog.FileMode.Directory)


def ask_save(desk: Desk, title: str, name: str, kinds: str, done: Callable[[Path, str], object]) -> QFileDialog:
    """Let the user choose where to write; `done` gets the file, with the extension of its kind, and the kind."""
    dialog = _ask(desk, title, kinds, lambda path, kind: done(corrected(path, kind), kind),
                  QFileDialog.FileMode.AnyFile)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(name)
    dialog.setDefaultSuffix(Path(name).suffix.lstrip("."))
    return dialog


def corrected(path: Path, kind: str) -> Path:
    """The path with an extension of its kind ("GIF (*.gif)"), since the contents will be of that kind.

    A file of the new name is another one than the user agreed to replace: then a number is added.
    """
    endings = re.findall(r"\*(\.\w+)", kind)
    if not endings or path.suffix.lower() in endings:
        return path
    fitting = path.with_suffix(endings[0])
    numbered = (fitting.with_stem(f"{fitting.stem}-{k}") for k in count(2))
    return fitting if not fitting.exists() else next(file for file in numbered if not file.exists())


def _ask(desk: Desk, title: str, kinds: str, done: Callable[[Path, str], object],
         mode: QFileDialog.FileMode) -> QFileDialog:
    pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    last = str(desk.session.extra.get(FOLDER, ""))
    dialog = QFileDialog(desk.window, title, last if Path(last).is_dir() and last else pictures or str(Path.home()))
    dialog.setFileMode(mode)
    if kinds:
        dialog.setNameFilter(kinds)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def chosen(name: str) -> None:
        path = Path(name)
        folder = path if mode is QFileDialog.FileMode.Directory else path.parent
        desk.session = replace(desk.session, extra={**desk.session.extra, FOLDER: str(folder)})
        done(path, dialog.selectedNameFilter())

    dialog.fileSelected.connect(chosen)
    dialog.open()
    return dialog
