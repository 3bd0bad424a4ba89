"""Journeys about the library and what is taken out of it: marks, names, sizes, folders."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from engines.modalities.image import recipe_of
from tests.journeys.test_images import SOON, Opener, fill, finished, press_run
from workbench.controllers.files import corrected
from workbench.library.library import Library


def test_the_marked_row_and_the_names_follow_the_canvas(qtbot: QtBot, opened: Opener) -> None:
    """New runs, branches and runs of the palette are marked; a new name is everywhere; old errors are gone."""
    window = opened()
    stage, rows = window.desk.stage, window.run_list
    fill(window, "generate", {"steps": 3, "count": 1})
    first = press_run(qtbot, window)
    assert rows.selected == [first]
    stage.move(1)
    window.desk.actions["run.branch"].trigger()
    qtbot.waitUntil(lambda: stage.run not in {"", first}, timeout=SOON)
    finished(qtbot, window)
    assert rows.selected == [stage.run]
    window.help.palette.chosen.emit(f"run:{first}")
    qtbot.waitUntil(lambda: stage.run == first and stage.recorded, timeout=SOON)
    assert rows.selected == [first]
    rows.renamed.emit(first, "Mine")
    assert window.images.strip.words.startswith("Mine · 1 × 28 × 28")
    window.desk.actions["edit.undo"].trigger()
    assert not window.images.strip.words.startswith("Mine")


def test_a_run_that_goes_on_does_not_ask_the_library_at_every_step(qtbot: QtBot, opened: Opener,
                                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    """The list is put in order again when the library changed, its tree too; all runs are not read for that."""
    window = opened()
    fill(window, "generate", {"steps": 2, "count": 1})
    press_run(qtbot, window)
    qtbot.waitUntil(lambda: not window.run_list.rows[0].alive, timeout=SOON)
    window.library.refresh()
    window.desk.stage.grown.emit()
    asked = list[str]()
    for name in ("runs", "ids", "tree"):
        plain = getattr(Library, name)
        monkeypatch.setattr(Library, name, lambda *args, plain=plain, name=name: (asked.append(name), plain(*args))[1])
    for _ in range(20):
        window.library.refresh()
        window.desk.stage.grown.emit()
    assert not asked
    window.desk.library.star(window.desk.stage.run, True)
    window.library.refresh()
    window.desk.stage.grown.emit()
    assert asked == ["ids", "tree"]


def test_pictures_are_exported_in_three_sizes_where_the_last_one_went(qtbot: QtBot, opened: Opener,
                                                                      tmp_path: Path) -> None:
    """Every pixel becomes a square, the recipe stays inside, and the next dialog starts in the same folder."""
    window = opened()
    fill(window, "generate", {"steps": 1, "count": 4})
    press_run(qtbot, window)
    for action, name, side in (("picture", "one.jpg", 28 * 4), ("sheet", "all", None)):
        window.desk.actions[f"file.export_{action}"].trigger()
        dialog = window.findChild(QFileDialog)
        assert dialog is not None
        assert len(dialog.nameFilters()) == 3
        dialog.selectNameFilter(dialog.nameFilters()[1])
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


def test_a_wrong_extension_is_put_right_without_touching_another_file(tmp_path: Path) -> None:
    """What is written as GIF is named so; a file of that name was not offered for replacement."""
    kinds = "Animated PNG (*.apng *.png)"
    assert corrected(tmp_path / "film.PNG", kinds) == tmp_path / "film.PNG"
    assert corrected(tmp_path / "film.gif", kinds) == tmp_path / "film.apng"
    assert corrected(tmp_path / "film", "All files (*)") == tmp_path / "film"
    (tmp_path / "film.gif").touch()
    assert corrected(tmp_path / "film.png", "GIF (*.gif)") == tmp_path / "film-2.gif"


def test_a_kept_step_says_where_it_is(qtbot: QtBot, opened: Opener) -> None:
    """It is a file of the run, and one click takes it onto the canvas."""
    window = opened()
    fill(window, "generate", {"steps": 3, "count": 2})
    run = press_run(qtbot, window)
    window.desk.stage.move(2)
    window.desk.actions["run.keep_step"].trigger()
    qtbot.waitUntil(lambda: "is kept as kept_step_0002_sample_00.png" in window.bar.sentence, timeout=SOON)
    assert [file.kind for file in window.desk.library.files(run)].count("kept") == 1
