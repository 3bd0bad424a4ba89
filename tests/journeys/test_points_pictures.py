"""A grey picture that is opened on the canvas of points is a density, as if it had been painted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import run, turned
from tests.journeys.window import Window
from workbench.workspaces.points import Points


def grey(file: Path, mode: str = "L") -> Path:
    """A picture that is white in its right half."""
    ink = np.zeros((40, 60), np.uint8)
    ink[:, 30:] = 255
    Image.fromarray(ink).convert(mode).save(file)
    return file


def taken(window: Window, qtbot: QtBot, points: Points) -> None:
    """It is the data, and undo takes it back."""
    qtbot.waitUntil(lambda: points.data.chosen, timeout=SOON)
    assert points.data.values is not None
    assert points.data.values.dtype == np.uint8
    assert points.data.values.shape == (40, 60)


@pytest.mark.parametrize("mode", ["L", "RGB", "P"])
def test_a_dropped_one_is_painted_density_and_undo_takes_it_back(mode: str, qtbot: QtBot, opened: Opener,
                                                                 tmp_path: Path) -> None:
    window = opened()
    points = turned(window, qtbot)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(grey(tmp_path / "half.png", mode)))])
    assert window.drop.usable(data)
    window.drop.drop(data)
    taken(window, qtbot, points)
    if mode == "L":
        run(window, qtbot, steps=30, count=400)
        live = window.desk.stage.live
        assert live is not None
        assert live.samples is not None
        assert np.ptp(np.asarray(live.samples)[:, 1]) > 0.5
        window.navigator.close_run()
    window.desk.actions["edit.undo"].trigger()
    assert not points.data.chosen


def test_the_dialog_offers_it(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    """By Ctrl+O and by the palette, which has the same action by its name."""
    window = opened()
    points = turned(window, qtbot)
    action = window.desk.actions["file.open"]
    assert "density" in action.text()
    action.trigger()
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    assert "*.png" in dialog.nameFilters()[0]
    dialog.fileSelected.emit(str(grey(tmp_path / "half.png")))
    dialog.close()
    taken(window, qtbot, points)
    qtbot.waitUntil(lambda: window.findChild(QFileDialog) is None, timeout=SOON)


def test_one_in_colour_is_asked_about_and_elsewhere_it_is_a_picture(qtbot: QtBot, opened: Opener,
                                                                   tmp_path: Path) -> None:
    window = opened()
    points = turned(window, qtbot)
    pixels = np.zeros((40, 60, 3), np.uint8)
    pixels[:20, :, 0], pixels[20:, :, 2] = 250, 120
    Image.fromarray(pixels).save(tmp_path / "colours.png")
    window.drop.open(tmp_path / "colours.png")
    qtbot.waitUntil(lambda: "is a picture in colour" in window.bar.sentence, timeout=SOON)
    assert points.data.values is None
    next(button for button in window.bar.findChildren(QPushButton) if button.text() == "Use as density").click()
    taken(window, qtbot, points)
    window.navigator.choose_workspace("images")
    window.drop.open(grey(tmp_path / "half.png"))
    qtbot.waitUntil(lambda: window.picture.pixels is not None, timeout=SOON)


def test_a_damaged_one_is_said(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened()
    points = turned(window, qtbot)
    whole = grey(tmp_path / "half.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 2])
    window.drop.open(tmp_path / "cut.png")
    qtbot.waitUntil(lambda: "cut.png" in window.bar.sentence, timeout=SOON)
    assert points.data.values is None
