"""Trainings of what is no mean of the data: the arrows that it does not have are not offered."""

from __future__ import annotations

from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import Opener
from tests.journeys.test_points_trained import trained, training
from widgets.fields.arrows import Arrows
from workbench.fields.belief_frames import Shown


@pytest.mark.parametrize(("objective", "offered", "first"), [
    ({"name": "consistency-training"}, {Shown.ESTIMATE, Shown.NONE}, Shown.ESTIMATE),
    ({"name": "flow-matching", "coupling": "optimal"}, {Shown.VELOCITY, Shown.ESTIMATE, Shown.NONE}, Shown.ESTIMATE),
    ({"name": "simple"}, set(Shown), Shown.SCORE)])
def test_only_arrows_that_it_has_are_offered(qtbot: QtBot, opened: Opener, objective: dict[str, Any],
                                             offered: set[Shown], first: Shown) -> None:
    window = opened()
    trained(window, qtbot, data={"name": "moons"}, objective=objective)
    view = training(window)
    buttons = {shown: view.bar.arrows.button(str(shown)) for shown in Shown}
    assert {shown for shown, button in buttons.items() if button.isEnabled()} == offered
    assert all("learns" in button.toolTip() for button in buttons.values() if not button.isEnabled())
    assert view.bar.look.shown is first
    layer = view.field.layer("arrows")
    assert isinstance(layer, Arrows)
    assert layer.title == ("score" if first is Shown.SCORE else "x̂₀")
    ends = Shown.VELOCITY not in offered
    assert ("where the flow through it ends" in buttons[Shown.ESTIMATE].toolTip()) is ends
