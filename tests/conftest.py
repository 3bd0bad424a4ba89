"""Fixtures for all tests: offscreen Qt, one torch thread, a home of its own, and no leaks."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from weakref import WeakSet

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
from PySide6.QtCore import QEvent, QTimer, SignalInstance
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from pytestqt.wait_signal import SignalBlocker

PATIENCE = 120_000  # ms that a test waits for what has to come: only one that fails waits so long, on any machine


class PatientBot(QtBot):
    """Waits longer than five seconds by default: two test processes on two busy cores are slow."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: SignalInstance, *, timeout: int = PATIENCE, **kwargs: Any) -> SignalBlocker:
        return super().waitSignal(signal, timeout=timeout, **kwargs)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[QtBot]:
    """The bot of pytest-qt with patience; what it closed is gone before the next test, which would style it again."""
    yield PatientBot(request)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own, so that no test sees the user's library."""
    folder = tmp_path / "home"
    monkeypatch.setenv("WORKBENCH_HOME", str(folder))
    return folder


@pytest.fixture(autouse=True)
def same_environment() -> Iterator[None]:
    """What a command sets for its process is not what later tests, and the programs they start, find."""
    before = dict(os.environ)
    yield
    ours = {"PYTEST_CURRENT_TEST"}  # which pytest sets anew for each phase of a test
    for name in set(os.environ) - set(before) - ours:
        del os.environ[name]
    os.environ.update({name: value for name, value in before.items() if name not in ours})


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """Fail a test that leaves a Python thread running."""
    before = set(threading.enumerate())
    yield
    left = [t for t in threading.enumerate() if t not in before and t.is_alive()]
    for thread in left:
        thread.join(timeout=2)
    names = [t.name for t in left if t.is_alive()]
    if names:
        pytest.fail(f"threads left running: {', '.join(names)}")


@pytest.fixture(autouse=True)
def no_leaked_timers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a Qt test that leaves a repeating QTimer running after its widgets are closed."""
    started: WeakSet[QTimer] = WeakSet()
    start = QTimer.start

    def remember(timer: QTimer, *args: int) -> None:
        started.add(timer)
        start(timer, *args)

    monkeypatch.setattr(QTimer, "start", remember)
    yield
    if "qtbot" not in request.fixturenames:
        return
    left = [t.objectName() or repr(t.parent()) for t in started if _runs(t)]
    if left:
        pytest.fail(f"timers left running: {', '.join(left)}")


def _runs(timer: QTimer) -> bool:
    """Whether a timer still repeats and belongs to no widget that is about to be deleted."""
    try:
        return timer.isActive() and not timer.isSingleShot()
    except RuntimeError:  # the C++ object is gone, and the timer with it
        return False
