"""The Check panel in the window: opened, measured, stopped, kept, and closed while it goes on."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.journeys.conftest import Opener
from widgets.drawing.theme import DARK, LIGHT
from workbench.docks.check import NO_MATCH, READING, UNREAD

SOON = 120_000
CLAIMS = ["settled/forward process: the noise is multiplied by √(1 − ᾱ)",
          "settled/Gaussian density: divided by |Σ|^½"]
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support raise", extend=True)


def test_every_claim_is_listed_before_it_is_measured_and_jobs_show_how_far_a_check_is(qtbot: QtBot,
                                                                                      opened: Opener) -> None:
    window = opened()
    claims, jobs = window.claims, window.jobs
    with qtbot.waitSignal(claims.listing.ended, timeout=SOON):
        window.desk.actions["check.show"].trigger()
        assert claims.dock.sentence == READING
    rows = claims.dock.table.rows
    assert len(rows) > 700
    assert {row.state for row in rows} == {"not yet"}
    assert claims.dock.words == f"{len(rows)} claims, none measured yet"
    assert claims.dock.table.headings[0] == "Formula · 8, none measured yet"
    claims.dock.table.select(CLAIMS[0])
    assert len(claims.dock.view.formulas) == 2, "both prints are there before they are run"
    claims.dock.hide()
    with qtbot.waitSignal(claims.run.ended, timeout=SOON):
        claims.dock.view.asked.emit()
        (line,) = jobs.list.rows
        assert (line.title, line.facts) == ("Check against exact answers", "0 of 1")
        jobs.list.show_asked.emit(line.key)
        assert claims.dock.isVisible()
    assert not jobs.list.rows
    assert [row.key for row in claims.dock.table.rows if row.state == "holds"] == [CLAIMS[0]]
    assert len(claims.dock.table.rows) == len(rows)
    claims.all()
    assert not window.desk.actions["check.again"].isEnabled()
    assert window.desk.actions["check.again"].toolTip().startswith("A check goes on; stop it first")
    jobs.list.cancel_asked.emit(jobs.list.rows[0].key)
    assert not claims.run.running


def test_claims_are_measured_looked_at_and_there_at_the_next_start(qtbot: QtBot, opened: Opener) -> None:
    window = opened()
    claims = window.claims
    assert claims.dock.isHidden()
    window.desk.actions["check.show"].trigger()
    assert claims.dock.isVisible()
    claims.listing.stop()  # without it there are the claims that were measured
    assert claims.dock.sentence == UNREAD
    with qtbot.waitSignal(claims.run.ended, timeout=SOON):
        claims.run.start(CLAIMS)
    assert [row.state for row in claims.dock.table.rows] == ["holds", "holds"]
    qtbot.keyClick(claims.dock.table, Qt.Key.Key_Escape)
    assert claims.dock.isHidden(), "Esc closes it"
    window.desk.actions["check.show"].trigger()
    claims.listing.stop()
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
    assert window.claims.dock.words == "Starting…", "how many there are is not known yet"
    assert window.desk.actions["check.stop"].isEnabled()
    assert not window.desk.actions["check.all"].isEnabled()
    window.close()
    assert not window.claims.run.running
