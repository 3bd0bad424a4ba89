"""The real window on a home of the test's own, for journeys."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QDialog, QMenu
from pytestqt.qtbot import QtBot

from tests.journeys.photograph import QUICK, photograph
from tests.journeys.window import Window
from workbench.fields import measures
from workbench.fields.store import FieldStore
from workbench.home import Home

SOON = 120_000
Opener = Callable[..., Window]


@pytest.fixture
def opened(qtbot: QtBot, home: Path) -> Iterator[Opener]:
    """Opens the window with its engine ready; closed at the end."""
    windows = list[Window]()

    def make(*, autostart: bool = False, files: Sequence[Path] = ()) -> Window:
        window = Window(Home(home), autostart=autostart)
        windows.append(window)
        qtbot.addWidget(window)
        window.show()
        with qtbot.waitSignal(window.desk.queue.ready, timeout=SOON):
            window.start([str(file) for file in files])
        return window

    yield make
    for window in windows:
        window.close()


@pytest.fixture(scope="module")
def shared(request: pytest.FixtureRequest, qapp: QApplication, tmp_path_factory: pytest.TempPathFactory,
           ) -> Iterator[Window]:
    """One window for all tests of a module, for those that leave it as they found it."""
    window = Window(Home(tmp_path_factory.mktemp("home")), autostart=False)
    window.show()
    with QtBot(request).waitSignal(window.desk.queue.ready, timeout=SOON):
        window.start()
    _start_threads(window)
    yield window
    window.close()
    window.deleteLater()


def _start_threads(window: Window) -> None:
    """Both threads beside the window are there from now on: one that a test was the first to need would look leaked."""
    both = threading.Barrier(3, timeout=20)
    for _ in range(2):
        window.background.do(both.wait, lambda _place: None, pytest.fail)
    both.wait()


@pytest.fixture
def photographed(opened: Opener, tmp_path: Path) -> Window:
    """The window with a photograph of 400 × 300 in Inpaint, and a hole at its left."""
    window = opened()
    window.drop.open(photograph(tmp_path))
    window.navigator.choose_task("inpaint")
    window.panel.forms["inpaint"].set_values(QUICK)
    window.panel.changed.emit()
    mask = np.zeros((300, 400), np.float32)
    mask[100:170, 30:90] = 1
    window.images.input.set_mask(mask)
    return window


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No file manager and no pop-ups of the platform."""
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: False)
    monkeypatch.setattr(QMenu, "popup", lambda menu, *_: menu.setProperty("popped", True))
    monkeypatch.setattr(QDialog, "open", lambda self: self.show())


@pytest.fixture(autouse=True)
def not_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fields are made when they are looked at, and distances from fewer points: both would keep a processor busy."""
    monkeypatch.setattr(FieldStore, "ahead", lambda *_: None)
    monkeypatch.setattr(measures, "COUNT", 1000)
