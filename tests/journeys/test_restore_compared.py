"""Restored samples beside what they are compared with: the strip, the pair, the divider, the curves and the files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QFileDialog, QToolButton
from pytestqt.qtbot import QtBot

from engines.data.digits import digits
from engines.metrics.likeness import likenesses
from engines.recipe_png import recipe_of
from tests.journeys.conftest import SOON, Opener
from tests.journeys.test_images import press_run
from tests.journeys.window import Window
from widgets.drawing.pixmaps import from_qimage
from workbench.controllers.wiping import alike
from workbench.pages.images_page import Mode

BOX = {"model": "digits", "degradation": {"name": "box"}, "noise": {"name": "gaussian", "level": 0}, "steps": 4,
       "count": 2}


@pytest.fixture
def digit(tmp_path: Path) -> Path:
    data, file = digits(), tmp_path / "digit.png"
    Image.fromarray(data.images[data.test[3], 0]).save(file)
    return file


def restored(window: Window, qtbot: QtBot, file: Path, **options: object) -> None:
    """A finished run of Restore with its figures in the strip."""
    window.picture.open(file)
    window.navigator.choose_task("restore")
    window.panel.forms["restore"].set_values({**BOX, **options})
    window.panel.changed.emit()
    press_run(qtbot, window)
    if options.get("clean", True):
        qtbot.waitUntil(lambda: "dB" in window.images.results.caption(0), timeout=SOON)


def test_measured_picture_and_truth_stand_beside_the_samples_with_their_figures(qtbot: QtBot, opened: Opener,
                                                                                digit: Path) -> None:
    window = opened()
    restored(window, qtbot, digit)
    strip, live = window.images.results, window.desk.stage.live
    assert live is not None
    assert live.samples is not None
    whole = np.asarray(Image.open(digit))[..., None]
    names = [strip.caption(k).partition("\n")[0] for k in range(strip.count)]
    assert names[2:] == ["mean", "disagreement", "measured", "truth"]
    told = likenesses(np.concatenate([live.samples, live.samples.mean(0, keepdims=True)]), whole)
    for k, one in enumerate(told):
        assert strip.caption(k).partition("\n")[2] == f"{one.psnr:.1f} dB · {one.ssim:.2f}"
    strip.select(strip.beside_index + 1)
    assert window.images.result.caption() == "Truth"
    image = window.images.result.image
    assert image is not None
    assert np.array_equal(from_qimage(image), whole[..., 0])
    strip.select(strip.beside_index)
    assert window.images.result.caption() == "Measured"
    middle = window.images.middle
    assert not middle.isHidden()
    assert middle.image == window.images.result.image, "it stands between input and result, too"
    window.desk.actions["view.measured"].trigger()
    assert middle.isHidden()


def test_curves_of_the_run_are_chosen_and_read_at_the_step(qtbot: QtBot, opened: Opener, digit: Path) -> None:
    window = opened()
    restored(window, qtbot, digit)
    plots, live = window.plots, window.desk.stage.live
    assert live is not None
    assert plots.second.heading.startswith("Measurement residual")
    plots.which.pick("psnr")
    assert plots.second.heading.startswith("PSNR")
    for step in (1, 4):
        window.desk.stage.move(step)
        for name, words in (("psnr", "PSNR {:.1f}"), ("ssim", "SSIM {:.3f}"), ("residual-rms", "Residual {:.3f}")):
            assert plots.which.button(name).text() == words.format(live.curve(name)[step])
    # the last estimates are the samples
    assert live.curve("psnr")[4] == pytest.approx(live.measured["psnr"])


def test_the_noise_of_the_measurement_stands_dashed_beside_the_residual(qtbot: QtBot, opened: Opener,
                                                                        digit: Path) -> None:
    window = opened()
    restored(window, qtbot, digit, noise={"name": "gaussian", "level": 25})
    live = window.desk.stage.live
    assert live is not None
    assert "dashed: σ_y" in window.plots.second.heading
    assert float(window.plots.second.readout.split()[-1]) == pytest.approx(live.curve("sigma-y")[-1], rel=0.05)


def test_a_damaged_picture_has_a_residual_and_nothing_to_choose(qtbot: QtBot, opened: Opener, digit: Path) -> None:
    window = opened()
    restored(window, qtbot, digit, clean=False)
    assert window.plots.which.isHidden()
    assert window.plots.second.heading.startswith("Measurement residual")
    strip = window.images.results
    assert [strip.caption(k) for k in range(2, strip.count)] == ["mean", "disagreement", "measured"]


def test_wipe_and_difference_are_against_truth_or_measurement(qtbot: QtBot, opened: Opener, digit: Path) -> None:
    window = opened()
    restored(window, qtbot, digit)
    images, whole = window.images, np.asarray(Image.open(digit))
    window.desk.actions["view.wipe"].trigger()
    assert images.mode is Mode.WIPE
    assert images.wipe.image is not None
    assert np.array_equal(from_qimage(images.wipe.image), whole)
    images.wipe_tools.against.pick("measured")
    measured = from_qimage(images.wipe.image)
    assert not np.array_equal(measured, whole)
    images.wipe_tools.how.pick("difference")
    assert images.zoomable == (images.difference,)
    assert images.result.image is not None
    result = from_qimage(images.result.image).astype(float)
    assert np.allclose(images.difference.difference, (result - measured) / 127.5, atol=1e-5)
    images.wipe_tools.against.pick("truth")
    assert np.allclose(images.difference.difference, (result - whole) / 127.5, atol=1e-5)
    assert images.difference.caption() == "Result − truth"
    window.desk.actions["view.wipe"].trigger()
    assert images.mode is Mode.PAIR


def test_both_are_exported_with_the_recipe(qtbot: QtBot, opened: Opener, digit: Path, tmp_path: Path) -> None:
    window = opened()
    assert window.desk.actions.lacks("file.export_sides")
    restored(window, qtbot, digit)

    assert window.desk.actions.lacks("file.export_wipe") == "Show before and after first (W)"
    window.desk.actions["file.export_wipe"].trigger()
    assert "show before and after first" in window.bar.sentence

    def saved(action: str, name: str) -> np.ndarray:
        window.desk.actions[action].trigger()
        dialog = next(d for d in window.findChildren(QFileDialog) if d.isVisible())
        dialog.fileSelected.emit(str(tmp_path / name))
        dialog.close()
        qtbot.waitUntil(lambda: (tmp_path / name).exists() and not window.background.busy, timeout=SOON)
        qtbot.waitUntil(lambda: window.findChild(QFileDialog) is None, timeout=SOON)
        recipe = recipe_of(tmp_path / name)
        assert recipe is not None
        assert recipe.task == "restore"
        return np.asarray(Image.open(tmp_path / name))

    sheet = saved("file.export_sides", "sides.png")
    assert sheet.shape[1] == 3 * 280 + 4 * 16, "truth, measured picture and result, ten times as large"
    whole = np.asarray(Image.open(digit))
    assert np.array_equal(sheet[16:296:10, 16:296:10].reshape(28, 28, -1)[..., 0], whole)
    window.desk.actions["view.wipe"].trigger()
    window.images.wipe.set_divider(1.0)
    wipe = saved("file.export_wipe", "wipe.png")
    assert np.array_equal(wipe[16:296:10, 16:286:10].reshape(28, 27, -1)[..., 0], whole[:, :27])


def test_a_run_that_is_opened_again_has_all_of_it(qtbot: QtBot, opened: Opener, digit: Path) -> None:
    window = opened()
    restored(window, qtbot, digit)
    run, before = window.desk.stage.run, [window.images.results.caption(k) for k in range(6)]
    window.desk.stage.show(None)
    window.navigator.show_run(run)
    qtbot.waitUntil(lambda: window.images.results.count == 6 and "dB" in window.images.results.caption(0), timeout=SOON)
    assert [window.images.results.caption(k) for k in range(6)] == before


def test_beside_a_result_the_form_shows_what_would_be_measured_now(qtbot: QtBot, opened: Opener, digit: Path) -> None:
    """Another degradation is seen at once, and going back to that of the run shows what the run measured."""
    window = opened()
    restored(window, qtbot, digit)
    images, form = window.images, window.panel.forms["restore"]
    measured = images.middle.image
    assert images.middle.caption() == "Measured"

    def choose(degradation: str) -> None:
        form.set_values({"degradation": {"name": degradation}})
        window.panel.changed.emit()

    choose("lines")
    qtbot.waitUntil(lambda: images.middle.caption() == "As it would be measured now", timeout=SOON)
    assert images.middle.image != measured
    assert images.result.caption().startswith("Result"), "the result is still that of the run"
    choose("box")
    qtbot.waitUntil(lambda: images.middle.caption() == "Measured", timeout=SOON)
    assert images.middle.image == measured
    choose("lines")
    qtbot.waitUntil(lambda: images.middle.caption() == "As it would be measured now", timeout=SOON)
    window.desk.stage.show(None)
    qtbot.waitUntil(lambda: images.result.caption() == "As measured", timeout=SOON)


def test_a_sinogram_is_no_picture_to_wipe_against(qtbot: QtBot, opened: Opener, digit: Path) -> None:
    window = opened()
    restored(window, qtbot, digit, degradation={"name": "radon"}, method={"name": "dps"})
    window.desk.actions["view.wipe"].trigger()
    against = window.images.wipe_tools.against
    assert against.value() == "truth"
    assert "Measured" not in [button.text() for button in against.findChildren(QToolButton)]
    assert alike((7, 14, 1), (1, 28, 56))
    assert not alike((136, 30, 1), (1, 96, 96))
    assert not alike((7, 14, 1), ())
