"""The Check panel: what it shows, what it measures, and what it keeps."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from engines.chart import Axis, Chart, Role, Series
from engines.checks.claim import Claim, Figure, Variant
from engines.checks.written import document
from engines.errors import BadInput
from widgets.charts.data import LineKind
from widgets.charts.paint import colours
from widgets.drawing.theme import DARK, LIGHT, stylesheet
from widgets.lists.claim_table import ClaimTable
from widgets.lists.claim_view import ClaimView
from workbench.actions import Actions, Spec
from workbench.claims.check_run import CheckRun
from workbench.claims.claim_book import ClaimBook
from workbench.claims.claim_words import fits, page_of, row_of, summary
from workbench.claims.kept_claims import Kept, Stated, load_claims, save_claims
from workbench.docks.check import CheckDock
from workbench.parts import IconButton

SOON = 120_000
PROGRAM = "version 1"
PLOT = Chart("Error by steps", Axis("Steps", log=True), Axis("Error", log=True), (
    Series("1/(2r)", (1.0, 10.0), (1.0, 1e-8)), Series("1/2", (1.0, 10.0), (1.0, 0.1), (), Role.WRONG),
    Series("order 2", (1.0, 10.0), (1.0, 1e-8), (), Role.EXACT)))
SETTLED = Claim("order is two", "formula", 2.01, 2.0, 0.25, "It is.", (Figure("error", 0.01),),
                (Variant("1/(2r)", r"\frac{1}{2r}", 2.01, True), Variant("1/2", r"\frac{1}{2}", 1.0, False)), PLOT)
FAILING = Claim("two is three", "sum", 2.0, 3.0, 0.5)
BLANK = Stated("settled", replace(SETTLED, measured=math.nan, sentence="", figures=(), plot=None,
                                  measures="order of convergence",
                                  variants=tuple(replace(each, measured=math.nan) for each in SETTLED.variants)))
KEPT = tuple(Kept(group, claim, 1_700_000_000.0, PROGRAM) for group, claim in (("settled", SETTLED), ("sums", FAILING)))


class Played(CheckRun):
    """A check whose process says what the test wants it to."""

    script = ""

    def command(self) -> Sequence[str]:
        """A Python that plays the script."""
        return sys.executable, "-c", self.script


def played(*lines: object, then: str = "") -> str:
    """A script that writes documents."""
    said = "".join(f"print({json.dumps(json.dumps(each))}, flush=True)\n" for each in lines)
    return f"import sys, time\n{said}{then}"


def test_a_check_tells_of_groups_and_claims_and_that_it_is_whole(qtbot: QtBot) -> None:
    run, told = Played(), list[object]()
    run.script = played({"group": "sums", "about": "Sums", "index": 0, "of": 1},
                        {"group": "sums", "claim": document(FAILING)}, {"claims": [], "ok": False})
    run.began.connect(lambda *group: told.append(group))
    run.measured.connect(lambda *claim: told.append(claim))
    with qtbot.waitSignal(run.ended, timeout=SOON) as ended:
        run.start()
    assert told == [("sums", "Sums", 0, 1), ("sums", FAILING)]
    assert ended.args == [True, ""]
    assert not run.running


def test_a_group_that_cannot_be_measured_says_why(qtbot: QtBot) -> None:
    run, told = Played(), list[str]()
    run.script = played({"group": "peer", "about": "Peers", "index": 0, "of": 1, "absent": "It is not installed."},
                        {"claims": [], "ok": True, "absent": ["It is not installed."]})
    run.absent.connect(told.append)
    with qtbot.waitSignal(run.ended, timeout=SOON):
        run.start()
    assert told == ["It is not installed."]


def test_what_is_claimed_is_told_before_it_is_measured(qtbot: QtBot) -> None:
    run, told, absent = Played(), list[tuple[str, Claim]](), list[str]()
    run.script = played({"group": "sums", "stated": document(BLANK.claim)},
                        {"claims": [], "listed": True, "absent": ["It is not installed."]})
    run.stated.connect(lambda *claim: told.append(claim))
    run.absent.connect(absent.append)
    with qtbot.waitSignal(run.ended, timeout=SOON) as ended:
        run.list()
    ((group, claim),) = told
    assert (group, claim.name, [each.title for each in claim.variants]) == ("sums", SETTLED.name, ["1/(2r)", "1/2"])
    assert math.isnan(claim.measured)
    assert (ended.args, absent) == ([True, ""], ["It is not installed."])


def test_a_claim_that_is_not_measured_says_so_and_what_will_be() -> None:
    row, page = row_of(BLANK, PROGRAM), page_of(BLANK)
    assert (row.state, row.measured, row.expected, row.faded) == ("not yet", "–", "2", False)
    assert row.words == "Order is two: not measured yet, expected 2 ± 0.25"
    assert (page.state[2], page.offer, page.plot, page.foot) == ("not measured yet", "Check this claim", None, "")
    assert page.sentence.endswith("The wrong one has to miss what is expected.")
    assert page.figures == (("Order of convergence", "–"), ("Expected", "2 ± 0.25"))
    assert [(line.formula, line.figure, line.run) for line in page.formulas] == [
        (r"\frac{1}{2r}", "", False), (r"\frac{1}{2}", "", False)]
    assert not page_of(BLANK, {BLANK.key}).offer, "its turn comes"
    assert summary([BLANK], PROGRAM) == "1 claim, not measured yet"
    assert summary([*KEPT, BLANK], PROGRAM).startswith("2 of 3 checked, 1 does not hold; 1 not measured · Measured on")
    assert summary([KEPT[0], BLANK], PROGRAM).startswith("1 of 2 checked, all hold; 1 not measured · ")
    assert summary(KEPT[:1], PROGRAM, known=False).startswith("1 checked, all hold · "), "nobody told of the others yet"
    assert fits(BLANK, ["not yet"])


def test_the_book_has_every_claim_once_in_the_order_in_which_they_are_stated() -> None:
    book = ClaimBook()
    book.keep([KEPT[1], KEPT[0]])
    book.state(BLANK)
    book.state(Stated("sums", FAILING))
    other = Stated("sums", replace(FAILING, name="one is one"))
    book.state(other)
    assert [each.key for each in book.every] == [BLANK.key, KEPT[1].key, other.key]
    assert [book.get(each.key) for each in (BLANK, KEPT[1], other)] == [KEPT[0], KEPT[1], other]
    book.keep([replace(KEPT[0], when=0.0)], older=True)
    assert book.kept == (KEPT[1], KEPT[0]), "what was measured since is not overwritten"
    book.keep_only({KEPT[1].key})
    assert book.get(BLANK.key) == BLANK


def test_a_claim_is_measured_at_the_press_of_its_button(qtbot: QtBot) -> None:
    view = ClaimView("Choose a claim.")
    qtbot.addWidget(view)
    view.show_page(page_of(BLANK))
    assert [formula.accessibleName() for formula in view.formulas] == [
        "1/(2r), should hold: (1)/(2r)", "1/2, should fail: (1)/(2)"]
    button = view.findChild(QPushButton)
    assert button is not None
    with qtbot.waitSignal(view.asked):
        button.click()
    view.show_page(page_of(KEPT[0]))
    qtbot.waitUntil(lambda: view.findChild(QPushButton) is None)


@pytest.mark.parametrize(("script", "sentence"), [
    (played({"error": "There is no such claim."}), "There is no such claim."),
    ("import sys; sys.exit(7)", "exit code 7"),
    ("print('nonsense', flush=True)", "cannot be read")])
def test_a_check_that_fails_says_why(qtbot: QtBot, script: str, sentence: str) -> None:
    run = Played()
    run.script = script
    with qtbot.waitSignal(run.ended, timeout=SOON) as ended:
        run.start()
    whole, why = ended.args
    assert not whole
    assert sentence in why


def test_a_check_is_stopped_in_the_middle(qtbot: QtBot) -> None:
    """The process is gone when `stop` returns, and nothing it says afterwards is heard."""
    run = Played()
    run.script = played({"group": "sums", "claim": document(FAILING)}, then="time.sleep(600)")
    with qtbot.waitSignal(run.measured, timeout=SOON):
        run.start()
    with qtbot.waitSignal(run.ended, timeout=SOON) as ended:
        run.stop()
    assert ended.args == [False, ""]
    assert not run.running


def test_what_was_measured_is_kept_with_its_time_and_version(tmp_path: Path) -> None:
    file = tmp_path / "claims.json"
    assert load_claims(file) == ()
    save_claims(file, KEPT)
    assert load_claims(file) == KEPT
    # as earlier versions wrote what a claim was read off
    values = json.loads(file.read_text(encoding="utf-8"))
    values["claims"][0]["claim"]["plot"] = {"title": "Error", "x_title": "steps", "log": True, "traces": [
        {"title": "1/(2r)", "x": [1, 10], "y": [1, None], "role": "right"},
        {"title": "1/2", "x": [1, 10], "y": [1, 0.1], "role": "wrong"},
        {"title": "order 2", "x": [1, 10], "y": [1, 0.01], "role": "expected"}]}
    file.write_text(json.dumps(values), encoding="utf-8")
    plot = load_claims(file)[0].claim.plot
    assert plot is not None
    assert [series.role for series in plot.series] == [Role.MEASURED, Role.WRONG, Role.EXACT]
    assert (plot.y.title, plot.x.log, plot.series[1].y) == ("Error", True, (1.0, 0.1))
    file.write_text("{", encoding="utf-8")
    with pytest.raises(BadInput, match="run all checks again"):
        load_claims(file)


def test_a_row_says_its_state_in_a_word_and_an_older_version_is_told() -> None:
    good, bad = (row_of(kept, PROGRAM) for kept in KEPT)
    assert (good.state, bad.state, good.group, good.faded) == ("holds", "fails", "Formula", False)
    assert row_of(KEPT[0], PROGRAM, {KEPT[0].key}).state == "waiting"
    assert row_of(KEPT[0], "version 2").faded
    assert summary(KEPT, PROGRAM).startswith("1 of 2 claims hold · Measured on ")
    assert summary(KEPT, "version 2").endswith("2 by another version")
    assert fits(KEPT[1], ["fails", "two"])
    assert not fits(KEPT[1], ["holds"])


def test_the_table_counts_what_holds_and_keeps_the_selection(qtbot: QtBot) -> None:
    table = ClaimTable()
    qtbot.addWidget(table)
    rows = [row_of(kept, PROGRAM) for kept in KEPT]
    table.set_rows(rows)
    table.select(KEPT[1].key)
    assert table.headings == ["Formula · 1 of 1 hold", "Sum · 0 of 1 hold, 1 not"]
    table.put(replace(rows[1], state="holds"))
    assert table.headings[1] == "Sum · 1 of 1 hold"
    table.set_rows(rows[::-1])
    assert (table.selected, table.current) == ([KEPT[1].key], KEPT[1].key)


def test_a_claim_is_shown_with_formulas_figures_and_the_expected_slope_dashed(qtbot: QtBot) -> None:
    view = ClaimView("Choose a claim.")
    qtbot.addWidget(view)
    page = page_of(KEPT[0])
    view.show_page(page)
    view.set_theme(LIGHT)
    names = [formula.accessibleName() for formula in view.formulas]
    assert names == ["1/(2r), holds: (1)/(2r)", "1/2, fails: (1)/(2)"]
    assert page.figures == (("Measured", "2.01"), ("Expected", "2 ± 0.25"), ("Error", "0.01"))
    assert page.plot is not None
    assert [line.kind for line in page.plot.lines] == [LineKind.MEASURED, LineKind.WRONG, LineKind.EXACT]
    assert view.plot is not None
    assert "1e−8 at 10" in view.plot.accessibleDescription()
    # each formula has the colour of its line
    drawn = colours(page.plot, LIGHT)
    assert all(QColor(LIGHT.term(line.colour)) == drawn[line.title] for line in page.formulas)
    assert page.foot.endswith("with version 1.")


def test_a_button_that_cannot_be_pressed_looks_so_and_says_why(qtbot: QtBot) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    actions = Actions(owner)
    for name in ("check.all", "check.again", "check.stop"):
        actions.add(Spec(name, name, help="Measure now"), lambda: None)
    dock = CheckDock(actions)
    qtbot.addWidget(dock)
    button = next(each for each in dock.findChildren(IconButton) if each.does == "check.again")
    actions.withhold("check.again", "A check goes on")
    assert (button.isEnabled(), button.toolTip(), actions.lacks("check.again")) == (False, "A check goes on.",
                                                                                    "A check goes on")
    rules = stylesheet(DARK)
    field, disabled = (rules.index(f'QToolButton[field="true"]{state} {{') for state in ("", ":disabled"))
    assert f"color: {DARK.faint};" in rules[disabled:].partition("}")[0]
    assert disabled > field, "or the colour of a field would go before it"
    actions.withhold("check.again", "")
    assert (button.isEnabled(), button.toolTip()) == (True, "Measure now")


def test_a_claim_has_room_beside_the_table_below_it_or_folded_away(qtbot: QtBot) -> None:
    owner = QWidget()
    qtbot.addWidget(owner)
    actions = Actions(owner)
    for name in ("check.all", "check.again", "check.stop"):
        actions.add(Spec(name, name), lambda: None)
    dock = CheckDock(actions)
    qtbot.addWidget(dock)
    for size, across, folded in ((QSize(980, 620), True, False), (QSize(520, 200), True, True),
                                 (QSize(340, 620), False, False), (QSize(340, 200), False, True)):
        dock.panes.resize(size)
        dock.fit(size)
        assert (dock.panes.orientation() is Qt.Orientation.Horizontal) is across, size
        assert (dock.panes.sizes()[1] == 0) is folded, size
    dock.panes.resize(340, 620)
    dock.fit(QSize(340, 620))
    assert min(dock.panes.sizes()) > 0, "it comes back with the room"
    dock.panes.resize(660, 200)
    dock.fit(QSize(660, 200))
    dock.details.click()
    assert min(dock.panes.sizes()) > 0, "it comes on demand"
    dock.fit(QSize(670, 200))
    assert min(dock.panes.sizes()) > 0, "and stays"
    dock.details.click()
    assert dock.panes.sizes()[1] == 0


def test_the_words_of_a_claim_wrap_in_a_narrow_panel(qtbot: QtBot) -> None:
    view = ClaimView("Choose a claim.")
    qtbot.addWidget(view)
    view.resize(230, 300)
    view.show()
    view.show_page(page_of(KEPT[0]))
    qtbot.waitUntil(lambda: view.widget().width() <= view.viewport().width())
