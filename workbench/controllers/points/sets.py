"""The data of points in the Data list: the user's own, which are kept, and the built-in sets."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtWidgets import QMenu

from widgets.lists.run_list import RunList
from widgets.lists.run_rows import RunRow
from workbench.background import LARGE, Background
from workbench.controllers.points.data import PointsDataController
from workbench.controllers.points.named import NamedPointSets
from workbench.controllers.repeat import reveal
from workbench.data_sets import Picture
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.form_change import change_form
from workbench.kept_points import KeptPoints, kept_file


class PointSetsController:
    """Lists point sets and puts one into the form. It has no signals.

    Args:
        desk, panel, background: shared parts.
        data: the user's points that are the data now.
        turn: shows a form that asks for data.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, background: Background, data: PointsDataController,
                 turn: Callable[[], object]) -> None:
        self._desk, self._panel, self._background, self._data, self._turn = desk, panel, background, data, turn
        self.changed = list[Callable[[], object]]()
        self._kept = KeptPoints(desk.library.home.points)
        self._listing = 0  # one more whenever the list is another
        data.taken.append(self.keep)
        data.changed.append(self._find)
        self.named = NamedPointSets(desk, panel, data, self._kept)
        self.changed.append(self.named.offer)

    def keep(self) -> None:
        """Keep the user's points, which came in whole: opened, pasted, dropped, or drawn to the end."""
        values, title, names = self._data.values, self._data.title, self._data.names
        if values is not None:
            self._call(values, lambda: self._kept.keep(title, values, names).stem)

    def _find(self) -> None:
        """Others are the data now, as undo brings some back, or the list is another: see what they are kept as."""
        data = self._data
        values, title, names = data.values, data.title, data.names
        if data.kept_as not in {file.stem for file in self._kept.files()}:
            data.kept_as = ""
        if values is not None and not data.kept_as:
            self._call(values, lambda: self._kept.named(title, values, names), unless_named=True)

    def _call(self, values: np.ndarray, work: Callable[[], str], *, unless_named: bool = False) -> None:
        """Call the present points what work finds, beside the window if they are many; "" changes nothing.

        unless_named: whether it does so only while they have no name, as what keeps them may be done before.
        """
        version, listing = self._data.version, self._listing

        def found(name: str) -> None:
            if listing != self._listing:
                self._find()  # the set may be called something else by now
            elif name and version == self._data.version and not (unless_named and self._data.kept_as):
                self._data.kept_as = name
            if name:
                self._tell()

        with self._desk.guard():
            self._background.either(values.nbytes > LARGE, work, found, self._desk.complain)

    def _listed(self) -> None:
        """The list is another."""
        self._listing += 1
        self._find()
        self._tell()

    def _tell(self) -> None:
        for tell in self.changed:
            tell()

    # the list

    def rows(self, picture: Picture, words: Callable[[str], str]) -> list[RunRow]:
        """The user's own, the newest first, and then the built-in sets."""
        from engines.data.points.base import point_sets

        own = [RunRow(str(file), file.stem, words(str(file)) or "Your points", thumbnail=picture(str(file)))
               for file in self._kept.files()]
        built_in = {json.dumps({"name": name}): kind for name, kind in point_sets().items() if name != "own"}
        return [*own, *(RunRow(key, kind.title, _facts(kind()), thumbnail=picture(key))
                        for key, kind in built_in.items())]

    def use(self, key: str) -> bool:
        """Make a set the data of the form; False for what is none."""
        if key.startswith("{"):
            self._put(json.loads(key))
            return True
        file = Path(key)
        if not kept_file(key):
            return False
        self._data.open(file)
        return True

    def _put(self, data: Mapping[str, Any]) -> None:
        """A built-in set as the data; undo brings back what was."""
        self._turn()
        form = self._panel.form
        if form is None:
            return

        change_form(self._desk.history, "Choose data", form, {"data": dict(data)}, partial(self._panel.put, form))
        self._data.tell()

    # what can be done with the user's own

    def menu(self, keys: Sequence[str], rows: RunList) -> QMenu:
        """Use, and of the user's own: rename, show the file, remove."""
        menu, own = QMenu(rows), [key for key in keys if kept_file(key)]
        menu.addAction("Use as data", lambda: self.use(keys[0])).setEnabled(len(keys) == 1)
        if own:
            menu.addAction("Rename", lambda: rows.rename(own[0])).setEnabled(len(keys) == 1)
            menu.addAction("Show file", lambda: self._reveal(own[0])).setEnabled(len(keys) == 1)
            menu.addAction("Remove", lambda: self.remove(own))
        return menu

    def _reveal(self, key: str) -> None:
        if not reveal(Path(key).parent):
            self._desk.complain(f"No file manager answered; the points are in “{key}”.")

    def rename(self, key: str, title: str) -> None:
        """Give the user's points another name; undo gives back the old one. Built-in sets keep theirs."""
        if not kept_file(key) or title == Path(key).stem:
            return
        with self._desk.guard():
            file = Path(key)
            target = self._renamed(file, title)
            self._desk.history.push("Rename points", lambda: self._move(target, file), lambda: self._move(file, target))
            self._desk.say(f"The points {file.stem} are now {target.stem}")
        self._listed()

    def _move(self, file: Path, target: Path) -> None:
        with self._desk.guard():
            self._renamed(file, target.stem)
        self._listed()

    def _renamed(self, file: Path, title: str) -> Path:
        """Rename a set, also where it is the data; gives its new file."""
        target = self._kept.rename(file, title)
        if self._data.kept_as == file.stem:
            self._data.kept_as = target.stem
        return target

    def remove(self, keys: Sequence[str]) -> None:
        """Take the user's points out of the list; undo brings them back."""
        files = {Path(key): Path(key).read_bytes() for key in keys if kept_file(key) and Path(key).is_file()}
        if not files:
            self._desk.say("Built-in sets stay; your own points can be removed")
            return
        self._gone(files)
        self._desk.history.push("Remove points", lambda: self._back(files), lambda: self._gone(files))
        named = f"the points {next(iter(files)).stem}" if len(files) == 1 else f"{len(files)} point sets"
        self._desk.offer_undo(f"Removed {named}.")

    def _gone(self, files: Mapping[Path, bytes]) -> None:
        for file in files:
            file.unlink(missing_ok=True)
        self._listed()

    def _back(self, files: Mapping[Path, bytes]) -> None:
        from engines.files import write_atomic

        with self._desk.guard():
            for file, data in files.items():
                if not file.exists():
                    write_atomic(file, data)
        self._listed()


def _facts(points: Any) -> str:
    """What a built-in set is, in words."""
    where = "On a line" if points.dimension == 1 else "In the plane"
    classes = len(points.classes())
    return f"{where} · {classes} modes" if classes else f"{where} · any number"
