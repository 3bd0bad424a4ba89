"""A second start on the same library: its files go to the window that is open."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON
from tests.journeys.test_images import Opener, picture
from tests.journeys.window import Window
from workbench.controllers.help import About
from workbench.handover import Reception, _files, address, hand_over
from workbench.home import Home

ROOT = Path(__file__).resolve().parents[2]
Starter = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def program(home: Path) -> Iterator[Starter]:
    """Starts main.py on the test's home; killed at the end."""
    started = list[subprocess.Popen[str]]()

    def start(*words: str) -> subprocess.Popen[str]:
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "WORKBENCH_HOME": str(home)}
        started.append(subprocess.Popen([sys.executable, "main.py", *words], cwd=ROOT, env=environment, text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE))
        return started[-1]

    yield start
    for one in started:
        one.kill()
        one.communicate()


def listens(home: Path) -> bool:
    """Whether a window of that library answers."""
    return bool(hand_over(Home(home), [], patience=0.5))


def test_a_second_start_hands_its_file_over(qtbot: QtBot, program: Starter, home: Path, tmp_path: Path) -> None:
    """Two real programs: the second says one sentence and ends; the first has opened the picture."""
    first, file = program(), picture(tmp_path)
    qtbot.waitUntil(lambda: listens(home), timeout=SOON)
    second = program("open", str(file))
    out, err = second.communicate(timeout=60)
    assert (second.returncode, err) == (0, "")
    assert out == f"The library in “{home}” is open in a window already; it opens “{file.name}”.\n"
    session = home / "session.json"
    qtbot.waitUntil(lambda: session.exists() and file.name in session.read_text(), timeout=SOON)
    assert first.poll() is None
    out, _ = (third := program()).communicate(timeout=60)
    assert third.returncode == 0
    assert out.endswith("it comes to the front.\n")


def test_what_is_handed_over_is_opened(qtbot: QtBot, opened: Opener, home: Path, tmp_path: Path,
                                       monkeypatch: pytest.MonkeyPatch) -> None:
    """In the window that is open, which comes to the front."""
    fronts = list[str]()
    # without a display nothing can be raised
    monkeypatch.setattr(Window, "raise_", lambda window: fronts.append(window.windowTitle()))
    window = opened()
    asked = Reception(Home(home), window)
    asked.asked.connect(window.open_files)
    second = subprocess.Popen([sys.executable, "main.py", "open", str(picture(tmp_path))], cwd=ROOT, text=True,
                              env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, stdout=subprocess.PIPE)
    qtbot.waitUntil(lambda: window.picture.pixels is not None, timeout=SOON)
    assert second.communicate(timeout=60)[0].startswith("The library in")
    assert second.returncode == 0
    assert fronts == [window.windowTitle()]
    asked.close()


def test_an_open_dialog_does_not_hide_what_is_handed_over(qtbot: QtBot, opened: Opener, tmp_path: Path,
                                                            monkeypatch: pytest.MonkeyPatch) -> None:
    """It gives way to a file, and stays where the window is only to come to the front."""
    monkeypatch.setattr(Window, "raise_", lambda _window: None)  # without a display nothing can be raised
    window = opened()
    window.desk.actions["help.about"].trigger()
    dialog = window.findChild(About)
    assert dialog.isVisible()
    window.open_files([])
    assert dialog.isVisible()
    window.open_files([picture(tmp_path)])
    assert not dialog.isVisible()
    qtbot.waitUntil(lambda: window.picture.pixels is not None, timeout=SOON)


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="a process cannot be stopped here")
def test_a_hung_window_is_not_waited_for(qtbot: QtBot, program: Starter, home: Path) -> None:
    """It has the lock and does not answer: the second start goes on by itself."""
    first = program()
    qtbot.waitUntil(lambda: listens(home), timeout=SOON)
    os.kill(first.pid, signal.SIGSTOP)
    assert hand_over(Home(home), ["/a.png"], patience=0.3) == ""
    os.kill(first.pid, signal.SIGCONT)
    qtbot.waitUntil(lambda: listens(home), timeout=SOON)


def test_a_request_whose_time_is_over_is_none() -> None:
    """Its sender has gone on by itself; what is no request is none either."""
    assert _files(b'{"open": ["/a.png"], "until": 4e9}') == [Path("/a.png")]
    for line in (b'{"open": ["/a.png"], "until": 1}', b'{"open": ["/a.png"]}', b"[]", b"\xff"):
        assert _files(line) is None


def test_nobody_listens_on_another_library(tmp_path: Path) -> None:
    """Each folder has a meeting place of its own, however it is written."""
    assert hand_over(Home(tmp_path / "other"), [], patience=0.2) == ""
    assert address(Home(tmp_path / "a")) != address(Home(tmp_path / "b"))
    assert address(Home(tmp_path / "a")) == address(Home(tmp_path / "b" / ".." / "a"))


def test_the_place_of_a_killed_window_is_taken_over(qtbot: QtBot, program: Starter, home: Path) -> None:
    """A socket that was left behind stops nobody."""
    first = program()
    qtbot.waitUntil(lambda: listens(home), timeout=SOON)
    first.kill()
    first.wait()
    program()
    qtbot.waitUntil(lambda: listens(home), timeout=SOON)
