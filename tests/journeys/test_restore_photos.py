"""A photograph and the prior of photographs: hole painted, restored, exported; blurred, methods compared, table."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from engines.inverse.base import methods
from engines.modalities.image import read_image
from engines.recipe_png import recipe_of
from tests.journeys.conftest import SOON, Opener
from tests.journeys.photograph import photograph
from tests.journeys.test_images import press_run
from tests.journeys.window import Window
from widgets.drawing.pixmaps import from_qimage
from workbench.library.records import State
from workbench.pages.images_page import Mode
from workbench.workspaces.images import Images

SIDE = 64
LEFT = Qt.MouseButton.LeftButton
FEW = {"model": "photos", "steps": 4}


def chosen(qtbot: QtBot, window: Window, file: Path, **options: object) -> None:
    """A photograph dropped on the window, and the tab of Restore with some options."""
    window.drop.open(file)
    qtbot.waitUntil(lambda: window.images.input.image is not None, timeout=SOON)
    qtbot.mouseClick(window.panel.choice.button("restore"), LEFT)
    window.panel.forms["restore"].set_values({**FEW, **options})
    window.panel.changed.emit()


def stroke(qtbot: QtBot, window: Window) -> np.ndarray:
    """Paint over the middle with the mouse; what is painted (H, W)."""
    canvas = window.images.input
    canvas.set_brush(size=10, soft=0)
    start, end = (canvas.to_widget(QPointF(x, SIDE / 2)).toPoint() for x in (24, 40))
    qtbot.mousePress(canvas, LEFT, pos=start)
    qtbot.mouseMove(canvas, end)
    qtbot.mouseRelease(canvas, LEFT, pos=end)
    return canvas.mask_array() > 0


def written(qtbot: QtBot, window: Window, action: str, file: Path) -> None:
    """An action that asks where to, with that file in its dialog."""
    window.desk.actions[action].trigger()
    dialog = next(d for d in window.findChildren(QFileDialog) if d.isVisible())
    dialog.fileSelected.emit(str(file))
    dialog.close()
    qtbot.waitUntil(lambda: file.exists() and not window.background.busy, timeout=SOON)


def test_a_hole_in_a_photograph_is_painted_restored_and_exported(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    """In its own colours and size; what was known of it is there again, and the file repeats the run."""
    window = opened()
    chosen(qtbot, window, photograph(tmp_path, SIDE, SIDE), degradation={"name": "mask"}, count=1,
           method={"name": "ddnm"}, noise={"name": "gaussian", "level": 0})
    hole = stroke(qtbot, window)
    assert 0.02 < hole.mean() < 0.5
    foreseen = window.spaces.find(Images).foreseen
    qtbot.waitUntil(lambda: foreseen.shown is not None, timeout=SOON)
    run = press_run(qtbot, window)
    assert window.desk.queue.job(run).state is State.DONE
    written(qtbot, window, "file.export_picture", tmp_path / "out.png")
    whole, found = (read_image(tmp_path / name, 3) for name in ("photo.png", "out.png"))
    assert found.shape == (SIDE, SIDE, 3)
    assert np.abs(found.astype(int) - whole)[~hole].max() <= 1
    assert (found != whole)[hole].any()
    recipe = recipe_of(tmp_path / "out.png")
    assert recipe is not None
    assert (recipe.task, recipe.options["model"]) == ("restore", "photos")
    assert recipe.files.keys() == {"image.png", "mask.png"}


def test_a_blurred_photograph_is_restored_by_every_method_in_a_table(qtbot: QtBot, opened: Opener,
                                                                      tmp_path: Path) -> None:
    """By one button; the table goes into a file with every digit, and a row into the form."""
    window = opened()
    chosen(qtbot, window, photograph(tmp_path, 32, 32), degradation={"name": "gaussian-blur", "width": 1.0})
    page, library = window.spaces.find(Images).canvas.table, window.desk.library
    with qtbot.waitSignal(window.desk.queue.job_finished, timeout=SOON):
        window.desk.actions["run.restore-methods"].trigger()
    run = window.desk.stage.run
    qtbot.waitUntil(lambda: window.images.mode is Mode.TABLE and library.run(run).state is State.DONE, timeout=SOON)
    qtbot.waitUntil(lambda: all(row[1] or row[-1] for row in page.table.rows), timeout=SOON)
    figures = [float(row[1]) for row in page.table.rows if row[1]]
    assert len(page.table.rows) == len(methods())
    assert figures == sorted(figures, reverse=True)
    assert len(figures) >= 10
    assert any("pastes known pixels" in row[-1] for row in page.table.rows)
    written(qtbot, window, "file.export_table_of_results", tmp_path / "methods.csv")
    rows = list(csv.DictReader((tmp_path / "methods.csv").read_text(encoding="utf-8").splitlines()))
    assert [float(row["psnr"]) for row in rows if row["psnr"]] == pytest.approx(figures, abs=0.005)
    page.picked.emit(0)
    best = cast("dict[str, str]", window.panel.forms["restore"].values()["method"])["name"]
    assert methods()[best].listed() == page.table.rows[0][0]


def test_a_dropped_photograph_is_seen_in_colour_and_at_its_size(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    window = opened()
    chosen(qtbot, window, photograph(tmp_path, 80, 48), degradation={"name": "identity"},
           noise={"name": "gaussian", "level": 0})
    foreseen = window.spaces.find(Images).foreseen
    qtbot.waitUntil(lambda: foreseen.shown is not None, timeout=SOON)
    assert foreseen.shown is not None
    image = foreseen.shown.image
    assert (image.width(), image.height()) == (80, 48)
    assert np.array_equal(from_qimage(image), np.asarray(Image.open(tmp_path / "photo.png")))
