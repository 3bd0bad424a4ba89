"""A restart: after damage, in the middle of reading, and with what was chosen and opened."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON
from tests.journeys.left import HOLE, paint
from tests.journeys.test_images import Opener, fill, picture, press_run
from tests.journeys.test_session import hole, saved, unready
from tests.journeys.test_tools import CONTROL, entry
from workbench.controllers.which import Opened
from workbench.drafts import Drafts
from workbench.pages.images_page import Mode


def test_a_damaged_session_never_keeps_the_window_shut(qtbot: QtBot, opened: Opener, home: Path) -> None:
    """Values of the right kind that no window can use are passed over; all else comes back."""
    window = opened()
    fill(window, "generate", {"steps": 3, "count": 1})
    press_run(qtbot, window)
    file = saved(qtbot, window)
    window.close()
    values = json.loads(file.read_text(encoding="utf-8"))
    values["extra"]["docks"] = {"left": 10**20, "bottom": -5, "jobs": "wide"}
    values["places"]["images"]["captions"] = 5
    values["options"]["generate"] |= {"guidance": "nan", "count": [1]}
    file.write_text(json.dumps(values), encoding="utf-8")
    again = opened()
    assert again.left.width() < 400
    assert again.panel.values()["guidance"] == 2.0
    qtbot.waitUntil(lambda: again.images.grid.count == 1, timeout=SOON)


def test_a_large_picture_is_read_beside_the_window_and_kept_meanwhile(qtbot: QtBot, opened: Opener, home: Path,
                                                                      tmp_path: Path,
                                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written over what is still being read, not even by a window that closes too soon."""
    window = opened(files=[picture(tmp_path)])
    paint(window)
    pixels = window.picture.pixels
    window.close()
    monkeypatch.setattr("workbench.background.LARGE", 10)
    go, load = threading.Event(), Drafts.load
    threads = set[int]()

    def slow(drafts: Drafts, name: object) -> np.ndarray | None:
        threads.add(threading.get_ident())
        go.wait(20)
        return load(drafts, name)

    def ready(pixels: np.ndarray, name: str) -> Opened:
        threads.add(threading.get_ident())
        return make(pixels, name)

    make = Opened.of
    monkeypatch.setattr(Opened, "of", ready)
    monkeypatch.setattr(Drafts, "load", slow)
    again = unready(qtbot, home)
    assert again.picture.pixels is None
    go.set()
    again.close()
    last = opened()
    qtbot.waitUntil(lambda: last.picture.pixels is not None, timeout=SOON)
    assert np.array_equal(last.picture.pixels, pixels)
    assert hole(last)[HOLE].all()
    assert threads
    assert threading.get_ident() not in threads
    assert saved(qtbot, last).exists()


def test_a_recent_file_and_the_last_folder_are_kept_at_once(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    """A kill a moment later loses neither."""
    window = opened()
    file = saved(qtbot, window)
    window.desk.remember(tmp_path / "recent.png")
    qtbot.waitUntil(lambda: str(tmp_path / "recent.png") in file.read_text("utf-8"), timeout=SOON)
    window.desk.keep_extra("folder", str(tmp_path / "place"))
    qtbot.waitUntil(lambda: str(tmp_path / "place") in file.read_text("utf-8"), timeout=SOON)


def test_what_was_begun_before_the_first_run_is_not_covered_by_one(opened: Opener, tmp_path: Path) -> None:
    """The bundled model draws by itself at a first start only: here a picture waits to be filled."""
    window = opened(files=[picture(tmp_path)])
    paint(window)
    window.close()
    again = opened(autostart=True)
    assert again.images.mode is Mode.PAIR
    assert hole(again)[HOLE].all()
    assert (again.desk.queue.jobs(), again.desk.stage.run) == ([], "")


def test_theme_panels_and_recent_files_are_there_after_a_restart(qtbot: QtBot, opened: Opener,
                                                                 tmp_path: Path) -> None:
    """What was chosen in View and opened from File is as it was left."""
    window = opened()
    dark = window.look.theme.dark
    qtbot.keyClick(window, Qt.Key.Key_T, CONTROL)
    assert window.look.theme.dark is not dark
    for dock in (window.plots, window.left):
        dock.toggleViewAction().trigger()
        assert not dock.isVisible()
    window.drop.open(picture(tmp_path))
    pixels: Any = window.picture.pixels
    window.close()
    again = opened()
    assert again.look.theme.dark is not dark
    assert [dock.isVisible() for dock in (again.plots, again.left, again.task, again.timeline)] == [
        False, False, True, True]
    again.plots.toggleViewAction().trigger()
    assert again.plots.isVisible()
    assert np.array_equal(again.picture.pixels, pixels)
    again.picture.put(Opened.of(np.zeros((9, 9, 1), np.uint8), "another"))
    entry(again.lists.recent, "cross.png")
    assert np.array_equal(again.picture.pixels, pixels)
    again.desk.actions["view.system"].trigger()
    assert again.desk.session.theme == "system"
