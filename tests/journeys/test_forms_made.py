"""A window makes the forms that are used, and finds at the next start what was chosen in them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import Opener


def test_forms_are_made_when_they_are_used_and_models_offered_in_each(qtbot: QtBot, opened: Opener) -> None:
    """At a start there is the one that is shown; one that comes later has the same models to choose from."""
    window = opened()
    panel = window.panel
    assert list(panel.forms.made) == [panel.task] == ["generate"]
    qtbot.mouseClick(window.top.tabs.button("train"), Qt.MouseButton.LeftButton)
    assert list(panel.forms.made) == ["generate", "train"]
    values = panel.forms["inpaint"].values()
    assert values["model"] == panel.forms["generate"].values()["model"] == "digits"


def test_what_was_chosen_comes_back_and_what_was_not_is_not_made(opened: Opener) -> None:
    """A form that was looked at and left alone costs the next start nothing."""
    window = opened()
    for task in ("inpaint", "edit", "generate"):
        window.navigator.choose_task(task)
    window.panel.forms["edit"].set_values({"steps": 7})
    window.close()
    again = opened()
    assert set(again.panel.forms.made) == {"generate", "edit"}
    assert again.panel.forms["edit"].values()["steps"] == 7
