"""The plots of a model of points that learns say what their lines are, also where they are narrow."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from pytestqt.qtbot import QtBot

from engines.events import Belief
from workbench.fields.belief_course import BeliefCourse
from workbench.pages.belief_plots import BeliefPlots
from workbench.running.mailbox import History

LEVELS = 8
NARROW = 300  # px that the plots have in a window of 1280, rims included


def belief(error: float) -> Belief:
    """Of a network that is off by so much at every noise level."""
    angles = np.linspace(1.5, 0.03, LEVELS)
    nothing = np.zeros((LEVELS, 4, 2), np.float32)
    return Belief(np.linspace(0.98, 0.02, LEVELS), np.stack([np.cos(angles), np.sin(angles)], 1), np.zeros((4, 2)),
                  nothing, nothing, np.zeros((LEVELS, 2)), np.zeros((LEVELS, 2)), np.full(LEVELS, error),
                  np.zeros((5, 2), np.float32))


def plots(qtbot: QtBot) -> BeliefPlots:
    """Of a training with two previews, at the second."""
    made, kept = BeliefPlots(), {5, 2000}
    qtbot.addWidget(made)
    made.resize(NARROW, 212)
    made.show_step(BeliefCourse().more(5, belief(0.4), kept).more(2000, belief(0.04), kept), 2000, 3)
    return made


def test_both_lines_of_the_error_have_their_names_where_the_plot_is_narrow(qtbot: QtBot) -> None:
    made = plots(qtbot)
    curves = made.error._curves  # pyright: ignore[reportPrivateUsage]
    assert [(curve.title, curve.dashed) for curve in curves] == [("shown", False), ("first", True)]
    named = made.error.grab().toImage()
    for k in range(2):
        made.error.set_curves([replace(curve, title="") if n == k else curve for n, curve in enumerate(curves)])
        assert made.error.grab().toImage() != named  # there was room for it


def test_tooltips_tell_what_is_whole_dashed_and_upright(qtbot: QtBot) -> None:
    made = plots(qtbot)
    made.show_loss(History())
    error, loss = (" ".join(plot.toolTip().split()) for plot in (made.error, made.loss))
    assert "the dashed one of the first" in error
    assert "smoothed over the steps" in loss
    assert "The upright line is at the preview that the slider under the canvas shows" in loss
