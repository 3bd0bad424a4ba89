"""A photograph and a model that sees 28 × 28 in grey: what is said before the run, and where its fill is shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPointF, QRectF
from pytestqt.qtbot import QtBot

from engines.modalities.image import read_image
from tests.journeys.bad import picture
from tests.journeys.photograph import QUICK
from tests.journeys.test_images import SOON, fill, press_run
from tests.journeys.window import Window
from tests.widgets.pointer import turn_wheel
from widgets.drawing.pixmaps import from_qimage
from workbench.frames import ESTIMATE, PULL, STATE
from workbench.pages.images_page import Mode
from workbench.running import jobs

Opener = Callable[..., Window]


@pytest.fixture
def window(photographed: Window) -> Window:
    """The window with a photograph and a hole at its left."""
    return photographed


def shown(window: Window) -> np.ndarray:
    """The result side as pixels (H, W[, 3])."""
    image = window.images.result.image
    assert image is not None
    return from_qimage(image)


def test_a_fill_is_shown_in_the_whole_picture_and_wiped_with_it(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    """At the end exactly what is exported; before it the state inside of its square; the divider compares the same."""
    press_run(qtbot, window)
    own = read_image(tmp_path / "photo.png", 3)
    stage = window.desk.stage
    files = [path for kind, path in (stage.live.files if stage.live else ()) if kind == "image"]
    qtbot.waitUntil(lambda: np.array_equal(shown(window), read_image(files[0], 3)), timeout=SOON)
    window.images.results.select(1)
    assert np.array_equal(shown(window), read_image(files[1], 3))
    hole = window.images.input.mask_array() > 0
    assert np.array_equal(shown(window)[~hole], own[~hole])
    assert (shown(window)[hole] != own[hole]).any()
    crop = window.images.input.crop
    assert crop == QRectF(0, 65, 140, 140)
    inside = np.zeros_like(hole)
    inside[65:205, :140] = True
    for view in (STATE, ESTIMATE):
        stage.look(view)
        stage.move(1)
        assert np.array_equal(shown(window)[~inside], own[~inside])
        # in grey, as the model sees it
        assert (np.ptp(shown(window)[inside].astype(int), axis=1) == 0).all()
    window.desk.actions["view.wipe"].trigger()
    wipe = window.images.wipe
    assert wipe.image is not None
    assert np.array_equal(from_qimage(wipe.image), own)
    assert wipe.after is not None
    assert wipe.after.size() == wipe.image_size
    stage.look(STATE)
    stage.move(stage.last)
    assert wipe.after is not None
    assert np.array_equal(from_qimage(wipe.after), read_image(files[1], 3))


def test_both_sides_zoom_and_move_together_and_the_square_can_be_seen_alone(qtbot: QtBot, window: Window) -> None:
    press_run(qtbot, window)
    images = window.images
    turn_wheel(images.input, images.input.to_widget(QPointF(60, 130)), 240)
    assert images.result.zoom_percent == pytest.approx(images.input.zoom_percent)
    window.images.fit()
    assert images.input.viewport.fits
    window.desk.actions["view.crop"].trigger()
    assert images.result.image_size.width() == 28
    window.images.zoom(2.0)
    assert images.input.viewport.zoom == images.result.viewport.zoom == 2.0
    window.desk.actions["view.wipe"].trigger()
    assert images.wipe.image_size.width() == 140
    window.desk.actions["view.crop"].trigger()
    assert images.wipe.image_size.width() == 400
    window.navigator.choose_workspace("points")
    window.desk.actions["view.wipe"].trigger()
    assert not window.bar.sentence, "there is no picture to compare with"
    assert "both are in Images" in window.status.sentence


def test_the_end_of_a_run_is_called_what_it_is(qtbot: QtBot, window: Window) -> None:
    """What has the user's own pixels pasted into it is no state; what has no value there is that of the last move."""
    press_run(qtbot, window)
    stage, result = window.desk.stage, window.images.result
    total = stage.last
    assert result.caption().startswith(f"Result · step {total} of {total} · seam ")
    stage.move(total - 1)
    assert result.caption().startswith(f"x_t · step {total - 1} of {total} · seam of x̂_0 ")
    stage.look(PULL)
    before = shown(window)
    assert result.caption() == f"pull · step {total - 1} of {total}"
    stage.move(total)
    assert result.caption() == "pull · last move"
    assert np.array_equal(shown(window), before)
    fill(window, "noise", {"steps": 4, "size": 28})
    stage.look(STATE)
    press_run(qtbot, window)
    assert result.caption() == "x_t · step 4 of 4"
    assert window.timeline.tree.accessibleDescription().startswith("No branches here")


def test_mean_and_disagreement_are_called_so(qtbot: QtBot, window: Window) -> None:
    """Enlarged beside the picture they are no result of the run, and a heat map says what its colours mean."""
    window.panel.forms["inpaint"].set_values({**QUICK, "count": 2})
    window.panel.changed.emit()
    press_run(qtbot, window)
    stage, result, strip = window.desk.stage, window.images.result, window.images.results
    end = f"step {stage.last} of {stage.last}"
    strip.select(strip.mean_index)
    assert result.caption() == f"Mean of 2 · {end}"
    strip.select(strip.disagreement_index)
    assert re.fullmatch(rf"Disagreement · 0 dark to [\d.]+ bright · {end}", result.caption())
    stage.move(stage.last - 1)
    assert result.caption().endswith(f"bright · x_t · step {stage.last - 1} of {stage.last}")
    strip.select(0)
    stage.move(stage.last)
    assert result.caption().startswith(f"Result · {end} · seam ")


def test_what_is_known_of_a_run_is_told_under_it_and_not_over_it(qtbot: QtBot, window: Window) -> None:
    """The bar would lie over the result: how the model saw the picture stands below, at the first run and any other."""
    for _ in range(2):
        press_run(qtbot, window)
        qtbot.waitUntil(lambda: "The model saw" in window.images.note.text(), timeout=SOON)
        assert window.images.note.isVisible()
        assert window.bar.sentence == ""


def test_noise_has_no_model_and_does_not_pretend_to(qtbot: QtBot, window: Window) -> None:
    """No branch that would be a copy, no estimate, and before the run nothing of the fill that was there."""
    press_run(qtbot, window)
    assert "Known-pixel" in window.plots.second.accessibleName()
    fill(window, "noise", {"steps": 4, "size": 28})
    scrubber = window.timeline.scrubber
    assert window.plots.second.accessibleName() == "log-SNR"
    assert scrubber.ends == ("", "")
    run = press_run(qtbot, window)
    assert scrubber.ends == ("data", "noise")
    assert not scrubber.views.button(ESTIMATE.name).isEnabled()
    for step, action in ((4, "run.branch"), (2, "run.branch"), (2, "run.paint")):
        window.bar.dismiss()
        window.desk.stage.move(step)
        window.desk.actions[action].trigger()
        assert "without a model" in window.bar.sentence
    assert [each.id for each in window.desk.library.tree(run)] == [run]
    fill(window, "generate", {"steps": 2, "count": 1})
    press_run(qtbot, window)
    assert scrubber.ends == ("noise", "data")
    assert scrubber.views.button(ESTIMATE.name).isEnabled()


def test_what_the_model_sees_is_said_before_and_after_the_run(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    canvas = window.images.input
    assert canvas.words == "digits sees 140 × 140 px as 28 × 28, in grey"
    canvas.clear()
    assert canvas.words == "digits sees a square around the hole as 28 × 28, in grey"
    window.desk.actions["edit.undo"].trigger()
    assert canvas.crop == QRectF(0, 65, 140, 140)
    press_run(qtbot, window)
    qtbot.waitUntil(lambda: "The model saw 140 × 140 px as 28 × 28" in window.images.note.text(), timeout=SOON)
    window.navigator.choose_task("edit")
    assert canvas.words == "digits sees 300 × 300 px as 28 × 28, in grey"
    window.navigator.choose_task("noise")
    assert canvas.words == "Noise takes 300 × 300 px as 64 × 64"
    window.navigator.choose_task("inpaint")
    window.drop.open(picture(tmp_path))
    qtbot.waitUntil(lambda: canvas.image_size.width() == 28, timeout=SOON)
    assert canvas.words == ""
    window.navigator.choose_task("edit")
    assert canvas.words == ""


def test_each_task_shows_its_own_runs_and_tools(qtbot: QtBot, window: Window) -> None:
    """What Edit made is not Inpaint’s; whoever comes back finds the run and the step that he left."""
    images, stage = window.images, window.desk.stage
    filled = press_run(qtbot, window)
    stage.move(2)
    fill(window, "edit", {"steps": 2, "count": 1})
    assert images.result.image is None
    assert images.result.empty_text == ("Paint on the picture or leave it as it is, then press Run to see variations "
                                        "of it.")
    assert not images.mask_tools.isVisible()
    edited = press_run(qtbot, window)
    window.navigator.choose_task("inpaint")
    assert (stage.run, stage.index) == (filled, 2)
    assert images.mask_tools.isVisible()
    window.navigator.choose_task("noise")
    assert stage.run == ""
    assert "noise destroys it" in images.input.empty_text
    assert not images.mask_tools.isVisible()
    assert images.results.count == 0
    window.navigator.choose_task("edit")
    assert stage.run == edited
    assert images.mode is Mode.PAIR


def test_what_is_exported_is_what_is_shown(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    """The whole picture at every step, as picture, kept step, sheet and film; with “Only the square” that alone."""
    run = press_run(qtbot, window)
    stage, export = window.desk.stage, window.export
    for cropped, step in ((False, 1), (False, 4), (True, 1), (True, 4)):
        if cropped is not window.desk.actions["view.crop"].isChecked():
            window.desk.actions["view.crop"].trigger()
        stage.move(step)
        names = [tmp_path / f"{cropped}_{step}{end}" for end in (".png", "_sheet.png", ".gif")]
        for file, write in zip(names, (export.picture, export.sheet, export.film), strict=True):
            write(file)
        qtbot.waitUntil(lambda: not window.background.busy, timeout=SOON)
        side = (28, 28) if cropped else (300, 400)
        wanted = shown(window)
        assert np.array_equal(read_image(names[0], 3)[..., :1 if wanted.ndim == 2 else 3].squeeze(), wanted)
        sheet, film = read_image(names[1], 3), Image.open(names[2])
        assert sheet.shape[:2] == (side[0] + 4, 2 * side[1] + 6)
        assert film.width / film.height == pytest.approx((2 * side[1] + 6) / (side[0] + 4), rel=0.02)
        film.close()
        if not cropped:
            assert np.array_equal(sheet[2:302, 2:402], wanted)
    window.desk.actions["view.crop"].trigger()
    stage.move(2)
    wanted = shown(window)
    export.keep_step()
    qtbot.waitUntil(lambda: not window.background.busy, timeout=SOON)
    kept = next(window.desk.library.home.run_folder(run).glob("kept_step_0002*"))
    assert np.array_equal(read_image(kept, 3), wanted)


def test_what_is_said_of_a_run_goes_with_it(qtbot: QtBot, window: Window) -> None:
    """When the user turns to another task; not before."""
    press_run(qtbot, window)
    qtbot.waitUntil(lambda: "The model saw" in window.images.note.text(), timeout=SOON)
    window.desk.stage.move(1)
    window.navigator.choose_task("inpaint")
    assert "The model saw" in window.images.note.text()
    window.navigator.choose_task("edit")
    assert not window.images.note.text()


def test_a_narrow_strip_leaves_out_what_has_a_key(window: Window) -> None:
    """Where there is no room the tools that the keyboard has too are left out, and nothing is squeezed."""
    strip, tools = window.images.strip, window.images.mask_tools
    needed = tools.sizeHint().width()
    strip.resize(640, strip.height())
    assert tools.sizeHint().width() < needed
    strip.resize(700, strip.height())
    assert tools.sizeHint().width() == needed


def test_a_run_of_another_task_is_opened_while_few_are_held(qtbot: QtBot, window: Window,
                                                            monkeypatch: pytest.MonkeyPatch) -> None:
    """Turning to its task shows what was there before, which must not push what is just opened out of memory."""
    monkeypatch.setattr(jobs, "KEPT", 0)
    runs = list[str]()
    for task in ("generate", "generate", "inpaint"):
        fill(window, task, {"steps": 3, "count": 2})
        runs.append(press_run(qtbot, window))
    for run in (runs[0], runs[2], runs[1]):
        window.navigator.show_run(run)
        qtbot.waitUntil(lambda run=run: window.desk.stage.run == run, timeout=SOON)
        assert window.desk.stage.recorded
        assert window.desk.stage.frames() is not None
