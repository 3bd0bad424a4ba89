"""What is taken out of a run: pictures, sheets, films, arrays, single steps."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from engines.recipe_png import recipe_of
from tests.journeys.test_images import SOON, Opener, fill, press_run
from workbench.controllers.export import SCALES
from workbench.controllers.files import first_folder, kind_of


def test_pictures_are_exported_in_three_sizes_where_the_last_one_went(qtbot: QtBot, opened: Opener,
                                                                      tmp_path: Path) -> None:
    """Every pixel becomes a square, the recipe stays inside, and the next dialog starts in the same folder."""
    window = opened()
    fill(window, "generate", {"steps": 1, "count": 4})
    press_run(qtbot, window)
    for action, name, side in (("picture", "one.png", 28 * 4), ("sheet", "all", None)):
        window.desk.actions[f"file.export_{action}"].trigger()
        dialog = window.findChild(QFileDialog)
        assert dialog is not None
        # a sheet can be as large as a film besides
        assert len(dialog.nameFilters()) == (3 if action == "picture" else 4)
        dialog.selectNameFilter(next(kind for kind in dialog.nameFilters() if "4 times" in kind))
        if action == "sheet":
            assert Path(dialog.directory().absolutePath()) == tmp_path
        dialog.fileSelected.emit(str(tmp_path / name))
        file = (tmp_path / name).with_suffix(".png")
        qtbot.waitUntil(lambda file=file: file.exists() and not window.background.busy, timeout=SOON)
        with Image.open(file) as picture:
            assert picture.width == (side or picture.width)
            assert picture.width % 4 == 0
        assert recipe_of(file) is not None
        dialog.close()
        qtbot.waitUntil(lambda: window.findChild(QFileDialog) is None, timeout=SOON)


def test_the_typed_extension_decides_what_is_written(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    """`film.apng` under the filter of GIF is an animated PNG; what cannot be written is refused by name."""
    window = opened()
    fill(window, "generate", {"steps": 2, "count": 1})
    press_run(qtbot, window)

    def save(action: str, name: str, filter_index: int = 0) -> None:
        window.desk.actions[f"file.export_{action}"].trigger()
        dialog = next(d for d in window.findChildren(QFileDialog) if d.isVisible())
        dialog.selectNameFilter(dialog.nameFilters()[filter_index])
        dialog.fileSelected.emit(str(tmp_path / name))
        dialog.close()
        qtbot.waitUntil(lambda: window.findChild(QFileDialog) is None, timeout=SOON)

    save("film", "film.apng")
    qtbot.waitUntil(lambda: (tmp_path / "film.apng").exists() and not window.background.busy, timeout=SOON)
    assert (tmp_path / "film.apng").read_bytes().startswith(b"\x89PNG")
    save("film", "moving", 1)
    qtbot.waitUntil(lambda: (tmp_path / "moving.apng").exists() and not window.background.busy, timeout=SOON)
    save("arrays", "recipe.json")
    assert window.bar.sentence == "“recipe.json” cannot be written; end the name in .npz."
    save("film", "film.mp4")
    assert window.bar.sentence == ("“film.mp4” cannot be written; "
                                   "end the name in .gif or .apng or .png or .webp or .zip.")
    assert sorted(file.name for file in tmp_path.iterdir() if file.is_file()) == ["film.apng", "moving.apng"]


def test_kinds_go_by_the_ending(tmp_path: Path) -> None:
    """The chosen filter goes before another one of the same ending; a dialog opens where there is a folder."""
    kinds = ";;".join(SCALES)
    large = list(SCALES)[1]
    assert kind_of(Path("a.PNG"), large, kinds) == large
    assert kind_of(Path("a.png"), "All files (*)", kinds) == next(iter(SCALES))
    assert kind_of(Path("a.json"), large, kinds) == ""
    assert first_folder(str(tmp_path)) == str(tmp_path)
    assert Path(first_folder(str(tmp_path / "gone"))).is_dir()


def test_a_kept_step_says_where_it_is(qtbot: QtBot, opened: Opener) -> None:
    """It is a file of the run, and one click takes it onto the canvas."""
    window = opened()
    fill(window, "generate", {"steps": 3, "count": 2})
    run = press_run(qtbot, window)
    window.desk.stage.move(2)
    window.desk.actions["run.keep_step"].trigger()
    qtbot.waitUntil(lambda: "is kept as kept_step_0002_sample_01.png" in window.bar.sentence, timeout=SOON)
    assert [file.kind for file in window.desk.library.files(run)].count("kept") == 1


def test_a_run_that_is_closed_before_its_film_is_written_is_in_it_all_the_same(qtbot: QtBot, opened: Opener,
                                                                               tmp_path: Path) -> None:
    """Films and arrays are written beside the window, and may wait there for another."""
    window = opened()
    fill(window, "generate", {"steps": 3, "count": 2})
    press_run(qtbot, window)
    first = threading.Event()
    for _ in range(2):  # as many as there are threads
        window.background.do(lambda: first.wait(20), lambda _done: None, lambda _why: None)
    export = window.export
    export.film(tmp_path / "film.gif")
    export.arrays(tmp_path / "steps.npz")
    window.desk.actions["view.close_run"].trigger()
    first.set()
    qtbot.waitUntil(lambda: not window.background.busy, timeout=SOON)
    with Image.open(tmp_path / "film.gif") as film:
        assert film.n_frames == 4  # pyright: ignore[reportAttributeAccessIssue]
    with np.load(tmp_path / "steps.npz") as arrays:
        assert arrays["x"].shape == (4, 2, 1, 28, 28)
