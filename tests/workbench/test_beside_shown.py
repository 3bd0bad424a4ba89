"""Runs of the command line in the window: their pictures, their course, and where they go on."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engines.context import Context
from engines.device import device
from engines.errors import DiskFull
from engines.recipe import Recipe
from engines.tasks.base import options_of, task
from engines.trajectory import Trajectory
from tests.engines.small import save_small
from tests.workbench.test_cli import run
from workbench.cli import recording
from workbench.cli.outcome import Outcome
from workbench.cli.recording import Recording
from workbench.cli.shown import leave_shown
from workbench.cli.terminal import Terminal
from workbench.home import Home
from workbench.library.library import Library
from workbench.library.opening import THUMBNAIL, opened
from workbench.running.mailbox import LiveRun
from workbench.running.run_files import HISTORY, NOT_RECORDED, STEPS, load_opened, load_run, load_steps, resume_start

SHORT = ("--batch", "2", "--network.width", "8", "--threads", "1")


def shown(library: Library) -> LiveRun:
    """The newest run of a library as the window opens it."""
    live = LiveRun(library.ids()[0])
    load_run(live, library)
    return live


def refuse_room(steps: Trajectory, file: Path) -> None:
    """A disk without room for the steps of a run."""
    raise DiskFull(f"No room for “{file.name}”.")


@pytest.fixture
def library(home: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Library]:
    """The library after three samples were drawn on the command line."""
    save_small(Home(home).models)
    assert run(capsys, "generate", "--model", "tiny", "--steps", "3", "--count", "3", "--threads", "1")[0] == 0
    found = opened(Home(home))
    yield found
    found.close()


def test_a_run_of_the_command_line_scrubs_from_noise_to_its_samples(library: Library) -> None:
    """Like one of the window: every step with the sizes of its terms, and nothing to excuse."""
    live = shown(library)
    assert live.samples is not None
    assert live.trajectory is not None
    assert (live.trajectory.first, live.trajectory.last, live.trajectory.nfe(3)) == (0, 3, live.nfe)
    np.testing.assert_array_equal(live.trajectory.x(3), live.samples)
    assert "prior" in live.trajectory.terms
    assert live.opened is not None
    assert live.opened.seeds == (7, 8, 9)
    assert live.notice == ""
    assert library.thumbnail(live.run)
    folder = library.folder(live.run)
    assert ("steps", STEPS) in [(file.kind, file.path) for file in library.files(live.run)]
    assert not list(folder.glob("*.steps"))


def test_a_crowd_of_the_command_line_shows_its_samples(home: Path, capsys: pytest.CaptureFixture[str],
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    """Who draws more than a window shows wants the samples: they stand for the last step, and a line says why."""
    monkeypatch.setattr(recording, "LITTLE", 10_000)  # bytes; the steps of these 65 take more
    save_small(Home(home).models)
    assert run(capsys, "generate", "--model", "tiny", "--steps", "1", "--count", "65", "--threads", "1")[0] == 0
    library = opened(Home(home))
    live = shown(library)
    assert live.samples is not None
    assert live.trajectory is not None
    assert (live.trajectory.first, live.trajectory.last) == (1, 1)
    np.testing.assert_array_equal(live.trajectory.x(1), live.samples)
    assert live.notice == NOT_RECORDED
    assert not (library.folder(live.run) / STEPS).exists()
    library.close()


def test_steps_without_room_leave_the_run_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_small(tmp_path)
    recipe = Recipe("generate", {"model": "tiny", "steps": 3, "count": 2})
    outcome = Outcome(Terminal(io.StringIO(), io.StringIO()), steps=Recording(tmp_path))
    monkeypatch.setattr(Trajectory, "save", refuse_room)
    for event in task("generate").run(options_of(recipe), Context(device("cpu"), tmp_path, (tmp_path,))):
        outcome.take(event)
    assert list(leave_shown(tmp_path, outcome).values()) == ["samples"]
    assert (tmp_path / THUMBNAIL).exists()
    outcome.close()


@pytest.mark.parametrize("recorded", [False, True])
def test_a_run_that_was_stopped_shows_its_steps_and_goes_on_from_the_last(tmp_path: Path, *, recorded: bool) -> None:
    """All of them where they were recorded, else the one it goes on from."""
    save_small(tmp_path)
    recipe = Recipe("generate", {"model": "tiny", "steps": 6, "count": 2})
    events = task("generate").run(options_of(recipe), Context(device("cpu"), tmp_path, (tmp_path,)))
    outcome = Outcome(Terminal(io.StringIO(), io.StringIO()), steps=Recording(tmp_path) if recorded else None)
    for event in events:
        outcome.take(event)
        if outcome.last is not None and outcome.last.index == 2:
            break
    files = leave_shown(tmp_path, outcome)
    point, steps = resume_start(tmp_path)
    assert list(files.values()) == ["steps"]
    assert load_opened(tmp_path) is not None
    assert point is not None
    assert steps is not None
    assert (point.index, steps.first, len(steps)) == ((2, 0, 3) if recorded else (2, 2, 1))
    assert outcome.last is not None
    np.testing.assert_array_equal(point.x, outcome.last.x.numpy())
    again = load_steps(tmp_path)
    assert again is not None
    np.testing.assert_array_equal(again.x(2), point.x)
    assert (tmp_path / THUMBNAIL).exists()


def test_a_training_of_the_command_line_shows_its_course(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Losses, validations and sheets; without the file of these the state still tells the losses."""
    assert run(capsys, "train", *SHORT, "--steps", "6", "--preview-every", "3", "--validate-every", "3")[0] == 0
    library = opened(Home(home))
    live = shown(library)
    assert live.history.trained["step"].tolist() == [1, 2, 3, 4, 5, 6]
    assert live.history.preview_steps == (3, 6)
    assert library.thumbnail(live.run)
    whole = live.history.trained["loss"].copy(), live.history.validated["loss"].copy(), live.history.by_level.copy()
    (library.folder(live.run) / HISTORY).unlink()
    bare = shown(library).history
    assert bare.preview_steps == ()
    for known, was in zip((bare.trained["loss"], bare.validated["loss"], bare.by_level), whole, strict=True):
        np.testing.assert_allclose(known, was)
    library.close()
