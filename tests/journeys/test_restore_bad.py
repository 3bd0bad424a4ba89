"""What Restore cannot take, in the window: one sentence each, or a result all the same; the next run is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from engines.tasks import extent
from tests.engines.small import save_anywhere, save_small
from tests.journeys.conftest import SOON
from tests.journeys.test_bad_files import a_run_succeeds, check_sentence
from tests.journeys.test_images import finished
from tests.journeys.window import Window
from workbench.library.records import State
from workbench.workspaces.images import Images

PIXELS = np.random.default_rng(0).integers(0, 256, (24, 30, 3), dtype=np.uint8)
LEFT = Qt.MouseButton.LeftButton
GOOD: dict[str, Any] = {"model": "any", "steps": 2, "count": 1, "degradation": {"name": "random-pixels", "share": 50},
                        "label": "free", "method": {"name": "ddnm"}, "clean": True,
                        "noise": {"name": "gaussian", "level": 0}}
Saver = Callable[[Path], None]


@pytest.fixture
def window(qtbot: QtBot, shared: Window, tmp_path: Path) -> Iterator[Window]:
    """The window with Restore, a small photograph, and small models: “any” of photographs, “tiny” of 8×8, “loud”."""
    if not [row for row in shared.model_list.rows if row.key == "loud"]:
        folder = shared.desk.library.home.models
        save_anywhere(folder)
        save_anywhere(folder, name="loud", bias=3000.0)
        save_small(folder)
        shared.desk.models_changed()
        qtbot.waitUntil(lambda: {"any", "loud", "tiny"} <= {row.key for row in shared.model_list.rows}, timeout=SOON)
    shared.bar.dismiss()
    usual(qtbot, shared, tmp_path)
    yield shared
    shared.bar.dismiss()


def usual(qtbot: QtBot, window: Window, folder: Path) -> None:
    """What can be restored is on the canvas and in the form."""
    Image.fromarray(PIXELS).save(folder / "usual.png")
    window.desk.stage.show(None)
    window.picture.open(folder / "usual.png")
    window.navigator.choose_task("restore")
    put(window)


def put(window: Window, **options: Any) -> None:
    window.panel.forms["restore"].set_values({**GOOD, **options})
    window.panel.changed.emit()


def refused(qtbot: QtBot, window: Window, *words: str) -> None:
    """The place of the result says what is wrong; Run repeats it, and nothing comes of it."""
    before = window.desk.library.ids()
    qtbot.waitUntil(lambda: words[0] in window.images.result.empty_text, timeout=SOON)
    qtbot.mouseClick(window.panel.run, LEFT)
    qtbot.waitUntil(lambda: bool(window.bar.sentence) and not window.desk.queue.alive(), timeout=SOON)
    check_sentence(window.bar.sentence, *words)
    ran = [run for run in window.desk.library.ids() if run not in before]
    assert all(window.desk.library.run(run).state is State.FAILED for run in ran)


@pytest.mark.parametrize(("options", "words"), [
    ({"degradation": {"name": "gaussian-blur", "width": 30}}, ("A width of 30 px is too large", "choose 12 px")),
    ({"degradation": {"name": "random-pixels", "share": 0.01}}, ("leaves none of 30×24 px", "choose a larger share")),
    ({"degradation": {"name": "box", "side": 0.1}}, ("leaves all of 30×24 px", "choose a larger box")),
    ({"degradation": {"name": "radon"}}, ("30×24 px", "crop it to 24×24 px")),
])
def test_a_degradation_that_does_not_fit_is_told_with_what_would(qtbot: QtBot, window: Window, tmp_path: Path,
                                                                 options: dict[str, Any], words: tuple[str, ...],
                                                                 ) -> None:
    put(window, **options)
    refused(qtbot, window, *words)
    put(window)
    a_run_succeeds(qtbot, window)


@pytest.mark.parametrize(("paint", "word"), [(0.0, "The mask covers nothing"), (1.0, "The mask covers everything")])
def test_a_mask_without_a_hole_or_without_a_known_pixel_is_told(qtbot: QtBot, window: Window, paint: float,
                                                                word: str) -> None:
    window.images.input.set_mask(np.full((24, 30), paint, np.float32))
    put(window, degradation={"name": "mask"})
    refused(qtbot, window, word)


@pytest.mark.parametrize(("kernel", "words"), [
    (np.zeros((3, 3), np.uint8), ("The kernel sums to 0", "draw one that is brighter")),
    (np.full((3, 41), 9, np.uint8), ("The kernel of 41×3 px is larger than the picture of 30×24 px", "draw a smaller")),
])
def test_a_kernel_that_cannot_blur_is_told(qtbot: QtBot, window: Window, tmp_path: Path, kernel: np.ndarray,
                                           words: tuple[str, ...]) -> None:
    put(window, degradation={"name": "kernel-blur"})
    Image.fromarray(kernel).save(tmp_path / "kernel.png")
    drawn = window.spaces.find(Images).files.kernel
    drawn.open(tmp_path / "kernel.png")
    refused(qtbot, window, *words)
    drawn.start_anew()


@pytest.mark.parametrize(("size", "words"), [
    ((1, 1), ("leaves none of 1×1 px", "choose a larger share")),
    ((80, 60), ("The picture has 80 × 60 px", "choose a crop of at most 40 px")),
])
def test_a_picture_that_is_too_small_or_too_large_is_told(
        qtbot: QtBot, window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int],
        words: tuple[str, ...]) -> None:
    """The limit is a ten-thousandth here: one of 8,000 × 6,000 px takes the window seconds to open and to pack."""
    monkeypatch.setattr(extent, "MOST", extent.MOST // 100**2)
    Image.new("L", size, 90).save(tmp_path / "odd.png")
    window.drop.open(tmp_path / "odd.png")
    qtbot.waitUntil(lambda: window.images.input.image_size.width() == size[0], timeout=SOON)
    refused(qtbot, window, *words)


def sixteen(file: Path) -> None:
    Image.fromarray(PIXELS[:, :, 0].astype(np.uint16) * 257).save(file, "PNG")


def cmyk(file: Path) -> None:
    Image.fromarray(PIXELS).convert("CMYK").save(file, "TIFF")


def animated(file: Path) -> None:
    picture = Image.fromarray(PIXELS)
    picture.save(file, "GIF", save_all=True, append_images=[picture.rotate(180)])


def transparent(file: Path) -> None:
    Image.fromarray(np.dstack([PIXELS, PIXELS[:, :, 0]])).save(file, "PNG")


@pytest.mark.parametrize("save", [sixteen, cmyk, animated, transparent])
def test_unusual_pictures_are_restored_without_noise(qtbot: QtBot, window: Window, tmp_path: Path, save: Saver) -> None:
    save(tmp_path / "odd")
    window.picture.open(tmp_path / "odd")
    qtbot.waitUntil(lambda: window.spaces.find(Images).foreseen.shown is not None, timeout=SOON)
    a_run_succeeds(qtbot, window)
    live = window.desk.stage.live
    assert live is not None
    assert live.samples is not None
    assert live.samples.shape == (1, 3, 24, 30)


def test_a_model_of_other_channels_and_size_is_said_with_what_would_fit(qtbot: QtBot, window: Window) -> None:
    put(window, model="tiny")
    a_run_succeeds(qtbot, window)
    told = window.desk.library.run(window.desk.stage.run).notes
    assert "sees a square of 24 × 24 px as 8 × 8 in grey; choose a model of colour pictures of any size" in told


def test_a_run_that_diverges_keeps_its_steps_and_names_the_remedy(qtbot: QtBot, window: Window) -> None:
    put(window, model="loud", steps=40, method={"name": "dps", "rule": "automatic"})
    with qtbot.waitSignal(window.desk.queue.job_finished, timeout=SOON) as ended:
        qtbot.mouseClick(window.panel.run, LEFT)
    run = str((ended.args or [""])[0])
    assert window.desk.queue.job(run).state is State.FAILED
    qtbot.waitUntil(lambda: "Sampling diverged" in window.bar.sentence, timeout=SOON)
    check_sentence(window.bar.sentence, "choose more steps, less guidance or another method, such as DiffPIR")
    live = window.desk.queue.live(run)
    assert live is not None
    assert live.trajectory is not None
    kept = live.trajectory.x(live.trajectory.last)
    assert 0 < live.trajectory.last < 40
    assert np.isfinite(kept).all()
    put(window)
    a_run_succeeds(qtbot, window)
    finished(qtbot, window)
