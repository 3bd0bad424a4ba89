"""Every term of the Equation panel, hovered or chosen by keys, lights its arrow on the canvas, whatever the sampler."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import Opener
from tests.journeys.points import run, turned
from tests.journeys.window import Window
from widgets.fields.pointers import Pointers
from workbench.workspaces.points import Points

SAMPLERS = ("ddim", "ddpm", "heun", "dpm++2m", "langevin", "plms", "predictor-corrector", "dopri5", "edm",
            "annealed-langevin")


def lit(points: Points, term: str) -> bool:
    """Whether an arrow of a term stands out on the canvas."""
    layer = points.field_page.fields[0].layer("pointers")
    return isinstance(layer, Pointers) and any(item.colour == term and item.name == layer.lit for item in layer.items)


def dark(window: Window, qtbot: QtBot, points: Points, sampler: str, **values: object) -> list[str]:
    """The terms with a size at a step of a run whose arrow does not stand out when their row is chosen."""
    run(window, qtbot, sampler={"name": sampler}, count=20, steps=12, **values)
    window.desk.stage.move(6)
    view, missing = window.equation.view, list[str]()
    rows = [name for name, _ in view._terms]
    assert view.accessibleDescription().count(";") >= len(rows), "all of it is there for a screen reader"
    for name in rows:
        qtbot.keyClick(view, Qt.Key.Key_Down)
        assert view._hovered == name
        if view.values[name] > 0 and not lit(points, name):
            missing.append(f"{sampler}: {name}")
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert not any(lit(points, name) for name in rows)
    return missing


@pytest.mark.parametrize("guided", [False, True])
def test_every_term_with_a_size_has_its_arrow(guided: bool, qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    points = turned(window, qtbot)
    values = {"label": "3", "guidance": 2.5} if guided else {}
    missing = [one for sampler in SAMPLERS for one in dark(window, qtbot, points, sampler, **values)]
    assert missing == []
