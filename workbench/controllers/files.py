"""File dialogs that do not block: each opens where the last one ended, and calls back with what was chosen."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit

from workbench.desk import Desk

PICTURES = "Pictures (*.png *.jpg *.jpeg *.webp *.bmp *.gif *.tif *.tiff);;All files (*)"
TABLES = "Tables (*.csv *.tsv *.txt *.npy);;All files (*)"
OWN_DATA = "Tables and densities (*.csv *.tsv *.txt *.npy *.png);;All files (*)"
FILMS = "GIF (*.gif);;Animated PNG (*.apng *.png);;Animated WebP (*.webp);;Numbered PNGs, zipped (*.zip)"
FOLDER = "folder"  # under which a session keeps where the last file was chosen


def ask_open(desk: Desk, title: str, kinds: str, done: Callable[[Path], object]) -> QFileDialog:
    """Let the user choose an existing file."""
    return _ask(desk, title, kinds, lambda path, _kind: done(path), QFileDialog.FileMode.ExistingFile)


def ask_folder(desk: Desk, title: str, done: Callable[[Path], object]) -> QFileDialog:
    """Let the user choose a folder."""
    return _ask(desk, title, "", lambda path, _kind: done(path), QFileDialog.FileMode.Directory)


def ask_save(desk: Desk, title: str, name: str, kinds: str, done: Callable[[Path, str], object]) -> QFileDialog:
    """Let the user choose where to write; the ending that was typed decides the kind, and without one the filter does.

    done: gets the file and its kind. An ending of none of the `kinds` is refused with those that there are.
    """
    def chosen(path: Path, kind: str) -> None:
        named = path if path.suffix else path.with_suffix("".join(endings(kind)[:1]))
        fitting = kind_of(named, kind, kinds)
        if fitting:
            done(named, fitting)
        else:
            desk.complain(f"“{path.name}” cannot be written; end the name in {' or '.join(all_endings(kinds))}.",
                          ("Choose again", lambda: ask_save(desk, title, name, kinds, done)))

    dialog = _ask(desk, title, kinds, chosen, QFileDialog.FileMode.AnyFile)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(name)
    # also what the question before a file is replaced goes by
    dialog.setDefaultSuffix(Path(name).suffix.lstrip("."))
    dialog.filterSelected.connect(lambda kind: dialog.setDefaultSuffix("".join(endings(kind)[:1]).lstrip(".")))
    return dialog


def endings(kind: str) -> list[str]:
    """The endings of a kind: "PNG (*.apng *.png)" has .apng and .png."""
    return re.findall(r"\*(\.\w+)", kind)


def all_endings(kinds: str) -> list[str]:
    """The endings of several kinds, each once."""
    return list(dict.fromkeys(endings(kinds)))


def kind_of(path: Path, chosen: str, kinds: str) -> str:
    """The kind among `kinds` ("GIF (*.gif);;PNG (*.png)") that a file's ending asks for, "" for none.

    chosen: the kind of the filter, which goes before others of the same ending.
    """
    return next((kind for kind in (chosen, *kinds.split(";;")) if path.suffix.lower() in endings(kind)), "")


def first_folder(last: str) -> str:
    """Where a dialog opens: the folder `last` chosen, else the user's pictures, else home; one that is there."""
    pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
    return next((folder for folder in (last, pictures) if folder and Path(folder).is_dir()), str(Path.home()))


def _ask(desk: Desk, title: str, kinds: str, done: Callable[[Path, str], object],
         mode: QFileDialog.FileMode) -> QFileDialog:
    dialog = QFileDialog(desk.window, title, first_folder(str(desk.session.extra.get(FOLDER, ""))))
    dialog.setFileMode(mode)
    if kinds:
        dialog.setNameFilter(kinds)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def chosen(name: str) -> None:
        path = Path(name)
        folder = path if mode is QFileDialog.FileMode.Directory else path.parent
        desk.keep_extra(FOLDER, str(folder))
        done(path, dialog.selectedNameFilter())

    dialog.fileSelected.connect(chosen)
    dialog.open()
    _take_typed(dialog)
    return dialog


def _take_typed(dialog: QFileDialog) -> None:
    """Let Enter open a path that was typed in full: Qt's list of completions takes the key, and empties the field."""
    for field in dialog.findChildren(QLineEdit):
        field.setCompleter(None)  # pyright: ignore[reportArgumentType]
