"""The session: kept a moment after each change, so that whatever ends the program finds it, and brought back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QDockWidget

from workbench.drafts import Drafts
from workbench.frames import STATE, VIEWS
from workbench.layout import Keeper
from workbench.running.samples_file import load_samples
from workbench.session import FILES, Session, save_session
from workbench.steering.navigation import Navigator
from workbench.workspaces.base import Workspace
from workbench.workspaces.registry import Spaces
from workbench.workspaces.shell import Shell

PATIENCE = 1500  # milliseconds from a change to its file: nobody notices the loss of less
MOVES = frozenset({QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.WindowStateChange})
LASTING = "Forms, picture, mask and place are on disk; a run that goes on is at its last checkpoint"
NOT_LASTING = "Not saved: gone when the window closes"
Name = tuple[str, str]  # a workspace and a draft of it


@dataclass(frozen=True, slots=True)
class Kept:
    """A session with the drafts it names.

    drafts: versions by name; fresh: pixels of those that have no file yet; whole: whether it has all, not only the
    window's size and layout.
    """

    session: Session
    drafts: Mapping[Name, int]
    fresh: Mapping[Name, np.ndarray]
    whole: bool = True

    def same(self, other: Kept | None) -> bool:
        """Whether nothing changed."""
        return other is not None and (self.session, self.drafts) == (other.session, other.drafts)


class SessionController(QObject):
    """Keeps the window as it is and brings it back. It has no signals.

    Args:
        shell, go, spaces: the parts whose state is kept.
        keeper: of the docks and the window's size.
        told: shows in words whether all is on disk, and more of it.
        extra: what other parts keep, by name.
    """

    def __init__(self, shell: Shell, go: Navigator, spaces: Spaces, keeper: Keeper, told: Callable[[str, str], None],
                 extra: Callable[[], Mapping[str, Any]]) -> None:
        super().__init__(shell.desk.window)
        self._desk, self._window = shell.desk, shell.desk.window
        self._shell, self._go, self._spaces = shell, go, spaces
        self._keeper, self.told, self._extra = keeper, told, extra
        self._store = Drafts(self._desk.library.home.lender.drafts)  # what borrows writes none
        self._whole = False  # until all of last time is back, what is kept of it must not be overwritten
        self._coming = 0  # workspaces whose drafts are being read
        self._last: Kept | None = None
        self._files = dict[Name, tuple[int, str]]()  # version and file of each draft
        self._writing = self._again = self._loud = False
        self._unkept = dict[str, str]()  # by run: what of it is not on the disk, and why
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(PATIENCE)
        self._soon.timeout.connect(self._save)
        self._watch()
        self._tell()

    def _watch(self) -> None:
        shell, stage, actions = self._shell, self._desk.stage, self._desk.actions
        signals = [shell.panel.changed, stage.shown, stage.viewed, stage.chosen, self._go.workspace_changed,
                   self._go.task_changed, self._keeper.learned,
                   actions["view.reset"].triggered]
        for dock in self._window.findChildren(QDockWidget):
            signals += [dock.visibilityChanged, dock.topLevelChanged, dock.dockLocationChanged]
        for signal in signals:
            signal.connect(self.touch)
        for space in self._spaces:
            space.watch(self.touch, self._looked)
        self._desk.changed_session.append(self.touch)
        stage.moved.connect(self._moved)
        stage.shown.connect(self._settled)
        self._desk.queue.run_opened.connect(self._opened)
        self._desk.queue.job_changed.connect(self._recorded)
        self._desk.queue.job_finished.connect(self._recorded)
        self._desk.history.changed.connect(self._done)
        self._window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in MOVES:
            self.touch()
        return super().eventFilter(watched, event)

    # bringing back

    def start(self, *, run: bool) -> None:
        """Bring back what needs no engine; `run`: the run that was on the canvas, too."""
        desk, session = self._desk, self._desk.session
        for space in self._spaces:
            place = session.places.get(space.name, {})
            files = place.get(FILES)
            self._read(space, place, files if isinstance(files, dict) else {})
        if run and session.run in desk.library.ids():
            self._await(session)

    def _read(self, space: Workspace, place: Mapping[str, Any], names: Mapping[str, Any]) -> None:
        """Read the drafts of a workspace and bring it back: small ones now, large ones beside the window."""
        def brought(found: Mapping[str, Any]) -> None:
            self._coming -= 1
            with self._desk.guard():
                space.bring_back(place, found)
            self._settled()

        self._coming += 1
        self._shell.background.read_all(filter(None, map(self._store.file, names.values())),
                                        lambda: space.readied(place, self._store.load_all(names)), brought,
                                        lambda _why: brought({}))

    def _await(self, session: Session) -> None:
        """Have the run of last time read, and show its samples meanwhile."""
        stage, spaces = self._desk.stage, self._spaces
        stage.awaited = session.run
        at_end = session.step < 0 and session.view in {"", STATE.name}
        samples = load_samples(self._desk.library.folder(session.run)) if at_end else None
        space = spaces.current if spaces.current.timeline is None else spaces.first
        space.foreshow(samples, session.places.get(space.name, {}))
        self._desk.queue.open_run(session.run)

    def _opened(self, run: str) -> None:
        """The run of last time is read: show it where it was left, unless another came before it."""
        stage, session = self._desk.stage, self._desk.session
        if run != stage.awaited:
            return
        stage.show(self._desk.queue.live(run))
        stage.look(next((view for view in VIEWS if view.name == session.view), STATE))
        self._shell.scrubber.views.set_value(stage.view.name)
        if session.step >= 0:
            stage.move(session.step)
        space = self._spaces.staged
        space.choose_sample(session.sample)
        with self._desk.guard():
            space.returned(session.places.get(space.name, {}))
        self._go.arrived()

    def ready(self) -> None:
        """The engines are there, the forms filled, and what was to be opened is opened."""
        self._settled()

    def _settled(self) -> None:
        """All is back as soon as the forms and drafts are there and no run is waited for."""
        if self._desk.ready and not (self._coming or self._desk.stage.awaited or self._whole):
            self._whole = True
            self.touch()

    # keeping

    def touch(self, *_: object) -> None:
        """Something changed that the next start is to find."""
        self._note(loud=True)

    def _looked(self, *_: object) -> None:
        """Something is looked at otherwise, which the next start is to find, too."""
        self._note(loud=False)

    def _note(self, *, loud: bool) -> None:
        """Write a moment later, and say so where it is `loud`: a look at something else is no work to fear for."""
        if not self._whole or not self._desk.library.lasting:
            return
        self._loud = self._loud or loud
        if self._writing:
            self._again = True
            return
        # a scrub is kept once it rests: to gather all of this in the middle of it would hold up what is painted
        if not self._loud or not self._soon.isActive():
            self._soon.start()
        if self._loud:
            self.told("Saving…", "")

    def hurry(self) -> None:
        """Keep every change at once: for a window that is photographed, not used."""
        self._soon.setInterval(0)

    def _moved(self, _index: int) -> None:
        # a run that goes on moves by itself thirty times a second, and its latest step is no place of its own
        if self._last is None or self._step() != self._last.session.step:
            self._note(loud=False)

    def _step(self) -> int:
        stage = self._desk.stage
        return -1 if stage.following else stage.index

    def _now(self) -> Kept:
        """The state of the window."""
        desk = self._desk
        geometry, layout = self._keeper.place
        session = replace(
            desk.session, geometry=geometry, layout=layout,
            extra={**desk.session.extra, **self._extra(), "docks": asdict(self._keeper.wanted)})
        if not self._whole:
            return Kept(session, {}, {}, whole=False)
        drafts = {(space.name, name): draft for space in self._spaces for name, draft in space.drafts().items()}
        fresh = {name: draft.pixels() for name, draft in drafts.items()
                 if self._files.get(name, (None, ""))[0] != draft.version}
        session = replace(
            session, workspace=self._go.workspace, tasks=self._go.tasks, run=desk.stage.run, step=self._step(),
            view=desk.stage.view.name, sample=desk.stage.sample,
            options={name: dict(form.values()) for name, form in self._shell.panel.forms.made.items()},
            places={space.name: space.kept() for space in self._spaces})
        return Kept(session, {name: draft.version for name, draft in drafts.items()}, fresh)

    def _save(self) -> None:
        """Write what changed, beside the window."""
        kept, self._loud = self._now(), False
        if kept.same(self._last):
            self._tell()
            return
        self._writing = True
        self._shell.background.do(lambda: self._write(kept), lambda _none: self._wrote(kept), self._failed)

    def _write(self, kept: Kept) -> None:
        """Write the drafts and then the session that names them; raises DiskFull or BadInput. On any thread, one only.

        Whatever ends the program in the middle leaves the session before, with its own drafts.
        """
        for name, pixels in kept.fresh.items():
            self._files[name] = kept.drafts[name], self._store.keep(pixels)
        session = kept.session
        if kept.whole:
            places = {space: {**place, FILES: {draft: self._files[owner, draft][1] for owner, draft in kept.drafts
                                               if owner == space}} for space, place in session.places.items()}
            session = replace(session, places=places)
        save_session(self._desk.library.home.session, session)
        if kept.whole:
            self._store.prune(self._files[name][1] for name in kept.drafts)

    def _wrote(self, kept: Kept) -> None:
        self._writing, self._last = False, replace(kept, fresh={})  # their memory goes
        self._tell()
        if self._again:
            self._again = False
            self._note(loud=self._loud)

    def _failed(self, sentence: str) -> None:
        self._writing = self._again = False
        self.told("Not saved", sentence)

    def _recorded(self, run: str) -> None:
        """A run went on or is over: say whether all of it is on the disk."""
        live = self._desk.queue.live(run)
        unkept = live.unkept if live is not None else ""
        if unkept != self._unkept.get(run, ""):
            self._unkept = {name: why for name, why in {**self._unkept, run: unkept}.items() if why}
            self._tell()

    def _done(self) -> None:
        """Something was done or undone: a run of which not all is saved may have been deleted, or brought back."""
        if self._unkept:
            self._tell()

    def _tell(self) -> None:
        library = self._desk.library
        # nobody misses anything of a run in the trash
        unkept = " ".join(why for run, why in self._unkept.items() if library.has(run, trash=False))
        if not library.lasting:
            self.told(NOT_LASTING, "")
        else:
            self.told(*(("Not all saved", unkept) if unkept else ("Saved", LASTING)))

    def close(self) -> Callable[[], None]:
        """Watch no more; gives what writes the last state, once nothing else writes."""
        self._soon.stop()
        self._window.removeEventFilter(self)
        kept = self._now()
        return lambda: self._finish(kept)

    def _finish(self, kept: Kept) -> None:
        if self._desk.library.lasting and not kept.same(self._last):
            with self._desk.guard():
                self._write(kept)
