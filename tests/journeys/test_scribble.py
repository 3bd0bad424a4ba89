"""Colours painted on the picture that Edit starts from: shown, taken by the run, kept with it and found again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from engines.modalities.colours import laid_over, read_colours
from engines.modalities.image import read_image
from engines.recipe import Recipe
from tests.journeys.bad import picture
from tests.journeys.conftest import SOON, Opener
from tests.journeys.test_images import fill, press_run
from tests.journeys.window import Window
from tests.widgets.pointer import drag

RED = QColor(200, 40, 30)
GREY = round(0.299 * 200 + 0.587 * 40 + 0.114 * 30)


def editing(window: Window, folder: Path) -> Window:
    """Edit with a picture and the model of digits."""
    window.navigator.choose_task("edit")
    window.drop.open(picture(folder))
    fill(window, "edit", {"model": "digits", "steps": 4, "count": 1, "strength": 0.5})
    return window


def stroke(window: Window) -> np.ndarray:
    """Paint a line across the picture; gives the paint."""
    canvas = window.images.input
    size = canvas.image_size
    drag(canvas, *(canvas.to_widget(QPointF(size.width() * x, size.height() / 2)) for x in (0.2, 0.5, 0.8)))
    return canvas.colour_pixels()


def recipe(window: Window) -> Recipe:
    return Recipe.from_json(window.desk.library.recipe(window.desk.stage.run))


def test_a_stroke_goes_with_the_run_and_comes_back_with_it(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = editing(opened(), tmp_path)
    canvas, tools = window.images.input, window.images.colour_tools
    assert tools.isVisible()
    assert canvas.colour_mode
    tools.set_colour(RED)
    paint = stroke(window)
    assert paint[paint[..., 3] == 255][:, :3].tolist()[0] == [GREY] * 3, "the model is grey, and so is the brush"
    press_run(qtbot, window)
    files = recipe(window).files
    size = canvas.image_size.width(), canvas.image_size.height()
    assert (read_colours(files["paint.png"], size, "paint") == paint).all()
    (own,) = (read_image(data, 1) for name, data in files.items() if name != "paint.png")
    assert own.shape[:2] == paint.shape[:2], "the picture itself travels without the paint"
    canvas.clear()
    assert not canvas.has_paint
    window.navigator.load(window.desk.stage.run)
    qtbot.waitUntil(lambda: canvas.has_paint, timeout=SOON)
    assert (canvas.colour_pixels() == paint).all()


def test_without_paint_none_travels_and_undo_takes_a_stroke_back(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = editing(opened(), tmp_path)
    stroke(window)
    assert window.images.input.has_paint
    window.desk.actions["edit.undo"].trigger()
    assert not window.images.input.has_paint
    press_run(qtbot, window)
    assert "paint.png" not in recipe(window).files


def test_a_grey_model_makes_the_brush_grey_and_one_of_colours_gives_it_back(opened: Opener, tmp_path: Path) -> None:
    window = editing(opened(), tmp_path)
    tools = window.images.colour_tools
    tools.set_colour(RED)
    assert tools.colour == QColor(GREY, GREY, GREY)
    fill(window, "edit", {"model": "photos"})
    assert tools.colour == RED
    top = stroke(window)
    assert top[top[..., 3] == 255][:, :3].tolist()[0] == [200, 40, 30]
    assert laid_over(np.zeros((*top.shape[:2], 1), np.uint8), top).shape[2] == 3


def test_the_mask_of_inpaint_and_the_paint_of_edit_are_two(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = editing(opened(), tmp_path)
    canvas = window.images.input
    stroke(window)
    assert canvas.coverage == 0
    window.navigator.choose_task("inpaint")
    assert not canvas.colour_mode
    assert window.images.mask_tools.isVisible()
    stroke(window)
    assert canvas.coverage > 0
    window.navigator.choose_task("restore")
    assert not canvas.masking
    window.navigator.choose_task("edit")
    assert canvas.colour_mode
    assert canvas.has_paint


def test_keys_choose_tools_and_clear_what_is_painted(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = editing(opened(), tmp_path)
    canvas = window.images.input
    canvas.setFocus()
    before = canvas.brush_size
    qtbot.keyClick(canvas, Qt.Key.Key_BracketRight)
    assert canvas.brush_size > before
    stroke(window)
    qtbot.keyClick(canvas, Qt.Key.Key_E)
    assert canvas.tool.title == "Eraser"
    full = int(canvas.colour_pixels()[..., 3].astype(int).sum())
    stroke(window)
    assert int(canvas.colour_pixels()[..., 3].astype(int).sum()) < full
    window.desk.actions["edit.undo"].trigger()
    window.desk.actions["edit.clear_paint"].trigger()
    assert not canvas.has_paint
    window.desk.actions["edit.undo"].trigger()
    assert canvas.has_paint


def test_paint_is_there_at_the_next_start(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = editing(opened(), tmp_path)
    paint = stroke(window)
    window.close()
    later = opened()
    qtbot.waitUntil(lambda: later.images.input.image is not None, timeout=SOON)
    qtbot.waitUntil(lambda: later.images.input.has_paint, timeout=SOON)
    assert (later.images.input.colour_pixels() == paint).all()
