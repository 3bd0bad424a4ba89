"""The density of a model beside the true one, and data of a line over time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import run, turned
from widgets.fields.course import Cursor, SideCurve
from widgets.fields.density import Contours, Heat
from widgets.fields.particles import Particles
from widgets.fields.paths import Trails
from workbench.fields.believed_store import BOX, CELLS
from workbench.fields.frames import ENDS

CELL = (BOX[2] - BOX[0]) * (BOX[3] - BOX[1]) / CELLS**2


def test_a_model_shows_the_density_it_believes_in(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points = turned(window, qtbot)
    (field,), store = points.field_page.fields, points.field.believed.store
    action = window.desk.actions["layer.model"]
    run(window, qtbot, count=50, steps=8)
    qtbot.waitUntil(lambda: not points.subjects.store.busy, timeout=SOON)
    assert not action.isEnabled(), "what is sampled with the truth itself believes nothing else"
    assert "choose a model" in " ".join(action.toolTip().split())
    assert "Choose a model" in window.desk.actions.lacks("layer.model")
    run(window, qtbot, prior="points-moons", data={"name": "moons"}, count=50, steps=8)
    qtbot.waitUntil(action.isEnabled, timeout=SOON)
    window.desk.stage.move(5)
    action.trigger()
    qtbot.waitUntil(lambda: isinstance(field.layer("model"), Contours), timeout=SOON)
    layer = field.layer("model")
    assert isinstance(layer, Contours)
    assert float(layer.values.sum()) * CELL == pytest.approx(1, abs=0.05), "a density sums to 1"
    window.desk.stage.move(6)
    assert field.layer("model") is None, "that of another step is none of this one"
    window.desk.stage.move(5)
    assert field.layer("model") is layer
    window.desk.stage.move(6)
    qtbot.waitUntil(lambda: store._now is not None, timeout=SOON)
    window.desk.stage.show(None)
    qtbot.waitUntil(lambda: not store.busy, timeout=SOON)
    assert np.isfinite(layer.values).all()


def test_a_line_is_seen_over_time(qtbot: QtBot, opened: Opener) -> None:
    """The density of every time under the paths, the present particles and their exact density at the cursor."""
    window = opened()
    points = turned(window, qtbot)
    page, course = points.field_page, points.field.course
    run(window, qtbot, data={"name": "two-peaks"}, sampler={"name": "euler-maruyama"}, count=40, steps=20)
    window.desk.actions["layer.course"].trigger()
    live = window.desk.stage.live
    assert live is not None
    assert live.opened is not None
    (field,) = page.course.fields
    qtbot.waitUntil(lambda: page.panels is page.course and isinstance(field.layer("density"), Heat), timeout=SOON)
    heat = field.layer("density")
    assert isinstance(heat, Heat)
    sums = heat.values.sum(axis=0) * (ENDS[1] - ENDS[0]) / len(heat.values)
    np.testing.assert_allclose(sums, 1, atol=0.02, err_msg="every column is a density")
    window.desk.stage.move(13)
    cursor, particles, paths = (field.layer(name) for name in ("cursor", "particles", "paths"))
    assert isinstance(cursor, Cursor)
    assert isinstance(particles, Particles)
    assert isinstance(paths, Trails)
    assert cursor.at == pytest.approx(-float(live.opened.times[13])), "time falls to the right"
    assert live.trajectory is not None
    np.testing.assert_allclose(particles.points[:, 1], live.trajectory.x(13)[:, 0])
    np.testing.assert_allclose(paths.paths[0, :, 1], [live.trajectory.x(k)[0, 0] for k in range(14)])
    qtbot.waitUntil(lambda: isinstance(field.layer("marginal"), SideCurve), timeout=SOON)
    assert course.time_at(live, cursor.at) == points.subjects.time(live)
    window.desk.actions["layer.snr"].trigger()
    cursor = field.layer("cursor")
    assert isinstance(cursor, Cursor)
    ratio = float(live.opened.alpha[13] / live.opened.sigma[13])
    assert cursor.at == pytest.approx(2 * np.log(ratio), abs=1e-6)
    qtbot.waitUntil(lambda: not course.busy, timeout=SOON)
    run(window, qtbot, data={"name": "moons"}, count=40, steps=4)
    assert page.panels is page.plane, "the plane has no such picture"


def test_a_consistency_model_believes_in_no_density(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points, action = turned(window, qtbot), window.desk.actions["layer.model"]
    run(window, qtbot, prior="points-moons", data={"name": "moons"}, count=20, steps=2)
    qtbot.waitUntil(action.isEnabled, timeout=SOON)
    action.trigger()
    qtbot.waitUntil(lambda: points.field_page.fields[0].layer("model") is not None, timeout=SOON)
    run(window, qtbot, prior="points-one-step", data={"name": "moons"}, sampler={"name": "consistency"}, count=20,
        steps=2)
    qtbot.waitUntil(lambda: not points.subjects.store.busy, timeout=SOON)
    assert not action.isEnabled()
    assert "no mean of the data, so its density means nothing" in " ".join(action.toolTip().split())
    assert points.field_page.fields[0].layer("model") is None
    assert not points.field.believed.store.busy, "none is made either"


def test_a_consistency_model_has_no_score_and_no_velocity_either(qtbot: QtBot, opened: Opener) -> None:
    """Layers that are shown go, with the sentence that the density has; the probe tells where the flow ends."""
    window = opened()
    points = turned(window, qtbot)
    (field,), actions, page = points.field_page.fields, window.desk.actions, points.field_page
    moons: dict[str, Any] = {"data": {"name": "moons"}, "count": 20, "steps": 2}

    def probed() -> str:
        page.probed.emit(0.5, 0.5)
        return "; ".join(field.told_more())

    run(window, qtbot, prior="points-moons", **moons)
    for name in ("score", "flow"):
        actions[f"layer.{name}"].trigger()
    window.desk.stage.move(1)
    qtbot.waitUntil(lambda: field.layer("score") is not None and field.layer("flow") is not None, timeout=SOON)
    assert "x\u0302\u2080, learned" in probed()
    run(window, qtbot, prior="points-one-step", sampler={"name": "consistency"}, **moons)
    window.desk.stage.move(1)
    qtbot.waitUntil(lambda: not points.subjects.store.busy and field.layer("score") is None, timeout=SOON)
    assert field.layer("flow") is None
    for name, found in (("score", "its score"), ("flow", "its velocity")):
        assert not actions[f"layer.{name}"].isEnabled()
        assert f"no mean of the data, so {found} means nothing" in " ".join(actions[f"layer.{name}"].toolTip().split())
    assert "no mean of the data, so its score means nothing" in page.note.text()
    told = probed()
    assert "score, learned means nothing" in told
    assert "end of flow" in told
    assert "x\u0302\u2080, learned" not in told
    run(window, qtbot, prior="points-moons", sampler={"name": "ddim"}, **moons)
    qtbot.waitUntil(lambda: field.layer("score") is not None, timeout=SOON)
    assert not page.note.text()
