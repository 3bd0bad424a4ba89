"""Where estimates are shown, paths are arrows from the particles to them; and a run that waits invites to no other."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import run, turned
from tests.journeys.test_lesson_runs import LONG, ended, put_to_work
from widgets.fields.links import Links
from widgets.fields.paths import Trails
from workbench.controllers.points.field import LINKED
from workbench.frames import ESTIMATE, STATE
from workbench.workspaces.points import Points


@pytest.mark.parametrize(("data", "count"), [("moons", 30), ("moons", 2 * LINKED), ("claw", 30)])
def test_arrows_lead_from_particles_to_their_estimates(qtbot: QtBot, opened: Opener, data: str, count: int) -> None:
    """From the first of many, and from none on a line."""
    window = opened()
    points = turned(window, qtbot)
    run(window, qtbot, steps=10, count=count, data={"name": data}, sampler={"name": "ddim"})
    stage, field = window.desk.stage, points.field_page.fields[0]
    points.field_page.tools.bring_back(["paths"])
    stage.move(4)
    assert isinstance(field.layer("paths"), Trails | None)
    stage.look(ESTIMATE)
    layer, steps = field.layer("paths"), stage.live.trajectory if stage.live is not None else None
    assert steps is not None
    if data == "claw":
        assert layer is None
        return
    assert isinstance(layer, Links)
    np.testing.assert_allclose(layer.starts, steps.x(4)[:LINKED], rtol=1e-5)
    np.testing.assert_allclose(layer.ends, steps.x0(4)[:LINKED], rtol=1e-5)
    stage.look(STATE)
    assert isinstance(field.layer("paths"), Trails)


def test_a_run_that_waits_invites_to_no_other(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    put_to_work(window, qtbot, LONG)
    page = window.spaces.find(Points).field_page
    assert page.invitation.isVisible()
    window.desk.actions["lesson.tweedie"].trigger()
    qtbot.waitUntil(lambda: not page.invitation.isVisible(), timeout=SOON)
    assert window.spaces.find(Points).sheet.lesson.waits.isVisible()
    ended(window, qtbot)
