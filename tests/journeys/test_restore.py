"""A damaged picture restored in the window: seen before it is run, refused where it cannot be, and told afterwards."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from engines.data.digits import digits
from tests.journeys.conftest import SOON, Opener
from workbench.controllers.foreseen import CAPTION
from workbench.library.records import State
from workbench.window import MainWindow
from workbench.workspaces.images import Images


@pytest.fixture
def digit(tmp_path: Path) -> Path:
    data, file = digits(), tmp_path / "seven.png"
    Image.fromarray(data.images[data.test[0], 0]).save(file)
    return file


def shown(window: MainWindow) -> np.ndarray:
    """The pixels on the result's side."""
    image = window.spaces.find(Images).canvas.result.image
    assert image is not None
    return np.array([[image.pixelColor(x, y).red() for x in range(image.width())] for y in range(image.height())])


def opened_digit(window: MainWindow, qtbot: QtBot, file: Path, **options: object) -> Images:
    """The window with the digit, and the form of Restore with some options."""
    space = window.spaces.find(Images)
    space.picture.open(file)
    window.navigator.choose_task("restore")
    window.panel.forms["restore"].set_values({"model": "digits", "steps": 4, "count": 2, **options})
    window.panel.changed.emit()
    qtbot.waitUntil(lambda: space.foreseen.shown is not None, timeout=SOON)
    return space


def test_a_picture_is_seen_damaged_then_restored_and_its_figures_are_kept(qtbot: QtBot, opened: Opener,
                                                                        digit: Path) -> None:
    window = opened()
    space = opened_digit(window, qtbot, digit, degradation={"name": "box"}, noise={"name": "gaussian", "level": 0})
    whole, damaged = np.asarray(Image.open(digit)).astype(int), shown(window)
    assert space.canvas.result.caption() == CAPTION
    assert (damaged != whole).any(), "the box is lost"
    assert (damaged == whole).mean() > 0.5, "and all else is as it was"
    with qtbot.waitSignal(window.desk.queue.job_finished, timeout=SOON):
        window.panel.run.click()
    run = window.desk.stage.run
    qtbot.waitUntil(lambda: window.desk.library.run(run).state is State.DONE, timeout=SOON)
    assert {"psnr", "psnr_mean", "psnr_measured", "residual"} <= window.desk.library.run(run).metrics.keys()
    kinds = [file.kind for file in window.desk.library.files(run)]
    assert kinds.count("shown") == 4
    assert kinds.count("image") == 2
    assert "step 4 of 4" in space.canvas.result.caption()
    assert "residual" in window.plots.second.heading.lower()


def test_another_degradation_is_seen_at_once(qtbot: QtBot, opened: Opener, digit: Path) -> None:
    window = opened()
    space = opened_digit(window, qtbot, digit, degradation={"name": "box"})
    before, seen = shown(window), space.foreseen.shown
    window.panel.forms["restore"].set_values({"degradation": {"name": "gaussian-blur", "width": 3.0}})
    window.panel.changed.emit()
    qtbot.waitUntil(lambda: space.foreseen.shown not in (None, seen), timeout=SOON)
    assert (shown(window) != before).any()
    window.panel.forms["restore"].set_values({"clean": False})
    window.panel.changed.emit()
    qtbot.waitUntil(lambda: space.canvas.result.image is None, timeout=SOON)


def test_methods_that_cannot_take_a_degradation_are_greyed_with_the_reason(qtbot: QtBot, opened: Opener,
                                                                           digit: Path) -> None:
    window = opened()
    opened_digit(window, qtbot, digit, degradation={"name": "gaussian-blur"})
    form = window.panel.forms["restore"]
    form.set_values({"method": {"name": "repaint"}})
    window.panel.changed.emit()
    qtbot.waitUntil(lambda: bool(form.problems()), timeout=SOON)
    assert "leaves none as it was; choose a mask" in next(iter(form.problems().values()))
    form.set_values({"degradation": {"name": "random-pixels"}})
    window.panel.changed.emit()
    qtbot.waitUntil(lambda: not form.problems(), timeout=SOON)
