"""What a run notes of its result reaches the window, once, also when the run is resumed."""

from __future__ import annotations

from engines.events import Noted
from engines.recipe import Recipe
from workbench.library.library import Library
from workbench.library.records import NewRun
from workbench.mailbox import LiveRun
from workbench.pace import Pace
from workbench.recorder import Recorder


def test_notes_are_told_once(library: Library) -> None:
    """Two different sentences stand side by side; the same again adds nothing."""
    run = library.add(NewRun("run", "A run", "generate", "{}", {}))
    live = LiveRun(run.id)
    recorder = Recorder(live, Pace(), library, Recipe("generate", {}))
    for sentence in ("One thing.", "One thing.", "Another."):
        recorder.take(Noted(sentence))
    assert live.notice == "One thing. Another."
