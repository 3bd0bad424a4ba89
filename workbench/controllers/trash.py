"""The trash at work: deleting, what lies there, bringing it back, and deleting it for good."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu

from engines.counted import counted
from widgets.lists.run_rows import RunRow
from workbench.actions import Spec
from workbench.background import Background
from workbench.controllers.filtering import missing
from workbench.desk import Desk
from workbench.docks.library import NO_TRASH, LibraryPanel
from workbench.library.records import Query, Run
from workbench.library.usage import Usage, usage
from workbench.running.gone import made_by
from workbench.wording.component_words import task_word
from workbench.wording.words import ago, bytes_of

NAMED = 3  # of the models that go with their runs


class TrashController:
    """Moves runs to the trash and back, each undoable, and asks before they go for good.

    Args:
        desk: shared parts.
        panel: the Library panel with both lists.
        background: measures the disk.
        changed: told when runs left the library or came back.
        show: puts a run on the canvas, by id.
    """

    def __init__(self, desk: Desk, panel: LibraryPanel, background: Background, changed: Callable[[], object],
                 show: Callable[[str], object]) -> None:
        self._desk, self._panel, self._background = desk, panel, background
        self._runs_changed, self._show = changed, show
        self._words, self._found = "", dict[str, Run]()
        self._usage, self._measuring, self._again = Usage(0, {}), False, False
        self.measured: Callable[[Usage], object] = lambda _usage: None
        panel.trash_asked.connect(self.show)
        panel.restore_asked.connect(self.restore)
        panel.empty_asked.connect(self.empty)
        panel.trash.activated.connect(lambda key: self.restore(panel.trash.selected or [key]))
        panel.trash.delete_asked.connect(self.purge)
        panel.trash.filter_changed.connect(self._filter)
        panel.trash.menu_asked.connect(self._menu)
        panel.trash.selection_changed.connect(self._enable)
        for signal in (desk.queue.ready, desk.queue.job_finished):
            signal.connect(lambda *_: self.measure())
        self._declare()
        self.refresh()

    def _declare(self) -> None:
        add = self._desk.actions.add
        add(Spec("library.clear", "Clear all but starred runs", "Edit", section="run",
                 help="All runs without a star go to the trash; undo brings them back"), self.clear)
        add(Spec("library.trash", "Show the trash", "Edit", section="trash", help="Deleted runs, until it is emptied"),
            lambda: self.show(not self._panel.in_trash))
        add(Spec("library.restore", "Restore runs of the trash", "Edit", section="trash",
                 needs="Choose runs of the trash first"), self.restore,
            lambda: bool(self._panel.trash.selected))
        add(Spec("library.empty", "Empty the trash", "Edit", section="trash", needs="The trash is empty"), self.empty,
            lambda: bool(self._desk.library.trash()))

    # what is shown

    def show(self, shown: bool) -> None:
        """Turn the panel to the trash, or back to the runs."""
        self._panel.raised.emit()
        self._panel.show_trash(shown)
        self._desk.actions["library.trash"].setText("Show the runs" if shown else "Show the trash")

    def refresh(self) -> None:
        """Show what lies in the trash."""
        library, rows = self._desk.library, self._panel.trash
        self._found = {run.id: run for run in library.runs(Query(words=self._words, trashed=True, limit=-1))}
        count = len(self._found) if not self._words else len(library.trash())
        self._panel.open_trash.setText(f"Trash · {count:,}" if count else "Trash")
        size = f" · {bytes_of(self._usage.trashed)}" if count and self._usage.trashed else ""
        self._panel.weighed.setText(f"{counted(count, 'run')}{size}")
        if not self._found:
            rows.set_empty(missing(self._desk, rows, self._words, NO_TRASH))
        rows.set_keys(list(self._found), self._row, self._found)
        self._panel.empty.setEnabled(bool(count))
        self._enable()

    def _enable(self) -> None:
        self._panel.restore.setEnabled(bool(self._panel.trash.selected))

    def _filter(self, words: str) -> None:
        self._words = words
        self.refresh()

    def _row(self, key: str) -> RunRow:
        run, size = self._found[key], self._usage.trash.get(key)
        data = self._desk.library.thumbnail(key)
        when = f"{task_word(run.task)} · deleted {ago(run.trashed or 0)}"
        return RunRow(key, run.title, when, "" if size is None else bytes_of(size),
                      QImage.fromData(data) if data else None, run.starred)

    def measure(self) -> None:
        """Find out in the background how much disk runs and trash take; one look at a time."""
        self._again = self._measuring
        if not self._measuring:
            self._measuring = True
            self._background.do(lambda: usage(self._desk.library), self._measured, lambda _why: self._measured(None))

    def _measured(self, found: Usage | None) -> None:
        self._measuring = False
        if found is not None:
            self._usage = found
            self.measured(found)
        self.refresh()
        if self._again:
            self.measure()

    def _menu(self, keys: list[str], point: QPoint) -> None:
        menu = QMenu(self._panel)
        menu.addAction("Restore", lambda: self.restore(keys))
        menu.addAction("Delete for good …", lambda: self.purge(keys))
        menu.addSeparator()
        menu.addAction(self._desk.actions["library.empty"])
        menu.popup(point)
        menu.aboutToHide.connect(menu.deleteLater)

    # there and back

    def delete(self, runs: Sequence[str]) -> None:
        """Move runs to the trash; undo brings them back."""
        with self._desk.guard():
            moved = self._desk.library.delete(runs)
            if len(moved) < len(runs):
                self._desk.complain("A run that still goes on cannot be deleted; stop it first.")
            self._trashed(moved, "Delete run" if len(moved) == 1 else "Delete runs")

    def clear(self) -> None:
        """Ask whether to move every run without a star to the trash."""
        runs = [run for run in self._desk.library.runs(Query(limit=-1)) if not (run.starred or run.state.alive)]
        going = [run.id for run in runs]
        if not going:
            self._desk.say("There is no run without a star")
            return
        self._desk.offer(f"Move {counted(len(going), 'run')} without a star to the trash?{self._with_models(runs)}",
                         (f"Clear {counted(len(going), 'run')}", lambda: self._clear(going)), ("Keep", lambda: None))

    def _with_models(self, runs: Sequence[Run]) -> str:
        """The models that go with runs, as a sentence behind a question; "" without any."""
        engines = self._desk.queue.engines
        made = [(run.id, made_by(run, engines.tasks)) for run in runs] if engines else []
        names = [name for run, name in made
                 if name and (self._desk.library.folder(run) / f"{name}.safetensors").exists()]
        if not names:
            return ""
        told = ", ".join(f"“{name}”" for name in names[:NAMED]) + (" …" if len(names) > NAMED else "")
        return f" {'1 model goes' if len(names) == 1 else f'{len(names):,} models go'} with them: {told}."

    def _clear(self, runs: Sequence[str]) -> None:
        with self._desk.guard():
            starred = set(self._desk.library.ids(Query(starred=True)))  # since it was asked
            self._trashed(self._desk.library.delete([run for run in runs if run not in starred]), "Clear runs")

    def restore(self, runs: Sequence[str] | None = None) -> None:
        """Take runs back out of the trash, those that are chosen there unless others are named; undo deletes again."""
        wanted = list(self._panel.trash.selected if runs is None else runs)
        if not wanted:
            self._desk.say("Choose the runs to restore in the trash" if self._desk.library.trash() else
                           "The trash is empty")
            return
        back = self._bring_back(wanted)
        if back:
            self._desk.history.push("Restore run", lambda: self._trash_again(back), lambda: self._back(back, ""))
            self._desk.say(f"{counted(len(back), 'run')} restored")

    def _trashed(self, moved: list[str], words: str) -> None:
        if not moved:
            return
        shown = self._desk.stage.run if self._desk.stage.run in moved else ""
        self._let_go(moved)
        self._desk.history.push(words, lambda: self._back(moved, shown), lambda: self._trash_again(moved))
        self._desk.offer_undo(f"{counted(len(moved), 'run')} moved to the trash.")

    def _let_go(self, runs: list[str]) -> None:
        """Runs went to the trash: look at them no more."""
        self._desk.stage.part(runs)
        for run in runs:
            self._desk.queue.release(run)
        self._moved(runs)

    def _moved(self, runs: Sequence[str]) -> None:
        """Runs left or came back: so did their models."""
        self._runs_changed()
        self.refresh()
        self.measure()
        kinds = {file.kind for run in runs if self._desk.library.has(run) for file in self._desk.library.files(run)}
        if self._desk.ready and "model" in kinds:
            self._desk.models_changed()

    def _trash_again(self, runs: list[str]) -> None:
        with self._desk.guard():
            self._let_go(self._desk.library.delete(runs))

    def _back(self, runs: list[str], shown: str) -> None:
        """Undo of a deletion, unless the trash was emptied meanwhile; `shown` was on the canvas."""
        if self._bring_back(runs) and shown in runs and self._desk.library.has(shown):
            self._show(shown)

    def _bring_back(self, runs: Sequence[str]) -> list[str]:
        """Take runs out of the trash; returns those that were still there."""
        trash, done = {run.id for run in self._desk.library.trash()}, list[str]()
        there = [run for run in runs if run in trash]
        if not there:
            self._desk.complain("The trash was emptied since; these runs cannot be brought back.")
            return done
        with self._desk.guard():
            self._desk.library.restore(there)
            done = there
        self._moved(runs)
        return done

    # for good

    def empty(self) -> None:
        """Ask whether to delete what is in the trash for good: nothing could bring it back."""
        if self._desk.library.trash():
            self._ask([run.id for run in self._desk.library.trash()])
        else:
            self._desk.say("The trash is empty")

    def purge(self, runs: Sequence[str]) -> None:
        """Ask whether to delete some runs of the trash for good."""
        self._ask(list(runs))

    def _ask(self, runs: list[str]) -> None:
        """Measure them first, so that the question says what it is about."""
        self._background.do(lambda: usage(self._desk.library), lambda found: self._asked(runs, found),
                            self._desk.complain)

    def _asked(self, runs: list[str], found: Usage) -> None:
        there = [run for run in runs if run in found.trash]
        size, count = bytes_of(sum(found.trash[run] for run in there)), len(there)
        meant = counted(count, "run")
        if there:
            self._desk.offer(f"Really delete {meant} for ever, with {'its' if count == 1 else 'their'} files ({size})?",
                             (f"Delete {meant}", lambda: self._purge(there)), ("Keep", lambda: None))

    def _purge(self, runs: list[str]) -> None:
        with self._desk.guard():
            self._desk.say(f"Deleted for good: {counted(self._desk.library.empty_trash(runs), 'run')}")
        self._moved(())
