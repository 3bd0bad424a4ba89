"""Ctrl-C, a polite kill and a closed terminal: the window closes, keeps what runs, and offers it at the next start."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from workbench.farewell import signals
from workbench.home import Home
from workbench.library.opening import opened
from workbench.running.interrupted import kept, offered, trained

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows sends no signal to a single process")


def begun(*words: str) -> subprocess.Popen[str]:
    """The program with a window."""
    return subprocess.Popen([sys.executable, "-m", "tests.journeys.signalled", *words], text=True, cwd=ROOT,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"})


def at(process: subprocess.Popen[str], word: str) -> None:
    """Wait until the program says a word."""
    assert process.stdout is not None
    assert any(word in line for line in process.stdout), "the window closed too early"


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_closes_the_window_and_keeps_what_runs(name: str, home: Path) -> None:
    process = begun()
    at(process, "running")
    process.send_signal(signal.Signals[name])
    _, told = process.communicate(timeout=120)
    assert process.returncode == 128 + signal.Signals[name]
    assert "Traceback" not in told
    assert "Something went wrong" not in told
    assert list(Home(home).reports.glob("*")) == []
    assert json.loads(Home(home).session.read_text(encoding="utf-8"))
    library = opened(Home(home))
    runs = library.interrupted()
    sentence = offered(library, runs)
    folder = library.folder(runs[0].id)
    library.close()
    assert kept(folder)
    step = trained(folder)
    assert step
    assert sentence.endswith(f"it goes on from step {step:,}.")


def test_a_second_press_ends_a_window_that_does_not_close() -> None:
    process = begun("stuck")
    at(process, "running")
    process.send_signal(signal.SIGINT)
    at(process, "closing")
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    assert told.splitlines()[-1].startswith("Ended at once")


def test_only_signals_that_there_are_are_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    assert signals() == (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as “nohup” has it
    try:
        assert signals() == (signal.SIGINT, signal.SIGTERM)
    finally:
        signal.signal(signal.SIGHUP, before)
    monkeypatch.setattr("workbench.farewell.NAMES", ("SIGINT", "SIGUNKNOWN"))
    assert signals() == (signal.SIGINT,)
