"""Journeys of the Images workspace with real clicks and keys: launch, scrub, branch, compare, inpaint, repeat."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from engines.modalities.image import read_image, recipe_of
from workbench.library.records import State
from workbench.window import MainWindow
from workbench.workspaces.images import Mode

SOON = 60_000
Opener = Callable[..., MainWindow]


def fill(window: MainWindow, task: str, values: dict[str, Any]) -> None:
    """Choose a task and set some of its options."""
    window.navigator.choose_task(task)
    window.panel.forms[task].set_values(values)
    window.panel.changed.emit()


def press_run(qtbot: QtBot, window: MainWindow) -> str:
    """Click the primary button and wait for the end of the run; gives its id."""
    with qtbot.waitSignal(window.desk.queue.job_added, timeout=SOON) as added:
        qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    finished(qtbot, window)
    return str(added.args[0])


def finished(qtbot: QtBot, window: MainWindow) -> None:
    """Wait until nothing runs and the canvas has the last step."""
    def done() -> bool:
        live = window.desk.stage.live
        return not window.desk.queue.alive() and live is not None and live.samples is not None
    qtbot.waitUntil(done, timeout=SOON)
    qtbot.waitUntil(lambda: window.desk.stage.last == window.timeline.scrubber.slider.recorded, timeout=SOON)


def test_first_launch_draws_digits_by_itself(qtbot: QtBot, opened: Opener) -> None:
    """With an empty library the bundled model is sampling before anyone asked."""
    window = opened(autostart=True)
    qtbot.waitUntil(lambda: window.desk.stage.last >= 2, timeout=SOON)
    assert window.images.mode is Mode.GRID
    assert window.images.grid.count == 16
    assert window.panel.run.text().startswith("Run · about")
    qtbot.keyClick(window, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not window.desk.queue.alive(), timeout=SOON)
    assert window.desk.library.runs()[0].state is State.CANCELLED


def test_generate_scrub_branch_compare(qtbot: QtBot, opened: Opener) -> None:
    """Every step can be looked at, gone on from, and held against another run."""
    window = opened()
    fill(window, "generate", {"steps": 6, "count": 2, "sampler": {"name": "ddim", "eta": 0.5}})
    first = press_run(qtbot, window)
    stage = window.desk.stage
    assert stage.index == 6
    # the last step moves nothing, and has no noise left: panel, plots and slider say so alike
    assert window.equation.view.written("prior") == "–"
    assert set(window.plots.terms.readout) == set("– ·")
    assert window.plots.second.readout == "∞"
    for _ in range(3):
        qtbot.keyClick(window, Qt.Key.Key_Comma)
    assert stage.index == 3
    assert "step 3 / 6" in window.timeline.scrubber.readout.text()
    assert window.equation.view.values["prior"] > 0
    window.timeline.scrubber.views.pick("estimate")
    shown = window.images.grid.image(0)
    window.timeline.scrubber.views.pick("state")
    assert shown != window.images.grid.image(0)

    fill(window, "generate", {"guidance": 5.0})
    stage.move(3)
    qtbot.keyClick(window, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: stage.run not in {"", first}, timeout=SOON)
    finished(qtbot, window)
    parent, child = window.desk.queue.open_run(first), stage.live
    qtbot.waitUntil(lambda: not parent.loading, timeout=SOON)
    assert parent.trajectory is not None
    assert child is not None
    assert child.trajectory is not None
    for step in range(child.trajectory.first, 4):
        np.testing.assert_array_equal(child.trajectory.x(step), parent.trajectory.x(step))
    assert not np.array_equal(child.trajectory.x(6), parent.trajectory.x(6))
    assert window.desk.library.run(stage.run).branch_step == 3

    qtbot.keyClick(window, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: window.images.mode is Mode.COMPARE, timeout=SOON)
    assert stage.other is not None
    qtbot.keyClick(window, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: window.images.mode is Mode.GRID, timeout=SOON)


def picture(folder: Path) -> Path:
    """A grey cross of 28 × 28 pixels with a value for every place."""
    pixels = np.zeros((28, 28), np.uint8)
    pixels[12:16, 4:24] = pixels[4:24, 12:16] = 230
    pixels += np.arange(28, dtype=np.uint8)
    Image.fromarray(pixels).save(folder / "cross.png")
    return folder / "cross.png"


def paint(qtbot: QtBot, window: MainWindow) -> None:
    """One stroke with the brush over the middle of the picture."""
    canvas = window.images.input
    canvas.set_brush(size=8, soft=0)
    middle = canvas.image_rect().center().toPoint()
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle - QPoint(30, 0))
    qtbot.mouseMove(canvas, middle)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle + QPoint(30, 0))
    qtbot.waitUntil(lambda: canvas.coverage > 0)


@pytest.mark.parametrize("method", [{"name": "repaint", "jump": 2, "resample": 2}, {"name": "dps", "zeta": 1.0}])
def test_open_paint_inpaint_export_drop_back(qtbot: QtBot, opened: Opener, tmp_path: Path,
                                             method: dict[str, Any]) -> None:
    """The known pixels are the user's own, and the exported picture repeats the run to the bit."""
    window = opened()
    window.drop.open(picture(tmp_path))
    assert window.images.mode is Mode.PAIR
    paint(qtbot, window)
    fill(window, "inpaint", {"method": method, "steps": 8, "count": 2})
    press_run(qtbot, window)
    stage = window.desk.stage
    assert stage.live is not None
    sha = stage.live.sha256

    result = tmp_path / "result.png"
    window.export.picture(result)
    qtbot.waitUntil(lambda: result.exists() and not window.background.busy, timeout=SOON)
    own, made = read_image(picture(tmp_path), 1), read_image(result, 1)
    hole = window.images.input.mask_array() > 0
    assert hole.any()
    np.testing.assert_array_equal(made[~hole], own[~hole])
    assert recipe_of(result) is not None

    window.drop.open(result)
    button = next(b for b in window.bar.findChildren(QPushButton) if b.text() == "Repeat the run")
    with qtbot.waitSignal(window.desk.queue.job_added, timeout=SOON):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    finished(qtbot, window)
    assert stage.live is not None
    assert stage.live.sha256 == sha


def test_undo_takes_a_kept_result_back_with_its_mask(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    """The mask of an inpaint that is undone can be edited again."""
    window = opened()
    window.drop.open(picture(tmp_path))
    paint(qtbot, window)
    mask = window.images.input.mask_array().copy()
    fill(window, "inpaint", {"method": {"name": "repaint", "jump": 2, "resample": 1}, "steps": 4, "count": 1})
    press_run(qtbot, window)
    window.desk.actions["edit.keep"].trigger()
    assert window.images.input.coverage == 0
    window.desk.actions["edit.undo"].trigger()
    np.testing.assert_array_equal(window.images.input.mask_array(), mask)


def truncated(folder: Path) -> Path:
    """The first half of a PNG."""
    whole = picture(folder).read_bytes()
    (folder / "half.png").write_bytes(whole[:len(whole) // 2])
    return folder / "half.png"


def written(name: str, data: bytes) -> Callable[[Path], Path]:
    """A maker of a file with these bytes."""
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(data)
        return folder / name
    return make


def huge(folder: Path) -> Path:
    """A PNG that declares 20,000 × 20,000 pixels."""
    data = bytearray(picture(folder).read_bytes())
    data[16:24] = (20_000).to_bytes(4, "big") * 2
    import zlib
    data[29:33] = zlib.crc32(bytes(data[12:29])).to_bytes(4, "big")
    (folder / "huge.png").write_bytes(bytes(data))
    return folder / "huge.png"


NEWER = b'{"program": "diffusion-workbench", "version": 99, "task": "generate", "options": {}}'


@pytest.mark.parametrize(("make", "word"), [
    (lambda folder: folder / "missing.png", "missing.png"), (written("empty.png", b""), "empty"),
    (truncated, "half.png"), (written("text.png", b"hello"), "text.png"), (huge, "20000×20000"),
    (written("model.pt", b"\x80\x04."), "pickle"), (written("cut.safetensors", b"\x10\0\0\0"), "cut.safetensors"),
    (written("new.json", NEWER), "99"), (written("odd.json", b"[1, 2"), "recipe")])
def test_bad_files_get_one_sentence_and_the_queue_lives(qtbot: QtBot, opened: Opener, tmp_path: Path,
                                                        make: Callable[[Path], Path], word: str) -> None:
    """What cannot be opened is named with a remedy; nothing else changes."""
    window = opened()
    window.drop.open(make(tmp_path))
    sentence = window.bar.sentence
    assert word in sentence
    assert sentence.count(". ") == 0
    assert sentence.endswith(".")
    fill(window, "generate", {"steps": 1, "count": 1})
    press_run(qtbot, window)


def test_a_mask_of_nothing_or_everything_is_refused_before_it_runs(qtbot: QtBot, opened: Opener,
                                                                   tmp_path: Path) -> None:
    """Run says what is wrong with the mask, and no job is made."""
    window = opened()
    window.drop.open(picture(tmp_path))
    window.navigator.choose_task("inpaint")
    for mask, word in ((0.0, "nothing"), (1.0, "everything")):
        window.images.input.set_mask(np.full((28, 28), mask, np.float32))
        qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
        assert word in window.bar.sentence
    assert not window.desk.queue.jobs()


def test_what_was_done_is_there_after_a_restart(qtbot: QtBot, opened: Opener) -> None:
    """The library, the run on the canvas with all its steps, and the options of the form."""
    window = opened()
    fill(window, "generate", {"steps": 5, "count": 2, "guidance": 3.5})
    run = press_run(qtbot, window)
    assert window.desk.stage.live is not None
    sha = window.desk.stage.live.sha256
    window.close()
    again = opened()
    qtbot.waitUntil(lambda: again.desk.stage.run == run and again.desk.stage.last == 5, timeout=SOON)
    assert again.desk.stage.live is not None
    assert again.desk.stage.live.sha256 == sha
    assert again.panel.forms["generate"].values()["guidance"] == 3.5


def test_a_library_open_elsewhere_is_told_in_one_sentence(qtbot: QtBot, opened: Opener) -> None:
    """The second window still works, with a library of its own that is not kept."""
    opened()
    second = opened()
    assert "open" in second.bar.sentence
    assert not second.desk.library.lasting
    fill(second, "generate", {"steps": 1, "count": 1})
    press_run(qtbot, second)


@pytest.mark.parametrize("task", ["generate", "train"])
def test_an_interrupted_run_is_offered_and_goes_on_where_it_is_shown(qtbot: QtBot, opened: Opener, task: str) -> None:
    """A run left alive by a program that ended is resumed by one click, on its own workspace."""
    window = opened()
    if task == "train":
        fill(window, "train", {"name": "short", "steps": 100_000, "batch": 4, "width": 8, "mults": [1, 2], "groups": 4,
                               "head": 4, "attention": [], "validate_every": 0, "preview_every": 0})
    else:
        fill(window, "generate", {"steps": 1000, "count": 1})
    with qtbot.waitSignal(window.desk.queue.job_added, timeout=SOON) as added:
        qtbot.mouseClick(window.panel.run, Qt.MouseButton.LeftButton)
    run = str(added.args[0])
    qtbot.waitUntil(lambda: window.desk.queue.job(run).done >= 3, timeout=SOON)
    window.close()
    again = opened()
    button = next(b for b in again.bar.findChildren(QPushButton) if b.text() == "Resume")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: again.desk.queue.job(run).state is State.RUNNING, timeout=SOON)
    assert again.navigator.workspace == ("Train" if task == "train" else "Images")
    again.desk.queue.cancel(run)
    qtbot.waitUntil(lambda: not again.desk.queue.alive(), timeout=SOON)
