"""A folder in the format of diffusers dropped on the window becomes a model, and samples are drawn with it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl
from pytestqt.qtbot import QtBot

from tests.engines.diffusers_folders import PLAIN, pipeline
from tests.journeys.test_bad_files import check_sentence
from tests.journeys.test_images import SOON, Opener, fill, press_run
from workbench.library.records import State


def dropped(path: Path) -> QMimeData:
    """What a file manager gives for a folder."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    return data


def test_a_dropped_folder_generates(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    """Twice, of which the second time finds the model that is there."""
    pipeline(tmp_path / "birds", PLAIN)
    window = opened()
    for told in ("converted from its folder. Its scheduler clips", "Model “birds” is in the model list."):
        window.drop.drop(dropped(tmp_path / "birds"))
        qtbot.waitUntil(lambda told=told: told in window.bar.sentence, timeout=SOON)
    qtbot.waitUntil(lambda: [row.key for row in window.model_list.rows].count("birds") == 1, timeout=SOON)
    fill(window, "generate", {"steps": 3, "count": 2, "model": "birds"})
    run = press_run(qtbot, window)
    assert window.desk.queue.job(run).state is State.DONE
    live = window.desk.stage.live
    assert live is not None
    assert live.samples is not None
    assert live.samples.shape[0] == 2


def test_a_bad_folder_is_told_and_nothing_changes(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    """Also one of its files says what is wrong with all of it."""
    pipeline(tmp_path / "birds", {**PLAIN, "act_fn": "gelu"})
    window = opened()
    models = window.desk.library.home.models
    for path in (tmp_path / "birds", tmp_path / "birds" / "model_index.json"):
        window.bar.dismiss()
        window.drop.drop(dropped(path))
        qtbot.waitUntil(lambda: bool(window.bar.sentence), timeout=SOON)
        check_sentence(window.bar.sentence, "act_fn", "gelu", "choose another model")
    assert not list(models.iterdir())
