"""Journeys about the bar over the canvas: a button does what its sentence says; no sentence hides another for good."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.journeys.test_images import SOON, Opener, fill, picture, press_run
from workbench.library.records import NewRun, State
from workbench.window import MainWindow


def press(qtbot: QtBot, window: MainWindow, words: str) -> None:
    """Click a button of the bar."""
    # the last one: a button of the sentence before may still wait to be deleted
    button = [b for b in window.bar.findChildren(QPushButton) if b.text() == words][-1]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_undo_button_goes_with_what_it_would_undo(qtbot: QtBot, opened: Opener) -> None:
    """Ctrl+Z takes the bar of a deletion along, brings the run back onto the canvas, and redo clears both again."""
    window = opened()
    fill(window, "generate", {"steps": 2, "count": 1})
    run = press_run(qtbot, window)
    actions, stage = window.desk.actions, window.desk.stage
    actions["library.star"].trigger()
    actions["library.delete"].trigger()
    assert window.bar.sentence == "1 run moved to the trash."
    assert not stage.run
    actions["edit.undo"].trigger()
    assert not window.bar.sentence
    qtbot.waitUntil(lambda: stage.run == run and stage.recorded, timeout=SOON)
    assert window.desk.library.run(run).starred
    actions["edit.redo"].trigger()
    assert not stage.run
    assert not window.desk.library.runs()


def test_an_undo_offer_ends_when_something_else_is_done(qtbot: QtBot, opened: Opener) -> None:
    """The button never undoes what came later."""
    window = opened()
    fill(window, "generate", {"steps": 1, "count": 1})
    first, second = press_run(qtbot, window), press_run(qtbot, window)
    window.library.delete([first])
    window.run_list.renamed.emit(second, "Mine")
    assert not window.bar.sentence
    window.library.delete([second])
    press(qtbot, window, "Undo")
    assert [run.title for run in window.desk.library.runs()] == ["Mine"]


def test_an_error_goes_once_a_run_starts(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    """What went wrong before does not stay over what works."""
    window = opened()
    window.drop.open(tmp_path / "missing.png")
    qtbot.waitUntil(lambda: "missing.png" in window.bar.sentence, timeout=SOON)
    fill(window, "generate", {"steps": 1, "count": 1})
    press_run(qtbot, window)
    assert not window.bar.sentence


def test_a_file_to_open_is_offered_over_interrupted_runs(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    """`open FILE` after a crash: the file comes first, and the runs that can be resumed are offered after it."""
    window = opened()
    window.drop.open(picture(tmp_path))
    fill(window, "generate", {"steps": 1, "count": 1})
    press_run(qtbot, window)
    window.export.picture(tmp_path / "made.png")
    qtbot.waitUntil(lambda: (tmp_path / "made.png").exists() and not window.background.busy, timeout=SOON)
    window.desk.library.add(NewRun("cut", "Cut short", "generate", "{}", {}))
    window.desk.library.set_state("cut", State.RUNNING)
    window.close()
    again = opened(files=[tmp_path / "made.png"])
    qtbot.waitUntil(lambda: "made.png" in again.bar.sentence, timeout=SOON)
    press(qtbot, again, "Open as picture")
    assert "interrupted" in again.bar.sentence
    assert again.picture.name == "made"
    press(qtbot, again, "Later")
    assert not again.bar.sentence


def test_an_error_about_a_file_goes_when_another_one_is_opened(opened: Opener, tmp_path: Path) -> None:
    window = opened()
    window.drop.open(tmp_path / "gone.png")
    assert "gone.png" in window.bar.sentence
    window.drop.open(picture(tmp_path))
    assert window.bar.sentence == ""


def test_a_refusal_goes_when_things_are_no_longer_as_they_were(qtbot: QtBot, opened: Opener, tmp_path: Path) -> None:
    """Once the mask, the picture, the form or the step is another; what failed by itself stays until it is read."""
    window = opened()
    desk, actions = window.desk, window.desk.actions
    window.picture.open(picture(tmp_path))
    qtbot.waitUntil(lambda: window.picture.pixels is not None, timeout=SOON)
    desk.complain("The hole is too long.")
    actions["edit.invert"].trigger()
    assert not window.bar.sentence
    fill(window, "generate", {"steps": 3, "count": 1})
    press_run(qtbot, window)
    actions["run.branch"].trigger()
    assert "last step" in window.bar.sentence
    window.navigator.choose_task("inpaint")
    assert not window.bar.sentence
    window.navigator.choose_task("generate")
    actions["run.branch"].trigger()
    assert "last step" in window.bar.sentence
    qtbot.keyClick(window, Qt.Key.Key_Left)
    assert not window.bar.sentence
    desk.report("The run failed.")
    window.navigator.choose_task("inpaint")
    assert window.bar.sentence == "The run failed."


def test_the_bar_moves_nothing_under_it(qtbot: QtBot, opened: Opener) -> None:
    """It lies over the canvas, below the tools, as high as its sentence needs."""
    window = opened()
    # the panels have their widths once the forms are there
    qtbot.waitUntil(lambda: window.desk.ready and bool(window.panel.forms), timeout=SOON)
    qtbot.wait(0)
    window.desk.report("A first sentence.")
    before = window.images.stack.geometry()
    window.bar.dismiss()
    assert window.images.stack.geometry() == before
    window.desk.report("A short sentence.")
    low = window.messages.height()
    assert window.images.stack.geometry() == before
    assert window.messages.y() >= window.images.strip.height()
    window.desk.report("A long sentence that says a great deal more than there is room for in one line. " * 6)
    assert window.messages.height() > low
    assert window.messages.isVisible()
    window.bar.dismiss()
    window.bar.dismiss()
    assert not window.messages.isVisible()


def test_what_is_past_goes_when_another_thing_begins(qtbot: QtBot, opened: Opener) -> None:
    """A run, a workspace, a lesson; a question waits for its answer, and an error until something works."""
    window = opened()
    desk, go = window.desk, window.navigator
    fill(window, "generate", {"steps": 1, "count": 1})
    begins = (lambda: press_run(qtbot, window), lambda: go.choose_workspace("points"),
              desk.actions["lesson.langevin"].trigger, lambda: go.choose_workspace("images"))
    for begin in begins:
        desk.done("Stopped “a”; what is done is kept.", ("Go on", lambda: None))
        begin()
        assert "Stopped" not in window.bar.sentence
    desk.offer("“a.png” carries a recipe.", ("Repeat the run", lambda: None))
    desk.done("1 run moved to the trash.", ("Undo", lambda: None))
    go.choose_workspace("points")
    assert window.bar.sentence == "“a.png” carries a recipe."
    desk.report("The disk is full; make room on it.")
    go.choose_workspace("images")
    assert window.bar.sentence == "The disk is full; make room on it."
    window.runs.stopping.stop_all()
    qtbot.waitUntil(lambda: not desk.queue.alive(), timeout=SOON)


def test_what_is_told_of_a_run_stays_while_it_is_looked_at(qtbot: QtBot, opened: Opener) -> None:
    """Another that waits behind it takes nothing away; one that is looked at, or another workspace, does."""
    window = opened()
    desk, told = window.desk, "2 of 8 samples diverged."
    fill(window, "generate", {"steps": 1, "count": 1})
    first = press_run(qtbot, window)
    desk.tell_of(first, told)
    with qtbot.waitSignal(desk.queue.job_finished, timeout=SOON):
        desk.actions["run.queue"].trigger()
    assert desk.stage.run == first
    assert window.bar.sentence == told
    press_run(qtbot, window)
    assert (window.bar.sentence, desk.told_of) == ("", {})
    desk.tell_of(desk.stage.run, told)
    window.navigator.choose_workspace("train")
    assert (window.bar.sentence, desk.told_of) == ("", {})
