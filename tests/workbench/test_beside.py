"""Runs of the command line come into the library however they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from workbench.home import Home
from workbench.library.library import Library
from workbench.library.opening import LOCK, NOTE, opened, take_left
from workbench.library.records import State

ROOT = Path(__file__).resolve().parents[2]
TINY = ("--network.width", "8", "--network.mults", "1,2", "--network.groups", "4", "--network.head", "8",
        "--network.attention", "", "--batch", "2")


def begun(*words: str, at: str) -> subprocess.Popen[str]:
    """A command that has come so far that a line of its progress holds `at`."""
    process = subprocess.Popen([sys.executable, str(ROOT / "main.py"), *words, "--threads", "1"], text=True,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if process.stderr is None:
        pytest.fail("no standard error")
    assert any(at in line for line in process.stderr), "the command ended too early"
    return process


def ended(process: subprocess.Popen[str], sign: signal.Signals) -> None:
    """Send a signal and wait for the end."""
    process.send_signal(sign)
    process.communicate(timeout=60)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_killed_training_is_offered_for_resuming(home: Path) -> None:
    process = begun("train", *TINY, "--steps", "100000", "--name", "cut", at=" of 100000")
    with_it = opened(Home(home))
    assert with_it.runs() == []  # it goes on
    with_it.close()
    ended(process, signal.SIGKILL)
    library = opened(Home(home))
    found = library.interrupted()
    library.close()
    assert [(run.task, run.state) for run in found] == [("train", State.INTERRUPTED)]
    folder = Home(home).run_folder(found[0].id)
    assert not (folder / NOTE).exists()
    assert not (folder / LOCK).exists()


def test_a_run_that_ends_while_a_window_has_the_library_is_listed_later(home: Path) -> None:
    window = Library.open(Home(home))
    done = subprocess.run([sys.executable, str(ROOT / "main.py"), "generate", "--steps", "2", "--count", "1",
                           "--threads", "1"], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0
    assert "when it is opened next" in done.stderr
    assert "close" not in done.stderr  # nothing is to be done
    assert window.runs() == []
    began = time.time()
    assert len(take_left(window)) == 1
    assert take_left(window) == []
    assert window.runs()[0].created < began
    window.close()
    library = opened(Home(home))
    run = library.runs()[0]
    assert run.state is State.DONE
    assert library.thumbnail(run.id)
    assert [file.kind for file in library.files(run.id)] == ["image", "samples", "steps"]
    library.close()
    again = opened(Home(home))
    assert len(again.runs()) == 1
    again.close()


def test_a_run_that_comes_to_nothing_leaves_no_folder(home: Path) -> None:
    done = subprocess.run([sys.executable, str(ROOT / "main.py"), "generate", "--label", "no such class"],
                          capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 2
    assert list(Home(home).runs.glob("*")) == []
