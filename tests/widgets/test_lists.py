"""Job list and run list, with real clicks and keys."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QListView, QToolButton
from pytestqt.qtbot import QtBot

from tests.widgets.pointer import drag, send
from widgets.lists.job_line import JobLine, JobRow
from widgets.lists.job_list import JobList
from widgets.lists.run_list import RunList
from widgets.lists.run_rows import RunRow

RUNNING = JobRow("1", "Inpaint, 4 seeds", 0.42, "42 % · 23 s", running=True)
WAITING = JobRow("2", "Deblur", 0.0, "waiting", waiting=True)


def jobs(qtbot: QtBot) -> JobList:
    """A shown list of two jobs."""
    made = JobList()
    made.resize(320, 160)
    qtbot.addWidget(made)
    made.set_rows([RUNNING, WAITING])
    with qtbot.waitExposed(made):
        made.show()
    return made


def line(made: JobList, title: str) -> JobLine:
    """The line of a job by its title."""
    return next(w for w in made.findChildren(JobLine) if w.accessibleName().startswith(title))


def test_keys_pause_cancel_and_reorder(qtbot: QtBot) -> None:
    """Space pauses, Delete cancels, Alt+Up moves; a click is enough to mean a job."""
    made = jobs(qtbot)
    assert line(made, "Deblur").focusPolicy() & Qt.FocusPolicy.ClickFocus
    with qtbot.waitSignal(made.pause_asked) as paused:
        qtbot.keyClick(line(made, "Inpaint"), Qt.Key.Key_Space)
    with qtbot.waitSignal(made.cancel_asked) as cancelled:
        qtbot.keyClick(line(made, "Deblur"), Qt.Key.Key_Delete)
    with qtbot.waitSignal(made.move_asked) as moved:
        qtbot.keyClick(line(made, "Deblur"), Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert (paused.args, cancelled.args, moved.args) == (["1"], ["2"], ["2", -1])


def test_a_paused_job_can_be_resumed_by_its_button(qtbot: QtBot) -> None:
    """The pause button turns into resume."""
    made = jobs(qtbot)
    made.set_rows([replace(RUNNING, paused=True, running=False, facts="paused")])
    first = line(made, "Inpaint")
    button = next(b for b in first.findChildren(QToolButton) if b.accessibleName() == "Resume")
    with qtbot.waitSignal(made.resume_asked) as resumed:
        button.click()
    assert resumed.args == ["1"]


def test_a_job_that_ends_while_it_is_dragged_leaves_no_mark(qtbot: QtBot) -> None:
    """The line goes with its job; what the mouse still does with it is of no consequence."""
    made = jobs(qtbot)
    first, mark = line(made, "Inpaint"), made.findChild(QFrame, "dropMark")
    send(first, QEvent.Type.MouseButtonPress, QPointF(5, 5))
    send(first, QEvent.Type.MouseMove, QPointF(5, 60))
    assert not mark.isHidden()
    made.set_rows([WAITING])
    assert mark.isHidden()
    with qtbot.assertNotEmitted(made.move_asked):
        send(first, QEvent.Type.MouseMove, QPointF(5, 50))
        send(first, QEvent.Type.MouseButtonRelease, QPointF(5, 50))
    assert mark.isHidden()


def test_a_job_is_dragged_to_its_place(qtbot: QtBot) -> None:
    """A line is marked while dragging; dropping it under the last asks for as many places."""
    made = jobs(qtbot)
    made.set_rows([RUNNING, WAITING, replace(WAITING, key="3", title="Noise")])
    QApplication.processEvents()
    first, last = line(made, "Inpaint"), line(made, "Noise")
    below = QPointF(first.mapFromGlobal(last.mapToGlobal(last.rect().bottomLeft())))
    mark = made.findChild(QFrame, "dropMark")
    with qtbot.waitSignal(made.move_asked) as moved:
        send(first, QEvent.Type.MouseButtonPress, QPointF(5, 5))
        send(first, QEvent.Type.MouseMove, below)
        assert not mark.isHidden()
        send(first, QEvent.Type.MouseButtonRelease, below)
    assert moved.args == ["1", 2]
    assert mark.isHidden()
    with qtbot.assertNotEmitted(made.move_asked):
        drag(first, QPointF(5, 5), QPointF(40, 6))
    up = next(b for b in last.findChildren(QToolButton) if b.accessibleName() == "Earlier")
    with qtbot.waitSignal(made.move_asked) as moved:
        up.click()
    assert moved.args == ["3", -1]


def test_jobs_of_one_title_differ_and_rows_keep_their_height(qtbot: QtBot) -> None:
    """By their details and tooltips; pointing at a row moves no other."""
    made = jobs(qtbot)
    made.set_rows([RUNNING, *(JobRow(str(k), "16 samples", 0, "done in 9 s", f"seed {k} · 50 steps", f"Seed: {k}",
                                     waiting=True) for k in (2, 3))])
    QApplication.processEvents()
    lines = [made._lines[key] for key in ("1", "2", "3")]
    assert [each.accessibleName() for each in lines[1:]] == [
        "16 samples, seed 2 · 50 steps, done in 9 s", "16 samples, seed 3 · 50 steps, done in 9 s"]
    assert lines[1].toolTip() != lines[2].toolTip()
    assert len({each.height() for each in lines}) == 1
    before = [each.y() for each in lines]
    buttons = [{b.accessibleName(): b.isVisible for b in each.findChildren(QToolButton)} for each in lines]
    assert [(row["Pause"](), row["Stop"]()) for row in buttons] == [(True, True), (False, True), (False, True)]
    assert not buttons[2]["Later"]()
    lines[2].setFocus()
    qtbot.waitUntil(buttons[2]["Later"])
    assert [each.y() for each in lines] == before
    assert len({each.height() for each in lines}) == 1


def test_the_menu_of_a_job_does_what_its_buttons_do(qtbot: QtBot) -> None:
    """And more: it shows the run, and moves it to either end."""
    made = jobs(qtbot)
    entries = {action.text(): action for action in line(made, "Deblur").menu().actions()}
    for title, signal, wanted in (("Show", made.show_asked, ["2"]), ("Hold", made.pause_asked, ["2"]),
                                  ("Stop", made.cancel_asked, ["2"]), ("Move up", made.move_asked, ["2", -1]),
                                  ("Move to the front", made.move_asked, ["2", -2])):
        with qtbot.waitSignal(signal) as asked:
            entries[title].trigger()
        assert asked.args == wanted
    with qtbot.waitSignal(made.show_asked):
        qtbot.keyClick(line(made, "Deblur"), Qt.Key.Key_Return)
    with qtbot.waitSignal(made.move_asked) as asked:
        qtbot.keyClick(line(made, "Deblur"), Qt.Key.Key_Home, Qt.KeyboardModifier.AltModifier)
    assert asked.args == ["2", -2]


def test_lines_stay_while_their_jobs_stay(qtbot: QtBot) -> None:
    """An update in place keeps the keyboard where it was."""
    made = jobs(qtbot)
    before = line(made, "Inpaint")
    made.set_rows([WAITING, replace(RUNNING, share=0.5, facts="50 %")])
    assert line(made, "Inpaint") is before
    made.set_rows([])
    assert not [gone for gone in made.findChildren(JobLine) if gone.isVisible()]
    qtbot.waitUntil(lambda: not made.findChildren(JobLine))


def runs(qtbot: QtBot, count: int = 3) -> RunList:
    """A shown list of runs."""
    made = RunList("Library", "No runs yet; press Run.")
    made.resize(248, 400)
    qtbot.addWidget(made)
    made.set_rows([RunRow(str(k), f"Run {k}", "DDIM · digits") for k in range(count)])
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_a_click_activates_and_the_selection_outlives_an_update(qtbot: QtBot) -> None:
    """New progress must not take the selection away."""
    made = runs(qtbot)
    view = made.findChildren(QListView)[0]
    where = view.visualRect(view.model().index(1, 0)).center()
    with qtbot.waitSignal(made.activated) as signal:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert signal.args == ["1"]
    made.set_rows([RunRow(str(k), f"Run {k}", "DDIM", state=f"{k} %") for k in range(4)])
    assert made.selected == ["1"]


def test_a_state_takes_no_room_from_the_facts(qtbot: QtBot) -> None:
    """An interrupted run says how old it is, as a finished one does."""
    made = runs(qtbot, 1)
    view = made.findChildren(QListView)[0]
    lower = view.visualRect(view.model().index(0, 0)).adjusted(0, 27, 0, 0)

    def painted(state: str) -> QImage:
        made.set_rows([RunRow("0", "16 samples of digits", "DDIM · 50 steps · 5 min ago", state)])
        return view.viewport().grab(lower).toImage()

    assert painted("interrupted") == painted("stopped") == painted("")


def test_delete_and_rename_ask_the_owner(qtbot: QtBot) -> None:
    """The list never changes the library by itself."""
    made = runs(qtbot)
    made.select("0", "2")
    with qtbot.waitSignal(made.delete_asked) as deleted:
        qtbot.keyClick(made, Qt.Key.Key_Delete)
    assert sorted(deleted.args[0]) == ["0", "2"]
    made.rename("2")
    view = made.findChildren(QListView)[0]
    editor = view.findChildren(QLineEdit)[-1]
    editor.setText("Threes")
    with qtbot.waitSignal(made.renamed) as renamed:
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert renamed.args == ["2", "Threes"]


def test_ten_thousand_rows_cost_only_what_is_seen(qtbot: QtBot) -> None:
    """The view asks the model for the visible rows, not for all."""
    made = runs(qtbot, 10_000)
    assert len(made.rows) == 10_000
    assert made.grab().width() > 0


def test_the_filter_tells_its_words(qtbot: QtBot) -> None:
    """The owner searches; the list only says what was typed."""
    made = runs(qtbot)
    field = made.findChildren(QLineEdit)[0]
    with qtbot.waitSignal(made.filter_changed) as signal:
        qtbot.keyClicks(field, "d")
    assert signal.args == ["d"]


def test_clicks_that_choose_several_open_none(qtbot: QtBot) -> None:
    """Ctrl and Shift add to the selection; only a plain click shows a run."""
    made = runs(qtbot, 5)
    view = made.findChildren(QListView)[0]

    def click(place: int, *held: Qt.KeyboardModifier) -> None:
        where = view.visualRect(view.model().index(place, 0)).center()
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, *held, pos=where)

    click(0)
    with qtbot.assertNotEmitted(made.activated):
        click(2, Qt.KeyboardModifier.ControlModifier)
        assert made.selected == ["0", "2"]
        click(4, Qt.KeyboardModifier.ShiftModifier)
        assert {"2", "3", "4"} <= set(made.selected)


def test_rows_are_made_when_they_are_seen(qtbot: QtBot) -> None:
    """Of thousands only those in sight; a changed one is made anew, one out of sight is not."""
    made, asked = runs(qtbot, 0), list[str]()

    def make(key: str) -> RunRow:
        asked.append(key)
        return RunRow(key, f"Run {key}", str(len(asked)))

    keys = [str(k) for k in range(5000)]
    made.set_keys(keys, make, ())
    made.grab()
    assert 5 < len(asked) < 30
    asked.clear()
    made.set_keys(keys, make, {"0", "4000"})
    assert asked == ["0"]


def test_the_list_stays_where_it_is_when_a_row_goes(qtbot: QtBot) -> None:
    """Deleting far down does not jump to the top, and the keyboard goes on at the next row; a filter does."""
    made = runs(qtbot, 200)
    view = made.findChildren(QListView)[0]
    view.setCurrentIndex(view.model().index(150, 0))
    scrolled = view.verticalScrollBar().value()
    assert scrolled > 0
    made.set_rows([RunRow(str(k), f"Run {k}", "") for k in range(200) if k != 150])
    assert view.verticalScrollBar().value() == scrolled
    assert view.currentIndex().row() == 150
    qtbot.keyClicks(made.filter, "r")
    assert view.verticalScrollBar().value() == 0


def test_the_filter_leads_to_the_rows_and_clears_itself(qtbot: QtBot) -> None:
    """Down goes to the first row, Escape takes the words away."""
    made = runs(qtbot)
    view = made.findChildren(QListView)[0]
    qtbot.keyClicks(made.filter, "x")
    qtbot.keyClick(made.filter, Qt.Key.Key_Escape)
    assert made.filter.text() == ""
    qtbot.keyClick(made.filter, Qt.Key.Key_Down)
    qtbot.waitUntil(view.hasFocus)
    with qtbot.waitSignal(made.activated) as opened:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert opened.args == ["0"]


def test_a_list_that_opens_by_double_click_leaves_a_click_alone(qtbot: QtBot) -> None:
    """As in the trash, where opening means restoring."""
    made = RunList("Trash", "Empty.", click=False)
    qtbot.addWidget(made)
    made.set_rows([RunRow("a", "A", "")])
    made.show()
    view = made.findChildren(QListView)[0]
    where = view.visualRect(view.model().index(0, 0)).center()
    with qtbot.assertNotEmitted(made.activated):
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
    with qtbot.waitSignal(made.activated):
        qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=where)
