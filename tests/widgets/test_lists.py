"""Job list and run list, with real clicks and keys."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QListView, QToolButton
from pytestqt.qtbot import QtBot

from tests.widgets.pointer import drag, send
from widgets.job_list import JobLine, JobList, JobRow
from widgets.run_list import RunList
from widgets.run_rows import RunRow

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
    """Space pauses, Delete cancels, Alt+Up moves."""
    made = jobs(qtbot)
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
