"""Looking at data before a training, and measuring how long one will take; neither blocks the window."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from engines.counted import counted
from engines.errors import WorkbenchError
from engines.file_names import free_name
from engines.training.few import too_few
from widgets.pictures.data_sheet import PAGE, SheetFacts
from workbench.background import Background
from workbench.controllers.training.words import TASKS
from workbench.desk import Desk
from workbench.library.library import Library
from workbench.library.records import Query, State

if TYPE_CHECKING:
    from engines.data.survey import Survey

PATIENCE = 250  # milliseconds after the last change, so that typing a number asks once
MANY = 500  # pictures from which a training gains by more steps
IN_SIGHT = 10  # classes under which the unreadable files are still on the screen
LISTED = 40  # unreadable files named one by one
DIGITS = "digits"
# what is done to a picture that is not square, by the option Fit
SQUARED = {"crop": "The largest square in the middle of each picture is cut out and scaled to {side} × {side} px.",
           "pad": "Each picture is scaled until its longer side is {side} px, and padded to a square with the colour "
                  "of its edge.",
           "stretch": "Each picture is scaled to {side} × {side} px, whatever its shape.",
           "cut": "Squares of {side} × {side} px are cut from the pictures at full size, others at every step; shown "
                  "is the middle of each."}
DECODED, SHEETS = 200, 48 * 2**20  # files read for the sheets, and bytes of pictures that are kept for them


@dataclass(frozen=True, slots=True)
class Look:
    """A data set as the options ask for it: data, size, colour, fit, and what was found."""

    data: str
    size: int
    colour: str
    fit: str
    survey: Survey


class DataLook(QObject):
    """Looks at the data of the form in the background; the newest question wins.

    Signals: looking() when it starts; looked(object) with a Look; refused(str) with the sentence;
    estimated(float, str): seconds that learning from one image takes (0 unknown), and the sentence when the options
    do not fit.

    Args:
        desk: shared parts.
        background: does the reading.
    """

    looking = Signal()
    looked = Signal(object)
    refused = Signal(str)
    estimated = Signal(float, str)
    _measured = Signal(object, float, str)

    def __init__(self, desk: Desk, background: Background) -> None:
        super().__init__(desk.window)
        self._desk, self._background = desk, background
        self.look: Look | None = None
        self._values: dict[str, Any] = {}
        self.asked: tuple[str, int, str, str] | None = None
        self._known: dict[tuple[Any, ...], tuple[float, str]] = {}
        self._busy = False
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(PATIENCE)
        self._wait.timeout.connect(self._ask)
        # emitted on the engine thread
        self._measured.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def ask(self, values: Mapping[str, Any]) -> None:
        """Look at the data these options name, unless that is what is known already."""
        self._values = dict(values)
        self._wait.start()

    def stop(self) -> None:
        """Ask nothing more: the window closes."""
        self._wait.stop()

    def _ask(self) -> None:
        if not self._desk.ready or self._busy:
            return
        wanted = question(self._values)
        if wanted == self.asked:
            self.measure()
            return
        self.asked, self._busy = wanted, True
        self.looking.emit()
        self._background.do(lambda: _survey(*wanted, self._background), lambda found: self._found(wanted, found),
                            self._refused)

    def _found(self, wanted: tuple[str, int, str, str], survey: Survey) -> None:
        self._busy = False
        self.look = Look(*wanted, survey)
        self.looked.emit(self.look)
        self._ask()

    def _refused(self, sentence: str) -> None:
        self._busy, self.look = False, None
        self.refused.emit(sentence)
        self._ask()

    def measure(self) -> None:
        """Measure on the engine thread how long a step takes, unless something runs there or it is known."""
        if self.look is None or not self._values or question(self._values) != self.asked:
            return
        found = self.look.survey
        key = (*(repr(self._values.get(name)) for name in _COSTLY), found.samples.shape[1], len(found.classes))
        if key in self._known:
            self.estimated.emit(*self._known[key])
        elif running := next((job for job in self._desk.queue.alive() if job.state is State.RUNNING), None):
            self._borrow(running.id)
        else:
            values, kind = dict(self._values), self._desk.queue.device
            channels, classes = found.samples.shape[1], len(found.classes)
            self._desk.queue.call(lambda: self._measured.emit(key, *_cost(values, kind, channels, classes)))

    def _borrow(self, run: str) -> None:
        """While a training runs nothing is measured beside it: its own pace stands for the same options."""
        options, live = self._desk.library.run(run).options, self._desk.queue.live(run)
        alike = all(_plain(options.get(name)) == _plain(self._values.get(name)) for name in ("data", *_COSTLY))
        paces = live.history.trained["images_per_second"][-PACES:] if live is not None and alike else np.empty(0)
        known = paces[np.isfinite(paces) & (paces > 0)]
        self.estimated.emit(float(1 / known.mean()) if len(known) else 0.0, "")
        if alike and not len(known):
            self._wait.start()  # its first steps will tell

    def _take(self, key: tuple[Any, ...], seconds: float, sentence: str) -> None:
        self._known[key] = (seconds, sentence)
        self.measure()  # tells of it, unless the options have changed meanwhile


PACES = 20  # steps of a training whose mean is its pace
_COSTLY = ("size", "batch", "network", "prediction")


def question(values: Mapping[str, Any]) -> tuple[str, int, str, str]:
    """What decides how the data look: folder, size, colour and fit."""
    return str(values["data"]), int(values["size"]), str(values["colour"]), str(values["fit"])


def _survey(data: str, size: int, colour: str, fit: str, background: Background) -> Survey:
    """Read a spread of the data; raises BadData."""
    from engines.data.folder import Colour
    from engines.data.square import Fit
    from engines.data.survey import survey

    most = max(PAGE, min(DECODED, SHEETS // (3 * size * size)))
    return survey(data, size, Colour(colour), Fit(fit), samples=most, decode=DECODED,
                  wanted=lambda: not background.closed)


def _plain(value: object) -> str:
    """A value of a form as it stands in a recipe, whose lists are tuples in one and lists in the other."""
    return json.dumps(value, default=str, sort_keys=True)


def _cost(values: dict[str, Any], kind: str, channels: int, classes: int) -> tuple[float, str]:
    """Seconds an image and "", or 0 and the sentence that says which options do not fit. Engine thread only."""
    from engines.component import validated
    from engines.device import device
    from engines.tasks.train import effort, estimate
    from engines.training.options import TrainOptions

    try:
        options = validated(TrainOptions, {**values, "resume": ""})
        return estimate(options, device(kind), channels=channels, classes=classes).seconds / effort(options), ""
    except WorkbenchError as error:
        return 0.0, str(error)
    except Exception:  # out of memory, most of all: the run itself will say so with its remedy
        return 0.0, ""


def seconds_of(values: Mapping[str, Any], each: float, done: int) -> float:
    """Seconds that a training takes from step `done` on, when an image takes `each`; 0 where nobody can say."""
    from engines.component import validated
    from engines.tasks.train import effort
    from engines.training.options import TrainOptions

    try:
        return each * effort(validated(TrainOptions, dict(values)), done) if each else 0.0
    except WorkbenchError:  # the form says what is wrong
        return 0.0


def facts_of(look: Look, batch: int) -> SheetFacts:
    """What is said beside the sheet, with a warning where there are too few pictures for a batch."""
    from engines.data.folder import inside

    found = look.survey
    side, channels = found.samples.shape[-1], found.samples.shape[1]
    classes = list(zip(found.classes, found.counts, strict=True))
    if found.unlabelled and classes:
        classes.append(("no class", found.unlabelled))
    about = "about " if not found.complete else ""
    lines = [f"{about}{counted(found.total, 'image')}", f"{side} × {side} px, {'grey' if channels == 1 else 'colour'}"]
    if look.data != DIGITS:
        lines.append(SQUARED[look.fit].format(side=side))
    if found.on_white:
        some = f"{'' if found.complete else 'At least '}{found.on_white:,}"
        lines.append(f"{some} {'picture has' if found.on_white == 1 else 'pictures have'} transparent parts: "
                     "they are put on white.")
    bad = len(found.unreadable)
    if bad and len(classes) > IN_SIGHT:
        lines.append(f"{bad:,} {'file is' if bad == 1 else 'files are'} left out, see below the classes.")
    if not found.complete:
        lines.append("A spread of the files was looked at; training reads them all.")
    folder = Path(look.data).expanduser()
    listed = tuple(_left_out(bad.file.name, inside(bad.file, folder), bad.reason) for bad in found.unreadable[:LISTED])
    return SheetFacts(found.title, tuple(lines), tuple(classes), listed, max(0, bad - LISTED),
                      f"{about}{found.total:,}", warning(look, batch))


def warning(look: Look, batch: int) -> str:
    """What happens where there are few images for a batch, else ""; even one picture has thousands of squares."""
    return "" if look.fit == "cut" else too_few(look.survey.learnt, batch)


def _left_out(file: str, path: str, reason: str) -> tuple[str, str]:
    """A file by its path inside the data folder, and why it is left out: without the remedy of who chose the file."""
    why = reason.rstrip(".").split("; ")[0]
    return path, f"{why.replace(f'“{file}”', f'“{path}”')}."


def captions_of(look: Look) -> list[str]:
    """The class of each picture of the sheet."""
    names = look.survey.classes
    return [names[int(label)] if label >= 0 else "" for label in look.survey.sample_labels]


def suited(found: Survey, cpu: bool) -> dict[str, Any]:
    """Size, batch and steps that suit a data set: not larger than its pictures, nor than the device can do.

    Args:
        found: a folder.
        cpu: whether a network of 64 px would take hours.
    """
    side = min(found.side, 32 if cpu else 64)
    # a step that draws each picture many times over teaches little more than a smaller one
    batch = next(size for size in (8, 16, 32, 64) if size >= min(64, found.total / 4))
    # eights, so that the usual halvings go; enough steps for a few hundred looks at each of a few pictures
    return {"size": max(8, side // 8 * 8), "batch": batch, "steps": 4000 if found.total >= MANY else 2000}


def taken(library: Library) -> frozenset[str]:
    """Names that models have."""
    runs = library.runs(Query(tasks=TASKS))
    return frozenset({DIGITS, *(str(run.options.get("name", "")) for run in runs)})


def suggested_name(data: str, taken: frozenset[str]) -> str:
    """A name for the model of this data that no other training has: "digits-2"."""
    base = "my-digits" if data == DIGITS else "".join(c if c.isalnum() or c in " .-" else "-" for c in Path(data).name)
    return free_name(base.strip(" .-")[:50] or "my-model", taken)


def named_folders(folders: Iterable[str]) -> list[tuple[str, str]]:
    """Folders (paths) with the names a field shows: that of the folder, with those before it that tell it apart."""
    parts = {folder: Path(folder).parts for folder in folders}

    def name(folder: str, count: int) -> str:
        return "/".join(parts[folder][-count:])

    def told_apart(folder: str) -> str:
        for count in range(1, len(parts[folder])):
            if all(name(folder, count) != name(other, count) for other in parts if other != folder):
                return name(folder, count)
        return folder

    return [(folder, told_apart(folder)) for folder in parts]
