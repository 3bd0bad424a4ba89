"""The real window on a home of the test's own, for journeys."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from workbench.home import Home
from workbench.window import MainWindow

SOON = 60_000
Opener = Callable[..., MainWindow]


@pytest.fixture
def opened(qtbot: QtBot, home: Path) -> Iterator[Opener]:
    """Opens the window with its engine ready; closed at the end."""
    windows = list[MainWindow]()

    def make(*, autostart: bool = False, files: Sequence[Path] = ()) -> MainWindow:
        window = MainWindow(Home(home), autostart=autostart)
        windows.append(window)
        qtbot.addWidget(window)
        window.show()
        with qtbot.waitSignal(window.desk.queue.ready, timeout=SOON):
            window.start([str(file) for file in files])
        return window

    yield make
    for window in windows:
        window.close()
