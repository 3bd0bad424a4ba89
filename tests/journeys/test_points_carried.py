"""Data, denoiser and path that were chosen in one task of points, when the user turns to another."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import Opener
from tests.journeys.points import chosen, filled, form_of, run, turned
from tests.journeys.window import Window

MOONS = {"name": "moons", "noise": 0.1}
STRAIGHT = {"name": "straight"}


def named(value: object) -> object:
    """The name of what is chosen."""
    return value["name"] if isinstance(value, dict) else None


def test_the_choices_come_along_and_undo_leaves_them_behind(qtbot: QtBot, opened: Opener) -> None:
    """Also through a task that has none of them, and back; the line at the bottom says it."""
    window = opened()
    turned(window, qtbot)
    filled(window, data=MOONS, prior="points-moons", path=STRAIGHT)
    window.panel.task_chosen.emit("study")
    window.panel.task_chosen.emit("interpolate-points")
    values = form_of(window).values()
    assert (values["data"], values["prior"]) == (MOONS, "points-moons")
    assert named(values["path"]) != "straight", "a model brings its own"
    assert "Data and denoiser came along from" in window.status.sentence
    window.desk.actions["edit.undo"].trigger()
    assert window.panel.task == "interpolate-points"
    assert form_of(window).values()["prior"] == "exact"
    filled(window, data={"name": "ring"}, prior="exact")
    window.panel.task_chosen.emit("sample-points")
    assert named(form_of(window).values()["data"]) == "ring"


def test_what_nobody_chose_stays(qtbot: QtBot, opened: Opener) -> None:
    """Each task begins with the data that suit it."""
    window = opened()
    turned(window, qtbot)
    for task in ("train-points", "likelihood"):
        before = window.panel.forms[task].values()
        window.panel.task_chosen.emit(task)
        assert form_of(window).values() == before


def test_a_run_of_the_library_keeps_its_own(qtbot: QtBot, opened: Opener) -> None:
    """Turning to the task of a run that is opened brings nothing along."""
    window = opened()
    turned(window, qtbot)
    made = run(window, qtbot, count=20, steps=2, data=MOONS)
    window.panel.task_chosen.emit("likelihood")
    chosen(window, "data", "checkerboard")
    window.navigator.show_run(made)
    assert window.panel.task == "sample-points"
    assert form_of(window).values()["data"] == MOONS


def test_what_a_task_cannot_work_with_stays_behind(qtbot: QtBot, opened: Opener) -> None:
    """On a line there is no arc between two points."""
    window = opened()
    turned(window, qtbot)
    filled(window, data={"name": "uniform"}, path=STRAIGHT)
    window.panel.task_chosen.emit("interpolate-points")
    values = form_of(window).values()
    assert (named(values["data"]), named(values["path"])) == ("ring", "straight")
    assert "On a line there is no arc" in window.status.sentence


def test_the_data_that_were_chosen_to_be_trained_on_stay_with_the_name_of_their_model(
        qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    filled(window, data={"name": "ring"})
    window.panel.task_chosen.emit("train-points")
    filled(window, data={"name": "spiral"}, name="spiral-net")
    window.panel.task_chosen.emit("sample-points")
    filled(window, data=MOONS)
    window.panel.task_chosen.emit("train-points")
    values = form_of(window).values()
    assert (named(values["data"]), values["name"]) == ("spiral", "spiral-net")


def test_data_that_only_came_along_to_be_trained_on_follow_the_next_choice(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    for data in ("spiral", "grid"):
        window.panel.task_chosen.emit("sample-points")
        chosen(window, "data", data)
        window.panel.task_chosen.emit("train-points")
        assert named(form_of(window).values()["data"]) == data


def test_what_only_came_along_goes_on_following_after_a_restart(qtbot: QtBot, opened: Opener) -> None:
    """And what was chosen before goes along as well, though it is the usual value now."""
    for data in ("spiral", "grid", "ring"):
        window = opened()
        turned(window, qtbot)
        window.panel.task_chosen.emit("sample-points")
        chosen(window, "data", data)
        window.panel.task_chosen.emit("train-points")
        assert named(form_of(window).values()["data"]) == data
        window.close()


def test_what_was_chosen_to_be_trained_on_stays_after_a_restart(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    turned(window, qtbot)
    chosen(window, "data", "grid")
    window.panel.task_chosen.emit("train-points")
    chosen(window, "data", "spiral")
    window.close()
    again = opened()
    turned(again, qtbot)
    again.panel.task_chosen.emit("sample-points")
    chosen(again, "data", "moons")
    again.panel.task_chosen.emit("train-points")
    assert named(form_of(again).values()["data"]) == "spiral"


@pytest.mark.parametrize("kept", [5, {"chosen": 5, "brought": {}}, {"chosen": {"data": 5, "path": []}, "brought": []},
                                  {"chosen": {"data": "moon", "prior": {}}, "brought": {"train-points": 5}}])
def test_a_damaged_session_brings_nothing_along(qtbot: QtBot, shared: Window, kept: object) -> None:
    carried = turned(shared, qtbot).carried
    before = carried.kept
    carried.bring_back(kept)
    assert {name: part for name, part in carried.kept.items() if part} == {name: part for name, part in before.items()
                                                                          if part}
