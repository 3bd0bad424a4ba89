"""The curve of distances while it is measured: it grows, and draws no line through steps that are not known yet."""

from __future__ import annotations

import math

import pytest
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import SOON, Opener
from tests.journeys.points import run, turned
from workbench.fields.measures import MeasureStore
from workbench.pages.points_views.field import Field

STEPS, REACHED = 8, 3


def test_a_curve_ends_where_its_measuring_has_come_to(qtbot: QtBot, opened: Opener, monkeypatch: pytest.MonkeyPatch,
                                                      ) -> None:
    """Though the table knows the last step already."""
    window = opened()
    points = turned(window, qtbot)
    one = run(window, qtbot, steps=STEPS, count=40)
    store, plot = points.table.store, points.sheet.view_of(Field).plots.distance
    qtbot.waitUntil(lambda: not store.busy and STEPS in store.energies(one), timeout=SOON)
    known = MeasureStore.figures
    with monkeypatch.context() as patch:
        patch.setattr(MeasureStore, "waiting", lambda _store, _who: True)
        patch.setattr(MeasureStore, "figures", lambda store, key:
                      None if key[0] == one and key[2] and key[1] > REACHED else known(store, key))
        points.curves.refill()
        plot.set_cursor(float(STEPS))
        assert plot._curves[0].xs.tolist() == list(range(REACHED + 1))
        assert math.isnan(plot._curves[0].at(float(STEPS))), "no older value stands for it"
    points.curves.refill()
    assert plot._curves[0].xs[-1] == STEPS
    assert not math.isnan(plot._curves[0].at(float(STEPS)))
