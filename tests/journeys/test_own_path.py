"""The user’s own path options outlive a look at a model, which brings its own path, and at the runs of one."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import chosen, filled, form_of, run, turned
from tests.journeys.window import Window

EXACT = "exact"
MODEL = "points-moons"
MINE = {"name": "ve", "sigma_min": 0.02, "sigma_max": 33.0}


def path(window: Window) -> dict[str, object]:
    """The path as the form has it, that is shown where no model is chosen."""
    value = form_of(window).values()["path"]
    assert isinstance(value, dict)
    return value


def test_options_of_a_run_with_a_model_leave_the_path_alone(qtbot: QtBot, opened: Opener) -> None:
    """It had no effect on that run: it is what the form happened to have then."""
    window = opened()
    turned(window, qtbot)
    qtbot.waitUntil(lambda: window.desk.ready, timeout=SOON)
    chosen(window, "prior", MODEL)
    old = run(window, qtbot, steps=3, count=20)
    chosen(window, "prior", EXACT)
    filled(window, path=MINE)
    mine = path(window)
    chosen(window, "prior", MODEL)
    window.navigator.show_run(old)
    qtbot.waitUntil(lambda: form_of(window).values()["steps"] == 3, timeout=SOON)
    chosen(window, "prior", EXACT)
    assert path(window) == mine
    assert window.desk.stage.run == old


def test_a_run_without_a_model_brings_its_path(qtbot: QtBot, opened: Opener) -> None:
    """Also where a model was chosen meanwhile; undo brings back the user’s own, which is seen without a model."""
    window = opened()
    turned(window, qtbot)
    qtbot.waitUntil(lambda: window.desk.ready, timeout=SOON)
    old = run(window, qtbot, steps=3, count=20, path={"name": "straight"})
    filled(window, path=MINE)
    mine = path(window)
    chosen(window, "prior", MODEL)
    window.navigator.show_run(old)
    qtbot.waitUntil(lambda: path(window)["name"] == "straight", timeout=SOON)
    window.desk.history.undo()
    assert form_of(window).values()["prior"] == MODEL
    chosen(window, "prior", EXACT)
    assert path(window) == mine
