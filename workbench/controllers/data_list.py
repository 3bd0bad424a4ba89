"""The list of data sets: the digits, folders opened of late, and those that stored trainings learnt from."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage

from widgets.drawing.numerals import significant
from widgets.drawing.pixmaps import to_qimage
from widgets.lists.run_list import RunList
from widgets.lists.run_rows import RunRow
from workbench import bridge
from workbench.background import Background
from workbench.data_sets import DataSets
from workbench.desk import Desk
from workbench.kept_points import kept_file
from workbench.library.records import Query
from workbench.pages.train_panels import corner

DIGITS = "digits"
SIDE, SHOWN = 32, 4  # pixels of a picture of a thumbnail, and how many there are
DRAWN = 1000  # points that stand for a set
LOOKED_AT = 300  # newest runs whose folders are listed
GONE = "Not found; put it back to use it"


@dataclass(frozen=True, slots=True)
class Glance:
    """A first look at a data set: its first pictures, None where there are none, and what it holds in words."""

    picture: QImage | None
    words: str


class DataList:
    """Fills the list of data sets; what folders hold is read beside the window, once each.

    Args:
        desk: shared parts.
        rows: the list.
        background: reads the folders.
        seen: called when a data set has been looked at.
        sets: those of the present workspace, None where it works on pictures.
    """

    def __init__(self, desk: Desk, rows: RunList, background: Background, seen: Callable[[], object],
                 sets: Callable[[], DataSets | None]) -> None:
        self._desk, self._rows, self._background, self._seen = desk, rows, background, seen
        self._sets = sets
        # by data set, with what tells its present content from others, None while it is being read
        self._glances: dict[str, tuple[int, Glance | None]] = {}
        rows.menu_asked.connect(self._menu)
        rows.renamed.connect(self._rename)
        rows.delete_asked.connect(self._remove)
        desk.changed_canvas.append(self.refresh)

    def refresh(self) -> None:
        """Show the sets of the workspace, or the digits and the folders; one that is gone stays, greyed, as its
        trainings need it."""
        sets = self._sets()
        if sets is not None:
            if self.refresh not in sets.changed:
                sets.changed.append(self.refresh)
            self._rows.set_rows(sets.rows(self.picture, self._words) if self._desk.ready else [])
            return
        digits = RunRow(DIGITS, "Digits", "10,000 handwritten digits, bundled", thumbnail=self.picture(DIGITS))
        self._rows.set_rows([digits, *(self._row(name) for name in self._folders())])

    def _words(self, data: str) -> str:
        """What a data set holds, "" while it is not known."""
        glance = self._glance(data)
        return glance.words if glance else ""

    def _menu(self, keys: list[str], point: QPoint) -> None:
        sets = self._sets()
        if sets is not None:
            menu = sets.menu(keys, self._rows)
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(point)

    def _rename(self, key: str, title: str) -> None:
        sets = self._sets()
        if sets is not None:
            sets.rename(key, title)
        self.refresh()  # what was typed over a name that stays

    def _remove(self, keys: list[str]) -> None:
        sets = self._sets()
        if sets is not None:
            sets.remove(keys)

    def picture(self, data: str) -> QImage | None:
        """The first pictures of a data set, None while they are not known; they are asked for once."""
        glance = self._glance(data) if data else None
        return glance.picture if glance else None

    def _folders(self) -> list[str]:
        """Folders of before, the newest first, each once."""
        opened = [name for name in self._desk.session.recent if Path(name).is_dir()]
        engines = self._desk.queue.engines
        options = {task.name: task.takes("folder") for task in engines.tasks.values()} if engines else {}
        learning = frozenset(name for name, option in options.items() if option)
        runs = self._desk.library.runs(Query(tasks=learning, limit=LOOKED_AT)) if learning else []
        used = [str(run.options.get(options[run.task], "")) for run in runs]
        return list(dict.fromkeys(name for name in (*opened, *used) if name not in {"", DIGITS}))

    def _row(self, name: str) -> RunRow:
        path = Path(name).expanduser()
        if not path.is_dir():
            self._glances.pop(name, None)  # looked at again when it comes back
            return RunRow(name, path.name, GONE, faded=True)
        glance = self._glance(name)
        facts = f"{glance.words} · {path.parent}" if glance else str(path.parent)
        return RunRow(name, path.name, facts, thumbnail=glance.picture if glance else None)

    def _glance(self, data: str) -> Glance | None:
        """What is known of a data set; the rows follow when it has been read."""
        known, now = self._glances.get(data), content(data)
        if (known is not None and known[0] == now) or not self._desk.ready:
            return known[1] if known is not None else None
        self._glances[data] = now, None
        self._background.do(lambda: glance_at(data, lambda: not self._background.closed),
                            lambda glance: self._take(data, now, glance),
                            lambda _why: self._take(data, now, Glance(None, "no picture that can be read")))
        return None

    def _take(self, data: str, of: int, glance: Glance) -> None:
        if self._glances.get(data) == (of, None):  # it is still the same
            self._glances[data] = of, glance
        self._seen()


def content(data: str) -> int:
    """What tells the content of a kept file from others that had its name; folders are looked at once."""
    try:
        return Path(data).stat().st_mtime_ns if kept_file(data) else 0
    except OSError:
        return 0


def glance_at(data: str, wanted: Callable[[], bool]) -> Glance:
    """Count a data set and read its first pictures, shown two by two. Takes a while, so not for the window's thread.

    Args:
        data: a folder or name, or a set of points as JSON, which is drawn.
        wanted: False once nobody looks any more.

    Raises BadData where there is nothing to train on.
    """
    if data.startswith("{"):
        return Glance(scattered(json.loads(data)), "points")
    if kept_file(data) and Path(data).is_file():
        return glance_at_points(Path(data))
    from engines.data.survey import survey

    found = survey(data, SIDE, samples=SHOWN, decode=SHOWN, wanted=wanted)
    words = f"{found.total:,} {'picture' if found.total == 1 else 'pictures'}"
    return Glance(corner(found.samples.astype(np.float32) / np.float32(127.5) - 1), words)


def glance_at_points(file: Path) -> Glance:
    """Count the points of a table, or draw some of a density; raises BadPoints."""
    from engines.data.points.own import Own
    from engines.modalities.own_points import is_density, read_own
    from engines.modalities.scatter import scatter

    found = read_own(file)
    values = found.values
    data = Own(file=file.name).bound({file.name: file.read_bytes()})
    rows = data.rows()
    points = data.sample(DRAWN, 0) if rows is None else rows
    what = "A density" if is_density(values) else f"{len(values):,} points"
    where = "on a line" if data.dimension == 1 else "of the plane"
    words = " · ".join([*ranges(values, found.names), f"{what} {where}"])  # the last part has room in every list
    return Glance(to_qimage(scatter(bridge.array(points))), words)


def ranges(values: np.ndarray, names: Sequence[str]) -> list[str]:
    """From where to where the columns of points (N, d) go that have names: “height_cm 150 to 200”."""
    if not names:
        return []
    lows, highs = ([significant(value, 4) for value in ends] for ends in (values.min(0), values.max(0)))
    return [f"{name} {low} to {high}" for name, low, high in zip(names, lows, highs, strict=True)]


def scattered(points: Mapping[str, object]) -> QImage:
    """Points of a set, by its name and options, as the lists draw them; raises BadInput where it needs its file."""
    from engines.component import build
    from engines.data.points.base import PointSet, point_sets
    from engines.modalities.scatter import scatter

    return to_qimage(scatter(bridge.array(build(PointSet, dict(points), point_sets).sample(DRAWN, 0))))
