"""Journeys about the library and what is taken out of it: marks, names, sizes, folders."""

from __future__ import annotations

import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from tests.journeys.test_images import SOON, Opener, fill, finished, press_run
from workbench.docks.library import LibraryPanel
from workbench.home import Home
from workbench.library.library import Library
from workbench.library.opening import Note
from workbench.library.records import NewRun, State
from workbench.running.board import Job
from workbench.wording.component_words import kinds
from workbench.wording.words import facts


def test_the_marked_row_and_the_names_follow_the_canvas(qtbot: QtBot, opened: Opener) -> None:
    """New runs, branches and runs of the palette are marked; a new name is everywhere; old errors are gone."""
    window = opened()
    stage, rows = window.desk.stage, window.run_list
    fill(window, "generate", {"steps": 3, "count": 1})
    first = press_run(qtbot, window)
    assert rows.selected == [first]
    stage.move(1)
    window.desk.actions["run.branch"].trigger()
    qtbot.waitUntil(lambda: stage.run not in {"", first}, timeout=SOON)
    finished(qtbot, window)
    assert rows.selected == [stage.run]
    window.help.palette.chosen.emit(f"run:{first}")
    qtbot.waitUntil(lambda: stage.run == first and stage.recorded, timeout=SOON)
    assert rows.selected == [first]
    rows.renamed.emit(first, "Mine")
    assert window.images.strip.words.startswith("Mine · 1 × 28 × 28")
    window.desk.actions["edit.undo"].trigger()
    assert not window.images.strip.words.startswith("Mine")


def test_a_row_whose_run_is_gone_is_painted_empty_until_the_list_is_told(opened: Opener) -> None:
    """Qt paints when it likes, also between the two; an exception must not leave a paint event."""
    window = opened()
    library, rows = window.desk.library, window.run_list
    library.add(NewRun("gone", "Gone", "generate", "{}", {}))
    library.set_state("gone", State.DONE)
    window.library.refresh()
    library.delete(["gone"])
    library.empty_trash()
    rows.grab()
    assert [(row.key, row.title) for row in rows.rows] == [("gone", "")]
    window.library.refresh()
    assert rows.count == 0


def test_all_rows_tell_their_ages_at_one_moment(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that is made anew is not older than the one below it; a new run tells all ages anew."""
    window, clock = opened(), SimpleNamespace(time=time.time, localtime=time.localtime, strftime=time.strftime)
    monkeypatch.setattr("workbench.wording.words.time", clock)
    monkeypatch.setattr("workbench.controllers.library.time", clock, raising=False)
    library, rows = window.desk.library, window.run_list

    def add(name: str) -> None:
        library.add(NewRun(name, name, "generate", "{}", {}))
        library.set_state(name, State.DONE)
        window.library.refresh()

    add("first")
    add("second")
    assert [row.facts.split(" · ")[-1] for row in rows.rows] == ["now", "now"]
    later = time.time() + 100
    clock.time = lambda: later
    library.star("second", True)
    window.library.refresh()
    assert len({row.facts.split(" · ")[-1] for row in rows.rows}) == 1
    add("third")
    assert [row.facts.split(" · ")[-1] for row in rows.rows] == ["1 min ago"] * 3


def test_a_rename_tells_the_rows_of_the_old_title_anew(opened: Opener) -> None:
    """What told the renamed run apart is no longer what theirs begin with."""
    window = opened()
    library, rows = window.desk.library, window.run_list
    for name, guidance in (("a", 2.0), ("b", 5.0)):
        library.add(NewRun(name, "Alike", "generate", "{}", {"guidance": guidance, "seed": 7}))
        library.set_state(name, State.DONE)
    window.library.refresh()
    assert all(row.facts.startswith("guidance ") for row in rows.rows)
    rows.renamed.emit("b", "Another")
    assert not any("guidance" in row.facts for row in rows.rows)


def test_rows_from_before_the_engines_were_there_are_told_in_words(home: Path, opened: Opener) -> None:
    """Samplers are called as their classes say once those are imported."""
    library = Library.open(Home(home))
    library.add(NewRun("a", "A", "generate", "{}", {"sampler": {"name": "dpm++2m"}, "steps": 20}))
    library.set_state("a", State.DONE)
    library.close()
    kinds.cache_clear()
    library = Library.open(Home(home))
    assert facts(library.run("a")) == "20 steps · now", "no names of files before there are words"
    library.close()
    window = opened()
    assert [row.facts for row in window.run_list.rows] == ["DPM-Solver++ 2M · 20 steps · now"]


def test_a_run_of_the_command_line_appears_while_the_window_is_open(qtbot: QtBot, opened: Opener) -> None:
    """With the time it began at, not that at which it was found."""
    window = opened()
    home, key = window.desk.library.home, window.desk.library.new_id()
    home.run_folder(key).mkdir(parents=True)
    Note("Beside", "generate", "{}", {}, State.DONE, created=1000.0).write(home.run_folder(key))
    window.library.beside.look()
    qtbot.waitUntil(lambda: [row.title for row in window.run_list.rows] == ["Beside"], timeout=SOON)
    assert window.desk.library.run(key).created == 1000.0


def test_a_run_that_has_ended_does_not_stay_at_its_share(qtbot: QtBot, opened: Opener,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    """The library may tell that it is done while the queue still has it: then nothing changes in the library later."""
    window = opened()
    fill(window, "generate", {"steps": 2, "count": 1})
    key = press_run(qtbot, window)
    qtbot.waitUntil(lambda: not window.run_list.rows[0].alive, timeout=SOON)
    window.library.refresh()
    going = [Job(key, "A run", "generate", State.RUNNING, done=2, total=2)]
    monkeypatch.setattr(window.desk.queue, "alive", lambda: going)
    window.library.refresh()
    assert window.run_list.rows[0].state == "100 %"
    going.clear()
    window.library.refresh()
    assert window.run_list.rows[0].state == ""


def test_a_run_that_goes_on_does_not_ask_the_library_at_every_step(qtbot: QtBot, opened: Opener,
                                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    """The list is put in order again when the library changed, its tree too; all runs are not read for that."""
    window = opened()
    fill(window, "generate", {"steps": 2, "count": 1})
    press_run(qtbot, window)
    qtbot.waitUntil(lambda: not window.run_list.rows[0].alive, timeout=SOON)
    qtbot.waitUntil(lambda: not window.background.busy, timeout=SOON)  # which asks, too, once the run is over
    window.library.refresh()
    window.desk.stage.grown.emit()
    asked = list[str]()
    for name in ("runs", "ids", "tree"):
        plain = getattr(Library, name)
        monkeypatch.setattr(Library, name, lambda *args, plain=plain, name=name: (asked.append(name), plain(*args))[1])
    for _ in range(20):
        window.library.refresh()
        window.desk.stage.grown.emit()
    assert not asked
    window.desk.library.star(window.desk.stage.run, True)
    window.library.refresh()
    window.desk.stage.grown.emit()
    assert asked == ["ids", "tree"]


def test_the_filter_explains_itself(opened: Opener) -> None:
    """A menu types what can be asked; a wrong question, one that nothing fits, and an empty library differ."""
    window = opened()
    rows, library, panel = window.run_list, window.desk.library, window.findChild(LibraryPanel)
    assert panel is not None
    assert rows.sentence.startswith("No runs yet")
    for name, task in (("a", "generate"), ("b", "train")):
        library.add(NewRun(name, name, task, "{}", {"steps": 3, "sampler": {"name": "ddim"}, "model": name}))
        library.set_state(name, State.DONE)
    window.library.refresh()
    menu = panel.more.menu()
    assert menu is not None

    def choose(*path: str) -> None:
        menu.aboutToShow.emit()
        place: QMenu = menu
        for title in path:
            action = next(action for action in place.actions() if action.text() == title)
            inner = action.menu()
            place = inner if isinstance(inner, QMenu) else place
        action.trigger()

    choose("Task", "Train")
    assert rows.filter.text() == "task:train"
    assert [row.key for row in rows.rows] == ["b"]
    choose("Task", "Train")
    choose("Starred")
    assert rows.sentence == "No run matches “starred”. Esc in the filter clears it."
    rows.filter.setText("stepz>1")
    assert rows.sentence == "No run has “stepz”; did you mean “steps”?"
    choose("Clear filter")
    assert [row.key for row in rows.rows] == ["b", "a"]
    choose("By title")
    assert [row.key for row in rows.rows] == ["a", "b"]
    assert window.desk.session.extra["order"] == "title"


def test_several_runs_are_starred_and_deleted_in_one_go(opened: Opener) -> None:
    """And one undo takes it back for all of them."""
    window = opened()
    library, actions = window.desk.library, window.desk.actions
    for name in "abc":
        library.add(NewRun(name, name, "generate", "{}", {}))
        library.set_state(name, State.DONE)
    library.star("a")
    window.library.refresh()
    window.run_list.select("a", "c")
    actions["library.star"].trigger()
    assert [library.run(name).starred for name in "abc"] == [True, False, True]
    actions["edit.undo"].trigger()
    assert [library.run(name).starred for name in "abc"] == [True, False, False]
    actions["library.delete"].trigger()
    assert library.ids() == ["b"]
    actions["edit.undo"].trigger()
    assert set(library.ids()) == {"a", "b", "c"}


def test_a_run_is_repeated_under_its_name_with_its_seed_or_another(qtbot: QtBot, opened: Opener) -> None:
    """Everything else stays the same."""
    window = opened()
    fill(window, "generate", {"steps": 1, "count": 1, "seed": 5})
    first = press_run(qtbot, window)
    library = window.desk.library
    library.rename(first, "Fives")
    for action in ("library.rerun", "library.reseed"):
        window.run_list.select(first)
        window.desk.actions[action].trigger()
        finished(qtbot, window)
    other, same, _ = library.runs()
    assert (same.title, other.title) == ("Fives", "Fives")
    assert dict(same.options) == dict(library.run(first).options)
    assert other.seed != 5
    assert {**other.options, "seed": 5} == dict(same.options)


def test_a_file_that_is_gone_or_changed_is_told_when_the_run_is_opened(qtbot: QtBot, home: Path,
                                                                       opened: Opener) -> None:
    """One sentence with a button that makes it anew; the run stays."""
    window = opened()
    fill(window, "generate", {"steps": 1, "count": 1})
    run = press_run(qtbot, window)
    window.close()
    (home / "runs" / run / "samples.npz").unlink()
    (home / "runs" / run / "steps.safetensors").write_bytes(b"nothing of the kind")
    again = opened()
    qtbot.waitUntil(lambda: "is missing" in again.bar.sentence, timeout=SOON)
    assert "1 more of its files" in again.bar.sentence
    assert [row.key for row in again.run_list.rows] == [run]
    button = next(b for b in again.bar.findChildren(QPushButton) if b.text() == "Run again")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    finished(qtbot, again)
    assert len(again.desk.library.ids()) == 2


def test_a_folder_is_shown_or_a_sentence_says_why_not(home: Path, opened: Opener,
                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a file manager the path is told; without a folder, how to get it back."""
    library = Library.open(Home(home))
    library.add(NewRun("a", "Mine", "generate", "{}", {}))
    library.set_state("a", State.DONE)
    library.close()
    window, shown = opened(), list[str]()
    window.run_list.select("a")
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: bool(shown.append(url.toLocalFile())))
    window.desk.actions["library.reveal"].trigger()
    assert shown == [str(home / "runs" / "a")]
    assert window.bar.sentence == f"No file manager answered; the files are in “{home / 'runs' / 'a'}”."
    (home / "runs" / "a").rmdir()
    window.desk.actions["library.reveal"].trigger()
    assert window.bar.sentence == "The files of “Mine” are missing; run it again to get them back."


def test_after_a_click_on_a_run_the_keys_go_through_its_steps(qtbot: QtBot, opened: Opener) -> None:
    """Home leaves the chosen row alone, so that S stars the run that is shown."""
    window = opened()
    runs = list[str]()
    for seed in (1, 2, 3):
        fill(window, "generate", {"steps": 3, "count": 1, "seed": seed})
        runs.append(press_run(qtbot, window))
    view, row = window.run_list._view, [row.key for row in window.run_list.rows].index(runs[0])
    place = view.visualRect(view.model().index(row, 0)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: window.desk.stage.run == runs[0] and window.desk.stage.recorded, timeout=SOON)
    focus = QApplication.focusWidget()
    assert focus is not None
    qtbot.keyClick(focus, Qt.Key.Key_Home)
    assert window.desk.stage.index == 0
    assert window.run_list.selected == [runs[0]]
    qtbot.keyClick(focus, Qt.Key.Key_S)
    assert [window.desk.library.run(run).starred for run in runs] == [True, False, False]
