"""A recorder by itself: what a run notes reaches the window once, and what a kill left is cleared."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engines.errors import DiskFull
from engines.events import Noted, Opened, Sampled, Stepped
from engines.recipe import Recipe
from engines.samplers.base import Step
from workbench.library.library import Library
from workbench.library.opening import Note, enter
from workbench.library.records import NewRun, State
from workbench.running.mailbox import LiveRun
from workbench.running.pace import Pace
from workbench.running.recorder import Recorder
from workbench.running.run_files import load_run

NOISE = np.random.default_rng(0).standard_normal((2, 1, 8, 8)).astype(np.float32)
UP = np.linspace(0, 1, 3)
OPENED = Opened("A run", 2, NOISE.shape, 1 - UP, UP, (0, 1), (-1, -1), (), (), UP, 1 - UP)


def stepped(index: int) -> Stepped:
    return Stepped(Step(index, 2, 1 - index / 2, torch.tensor(NOISE), torch.tensor(NOISE), index))


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


def test_what_a_kill_left_half_written_goes_before_the_first_event(library: Library) -> None:
    """Trainings and evaluations have no steps to open, and their checkpoints are large."""
    run = library.add(NewRun("run", "A run", "train", "{}", {}))
    folder = library.home.run_folder(run.id)
    folder.mkdir(parents=True, exist_ok=True)
    for name in (".training.safetensors.123.456.tmp", "mapped.steps", "training.safetensors"):
        (folder / name).write_bytes(b"half")
    Recorder(LiveRun(run.id), Pace(), library, Recipe("train", {}))
    assert [file.name for file in folder.iterdir()] == ["training.safetensors"]


def test_sampling_that_goes_on_is_timed_whole(library: Library) -> None:
    """Its evaluations are all counted, so its seconds are too: those before the resume, and no pause."""
    run, now = library.add(NewRun("run", "A run", "walk", "{}", {})), [0.0]

    def recorder(*, whole: bool, before: float) -> tuple[Recorder, Pace]:
        live, pace = LiveRun(run.id), Pace(before, clock=lambda: now[0])
        live.whole = whole
        pace.start()
        return Recorder(live, pace, library, Recipe("walk", {})), pace

    first, pace = recorder(whole=True, before=0.0)
    now[0] += 2  # loading the model is no sampling
    first.take(OPENED)
    now[0] += 10
    first.take(stepped(1))
    pace.stop()
    now[0] += 100
    first.keep()
    again, pace = recorder(whole=False, before=12.0)
    now[0] += 3
    again.take(OPENED)
    now[0] += 20
    again.take(Sampled(NOISE, 40, 20.0, ""))
    assert again.live.seconds == again.live.measured["sampling_seconds"] == 30
    anew, pace = recorder(whole=True, before=0.0)
    anew.take(OPENED)
    now[0] += 7
    anew.take(Sampled(NOISE, 40, 7.0, ""))
    assert anew.live.seconds == 7
    for made in (first, anew, again):
        made.live.close()
