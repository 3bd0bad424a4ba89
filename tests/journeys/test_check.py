"""The Check panel in the window: opened, measured, stopped, kept, and closed while it goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import Opener
from widgets.drawing.theme import DARK, LIGHT
from workbench.docks.check import NO_MATCH, NOTHING

SOON = 120_000
CLAIMS = ["settled/forward process: the noise is multiplied by √(1 − ᾱ)",
          "settled/Gaussian density: divided by |Σ|^½"]
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support raise", extend=True)


def test_claims_are_measured_looked_at_and_there_at_the_next_start(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    claims = window.claims
    assert claims.dock.isHidden()
    window.desk.actions["check.show"].trigger()
    assert claims.dock.isVisible()
    assert claims.dock.sentence == NOTHING
    with qtbot.waitSignal(claims.run.ended, timeout=SOON):
        claims.run.start(CLAIMS)
    assert [row.state for row in claims.dock.table.rows] == ["holds", "holds"]
    claims.dock.table.select(CLAIMS[1])
    assert len(claims.dock.view.formulas) == 2
    claims.dock.filter.setText("density")
    assert [row.key for row in claims.dock.table.rows] == [CLAIMS[1]]
    claims.dock.filter.setText("nosuch")
    assert claims.dock.sentence == NO_MATCH
    claims.dock.filter.clear()
    claims.dock.table.select(CLAIMS[0])
    before = claims.kept[0].when
    with qtbot.waitSignal(claims.run.ended, timeout=SOON):
        qtbot.keyClick(claims.dock.table, Qt.Key.Key_Return)
    assert claims.kept[0].when > before
    for theme in (LIGHT, DARK):
        window.look.use(theme)
    window.close()
    again = opened()
    assert again.claims.dock.isVisible(), "the session has it open"
    assert [kept.key for kept in again.claims.kept] == CLAIMS
    again.desk.actions["view.reset"].trigger()
    assert again.claims.dock.isHidden()


def test_the_window_closes_while_a_check_goes_on(qtbot: QtBot, opened: Opener, home: Path) -> None:
    """Nothing is left running, and what was measured is kept."""
    window = opened()
    window.claims.all()
    assert window.desk.actions["check.stop"].isEnabled()
    assert not window.desk.actions["check.all"].isEnabled()
    window.close()
    assert not window.claims.run.running
