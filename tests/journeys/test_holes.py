"""What is painted and framed on a photograph: holes, masks, crops, and their undo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPointF, QRectF, Qt
from pytestqt.qtbot import QtBot

from tests.journeys.bad import picture
from tests.journeys.test_images import SOON, fill, press_run
from tests.journeys.window import Window
from tests.widgets.pointer import drag
from workbench.controllers.which import Opened

Opener = Callable[..., Window]


@pytest.fixture
def window(photographed: Window) -> Window:
    """The window with a photograph and a hole at its left."""
    return photographed


def test_a_dragged_crop_is_what_the_run_takes(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    """The form follows the drag; a smaller picture is seen whole again; the stored run brings its crop along."""
    window.navigator.choose_task("edit")
    canvas = window.images.input
    qtbot.waitUntil(lambda: canvas.image_rect().width() > 100, timeout=SOON)
    canvas.crop_action.trigger()  # a drag paints otherwise
    drag(canvas, *(canvas.to_widget(QPointF(x, 150)) for x in (200, 190, 120)))
    values = window.panel.values()
    assert (values["crop_x"], values["crop_y"], values["crop_side"]) == (0, 0, 300)
    fill(window, "edit", {"steps": 2, "count": 1})
    run = press_run(qtbot, window)
    assert window.desk.library.run(run).options["crop_side"] == 300
    assert window.images.result.image_size.width() == 28
    window.drop.open(picture(tmp_path))
    qtbot.waitUntil(lambda: canvas.image_size.width() == 28, timeout=SOON)
    assert window.panel.values()["crop_side"] == 0
    window.navigator.show_run(run)
    qtbot.waitUntil(lambda: canvas.crop == QRectF(0, 0, 300, 300), timeout=SOON)
    assert canvas.image_size.width() == 400
    assert window.panel.values()["model"] == "digits", "the model of the run, though one of colours would suit better"


def test_undo_takes_a_crop_back(qtbot: QtBot, window: Window) -> None:
    window.navigator.choose_task("edit")
    canvas = window.images.input
    qtbot.waitUntil(lambda: canvas.image_rect().width() > 100, timeout=SOON)
    canvas.crop_action.trigger()  # a drag paints otherwise
    drag(canvas, *(canvas.to_widget(QPointF(x, 150)) for x in (200, 190, 120)))
    assert canvas.crop == QRectF(0, 0, 300, 300)
    window.desk.actions["edit.undo"].trigger()
    assert window.panel.values()["crop_side"] == 0
    assert canvas.crop == QRectF(50, 0, 300, 300)
    window.desk.actions["edit.redo"].trigger()
    assert window.panel.values()["crop_side"] == 300


def test_undo_to_an_earlier_picture_brings_its_crop_back(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    """And redo the crop of the later one."""
    canvas = window.images.input
    crop = {"crop_x": 60, "crop_y": 70, "crop_side": 200}
    fill(window, "inpaint", crop)
    window.drop.open(picture(tmp_path))
    qtbot.waitUntil(lambda: canvas.image_size.width() == 28, timeout=SOON)
    form = window.panel.forms["inpaint"]
    assert form.values()["crop_side"] == 0
    window.desk.actions["edit.undo"].trigger()
    assert canvas.image_size.width() == 400
    assert window.panel.values()["model"] == "digits", "the model of the run, though one of colours would suit better"
    assert {name: form.values()[name] for name in crop} == crop
    window.desk.actions["edit.redo"].trigger()
    assert form.values()["crop_side"] == 0


@pytest.mark.parametrize(("rows", "columns", "words"), [
    ((0, 300), (0, 400), "covers everything"), ((0, 0), (0, 0), "covers nothing"),
    ((0, 300), (20, 330), "The hole is 310 px long"), ((0, 300), (50, 350), "The paint touches all of the 28×28 px")])
def test_a_mask_that_cannot_be_filled_never_becomes_a_run(qtbot: QtBot, window: Window, rows: tuple[int, int],
                                                          columns: tuple[int, int], words: str) -> None:
    mask = np.zeros((300, 400), np.float32)
    mask[slice(*rows), slice(*columns)] = 1
    window.images.input.set_mask(mask)
    qtbot.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert words in window.bar.sentence
    assert not window.desk.queue.alive()
    assert not window.desk.library.ids()


def test_a_hole_that_is_too_large_greys_run_and_says_why(qtbot: QtBot, window: Window) -> None:
    """On the button and where the result is to come; a smaller hole, or another task, can run."""
    mask = np.zeros((300, 400), np.float32)
    mask[0:300, 20:330] = 1
    window.images.input.set_mask(mask)
    panel, result = window.panel, window.images.result
    assert not panel.run.isEnabled()
    assert not panel.queue.isEnabled()
    assert "The hole is 310 px long" in panel.run.toolTip().replace("\n", " ")
    assert result.empty_text.startswith("The hole is 310 px long")
    window.navigator.choose_task("generate")
    assert panel.run.isEnabled()
    window.navigator.choose_task("inpaint")
    assert not panel.run.isEnabled()
    mask[:, 200:] = 0
    mask[:200] = 0
    window.images.input.set_mask(mask)
    assert panel.run.isEnabled()
    assert not panel.run.toolTip()
    assert result.empty_text == "Press Run to fill the hole."


def test_a_loaded_mask_is_confirmed(window: Window, tmp_path: Path) -> None:
    mask = np.zeros((300, 400), np.uint8)
    mask[:30] = 255
    Image.fromarray(mask).save(tmp_path / "hole.png")
    window.desk.complain("The mask before had another size.")
    window.picture.mask.open(tmp_path / "hole.png")
    assert window.status.sentence == "Loaded the mask hole.png; it covers 10 %"
    assert not window.bar.sentence


def test_paint_after_an_undone_picture_belongs_to_the_one_that_is_shown(window: Window) -> None:
    """The place in the history that the other picture had is taken by the stroke."""
    own = window.picture.pixels
    assert own is not None
    window.picture.put(Opened.of(np.zeros((300, 400, 3), np.uint8), "black"))
    window.desk.actions["edit.undo"].trigger()
    window.images.input.invert()
    assert np.array_equal(window.picture.pixels, own)
    window.desk.actions["edit.undo"].trigger()
    window.desk.actions["edit.redo"].trigger()
    assert np.array_equal(window.picture.pixels, own)
