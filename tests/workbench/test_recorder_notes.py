"""What a run notes of its result reaches the window, once, also when the run is resumed."""

from __future__ import annotations

import pytest

from engines.errors import DiskFull
from engines.events import Noted
from engines.recipe import Recipe
from workbench.library.library import Library
from workbench.library.opening import Note, enter
from workbench.library.records import NewRun, State
from workbench.mailbox import LiveRun
from workbench.pace import Pace
from workbench.recorder import Recorder
from workbench.run_files import load_run


def test_notes_are_told_once(library: Library) -> None:
    """Two different sentences stand side by side; the same again adds nothing."""
    run = library.add(NewRun("run", "A run", "generate", "{}", {}))
    live = LiveRun(run.id)
    recorder = Recorder(live, Pace(), library, Recipe("generate", {}))
    for sentence in ("One thing.", "One thing.", "Another."):
        recorder.take(Noted(sentence))
    assert live.notice == "One thing. Another."
    assert library.run("run").notes == live.notice


def test_notes_are_there_when_the_run_is_opened_again(library: Library) -> None:
    """What is to be known of the result is stored; what was to be done while it went on is not."""
    run = library.add(NewRun("run", "A run", "generate", "{}", {}))
    live = LiveRun(run.id)
    live.notice = "A repeat will differ."
    recorder = Recorder(live, Pace(), library, Recipe("generate", {}))
    recorder.take(Noted("Make room on the disk.", urgent=True))
    recorder.finish()
    view = LiveRun(run.id)
    load_run(view, library)
    assert view.notice == "A repeat will differ."


def test_a_note_on_a_full_disk_is_stored_at_the_end(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Training goes on when the disk is full, and so it does when there is something to note then."""
    run = library.add(NewRun("run", "A run", "generate", "{}", {}))
    recorder = Recorder(LiveRun(run.id), Pace(), library, Recipe("generate", {}))

    def full(run: str, notes: str) -> None:
        raise DiskFull("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(library, "set_notes", full)
        recorder.take(Noted("One thing."))
    recorder.finish()
    assert library.run("run").notes == "One thing."


def test_runs_of_the_command_line_bring_their_notes(library: Library) -> None:
    enter(library, "run", Note("A run", "train", "{}", {}, State.DONE, notes="Few pictures."))
    assert library.run("run").notes == "Few pictures."
