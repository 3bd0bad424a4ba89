"""Score and flow on the canvas of points: as arrows or streamlines, and whose they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from engines.aim import Aim
from engines.data.points.base import point_sets
from engines.priors import exact_prior
from engines.process.vp_cosine import VPCosine
from widgets.fields.arrows import Arrows
from widgets.fields.paths import Streamlines
from widgets.fields.streamlines import streamlines
from workbench.actions import Actions
from workbench.fields.drawing import Ground, resting
from workbench.fields.frames import ARROWS, COVERED, CURVE, ENDS, LEARNED, FieldFrame, frame_of, grid
from workbench.fields.store import marginal_of
from workbench.pages.field_tools import FieldTools

PLANE = Ground(2)


def frame() -> FieldFrame:
    """Of a Gaussian: the score goes to the middle, the velocity around it."""
    points = grid(COVERED, *ARROWS)
    around = np.stack([-points[:, 1], points[:, 0]], axis=1)
    lines = streamlines(around.reshape(ARROWS[1], ARROWS[0], 2), COVERED)
    return FieldFrame(None, points, -points, around, lines)


def test_the_score_is_drawn_as_streamlines_and_the_flow_as_arrows_where_that_is_asked_for() -> None:
    shown = frame()
    plain = resting(shown, PLANE, {"score", "flow"}.__contains__)
    other = resting(shown, PLANE, {"score", "flow", "score_lines", "flow_arrows"}.__contains__)
    assert isinstance(plain["score"], Arrows)
    assert isinstance(plain["flow"], Streamlines)
    assert isinstance(other["score"], Streamlines)
    assert isinstance(other["flow"], Arrows)
    np.testing.assert_array_equal(other["flow"].vectors, shown.velocity)
    for line in other["score"].lines:  # all lead to the middle
        assert np.hypot(*line[-1]) < np.hypot(*line[0])


@pytest.mark.parametrize("whose", ["exact", LEARNED])
def test_legends_say_whose_field_it_is(whose: str) -> None:
    for styles in ((), ("score_lines", "flow_arrows")):
        layers = resting(replace(frame(), whose=whose), PLANE, {"score", "flow", *styles}.__contains__)
        for name, title in (("score", "score"), ("flow", "velocity")):
            layer = layers[name]
            assert isinstance(layer, Arrows | Streamlines)
            assert layer.title == f"{whose} {title}"
            assert f"{whose} {title}" in layer.told()


def test_on_a_line_both_are_arrows_that_say_whose_they_are() -> None:
    xs = np.linspace(*ENDS, CURVE)[:, None]
    layers = resting(FieldFrame(None, xs, -xs, xs, whose=LEARNED), Ground(1), lambda _: True)
    for name, title in (("score", "learned score"), ("flow", "learned velocity")):
        layer = layers[name]
        assert isinstance(layer, Arrows)
        assert layer.title == title


def test_a_style_shows_its_layer_and_is_kept(qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    actions = Actions(window)
    tools = FieldTools(actions)
    qtbot.addWidget(tools)
    heard = list[tuple[str, bool]]()
    tools.toggled.connect(lambda name, on: heard.append((name, on)))
    actions["layer.score_lines"].trigger()
    assert heard == [("score", True), ("score_lines", True)]
    assert {"score", "score_lines"} <= set(tools.kept)
    actions["layer.score_lines"].trigger()
    assert tools.shown("score"), "it is drawn otherwise, and not hidden"
    tools.bring_back(["flow", "flow_arrows"])
    assert sorted(tools.kept) == ["flow", "flow_arrows"]
    tools.turn(line=True)
    assert not actions["layer.flow_arrows"].isEnabled()


def test_streamlines_follow_the_flow_within_the_cell_of_an_arrow() -> None:
    """Near the data it turns there; the arrows are those of the flow at their own places."""
    marginal = marginal_of(exact_prior(point_sets()["moons"](), VPCosine()), (0.08, 1.0))
    made = frame_of(marginal, 2, marginal, Aim(), "density")
    np.testing.assert_allclose(made.velocity, marginal.velocity(made.points), rtol=1e-6, atol=1e-9)
    middles = np.concatenate([(line[1:] + line[:-1]) / 2 for line in made.lines])
    ahead = np.concatenate([np.diff(line, axis=0) for line in made.lines])
    flow = marginal.velocity(middles)
    along = (ahead * flow).sum(1) / np.hypot(*ahead.T) / np.hypot(*flow.T)
    near = (np.abs(middles) < (1.7, 0.9)).all(axis=1)
    assert near.sum() > 50
    assert np.quantile(along[near], 0.1) > 0.8
