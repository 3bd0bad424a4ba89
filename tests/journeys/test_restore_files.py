"""A photograph with a hole painted on it, or a blur drawn beside it: seen, restored, exported, and run again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from engines.recipe_png import recipe_of
from tests.journeys.conftest import SOON, Opener
from tests.journeys.photograph import photograph
from tests.journeys.test_images import press_run
from tests.journeys.window import Window
from workbench.workspaces.images import Images

QUICK = {"model": "digits", "steps": 4, "count": 2, "noise": {"name": "gaussian", "level": 0}}
LEFT = Qt.MouseButton.LeftButton


def chosen(window: Window, file: Path, degradation: str) -> None:
    """The form of Restore with a picture and a degradation."""
    window.picture.open(file)
    window.navigator.choose_task("restore")
    window.panel.forms["restore"].set_values({**QUICK, "degradation": {"name": degradation}})
    window.panel.changed.emit()


def stroke(qtbot: QtBot, window: Window) -> None:
    """Paint a line through the middle of the picture."""
    canvas = window.images.input
    canvas.set_brush(size=40)
    start, end = (canvas.to_widget(QPointF(x, 150)).toPoint() for x in (180, 230))
    qtbot.mousePress(canvas, LEFT, pos=start)
    qtbot.mouseMove(canvas, end)
    qtbot.mouseRelease(canvas, LEFT, pos=end)


def test_a_photograph_has_a_hole_painted_is_restored_and_exported(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened()
    chosen(window, photograph(tmp_path), "mask")
    foreseen = window.spaces.find(Images).foreseen
    canvas = window.images.input
    assert canvas.masking, "the tools that paint a hole are there"
    qtbot.waitUntil(lambda: "The mask covers nothing" in window.images.result.empty_text, timeout=SOON)
    stroke(qtbot, window)
    qtbot.waitUntil(lambda: foreseen.shown is not None, timeout=SOON)
    press_run(qtbot, window)
    live = window.desk.stage.live
    assert live is not None
    measured = next(path for kind, path in live.files if kind == "shown" and path.stem == "measured")
    pixels = np.asarray(Image.open(measured))
    assert pixels.shape[:2] == (28, 28)
    assert (pixels[13:15, 12:16] == 128).all(), "the hole, at the size at which the model sees it"
    sides = window.spaces.find(Images).sides
    sides.sides(tmp_path / "sides.png")
    qtbot.waitUntil(lambda: (tmp_path / "sides.png").exists() and not window.background.busy, timeout=SOON)
    recipe = recipe_of(tmp_path / "sides.png")
    assert recipe is not None
    assert recipe.files.keys() == {"image.png", "mask.png"}


def test_no_paint_is_refused_in_a_sentence_and_other_degradations_need_none(qtbot: QtBot, opened: Opener,
                                                                            tmp_path: Path) -> None:
    window = opened()
    chosen(window, photograph(tmp_path), "mask")
    window.panel.run.click()
    assert "The mask covers nothing" in window.bar.sentence
    window.panel.forms["restore"].set_values({"degradation": {"name": "box"}})
    window.panel.changed.emit()
    assert not window.images.input.masking
    assert window.runs.recipe().files.keys() == {"image.png"}


def test_a_run_with_a_hole_comes_back_with_it_and_repeats_to_the_bit(qtbot: QtBot, opened: Opener,
                                                                     tmp_path: Path) -> None:
    window = opened()
    chosen(window, photograph(tmp_path), "mask")
    stroke(qtbot, window)
    mask = window.images.input.mask_array()
    seed = window.panel.values()["seed"]
    press_run(qtbot, window)
    run, first = window.desk.stage.run, window.desk.stage.live
    assert first is not None
    window.images.input.clear()
    window.navigator.show_run(run)
    qtbot.waitUntil(lambda: np.array_equal(window.images.input.mask_array(), mask), timeout=SOON)
    window.panel.forms["restore"].set_values({"seed": seed})
    press_run(qtbot, window)
    again = window.desk.stage.live
    assert again is not None
    assert again.run != run
    assert again.sha256 == first.sha256


def test_a_blur_is_drawn_and_undone_and_comes_back_with_its_run(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened()
    chosen(window, photograph(tmp_path), "kernel-blur")
    kernel = window.spaces.find(Images).files.kernel
    assert not kernel.panel.isHidden()
    pad, before = kernel.pad, kernel.pad.kernel
    board = pad.board()
    start, end = (QPoint(int(board.left() + share * board.width()), int(board.center().y())) for share in (0.2, 0.8))
    qtbot.mousePress(pad, LEFT, pos=start)
    qtbot.mouseMove(pad, end)
    qtbot.mouseRelease(pad, LEFT, pos=end)
    drawn = pad.kernel
    assert drawn.sum() > before.sum()
    window.desk.actions["edit.undo"].trigger()
    assert (pad.kernel == before).all()
    window.desk.actions["edit.redo"].trigger()
    assert (pad.kernel == drawn).all()
    press_run(qtbot, window)
    run = window.desk.stage.run
    window.desk.actions["kernel.clear"].trigger()
    assert (pad.kernel == before).all()
    window.navigator.show_run(run)
    qtbot.waitUntil(lambda: np.array_equal(pad.kernel, drawn), timeout=SOON)
    window.panel.forms["restore"].set_values({"degradation": {"name": "box"}})
    window.panel.changed.emit()
    assert kernel.panel.isHidden()


def test_a_kernel_is_opened_from_a_small_picture(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened()
    chosen(window, photograph(tmp_path), "kernel-blur")
    kernel = window.spaces.find(Images).files.kernel
    Image.fromarray(np.arange(25, dtype=np.uint8).reshape(5, 5)).save(tmp_path / "kernel.png")
    kernel.open(tmp_path / "kernel.png")
    assert (kernel.pad.kernel == np.arange(25).reshape(5, 5)).all()
    kernel.open(tmp_path / "photo.png")
    assert "has 400 × 300 px" in window.bar.sentence
    assert kernel.pad.kernel.shape == (5, 5)


@pytest.mark.parametrize("degradation", ["mask", "kernel-blur"])
def test_a_composition_asks_for_the_files_of_its_parts(qtbot: QtBot, opened: Opener, tmp_path: Path,
                                                       degradation: str) -> None:
    window = opened()
    chosen(window, photograph(tmp_path), "box")
    whole = {"name": "composition", "first": {"name": degradation}, "second": {"name": "jpeg"}}
    window.panel.forms["restore"].set_values({"degradation": whole})
    window.panel.changed.emit()
    assert window.images.input.masking is (degradation == "mask")
    assert window.spaces.find(Images).files.kernel.shown is (degradation == "kernel-blur")
