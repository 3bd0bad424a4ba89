"""A library, a queue and the walking task for the tests of jobs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.workbench.fakes import Gate, register, unregister
from workbench.home import Home
from workbench.jobs import JobQueue
from workbench.library.library import Library


@pytest.fixture
def library(home: Path) -> Iterator[Library]:
    """An open library in the test's own home."""
    opened = Library.open(Home(home))
    yield opened
    opened.close()


@pytest.fixture
def gate() -> Iterator[Gate]:
    """The walk's gate; opened at the end so that no thread is left at it."""
    made = Gate()
    register(made)
    yield made
    made.go.set()
    unregister()


@pytest.fixture
def queue(qtbot: QtBot, library: Library, gate: Gate) -> Iterator[JobQueue]:
    """A started queue, closed at the end."""
    made = JobQueue(library)
    with qtbot.waitSignal(made.ready, timeout=60_000):
        made.start()
    yield made
    gate.go.set()
    made.close()
