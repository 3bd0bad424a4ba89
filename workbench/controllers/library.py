"""The run list at work: what it shows, and what can be done with one run or many."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtWidgets import QMenu

from engines.counted import counted
from engines.errors import BadInput
from widgets.drawing.tips import wrapped
from widgets.lists.run_rows import RunRow
from workbench.actions import CHOOSE_RUN, Spec
from workbench.background import Background
from workbench.controllers.beside import BesideController
from workbench.controllers.damage import DamageController
from workbench.controllers.filtering import FilterController
from workbench.controllers.repeat import RepeatController
from workbench.controllers.row_facts import RowFacts
from workbench.controllers.row_pictures import RowPictures
from workbench.controllers.trash import TrashController
from workbench.desk import Desk
from workbench.docks.library import LibraryPanel
from workbench.library.records import Query, Run, State
from workbench.library.usage import Usage
from workbench.running.jobs import Job
from workbench.wording.words import bytes_of, state_word

MINUTE = 60_000  # milliseconds
ON_RUN = ("library.rerun", "library.reseed", "library.star", "library.rename", "library.copy_command",
          "library.reveal", "library.delete")
ON_RUNS = ("library.rerun", "library.reseed", "library.star", "library.delete")


@dataclass(frozen=True, slots=True)
class RunUses:
    """What the rest of the window does with runs of the library.

    Args:
        show: puts a run on the canvas, by id.
        rerun: runs a recipe (JSON) again, under a title.
        canvas: the run on the canvas of the present workspace, "" when there is none.
        compare: puts a run beside the one on the canvas, by id.
        unfit: why it cannot be put there, as a sentence, "" where it can.
        resume: goes on with runs that ended early and shows the first, by ids.
    """

    show: Callable[[str], None]
    rerun: Callable[[str, str], object]
    canvas: Callable[[], str]
    compare: Callable[[str], object]
    unfit: Callable[[str], str]
    resume: Callable[[list[str]], object]


class LibraryController:
    """Fills the run list and does what is asked of its rows.

    Args:
        desk: shared parts.
        panel: the Library panel.
        background: reads files beside the window.
        uses: what the rest of the window does with runs.
    """

    def __init__(self, desk: Desk, panel: LibraryPanel, background: Background, uses: RunUses) -> None:
        self._desk, self._panel, self._rows, self._uses = desk, panel, panel.runs, uses
        self._version, self._size, self._total = desk.library.version, 0, 0
        self._known = dict[str, Run]()  # runs that were looked at
        self._now, self._shown = time.time(), list[str]()  # when the ages of all rows were told, and for which rows
        self._jobs, self._facts = dict[str, Job](), RowFacts(desk.library)
        self._pictures = RowPictures(desk.library)
        self._filter = FilterController(desk, panel, lambda: desk.library.runs(Query(limit=-1)), self._list)
        self._connect()
        self._declare()
        self.repeat = RepeatController(desk, self.meant, self.any_meant, uses.rerun)
        self.damage = DamageController(desk, background, self.repeat.run)
        self.beside = BesideController(desk, background, self.refresh)
        self.trash = TrashController(desk, panel, background, self.refresh, uses.show)
        self.trash.measured = self._measured
        desk.changed_runs += [self.refresh, self.trash.measure]
        self._list()
        QTimer.singleShot(MINUTE, self._rows, self._age)

    def _connect(self) -> None:
        rows, queue = self._rows, self._desk.queue
        rows.activated.connect(self._uses.show)
        rows.menu_asked.connect(self._menu)
        rows.renamed.connect(self._rename)
        rows.delete_asked.connect(self.delete)
        self._desk.stage.shown.connect(self._mark)
        self._desk.changed_canvas.append(self._mark)
        for signal in (queue.job_added, queue.job_changed, queue.job_finished, queue.order_changed):
            signal.connect(self.refresh)
        queue.ready.connect(self._engine_ready)

    def _declare(self) -> None:
        add = self._desk.actions.add
        add(Spec("library.star", "Star run", "Edit", "S", section="run",
                 help="Star the chosen runs, or take their stars away", needs=CHOOSE_RUN),
            self.star, self.any_meant)
        add(Spec("library.rename", "Rename run", "Edit", "F2", section="run", needs=CHOOSE_RUN),
            self.rename, self.any_meant)
        add(Spec("library.delete", "Delete run", "Edit", "Shift+Del", section="run",
                 help="To the trash; undo brings it back", needs=CHOOSE_RUN), self.delete,
            lambda: self.any_meant() or bool(self._panel.in_trash and self._panel.trash.selected))

    def tell(self, sentence: str) -> None:
        """Say what was wrong at the start; that nothing is kept stands until it is answered, whatever works meanwhile.

        Args:
            sentence: why the library, or the session, could not be used.
        """
        library = self._desk.library
        if library.lasting:
            self._desk.report(sentence)
        else:
            stored = "stored runs can be looked at, but " if library.borrowed and self._total else ""
            self._desk.offer(f"{sentence} Until then, {stored}what this window makes is gone when it closes.",
                             ("Go on without saving", lambda: None), ("Close", self._desk.window.close))

    # what is shown

    def refresh(self, *_: object) -> None:
        """Show the runs; while nothing changed in the library only rows of jobs that go on are made anew."""
        library, since = self._desk.library, self._version
        before, self._jobs = self._jobs, {job.id: job for job in self._desk.queue.alive()}
        if library.version == since:
            # those that have just ended too: the library may have been read before they left the queue
            for key in {*before, *self._jobs}:
                self._rows.update_row(self._row(key))
            return
        self._version = library.version
        changed = library.changed(since) | self._facts.moved()
        for key in changed:
            self._known.pop(key, None)
        self._list({*changed, *before, *self._jobs})

    def _engine_ready(self) -> None:
        """Samplers have their words from now on, and of interrupted runs the engine has found how far they are."""
        self.refresh()
        self._list(self._known)

    def _list(self, changed: Collection[str] = ()) -> None:
        """Show what the filter asks for; `changed`: rows that may look otherwise than before."""
        query = self._filter.query
        keys = self._desk.library.ids(query)
        if keys != self._shown:  # ages are told anew for all, or a row would say less than the one above it
            self._now, self._shown, changed = time.time(), keys, {*changed, *self._known}
        self._total = len(self._desk.library.ids()) if query.words else len(keys)
        self._filter.explain(not keys)
        self._rows.set_keys(keys, self._row, changed)
        self._count(len(keys))
        if not self._rows.selected:
            self._mark()

    def _count(self, shown: int) -> None:
        total = self._total
        if hint := self._filter.hint:
            self._panel.counted.setText(hint)
            return
        size, every = f" · {bytes_of(self._size)}" if self._size and total else "", counted(total, "run")
        self._panel.counted.setText(f"{every}{size}" if shown == total else f"{shown:,} of {every}")

    def _measured(self, found: Usage) -> None:
        """The disk was measured."""
        self._size = found.runs
        self._panel.counted.setToolTip(f"The library takes {bytes_of(found.runs)} of the disk, the trash "
                                       f"{bytes_of(found.trashed)}; both are in {self._desk.library.home.root}")
        self._count(self._rows.count)

    def _age(self) -> None:
        """A minute is over: rows say how long ago a run was."""
        if self._rows.window().isVisible():
            self._now = time.time()
            self._list(self._known)
            QTimer.singleShot(MINUTE, self._rows, self._age)

    def _mark(self) -> None:
        """Select the row of the run on the canvas, unless the user has chosen several."""
        if len(self._rows.selected) < 2:
            self._rows.select(self._uses.canvas())

    def _run(self, key: str) -> Run:
        """A run of the library, read when it is first looked at and after it changed."""
        if key not in self._known:
            self._known[key] = self._desk.library.run(key)
        return self._known[key]

    def _row(self, key: str) -> RunRow:
        """The row of a run; an empty one where the run is gone and the list not told yet: it may be painting now."""
        try:
            run, job = self._run(key), self._jobs.get(key)
        except BadInput:
            return RunRow(key, "", "")
        share = f"{100 * job.done // max(job.total, 1)} %" if job and job.state is State.RUNNING else state_word(run)
        told, picture = self._facts.told(run, self._now), self._pictures.of(key)
        return RunRow(key, run.title, told, share, picture, run.starred, run.state.alive)

    # what can be done

    def _chosen(self) -> list[str]:
        # the rows behind the trash are not what the user means
        if self._panel.in_trash and self._panel.has_keyboard:
            return []
        selected = [] if self._panel.in_trash else self._rows.selected
        return selected or [run for run in [self._uses.canvas()] if run]

    def any_meant(self) -> bool:
        """Whether there is a run that the actions on runs are about."""
        return bool(self._chosen())

    def meant(self) -> list[str]:
        """The runs that an action is about; where there is none, that is said."""
        keys = self._chosen()
        if not keys:
            self._desk.say("Choose a run in the library first")
        return keys

    def _menu(self, keys: list[str], point: QPoint) -> None:
        menu, actions, many = QMenu(self._rows), self._desk.actions, len(keys) > 1
        resumable = [key for key in keys if self._run(key).state.resumable]
        if resumable:
            menu.addAction("Go on", lambda: self._uses.resume(resumable))
        if not many:
            menu.addAction("Show", lambda: self._uses.show(keys[0]))
            self._offer_compare(menu, keys[0])
        for name in ON_RUNS if many else ON_RUN:
            if many:
                verb = actions[name].text().replace("run", "runs", 1) if "run" in actions[name].text() else ""
                menu.addAction(f"{verb or actions[name].text()} · {len(keys):,}", actions[name].trigger)
            else:
                menu.addAction(actions[name])
        menu.popup(point)
        menu.aboutToHide.connect(menu.deleteLater)

    def _offer_compare(self, menu: QMenu, key: str) -> None:
        """Let a run be put beside the one on the canvas; greyed with the reason where it cannot."""
        compare = menu.addAction("Compare with the run on the canvas", lambda: self._uses.compare(key))
        kinds = {file.kind for file in self._desk.library.files(key)}
        if self._desk.stage.run in {"", key}:
            why = "Show another run first, to compare this one with."
        elif kinds & {"checkpoint", "model"}:
            why = "That run made a model, and has no steps to compare."
        else:
            why = self._uses.unfit(key)
        compare.setEnabled(not why)
        compare.setToolTip(wrapped(why))
        menu.setToolTipsVisible(bool(why))

    def star(self) -> None:
        """Star the chosen runs; take their stars away when all have one."""
        keys = self.meant()
        before = {key: self._desk.library.run(key).starred for key in keys}
        if keys:
            after = dict.fromkeys(keys, not all(before.values()))
            self._star(after)
            self._desk.history.push("Star run" if len(keys) == 1 else "Star runs", lambda: self._star(before),
                                    lambda: self._star(after))

    def _star(self, stars: dict[str, bool]) -> None:
        with self._desk.guard():
            for key, starred in stars.items():
                self._desk.library.star(key, starred)
        self.refresh()

    def rename(self) -> None:
        """Edit the title of the selected run in place."""
        for key in self.meant()[:1]:
            self._panel.raised.emit()
            self.trash.show(False)
            if not self._rows.rename(key):
                self._desk.say("The filter hides this run from the list; clear it to rename the run")

    def _rename(self, key: str, title: str) -> None:
        before = self._desk.library.run(key).title
        if self._retitle(key, title):
            self._desk.history.push("Rename run", lambda: self._retitle(key, before), lambda: self._retitle(key, title))

    def _retitle(self, key: str, title: str) -> bool:
        """Whether the library took the title."""
        done = False
        with self._desk.guard():
            self._desk.library.rename(key, title)
            done = True
        self.refresh()
        # canvas and tree name it too
        self._desk.stage.refresh()
        self._desk.stage.look(self._desk.stage.view)
        return done

    def delete(self, keys: list[str] | None = None) -> None:
        """Move runs to the trash; in the trash itself, ask whether to delete them for good."""
        if keys is None and self._panel.in_trash and self._panel.trash.selected:
            self.trash.purge(self._panel.trash.selected)
        elif chosen := keys or self.meant():
            self.trash.delete(chosen)
