"""What else can be done in the window: presets, commands, films, the wipe, the clipboard, the library by keys."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QInputDialog, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from engines.recipe import Recipe
from engines.recipe_png import recipe_of
from tests.journeys.test_images import SOON, fill, paint, picture, press_run
from tests.journeys.window import Window
from widgets.drawing.pixmaps import from_qimage, to_qimage
from workbench.pages.images_page import Mode
from workbench.window import MainWindow

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
SMALL = {"steps": 3, "count": 2, "label": "3", "seed": 7, "sampler": {"name": "ddim", "eta": 0.5}, "guidance": 2.0}


def activate(qtbot: QtBot, window: MainWindow) -> None:
    """Keys of actions count in the active window only."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=SOON)


@pytest.fixture
def window(qtbot: QtBot, shared: MainWindow) -> MainWindow:
    """The window on Generate with nothing in the bar."""
    shared.bar.dismiss()
    activate(qtbot, shared)
    if shared.desk.stage.other is not None:
        shared.desk.stage.compare(None)
    fill(shared, "generate", SMALL)
    return shared


def entry(menu: QMenu, *words: str) -> None:
    """Open a menu and choose an entry of it, or of a menu in it."""
    menu.aboutToShow.emit()
    action = next(action for action in menu.actions() if action.text() == words[0])
    if len(words) > 1:
        inner = action.menu()
        assert isinstance(inner, QMenu)
        entry(inner, *words[1:])
    else:
        action.trigger()


def test_a_preset_is_saved_taken_and_deleted(qtbot: QtBot, window: MainWindow) -> None:
    """Ctrl+S asks for a name; the menu fills the form, a deleted preset comes back by undo."""
    qtbot.keyClick(window, Qt.Key.Key_S, CONTROL)
    dialog = window.findChild(QInputDialog)
    assert dialog is not None
    field = dialog.findChildren(QLineEdit)[0]
    assert field.text() == "generate digits"
    field.selectAll()
    qtbot.keyClicks(field, "Soft threes")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.findChild(QInputDialog) is None, timeout=SOON)
    activate(qtbot, window)
    fill(window, "generate", {"steps": 9, "label": "free", "sampler": {"name": "ddpm"}})
    menu = window.presets.menu
    entry(menu, "Soft threes")
    values = window.panel.values()
    assert {name: values[name] for name in SMALL} == SMALL
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert window.panel.values()["steps"] == 9
    entry(menu, "Delete", "Soft threes")
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()] == ["No presets yet; save one with Ctrl+S"]
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    entry(menu, "Soft threes")
    assert window.panel.values()["steps"] == 3


def test_a_preset_is_renamed_and_one_that_is_replaced_comes_back(qtbot: QtBot, window: MainWindow) -> None:
    """A name that another preset has is refused, and nothing that was saved is lost without undo."""
    for name, steps in (("Few", 3), ("Many", 8), ("Few", 4)):
        fill(window, "generate", {"steps": steps})
        window.presets.save(name)
    assert "Undo brings that back" in window.status.sentence
    window.desk.history.undo()
    entry(window.presets.menu, "Few")
    assert window.panel.values()["steps"] == 3
    entry(window.presets.menu, "Rename", "Few")
    dialog = window.findChild(QInputDialog)
    assert dialog is not None
    dialog.setTextValue("Many")
    dialog.accept()
    assert "already" in window.bar.sentence
    window.presets.rename(window.presets.folder / "Few.toml", "Fewest")
    few, fewest = (window.presets.folder / f"{name}.toml" for name in ("Few", "Fewest"))
    assert (few.exists(), fewest.exists()) == (False, True)
    window.desk.history.undo()
    assert (few.exists(), fewest.exists()) == (True, False)


@pytest.mark.parametrize("task", ["generate", "inpaint"])
@pytest.mark.skipif(os.name == "nt", reason="the line is quoted for the shell of this system")
def test_the_copied_command_does_the_same_to_the_bit(qtbot: QtBot, window: MainWindow, tmp_path: Path,
                                                     task: str) -> None:
    """What Ctrl+Shift+C puts on the clipboard runs in a shell and gives the samples of the window."""
    if task == "inpaint":
        window.drop.open(picture(tmp_path))
        paint(qtbot, window)
        fill(window, task, {"steps": 4, "count": 1, "method": {"name": "repaint", "jump": 2, "resample": 2}})
    qtbot.keyClick(window, Qt.Key.Key_C, CONTROL | SHIFT)
    line = QGuiApplication.clipboard().text()
    press_run(qtbot, window)
    live = window.desk.stage.live
    assert live is not None
    words = [*shlex.split(line), "--json", "--no-library", "--threads", "1", "--out", str(tmp_path / "out")]
    assert shlex.split(line)[2] == task
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=120)
    assert json.loads(done.stdout)["sha256"] == live.sha256


def saved(qtbot: QtBot, window: MainWindow, kind: str, file: Path, choice: int = 0) -> Path:
    """Export through the dialog; gives the file."""
    window.desk.actions[f"file.export_{kind}"].trigger()
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    dialog.selectNameFilter(dialog.nameFilters()[choice])
    dialog.fileSelected.emit(str(file))
    qtbot.waitUntil(lambda: file.exists() and not window.background.busy, timeout=SOON)
    dialog.close()
    qtbot.waitUntil(lambda: window.findChild(QFileDialog) is None, timeout=SOON)
    return file


def test_a_file_is_called_by_its_run_and_step(qtbot: QtBot, shared: Window, window: MainWindow) -> None:
    """Ten pictures of one folder must not all be sample.png."""
    run = press_run(qtbot, window)
    window.desk.library.rename(run, "Soft: threes")
    window.desk.stage.move(3)
    qtbot.waitUntil(lambda: window.desk.stage.finished, timeout=SOON)
    window.desk.stage.choose(1)
    assert shared.export.name(".png") == "Soft_ threes, seed 8.png"
    window.desk.stage.move(2)
    window.desk.stage.choose(1)
    assert shared.export.name(".png") == "Soft_ threes, seed 8, step 2.png"
    assert shared.export.name(" film.gif") == "Soft_ threes film.gif"
    window.desk.actions["file.export_picture"].trigger()
    (dialog,) = window.findChildren(QFileDialog)
    assert [Path(file).name for file in dialog.selectedFiles()] == ["Soft_ threes, seed 8, step 2.png"]
    dialog.close()
    qtbot.waitUntil(lambda: window.findChild(QFileDialog) is None, timeout=SOON)


def test_films_sheets_and_arrays_hold_the_run(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    """A frame a step in GIF and animated PNG, the sheet as it is shown, the numbers as they were recorded."""
    run = press_run(qtbot, window)
    live = window.desk.stage.live
    assert live is not None
    assert live.trajectory is not None
    for name, choice, kind in (("film.gif", 0, "GIF"), ("film.apng", 1, "PNG")):
        with Image.open(saved(qtbot, window, "film", tmp_path / name, choice)) as film:
            assert (film.format, getattr(film, "n_frames", 1)) == (kind, 4)
    own = Recipe.from_json(window.desk.library.recipe(run))
    window.desk.stage.move(2)
    sheet = saved(qtbot, window, "sheet", tmp_path / "sheet.png")
    for file in (tmp_path / "film.apng", sheet):
        assert recipe_of(file) == own
    with np.load(saved(qtbot, window, "arrays", tmp_path / "steps.npz")) as arrays:
        for step in range(4):
            assert np.array_equal(arrays["x"][step], live.trajectory.x(step))
            assert np.array_equal(arrays["x0"][step], live.trajectory.x0(step))
        assert Recipe.from_json(str(arrays["recipe"])) == own
    assert Recipe.from_json(saved(qtbot, window, "recipe", tmp_path / "it.json").read_text("utf-8")) == own


def test_before_and_after_under_one_divider(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    """W needs a result; then the divider follows the mouse, and W ends it."""
    window.drop.open(picture(tmp_path))
    qtbot.keyClick(window, Qt.Key.Key_W)
    assert window.bar.sentence == "There is no result to compare with yet; paint a hole and press Run."
    paint(qtbot, window)
    fill(window, "inpaint", {"steps": 2, "count": 1, "method": {"name": "dps"}})
    press_run(qtbot, window)
    assert not window.bar.sentence
    qtbot.keyClick(window, Qt.Key.Key_W)
    wipe = window.images.wipe
    assert window.images.mode is Mode.WIPE
    assert wipe.isVisible()
    qtbot.waitUntil(lambda: wipe.image_rect().width() > 50, timeout=SOON)
    box, height = wipe.image_rect(), int(wipe.image_rect().center().y())
    places, shown = (box.left() + 2, box.right() - 2), list[QImage]()
    for x in places:
        qtbot.mousePress(wipe, Qt.MouseButton.LeftButton, pos=QPoint(int(box.center().x()), height))
        qtbot.mouseMove(wipe, QPoint(int(x), height))
        qtbot.mouseRelease(wipe, Qt.MouseButton.LeftButton, pos=QPoint(int(x), height))
        shown.append(wipe.grab().toImage())
    assert shown[0] != shown[1]
    qtbot.keyClick(window, Qt.Key.Key_W)
    assert window.images.mode is Mode.PAIR


def test_a_picture_is_pasted_and_copied(qtbot: QtBot, window: MainWindow) -> None:
    """Ctrl+V takes the clipboard’s picture to inpaint, Ctrl+C gives a sample; text is refused in a sentence."""
    board = QGuiApplication.clipboard()
    pixels = np.random.default_rng(0).integers(0, 256, (40, 30, 3), np.uint8)
    board.setImage(to_qimage(pixels))
    qtbot.keyClick(window, Qt.Key.Key_V, CONTROL)
    assert window.picture.pixels is not None
    assert np.array_equal(window.picture.pixels, pixels)
    assert (window.images.mode, window.panel.task) == (Mode.PAIR, "inpaint")
    board.setText("no picture")
    qtbot.keyClick(window, Qt.Key.Key_V, CONTROL)
    assert window.bar.sentence == "The clipboard holds no picture; copy one and paste again."
    assert np.array_equal(window.picture.pixels, pixels)
    fill(window, "generate", SMALL)
    press_run(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_C, CONTROL)
    shown = window.images.grid.image(max(window.images.grid.selected, 0))
    assert np.array_equal(from_qimage(board.image().convertToFormat(QImage.Format.Format_RGB888)),
                          from_qimage(shown.convertToFormat(QImage.Format.Format_RGB888)))


def test_star_rename_delete_and_undo_by_keys(qtbot: QtBot, window: MainWindow) -> None:
    """S, F2 and Shift+Del act on the marked run, and Ctrl+Z takes them back one by one."""
    run = press_run(qtbot, window)
    library = window.desk.library
    title = library.run(run).title
    qtbot.keyClick(window, Qt.Key.Key_S)
    assert library.run(run).starred
    qtbot.keyClick(window, Qt.Key.Key_F2)
    field = next(f for f in window.run_list.findChildren(QLineEdit) if f.text() == title)
    field.selectAll()
    qtbot.keyClicks(field, "My threes")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: library.run(run).title == "My threes", timeout=SOON)
    assert next(row.title for row in window.run_list.rows if row.key == run) == "My threes"
    activate(qtbot, window)
    window.run_list.select(run)
    qtbot.keyClick(window, Qt.Key.Key_Delete, SHIFT)
    assert run not in [found.id for found in library.runs()]
    assert not library.home.run_folder(run).exists()
    assert not window.desk.stage.run
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: window.desk.stage.run == run and window.desk.stage.recorded, timeout=SOON)
    assert library.verify(run) == []
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert (library.run(run).title, library.run(run).starred) == (title, True)
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert not library.run(run).starred


def test_an_intermediate_is_kept_and_gone_on_from(qtbot: QtBot, window: MainWindow) -> None:
    """Ctrl+D stores the selected sample as it is at this step; U takes it as picture, and Edit goes on from it."""
    run = press_run(qtbot, window)
    window.desk.stage.move(2)
    window.images.grid.select(1)
    pixels = window.picture.sample_pixels()
    assert pixels is not None
    qtbot.keyClick(window, Qt.Key.Key_D, CONTROL)
    file = window.desk.library.home.run_folder(run) / "kept_step_0002_sample_02.png"
    qtbot.waitUntil(lambda: file.exists() and not window.background.busy, timeout=SOON)
    with Image.open(file) as kept:
        assert np.array_equal(np.asarray(kept), pixels[..., 0])
    qtbot.keyClick(window, Qt.Key.Key_U)
    assert window.picture.pixels is not None
    assert np.array_equal(window.picture.pixels, pixels)
    fill(window, "edit", {"steps": 4, "count": 1, "strength": 0.5})
    edited = press_run(qtbot, window)
    assert window.desk.library.run(edited).task == "edit"
    assert window.desk.stage.live is not None
    assert window.desk.stage.live.samples is not None


def test_two_runs_step_together(qtbot: QtBot, window: MainWindow) -> None:
    """Either side shows its own run at the same step, and the third what lies between them."""
    first = press_run(qtbot, window)
    fill(window, "generate", {"seed": 70, "label": "8"})
    second = press_run(qtbot, window)
    window.branch.compare_with(first)
    compare, queue = window.images.compare, window.desk.queue
    qtbot.waitUntil(lambda: window.images.mode is Mode.COMPARE, timeout=SOON)
    lives = [queue.live(run) for run in (second, first)]
    for key, step in ((Qt.Key.Key_Home, 0), (Qt.Key.Key_Right, 1), (Qt.Key.Key_Right, 2), (Qt.Key.Key_Left, 1)):
        qtbot.keyClick(window.timeline.scrubber.slider, key)
        assert window.desk.stage.index == step
        for live, pane in zip(lives, (compare.left, compare.right), strict=True):
            assert live is not None
            assert live.trajectory is not None
            expected = to_qimage(live.trajectory.x(step)[1])
            assert pane.grid.image(1).convertToFormat(expected.format()) == expected
    assert compare.between.grid.image(1) != compare.left.grid.image(1)
    qtbot.keyClick(window, Qt.Key.Key_C)
    assert window.images.mode is Mode.GRID
