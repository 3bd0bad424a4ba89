"""An edit begins midway: its strip and slider say so."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.journeys.bad import picture
from tests.journeys.conftest import Opener
from tests.journeys.test_images import fill, press_run


def test_steps_skipped_by_the_strength_are_named(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    """The slider begins where the run does; a branch has other words for the steps it has not."""
    window = opened()
    window.navigator.choose_task("edit")
    window.drop.open(picture(tmp_path))
    fill(window, "edit", {"steps": 10, "strength": 0.5, "count": 1})
    press_run(qtbot, window)
    stage, film, slider = window.desk.stage, window.timeline.film, window.timeline.scrubber.slider
    first = stage.first
    assert 0 < first < 10
    assert (film.accessibleDescription(), slider.first) == ("Skipped by the strength", first)
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert stage.index == first
    fill(window, "generate", {"steps": 4, "count": 1})
    press_run(qtbot, window)
    assert "Skipped" not in film.accessibleDescription()
    assert slider.first == 0
