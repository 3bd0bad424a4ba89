"""A recorder by itself: what a run notes reaches the window once, and what a kill left is cleared."""

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


def test_what_a_kill_left_half_written_goes_before_the_first_event(library: Library) -> None:
    """Trainings and evaluations have no steps to open, and their checkpoints are large."""
    run = library.add(NewRun("run", "A run", "train", "{}", {}))
    folder = library.home.run_folder(run.id)
    folder.mkdir(parents=True, exist_ok=True)
    for name in (".training.safetensors.123.456.tmp", "mapped.steps", "training.safetensors"):
        (folder / name).write_bytes(b"half")
    Recorder(LiveRun(run.id), Pace(), library, Recipe("train", {}))
    assert [file.name for file in folder.iterdir()] == ["training.safetensors"]
