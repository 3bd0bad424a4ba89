"""Journeys on the canvas of images: what it says, what it takes, and what it lets one look at."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from engines import model_list
from engines.recipe import Recipe
from tests.engines.small import save_small
from tests.journeys.test_images import SOON, Opener, fill, paint, picture, press_run
from widgets.drawing.pixmaps import to_bytes
from workbench.controllers import which
from workbench.home import Home
from workbench.pages.images_page import Mode
from workbench.workspaces.images import Images


def colourful(folder: Path) -> Path:
    """A picture of 12 × 12 in two colours."""
    pixels = np.full((12, 12, 3), (200, 40, 40), np.uint8)
    pixels[:, 6:] = (20, 90, 220)
    Image.fromarray(pixels).save(folder / "colours.png", "PNG")
    return folder / "colours.png"


def test_the_empty_result_says_what_is_left_to_do(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    """Not to paint a hole that is painted."""
    window = opened()
    window.drop.open(picture(tmp_path))
    assert window.images.result.empty_text == "Paint the hole, then press Run."
    paint(qtbot, window)
    assert window.images.result.empty_text == "Press Run to fill the hole."
    fill(window, "noise", {})
    assert "noise" in window.images.result.empty_text
    fill(window, "inpaint", {})
    assert window.images.result.empty_text == "Press Run to fill the hole."
    window.desk.actions["edit.undo"].trigger()
    assert window.images.result.empty_text == "Paint the hole, then press Run."


def test_a_colour_picture_gets_the_colour_model_used_last(qtbot: QtBot, opened: Opener, home: Path,
                                                          tmp_path: Path) -> None:
    """A grey model would fill it in grey; a grey picture leaves the form as it is. Undo brings the model back."""
    models = Home(home).models
    save_small(models, channels=3, name="used")
    later = save_small(models, channels=3, name="unused")
    os.utime(later, (later.stat().st_atime, later.stat().st_mtime + 60))
    window = opened()
    fill(window, "generate", {"model": "used", "steps": 1, "count": 1})
    press_run(qtbot, window)
    window.drop.open(picture(tmp_path))
    assert window.panel.task == "inpaint"
    assert window.panel.values()["model"] == "digits"
    window.drop.open(colourful(tmp_path))
    assert window.panel.values()["model"] == "used"
    assert window.status.sentence == "Opened colours, 12 × 12; used is chosen for it, since digits knows no colours"
    window.desk.actions["edit.undo"].trigger()
    assert window.panel.values()["model"] == "digits"


@pytest.fixture
def grey_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if no model of colour pictures was bundled."""
    bundled = tmp_path / "bundled"
    bundled.mkdir()
    (bundled / "digits.safetensors").write_bytes((model_list.BUNDLED / "digits.safetensors").read_bytes())
    monkeypatch.setattr(model_list, "BUNDLED", bundled)


@pytest.mark.usefixtures("grey_alone")
def test_without_a_colour_model_it_is_said_that_the_fill_is_grey(opened: Opener, tmp_path: Path) -> None:
    window = opened()
    window.drop.open(colourful(tmp_path))
    assert window.panel.values()["model"] == "digits"
    assert "digits sees it in grey and fills it in grey" in window.status.sentence


@pytest.mark.usefixtures("grey_alone")
def test_a_model_is_called_by_its_name_and_a_task_says_what_it_does(opened: Opener, home: Path, tmp_path: Path) -> None:
    """A model that is given as a file, in a task that fills nothing."""
    file = save_small(Home(home).models, name="plain")
    window = opened()
    fill(window, "edit", {"model": "plain"})
    window.drop.open(colourful(tmp_path))
    assert "; plain sees it in grey and draws it in grey" in window.status.sentence
    fill(window, "edit", {"model": str(file)})
    assert window.images.input.words.startswith("plain sees")


def test_what_changes_the_mask_shows_it(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    """A mask that is loaded, inverted or cleared in Generate would change what nobody sees."""
    window = opened()
    window.drop.open(picture(tmp_path))
    paint(qtbot, window)
    for name in ("invert", "clear"):
        fill(window, "generate", {})
        assert window.images.mode is not Mode.PAIR
        window.desk.actions[f"edit.{name}"].trigger()
        assert (window.panel.task, window.images.mode) == ("inpaint", Mode.PAIR)
    assert window.images.input.coverage == 0


def test_an_enlarged_sample_zooms_by_keys_and_says_how_far(qtbot: QtBot, opened: Opener) -> None:
    """Ctrl++, Ctrl+− and Ctrl+0; the percentage stands over it and goes with it."""
    window = opened()
    fill(window, "generate", {"steps": 1, "count": 2})
    press_run(qtbot, window)
    actions, grid, zoom = window.desk.actions, window.images.grid, window.images.strip.findChild(QToolButton, "zoom")
    actions["view.zoom_in"].trigger()
    assert "click a sample" in window.status.sentence
    assert zoom.isHidden()
    grid.enlarge(1)
    fits = grid.large.zoom_percent
    assert zoom.text() == f"{fits:.0f}\u00a0%"
    actions["view.zoom_in"].trigger()
    assert grid.large.zoom_percent == pytest.approx(1.25 * fits)
    assert zoom.text() == f"{1.25 * fits:.0f}\u00a0%"
    actions["view.zoom_out"].trigger()
    actions["view.zoom_out"].trigger()
    assert grid.large.zoom_percent == pytest.approx(fits / 1.25)
    actions["view.fit"].trigger()
    assert grid.large.zoom_percent == pytest.approx(fits)
    grid.enlarge(-1)
    assert zoom.isHidden()


def test_an_empty_canvas_has_the_buttons_that_fill_it(qtbot: QtBot, opened: Opener) -> None:
    """They go with the first picture, and lie under the words whatever the size."""
    window = opened()
    window.navigator.choose_task("edit")
    canvas, invitation = window.images.input, window.images.invitation
    assert invitation.isVisible()
    assert [button.text() for button in invitation.buttons.values()] == ["Open picture…", "Take a sample…",
                                                             "Use sample as picture"]
    for width in (1280, 1900):
        window.resize(width, 900)
        qtbot.waitUntil(lambda: abs(invitation.geometry().center().x() - canvas.rect().center().x()) <= 1)
    fill(window, "generate", {"steps": 2, "count": 1})
    press_run(qtbot, window)
    window.navigator.choose_task("edit")
    invitation.buttons["edit.take"].click()
    assert canvas.pyramid is not None
    assert not invitation.isVisible()


def test_the_task_that_is_turned_to_takes_the_sample_that_was_selected(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    fill(window, "generate", {"steps": 2, "count": 3})
    press_run(qtbot, window)
    live = window.desk.stage.live
    assert live is not None
    assert live.samples is not None
    window.desk.stage.choose(2)
    chosen = to_bytes(live.samples[2])
    window.navigator.choose_task("invert")
    assert not window.desk.stage.recorded, "nothing was inverted yet"
    window.desk.actions["edit.take"].trigger()
    taken = window.spaces.find(Images).picture.pixels
    assert taken is not None
    assert np.array_equal(np.squeeze(taken), np.squeeze(chosen))


def test_a_sample_is_found_behind_any_number_of_runs_of_points(qtbot: QtBot, opened: Opener,
                                                              monkeypatch: pytest.MonkeyPatch) -> None:
    window = opened()
    fill(window, "generate", {"steps": 2, "count": 1})
    press_run(qtbot, window)
    monkeypatch.setattr(which, "RECENT", 1)
    window.desk.queue.submit(Recipe("sample-points", {"steps": 2, "count": 2}))
    qtbot.waitUntil(lambda: not window.desk.queue.alive(), timeout=SOON)
    assert which.newest_sample(window.desk.library, window.desk.queue.engines) is not None


def test_tools_answer_to_their_keys_as_soon_as_there_is_something_to_paint_on(
        qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    """No click on the canvas is needed."""
    window = opened()
    fill(window, "generate", {"steps": 2, "count": 1})
    press_run(qtbot, window)
    window.desk.stage.move(0)
    window.desk.actions["run.paint"].trigger()
    qtbot.waitUntil(window.images.paint.hasFocus)
    window.branch.leave()
    window.drop.open(picture(tmp_path))
    qtbot.waitUntil(window.images.input.hasFocus)
    QTest.keyClick(window.windowHandle(), Qt.Key.Key_R)
    assert window.images.input.tool.title == "Rectangle"
