"""The table under the canvas of points: how far the run of every panel is from the truth, at the step in sight."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from engines.counted import counted
from engines.file_names import portable
from engines.files import write_atomic
from engines.units import Units
from widgets.drawing.numerals import THOUSANDS, aligned
from widgets.lists.figure_table import FigureRow, FigureTable
from workbench.actions import EXPORT_MORE, RUN_FIRST, Spec
from workbench.background import Background
from workbench.controllers.files import ask_save
from workbench.controllers.points.curves import COLOURS
from workbench.controllers.points.subjects import Subjects
from workbench.desk import Desk
from workbench.fields.measures import COUNTED, FAIR_SEED, TABLE, MeasureStore, Wish, of_class, truth_of
from workbench.pages.points_views.field import FieldPage
from workbench.running.mailbox import LiveRun
from workbench.wording.component_words import unusual
from workbench.wording.run_words import said

if TYPE_CHECKING:
    from engines.metrics.reference import Figures

SOON = 120  # ms after the last step of a scrub until it is measured
COLUMNS = (("calls", "Network evaluations of each sample so far"),
           ("energy dist.", "Energy distance, 0 for equal distributions only; never quite that for a number of points"),
           ("sliced W2", "Wasserstein distance of order 2 along lines, the mean over 64 directions"),
           ("mode weights", "Largest error of the share of points in a mode; a point far from every mode is in none. "
            "“missed” are modes with less than a tenth of their share, alone where no point is near any mode. "
            "– where the data have no modes that are known"),
           ("NLL", "−log p of the points under the true density, their mean, in nats. Right is what exact points have: "
            "points in the densest places alone have less. “out” is the share of points where the truth has no density "
            "and −log p is ∞, left out of the mean. – where the density of the data is not known, as of own points"))
AT_END, AS_MANY = "To the true distribution", "As many exact points"
OF_CLASS, EACH = "To the true class", ", each at its own t"  # panels of another spacing are at other times
CHANCE = (f"{AS_MANY}: as many points, drawn independently from the true distribution, a mean over several draws where "
          "they are few; a run that is as near is right up to chance, and may even be nearer. Of own points with a "
          "file each draw takes rows of it with replacement, and all distances are in the units of the file. The "
          "dashed curve of the plot is the same figure.")


class PointsTableController:
    """Has distances measured beside the window and shows them. It has no signals.

    Args:
        desk, background: shared parts.
        page: under its canvas the table stands.
        subjects: which runs are shown.
        activate: makes a panel the one that is worked with.
        active: whether runs are shown on the canvas now.

    Attributes: store, what was measured; toggled, called when the table is shown or hidden; measured, called when one
    of its rows was.
    """

    def __init__(self, desk: Desk, background: Background, page: FieldPage, subjects: Subjects,
                 activate: Callable[[int], object], active: Callable[[], bool]) -> None:
        self._desk, self._page, self._subjects, self._active = desk, page, subjects, active
        self.store = MeasureStore(background, subjects.store)
        self.toggled, self.measured = list[Callable[[], object]](), list[Callable[[], object]]()
        self.table = FigureTable(AT_END, COLUMNS, CHANCE)
        self.table.hide()
        page.below.addWidget(self.table)
        self.table.chosen.connect(activate)
        self.table.menu_asked.connect(self._menu)
        self._last = dict[str, "Figures"]()  # the latest of each run and truth, until those of another step are there
        self._timer = QTimer(self.table, singleShot=True, interval=SOON)
        self._timer.timeout.connect(self._measure)
        self._wishes = list[Wish]()
        self._declare()

    def _declare(self) -> None:
        add, desk = self._desk.actions.add, self._desk
        self._shown = add(Spec("points.distances", "Distances", "View", "Shift+T", "list", section="wipe",
                               help="The table of distances to the truth under the canvas", checkable=True),
                          self._toggle)
        self._shown.setChecked(True)
        self._copies = add(Spec("points.copy_distances", "Copy distances as CSV", "Edit", section="clip",
                                help="The table under the canvas, with every digit", needs=RUN_FIRST), self.copy,
                           lambda: not self.table.isHidden() and desk.stage.recorded)
        add(Spec("points.export_table", "Export table…", "File", section="export", icon="download", needs=RUN_FIRST,
                 within=EXPORT_MORE, help="The table of distances under the canvas as CSV, with every digit"),
            self._ask,
            lambda: not self.table.isHidden() and desk.stage.recorded)

    @property
    def on(self) -> bool:
        """Whether the table is to be seen."""
        return self._shown.isChecked()

    def choose(self, on: bool) -> None:
        """Show the table or not."""
        if on is not self.on:
            self._shown.setChecked(on)
            self._toggle()

    def _toggle(self) -> None:
        self._desk.say(f"The table of distances is {'shown' if self.on else 'hidden'}")
        self.draw()
        for tell in self.toggled:
            tell()

    def _menu(self, place: QPoint) -> None:
        menu = QMenu(self.table)
        menu.addActions([self._copies, self._shown])
        menu.popup(place)
        menu.aboutToHide.connect(menu.deleteLater)

    def copy(self) -> None:
        """Put the table on the clipboard."""
        if self.table.isHidden():
            self._desk.complain("There is no table of distances to copy; run something and show the table first.")
        else:
            QGuiApplication.clipboard().setText(self.table.table())
            self._desk.say("The distances are on the clipboard as CSV")

    def _ask(self) -> None:
        """Let the user choose where the table goes."""
        if self.table.isHidden():
            self._desk.complain("There is no table of distances to export; run something and show the table first.")
        elif any(row.late for row in self.table.rows):
            self._desk.complain("The distances of this step are still being measured; export them in a moment.")
        else:
            text, name = self.table.table(), portable(f"{self._desk.library.run(self._desk.stage.run).title} distances")
            ask_save(self._desk, "Export table", f"{name}.csv", "CSV (*.csv)", lambda file, _: self.write(file, text))

    def write(self, file: Path, text: str) -> None:
        """Write a table as text to a file."""
        with self._desk.guard():
            write_atomic(file, text.encode())
            self._desk.say(f"Saved “{file.name}”")

    # what is shown

    def draw(self) -> None:
        """Show what is known of the step of every panel; what is missing is measured a moment later."""
        if not self._active():
            return
        wishes = self._wanted() if self.on else {}
        self.table.setVisible(bool(wishes))
        self._wishes = list(wishes.values())
        if not wishes:
            self.store.want(TABLE, (), self.draw)
            return
        self._show(wishes)
        if any(self.store.figures(wish.key) is None for wish in self._wishes):
            self._timer.start()

    def _wanted(self) -> dict[str, Wish]:
        """What is to be measured by run, and by "" for exact points."""
        found = dict[str, Wish]()
        for live in self._subjects.runs():
            subject, step = self._subjects.subject(live), self._subjects.step(live)
            points = self._subjects.states(live, step)
            if subject is not None and points is not None:
                found[live.run] = Wish(live.run, step, subject, self._subjects.time(live), points[:COUNTED])
        first = found.get(self._desk.stage.run)
        if first is not None:
            found[""] = Wish("", FAIR_SEED, first.subject, first.time, first.points, fair=True)
        return found

    def _measure(self) -> None:
        self.store.want(TABLE, self._wishes, self._tell)

    def _tell(self) -> None:
        """A row was measured."""
        self.draw()
        for tell in self.measured:
            tell()

    def _show(self, wishes: Mapping[str, Wish]) -> None:
        lives = {live.run: live for live in self._subjects.runs()}
        rows = [self._row(lives.get(run), wish, marked=len(lives) > 1 and run == self._desk.stage.run)
                for run, wish in wishes.items()]
        title = self._title(lives, wishes)
        truth = "true class" if title.startswith(OF_CLASS) else "true distribution"
        rows = [replace(row, cells=(("run", row.caption), ("t", wish.time[0]), ("distance to", truth)))
                for row, wish in zip(rows, wishes.values(), strict=True)]
        if title.endswith(EACH):
            rows = [replace(row, caption=f"{row.caption} · t {_time(wish)}")
                    for row, wish in zip(rows, wishes.values(), strict=True)]
        if len(lives) > 1:  # as the curves are drawn
            colours = dict(zip(lives, COLOURS, strict=False))
            rows = [replace(row, colour=colours.get(run, "text2"), dashed=run not in lives)
                    for row, run in zip(rows, wishes, strict=True)]
        self.table.show_rows(title, rows)

    def _title(self, lives: Mapping[str, LiveRun], wishes: Mapping[str, Wish]) -> str:
        """What the figures are distances to, and at which time where that is one for all."""
        subject = wishes[""].subject if "" in wishes else None
        classed = subject is not None and of_class(subject, self._subjects.store.truth(subject))
        ended = all(live.opened is not None and wishes[run].step == live.opened.total for run, live in lives.items()
                    if run in wishes)
        if ended:
            return OF_CLASS if classed else AT_END
        truth, times = OF_CLASS if classed else "To the truth", _times(wishes)
        return f"{truth}{EACH}" if len(times) > 1 else f"{truth} at t {times.pop()}"

    def _row(self, live: LiveRun | None, wish: Wish, *, marked: bool) -> FigureRow:
        key = live.run if live is not None else truth_of(wish.subject)  # never of the data before
        measured, units = self.store.figures(wish.key), self._subjects.units(live, wish.subject)
        if measured is not None:
            self._last[key] = measured
        shown, found = (None if one is None else own(one, units) for one in (self._last.get(key), measured))
        calls = live.trajectory.nfe(wish.step) if live is not None and live.trajectory is not None else None
        texts = ("" if calls is None else f"{calls:,}", *(("…",) * 4 if shown is None else told(shown)))
        values = () if found is None else (calls, found.energy, found.sliced_wasserstein, found.mode_error, found.nll)
        return FigureRow(self._caption(live, wish), texts, values, marked=marked, quiet=live is None,
                         late=found is None)

    def _caption(self, live: LiveRun | None, wish: Wish) -> str:
        """What tells a run from those beside it; of one alone what walked it."""
        if live is None:
            return AS_MANY
        options = wish.subject.recipe.options
        sampler = unusual("sampler", options.get("sampler"))  # as its form calls it: what nobody changed is not told
        alone = f"{said(sampler, 'sampler')} · {counted(int(options['steps']), 'step')}" if "steps" in options else ""
        return (self._page.titles.get(live.run, "") if self._desk.stage.other is not None else alone) or "This run"


def _times(wishes: Mapping[str, Wish]) -> set[str]:
    """All times that are told."""
    return {_time(wish) for wish in wishes.values()}


def _time(wish: Wish) -> str:
    return f"{wish.time[0]:.3f}"


def own(figures: Figures, units: Units | None) -> Figures:
    """The figures in the user's own units."""
    if units is None:
        return figures
    return replace(figures, energy=units.scale * figures.energy, nll=figures.nll + units.log_volume,
                   sliced_wasserstein=units.scale * figures.sliced_wasserstein)


def told(figures: Figures) -> tuple[str, str, str, str]:
    """The figures as they are written: energy distance, sliced distance, mode weights, −log p."""
    modes = "" if math.isnan(figures.mode_error) else f"±{100 * figures.mode_error:.1f} %"
    missed = f"{figures.modes_missed} missed" if figures.modes_missed else ""
    modes = ", ".join(filter(None, (modes, missed))) or "–"
    nll = _number(figures.nll, 3)
    if figures.outside:
        nll = f"{nll}, {100 * figures.outside:.1f} % out" if not math.isnan(figures.nll) else "∞"
    return _number(figures.energy, 4), _number(figures.sliced_wasserstein, 3), modes, nll


def _number(value: float, digits: int) -> str:
    """A figure of so many decimals as long as it is below 1000; never 0 for what is not."""
    return aligned(value, digits if abs(value) < THOUSANDS else 0)
