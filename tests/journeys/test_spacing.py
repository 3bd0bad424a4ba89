"""The spacing follows the sampler that is chosen, until it is chosen itself."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.window import Window


def choose(window: Window, name: str, value: str) -> None:
    """Choose from the list of an option, as a click does."""
    form = window.panel.form
    assert form is not None
    row = form.row(name)
    assert row is not None
    control = row.editor.control  # pyright: ignore[reportAttributeAccessIssue]
    control.setCurrentIndex(control.findData(value))
    control.activated.emit(control.currentIndex())


def spacing(window: Window) -> str:
    return window.panel.values()["spacing"]["name"]


@pytest.mark.parametrize("task", ["sample-points", "generate"])
def test_a_sampler_brings_the_spacing_that_suits_it(qtbot: QtBot, opened: Opener, task: str) -> None:
    window = opened()
    qtbot.waitUntil(lambda: window.desk.ready, timeout=SOON)
    window.navigator.choose_task(task)
    choose(window, "sampler", "heun")
    assert spacing(window) == "log-snr"
    assert window.status.sentence == "Spacing is Log-SNR now, which suits Heun"
    for _ in range(2):
        window.desk.actions["edit.undo"].trigger()
    assert (spacing(window), window.panel.values()["sampler"]["name"]) == ("uniform", "ddim")
    choose(window, "sampler", "rk4")
    assert spacing(window) == "log-snr"
    choose(window, "sampler", "dpm++2m")
    assert spacing(window) == "uniform"
    choose(window, "spacing", "edm")
    choose(window, "sampler", "plms")
    assert spacing(window) == "edm", "it was chosen by hand"


def test_what_a_recipe_asks_for_stays(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    qtbot.waitUntil(lambda: window.desk.ready, timeout=SOON)
    window.navigator.choose_task("sample-points")
    form = window.panel.form
    assert form is not None
    form.set_values({"sampler": {"name": "heun"}, "spacing": {"name": "uniform"}})
    window.panel.changed.emit()
    assert spacing(window) == "uniform"
