"""A sampler that only lessons run, left in the form by one of them."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from engines.samplers.base import unlisted
from tests.journeys.conftest import Opener
from tests.journeys.points import filled, form_of, offered, turned


def test_it_is_shown_by_its_title_and_a_model_is_not_sampled_with_it(qtbot: QtBot, opened: Opener) -> None:
    """Its whole section begins anew, since one step suits no other sampler."""
    window = opened()
    turned(window, qtbot)
    before = form_of(window).values()
    assert "flow-map" not in offered(window, "sampler")
    filled(window, sampler={"name": "flow-map"}, steps=1, count=50)
    assert offered(window, "sampler")["flow-map"] == unlisted()["flow-map"].title
    window.navigator.choose_model("points-moons")
    values = form_of(window).values()
    assert values["prior"] == "points-moons"
    assert (values["sampler"], values["steps"], values["count"]) == (before["sampler"], before["steps"], 50)
    window.desk.actions["edit.undo"].trigger()  # the data of the model
    window.desk.actions["edit.undo"].trigger()
    assert form_of(window).values()["steps"] == 1
