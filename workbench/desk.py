"""What all controllers of one window share: library, queue, stage, actions, undo, and one place for sentences."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from engines.errors import WorkbenchError
from widgets.controls.error_bar import Remedy
from workbench.actions import Actions
from workbench.history import History
from workbench.library.library import Library
from workbench.model_specs import ModelSpecs
from workbench.running.jobs import JobQueue
from workbench.session import Session
from workbench.stage import Stage


@dataclass(slots=True)
class Desk:
    """The parts of one window that more than one controller needs.

    show: puts a sentence with remedies into the bar over the canvas ("error", "refusal", "info" or "passing").
    say: writes into the status line.
    models: what the models are that recipes name.
    withdraw: takes a sentence out of the bar that is no longer true; settle: takes errors out of it;
    move_on: takes out what was refused, when picture, mask, form or step are others;
    past: takes out what told of the past, but some sentences;
    refilm: makes the pictures of the film strip anew;
    extent: (width, height) of the user's picture in pixels, (0, 0) for none, and who is told of another one;
    pasting, opening: what is asked before a picture is pasted or asked for, and is True where it did something else;
    told_of: sentences that are told of a run, with its id; heard: all so far, with the run they were first told of.
    """

    window: QWidget
    library: Library
    queue: JobQueue
    stage: Stage
    actions: Actions
    history: History
    session: Session
    show: Callable[[str, Sequence[Remedy], str], None]
    say: Callable[[str], None]
    withdraw: Callable[[str], None] = lambda _sentence: None
    settle: Callable[[], None] = lambda: None
    move_on: Callable[[], None] = lambda: None
    past: Callable[[Collection[str]], None] = lambda _but: None
    refilm: Callable[[], None] = lambda: None
    extent: Callable[[], tuple[int, int]] = lambda: (0, 0)
    changed_picture: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]])
    changed_models: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]])
    changed_runs: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]])
    changed_recent: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]])
    changed_session: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]])
    changed_canvas: list[Callable[[], None]] = field(default_factory=list[Callable[[], None]])
    told_of: dict[str, str] = field(default_factory=dict[str, str])
    heard: dict[str, str] = field(default_factory=dict[str, str])
    pasting: list[Callable[[], bool]] = field(default_factory=list[Callable[[], bool]])
    opening: list[Callable[[], bool]] = field(default_factory=list[Callable[[], bool]])
    models: ModelSpecs = field(init=False)

    def __post_init__(self) -> None:
        """One memory of what models are, for all; a run that is added makes all others past but that on the canvas."""
        self.models = ModelSpecs(self.queue)
        self.queue.job_added.connect(lambda _run: self._pass(self.stage.run))

    def complain(self, sentence: str, *remedies: Remedy) -> None:
        """Show why what was asked for cannot be done as things are, with remedies as buttons."""
        self.show(sentence, remedies, "error" if remedies else "refusal")

    def report(self, sentence: str, *remedies: Remedy) -> None:
        """Show what went wrong by itself: it stands until something works, whatever changes meanwhile."""
        self.show(sentence, remedies, "error")

    def offer(self, sentence: str, *remedies: Remedy) -> None:
        """Show an offer, with what can be done as buttons."""
        self.show(sentence, remedies, "info")

    def done(self, sentence: str, *remedies: Remedy) -> None:
        """Say what was just done, with what can be done about it as buttons, until something else is begun."""
        self.show(sentence, remedies, "passing")

    def tell_of(self, run: str, sentence: str) -> None:
        """Tell something of a run, until another is looked at, or another lesson or workspace begins."""
        self.offer(sentence)
        self.told_of[sentence] = run

    def begin(self) -> None:
        """Take out what told of the past, as another lesson or workspace begins."""
        self._pass("")

    def _pass(self, run: str) -> None:
        """Take out what told of the past, of all runs but one."""
        self.told_of = {told: of for told, of in self.told_of.items() if of == run}
        self.past(self.told_of)

    def first_of(self, run: str, sentence: str) -> bool:
        """Whether a run is the first of this session that a sentence is told of: who knows it needs no bar for it."""
        return self.heard.setdefault(sentence, run) == run

    def turned(self, run: str) -> None:
        """Another run is looked at, "" for none: what was told of one that is left goes with it."""
        for sentence in [told for told, of in self.told_of.items() if of != run]:
            del self.told_of[sentence]
            self.withdraw(sentence)

    def offer_undo(self, sentence: str) -> None:
        """Say what was just pushed to the history, and offer to undo it for as long as it is the latest thing done."""
        self.done(sentence, ("Undo", self.actions["edit.undo"].trigger))
        # whatever is done, undone or redone next, the button would undo something else than it says
        self.history.changed.connect(lambda: self.withdraw(sentence), Qt.ConnectionType.SingleShotConnection)

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Turn any foreseen error inside into its sentence in the bar."""
        try:
            yield
        except (WorkbenchError, ValueError) as error:
            self.complain(str(error))
        except OSError as error:
            # the file's name alone: the sentence must fit into the bar
            name = Path(str(error.filename)).name if error.filename else "The file"
            self.complain(f"“{name}” cannot be used ({error.strerror or error}); choose another place.")

    def resume(self, run: str) -> None:
        """Go on with a run that ended early, as a button offers; where that cannot be done any more, say why."""
        with self.guard():
            self.queue.resume(run)

    @property
    def ready(self) -> bool:
        """Whether the engines are imported."""
        return self.queue.engines is not None

    def remember(self, file: Path | str) -> None:
        """Put a file or folder that could be used on top of the recent ones; what was wrong with another is past."""
        self.settle()
        self.keep(self.session.with_recent(file))
        for callback in self.changed_recent:
            callback()

    def keep(self, session: Session) -> None:
        """Change what the next start is to find; it is written a moment later."""
        self.session = session
        for callback in self.changed_session:
            callback()

    def keep_extra(self, name: str, value: object) -> None:
        """Keep something of a part of the window for the next start."""
        self.keep(replace(self.session, extra={**self.session.extra, name: value}))

    def canvas_changed(self) -> None:
        """Tell everyone who marks the run on the canvas: it is another workspace's, or another one."""
        for callback in self.changed_canvas:
            callback()

    def models_changed(self) -> None:
        """Tell everyone who lists models."""
        self.models.forget()
        for callback in self.changed_models:
            callback()

    def runs_changed(self) -> None:
        """Tell everyone who lists runs: some left the library without the user’s asking."""
        for callback in self.changed_runs:
            callback()
