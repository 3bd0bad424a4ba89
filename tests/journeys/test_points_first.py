"""The Points workspace at its first visit: the density is there at once, the first click gives particles."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import run, turned
from widgets.fields.density import Heat
from widgets.fields.line import DensityCurve
from widgets.fields.particles import Particles


def test_the_density_is_there_at_once_and_one_click_sends_particles(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points = turned(window, qtbot)
    field = points.field_page.fields[0]
    qtbot.waitUntil(lambda: isinstance(field.layer("density"), Heat), timeout=SOON)
    assert field.layer("particles") is None
    run(window, qtbot, steps=10)
    layer = field.layer("particles")
    assert isinstance(layer, Particles)
    assert len(layer.points) == 1000


def test_particles_and_density_follow_the_step(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points = turned(window, qtbot)
    run(window, qtbot, steps=10)
    field, stage = points.field_page.fields[0], window.desk.stage
    for step in (0, 9):
        stage.move(step)
        layer = field.layer("particles")
        assert isinstance(layer, Particles)
        assert stage.live is not None
        assert stage.live.trajectory is not None
        np.testing.assert_allclose(layer.points, stage.live.trajectory.x(step))
        qtbot.waitUntil(lambda: not points.subjects.store.busy, timeout=SOON)
        density = field.layer("density")
        assert isinstance(density, Heat)
        peak = density.span[1]
        assert (peak < 0.2) is (step == 0), "noise is a wide Gaussian with a peak of 0.16"


def test_a_line_is_shown_as_curves(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points = turned(window, qtbot)
    run(window, qtbot, steps=5, data={"name": "claw"})
    field = points.field_page.fields[0]
    assert field.plane.line
    qtbot.waitUntil(lambda: isinstance(field.layer("density"), DensityCurve), timeout=SOON)
    assert isinstance(field.layer("particles"), Particles)


@pytest.mark.parametrize("key", [Qt.Key.Key_3])
def test_its_key_leads_there_and_train_keeps_its_own(qtbot: QtBot, opened: Opener, key: Qt.Key) -> None:
    window = opened()
    qtbot.keyClick(window, key, Qt.KeyboardModifier.AltModifier)
    assert window.navigator.workspace == "points"
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert window.navigator.workspace == "train"
