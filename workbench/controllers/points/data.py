"""The user's own points: opened, pasted, dropped, drawn or painted; they become the data of the form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from widgets.options.form import OptionForm
from workbench.background import LARGE, TABLE, Background, size_of
from workbench.controllers.files import OWN_DATA, ask_open
from workbench.desk import Desk
from workbench.docks.task import TaskPanel
from workbench.drafts import Draft
from workbench.preparing import Packing

if TYPE_CHECKING:
    from engines.modalities.points import Points
    from engines.recipe import Recipe

ENDINGS = frozenset({".csv", ".tsv", ".npy"})
QUOTED = 30  # letters of a text that is no table
FILE = "points.npy"  # what a recipe calls own points that were brought into the window
# what opens a picture elsewhere
CALLED = {"file.open": ("Open points or density…", "A table of one or two numbers a row, CSV or NPY, becomes the data; "
                        "so does a grey PNG, as the picture of a density")}
OWN = {"name": "own", "file": FILE}  # the point set that comes with a file


@dataclass(frozen=True, slots=True)
class _Checked:
    """Points that can be the data, what is said of them then, and the file that goes with a run."""

    points: Points
    told: str
    packed: bytes


class PointsDataController:
    """Owns the user's points. It has no signals.

    Args:
        desk, panel, background: shared parts.
        turn: shows the form whose data they become.
        opened: takes a file that was chosen, whatever it is.
    """

    def __init__(self, desk: Desk, panel: TaskPanel, background: Background, turn: Callable[[], object],
                 opened: Callable[[Path], object]) -> None:
        self._desk, self._panel, self._background, self._turn = desk, panel, background, turn
        self._opened = opened
        self.kept_as = ""  # the name in the list of data
        # (N, 1 or 2) in their own units, or a density as `engines.modalities.own_points` has it
        self.values: np.ndarray | None = None
        self.names: tuple[str, ...] = ()  # of the columns, as far as the file has some
        self.title, self.note, self.version = "", "", 0
        self._packed: tuple[int, bytes] = (-1, b"")
        self._asked = list[list[Callable[[], object]]]()  # what is done with each table that is still read, once it is
        self.changed = list[Callable[[], object]]()
        self.taken = list[Callable[[], object]]()  # called for points that came in whole

    @property
    def chosen(self) -> bool:
        """Whether the form asks for own points."""
        data = self._panel.values().get("data")
        return isinstance(data, Mapping) and data.get("name") == OWN["name"]

    @property
    def called(self) -> str:
        """What the points are called in the titles of runs."""
        return self.kept_as or Path(self.title).stem

    # where they come from

    def ask(self) -> bool:
        """Let the user choose a table."""
        ask_open(self._desk, "Open points or density", OWN_DATA, self._opened)
        return True

    def open(self, path: Path, then: Callable[[], object] = lambda: None) -> None:
        """Read a table; a bad one leaves everything as it is and says why."""
        from engines.modalities.own_points import read_own

        def taken(checked: _Checked) -> None:
            with self._desk.guard():
                self._take(checked, path.name)
                then()

        self._read(lambda: _checked(read_own(path), path.name), taken, long=size_of(path) > TABLE)

    def _read(self, work: Callable[[], _Checked], taken: Callable[[_Checked], object], *, long: bool) -> None:
        """Read a table, elsewhere where that takes long; several are taken in the order they were asked for."""
        if not long and not self._asked:
            taken(work())
            return
        place = list[Callable[[], object]]()
        self._asked.append(place)

        def come(then: Callable[[], object]) -> None:
            place.append(then)
            while self._asked and self._asked[0]:
                with self._desk.guard():
                    self._asked.pop(0)[0]()

        self._background.do(work, lambda checked: come(lambda: taken(checked)),
                            lambda why: come(lambda: self._desk.complain(why)))

    def wants(self, data: QMimeData) -> bool:
        """Whether it is a text that may be a table: it begins with a number, or has several lines."""
        text = data.text().strip() if data.hasText() and not data.hasImage() else ""
        return bool(text) and ("\n" in text or text[:1] in "+-.0123456789")

    def drop(self, data: QMimeData, title: str = "dropped text") -> None:
        """Take a table as text."""
        from engines.modalities.points import read_points

        text = data.text().encode()
        with self._desk.guard():
            self._read(lambda: _checked(read_points(text, title), title), lambda checked: self._take(checked, title),
                       long=len(text) > TABLE)

    def paste(self) -> bool:
        """Take a table from the clipboard; False where there is no text on it. Other text is refused."""
        data = QGuiApplication.clipboard().mimeData()
        if data.hasImage() or not data.text().strip():
            return False
        if not self.wants(data):
            words = " ".join(data.text()[:200].split())
            words = words if len(words) <= QUOTED else f"{words[:QUOTED]}…"
            self._desk.complain(f"The clipboard holds “{words}”, which is no table; copy one or two numbers a line "
                                "and paste again.")
            return True
        self.drop(data, "clipboard")
        return True

    def _take(self, checked: _Checked, title: str) -> None:
        """Have points that were checked, and tell of it."""
        points = checked.points
        self._turn()  # what another form packs now is packed before
        self._packed = self.version + 1, checked.packed  # as those that are put now are counted
        self.put(points.values, title, f"Take points of {title}", points.names)
        self._desk.stage.show(None)  # a run of other points would hide these
        self.came()
        self._desk.say(points.note or checked.told)

    def put(self, values: np.ndarray, title: str, words: str, names: tuple[str, ...] = ()) -> None:
        """These points (N, 1 or 2), or this density, are the data from now on; undo brings back what was."""
        self._turn()
        form = self._panel.form
        before, now = (self.values, self.title, self.names, self._data()), (values, title, names, OWN)

        def again(values: np.ndarray | None, title: str, names: tuple[str, ...], data: Any) -> None:
            if form is not None:
                form.returned.emit()  # another one may be shown by then, with data of its own
            self._now(form, values, title, names, data)

        self._now(form, *now)
        self._desk.history.push(words, lambda: again(*before), lambda: again(*now))

    def _data(self) -> Any:
        return self._panel.values().get("data")

    def _now(self, form: OptionForm | None, values: np.ndarray | None, title: str, names: tuple[str, ...],
             data: Any) -> None:
        self._hold(values, title, names)
        if form is not None and isinstance(data, Mapping):
            self._panel.put(form, {"data": dict(data)})
        self.tell()

    def _hold(self, values: np.ndarray | None, title: str, names: tuple[str, ...]) -> None:
        self.values, self.title, self.names, self.version, self.kept_as = values, title, names, self.version + 1, ""

    def tell(self) -> None:
        """Tell everyone who shows the data that they are others."""
        for tell in self.changed:
            tell()

    def came(self) -> None:
        """Tell everyone who keeps points that these are whole: a drawing is, once its last stroke is done."""
        for tell in self.taken:
            tell()

    # what a run gets

    def attachments(self) -> Packing:
        """The points as a file, where the form asks for them."""
        if not self.chosen or self.values is None:
            return Packing()
        from engines.modalities.own_points import own_bytes

        values, names, version, name = self.values, self.names, self.version, str(self._data().get("file") or FILE)

        def pack() -> dict[str, bytes]:
            if self._packed[0] != version:
                self._packed = version, own_bytes(values, names)
            return {name: self._packed[1]}

        return Packing(pack, slow=values.nbytes > LARGE and self._packed[0] != version, called=self.called)

    def files_of(self, recipe: Recipe) -> Callable[[], object]:
        """Read the points of a recipe, on any thread; gives what takes them. Raises BadPoints."""
        from engines.modalities.own_points import read_own

        data = recipe.options.get("data")
        name = str(data.get("file", "")) if isinstance(data, Mapping) else ""
        if name not in recipe.files:
            return lambda: None
        points = read_own(recipe.files[name], name)
        return lambda: self.bring_back(points.values, name, points.names)

    def draft(self) -> Draft | None:
        """The points for the next start, bit by bit: (N, 8·d) uint8; None where there are none.

        A density is kept in three equal channels, which tell it from points.
        """
        from engines.modalities.own_points import is_density

        values = self.values
        if values is None:
            return None
        if is_density(values):
            return Draft(self.version, lambda: np.repeat(values[..., None], 3, 2))
        exact = np.ascontiguousarray(values, np.float64)
        return Draft(self.version, lambda: exact.view(np.uint8).reshape(len(exact), -1))

    def take_draft(self, found: object, title: str, names: object = ()) -> None:
        """Take the points that were kept, where there are some; names: of their columns, as a session has them."""
        columns = tuple(map(str, names)) if isinstance(names, list) else ()
        if isinstance(found, np.ndarray) and found.ndim == 2 and found.shape[1] in {8, 16}:
            self.bring_back(np.ascontiguousarray(found).view(np.float64), title, columns)
        elif isinstance(found, np.ndarray) and found.ndim == 3 and found.shape[2] == 3 and found.any():
            self.bring_back(np.ascontiguousarray(found[..., 0]), title)

    def bring_back(self, values: np.ndarray, title: str, names: tuple[str, ...] = ()) -> None:
        """Take points of last time or of a run, which is nothing to undo; names that are not one a column are none."""
        names = names if values.dtype != np.uint8 and len(names) == values.shape[1] else ()
        if self.values is None or self.names != names or not np.array_equal(self.values, values):
            self._hold(values, title, names)
            self.tell()


def _checked(points: Points, title: str) -> _Checked:
    """Points that can be the data; on any thread.

    Raises BadPoints now and not at Run for those of one place, or too far off.
    """
    from engines.data.points.cloud import Cloud
    from engines.modalities.own_points import is_density, own_bytes

    values = points.values
    if is_density(values):
        told = f"The density {title} {'on a line' if len(values) == 1 else 'in the plane'} is the data"
    else:
        Cloud.of(values, title, points.names)
        where = "on a line" if values.shape[1] == 1 else "in the plane"
        told = f"{len(values):,} points {where} from {title} are the data"
    return _Checked(points, told, own_bytes(values, points.names))
