"""A library, a queue and the walking task for the tests of jobs."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.workbench.fakes import Gate, register, unregister
from workbench.home import Home
from workbench.library.library import Library
from workbench.running.jobs import JobQueue
from workbench.wording.component_words import kinds


@pytest.fixture(autouse=True, scope="session")
def component_words() -> None:
    """Components have their words, as once the engine thread has imported the engines."""
    kinds()


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
    with qtbot.waitSignal(made.ready):
        made.start()
    yield made
    gate.go.set()
    made.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of one megabyte, where the machine lets us make one."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = shutil.which("mount")
    made = mount and subprocess.run([mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)],
                                    capture_output=True, check=False).returncode == 0
    if not made:
        pytest.skip("no small file system can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=False)
