"""The left dock at work: runs, models and data, and what a right click offers."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, QProcess, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QImage
from PySide6.QtWidgets import QMenu

from widgets.run_list import RunList, RunRow
from workbench.actions import Spec
from workbench.desk import Desk
from workbench.jobs import Job
from workbench.library.records import Query, Run, State
from workbench.words import facts, state_word

MINUTE = 60_000  # milliseconds


class LibraryController:
    """Fills the run list and does what is asked of its rows.

    Args:
        desk: shared parts.
        runs: the list.
        show: puts a run on the canvas, by id.
        rerun: runs a recipe (JSON) again.
    """

    def __init__(self, desk: Desk, runs: RunList, show: Callable[[str], None], rerun: Callable[[str], None]) -> None:
        self._desk, self._runs, self._show, self._rerun = desk, runs, show, rerun
        self._query, self._version = Query(), -1
        self._found = dict[str, Run]()
        self._pictures: dict[str, tuple[int, QImage | None]] = {}
        runs.activated.connect(show)
        desk.stage.shown.connect(self._mark)
        runs.filter_changed.connect(self._filter)
        runs.menu_asked.connect(self._menu)
        runs.renamed.connect(self._rename)
        runs.delete_asked.connect(self.delete)
        for signal in (desk.queue.job_added, desk.queue.job_changed, desk.queue.job_finished, desk.queue.order_changed):
            signal.connect(self.refresh)
        add = desk.actions.add
        add(Spec("library.star", "Star run", "Edit", "S", section="run"), self.star)
        add(Spec("library.rename", "Rename run", "Edit", "F2", section="run"), self.rename)
        add(Spec("library.delete", "Delete run", "Edit", "Shift+Del", section="run",
                 help="To the trash; undo brings it back"), self.delete)
        add(Spec("library.clear", "Clear all but starred runs", "Edit", section="run"), self.clear)
        add(Spec("library.empty", "Empty the trash", "Edit", section="run"), self.empty_trash)
        add(Spec("library.rerun", "Run again", "Run", "Ctrl+R", section="again"), self.rerun)
        add(Spec("library.reveal", "Show files of run", "File", section="files"), self.reveal)
        self.refresh()
        QTimer.singleShot(MINUTE, runs, self._age)

    def refresh(self, *_: object) -> None:
        """Show the runs; while nothing changed in the library only rows of jobs that go on are made anew."""
        library, jobs = self._desk.library, {job.id: job for job in self._desk.queue.alive()}
        if library.version == self._version:
            for key in jobs.keys() & self._found.keys():
                self._runs.update_row(self._row(self._found[key], jobs[key]))
            return
        self._version = library.version
        self._found = {run.id: run for run in library.runs(self._query)}
        self._runs.set_rows([self._row(run, jobs.get(run.id)) for run in self._found.values()])
        if not self._runs.selected:
            self._mark()

    def _age(self) -> None:
        """A minute is over: rows say how long ago a run was."""
        if self._runs.window().isVisible():
            self._version = -1
            self.refresh()
            QTimer.singleShot(MINUTE, self._runs, self._age)

    def _mark(self) -> None:
        """Select the row of the run on the canvas, unless the user has chosen several."""
        if self._desk.stage.run and len(self._runs.selected) < 2:
            self._runs.select(self._desk.stage.run)

    def _filter(self, words: str) -> None:
        self._query, self._version = Query(words=words), -1
        self.refresh()

    def _row(self, run: Run, job: Job | None) -> RunRow:
        share = f"{100 * job.done // max(job.total, 1)} %" if job and job.state is State.RUNNING else state_word(run)
        return RunRow(run.id, run.title, facts(run), share, self._thumbnail(run), run.starred, run.state.alive)

    def _thumbnail(self, run: Run) -> QImage | None:
        """The picture of a run, decoded once for each time the engine made a new one."""
        stamp = self._desk.library.pictures_of(run.id)
        known = self._pictures.get(run.id)
        if known is None or known[0] != stamp:
            data = self._desk.library.thumbnail(run.id)
            known = (stamp, QImage.fromData(data) if data else None)
            self._pictures[run.id] = known
        return known[1]

    def _chosen(self) -> list[str]:
        return self._runs.selected or ([self._desk.stage.run] if self._desk.stage.run else [])

    def _menu(self, keys: list[str], point: QPoint) -> None:
        menu = QMenu(self._runs)
        actions = self._desk.actions
        run = self._desk.library.run(keys[0])
        if run.state.resumable:
            menu.addAction("Go on", lambda: self.resume(keys))
        menu.addAction("Show", lambda: self._show(keys[0]))
        compare = menu.addAction("Compare with the run on the canvas",
                                 lambda: self._desk.stage.compare(self._desk.queue.open_run(keys[0])))
        compare.setEnabled(bool(self._desk.stage.run) and self._desk.stage.run != keys[0])
        for name in ("library.rerun", "library.star", "library.rename", "library.reveal", "library.delete"):
            menu.addAction(actions[name])
        menu.popup(point)
        menu.aboutToHide.connect(menu.deleteLater)

    def resume(self, keys: list[str]) -> None:
        """Go on with runs that ended early."""
        with self._desk.guard():
            for key in keys:
                self._desk.queue.resume(key)
            self._show(keys[0])

    def star(self) -> None:
        """Star the selected runs, or take their stars away."""
        for key in self._chosen():
            starred = not self._desk.library.run(key).starred
            self._star(key, starred)
            self._desk.history.push("Star run", lambda key=key, s=starred: self._star(key, not s),
                                    lambda key=key, s=starred: self._star(key, s))

    def _star(self, key: str, starred: bool) -> None:
        self._desk.library.star(key, starred)
        self.refresh()

    def rename(self) -> None:
        """Edit the title of the selected run in place."""
        for key in self._chosen()[:1]:
            self._runs.rename(key)

    def _rename(self, key: str, title: str) -> None:
        before = self._desk.library.run(key).title
        self._retitle(key, title)
        self._desk.history.push("Rename run", lambda: self._retitle(key, before), lambda: self._retitle(key, title))

    def _retitle(self, key: str, title: str) -> None:
        with self._desk.guard():
            self._desk.library.rename(key, title)
        self.refresh()
        # canvas and tree name it too
        self._desk.stage.refresh()
        self._desk.stage.look(self._desk.stage.view)

    def delete(self, keys: list[str] | None = None) -> None:
        """Move runs to the trash; undo brings them back."""
        with self._desk.guard():
            wanted = keys or self._chosen()
            moved = self._desk.library.delete(wanted)
            if len(moved) < len(wanted):
                self._desk.complain("A run that still goes on cannot be deleted; stop it first.")
            self._trashed(moved, "Delete run")

    def clear(self) -> None:
        """Move every run without a star to the trash."""
        with self._desk.guard():
            self._trashed(self._desk.library.clear_unstarred(), "Clear runs")

    def _trashed(self, moved: list[str], words: str) -> None:
        if not moved:
            return
        shown = self._desk.stage.run if self._desk.stage.run in moved else ""
        self._let_go(moved)
        self._desk.history.push(words, lambda: self._back(moved, shown), lambda: self._trash_again(moved))
        self._desk.offer_undo(f"{counted(len(moved))} moved to the trash.")

    def _let_go(self, runs: list[str]) -> None:
        """Runs went to the trash: look at them no more."""
        if self._desk.stage.run in runs:
            self._desk.stage.show(None)
        for run in runs:
            self._desk.queue.release(run)
        self.refresh()

    def _trash_again(self, runs: list[str]) -> None:
        with self._desk.guard():
            self._let_go(self._desk.library.delete(runs))

    def _back(self, runs: list[str], shown: str) -> None:
        """Take runs out of the trash again, unless it was emptied meanwhile; `shown` was on the canvas."""
        there = {run.id for run in self._desk.library.trash()}
        if not there & set(runs):
            self._desk.complain("The trash was emptied since; these runs cannot be brought back.")
            return
        with self._desk.guard():
            self._desk.library.restore([run for run in runs if run in there])
            self.refresh()
            if shown in there:
                self._show(shown)

    def empty_trash(self) -> None:
        """Ask whether to delete what is in the trash for good: nothing could bring it back."""
        count = len(self._desk.library.trash())
        if not count:
            self._desk.say("The trash is empty")
            return
        self._desk.offer(f"Really delete {counted(count)} for ever, with {'its' if count == 1 else 'their'} files?",
                         (f"Delete {counted(count)}", self._empty), ("Keep", lambda: None))

    def _empty(self) -> None:
        with self._desk.guard():
            self._desk.say(f"Emptied the trash: {counted(self._desk.library.empty_trash())}")

    def rerun(self) -> None:
        """Run the recipe of the selected run again."""
        with self._desk.guard():
            for key in self._chosen()[:1]:
                self._rerun(self._desk.library.recipe(key))

    def reveal(self) -> None:
        """Open the folder of the selected run in the file manager."""
        for key in self._chosen()[:1]:
            reveal(self._desk.library.home.run_folder(key))


def counted(count: int) -> str:
    """“1 run”, “12 runs”."""
    return f"{count:,} {'run' if count == 1 else 'runs'}"


def reveal(folder: Path) -> None:
    """Open a folder in the system's file manager."""
    if sys.platform == "darwin":
        QProcess.startDetached("open", [str(folder)])
    else:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
